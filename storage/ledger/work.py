"""Rows of step 2, claiming: which mail waits, who works on it, which one has been set aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from model.errors import LeaseLost
from model.finding import Finding
from model.message import RawMessage
from storage.ledger.receiving import as_json, raw_message
from storage.ledger.schema import message

ATTEMPTS = 3
"""A mail that killed its worker so many times while it was being read is quarantined."""
DEATHS = 10
"""So is one whose worker died so many times at any point of its way: in filing or composing it
is seldom the mail's fault, but nothing may hold up the queue for ever."""
NOWHERE = Path()


@dataclass(frozen=True, slots=True)
class Claim:
    """One mail, taken by one worker. programme: "" while it was not chosen among several.
    raw: as it was received; its path is the spool's to say."""

    sha256: str
    programme: str
    raw: RawMessage
    attempts: int


def claim(
    tx: Connection,
    owner: str,
    now: datetime,
    length: timedelta,
    *,
    most: int,
    without: Collection[str] = (),
) -> list[Claim]:
    """Take up to `most` waiting mails, oldest first; an expired lease is anybody's.

    A mail whose worker died too often is quarantined here, with the reason.
    without: digests to leave alone this time.
    """
    unclaimed = or_(
        message.c.state == "waiting",
        (message.c.state == "working") & (message.c.lease_until <= now) & ~_deadly(),
    )
    deadly = (
        select(message.c.id)
        .where(message.c.state == "working", message.c.lease_until <= now)
        .where(_deadly())
        # A row that another process is busy with is not waited for; it was not dead, then.
        .with_for_update(skip_locked=True)
    )
    tx.execute(
        update(message)
        .where(message.c.id.in_(deadly))
        .values(
            state="quarantined",
            lease_owner="",
            lease_until=None,
            error="its worker died while working on it, again and again",
        )
    )
    query = select(message).where(unclaimed).order_by(message.c.id)
    if without:
        query = query.where(message.c.sha256.not_in(without))
    rows = tx.execute(query.limit(most).with_for_update(skip_locked=True)).all()
    claims = [_claim_of(row) for row in rows]
    if claims:
        tx.execute(
            update(message)
            .where(message.c.sha256.in_([one.sha256 for one in claims]))
            .values(
                state="working",
                lease_owner=owner,
                lease_until=now + length,
            )
        )
    return claims


def claim_one(
    tx: Connection, sha256: str, owner: str, now: datetime, length: timedelta
) -> list[Claim]:
    """Take one waiting mail by its digest; empty where it does not wait."""
    taken = tx.execute(
        update(message)
        .where(message.c.sha256 == sha256, message.c.state == "waiting")
        .values(state="working", lease_owner=owner, lease_until=now + length)
        .returning(message)
    )
    return [_claim_of(row) for row in taken]


def start(tx: Connection, sha256: str, owner: str, now: datetime, length: timedelta) -> None:
    """The mail's turn has come: the attempt counts from here, not for those behind it in a batch.

    Raises: LeaseLost where it is another worker's by now.
    """
    mine = _mine(sha256, owner)
    begun = tx.execute(
        mine.values(
            lease_until=now + length,
            attempts=message.c.attempts + 1,
            deaths=message.c.deaths + 1,
        )
    )
    if not begun.rowcount:
        raise LeaseLost(f"The lease on {sha256} has gone to another worker.")


def hint(tx: Connection, sha256: str, owner: str, number: str, sender: str) -> None:
    """Whose mail it may be, as soon as that is known."""
    tx.execute(_mine(sha256, owner).values(hint_number=number, hint_sender=sender))


def choose(tx: Connection, sha256: str, owner: str, programme: str, why: Finding) -> None:
    """Whose programme's the mail is, once and for all: whoever does it again finds it chosen.

    Raises: LeaseLost where it is another worker's by now, or was chosen before.
    """
    chosen = tx.execute(
        _mine(sha256, owner)
        .where(message.c.programme == "")
        .values(programme=programme, routed=as_json(why))
    )
    if not chosen.rowcount:
        raise LeaseLost(f"The lease on {sha256} has gone to another worker.")


def without_hint(tx: Connection) -> list[Row[Any]]:
    """Mails that wait or are worked on, and whose head nobody has looked at, oldest first."""
    return list(
        tx.execute(
            select(message.c.sha256, message.c.programme)
            .where(message.c.state.in_(("waiting", "working")), message.c.hint_number.is_(None))
            .order_by(message.c.id)
        )
    )


def hint_if_none(tx: Connection, sha256: str, number: str, sender: str) -> bool:
    """Whose mail it may be, where that was not noted yet."""
    return bool(
        tx.execute(
            update(message)
            .where(message.c.sha256 == sha256, message.c.hint_number.is_(None))
            .values(hint_number=number, hint_sender=sender)
        ).rowcount
    )


def workers_on_earlier(
    tx: Connection, sha256: str, now: datetime, number: str, sender: str
) -> list[str]:
    """Owners of the mails that were received before, are being worked on, and may be of the same
    applicant: by number, by sender, or because nothing is known of them yet.

    Before means by id, which is the order in which workers begin: so the first one never waits.
    """
    mine = select(message.c.id).where(message.c.sha256 == sha256).scalar_subquery()
    found = tx.execute(
        select(message.c.lease_owner)
        .where(message.c.state == "working", message.c.lease_until > now)
        .where(message.c.id < mine, _same_applicant(number, sender))
        .distinct()
    )
    return list(found.scalars())


def unfinished_earlier(tx: Connection, sha256: str, number: str, sender: str) -> list[str]:
    """Digests of the mails that were received before, are not processed, and may be of the same
    applicant (as above), oldest first."""
    mine = select(message.c.id).where(message.c.sha256 == sha256).scalar_subquery()
    return list(
        tx.execute(
            select(message.c.sha256)
            .where(message.c.state != "processed", message.c.id < mine)
            .where(_same_applicant(number, sender))
            .order_by(message.c.id)
        ).scalars()
    )


def survived(tx: Connection, sha256: str, owner: str) -> None:
    """The mail was read without killing its worker: what ends the work now counts less."""
    tx.execute(_mine(sha256, owner).values(attempts=0))


def owners(tx: Connection) -> list[str]:
    """Everybody who holds a lease on a mail."""
    return list(
        tx.execute(
            select(message.c.lease_owner).where(message.c.state == "working").distinct()
        ).scalars()
    )


def free(tx: Connection, owner: str, now: datetime) -> int:
    """End the leases of an owner that is known to be dead."""
    return tx.execute(
        update(message)
        .where(message.c.state == "working", message.c.lease_owner == owner)
        .values(lease_until=now)
    ).rowcount


def renew(tx: Connection, sha256: str, owner: str, now: datetime, length: timedelta) -> None:
    """Start the lease anew, because the work takes long.

    Raises: LeaseLost where it is another worker's by now.
    """
    kept = tx.execute(_mine(sha256, owner).values(lease_until=now + length))
    if not kept.rowcount:
        raise LeaseLost(f"The lease on {sha256} has gone to another worker.")


def finish(tx: Connection, sha256: str, owner: str) -> None:
    """The mail is processed. Raises: LeaseLost, and with it the whole transaction falls."""
    done = tx.execute(
        _mine(sha256, owner).values(
            state="processed", lease_owner="", lease_until=None, error="", attempts=0, deaths=0
        )
    )
    if not done.rowcount:
        raise LeaseLost(f"The lease on {sha256} has gone to another worker.")


def give_back(tx: Connection, sha256: str, owner: str, error: str) -> None:
    """Not the mail's fault: it waits again, and the attempt is not counted."""
    tx.execute(
        _mine(sha256, owner).values(
            state="waiting",
            lease_owner="",
            lease_until=None,
            error=error,
            attempts=0,
            deaths=0,
        )
    )


def put_off(tx: Connection, sha256: str, owner: str, error: str) -> bool:
    """Only this mail cannot go on: it waits for the next run, and after so many attempts it is
    quarantined (True) with the reason."""
    again = _mine(sha256, owner).where(message.c.attempts < ATTEMPTS)
    waits = again.values(state="waiting", lease_owner="", lease_until=None, error=error)
    if tx.execute(waits).rowcount:
        return False
    quarantine(tx, sha256, owner, error)
    return True


def quarantine(tx: Connection, sha256: str, owner: str, error: str) -> None:
    """Set a mail aside for a person; its bytes stay in the spool."""
    tx.execute(
        _mine(sha256, owner).values(
            state="quarantined", lease_owner="", lease_until=None, error=error
        )
    )


def release(tx: Connection, sha256: str) -> bool:
    """A person lets a quarantined mail be tried again."""
    return bool(
        tx.execute(
            update(message)
            .where(message.c.sha256 == sha256, message.c.state == "quarantined")
            .values(state="waiting", attempts=0, deaths=0)
        ).rowcount
    )


def states(tx: Connection) -> dict[str, int]:
    """How many mails are in each state."""
    rows = tx.execute(
        select(message.c.state, func.count().label("number")).group_by(message.c.state)
    )
    return {row.state: row.number for row in rows}


def find(tx: Connection, sha256: str) -> Row[Any] | None:
    return tx.execute(select(message).where(message.c.sha256 == sha256)).first()


def in_state(tx: Connection, state: str) -> list[Row[Any]]:
    """Mails in one state, oldest first."""
    return list(tx.execute(select(message).where(message.c.state == state).order_by(message.c.id)))


def _deadly() -> Any:
    return (message.c.attempts >= ATTEMPTS) | (message.c.deaths >= DEATHS)


def _same_applicant(number: str, sender: str) -> Any:
    """By number, by sender, or because nothing is known of the mail yet."""
    return or_(
        message.c.hint_number.is_(None),
        (message.c.hint_number == number) & (message.c.hint_number != ""),
        (message.c.hint_sender == sender) & (message.c.hint_sender != ""),
    )


def _mine(sha256: str, owner: str) -> Any:
    return update(message).where(
        message.c.sha256 == sha256, message.c.state == "working", message.c.lease_owner == owner
    )


def _claim_of(row: Row[Any]) -> Claim:
    return Claim(row.sha256, row.programme, raw_message(row, NOWHERE), row.attempts)


def set_processed(tx: Connection, sha256: str) -> None:
    """What the archive holds already, in a ledger that is made again."""
    tx.execute(update(message).where(message.c.sha256 == sha256).values(state="processed"))
