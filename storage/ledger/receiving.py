"""Rows of step 1, receiving: positions in folders, sightings, and messages that are ours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from model.finding import Finding
from model.forwarded import Forwarded
from model.message import RawMessage
from storage.ledger.inserting import insert_into, insert_many
from storage.ledger.schema import message, position, sighting

TRIES_AT_EVERY_POLL = 5
LONGEST_WAIT = timedelta(hours=6)
VALUES_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class Numbering:
    """What UIDs count within: one folder of one mailbox on one server, under one UIDVALIDITY."""

    mailbox: str
    server: str
    folder: str
    uid_validity: int


@dataclass(frozen=True, slots=True)
class Position:
    """Up to which UID a folder has been received, under which numbering.

    highest_modseq: the server's when all of the folder had been received, 0 where unknown.
    compared_at: when every UID of the folder was last compared with the sightings.
    """

    server: str
    uid_validity: int
    last_uid: int
    highest_modseq: int
    compared_at: datetime | None


def read_position(tx: Connection, mailbox: str, folder: str) -> Position | None:
    row = tx.execute(
        select(position).where(position.c.mailbox == mailbox, position.c.folder == folder)
    ).first()
    if row is None:
        return None
    return Position(row.server, row.uid_validity, row.last_uid, row.highest_modseq, row.compared_at)


def move_position(tx: Connection, at: Numbering, uid: int, now: datetime) -> None:
    """Everything up to this UID is ours, gone, or on the list of those to try again."""
    _set_position(tx, at, last_uid=uid, highest_modseq=0, seen_at=now)


def close_position(
    tx: Connection, at: Numbering, uid: int, highest_modseq: int, now: datetime, *, compared: bool
) -> None:
    """All that the folder held under `highest_modseq` has been received.

    compared: every UID was looked at, not only those above the position.
    """
    more = {"compared_at": now} if compared else {}
    _set_position(tx, at, last_uid=uid, highest_modseq=highest_modseq, seen_at=now, **more)


def _set_position(tx: Connection, at: Numbering, **values: Any) -> None:
    values |= {"uid_validity": at.uid_validity, "server": at.server}
    tx.execute(
        insert_into(
            tx, position, mailbox=at.mailbox, folder=at.folder, **values
        ).on_conflict_do_update(index_elements=[position.c.mailbox, position.c.folder], set_=values)
    )


def add_message(tx: Connection, raw: RawMessage, programme: str, now: datetime) -> bool:
    """The mail is ours from here on. False where its bytes already were: nothing is done twice."""
    added = tx.execute(
        insert_into(tx, message, **_row(raw, programme, now))
        .on_conflict_do_nothing(index_elements=[message.c.sha256])
        .returning(message.c.id)
    )
    return added.first() is not None


def add_messages(
    tx: Connection, mails: Sequence[RawMessage], programme: str, now: datetime
) -> set[str]:
    """The mails are ours from here on; gives the digests of those that were not before.

    Where two mailboxes receive the same at the very same time, both may be told so; it is there
    once all the same.
    """
    if not mails:
        return set()
    digests = {raw.sha256 for raw in mails}
    known = tx.execute(select(message.c.sha256).where(message.c.sha256.in_(sorted(digests))))
    before = set(known.scalars())
    adding = insert_many(tx, message).on_conflict_do_nothing(index_elements=[message.c.sha256])
    tx.execute(adding, [_row(raw, programme, now) for raw in mails])
    return digests - before


def _row(raw: RawMessage, programme: str, now: datetime) -> dict[str, Any]:
    return {
        "sha256": raw.sha256,
        "size": raw.size,
        "programme": programme,
        "mailbox": raw.mailbox,
        "server": raw.server,
        "folder": raw.folder,
        "uid_validity": raw.uid_validity,
        "uid": raw.uid,
        "junk": raw.junk,
        "forwarded": asdict(raw.forwarded) if raw.forwarded else None,
        "routed": as_json(raw.routed) if raw.routed else None,
        "received_at": raw.received_at,
        "received_source": raw.received_source,
        "held_at": now,
        "state": "waiting",
    }


def raw_message(row: Row[Any], path: Path) -> RawMessage:
    """A mail as it was received. path: where its bytes lie now."""
    return RawMessage(
        sha256=row.sha256,
        size=row.size,
        path=path,
        received_at=row.received_at,
        received_source=row.received_source,
        mailbox=row.mailbox,
        folder=row.folder,
        uid_validity=row.uid_validity,
        uid=row.uid,
        server=row.server,
        junk=row.junk,
        forwarded=Forwarded(**row.forwarded) if row.forwarded else None,
        routed=Finding(**row.routed) if row.routed else None,
    )


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding as it stands in the column `routed`."""
    return {"code": finding.code, "about": finding.about, "params": dict(finding.params)}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What became of one message on a server. state: "held", "vanished" or "failed".

    identity: what stays the same when the server numbers anew, "" where that is not known.
    """

    uid: int
    state: str
    sha256: str = ""
    identity: str = ""
    detail: str = ""


def note_sightings(
    tx: Connection, at: Numbering, sightings: Sequence[Sighting], now: datetime
) -> None:
    """Record what became of messages; each call counts as one more try."""
    if not sightings:
        return
    adding = insert_many(tx, sighting)
    changed = ("state", "sha256", "identity", "detail", "seen_at")
    place = ("mailbox", "server", "folder", "uid_validity", "uid")
    tx.execute(
        adding.on_conflict_do_update(
            index_elements=list(place),
            set_={
                "tries": sighting.c.tries + 1,
                **{name: adding.excluded[name] for name in changed},
            },
        ),
        [{**asdict(at), **asdict(one), "tries": 1, "seen_at": now} for one in sightings],
    )


def note_sighting(
    tx: Connection,
    at: Numbering,
    uid: int,
    state: str,
    now: datetime,
    *,
    sha256: str = "",
    identity: str = "",
    detail: str = "",
) -> None:
    """Record what became of one message on a server."""
    note_sightings(tx, at, [Sighting(uid, state, sha256, identity, detail)], now)


def failed_uids(tx: Connection, at: Numbering, now: datetime) -> list[int]:
    """Messages that the server would not give so far and whose next try is due: at every poll at
    first, then ever more rarely, but never given up."""
    rows = tx.execute(
        select(sighting.c.uid, sighting.c.tries, sighting.c.seen_at)
        .where(*_within(at), sighting.c.state == "failed")
        .order_by(sighting.c.uid)
    )
    return [row.uid for row in rows if row.seen_at + _wait(row.tries) <= now]


def _wait(tries: int) -> timedelta:
    """None for the first tries, then doubling from a minute up to the longest wait."""
    if tries <= TRIES_AT_EVERY_POLL:
        return timedelta(0)
    wait: timedelta = timedelta(minutes=1) * 2 ** min(tries - TRIES_AT_EVERY_POLL, 20)
    return min(wait, LONGEST_WAIT)


def held_uids(tx: Connection, at: Numbering, uids: Collection[int]) -> set[int]:
    """Those of the UIDs whose messages are ours already; a rebuilt ledger has no position."""
    return _sighted(tx, at, uids, sighting.c.state == "held")


def sighted_uids(tx: Connection, at: Numbering, uids: Collection[int]) -> set[int]:
    """Those of the UIDs of which the ledger knows what became, whatever that is."""
    return _sighted(tx, at, uids)


def _sighted(tx: Connection, at: Numbering, uids: Collection[int], *more: Any) -> set[int]:
    if not uids:
        return set()
    found = tx.execute(
        select(sighting.c.uid).where(
            *_within(at), sighting.c.uid.between(min(uids), max(uids)), *more
        )
    ).scalars()
    return set(found) & set(uids)


def was_numbered_otherwise(tx: Connection, at: Numbering) -> bool:
    """Whether the folder, or the mailbox on another server, has been received before."""
    found = select(sighting.c.uid).where(sighting.c.mailbox == at.mailbox, _numbered_before(at))
    return tx.execute(found.limit(1)).first() is not None


def known_identities(
    tx: Connection, at: Numbering, identities: Collection[str]
) -> dict[str, list[str]]:
    """Digests of the mails that are ours and had one of these identities under an earlier
    numbering; as many of each as there were at the most under one, less those that have been
    found again under `at`.
    """
    earlier: dict[str, dict[tuple[object, ...], list[str]]] = {}
    again: dict[str, int] = {}
    wanted = sorted({one for one in identities if one})
    for start in range(0, len(wanted), VALUES_PER_QUERY):
        rows = tx.execute(
            select(sighting)
            .where(
                sighting.c.mailbox == at.mailbox,
                sighting.c.state == "held",
                _numbered_before(at) | and_(*_within(at)),
                sighting.c.identity.in_(wanted[start : start + VALUES_PER_QUERY]),
            )
            .order_by(sighting.c.uid)
        )
        for row in rows:
            numbering = Numbering(row.mailbox, row.server, row.folder, row.uid_validity)
            if numbering == at:
                again[row.identity] = again.get(row.identity, 0) + 1
            else:
                groups = earlier.setdefault(row.identity, {})
                groups.setdefault((row.server, row.folder, row.uid_validity), []).append(row.sha256)
    return {
        identity: max(groups.values(), key=len)[again.get(identity, 0) :]
        for identity, groups in earlier.items()
    }


def _numbered_before(at: Numbering) -> Any:
    """What another server numbered, or this one under another UIDVALIDITY of the same folder. Two
    folders of one server stand beside one another: what lies in both is two messages."""
    return (sighting.c.server != at.server) | (
        (sighting.c.folder == at.folder) & (sighting.c.uid_validity != at.uid_validity)
    )


def _within(at: Numbering) -> tuple[Any, ...]:
    return (
        sighting.c.mailbox == at.mailbox,
        sighting.c.server == at.server,
        sighting.c.folder == at.folder,
        sighting.c.uid_validity == at.uid_validity,
    )
