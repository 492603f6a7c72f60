"""What the ledger knows of an application's earlier mails when the next one is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.ledger.schema import revision

DUPLICATE, TIED = "duplicate", "tied"


@dataclass(frozen=True, slots=True)
class Mail:
    """An earlier mail by the newest version that was made from it.

    receipt_no: of the newest letter up to it. due: until when a correction was asked for.
    first_received_at: when the application first came in time. decided: by a person.
    """

    version: int
    content_key: str
    receipt_no: str
    received_at: datetime
    sender: str
    outcome: str
    due: date | None = None
    first_received_at: datetime | None = None
    decided: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """revisions: the highest number given so far. in_force: whose files count; last: the newest
    that was no duplicate. None where there is none."""

    revisions: int = 0
    in_force: Mail | None = None
    last: Mail | None = None


def history(
    tx: Connection,
    programme: str,
    object_id: str,
    *,
    before_sha256: str,
    before_version: int | None = None,
) -> History:
    """The earlier mails of an application, the one in hand left out.

    before_version: only what had been filed before this one.
    """
    query = (
        select(revision)
        .where(
            revision.c.programme == programme,
            revision.c.object_id == object_id,
            revision.c.sha256 != before_sha256,
        )
        .order_by(revision.c.version)
    )
    if before_version is not None:
        query = query.where(revision.c.version < before_version)
    rows = [row for row in tx.execute(query) if row.outcome != TIED]
    solid = [row for row in rows if row.outcome != DUPLICATE]
    return History(
        revisions=max((row.revision for row in rows), default=0),
        in_force=_mail([row for row in solid if row.counts]),
        last=_mail(solid),
    )


def _mail(rows: list[Row[Any]]) -> Mail | None:
    """The last of some versions, with the newest letter among them."""
    if not rows:
        return None
    newest = rows[-1]
    return Mail(
        version=newest.version,
        content_key=newest.content_key,
        receipt_no=next((row.receipt_no for row in reversed(rows) if row.receipt_no), ""),
        received_at=newest.received_at,
        sender=newest.sender,
        outcome=newest.outcome,
        due=newest.due_on,
        first_received_at=newest.first_received_at,
        decided=newest.decision is not None,
    )
