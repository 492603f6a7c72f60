"""Labels of numbered paragraphs of a Word binary file, counted as those of a .docx are.

Sources: [MS-DOC] 2.9.131 (LFO), 2.9.147 (LSTF), 2.9.150 (LVLF), 2.9.184 (PlfLfo), 2.9.185
(PlfLst); [MS-OSHARED] 2.2.1.3 (MSONFC), whose numbers are in the order of ST_NumberFormat
(ECMA-376 part 1, 17.18.59).
"""

from __future__ import annotations

import struct

from lxml import etree

from parsers.documents.doc.fib import LIST_OVERRIDES, LISTS, Fib
from parsers.documents.doc.formats import Paragraph
from parsers.documents.doc.styles import Styles
from parsers.documents.docx.numbering import Numbering
from parsers.documents.ooxml.names import W

_FORMATS = (
    "decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal",
    "cardinalText", "ordinalText", "hex", "chicago", "ideographDigital", "japaneseCounting",
    "aiueo", "iroha", "decimalFullWidth", "decimalHalfWidth", "japaneseLegal",
    "japaneseDigitalTenThousand", "decimalEnclosedCircle", "decimalFullWidth2", "aiueoFullWidth",
    "irohaFullWidth", "decimalZero", "bullet", "ganada", "chosung", "decimalEnclosedFullstop",
    "decimalEnclosedParen", "decimalEnclosedCircleChinese", "ideographEnclosedCircle",
    "ideographTraditional", "ideographZodiac", "ideographZodiacTraditional", "taiwaneseCounting",
    "ideographLegalTraditional", "taiwaneseCountingThousand", "taiwaneseDigital",
    "chineseCounting", "chineseLegalSimplified", "chineseCountingThousand",
)  # fmt: skip
_NO_NUMBER = 0xFF
_MAX_LISTS = 4096
_LIST_BYTES, _LEVEL_BYTES, _OVERRIDE_BYTES = 28, 28, 16


class Lists:
    """Counts the lists of one document; `label` is to be called once a paragraph, in order."""

    def __init__(self, fib: Fib, table: bytes, styles: Styles) -> None:
        self._fib, self._table, self._styles = fib, table, styles
        self._numbering: Numbering | None = None

    def label(self, block: Paragraph) -> str:
        """What stands in front of the paragraph, "" where it is in no list."""
        place = self._styles.get(block.style).place
        if block.place is not None:
            number, level = block.place
            place = (number if number >= 0 or place is None else place[0], level)
        if place is None or place[0] <= 0:
            return ""
        if self._numbering is None:
            self._numbering = self._read()
        return self._numbering.label((str(place[0]), place[1]))

    def _read(self) -> Numbering:
        if self._fib.old or not self._fib.pair(LISTS)[1] or not self._fib.pair(LIST_OVERRIDES)[1]:
            return Numbering(None)
        root = etree.Element(W + "numbering")
        try:
            _add_lists(root, self._table, self._fib.pair(LISTS)[0])
            _add_overrides(root, self._table, self._fib.pair(LIST_OVERRIDES)[0])
        except (struct.error, ValueError):
            # Lists that cannot be followed leave the text without labels, as it is stored.
            return Numbering(None)
        return Numbering(root)


def _add_lists(root: etree._Element, table: bytes, at: int) -> None:
    (count,) = struct.unpack_from("<H", table, at)
    place = at + 2 + count * _LIST_BYTES
    for number in range(min(count, _MAX_LISTS)):
        start = at + 2 + number * _LIST_BYTES
        (name,) = struct.unpack_from("<i", table, start)
        simple = table[start + 26] & 1
        element = etree.SubElement(root, W + "abstractNum", {W + "abstractNumId": str(name)})
        for level in range(1 if simple else 9):
            place = _add_level(element, level, table, place)


def _add_level(parent: etree._Element, level: int, table: bytes, place: int) -> int:
    """Appends one level (LVL); returns where the next begins."""
    start, form, flags = struct.unpack_from("<iBB", table, place)
    runs, blocks, restart = struct.unpack_from("<3B", table, place + 24)
    place += _LEVEL_BYTES + runs + blocks
    (length,) = struct.unpack_from("<H", table, place)
    raw = table[place + 2 : place + 2 + 2 * length]
    if len(raw) < 2 * length:
        raise ValueError
    text = "".join(
        f"%{ord(sign) + 1}" if sign < "\x09" else sign
        for sign in raw.decode("utf-16-le", "replace")
        if sign < "\x09" or sign >= " "
    )
    name = "none" if form == _NO_NUMBER else "decimal"
    element = etree.SubElement(parent, W + "lvl", {W + "ilvl": str(level)})
    values = {
        "start": str(start),
        "numFmt": _FORMATS[form] if form < len(_FORMATS) else name,
        "lvlText": _writable(text),
    }
    if flags & 8:
        values["lvlRestart"] = str(restart)
    for tag, worth in values.items():
        etree.SubElement(element, W + tag, {W + "val": worth})
    if flags & 4:
        etree.SubElement(element, W + "isLgl")
    return place + 2 + len(raw)


def _writable(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(
        sign for sign in text if sign not in "\ufffe\uffff" and not 0xD800 <= ord(sign) < 0xE000
    )


def _add_overrides(root: etree._Element, table: bytes, at: int) -> None:
    (count,) = struct.unpack_from("<I", table, at)
    if count > _MAX_LISTS:
        raise ValueError
    place = at + 4 + count * _OVERRIDE_BYTES
    for number in range(count):
        name, levels = struct.unpack_from("<i8xB", table, at + 4 + number * _OVERRIDE_BYTES)
        element = etree.SubElement(root, W + "num", {W + "numId": str(number + 1)})
        etree.SubElement(element, W + "abstractNumId", {W + "val": str(name)})
        place += 4
        for _ in range(min(levels, 9)):
            start, flags = struct.unpack_from("<iI", table, place)
            place += 8
            level = min(flags & 0xF, 8)
            override = etree.SubElement(element, W + "lvlOverride", {W + "ilvl": str(level)})
            if flags & 0x10:
                etree.SubElement(override, W + "startOverride", {W + "val": str(start)})
            if flags & 0x20:
                place = _add_level(override, level, table, place)
