"""Messages of one folder made ours: downloaded, durable in the spool, entered in the ledger.

Small messages are taken together, large ones one by one; either way a message is ours only with
the transaction that enters it, and the position moves no further than up to the first message
that is neither ours, gone, nor on the list of those to try again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.recognised import identity_of
from intake.workplace import Workplace
from mail.imap import Described, Folder, FolderState, ImapMailbox, MessageVanished
from model.errors import MailboxBusy
from model.message import RawMessage
from storage.ledger import receiving, work
from storage.ledger.receiving import Numbering, Sighting
from storage.spool import Spooled

logger = logging.getLogger(__name__)

DOWNLOAD_ATTEMPTS = 3
TOGETHER_BYTES = 2 << 20
"""Small messages are held in memory up to here, and then made durable and entered at once."""


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


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of one message: held with its bytes, held and known by `sha256`, failed with
    the trouble, or vanished (none of these)."""

    uid: int
    described: Described | None = None
    spooled: Spooled | None = None
    sha256: str = ""
    trouble: str = ""


class Taking:
    """The messages of one open folder that are to be taken.

    after: the position so far. wanted: all UIDs that will be taken, whatever becomes of them.
    """

    def __init__(
        self,
        place: Workplace,
        connection: ImapMailbox,
        state: FolderState,
        folder: Folder,
        at: Numbering,
        counts: Counts,
        *,
        after: int,
        wanted: Iterable[int],
    ) -> None:
        self._place = place
        self._connection = connection
        self._state = state
        self._folder = folder
        self._at = at
        self._counts = counts
        self._position = after
        self._order = sorted(uid for uid in wanted if uid > after)
        self._next = 0
        self._done: set[int] = set()

    def known(self, described: Described, sha256: str) -> None:
        """Its bytes are ours under another number: there is nothing to download."""
        self._enter([_Taken(described.uid, described, sha256=sha256)])

    def untold(self, uid: int, trouble: str) -> None:
        """The server tells nothing of it: failed with this trouble, vanished where it is ""."""
        self._enter([_Taken(uid, trouble=trouble)])

    def one(self, described: Described) -> None:
        """Download a message and enter what became of it.

        Raises: MailboxBusy, MachineError.
        """
        uid = described.uid
        try:
            taken = _Taken(uid, described, self._download(described))
        except MessageVanished:
            taken = _Taken(uid)
        except _Unfetchable as error:
            taken = _Taken(uid, described, trouble=str(error))
        self._enter([taken])

    def together(self, batch: Sequence[Described]) -> set[int]:
        """Download small messages in one command; gives the UIDs of those that came. What did
        not come is for `one`, which finds out why.

        Raises: MailboxBusy where a broken connection cannot be made anew; MachineError.
        """
        described = {one.uid: one for one in batch}
        came: set[int] = set()
        held: list[tuple[int, bytes]] = []

        def keep() -> None:
            spooled = self._place.spool.receive_together(data for _, data in held)
            self._enter(
                _Taken(uid, described[uid], one)
                for (uid, _), one in zip(held, spooled, strict=True)
            )
            came.update(uid for uid, _ in held)
            held.clear()

        try:
            for uid, data in self._connection.download_small(batch):
                held.append((uid, data))
                if sum(len(one) for _, one in held) >= TOGETHER_BYTES:
                    keep()
        except MailboxBusy as error:
            logger.info("%s: %s", self._state.name, error)
            keep()
            self._reconnect()
        else:
            keep()
        return came

    def _download(self, described: Described) -> Spooled:
        """The bytes in the spool. A connection that breaks is made anew, the message begun again.

        Raises: _Unfetchable where it breaks each time at this message; MailboxBusy where it
        cannot be made anew, or the folder was numbered anew; MessageVanished; MachineError.
        """
        trouble = ""
        for _ in range(DOWNLOAD_ATTEMPTS):
            try:
                with self._place.spool.receive() as incoming:
                    self._connection.download(described.uid, described.size, incoming)
                    return incoming.keep()
            except MailboxBusy as error:
                trouble = str(error)
            self._reconnect()
        raise _Unfetchable(trouble)

    def _reconnect(self) -> None:
        """Raises: MailboxBusy where the server is away, or the folder was numbered anew."""
        self._connection.close()
        self._connection.connect()
        if self._connection.open(self._state.name).uid_validity != self._state.uid_validity:
            raise MailboxBusy(
                f"{self._state.name} was numbered anew.", "The next poll looks again."
            )

    def _enter(self, messages: Iterable[_Taken]) -> None:
        """Enter what became of messages, and move the position, in one transaction."""
        messages = list(messages)
        if not messages:
            return
        now = self._place.clock()
        programme = self._place.settings.programme_of(self._at.mailbox, self._folder.name)
        mails = [
            self._raw(one.spooled, one.described, now)
            for one in messages
            if one.spooled is not None and one.described is not None
        ]
        with self._place.ledger.write() as tx:
            position = self._reached(one.uid for one in messages)
            if position > self._position:
                receiving.move_position(tx, self._at, position, now)
            new = receiving.add_messages(tx, mails, programme, now)
            receiving.note_sightings(tx, self._at, [_sighting(one) for one in messages], now)
        self._position = position
        for one in messages:
            self._count(one, new)

    def _count(self, one: _Taken, new: set[str]) -> None:
        counts = self._counts
        if one.spooled is not None:
            first = one.spooled.sha256 in new
            new.discard(one.spooled.sha256)  # a second copy in the same batch is known
            counts.new += first
            counts.known += not first
            counts.bytes += one.spooled.size
            if not first:
                drop_known(self._place, one.spooled.sha256)
        elif one.sha256:
            counts.known += 1
        elif one.trouble:
            where = f"{self._at.mailbox}/{self._at.folder} UID {one.uid}"
            logger.error("%s could not be taken: %s", where, one.trouble)
            counts.failed += 1
        else:
            counts.vanished += 1

    def _reached(self, uids: Iterable[int]) -> int:
        """The highest UID up to which all that is wanted is done, these included."""
        self._done.update(uids)
        position = self._position
        while self._next < len(self._order) and self._order[self._next] in self._done:
            position = self._order[self._next]
            self._next += 1
        return position

    def _raw(self, spooled: Spooled, described: Described, now: datetime) -> RawMessage:
        return RawMessage(
            sha256=spooled.sha256,
            size=spooled.size,
            path=spooled.path,
            # A server that keeps no date of arrival leaves only ours, and the record says so.
            received_at=described.received_at or now,
            received_source="server" if described.received_at else "now",
            mailbox=self._at.mailbox,
            folder=self._at.folder,
            uid_validity=self._at.uid_validity,
            uid=described.uid,
            server=self._at.server,
            junk=self._folder.junk,
        )


def _sighting(one: _Taken) -> Sighting:
    sha256 = one.spooled.sha256 if one.spooled else one.sha256
    state = "held" if sha256 else "failed" if one.trouble else "vanished"
    identity = identity_of(one.described) if one.described and sha256 else ""
    return Sighting(one.uid, state, sha256, identity, one.trouble)


def drop_known(place: Workplace, sha256: str) -> None:
    """A second copy of bytes that are processed already need not lie in the spool again."""
    with place.ledger.read() as tx:
        row = work.find(tx, sha256)
    if row is not None and row.state == "processed":
        place.spool.remove(sha256)
