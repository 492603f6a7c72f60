"""Rows of step 1, receiving: positions in folders, sightings, and messages that are ours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from model.message import RawMessage
from storage.ledger.schema import message, position, sighting

TRIES_BEFORE_GIVING_UP = 20
"""Polls that try a message again which the server would not give, before only a person can."""


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
    moved = tx.execute(
        update(position)
        .where(position.c.mailbox == mailbox, position.c.folder == folder)
        .values(values)
    )
    if not moved.rowcount:
        tx.execute(insert(position).values(mailbox=mailbox, folder=folder, **values))


def add_message(tx: Connection, raw: RawMessage, programme: str, now: datetime) -> bool:
    """The mail is ours from here on. False where its bytes already were: nothing is done twice."""
    if tx.execute(select(message.c.id).where(message.c.sha256 == raw.sha256)).first():
        return False
    tx.execute(
        insert(message).values(
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
    )
    return True


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
    mailbox, folder, uid_validity, uid = raw_place
    place = (
        (sighting.c.mailbox == mailbox)
        & (sighting.c.folder == folder)
        & (sighting.c.uid_validity == uid_validity)
        & (sighting.c.uid == uid)
    )
    values = {"state": state, "sha256": sha256, "detail": detail, "seen_at": now}
    known = tx.execute(update(sighting).where(place).values(tries=sighting.c.tries + 1, **values))
    if not known.rowcount:
        tx.execute(
            insert(sighting).values(
                mailbox=mailbox,
                folder=folder,
                uid_validity=uid_validity,
                uid=uid,
                tries=1,
                **values,
            )
        )


def failed_uids(tx: Connection, mailbox: str, folder: str, uid_validity: int) -> list[int]:
    """Messages that the server would not give so far, and that are worth another try."""
    return list(
        tx.execute(
            select(sighting.c.uid)
            .where(
                sighting.c.mailbox == mailbox,
                sighting.c.folder == folder,
                sighting.c.state == "failed",
                sighting.c.uid_validity == uid_validity,
                sighting.c.tries < TRIES_BEFORE_GIVING_UP,
            )
            .order_by(sighting.c.uid)
        ).scalars()
    )


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
