"""Where received mail lies until it is in the archive: written durably, named by its digest."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 20
STALE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Spooled:
    """One mail on our disk. sha256: lower-case hex of its bytes; size in bytes."""

    sha256: str
    size: int
    path: Path


class Incoming:
    """A mail on its way in: write its bytes, then `keep()` it. What is not kept is removed."""

    def __init__(self, part: Path, file: BinaryIO, folder: Path) -> None:
        self._part = part
        self._file = file
        self._folder = folder
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes, /) -> int:
        self._digest.update(data)
        self._size += len(data)
        return self._file.write(data)

    def keep(self) -> Spooled:
        """Make it durable under its digest: fsync, rename, fsync of the folder."""
        self._file.flush()
        os.fsync(self._file.fileno())
        sha256 = self._digest.hexdigest()
        path = self._folder / f"{sha256}.eml"
        self._part.replace(path)
        _sync_folder(self._folder)
        return Spooled(sha256, self._size, path)


class Spool:
    """The folder of received mail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.eml"

    @contextmanager
    def receive(self) -> Iterator[Incoming]:
        """A place for the bytes of one mail."""
        part = self.folder / f"{os.getpid()}-{uuid.uuid4().hex}.eml.part"
        with part.open("xb") as file:
            try:
                yield Incoming(part, file, self.folder)
            finally:
                part.unlink(missing_ok=True)

    def receive_file(self, source: Path) -> Spooled:
        """Take in a mail that lies in a file."""
        with self.receive() as incoming, source.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                incoming.write(chunk)
            return incoming.keep()

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
            if part.stat().st_mtime < now - STALE_SECONDS:
                part.unlink(missing_ok=True)
                removed += 1
        return removed

    def digest(self, sha256: str) -> str:
        """The digest of what lies there now, to be compared with its name."""
        with self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
