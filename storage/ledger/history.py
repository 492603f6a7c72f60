"""What the ledger knows of an application's earlier mails when the next one is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from model.record import RecordKind
from model.verdict import weight
from storage.ledger.schema import revision


@dataclass(frozen=True, slots=True)
class Mail:
    """An earlier mail by the newest version that was made from it.

    receipt_no: of its newest letter, else of the newest one before it. due: until when a correction
    was asked for. stands_from: what it is ordered by among its equals, None for its arrival.
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
    stands_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """revisions: the highest number given so far. in_force: whose files count (see
    `storage.ledger.in_force`); last: the newest that was no duplicate. None where there is none."""

    revisions: int = 0
    in_force: Mail | None = None
    last: Mail | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One version as far as a history is made from it; the columns of `revision`."""

    version: int
    revision: int
    sha256: str
    outcome: str
    received_at: datetime
    content_key: str
    sender: str
    receipt_no: str = ""
    due_on: date | None = None
    first_received_at: datetime | None = None
    decision: object | None = None
    stands_from: datetime | None = None


def history(
    tx: Connection,
    programme: str,
    object_id: str,
    *,
    before_sha256: str,
    before_version: int | None = None,
) -> History:
    """The earlier mails of an application, the one in hand left out.

    before_version: only mails that had first been filed before this one; each by its newest
    version all the same.
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
    rows = list(tx.execute(query))
    if before_version is not None:
        earlier = {row.sha256 for row in rows if row.version < before_version}
        rows = [row for row in rows if row.sha256 in earlier]
    return summed_up(rows)


def summed_up(versions: Iterable[Row[Any] | HistoryRow]) -> History:
    """What some versions of an application, in their order, come to."""
    rows = list(versions)
    newest = {row.sha256: row for row in rows}
    counted = [row for row in newest.values() if weight(row.outcome)]
    here = {row.sha256 for row in counted}
    letters = [row for row in rows if row.receipt_no and row.sha256 in here]
    return History(
        revisions=max((row.revision for row in rows), default=0),
        in_force=_mail(max(counted, key=_place, default=None), letters),
        last=_mail(max(counted, key=lambda row: row.revision, default=None), letters),
    )


def _place(row: Row[Any] | HistoryRow) -> tuple[int, datetime, int]:
    """As in `storage.ledger.in_force`."""
    return weight(row.outcome), row.stands_from or row.received_at, row.revision


def _mail(row: Row[Any] | HistoryRow | None, letters: list[Row[Any] | HistoryRow]) -> Mail | None:
    """An earlier mail; receipt_no of its own newest letter, else of the newest one up to it."""
    if row is None:
        return None
    own = [one.receipt_no for one in letters if one.sha256 == row.sha256]
    before = [one.receipt_no for one in letters if one.version <= row.version]
    return Mail(
        version=row.version,
        content_key=row.content_key,
        receipt_no=(own or before or [""])[-1],
        received_at=row.received_at,
        sender=row.sender,
        outcome=row.outcome,
        due=row.due_on,
        first_received_at=row.first_received_at,
        decided=row.decision is not None,
        stands_from=row.stands_from,
    )


def letters_again(tx: Connection, programme: str) -> frozenset[str]:
    """Digests of mails whose very letter (Message-ID, sender and content) had come before, as
    `storage.ledger.filing.same_letter` found it when they came."""
    letter = (revision.c.message_id, revision.c.content_key, revision.c.sender)
    place = (
        func.row_number()
        .over(partition_by=letter, order_by=(revision.c.processed_at, revision.c.id))
        .label("place")
    )
    mails = (
        select(revision.c.sha256, place)
        .where(
            revision.c.programme == programme,
            revision.c.kind == RecordKind.MAIL.value,
            revision.c.message_id != "",
        )
        .subquery()
    )
    return frozenset(tx.execute(select(mails.c.sha256).where(mails.c.place > 1)).scalars())
