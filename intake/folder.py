"""One folder of a mailbox: what is new in it, message by message.

Nothing rests on flags. A folder's position is the highest UID that is ours, gone, or on the list
of those to try again; it moves in the same transaction that makes a message ours. A message goes
on that list only where the server answers and will not give this one; a broken connection, a
full disk and a folder that was numbered anew end the poll with the position where it was.

A server that numbers anew, or another one that the mailbox has moved to, is looked at from the
first message on; what it has that is ours already is recognised by `intake.recognised`. Now and
then every UID is compared with what is known, so that a server that goes back in its numbers
hides nothing for long.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.recognised import identity_of, recognise
from intake.workplace import Workplace
from mail.imap import Described, Folder, FolderState, ImapMailbox, MessageVanished
from model.errors import MailboxBusy, MailboxError
from model.message import RawMessage
from storage.ledger import receiving, work
from storage.ledger.receiving import Numbering, Position
from storage.spool import Spooled

logger = logging.getLogger(__name__)

DOWNLOAD_ATTEMPTS = 3
COMPARE_EVERY = timedelta(hours=6)


@dataclass(slots=True)
class Counts:
    """What has come so far; see `intake.receive.Received`."""

    new: int = 0
    known: int = 0
    vanished: int = 0
    failed: int = 0
    bytes: int = 0


class _Unfetchable(Exception):
    """The server answers, and will not give this one message."""


def take_folder(
    place: Workplace,
    connection: ImapMailbox,
    mailbox: str,
    folder: Folder,
    counts: Counts,
    on_message: Callable[[int], None],
) -> None:
    """Take in what is new; `on_message` is told after each how many are still to come.

    Raises: MailboxError, MailboxBusy, MachineError; what has been taken until then is kept.
    """
    state = connection.open(folder.name)
    at = Numbering(mailbox, connection.server, folder.name, state.uid_validity)
    now = place.clock()
    with place.ledger.read() as tx:
        position = _position(receiving.read_position(tx, mailbox, folder.name), at)
        again = receiving.failed_uids(tx, at, now)
    after = position.last_uid if position else 0
    compare = _compare_is_due(position, now)
    if position and not again and not compare and _nothing_changed(position, state):
        return
    fresh = connection.new_uids(0 if compare else after)
    with place.ledger.read() as tx:
        sighted = receiving.sighted_uids(tx, at, fresh)
    wanted = [*again, *(uid for uid in fresh if uid not in sighted)]
    described, troubles = _describe(connection, state, wanted)
    ours = recognise(place, at, described)
    for number, uid in enumerate(wanted, 1):
        one = _One(at, uid, described.get(uid), troubles.get(uid, ""), moves=uid > after)
        if uid in ours:
            _note_known(place, one, ours[uid], counts)
        else:
            _take(place, connection, state, folder, one, counts)
        on_message(len(wanted) - number)
    with place.ledger.write() as tx:
        highest = max([after, *fresh])
        receiving.close_position(
            tx, at, highest, state.highest_modseq, place.clock(), compared=compare
        )


@dataclass(frozen=True, slots=True)
class _One:
    """One message to be taken. moves: the position moves past it. trouble: why the server would
    not even describe it."""

    at: Numbering
    uid: int
    described: Described | None
    trouble: str
    moves: bool


def _position(known: Position | None, at: Numbering) -> Position | None:
    """The position, where it counts in the numbers that the server uses now."""
    if known is None:
        return None
    if (known.server, known.uid_validity) != (at.server, at.uid_validity):
        logger.warning(
            "%s/%s is numbered anew: UIDVALIDITY %s of %s was %s of %s",
            at.mailbox,
            at.folder,
            at.uid_validity,
            at.server,
            known.uid_validity,
            known.server or "an unknown server",
        )
        return None
    return known


def _compare_is_due(position: Position | None, now: datetime) -> bool:
    return (
        position is None
        or position.compared_at is None
        or not timedelta(0) <= now - position.compared_at < COMPARE_EVERY
    )


def _nothing_changed(position: Position, state: FolderState) -> bool:
    """A message that comes raises the folder's modification sequence (RFC 7162, section 3.1)."""
    return 0 < state.highest_modseq == position.highest_modseq


def _describe(
    connection: ImapMailbox, state: FolderState, uids: list[int]
) -> tuple[dict[int, Described], dict[int, str]]:
    """Size and arrival of each message, and why the server would not tell; one that it cannot
    tell of must not hold up the others, so they are then asked for one by one.

    Raises: MailboxError where it is the connection that fails.
    """
    try:
        return {one.uid: one for one in connection.describe(uids)}, {}
    except MailboxError as error:
        logger.warning("%s: asked for messages one by one, because: %s", state.name, error)
    described: dict[int, Described] = {}
    troubles: dict[int, str] = {}
    for uid in uids:
        connection.connect()
        if connection.open(state.name).uid_validity != state.uid_validity:
            raise MailboxBusy(f"{state.name} was numbered anew.", "The next poll looks again.")
        try:
            described |= {one.uid: one for one in connection.describe([uid])}
        except MailboxError as error:
            troubles[uid] = str(error)
    return described, troubles


def _note_known(place: Workplace, one: _One, sha256: str, counts: Counts) -> None:
    """Its bytes are ours under another number: there is nothing to download."""
    assert one.described is not None
    now = place.clock()
    with place.ledger.write() as tx:
        if one.moves:
            receiving.move_position(tx, one.at, one.uid, now)
        identity = identity_of(one.described)
        receiving.note_sighting(tx, one.at, one.uid, "held", now, sha256=sha256, identity=identity)
    counts.known += 1


def _take(
    place: Workplace,
    connection: ImapMailbox,
    state: FolderState,
    folder: Folder,
    one: _One,
    counts: Counts,
) -> None:
    """Take one message in, and move the position past it in the same transaction."""
    spooled, described, trouble = None, one.described, one.trouble
    if described is not None:
        try:
            spooled = _download(place, connection, state, described)
        except MessageVanished:
            described = None
        except _Unfetchable as error:
            trouble = str(error)
    now = place.clock()
    new = False
    with place.ledger.write() as tx:
        if one.moves:
            receiving.move_position(tx, one.at, one.uid, now)
        if spooled is not None and described is not None:
            raw = _raw(spooled, described, one.at, folder, now)
            programme = place.settings.programme_of(one.at.mailbox, folder.name)
            new = receiving.add_message(tx, raw, programme, now)
            identity = identity_of(described)
            receiving.note_sighting(
                tx, one.at, one.uid, "held", now, sha256=raw.sha256, identity=identity
            )
        elif trouble:
            receiving.note_sighting(tx, one.at, one.uid, "failed", now, detail=trouble)
        else:
            receiving.note_sighting(tx, one.at, one.uid, "vanished", now)
    if spooled is not None:
        counts.new += new
        counts.known += not new
        counts.bytes += spooled.size
        if not new:
            drop_known(place, spooled.sha256)
    elif trouble:
        where = f"{one.at.mailbox}/{one.at.folder} UID {one.uid}"
        logger.error("%s could not be taken: %s", where, trouble)
        counts.failed += 1
    else:
        counts.vanished += 1


def _download(
    place: Workplace, connection: ImapMailbox, state: FolderState, described: Described
) -> Spooled:
    """The bytes in the spool. A connection that breaks is made anew, the message begun again.

    Raises: _Unfetchable where it breaks each time at this message; MailboxBusy where it cannot
    be made anew, or the folder was numbered anew; MessageVanished; MachineError.
    """
    trouble = ""
    for _ in range(DOWNLOAD_ATTEMPTS):
        try:
            with place.spool.receive() as incoming:
                connection.download(described.uid, described.size, incoming)
                return incoming.keep()
        except MailboxBusy as error:
            trouble = str(error)
        connection.close()
        connection.connect()
        if connection.open(state.name).uid_validity != state.uid_validity:
            raise MailboxBusy(f"{state.name} was numbered anew.", "The next poll looks again.")
    raise _Unfetchable(trouble)


def _raw(
    spooled: Spooled, described: Described, at: Numbering, folder: Folder, now: datetime
) -> RawMessage:
    return RawMessage(
        sha256=spooled.sha256,
        size=spooled.size,
        path=spooled.path,
        # A server that keeps no date of arrival leaves only ours, and the record says so.
        received_at=described.received_at or now,
        received_source="server" if described.received_at else "now",
        mailbox=at.mailbox,
        folder=at.folder,
        uid_validity=at.uid_validity,
        uid=described.uid,
        server=at.server,
        junk=folder.junk,
    )


def drop_known(place: Workplace, sha256: str) -> None:
    """A second copy of bytes that are processed already need not lie in the spool again."""
    with place.ledger.read() as tx:
        row = work.find(tx, sha256)
    if row is not None and row.state == "processed":
        place.spool.remove(sha256)
