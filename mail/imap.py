"""A mailbox: which messages are there, and their bytes; moved only where it is asked for.

Folders are opened with EXAMINE and bytes taken with BODY.PEEK (RFC 3501), so nothing a person
sees changes, unless a folder is opened for filing. Nothing rests on UIDNEXT, STATUS or \\Seen,
which some servers lack and any person can change: the position is the highest UID taken, under
the folder's UIDVALIDITY. IDLE, MOVE and CONDSTORE are used where they are offered.

Residual risks: those of `mail.connection`; a server that hands out one UID twice under one
UIDVALIDITY breaks RFC 3501 and would hide a message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import Any, Self

from imapclient.exceptions import IMAPClientError

from mail import filing, folders, news
from mail.connection import connect, hang_up
from mail.described import Described, describe
from mail.download import MessageVanished, Writable, download, download_small, in_batches
from mail.folders import Folder, FolderState, open_folder
from mail.idle import IdleRefused, idle, never, sleep
from mail.lookup import holds_message_id
from mail.refusals import translated
from model.account import ImapAccount
from model.errors import MailboxBusy, MailboxError

__all__ = ["Described", "Folder", "FolderState", "ImapMailbox", "MessageVanished", "in_batches"]

logger = logging.getLogger(__name__)

# Servers refuse command lines with lists of more than about 500 UIDs.
UIDS_PER_COMMAND = 200


class ImapMailbox:
    """One connection to one account; a context manager that connects and hangs up.

    Every method raises `MailboxBusy` when the connection breaks, and the connection is then
    gone: `connect` and `open` again, best through `mail.backoff.retrying`. Not for two threads.
    """

    def __init__(self, account: ImapAccount) -> None:
        self.account = account
        self._client: Any = None
        self._open = ""
        self._exists = 0
        self._for_filing = self._streaming = False
        self._idle_refused = False
        self._real_names: dict[str, str] = {}

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
            self._open = ""

    def close(self) -> None:
        """Say good-bye where the connection still stands, and let go of it."""
        if self._client is None or self._streaming:
            self._drop()
            return
        client, self._client, self._open = self._client, None, ""
        try:
            client.logout()
        except (OSError, IMAPClientError) as error:
            logger.debug("Mailbox %s: no good-bye: %s", self.account.name, error)
            hang_up(client)

    @property
    def server(self) -> str:
        """Whose numbers the UIDs are: user@host:port. UIDs of another server mean nothing."""
        host = self.account.host.rstrip(".").lower()
        return f"{self.account.username}@{host}:{self.account.port}"

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection, dead or alive."""
        return self._client is not None

    def alive(self) -> bool:
        """Whether the connection still answers; where it does not, it is closed."""
        if self._client is None:
            return False
        try:
            with self._session("seeing whether the connection lives") as client:
                self._exists = news.look(client, self._exists)
        except MailboxBusy as busy:
            logger.info("%s", busy)
            return False
        return True

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server says it can do, upper case."""
        with self._session("asking for capabilities") as client:
            return frozenset(word.decode("ascii", "replace") for word in client.capabilities())

    @property
    def can_idle(self) -> bool:
        """Whether `wait` hears of news at once."""
        return not self._idle_refused and "IDLE" in self.capabilities

    @property
    def can_move(self) -> bool:
        """Whether the server moves messages in one step (RFC 6851)."""
        return "MOVE" in self.capabilities

    def folders(self) -> tuple[Folder, ...]:
        """All folders that can be opened, in the server's order."""
        with self._session("listing the folders") as client:
            return folders.list_folders(client)

    def list_folders(self) -> tuple[str, ...]:
        """The names of `folders`."""
        return tuple(one.name for one in self.folders())

    def open(self, folder: str) -> FolderState:
        """Open a folder for reading (EXAMINE).

        Raises: MailboxError naming the folders there are when this one is not among them.
        """
        return self._opening(folder, for_filing=False)

    def open_for_filing(self, folder: str) -> FolderState:
        """Open a folder so that messages can be moved out of it (SELECT).

        Raises: as `open`.
        """
        return self._opening(folder, for_filing=True)

    def new_uids(self, after: int) -> list[int]:
        """The UIDs above `after` in the open folder, ascending; also what came since it was opened.

        Costs two round trips and as many bytes as there are new messages.
        """
        with self._opened("looking for new messages") as client:
            self._exists = news.look(client, self._exists)
            return news.uids_after(client, after, self._exists)

    def wait(self, seconds: float, stopped: Callable[[], bool] = never) -> bool:
        """Wait for news of the open folder; True as soon as the server tells of any.

        False when the time is up or `stopped` says so; it is asked every half second. A server
        without IDLE tells nothing: then this only sleeps.
        """
        if not self.can_idle:
            sleep(seconds, stopped)
            return False
        with self._opened("waiting for news") as client:
            if news.told_meanwhile(client, self._exists):
                return True
            try:
                exists = idle(client, seconds, stopped, self._exists)
            except IdleRefused as refused:
                logger.warning("Mailbox %s: %s", self.account.name, refused)
                self._idle_refused, exists = True, None
        if self._idle_refused:
            sleep(seconds, stopped)
        self._exists = self._exists if exists is None else exists
        return exists is not None

    def describe(self, uids: Iterable[int]) -> Iterator[Described]:
        """Size, arrival and identity of each of `uids`, in their order; the vanished are absent."""
        rest = iter(uids)
        while batch := list(islice(rest, UIDS_PER_COMMAND)):
            with self._opened("asking for sizes and dates") as client:
                described = list(describe(client, batch))
            yield from described

    def download(self, uid: int, size: int, into: Writable) -> int:
        """Write a message's bytes to `into`, in blocks; gives their number.

        size: as `describe` gave it; see `mail.download` for what happens where it is wrong.
        Raises: MessageVanished when the message was expunged meanwhile (what was written so
        far is worthless); MailboxBusy when the connection breaks or the answers contradict
        each other.
        """
        with self._opened(f"fetching message {uid}") as client:
            got = download(client, uid, size, into)
        if got is None:
            raise MessageVanished(uid)
        return got

    def download_small(self, messages: Sequence[Described]) -> Iterator[tuple[int, bytes]]:
        """UID and bytes of several small messages, best a batch of `in_batches`, as they come.

        Must be read to its end, or the connection is of no more use. A message that is missing is
        for `download`, which tells why.
        """
        with self._opened(f"fetching {len(messages)} messages") as client:
            self._streaming = True
            yield from download_small(client, messages)
            self._streaming = False

    def ensure_folder(self, name: str) -> None:
        """Make a folder where it is missing. name: levels parted by "/".

        Raises: MailboxError with advice where the server refuses.
        """
        self._real_names.pop(name, None)
        self._real_name(name)

    def move(self, uids: Sequence[int], target: str, *, retried: bool = False) -> frozenset[int]:
        """Move messages out of the folder open for filing; gives those that are in `target` now.

        The vanished are not among them. Where the server has neither MOVE nor UIDPLUS they keep
        lying in the folder, marked \\Deleted, and count as moved. retried: an earlier call may
        have copied them before it broke off, so `target` is looked through for their Message-IDs.
        Raises: MailboxError where `target` cannot be made.
        """
        if self._client is not None and not self._for_filing:
            raise RuntimeError("open a folder for filing first")
        real, source = self._real_name(target), self._open
        done: frozenset[int] = frozenset()
        for start in range(0, len(uids), UIDS_PER_COMMAND):
            batch = uids[start : start + UIDS_PER_COMMAND]
            with self._opened(f"moving messages to {target}") as client:
                done |= filing.move(client, self.account, source, batch, real, retried)
        return done

    def find_message_id(self, folder: str, message_id: str, *, newest: int = 5000) -> bool | None:
        """Whether a message with this Message-ID is in `folder`; None where that cannot be said.

        The server's search is asked first, its hits are looked at, and where it finds nothing
        the headers of the `newest` messages are read, since NetEase's search is not reliable.
        False only where every message of the folder was read. Afterwards no folder is open.
        """
        state = self.open(folder)
        with self._opened(f"looking for a letter in {folder}") as client:
            self._open = ""
            return holds_message_id(client, state.exists, message_id, newest)

    def _opening(self, folder: str, *, for_filing: bool) -> FolderState:
        self._open = ""
        with self._session(f"opening {folder}") as client:
            state = open_folder(client, self.account, folder, for_filing=for_filing)
        self._open, self._exists, self._for_filing = folder, state.exists, for_filing
        return state

    def _real_name(self, name: str) -> str:
        """The name of a folder to file into as the server has it; made where it is missing."""
        if name not in self._real_names:
            with self._session(f"making the folder {name}") as client:
                self._real_names[name] = filing.ensure_folder(client, self.account, name)
        return self._real_names[name]

    @contextmanager
    def _opened(self, doing: str) -> Iterator[Any]:
        if self._client is not None and not self._open:
            raise RuntimeError("open a folder first")
        with self._session(doing) as client:
            yield client

    @contextmanager
    def _session(self, doing: str) -> Iterator[Any]:
        if self._client is None:
            raise MailboxBusy(f"Mailbox {self.account.name} is not connected.", "Connect again.")
        if self._streaming:
            raise RuntimeError("read the messages on their way to the end first")
        try:
            with translated(self.account, doing):
                yield self._client
        except MailboxError as error:
            if isinstance(error, MailboxBusy):
                self._drop()
            raise
        except BaseException:
            # A full disk, or an interrupt, in the middle of an answer.
            self._drop()
            raise

    def _drop(self) -> None:
        """After a break nobody knows which answer would come next on the connection."""
        if self._client is not None:
            hang_up(self._client)
        self._client, self._open, self._streaming = None, "", False
