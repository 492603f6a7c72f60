"""Where members' bytes go: numbered files of ours, counted against the mail's budget."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from model.container import UnpackLimits
from parsers.archives.limits import Spent
from parsers.documents.detect import detect, detect_bytes

_APART_BYTES = 256 << 10
"""From this size on a chunk is hashed by a thread of its own while the next one comes."""
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class OverLimit(Exception):
    """The member is larger than may be taken. code: the finding; size, limit: bytes."""

    def __init__(self, code: str, size: int, limit: int) -> None:
        super().__init__(code)
        self.code = code
        self.size = size
        self.limit = limit


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The bytes of one member on our disk. size: bytes; sha256: lower-case hex; media_type: by
    content."""

    path: Path
    size: int
    sha256: str
    media_type: str


class Store:
    """A folder that members are written into, as 000001.bin, 000002.bin, …; a context manager
    that leaves no thread behind."""

    def __init__(self, folder: Path, limits: UnpackLimits, spent: Spent) -> None:
        self.folder = folder
        self._base = os.path.join(folder, "")  # noqa: PTH118 (speed)
        self._limits = limits
        self._spent = spent
        self._number = 0
        self._hashing = ThreadPoolExecutor(1, "sha256")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hashing.shutdown()

    def admit(self, size: int) -> None:
        """Raises: OverLimit where a member of this many bytes may not be taken."""
        if size > self._limits.member_bytes:
            raise OverLimit("package.limit_member", size, self._limits.member_bytes)
        total = self._spent.total_bytes(self._limits)
        if self._spent.unpacked + size > total:
            raise OverLimit("package.limit_total", self._spent.unpacked + size, total)

    def put(self, data: bytes) -> StoredFile:
        """Keep a whole member that is at hand; what is cheaper than `new` for small ones.

        Raises: OverLimit; OSError where the disk fails us.
        """
        self.admit(len(data))
        path, file = self._create()
        try:
            _write_all(file, data)
        except OSError:
            os.unlink(path)  # noqa: PTH108 (speed)
            raise
        finally:
            os.close(file)
        self.keep(len(data))
        self.came(len(data))
        kept = Path(path)
        return StoredFile(
            kept, len(data), hashlib.sha256(data).hexdigest(), detect_bytes(data, kept)
        )

    def new(self) -> Slot:
        """A new file to write into."""
        return Slot(*self._create(), self)

    def _create(self) -> tuple[str, int]:
        """Path and descriptor of a file that was not there before."""
        while True:
            self._number += 1
            path = f"{self._base}{self._number:06d}.bin"
            try:
                return path, os.open(path, _NEW_FILE, 0o666)
            except FileExistsError:
                continue

    def apart(self, work: Callable[[bytes], object], data: bytes | memoryview) -> Future[object]:
        """Have the store's one thread do a piece of work."""
        return self._hashing.submit(work, data)  # type: ignore[arg-type]

    def expect(self, size: int) -> None:
        """So many bytes more are to come."""
        self._spent.expect(size)

    def came(self, size: int) -> None:
        """Tell that so many bytes have come out, kept or not."""
        self._spent.told(size)

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

    def __init__(self, path: str, file: int, store: Store) -> None:
        self._path = path
        self._file = file
        self._store = store
        self._hash = hashlib.sha256()
        self._hashing: Future[object] | None = None
        self._size = 0
        self._kept = False

    @property
    def size(self) -> int:
        """How many bytes have been written."""
        return self._size

    def write(self, data: bytes | memoryview) -> None:
        """Add bytes, at most as many as the limits admit.

        They may still be read until the next call returns, so a buffer is not to be used twice
        in a row.
        """
        self._store.admit(self._size + len(data))
        if self._hashing is not None:
            self._hashing.result()
            self._hashing = None
        if len(data) >= _APART_BYTES:
            self._hashing = self._store.apart(self._hash.update, data)
        else:
            self._hash.update(data)
        _write_all(self._file, data)
        self._size += len(data)
        self._store.came(len(data))

    def keep(self) -> StoredFile:
        """Close the file and count it."""
        if self._hashing is not None:
            self._hashing.result()
        os.close(self._file)
        self._kept = True
        self._store.keep(self._size)
        path = Path(self._path)
        return StoredFile(path, self._size, self._hash.hexdigest(), detect(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._kept:
            if self._hashing is not None:
                self._hashing.result()
            os.close(self._file)
            os.unlink(self._path)  # noqa: PTH108 (speed)


def _write_all(file: int, data: bytes | memoryview) -> None:
    done = os.write(file, data)
    if done < len(data):
        rest = memoryview(data)[done:]
        while rest:
            rest = rest[os.write(file, rest) :]
