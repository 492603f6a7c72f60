"""The folders of the embedded IMAP server: messages as files on disk, with UIDs and flags."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from imapclient.imap_utf7 import decode, encode


@dataclass(slots=True)
class Stored:
    """One message. size: bytes. received_at: aware; its zone is shown as it is."""

    uid: int
    path: Path
    size: int
    received_at: datetime
    flags: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Folder:
    """One folder: its messages by UID, ascending, under one UIDVALIDITY. modseq: RFC 7162's
    HIGHESTMODSEQ; only what comes and goes counts here."""

    name: str
    uid_validity: int
    next_uid: int = 1
    modseq: int = 1
    messages: dict[int, Stored] = field(default_factory=dict)


class Folders:
    """All folders of one server, kept under one lock; files stand in `root`, one a message.

    Folder names are given in plain Unicode; `on_wire` and `from_wire` translate to the
    modified UTF-7 of RFC 3501, section 5.1.3.
    """

    def __init__(self, root: Path, names: tuple[str, ...]) -> None:
        self._root = root
        self._lock = threading.RLock()
        self._files = 0
        self._validity = 1
        self._folders: dict[str, Folder] = {}
        root.mkdir(parents=True, exist_ok=True)
        for name in names:
            self.create(name)

    @staticmethod
    def on_wire(name: str) -> bytes:
        """The folder's name as IMAP writes it."""
        return bytes(encode(name))

    @staticmethod
    def from_wire(name: bytes) -> str:
        """The folder's name as a person writes it; INBOX in any case is INBOX."""
        text = str(decode(name))
        return "INBOX" if text.upper() == "INBOX" else text

    def names(self) -> tuple[str, ...]:
        """All names, in the order of their making."""
        with self._lock:
            return tuple(self._folders)

    def create(self, name: str) -> None:
        """Make an empty folder, unless it is there."""
        with self._lock:
            if name not in self._folders:
                self._validity += 1
                self._folders[name] = Folder(name, self._validity)

    def find(self, name: str) -> Folder | None:
        """The folder, or None. Look into it only through the methods here."""
        with self._lock:
            return self._folders.get(name)

    def add(
        self,
        name: str,
        data: bytes | Path,
        received_at: datetime,
        flags: frozenset[str] = frozenset(),
    ) -> int:
        """Put a copy of a message in a folder; gives its UID. Raises: KeyError, no such folder."""
        if received_at.tzinfo is None:
            raise ValueError("received_at needs a time zone")
        with self._lock:
            folder = self._folders[name]
            self._files += 1
            path = self._root / f"{self._files:06d}.eml"
            if isinstance(data, Path):
                shutil.copyfile(data, path)
            else:
                path.write_bytes(data)
            uid, folder.next_uid = folder.next_uid, folder.next_uid + 1
            folder.modseq += 1
            folder.messages[uid] = Stored(uid, path, path.stat().st_size, received_at, set(flags))
            return uid

    def remove(self, name: str, uid: int) -> None:
        """Expunge one message. Raises: KeyError, no such folder or message."""
        with self._lock:
            self._folders[name].messages.pop(uid).path.unlink()
            self._folders[name].modseq += 1

    def modseq(self, name: str) -> int:
        """The folder's highest modification sequence. Raises: KeyError, no such folder."""
        with self._lock:
            return self._folders[name].modseq

    def uids(self, name: str) -> list[int]:
        """The UIDs in a folder, ascending."""
        with self._lock:
            return list(self._folders[name].messages)

    def message(self, name: str, uid: int) -> Stored | None:
        """One message, or None where it has been expunged."""
        with self._lock:
            return self._folders[name].messages.get(uid)

    def renumber(self) -> None:
        """Give every folder a new UIDVALIDITY and every message a new UID."""
        with self._lock:
            for folder in self._folders.values():
                self._validity += 1
                folder.uid_validity = self._validity
                stored = list(folder.messages.values())
                for uid, message in enumerate(stored, start=1):
                    message.uid = uid
                folder.messages = {message.uid: message for message in stored}
                folder.next_uid = len(stored) + 1
