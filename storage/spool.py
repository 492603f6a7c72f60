"""Where received mail lies until it is in the archive: written durably, named by its digest."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from model.errors import MachineError
from storage.digesting import Digest

CHUNK_BYTES = 1 << 20
STALE_SECONDS = 3600
SYNCS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Spooled:
    """One mail on our disk. sha256: lower-case hex of its bytes; size in bytes."""

    sha256: str
    size: int
    path: Path


class Incoming:
    """A mail on its way in: write its bytes, then `keep()` it. What is not kept is removed."""

    def __init__(self, part: Path, file: FileIO, folder: Path) -> None:
        self._part = part
        self._file = file
        self._folder = folder
        self._digest = Digest()
        self._size = 0

    def write(self, data: bytes, /) -> int:
        """Raises: MachineError, so that a full disk is not taken for a broken network."""
        self._digest.update(bytes(data))  # no copy of what is bytes already
        self._size += len(data)
        with disk_errors(self._folder):
            self._write(data)
        return len(data)

    def close(self) -> None:
        """Nothing more comes, whether it was kept or not."""
        self._digest.close()

    def _write(self, data: bytes) -> None:
        """All of it: a raw file may take less than it is given."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def keep(self) -> Spooled:
        """Make it durable under its digest: fsync, rename, fsync of the folder.

        Raises: MachineError.
        """
        sha256 = self._digest.hexdigest()
        path = self._folder / f"{sha256}.eml"
        with disk_errors(self._folder):
            os.fsync(self._file.fileno())
            self._part.replace(path)
            _sync_folder(self._folder)
        return Spooled(sha256, self._size, path)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Say of a failed write what it is: trouble of this machine, no mail's and no network's."""
    try:
        yield
    except OSError as error:
        raise MachineError(
            f"The spool {folder} cannot be written: {error.strerror}.",
            "Make room or mend the disk; what could not be kept is still on the server.",
        ) from error


class Spool:
    """The folder of received mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        made = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for path in reversed(made):  # or the first mail could be lost together with its folder
            _sync_folder(path.parent)

    def path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.eml"

    @contextmanager
    def receive(self) -> Iterator[Incoming]:
        """A place for the bytes of one mail. Raises: MachineError where there is none."""
        part = self.folder / f"{os.getpid()}-{uuid.uuid4().hex}.eml.part"
        with disk_errors(self.folder):
            file = part.open("xb", buffering=0)
        incoming = Incoming(part, file, self.folder)
        try:
            yield incoming
        finally:
            incoming.close()
            file.close()
            part.unlink(missing_ok=True)

    def receive_file(self, source: Path) -> Spooled:
        """Take in a mail that lies in a file."""
        with self.receive() as incoming, source.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                incoming.write(chunk)
            return incoming.keep()

    def receive_together(self, mails: Iterable[bytes]) -> list[Spooled]:
        """Take in several mails that are in memory, durably; the folder is synced once for all.

        Raises: MachineError; what is there by then is found there by whoever tries again.
        """
        written: list[tuple[Path, Spooled]] = []
        with disk_errors(self.folder):
            try:
                for mail in mails:
                    part = self.folder / f"{os.getpid()}-{uuid.uuid4().hex}.eml.part"
                    sha256 = hashlib.sha256(mail).hexdigest()
                    written.append((part, Spooled(sha256, len(mail), self.path(sha256))))
                    part.write_bytes(mail)
                # Side by side, after all are written: a disk does many at once in the time of one.
                with ThreadPoolExecutor(SYNCS_AT_ONCE) as pool:
                    list(pool.map(_sync_file, (part for part, _ in written)))
                for part, spooled in written:
                    part.replace(spooled.path)
                if written:
                    _sync_folder(self.folder)
            finally:
                for part, _ in written:
                    part.unlink(missing_ok=True)
        return [spooled for _, spooled in written]

    def remove(self, sha256: str) -> None:
        """Only after its digest has been seen in the archive."""
        self.path(sha256).unlink(missing_ok=True)

    def held(self) -> list[str]:
        """Digests of all mail that lies here."""
        return sorted(path.stem for path in self.folder.glob("*.eml"))

    def sweep(self, now: float) -> int:
        """Remove what was left half written over an hour ago; the server still has these.

        now: seconds since the epoch. A living download writes its file all the time.
        """
        removed = 0
        for part in self.folder.glob("*.eml.part"):
            try:
                stale = part.stat().st_mtime < now - STALE_SECONDS
            except FileNotFoundError:
                continue  # its download has ended
            if stale:
                part.unlink(missing_ok=True)
                removed += 1
        return removed

    def digest(self, sha256: str) -> str:
        """The digest of what lies there now, to be compared with its name."""
        with self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
