"""The file information block of a Word binary file: where everything else lies.

Sources: [MS-DOC] 2.5 (Fib); for Word 6 and 95 "Microsoft Word 6.0 Binary File Format", of which
the order of the pairs is the same and only their place another.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from parsers.documents.ooxml.package import Unreadable

WORD_97 = 193
"""The least nFib of Word 97; below it are Word 6 (101 to 103) and Word 95 (104)."""
_WORD_6 = 100
_MAGIC = (0xA5EC, 0xA5DC, 0xA697, 0xA698, 0xA699, 0x8098, 0x8099)
"""wIdent: all Western versions, then those for East Asia of Word 6 and 95."""
STORIES = (
    "body",
    "footnotes",
    "headers",
    "macros",
    "comments",
    "endnotes",
    "boxes",
    "header boxes",
)

STYLES, FOOTNOTE_REFS, HEADERS, CHARACTERS, PARAGRAPHS, FONTS = 1, 2, 11, 12, 13, 15
CLX, SHAPES, ENDNOTE_REFS, BOXES = 33, 40, 46, 56
LISTS, LIST_OVERRIDES = 73, 74
"""Numbers of pairs (fc, lcb) in FibRgFcLcb97."""


@dataclass(frozen=True, slots=True)
class Fib:
    """The parts of the block that are used.

    counts: characters in each of `STORIES`. start, end: of the text in old or plain files, bytes.
    wide: a file of Word 95 that says its characters are 16 bits wide.
    """

    version: int
    language: int
    encrypted: bool
    obfuscated: bool
    table: str
    wide: bool
    start: int
    end: int
    counts: tuple[int, ...]
    data: bytes

    @property
    def old(self) -> bool:
        """Word 6 or 95: everything in one stream, narrow characters, short codes."""
        return self.version < WORD_97

    def pair(self, number: int) -> tuple[int, int]:
        """Offset and length of one structure; (0, 0) where the block ends before it."""
        place = (0x58 if self.old else 154) + 8 * number
        if place + 8 > len(self.data) or (self.old and number > ENDNOTE_REFS + 13):
            return 0, 0
        found: tuple[int, int] = struct.unpack_from("<II", self.data, place)
        return found


def read_fib(stream: bytes) -> Fib:
    """The block at the head of the stream `WordDocument`.

    Raises: Unreadable where there is none, or it is of a version before Word 6.
    """
    if len(stream) < 0x60:
        raise Unreadable("document.broken")
    magic, version, _, language = struct.unpack_from("<4H", stream)
    (flags,) = struct.unpack_from("<H", stream, 10)
    if magic not in _MAGIC:
        raise Unreadable("document.broken")
    if version < _WORD_6:
        raise Unreadable("office.old_format", version="Word 2")
    old = version < WORD_97
    if len(stream) < (0x1AA if not old else 0x160):
        raise Unreadable("document.broken")
    start, end = struct.unpack_from("<II", stream, 24)
    return Fib(
        version,
        language,
        encrypted=bool(flags & 0x100),
        obfuscated=bool(flags & 0x8000),
        table="1Table" if flags & 0x200 else "0Table",
        wide=bool(flags & 0x1000),
        start=start,
        end=end,
        counts=struct.unpack_from("<8I", stream, 0x34 if old else 76),
        data=stream[:0x800],
    )


def plc(data: bytes, size: int) -> tuple[tuple[int, ...], bytes]:
    """A PLC ([MS-DOC] 2.2.2): its n + 1 positions and the bytes of its n entries of `size`."""
    count = max((len(data) - 4) // (4 + size), 0)
    if not count:
        return (), b""
    places = struct.unpack_from(f"<{count + 1}I", data)
    return places, data[4 * (count + 1) : 4 * (count + 1) + count * size]
