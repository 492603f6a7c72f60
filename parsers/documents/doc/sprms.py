"""Property modifiers of Word binary files, as operation codes of Word 97 and their operands.

Sources: [MS-DOC] 2.2.5 and 2.6 (sprms of Word 97 and later); "Microsoft Word 6.0 Binary File
Format", appendix on sprms, for the one-byte codes of Word 6 and 95.

Residual risks: a list that does not follow the format is read up to where it stops to.
"""

from __future__ import annotations

from collections.abc import Iterator

DELETED, INSERTED, SPECIAL_DATA, VANISH = 0x0800, 0x0801, 0x0806, 0x083C
SYMBOL, PICTURE, HALF_POINTS, COLOUR_INDEX, COLOUR = 0x6A09, 0x6A03, 0x4A43, 0x2A42, 0x6870
CHARACTER_STYLE, ASCII_FONT, OTHER_FONT = 0x4A30, 0x4A4F, 0x4A51
IN_TABLE, ROW_END, DEPTH, INNER_CELL, INNER_ROW_END = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
OUTLINE, LIST, LIST_LEVEL = 0x2640, 0x460B, 0x260A
TABLE_CELLS = 0xD608
ELSEWHERE = (0x6645, 0x6646, 0x646B)
"""Their operand is a place in the stream `Data`, where more modifiers stand."""

_TABLE_CELLS_OLD = 0xD606
_TABS = 0xC615
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
"""Bytes of the operand by the three highest bits (spra), 0 where it carries its own length."""

_OLD_CODES = {
    24: IN_TABLE, 25: ROW_END, 65: DELETED, 66: INSERTED, 68: PICTURE, 71: SPECIAL_DATA,
    80: CHARACTER_STYLE, 92: VANISH, 93: ASCII_FONT, 98: COLOUR_INDEX, 99: HALF_POINTS,
    190: TABLE_CELLS,
}  # fmt: skip
_OLD_SIZES = {
    **dict.fromkeys((4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 24, 25, 29, 37, 44, 50, 51, 52), 1),
    **dict.fromkeys((2, 16, 17, 18, 19, 21, 22, 26, 27, 28, 45, 46, 47, 48, 49), 2),
    **dict.fromkeys((30, 31, 32, 33, 34, 35, 36, 38, 39, 40, 41, 42, 43), 2),
    **dict.fromkeys((20, 70, 192, 194, 196, 200), 4),
    **dict.fromkeys((65, 66, 67, 71, 75, 94, 98, 100, 101, 102, 104, 117, 118, 119), 1),
    **dict.fromkeys((85, 86, 87, 88, 89, 90, 91, 92, 111, 112, 113, 114, 115, 116), 1),
    **dict.fromkeys((69, 72, 80, 93, 96, 97, 99, 107, 109, 110, 121, 122, 123, 124), 2),
    **dict.fromkeys((182, 183, 184, 189, 195, 197, 198), 2),
    **dict.fromkeys((73, 95), 3),
    **dict.fromkeys((185, 186), 1),
    **dict.fromkeys((193, 199), 5),
    83: 0, 187: 12,
}  # fmt: skip
_OLD_COUNTED = {3, 12, 15, 23, 68, 74, 81, 82, 103, 105, 106, 108, 120, 191}

PIECE_CODES = {0x18: IN_TABLE, 0x19: ROW_END, 0x41: DELETED, 0x42: INSERTED, 0x5C: VANISH}
"""Codes of the single modifier that a piece may carry (Prm0, 2.9.214); those of Word 6."""


def sprms(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Code and operand of each modifier in a list (grpprl)."""
    place, end = 0, len(data)
    while place + 3 <= end:
        code = data[place] | data[place + 1] << 8
        place += 2
        size = _SIZES[code >> 13]
        if not size:
            if code in (TABLE_CELLS, _TABLE_CELLS_OLD):
                if place + 2 > end:
                    return
                size = (data[place] | data[place + 1] << 8) - 1
                place += 2
            else:
                size = data[place]
                place += 1
                if code == _TABS and size == 255:
                    return
        if size < 0:
            return
        yield code, data[place : place + size]
        place += size


def old_sprms(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The same of Word 6 and 95, with codes of Word 97; those without one are passed over."""
    place, end = 0, len(data)
    while place < end:
        code = data[place]
        place += 1
        size = _OLD_SIZES.get(code)
        if size is None:
            if code in (188, 190) and place + 2 <= end:
                size = (data[place] | data[place + 1] << 8) - 1
                place += 2
            elif code in _OLD_COUNTED and place < end:
                size = data[place]
                place += 1
            else:
                return
        if size < 0:
            return
        operand = data[place : place + size]
        place += size
        if code in _OLD_CODES:
            yield _OLD_CODES[code], operand
