"""Rows of step 1, receiving: positions in folders, sightings, and messages that are ours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from model.message import RawMessage
from storage.ledger.inserting import insert_into
from storage.ledger.schema import message, position, sighting

TRIES_AT_EVERY_POLL = 5
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Position:
    """Up to which UID a folder has been received, under which UIDVALIDITY."""

    uid_validity: int
    last_uid: int


def read_position(tx: Connection, mailbox: str, folder: str) -> Position | None:
    row = tx.execute(
        select(position.c.uid_validity, position.c.last_uid).where(
            position.c.mailbox == mailbox, position.c.folder == folder
        )
    ).first()
    return Position(row.uid_validity, row.last_uid) if row else None


def move_position(
    tx: Connection, mailbox: str, folder: str, uid_validity: int, uid: int, now: datetime
) -> None:
    """Everything up to this UID is ours, gone, or on the list of those to try again."""
    values = {"uid_validity": uid_validity, "last_uid": uid, "seen_at": now}
    tx.execute(
        insert_into(tx, position, mailbox=mailbox, folder=folder, **values).on_conflict_do_update(
            index_elements=[position.c.mailbox, position.c.folder], set_=values
        )
    )


def add_message(tx: Connection, raw: RawMessage, programme: str, now: datetime) -> bool:
    """The mail is ours from here on. False where its bytes already were: nothing is done twice."""
    added = tx.execute(
        insert_into(
            tx,
            message,
            sha256=raw.sha256,
            size=raw.size,
            programme=programme,
            mailbox=raw.mailbox,
            folder=raw.folder,
            uid_validity=raw.uid_validity,
            uid=raw.uid,
            received_at=raw.received_at,
            received_source=raw.received_source,
            held_at=now,
            state="waiting",
        )
        .on_conflict_do_nothing(index_elements=[message.c.sha256])
        .returning(message.c.id)
    )
    return added.first() is not None


def note_sighting(
    tx: Connection,
    raw_place: tuple[str, str, int, int],
    state: str,
    now: datetime,
    *,
    sha256: str = "",
    detail: str = "",
) -> None:
    """Record what became of the message at (mailbox, folder, uid_validity, uid)."""
    place = dict(zip(("mailbox", "folder", "uid_validity", "uid"), raw_place, strict=True))
    values = {"state": state, "sha256": sha256, "detail": detail, "seen_at": now}
    tx.execute(
        insert_into(tx, sighting, tries=1, **place, **values).on_conflict_do_update(
            index_elements=list(place), set_={"tries": sighting.c.tries + 1, **values}
        )
    )


def failed_uids(
    tx: Connection, mailbox: str, folder: str, uid_validity: int, now: datetime
) -> list[int]:
    """Messages that the server would not give so far and whose next try is due: at every poll at
    first, then ever more rarely, but never given up."""
    rows = tx.execute(
        select(sighting.c.uid, sighting.c.tries, sighting.c.seen_at)
        .where(
            sighting.c.mailbox == mailbox,
            sighting.c.folder == folder,
            sighting.c.state == "failed",
            sighting.c.uid_validity == uid_validity,
        )
        .order_by(sighting.c.uid)
    )
    return [row.uid for row in rows if row.seen_at + _wait(row.tries) <= now]


def _wait(tries: int) -> timedelta:
    """None for the first tries, then doubling from a minute up to the longest wait."""
    if tries <= TRIES_AT_EVERY_POLL:
        return timedelta(0)
    wait: timedelta = timedelta(minutes=1) * 2 ** min(tries - TRIES_AT_EVERY_POLL, 20)
    return min(wait, LONGEST_WAIT)


def held_uids(
    tx: Connection, mailbox: str, folder: str, uid_validity: int, uids: Collection[int]
) -> set[int]:
    """Those of the UIDs whose messages are ours already; a rebuilt ledger has no position."""
    if not uids:
        return set()
    found = tx.execute(
        select(sighting.c.uid).where(
            sighting.c.mailbox == mailbox,
            sighting.c.folder == folder,
            sighting.c.uid_validity == uid_validity,
            sighting.c.uid.between(min(uids), max(uids)),
            sighting.c.state == "held",
        )
    ).scalars()
    return set(found) & set(uids)
