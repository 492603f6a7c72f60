"""Step 1: what is new in a mailbox comes into the spool, and only then is it ours.

Nothing rests on flags. A folder's position is the highest UID that is ours, gone, or on the list
of those to try again; it moves in the same transaction that makes a message ours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from intake.ownership import is_dead, part_owner
from intake.workplace import Workplace
from mail.imap import Described, FolderState, ImapMailbox, MessageVanished
from model.account import ImapAccount
from model.errors import MailboxBusy, SettingsError
from model.message import RawMessage
from storage.ledger import leases, receiving, work
from storage.spool import Spooled

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=30)
DOWNLOAD_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Received:
    """What one poll of a mailbox brought. new: messages that are ours now; known: messages whose
    bytes were ours already; vanished: gone before they could be taken; failed: to be tried again;
    bytes: downloaded. busy: another process was polling, so this one did nothing."""

    mailbox: str
    new: int = 0
    known: int = 0
    vanished: int = 0
    failed: int = 0
    bytes: int = 0
    busy: bool = False

    def plus(self, **counts: int) -> Received:
        return replace(self, **{name: getattr(self, name) + n for name, n in counts.items()})


Progress = Callable[[Received, int], None]
"""Called after each message with the counts so far and how many are still to come."""


def receive(place: Workplace, mailbox: str, progress: Progress | None = None) -> Received:
    """Take in what is new in all folders of one mailbox.

    Raises: MailboxError, MailboxBusy; what has been received until then is kept.
    """
    account = account_of(place, mailbox)
    with _alone(place, mailbox) as owner:
        if owner is None:
            return Received(mailbox, busy=True)
        received = Received(mailbox)
        with ImapMailbox(account) as connection:
            for folder in account.folders:
                received = _folder(place, connection, folder, owner, received, progress)
        return received


def account_of(place: Workplace, mailbox: str) -> ImapAccount:
    """Raises: SettingsError where no mailbox has that name."""
    known = place.settings.mailboxes
    if mailbox not in known:
        names = ", ".join(sorted(known)) or "none is configured"
        raise SettingsError(
            f"There is no mailbox {mailbox!r} in the settings ({names}).",
            "Add [mailboxes.NAME] with host, username and password_file to intake.toml.",
        )
    return known[mailbox].account(mailbox)


@contextmanager
def _alone(place: Workplace, mailbox: str) -> Iterator[str | None]:
    """Never two polls of one mailbox at once; None where another process is at it."""
    name, owner = f"mailbox:{mailbox}", part_owner(place.owner)
    with place.ledger.write() as tx:
        holder = leases.holder(tx, name, place.clock())
        if holder is not None and is_dead(holder):
            leases.drop(tx, name, holder)
        taken = leases.take(tx, name, owner, place.clock(), LEASE)
    try:
        yield owner if taken else None
    finally:
        with place.ledger.write() as tx:
            leases.drop(tx, name, owner)


def _folder(
    place: Workplace,
    connection: ImapMailbox,
    folder: str,
    owner: str,
    received: Received,
    progress: Progress | None,
) -> Received:
    mailbox = received.mailbox
    state = connection.open(folder)
    with place.ledger.read() as tx:
        position = receiving.read_position(tx, mailbox, folder)
        after = position.last_uid if position and position.uid_validity == state.uid_validity else 0
        again = receiving.failed_uids(tx, mailbox, folder, state.uid_validity)
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
    described = {one.uid: one for one in connection.describe(wanted)}
    for number, uid in enumerate(wanted, 1):
        one = described.get(uid)
        received = _one(place, connection, state, uid, one, received, moves=uid > after)
        with place.ledger.write() as tx:
            leases.take(tx, f"mailbox:{mailbox}", owner, place.clock(), LEASE)
        if progress:
            progress(received, len(wanted) - number)
    return received


def _one(
    place: Workplace,
    connection: ImapMailbox,
    state: FolderState,
    uid: int,
    described: Described | None,
    received: Received,
    *,
    moves: bool,
) -> Received:
    """Take one message in, and move the position past it in the same transaction."""
    spooled, trouble = None, ""
    if described is not None:
        try:
            spooled = _download(place, connection, state, described)
        except MessageVanished:
            described = None
        except MailboxBusy as error:
            trouble = str(error)
    now = place.clock()
    at = (received.mailbox, state.name, state.uid_validity, uid)
    with place.ledger.write() as tx:
        if moves:
            receiving.move_position(tx, received.mailbox, state.name, state.uid_validity, uid, now)
        if spooled is not None and described is not None:
            raw = _raw(spooled, described, at)
            programme = place.settings.programme_of(received.mailbox)
            new = receiving.add_message(tx, raw, programme, now)
            receiving.note_sighting(tx, at, "held", now, sha256=raw.sha256)
        elif trouble:
            receiving.note_sighting(tx, at, "failed", now, detail=trouble)
        else:
            receiving.note_sighting(tx, at, "vanished", now)
    if spooled is None:
        if trouble:
            logger.error(
                "%s/%s UID %s could not be taken: %s", received.mailbox, state.name, uid, trouble
            )
            return received.plus(failed=1)
        return received.plus(vanished=1)
    if not new:
        _drop_known(place, spooled.sha256)
    return received.plus(new=int(new), known=int(not new), bytes=spooled.size)


def _download(
    place: Workplace, connection: ImapMailbox, state: FolderState, described: Described
) -> Spooled:
    """The bytes in the spool. A connection that breaks is made anew, the message begun again.

    Raises: MailboxBusy where it breaks each time; MessageVanished.
    """
    for attempt in range(1, DOWNLOAD_ATTEMPTS + 1):
        try:
            with place.spool.receive() as incoming:
                connection.download(described.uid, described.size, incoming)
                return incoming.keep()
        except MailboxBusy:
            connection.close()
            connection.connect()
            again = connection.open(state.name)
            if again.uid_validity != state.uid_validity or attempt == DOWNLOAD_ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _raw(spooled: Spooled, described: Described, at: tuple[str, str, int, int]) -> RawMessage:
    mailbox, folder, uid_validity, uid = at
    return RawMessage(
        sha256=spooled.sha256,
        size=spooled.size,
        path=spooled.path,
        received_at=described.received_at,
        mailbox=mailbox,
        folder=folder,
        uid_validity=uid_validity,
        uid=uid,
    )


def _drop_known(place: Workplace, sha256: str) -> None:
    """A second copy of bytes that are processed already need not lie in the spool again."""
    with place.ledger.read() as tx:
        row = work.find(tx, sha256)
    if row is not None and row.state == "processed":
        place.spool.remove(sha256)
