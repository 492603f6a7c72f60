"""A mail's bytes as a stream: line by line in the headers, block by block in the bodies.

The buffer holds a few blocks whatever the mail's size. A body is searched for "--" at the start
of a line by `bytes.find`, so that base64 (which has no "-") runs at the speed of the disk.

Residual risk: a file with no LF at all is taken for one with bare CR line ends, and its CRs
are read as LFs; binary content in it would change, were there any way to tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

BLOCK_BYTES = 256 << 10
LINE_BYTES = 64 << 10
"""A longer line comes in pieces of this size."""


class Delimiters(Protocol):
    """What ends a body. prefixes: how such a line begins, "--" included, each shorter than
    `LINE_BYTES`. matches: whether a whole line is one."""

    @property
    def prefixes(self) -> tuple[bytes, ...]: ...

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
        prefixes = delimiters.prefixes
        held = b""
        line_start = True
        while self._fill(LINE_BYTES):
            search = self._at
            if line_start and self._data.startswith(b"--", self._at):
                if delimiters.matches(self.peek_line()):
                    return
                search += 1
            end = self._block_end(search, prefixes)
            line_start = self._data.endswith(b"\n", self._at, end)
            block, held = _hold_line_end(held + self._data[self._at : end])
            self._at = end
            if block:
                yield block
        if held:
            yield held

    def _block_end(self, search: int, prefixes: tuple[bytes, ...]) -> int:
        data = self._data
        found = data.find(b"\n--", search)
        sure = len(data) - LINE_BYTES  # beyond it, a delimiter may not be here as a whole
        while 0 <= found < sure and not data.startswith(prefixes, found + 1):
            found = data.find(b"\n--", found + 1)
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


def _hold_line_end(block: bytes) -> tuple[bytes, bytes]:
    for end in (b"\r\n", b"\n", b"\r"):
        if block.endswith(end):
            return block[: -len(end)], end
    return block, b""
