"""The cells of a worksheet's rows as text.

Source: ECMA-376 part 1, 18.3.1.4 (c), 18.18.11 (ST_CellType), 18.4.8 (si), 22.9.2.19 (ST_Xstring).
"""

from __future__ import annotations

import re

from lxml import etree

from parsers.documents.ooxml.names import number
from parsers.documents.ooxml.stream import elements
from parsers.documents.sheets.grid import MAX_COLUMN, MAX_ROW, Sheet, SheetBudget
from parsers.documents.sheets.number_format import GENERAL, shown

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TRUTH = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_TRUE = ("1", "true")
_MAX_FORMULA = 500


class CellReader:
    """Puts the cells of rows into sheets. One for a workbook."""

    def __init__(
        self, strings: list[str], formats: list[str], budget: SheetBudget, *, since_1904: bool
    ) -> None:
        self._strings = strings
        self._formats = formats
        self._budget = budget
        self._since_1904 = since_1904
        self._columns: dict[str, int] = {}
        self._next_row: dict[str, int] = {}

    def row(self, element: etree._Element, sheet: Sheet) -> None:
        """One row of a sheet.

        Raises: Full where the workbook holds more than is read.
        """
        place = number(element.get("r"), self._next_row.get(sheet.source, 0) + 1, most=MAX_ROW + 2)
        self._next_row[sheet.source] = place
        row = place - 1
        if element.get("hidden") in _TRUE or element.get("ht") == "0":
            sheet.hidden_rows.add(row)
        column = -1
        for cell in element:
            reference = cell.get("r")
            column = self._column(reference, column + 1) if reference else column + 1
            text = self._text(cell)
            if text:
                sheet.put(row, column, text, self._budget)

    def column(self, element: etree._Element, sheet: Sheet) -> None:
        """A `col` element: which columns are hidden."""
        if element.get("hidden") in _TRUE or element.get("width") == "0":
            first = number(element.get("min"), 1) - 1
            last = number(element.get("max"), first + 1, most=MAX_COLUMN + 1) - 1
            sheet.hidden_columns.append((first, last))

    def merged(self, element: etree._Element, sheet: Sheet) -> None:
        """A `mergeCell` element: which cell goes down over several rows."""
        first, _, last = element.get("ref", "").partition(":")
        top, bottom = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if top and bottom:
            column = self._column(first.replace("$", ""), 0)
            sheet.merge(int(top.group(2)) - 1, int(bottom.group(2)) - 1, column)

    def _column(self, reference: str, default: int) -> int:
        letters = reference.rstrip("0123456789")
        if letters in self._columns:
            return self._columns[letters] - 1
        found = _REFERENCE.fullmatch(reference)
        if not found:
            return default
        letters = found.group(1)
        column = self._columns.get(letters)
        if column is None:
            column = 0
            for letter in letters.upper():
                column = column * 26 + ord(letter) - 64
            self._columns[letters] = column
        return column - 1

    def _text(self, cell: etree._Element) -> str:
        kind = cell.get("t", "n")
        value = formula = None
        for child in cell:
            tag = child.tag
            if tag.endswith("}v"):
                value = child.text
            elif tag.endswith("}f"):
                formula = child.text
            elif tag.endswith("}is"):
                return rich_text(child)
        if value is None:
            return f"={formula[:_MAX_FORMULA]}" if formula else ""
        if kind == "s":
            place = int(value) if value.isdecimal() and len(value) < 10 else -1
            return self._strings[place] if 0 <= place < len(self._strings) else ""
        if kind == "n":
            return self._number(value, cell.get("s"))
        if kind == "b":
            return _TRUTH.get(value.strip(), value)
        return value if kind in ("e", "d") else unescaped(value)

    def _number(self, value: str, style: str | None) -> str:
        index = int(style) if style and style.isdecimal() and len(style) < 10 else 0
        code = self._formats[index] if index < len(self._formats) else GENERAL
        if code == GENERAL and value.isascii() and value.isdecimal() and len(value) <= 15:
            return value.lstrip("0") or "0"
        try:
            return shown(float(value), code, since_1904=self._since_1904)
        except (ValueError, OverflowError):
            return value


def shared_strings(data: bytes, name: str) -> list[str]:
    """The strings that the cells share, by number.

    Raises: Unreadable as `elements`.
    """
    return [rich_text(element) for _tag, element in elements(data, name, ("si",))]


def rich_text(element: etree._Element) -> str:
    """Text of a string in one or several runs, without what tells how to pronounce it."""
    pieces: list[str] = []
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag.endswith("}t"):
            pieces.append(child.text or "")
        elif tag.endswith("}r"):
            pieces += [run.text or "" for run in child.iterfind("{*}t")]
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    """Characters written as _x000D_ put back; line ends as "\\n"; no control characters."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
    if not text.isprintable():
        text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text
