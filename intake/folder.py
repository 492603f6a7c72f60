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
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby

from intake.recognised import recognise
from intake.taking import Counts, Taking
from intake.workplace import Workplace
from mail.imap import Described, Folder, FolderState, ImapMailbox, in_batches
from model.errors import MailboxBusy, MailboxError
from storage.ledger import receiving
from storage.ledger.receiving import Numbering, Position

logger = logging.getLogger(__name__)

COMPARE_EVERY = timedelta(hours=6)


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
    taking = Taking(place, connection, state, folder, at, counts, after=after, wanted=wanted)
    left = len(wanted)
    for batch in _batches(wanted, described, ours):
        came = taking.together([described[uid] for uid in batch]) if len(batch) > 1 else set()
        for uid in batch:
            if uid in ours:
                taking.known(described[uid], ours[uid])
            elif uid not in described:
                taking.untold(uid, troubles.get(uid, ""))
            elif uid not in came:
                taking.one(described[uid])
            left -= 1
            on_message(left)
    if wanted or compare or position is None or position.highest_modseq != state.highest_modseq:
        with place.ledger.write() as tx:
            highest = max([after, *fresh])
            receiving.close_position(
                tx, at, highest, state.highest_modseq, place.clock(), compared=compare
            )


def _batches(
    wanted: list[int], described: Mapping[int, Described], ours: Mapping[int, str]
) -> Iterator[list[int]]:
    """The UIDs in their order, small messages that are to be downloaded together."""
    for download, run in groupby(wanted, lambda uid: uid in described and uid not in ours):
        if download:
            for batch in in_batches(described[uid] for uid in run):
                yield [one.uid for one in batch]
        else:
            yield from ([uid] for uid in run)


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
