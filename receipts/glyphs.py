"""Which characters the fonts of a receipt can draw.

PDF/A forbids a character that its font does not hold, so one strange letter in the name of an
applicant's file would keep the whole receipt from being made.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import cache, lru_cache
from pathlib import Path

from pylopdf_fonts_zh_cn import sans_path, serif_path

REPLACED = "□"
"""What stands for a character that was made harmless before (U+FFFD, which has no glyph)."""

FONTS = (serif_path(), sans_path())
Ranges = tuple[tuple[int, ...], tuple[int, ...]]
"""First and last code points of runs, both ascending."""


def drawable(text: str) -> str:
    """The text with every character that the fonts lack written as its code, as in 〔U+1F600〕."""
    return "".join(_drawn(one) for one in text)


@lru_cache(maxsize=1 << 16)
def _drawn(sign: str) -> str:
    if sign == "\ufffd":
        return REPLACED
    if sign == "\n" or all(_holds(font, ord(sign)) for font in FONTS):
        return sign
    return f"〔U+{ord(sign):04X}〕"


def _holds(font: Path, code: int) -> bool:
    firsts, lasts = _ranges(font)
    place = bisect_right(firsts, code) - 1
    return place >= 0 and code <= lasts[place]


@cache
def _ranges(font: Path) -> Ranges:
    """The characters of a font, from its table `cmap` (OpenType 1.9, format 12).

    Raises: ValueError where the font has no such table.
    """
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    for table in range(tables):
        tag, _, start, _ = struct.unpack_from(">4sIII", data, 12 + 16 * table)
        if tag == b"cmap":
            return _format_12(data, start)
    raise ValueError(f"{font}: there is no table of characters in this font")


def _format_12(data: bytes, start: int) -> Ranges:
    (encodings,) = struct.unpack_from(">H", data, start + 2)
    for encoding in range(encodings):
        (offset,) = struct.unpack_from(">I", data, start + 4 + 8 * encoding + 4)
        kind, _, _, _, groups = struct.unpack_from(">HHIII", data, start + offset)
        if kind == 12:
            found = [
                struct.unpack_from(">II", data, start + offset + 16 + 12 * group)
                for group in range(groups)
            ]
            return tuple(first for first, _ in found), tuple(last for _, last in found)
    raise ValueError("the font tells its characters in no form that is known")
