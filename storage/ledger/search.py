"""Full-text search in Chinese: overlapping pairs of characters, made here, found by the database.

Databases split Chinese into words badly or not at all; trigrams miss names of two characters.
SQLite holds the pairs in an FTS5 table (unicode61), PostgreSQL in a `tsvector` ('simple').
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, text

from model.record import Record
from storage.ledger.schema import revision

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[0-9a-z]+")


def bigrams(source: str) -> list[str]:
    """The search terms of a text: pairs of 汉字 (a lone one as it is), and Latin words whole."""
    terms: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", source).lower()):
        if run[0] < "\u3400" or len(run) == 1:
            terms.append(run)
        else:
            terms.extend(run[i : i + 2] for i in range(len(run) - 1))
    return terms


def index(tx: Connection, revision_id: int, made: Record) -> None:
    """Make a version findable by names, numbers, subject, sender, file names and findings."""
    words = " ".join(
        (
            made.application_no,
            made.full_name,
            made.message.subject,
            made.message.sender,
            made.message.sender_name,
            made.answer.receipt_no,
            *(one.path for one in made.files),
            *(one.text for one in made.findings),
        )
    )
    tx.execute(
        text("INSERT INTO search_text (rowid, terms) VALUES (:id, :terms)"),
        {"id": revision_id, "terms": " ".join(bigrams(words))},
    )


def find(tx: Connection, wanted: str, most: int = 100) -> list[Row[Any]]:
    """Versions whose text holds every term of what is wanted, newest first."""
    terms = bigrams(wanted)
    if not terms:
        return []
    if tx.dialect.name == "sqlite":
        condition = text("SELECT rowid FROM search_text WHERE search_text MATCH :query")
        # A single 汉字 is the beginning of a pair.
        query = " ".join(f'"{term}"*' if len(term) == 1 else f'"{term}"' for term in terms)
    else:
        condition = text(
            "SELECT rowid FROM search_text "
            "WHERE to_tsvector('simple', terms) @@ to_tsquery('simple', :query)"
        )
        query = " & ".join(f"{term}:*" if len(term) == 1 else term for term in terms)
    ids = list(tx.execute(condition.bindparams(bindparam("query", query))).scalars())
    if not ids:
        return []
    return list(
        tx.execute(
            select(revision)
            .where(revision.c.id.in_(ids))
            .order_by(revision.c.processed_at.desc(), revision.c.id.desc())
            .limit(most)
        )
    )
