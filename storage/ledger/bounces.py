"""What other mails report of our letters: returned, delayed, arrived.

A row holds the letter's Message-ID and nothing else of it, so that report and letter may be
entered in any order. Anybody can write a report: it marks a letter for a person to see, and moves
none but one of unknown fate, which has certainly been taken if it came back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from model.delivery import Certainty, ReportKind
from model.record import AnswerState, Record
from storage.ledger.inserting import insert_into
from storage.ledger.schema import bounce, receipt

RETURNED_BY = "returned by mail "
"""What the evidence of a letter's sending begins with where its return is all that shows it."""
IN_EVIDENCE = 3
"""How many Message-IDs are looked for in the servers' answers, which no index helps with."""
UNDELIVERED, DELAYED = "undelivered", "delayed"
"""What a letter may be marked as."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a letter stands by the reports on it. state: UNDELIVERED or DELAYED.

    sha256: of the mail that reports it. reason: a key of model/delivery_reasons.toml.
    """

    receipt_no: str
    state: str
    reason: str
    diagnostic: str
    recipient: str
    probable: bool
    reported_at: datetime
    sha256: str


def record(tx: Connection, made: Record) -> None:
    """Enter what a version reports, or see what has been reported of the letter it brings."""
    if made.delivery is not None:
        told = made.delivery
        tx.execute(
            insert_into(
                tx,
                bounce,
                sha256=made.message.sha256,
                message_id=told.message_id,
                kind=told.kind.value,
                certainty=told.certainty.value,
                recipient=told.recipient,
                status=told.status,
                diagnostic=told.diagnostic,
                reason=told.reason,
                reported_at=told.reported_at,
            ).on_conflict_do_nothing(index_elements=[bounce.c.sha256])
        )
        _was_taken(tx, told.message_id)
    if made.letter.state is not AnswerState.NONE:
        _was_taken(tx, made.letter.message_id)


def letter_entered(tx: Connection, message_id: str) -> None:
    """See what has been reported of a letter that is entered now."""
    _was_taken(tx, message_id)


def _was_taken(tx: Connection, message_id: str) -> None:
    """A letter of unknown fate that came back had gone out. What was told of its recipient alone
    proves nothing."""
    first = tx.execute(
        select(bounce.c.sha256, bounce.c.reported_at)
        .where(bounce.c.message_id == message_id)
        .where(bounce.c.kind == ReportKind.FAILED.value, bounce.c.settled_at.is_(None))
        .where(bounce.c.certainty != Certainty.PROBABLE.value)
        .order_by(bounce.c.reported_at, bounce.c.sha256)
        .limit(1)
    ).first()
    if first is None:
        return
    tx.execute(
        update(receipt)
        .where(receipt.c.message_id == message_id)
        # What an earlier call has moved follows the first report too, in whichever order they come.
        .where(
            (receipt.c.state == "unknown")
            | ((receipt.c.state == "sent") & receipt.c.evidence.startswith(RETURNED_BY))
        )
        .values(
            state="sent",
            sent_at=first.reported_at,
            evidence=RETURNED_BY + first.sha256,
            error="",
        )
    )


def marks(tx: Connection) -> dict[str, Mark]:
    """The letters that need a look, by receipt number: returned, or delayed and not arrived."""
    rows = tx.execute(
        select(bounce, receipt.c.receipt_no)
        .join(receipt, receipt.c.message_id == bounce.c.message_id)
        .where(bounce.c.settled_at.is_(None))
        .order_by(bounce.c.reported_at, bounce.c.sha256)
    ).all()
    reports: dict[str, list[Row[Any]]] = {}
    for row in rows:
        reports.setdefault(row.receipt_no, []).append(row)
    found = (_mark(told) for told in reports.values())
    return {mark.receipt_no: mark for mark in found if mark is not None}


def of_letter(tx: Connection, message_id: str) -> list[Row[Any]]:
    """Every report on one letter, oldest first."""
    return list(
        tx.execute(
            select(bounce)
            .where(bounce.c.message_id == message_id)
            .order_by(bounce.c.reported_at, bounce.c.sha256)
        )
    )


def settle(tx: Connection, message_id: str, now: datetime) -> bool:
    """What was reported until now no longer marks the letter: a person has it sent again.

    False where nothing was reported as returned, so that there is no cause to send it again.
    """
    returned = select(bounce.c.sha256).where(
        bounce.c.message_id == message_id,
        bounce.c.kind == ReportKind.FAILED.value,
        bounce.c.settled_at.is_(None),
    )
    if tx.execute(returned.limit(1)).first() is None:
        return False
    tx.execute(
        update(bounce)
        .where(bounce.c.message_id == message_id, bounce.c.settled_at.is_(None))
        .values(settled_at=now)
    )
    return True


def letter_called(tx: Connection, message_ids: Sequence[str]) -> Row[Any] | None:
    """The letter with the first of these Message-IDs that is one of ours: as we wrote it, else as
    the server that took it said that it calls it (Tencent gives names of its own)."""
    conditions = [
        *(receipt.c.message_id == one for one in message_ids),
        *(receipt.c.evidence.contains(one, autoescape=True) for one in message_ids[:IN_EVIDENCE]),
    ]
    for condition in conditions:
        found = tx.execute(select(receipt).where(condition).limit(1)).first()
        if found is not None:
            return found
    return None


def letters_to(
    tx: Connection, addresses: Collection[str], since: datetime, until: datetime
) -> list[Row[Any]]:
    """Letters that went, or may have gone, to one of these addresses, the newest first."""
    wanted = [one.lower() for one in addresses]
    went_at = func.coalesce(receipt.c.sent_at, receipt.c.tried_at, receipt.c.made_at)
    return list(
        tx.execute(
            select(receipt)
            .where(
                or_(
                    func.lower(receipt.c.recipient).in_(wanted),
                    func.lower(receipt.c.copy_to).in_(wanted),
                )
            )
            .where(receipt.c.state.in_(("sent", "sending", "unknown")))
            .where(went_at >= since, went_at <= until)
            .order_by(receipt.c.made_at.desc(), receipt.c.receipt_no.desc())
        )
    )


def _mark(told: list[Row[Any]]) -> Mark | None:
    """By all reports on one letter, oldest first: returned is returned; a delay is over where
    anything shows that the letter arrived."""
    by_kind = {row.kind: row for row in told}
    returned = by_kind.pop(ReportKind.FAILED.value, None)
    delayed = by_kind.pop(ReportKind.DELAYED.value, None)
    row = returned if returned is not None else None if by_kind else delayed
    if row is None:
        return None
    return Mark(
        receipt_no=row.receipt_no,
        state=DELAYED if returned is None else UNDELIVERED,
        reason=row.reason,
        diagnostic=row.diagnostic,
        recipient=row.recipient,
        probable=row.certainty == Certainty.PROBABLE.value,
        reported_at=row.reported_at,
        sha256=row.sha256,
    )
