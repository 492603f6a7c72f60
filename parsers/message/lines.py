"""A mail's bytes as a stream: line by line in the headers, block by block in the bodies.

The buffer holds a few blocks whatever the mail's size. A body is searched for "--" at the start
of a line by `bytes.find`, so that base64 (which has no "-") runs at the speed of the disk.

Residual risk: a file with no LF at all is taken for one with bare CR line ends, and its CRs
are read as LFs; binary content in it would change, were there any way to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO, NamedTuple, Protocol

BLOCK_BYTES = 256 << 10
LINE_BYTES = 64 << 10
"""A longer line comes in pieces of this size."""


class Starts(NamedTuple):
    """How delimiter lines begin. common: all of them, "--" at least. any_of: their first `size`
    bytes."""

    common: bytes
    size: int
    any_of: frozenset[bytes]


class Delimiters(Protocol):
    """What ends a body. matches: whether a whole line is a delimiter."""

    starts: Starts

    def matches(self, line: bytes) -> bool: ...


class Source:
    """The rest of a mail, read once from front to back; `seek` goes back to a marked place."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._data = b""
        self._at = 0
        self._ended = False
        self._bare_cr = False
        self._fill(BLOCK_BYTES)
        if b"\r" in self._data and b"\n" not in self._data:
            self._bare_cr = True
            self._data = self._data.replace(b"\r", b"\n")

    def tell(self) -> int:
        """Offset in the file of the next byte."""
        return self._file.tell() - (len(self._data) - self._at)

    def seek(self, offset: int) -> None:
        at = offset - (self._file.tell() - len(self._data))
        if 0 <= at <= len(self._data):
            self._at = at
            return
        self._file.seek(offset)
        self._data, self._at, self._ended = b"", 0, False

    @property
    def ended(self) -> bool:
        return not self._fill(1)

    def peek(self, size: int) -> bytes:
        """The next bytes, at most `size` of them, without taking them."""
        self._fill(size)
        return self._data[self._at : self._at + size]

    def peek_line(self) -> bytes:
        """The next line with its end, or its first `LINE_BYTES`; b"" at the end of the mail."""
        self._fill(LINE_BYTES)
        end = self._data.find(b"\n", self._at, self._at + LINE_BYTES)
        return self._data[self._at : self._at + LINE_BYTES if end < 0 else end + 1]

    def skip(self, size: int) -> None:
        """Take bytes that were peeked at."""
        self._at += size

    def line(self) -> bytes:
        """Take the next line, or its next piece."""
        line = self.peek_line()
        self._at += len(line)
        return line

    def until(self, delimiters: Delimiters) -> Iterator[bytes]:
        """Blocks up to a delimiter line, which stays; the line end before it belongs to it.

        Source: RFC 2046, 5.1.1.
        """
        starts = delimiters.starts
        held = b""
        line_start = True
        while self._fill(LINE_BYTES):
            search = self._at
            if line_start and self._data.startswith(b"--", self._at):
                if delimiters.matches(self.peek_line()):
                    return
                search += 1
            end = self._block_end(search, starts)
            line_start = self._data.endswith(b"\n", self._at, end)
            block, held = _hold_line_end(held + self._data[self._at : end])
            self._at = end
            if block:
                yield block
        if held:
            yield held

    def _block_end(self, search: int, starts: Starts) -> int:
        data = self._data
        wanted = b"\n" + starts.common
        sure = max(search, len(data) - LINE_BYTES)  # beyond it, a line may not be here as a whole
        found = data.find(wanted, search, sure + len(wanted))
        if 0 <= found < sure and data[found + 1 : found + 1 + starts.size] not in starts.any_of:
            match = _start_of_line(starts.any_of).search(data, found + 1, sure + 1 + starts.size)
            found = match.start() if match else -1
        if not 0 <= found < sure:
            found = data.find(b"\n--", sure)
        if found >= 0:
            return found + 1
        if self._data.endswith(b"\n-") and not self._ended and len(self._data) - 1 > self._at:
            return len(self._data) - 1
        return len(self._data)

    def _fill(self, wanted: int) -> bool:
        """Have `wanted` bytes at hand if the file still has them; False at its very end."""
        have = len(self._data) - self._at
        while have < wanted and not self._ended:
            block = self._file.read(max(BLOCK_BYTES, wanted))
            if not block:
                self._ended = True
                break
            if self._bare_cr:
                block = block.replace(b"\r", b"\n")
            self._data = self._data[self._at :] + block
            self._at = 0
            have = len(self._data)
        return have > 0


@lru_cache(maxsize=64)
def _start_of_line(starts: frozenset[bytes]) -> re.Pattern[bytes]:
    """Slower than `find` where nothing begins alike, far faster where every line does."""
    return re.compile(rb"\n(?=" + b"|".join(re.escape(start) for start in sorted(starts)) + b")")


def _hold_line_end(block: bytes) -> tuple[bytes, bytes]:
    for end in (b"\r\n", b"\n", b"\r"):
        if block.endswith(end):
            return block[: -len(end)], end
    return block, b""
