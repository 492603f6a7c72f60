"""The cells of one HTML table, with what spans several rows or columns.

Source: HTML Living Standard, 4.9.12.1 (forming a table). A cell that spans stands once, at its
upper left; its other places are empty.
"""

from __future__ import annotations

from lxml import etree

from model.document import Rows
from parsers.documents.ooxml.names import number

_MAX_ROWS_SPANNED = 65_534


class TableBuilder:
    """One table while it is read. cut: it was wider than the limit."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._rows: list[list[str]] = []
        self._spanned: dict[int, int] = {}
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self.cut = False

    def row(self) -> None:
        """Begins a row."""
        self.end_cell()
        self._rows.append([])
        self._fill()

    def cell(self, element: etree._Element) -> None:
        """Begins a cell; in a row of its own where none was begun."""
        self.end_cell()
        if not self._rows:
            self.row()
        self._cell = []
        wide = number(element.get("colspan"), 1, least=1, most=self._columns)
        high = number(element.get("rowspan"), 1, least=1, most=_MAX_ROWS_SPANNED)
        self._span = (wide, high)

    def text(self, text: str) -> None:
        """A line of the cell; of the table's own, outside of any cell, in one of its own."""
        if self._cell is not None:
            self._cell.append(text)
            return
        if not self._rows:
            self.row()
        self._rows[-1].append(text)

    def end_cell(self) -> None:
        """Ends the cell that was begun last, if it is not ended."""
        if self._cell is None:
            return
        text = "\n".join(self._cell)
        self._cell = None
        row = self._rows[-1]
        wide, high = self._span
        if len(row) + wide > self._columns:
            wide = max(self._columns - len(row), 0)
            self.cut |= bool(text) and not wide
        for place in range(len(row), len(row) + wide):
            if high > 1:
                self._spanned[place] = high - 1
        row += [text, *[""] * (wide - 1)] if wide else []
        self._fill()

    def _fill(self) -> None:
        """Leaves out the places that a cell of a row above takes."""
        row = self._rows[-1]
        while self._spanned.get(len(row), 0) and len(row) < self._columns:
            self._spanned[len(row)] -= 1
            row.append("")

    def rows(self) -> Rows:
        """The whole table, rows without text left out."""
        self.end_cell()
        return tuple(tuple(row) for row in self._rows if any(row))
