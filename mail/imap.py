"""A mailbox, read only: which messages are there, and their bytes.

Folders are opened with EXAMINE and bytes taken with BODY.PEEK (RFC 3501), so nothing a person
sees changes. Nothing rests on UIDNEXT, STATUS or \\Seen, which some servers lack and any
person can change: the position is the highest UID taken, under the folder's UIDVALIDITY.

Residual risks: those of `mail.connection`; a server that hands out one UID twice under one
UIDVALIDITY breaks RFC 3501 and would hide a message.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from types import TracebackType
from typing import Any, Self

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mail.connection import connect, hang_up
from mail.download import MessageVanished, Writable, download
from mail.lookup import holds_message_id
from mail.refusals import folder_refused, translated
from model.account import ImapAccount
from model.errors import MailboxBusy, MailboxError

__all__ = ["Described", "FolderState", "ImapMailbox", "MessageVanished"]

logger = logging.getLogger(__name__)

# Servers refuse command lines with lists of more than about 500 UIDs.
UIDS_PER_FETCH = 200
# imaplib gives up on an answer line of a million bytes; a UID takes at most 11 of them.
UIDS_PER_SEARCH = 50_000


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder as it was when opened. exists: number of messages."""

    name: str
    uid_validity: int
    exists: int


@dataclass(frozen=True, slots=True)
class Described:
    """A message before its download.

    size: bytes, as the server announces them, 0 where it does not. received_at: INTERNALDATE in
    the server's zone, None where it gives none that can be read.
    """

    uid: int
    size: int
    received_at: datetime | None


class ImapMailbox:
    """One connection to one account; a context manager that connects and hangs up.

    Every method raises `MailboxBusy` when the connection breaks, and the connection is then
    gone: `connect` and `open` again, best through `mail.backoff.retrying`. Not for two threads.
    """

    def __init__(self, account: ImapAccount) -> None:
        self.account = account
        self._client: Any = None
        self._folder = ""
        self._exists = 0

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Connect and log in, unless connected.

        Raises: MailboxError, MailboxBusy.
        """
        if self._client is None:
            self._client = connect(self.account)
            self._folder = ""

    def close(self) -> None:
        """Say good-bye where the connection still stands, and let go of it."""
        if self._client is None:
            return
        client, self._client, self._folder = self._client, None, ""
        try:
            client.logout()
        except (OSError, IMAPClientError) as error:
            logger.debug("Mailbox %s: no good-bye: %s", self.account.name, error)
            hang_up(client)

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server says it can do, upper case."""
        with self._session("asking for capabilities") as client:
            return frozenset(word.decode("ascii", "replace") for word in client.capabilities())

    def list_folders(self) -> tuple[str, ...]:
        """The names of all folders that can be opened, in the server's order."""
        with self._session("listing the folders") as client:
            return tuple(
                name
                for flags, _, name in client.list_folders()
                if not {b"\\noselect", b"\\nonexistent"} & {flag.lower() for flag in flags}
            )

    def open(self, folder: str) -> FolderState:
        """Open a folder for reading (EXAMINE).

        Raises: MailboxError naming the folders there are when this one is not among them.
        """
        self._folder = ""
        with self._session(f"opening {folder}") as client:
            try:
                answer = client.select_folder(folder, readonly=True)
            except IMAPClientAbortError:
                raise
            except IMAPClientError as error:
                raise folder_refused(
                    self.account, folder, str(error), self.list_folders()
                ) from error
        if not answer.get(b"UIDVALIDITY"):
            raise MailboxError(
                f"Mailbox {self.account.name}: {folder} has no UIDVALIDITY, so a message cannot "
                "be told from the next.",
                "Use a server that speaks IMAP4rev1 in full.",
            )
        self._folder, self._exists = folder, answer[b"EXISTS"]
        return FolderState(folder, answer[b"UIDVALIDITY"], answer[b"EXISTS"])

    def new_uids(self, after: int) -> list[int]:
        """The UIDs above `after` in the open folder, ascending; also what came since it was opened.

        Costs two round trips and as many bytes as there are new messages.
        """
        with self._opened("looking for new messages") as client:
            # Without a command of its own between, a server need not show what came in.
            for response in client.noop()[1]:
                if response[1:2] == (b"EXISTS",):
                    self._exists = int(response[0])
            spans: tuple[str, ...] = (f"{after + 1}:*",)
            if self._exists > UIDS_PER_SEARCH:
                last = max(client.search(["UID", "*"]), default=0)
                spans = tuple(
                    f"{first}:{min(first + UIDS_PER_SEARCH - 1, last)}"
                    for first in range(after + 1, last + 1, UIDS_PER_SEARCH)
                )
            found = {uid for span in spans for uid in client.search(["UID", span])}
        # "n:*" means "from n to the last, whichever is greater", so it always has the last one.
        return sorted(uid for uid in found if uid > after)

    def describe(self, uids: Iterable[int]) -> Iterator[Described]:
        """Size and arrival of each of `uids`, in their order; the vanished are simply absent.

        Raises: MailboxError when the server leaves a date or size out: a message without them
        must be seen by somebody, not passed over.
        """
        rest = iter(uids)
        while batch := list(islice(rest, UIDS_PER_FETCH)):
            with self._opened("asking for sizes and dates") as client:
                answers = client.fetch(batch, ["RFC822.SIZE", "INTERNALDATE"])
            for uid in batch:
                # An unasked-for FETCH (flags changed elsewhere) has neither item.
                if {b"RFC822.SIZE", b"INTERNALDATE"} & answers.get(uid, {}).keys():
                    yield self._described(uid, answers[uid])

    def download(self, uid: int, size: int, into: Writable) -> int:
        """Write a message's bytes to `into`, in pieces of 1 MiB; gives their number.

        size: as `describe` gave it; see `mail.download` for what happens where it is wrong.
        Raises: MessageVanished when the message was expunged meanwhile (what was written so
        far is worthless); MailboxBusy when the connection breaks or the answers contradict
        each other.
        """
        with self._opened(f"fetching message {uid}") as client:
            return download(client, uid, size, into)

    def find_message_id(self, folder: str, message_id: str, *, newest: int = 5000) -> bool | None:
        """Whether a message with this Message-ID is in `folder`; None where that cannot be said.

        The server's search is asked first, its hits are looked at, and where it finds nothing
        the headers of the `newest` messages are read, since NetEase's search is not reliable.
        False only where every message of the folder was read. Afterwards no folder is open.
        """
        state = self.open(folder)
        with self._opened(f"looking for a letter in {folder}") as client:
            self._folder = ""
            return holds_message_id(client, state.exists, message_id, newest)

    def _described(self, uid: int, answer: dict[bytes, Any]) -> Described:
        size, received_at = answer.get(b"RFC822.SIZE"), answer.get(b"INTERNALDATE")
        if not isinstance(size, int):
            size = 0
        if not isinstance(received_at, datetime):
            logger.warning("%s: message %d has no date of the server", self.account.name, uid)
            return Described(uid, size, None)
        offset = received_at.utcoffset() or timedelta()
        return Described(uid, size, received_at.replace(tzinfo=timezone(offset)))

    @contextmanager
    def _opened(self, doing: str) -> Iterator[Any]:
        if self._client is not None and not self._folder:
            raise RuntimeError("open a folder first")
        with self._session(doing) as client:
            yield client

    @contextmanager
    def _session(self, doing: str) -> Iterator[Any]:
        if self._client is None:
            raise MailboxBusy(f"Mailbox {self.account.name} is not connected.", "Connect again.")
        try:
            with translated(self.account, doing):
                yield self._client
        except MailboxBusy:
            # After a break nobody knows which answer would come next on this connection.
            if self._client is not None:
                hang_up(self._client)
            self._client, self._folder = None, ""
            raise
