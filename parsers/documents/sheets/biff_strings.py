"""Strings of the binary workbook format, in its two ways: BIFF8 and before.

Source: [MS-XLS] 2.5.294 (XLUnicodeString), 2.5.293 (XLUnicodeRichExtendedString), 2.4.265 (SST),
2.4.58 (Continue); before BIFF8 a string is bytes in the file's code page (2.4.52).

Residual risks: counts are the sender's; nothing is read beyond the bytes that are there.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Sequence
from contextlib import suppress

_WIDE, _EXTENDED, _RICH = 1, 4, 8


def code_page(number: int) -> str:
    """The Python name of a Windows code page; GB18030 where it is unknown or Chinese."""
    if number == 1200:
        return "utf-16-le"
    if number not in (936, 54936, 20936):
        with suppress(LookupError):
            return codecs.lookup(f"cp{number}").name
    return "gb18030"


def short_string(data: bytes, at: int, encoding: str | None) -> str:
    """A string whose length takes one byte. encoding: None for BIFF8."""
    return _string(data, at + 1, data[at] if at < len(data) else 0, encoding)


def long_string(data: bytes, at: int, encoding: str | None) -> str:
    """A string whose length takes two bytes. encoding: None for BIFF8."""
    if at + 2 > len(data):
        return ""
    (count,) = struct.unpack_from("<H", data, at)
    return _string(data, at + 2, count, encoding)


def _string(data: bytes, at: int, count: int, encoding: str | None) -> str:
    if encoding is not None:
        return data[at : at + count].decode(encoding, "replace")
    if at >= len(data):
        return ""
    flags = data[at]
    at += 1
    # Formatting runs and phonetic data come after the text; only their counts stand before it.
    at += (2 if flags & _RICH else 0) + (4 if flags & _EXTENDED else 0)
    return characters(data[at : at + count * (flags & _WIDE) + count], wide=bool(flags & _WIDE))


def characters(data: bytes, *, wide: bool) -> str:
    """Characters of two bytes each, or of the low bytes alone."""
    return data.decode("utf-16-le", "replace") if wide else data.decode("latin-1")


class SharedStrings:
    """Reads the table of strings, which is cut into records anywhere.

    segments: the data of the SST record and of the Continue records after it.
    """

    def __init__(self, segments: Sequence[bytes]) -> None:
        self._segments = segments
        self._index = 0
        self._at = 8

    def read(self) -> list[str]:
        """All strings that are whole, in order."""
        if not self._segments or len(self._segments[0]) < 8:
            return []
        (count,) = struct.unpack_from("<I", self._segments[0], 4)
        found: list[str] = []
        with suppress(EOFError):
            while len(found) < count:
                found.append(self._one())
        return found

    def _one(self) -> str:
        count, flags = struct.unpack("<HB", self._bytes(3))
        runs = struct.unpack("<H", self._bytes(2))[0] if flags & _RICH else 0
        extra = struct.unpack("<I", self._bytes(4))[0] if flags & _EXTENDED else 0
        text = self._characters(count, wide=bool(flags & _WIDE))
        self._skip(runs * 4 + extra)
        return text

    def _characters(self, count: int, *, wide: bool) -> str:
        pieces: list[str] = []
        while count:
            segment = self._segments[self._index]
            size = 2 if wide else 1
            fits = min(count, (len(segment) - self._at) // size)
            if fits:
                end = self._at + fits * size
                pieces.append(characters(segment[self._at : end], wide=wide))
                self._at = end
                count -= fits
            if count:
                # The text goes on in the next record, which says anew how wide it is.
                self._next_segment()
                wide = bool(self._bytes(1)[0] & _WIDE)
        return "".join(pieces)

    def _bytes(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            segment = self._segments[self._index]
            piece = segment[self._at : self._at + count - len(data)]
            self._at += len(piece)
            data += piece
            if len(data) < count:
                self._next_segment()
        return data

    def _skip(self, count: int) -> None:
        while count:
            here = min(count, len(self._segments[self._index]) - self._at)
            self._at += here
            count -= here
            if count:
                self._next_segment()

    def _next_segment(self) -> None:
        self._index += 1
        self._at = 0
        if self._index >= len(self._segments):
            raise EOFError
