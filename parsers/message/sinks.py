"""Where decoded bytes go: files under names of ours, and the little text that is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

START_BYTES = 16


class FileSink:
    """A new file with the size and SHA-256 of what was written to it; start: its first bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.start = b""
        self._hash = hashlib.sha256()
        self._file = path.open("wb")

    def write(self, block: bytes) -> None:
        if self.size < START_BYTES:
            self.start += block[: START_BYTES - self.size]
        self._file.write(block)
        self._hash.update(block)
        self.size += len(block)

    def close(self) -> None:
        self._file.close()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Folder:
    """Gives out files in one folder: 0001.bin, 0002.bin, …; `full` after `limit` of them.

    A scratch file does not count, and is removed by whom it was given to.
    """

    def __init__(self, path: Path, limit: int) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._limit = limit
        self._given = 0
        self._scratch = 0

    @property
    def full(self) -> bool:
        return self._given >= self._limit

    def sink(self) -> FileSink:
        self._given += 1
        return FileSink(self._path / f"{self._given:04d}.bin")

    def scratch(self) -> FileSink:
        self._scratch += 1
        return FileSink(self._path / f"{self._scratch:04d}.inner")


@dataclass(slots=True)
class TextSink:
    """Keeps the first `room` bytes; `over` says that there were more."""

    room: int
    data: bytearray = field(default_factory=bytearray)
    over: bool = False

    def write(self, block: bytes) -> None:
        left = self.room - len(self.data)
        self.over = self.over or len(block) > left
        self.data += block[:left]
