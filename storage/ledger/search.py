"""Full-text search in Chinese: overlapping pairs of characters, made here, found by the database.

Databases split Chinese into words badly or not at all; trigrams miss names of two characters.
SQLite holds the pairs in an FTS5 table (unicode61), PostgreSQL in a `tsvector` that is made of
them as they are: its own parser takes 1e5ab for a number and a word.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Integer, Row, select, text

from model.record import Record
from storage.ledger.schema import revision

logger = logging.getLogger(__name__)

LONGEST_TERM = 200
"""Letters of a Latin word that count; PostgreSQL takes none over 2,046 bytes."""
MOST_BYTES = 500_000
"""Of the terms of one version; PostgreSQL's `tsvector` ends at 1,048,575 with its own entries."""

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[0-9a-z]+")


def bigrams(source: str, *, ends: bool = False) -> list[str]:
    """The terms of a text, each once: pairs of 汉字 (a lone one as it is), and Latin words whole.

    ends: the last 汉字 of a row as well, which begins no pair and could not be found by itself.
    """
    terms: dict[str, None] = {}
    for run in _RUN.findall(unicodedata.normalize("NFKC", source).lower()):
        if run[0] < "\u3400":
            terms[run[:LONGEST_TERM]] = None
            continue
        terms.update((run[i : i + 2], None) for i in range(len(run) - 1))
        if ends or len(run) == 1:
            terms[run[-1]] = None
    return list(terms)


def index(tx: Connection, revision_id: int, made: Record, texts: Iterable[str] = ()) -> None:
    """Make a version findable by names, numbers, subject, sender, findings, file names and the
    text of its documents.

    Past MOST_BYTES, which only very much text reaches, the last of it is left out.
    """
    words = "\n".join(
        (
            made.application_no,
            made.full_name,
            made.message.subject,
            made.message.sender,
            made.message.sender_name,
            made.answer.receipt_no,
            *(one.text for one in made.findings),
            *(one.path for one in made.files),
            *texts,
        )
    )
    terms = " ".join(bigrams(words, ends=True))
    if len(terms.encode()) > MOST_BYTES:
        terms = terms.encode()[:MOST_BYTES].decode(errors="ignore").rpartition(" ")[0]
        logger.warning(
            "The text of %s is too long to be searched whole: the last of what its %d files say is "
            "not in the index.",
            made.object_id,
            len(made.files),
        )
    tx.execute(
        text("INSERT INTO search_text (rowid, terms) VALUES (:id, :terms)"),
        {"id": revision_id, "terms": terms},
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
            "WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST(:query AS tsquery)"
        )
        query = " & ".join(f"'{term}':*" if len(term) == 1 else f"'{term}'" for term in terms)
    # Inside the query, because a common word has more hits than a statement takes parameters.
    hits = condition.bindparams(query=query).columns(rowid=Integer).subquery()
    return list(
        tx.execute(
            select(revision)
            .where(revision.c.id.in_(select(hits.c.rowid)))
            .order_by(revision.c.processed_at.desc(), revision.c.id.desc())
            .limit(most)
        )
    )
