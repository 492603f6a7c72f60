"""The sheets of an OpenDocument spreadsheet, row by row, as a person sees them.

Source: OpenDocument 1.3 part 3: 9.1 (tables), 9.2 (columns, rows), 19.675 and 19.677 (repeated
cells and rows), 19.723 (visibility), 20.261 (display of a table), 19.369 (date values).

A cell's text is what was shown when the file was saved; only dates are written in one form.
"""

from __future__ import annotations

import re

from lxml import etree

from parsers.documents.odf.text import OFFICE, STYLE, TABLE, TEXT, XLINK
from parsers.documents.ooxml.names import number
from parsers.documents.ooxml.stream import elements
from parsers.documents.sheets.grid import (
    MAX_COLUMN,
    MAX_ROW,
    Sheet,
    SheetBudget,
    cell_name,
)

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d))?.*)?")
_CELLS = (TABLE + "table-cell", TABLE + "covered-table-cell")
_COLLAPSED = ("collapse", "filter")


class SheetReader:
    """Reads the sheets of one content part into `sheets`."""

    def __init__(self, budget: SheetBudget) -> None:
        self._budget = budget
        self._undisplayed: set[str] = set()
        self._row = 0
        self._column = 0
        self._current: etree._Element | None = None
        self.sheets: list[Sheet] = []
        self.links: list[str] = []

    def read(self, data: bytes, part: str) -> None:
        """All sheets.

        Raises: Full where the budget is spent; Unreadable as `elements`, with what came before
        the fault in `sheets`.
        """
        tags = ("style", "table-column", "table-row", "table-source")
        for tag, element in elements(data, part, tags):
            if tag == "style":
                properties = element.find(STYLE + "table-properties")
                if properties is not None and properties.get(TABLE + "display") == "false":
                    self._undisplayed.add(element.get(STYLE + "name", ""))
            elif tag == "table-source":
                self.links.append(element.get(XLINK + "href", ""))
            elif self._begin(element):
                if tag == "table-column":
                    self._one_column(element)
                else:
                    self._one_row(element)

    def _begin(self, element: etree._Element) -> bool:
        """Finds the sheet an element belongs to; False for a table within a cell or a drawing."""
        tables = list(element.iterancestors(TABLE + "table"))
        if len(tables) != 1:
            return False
        if tables[0] is not self._current:
            self._current = tables[0]
            name = tables[0].get(TABLE + "name", "")
            hidden = tables[0].get(TABLE + "style-name", "") in self._undisplayed
            self.sheets.append(Sheet(name, name, hidden=hidden))
            self._row = self._column = 0
        return True

    def _one_column(self, element: etree._Element) -> None:
        times = number(element.get(TABLE + "number-columns-repeated"), 1, least=1)
        last = min(self._column + times - 1, MAX_COLUMN)
        if element.get(TABLE + "visibility") in _COLLAPSED:
            self.sheets[-1].hidden_columns.append((self._column, last))
        self._column = last + 1

    def _one_row(self, element: etree._Element) -> None:
        sheet = self.sheets[-1]
        times = number(element.get(TABLE + "number-rows-repeated"), 1, least=1)
        cells: list[tuple[int, int, str]] = []
        column = 0
        for cell in element.iterfind("*"):
            if cell.tag not in _CELLS:
                continue
            width = number(cell.get(TABLE + "number-columns-repeated"), 1, least=1)
            width = min(width, MAX_COLUMN + 1 - column)
            text = _text(cell)
            if text:
                cells.append((column, width, text))
                down = number(cell.get(TABLE + "number-rows-spanned"), 1, least=1, most=MAX_ROW)
                sheet.merge(self._row, self._row + down - 1, column)
            for remark in cell.iterfind(OFFICE + "annotation"):
                said = _lines(remark)
                if said:
                    self._budget.take(said)
                    sheet.remarks.append((cell_name(self._row, column), said))
            column += width
        hidden = element.get(TABLE + "visibility") in _COLLAPSED
        if cells:
            for row in range(self._row, min(self._row + times, MAX_ROW + 1)):
                if hidden:
                    sheet.hidden_rows.add(row)
                for first, width, text in cells:
                    for place in range(first, first + width):
                        sheet.put(row, place, text, self._budget)
        self._row = min(self._row + times, MAX_ROW + 1)


def _text(cell: etree._Element) -> str:
    found = _DATE.fullmatch(cell.get(OFFICE + "date-value", ""))
    if found:
        day, minutes, seconds = found.groups()
        if minutes in (None, "00:00") and seconds in (None, "00"):
            return day
        return f"{day} {minutes}" + (f":{seconds}" if seconds not in (None, "00") else "")
    text = _lines(cell)
    return text or cell.get(OFFICE + "value", "") or cell.get(OFFICE + "string-value", "")


def _lines(element: etree._Element) -> str:
    """The paragraphs right under an element."""
    return "\n".join(_paragraph(one) for one in element.iterfind(TEXT + "p")).strip("\n")


def _paragraph(element: etree._Element) -> str:
    pieces: list[str] = [element.text or ""]
    for child in element.iterdescendants():
        if child.tag == TEXT + "s":
            pieces.append(" " * number(child.get(TEXT + "c"), 1, least=1, most=1000))
        elif child.tag == TEXT + "line-break":
            pieces.append("\n")
        elif child.tag == TEXT + "tab":
            pieces.append("\t")
        elif isinstance(child.tag, str):
            pieces.append(child.text or "")
        pieces.append(child.tail or "")
    return "".join(pieces)
