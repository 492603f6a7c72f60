"""Where members' bytes go: numbered files of ours, counted against the mail's budget."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from model.container import UnpackLimits
from parsers.archives.limits import Spent


class OverLimit(Exception):
    """The member is larger than may be taken. code: the finding; size, limit: bytes."""

    def __init__(self, code: str, size: int, limit: int) -> None:
        super().__init__(code)
        self.code = code
        self.size = size
        self.limit = limit


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The bytes of one member on our disk. size: bytes; sha256: lower-case hex."""

    path: Path
    size: int
    sha256: str


class Store:
    """A folder that members are written into, as 000001.bin, 000002.bin, …"""

    def __init__(self, folder: Path, limits: UnpackLimits, spent: Spent) -> None:
        self.folder = folder
        self._limits = limits
        self._spent = spent
        self._number = 0

    def admit(self, size: int) -> None:
        """Raises: OverLimit where a member of this many bytes may not be taken."""
        if size > self._limits.member_bytes:
            raise OverLimit("package.limit_member", size, self._limits.member_bytes)
        total = self._spent.total_bytes(self._limits)
        if self._spent.unpacked + size > total:
            raise OverLimit("package.limit_total", self._spent.unpacked + size, total)

    def new(self) -> Slot:
        """A new file to write into."""
        while True:
            self._number += 1
            path = self.folder / f"{self._number:06d}.bin"
            try:
                return Slot(path, path.open("xb"), self)
            except FileExistsError:
                continue

    def keep(self, size: int) -> None:
        """Count what was kept."""
        self._spent.unpacked += size

    def forget(self, file: StoredFile) -> None:
        """Take back a file that was kept too soon."""
        file.path.unlink()
        self._spent.unpacked -= file.size


class Slot:
    """One member being written; dropped at the end of its `with` unless it was kept.

    Raises: OverLimit from `write` as soon as too much has come, whatever was declared.
    """

    def __init__(self, path: Path, file: IO[bytes], store: Store) -> None:
        self._path = path
        self._file = file
        self._store = store
        self._hash = hashlib.sha256()
        self._size = 0
        self._kept = False

    def write(self, data: bytes) -> None:
        """Add bytes, at most as many as the limits admit."""
        self._store.admit(self._size + len(data))
        self._file.write(data)
        self._hash.update(data)
        self._size += len(data)

    def keep(self) -> StoredFile:
        """Close the file and count it."""
        self._file.close()
        self._kept = True
        self._store.keep(self._size)
        return StoredFile(self._path, self._size, self._hash.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if not self._kept:
            self._path.unlink()
