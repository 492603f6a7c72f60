"""Rows of step 7, answering: owed → sending → sent | failed | unknown.

A letter that answers no mail may also end as withdrawn: the cause for it was gone before it went.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from storage.ledger.schema import receipt


def claim_next(
    tx: Connection,
    owner: str,
    now: datetime,
    length: timedelta,
    may_go: Callable[[Row[Any]], bool] = lambda _: True,
) -> Row[Any] | None:
    """Take the letter that has been owed longest, and commit to trying it: `sending` is written
    before the first byte goes out.

    may_go: a last look. A letter that may not go it moves out of the way itself: `withdraw`,
    `postpone`.
    """
    due = (
        select(receipt)
        .where(receipt.c.state == "owed")
        .where(or_(receipt.c.next_try_at.is_(None), receipt.c.next_try_at <= now))
        .order_by(receipt.c.made_at, receipt.c.receipt_no)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (row := tx.execute(due).first()) is not None and not may_go(row):
        pass
    if row is None:
        return None
    tx.execute(
        update(receipt)
        .where(receipt.c.receipt_no == row.receipt_no)
        .values(
            state="sending",
            owner=owner,
            lease_until=now + length,
            tried_at=now,
            attempts=receipt.c.attempts + 1,
        )
    )
    return row


def withdraw(
    tx: Connection, receipt_no: str, why: str, states: tuple[str, ...] = ("owed",)
) -> None:
    """The cause for a letter that waits is gone, so it does not go. One that went before, and was
    to go a second time, stays sent."""
    waits = (receipt.c.receipt_no == receipt_no) & receipt.c.state.in_(states)
    tx.execute(
        update(receipt).where(waits, receipt.c.sent_at.is_not(None)).values(state="sent", error=why)
    )
    tx.execute(update(receipt).where(waits).values(state="withdrawn", evidence=why, error=""))


def postpone(tx: Connection, receipt_no: str, next_try: datetime, why: str) -> None:
    """A letter that waits goes on waiting; it was not tried."""
    tx.execute(
        update(receipt)
        .where(receipt.c.receipt_no == receipt_no, receipt.c.state == "owed")
        .values(next_try_at=next_try, error=why)
    )


def abandon(tx: Connection, now: datetime) -> int:
    """Letters whose sender died in the middle: nobody knows whether they went out."""
    return tx.execute(
        update(receipt)
        .where(receipt.c.state == "sending", receipt.c.lease_until <= now)
        .values(
            state="unknown",
            owner="",
            lease_until=None,
            error="the sending process ended before the server's answer was recorded",
        )
    ).rowcount


def mark_sent(
    tx: Connection,
    receipt_no: str,
    owner: str,
    now: datetime,
    evidence: str,
    *,
    without_copy: str = "",
) -> bool:
    """The server took it; False where the row is no longer this sender's.

    without_copy: why the second recipient did not get it, for a person to see.
    """
    return _settle(
        tx, receipt_no, owner, state="sent", sent_at=now, evidence=evidence, error=without_copy
    )


def mark_failed(tx: Connection, receipt_no: str, owner: str, error: str) -> bool:
    """The server refused it for good; a person has to see to it."""
    return _settle(tx, receipt_no, owner, state="failed", error=error)


def mark_again(tx: Connection, receipt_no: str, owner: str, next_try: datetime, error: str) -> bool:
    """Certainly not taken: the same bytes are tried again later."""
    return _settle(tx, receipt_no, owner, state="owed", next_try_at=next_try, error=error)


def mark_unknown(tx: Connection, receipt_no: str, owner: str, error: str) -> bool:
    """The connection broke where the server may have taken it."""
    return _settle(tx, receipt_no, owner, state="unknown", error=error)


def unknown(tx: Connection, tried_before: datetime) -> list[Row[Any]]:
    """Letters to be looked for, once the server has had time to show them. One that a person has
    had sent a second time is not: the first copy of it proves nothing."""
    return list(
        tx.execute(
            select(receipt)
            .where(receipt.c.state == "unknown", receipt.c.sent_at.is_(None))
            .where(or_(receipt.c.tried_at.is_(None), receipt.c.tried_at <= tried_before))
            .order_by(receipt.c.made_at)
        )
    )


def resolve_unknown(
    tx: Connection, receipt_no: str, now: datetime, *, found: bool, evidence: str
) -> None:
    """What the look in the sent folder showed: sent after all, or owed again."""
    values: dict[str, Any] = (
        {"state": "sent", "sent_at": now, "evidence": evidence, "error": ""}
        if found
        else {"state": "owed", "next_try_at": now, "error": evidence}
    )
    tx.execute(
        update(receipt)
        .where(receipt.c.receipt_no == receipt_no, receipt.c.state == "unknown")
        .values(**values)
    )


def release(tx: Connection, receipt_no: str, now: datetime) -> bool:
    """A person lets a held, failed or unknown letter go out (again)."""
    return bool(
        tx.execute(
            update(receipt)
            .where(receipt.c.receipt_no == receipt_no)
            .where(receipt.c.state.in_(("held", "failed", "unknown")))
            .values(state="owed", next_try_at=now, attempts=0)
        ).rowcount
    )


def send_again(tx: Connection, receipt_no: str, now: datetime) -> bool:
    """A person has a letter that came back sent a second time: the same bytes, the same number."""
    return bool(
        tx.execute(
            update(receipt)
            .where(receipt.c.receipt_no == receipt_no, receipt.c.state == "sent")
            .values(state="owed", next_try_at=now, attempts=0)
        ).rowcount
    )


def owners(tx: Connection) -> list[str]:
    """Everybody who is sending a letter."""
    return list(
        tx.execute(select(receipt.c.owner).where(receipt.c.state == "sending").distinct()).scalars()
    )


def free(tx: Connection, owner: str, now: datetime) -> int:
    """End the leases of a sender that is known to be dead; `abandon` then makes them unknown."""
    return tx.execute(
        update(receipt)
        .where(receipt.c.state == "sending", receipt.c.owner == owner)
        .values(lease_until=now)
    ).rowcount


def find(tx: Connection, receipt_no: str) -> Row[Any] | None:
    return tx.execute(select(receipt).where(receipt.c.receipt_no == receipt_no)).first()


def find_by_pdf(tx: Connection, sha256: str) -> Row[Any] | None:
    """The receipt whose PDF has this digest."""
    return tx.execute(
        select(receipt).where(receipt.c.pdf_sha256 == sha256, receipt.c.pdf_sha256 != "").limit(1)
    ).first()


def of_object(tx: Connection, programme: str, object_id: str) -> list[Row[Any]]:
    """Every letter about one application, oldest first."""
    return list(
        tx.execute(
            select(receipt)
            .where(receipt.c.programme == programme, receipt.c.object_id == object_id)
            .order_by(receipt.c.made_at)
        )
    )


def listing(
    tx: Connection, *, programme: str | None = None, state: str | None = None
) -> list[Row[Any]]:
    """Letters by number."""
    query = select(receipt).order_by(receipt.c.receipt_no)
    if programme is not None:
        query = query.where(receipt.c.programme == programme)
    if state is not None:
        query = query.where(receipt.c.state == state)
    return list(tx.execute(query))


def states(tx: Connection) -> dict[str, int]:
    rows = tx.execute(
        select(receipt.c.state, func.count().label("number")).group_by(receipt.c.state)
    )
    return {row.state: row.number for row in rows}


def next_due(tx: Connection) -> datetime | None:
    """When the next letter may be tried."""
    return tx.execute(
        select(func.min(receipt.c.next_try_at)).where(receipt.c.state == "owed")
    ).scalar()


def _settle(tx: Connection, receipt_no: str, owner: str, **values: Any) -> bool:
    done = tx.execute(
        update(receipt)
        .where(
            receipt.c.receipt_no == receipt_no,
            receipt.c.state == "sending",
            receipt.c.owner == owner,
        )
        .values(owner="", lease_until=None, **values)
    )
    return bool(done.rowcount)


def set_evidence(
    tx: Connection, receipt_no: str, evidence: str, sent_at: datetime | None = None
) -> None:
    """What a rebuilt ledger knows of a letter's sending."""
    tx.execute(
        update(receipt)
        .where(receipt.c.receipt_no == receipt_no)
        .values(evidence=evidence, sent_at=sent_at)
    )
