"""One folder of a mailbox: what is new in it, message by message.

Nothing rests on flags. A folder's position is the highest UID that is ours, gone, or on the list
of those to try again; it moves in the same transaction that makes a message ours. A message goes
on that list only where the server answers and will not give this one; a broken connection, a
full disk and a folder that was numbered anew end the poll with the position where it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from intake.workplace import Workplace
from mail.imap import Described, FolderState, ImapMailbox, MessageVanished
from model.errors import MailboxBusy, MailboxError
from model.message import RawMessage
from storage.ledger import receiving, work
from storage.spool import Spooled

logger = logging.getLogger(__name__)

DOWNLOAD_ATTEMPTS = 3


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
    folder: str,
    counts: Counts,
    on_message: Callable[[int], None],
) -> None:
    """Take in what is new; `on_message` is told after each how many are still to come.

    Raises: MailboxError, MailboxBusy, MachineError; what has been taken until then is kept.
    """
    state = connection.open(folder)
    with place.ledger.read() as tx:
        position = receiving.read_position(tx, mailbox, folder)
        after = position.last_uid if position and position.uid_validity == state.uid_validity else 0
        again = receiving.failed_uids(tx, mailbox, folder, state.uid_validity, place.clock())
    if position and position.uid_validity != state.uid_validity:
        # The server has numbered anew. Everything is looked at; what is ours already is known by
        # its digest.
        logger.warning(
            "%s/%s: UIDVALIDITY changed from %s to %s",
            mailbox,
            folder,
            position.uid_validity,
            state.uid_validity,
        )
    fresh = connection.new_uids(after)
    with place.ledger.read() as tx:
        held = receiving.held_uids(tx, mailbox, folder, state.uid_validity, fresh)
    wanted = [*again, *(uid for uid in fresh if uid not in held)]
    described, troubles = _describe(connection, state, wanted)
    for number, uid in enumerate(wanted, 1):
        one, trouble = described.get(uid), troubles.get(uid, "")
        _one(place, connection, mailbox, state, uid, one, trouble, counts, moves=uid > after)
        on_message(len(wanted) - number)


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


def _one(
    place: Workplace,
    connection: ImapMailbox,
    mailbox: str,
    state: FolderState,
    uid: int,
    described: Described | None,
    trouble: str,
    counts: Counts,
    *,
    moves: bool,
) -> None:
    """Take one message in, and move the position past it in the same transaction."""
    spooled = None
    if described is not None:
        try:
            spooled = _download(place, connection, state, described)
        except MessageVanished:
            described = None
        except _Unfetchable as error:
            trouble = str(error)
    now = place.clock()
    at = (mailbox, state.name, state.uid_validity, uid)
    new = False
    with place.ledger.write() as tx:
        if moves:
            receiving.move_position(tx, mailbox, state.name, state.uid_validity, uid, now)
        if spooled is not None and described is not None:
            raw = _raw(spooled, described, at, now)
            new = receiving.add_message(tx, raw, place.settings.programme_of(mailbox), now)
            receiving.note_sighting(tx, at, "held", now, sha256=raw.sha256)
        elif trouble:
            receiving.note_sighting(tx, at, "failed", now, detail=trouble)
        else:
            receiving.note_sighting(tx, at, "vanished", now)
    if spooled is not None:
        counts.new += new
        counts.known += not new
        counts.bytes += spooled.size
        if not new:
            drop_known(place, spooled.sha256)
    elif trouble:
        logger.error("%s/%s UID %s could not be taken: %s", mailbox, state.name, uid, trouble)
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
    spooled: Spooled, described: Described, at: tuple[str, str, int, int], now: datetime
) -> RawMessage:
    mailbox, folder, uid_validity, uid = at
    return RawMessage(
        sha256=spooled.sha256,
        size=spooled.size,
        path=spooled.path,
        # A server that keeps no date of arrival leaves only ours, and the record says so.
        received_at=described.received_at or now,
        received_source="server" if described.received_at else "now",
        mailbox=mailbox,
        folder=folder,
        uid_validity=uid_validity,
        uid=uid,
    )


def drop_known(place: Workplace, sha256: str) -> None:
    """A second copy of bytes that are processed already need not lie in the spool again."""
    with place.ledger.read() as tx:
        row = work.find(tx, sha256)
    if row is not None and row.state == "processed":
        place.spool.remove(sha256)
