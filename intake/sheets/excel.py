"""Writes .xlsx row by row, so that memory does not grow with the rows.

Every text is written as a text: no cell becomes a formula or a link, whatever a sender wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from intake.sheets.layout import Cell, Kind, Layout, Line, Link, as_text, in_cell, lines_of
from intake.sheets.words import TONES, Tone

FONT = "宋体"
A3, FONT_POINTS, HEAD_POINTS = 8, 10, 32
LINE_POINTS, PADDING_POINTS, HIGHEST_POINTS = 13.0, 4.0, 409.0
"""409 points is the highest row that Excel knows."""
WRAPPED = (Kind.WORDS, Kind.STATE)
MOST_LINKS, LONGEST_LINK = 65_000, 2_000
"""Excel's own limits are 65,530 links in a sheet and 2,079 characters in each."""
MOMENT_FORMAT = 'yyyy"年"m"月"d"日" hh:mm:ss'
DAY_FORMAT = 'yyyy"年"m"月"d"日"'
HEAD_FILL, HEAD_INK, LINE_COLOUR = "#1F4E79", "#FFFFFF", "#BFBFBF"
FOOTER = '&L&"宋体"&9 {title}&C&"宋体"&9 第&P页 共&N页&R&"宋体"&9 {made}'
TONE_COLOURS = {
    Tone.GOOD: ("#E2F0D9", "#375623"),
    Tone.ASKED: ("#FFF2CC", "#7F6000"),
    Tone.WAITING: ("#DDEBF7", "#1F4E79"),
    Tone.BAD: ("#F8CBAD", "#843C0C"),
    Tone.QUIET: ("#F2F2F2", "#595959"),
}
"""Fill and ink; every pair has a contrast over 4.5."""


def row_points(line: Line, layout: Layout) -> float:
    """The height that a row's longest wrapped cell needs, in points."""
    lines = 1
    for cell, one in zip(line, layout.columns, strict=True):
        if isinstance(cell, str | Link) and one.kind in WRAPPED:
            lines = max(lines, lines_of(as_text(cell), one.width))
    return min(lines * LINE_POINTS + PADDING_POINTS, HIGHEST_POINTS)


class SheetWriter:
    """One sheet, filled from top to bottom."""

    def __init__(self, sheet: Any, layout: Layout, styles: Styles) -> None:
        self._sheet, self._layout, self._styles = sheet, layout, styles
        self.rows = self._links = 0
        for column, one in enumerate(layout.columns):
            sheet.set_column(column, column, one.width)
            sheet.write_string(0, column, one.name, styles.head)

    def add(self, line: Line) -> None:
        self.rows += 1
        # Not every program reckons the height of wrapped rows itself when it opens a file.
        self._sheet.set_row(self.rows, row_points(line, self._layout))
        for column, (cell, one) in enumerate(zip(line, self._layout.columns, strict=True)):
            self._write(column, cell, one.kind)

    def _write(self, column: int, cell: Cell, kind: Kind) -> None:
        sheet, row = self._sheet, self.rows
        style = self._styles.of(kind, cell)
        if cell is None or cell == "":
            sheet.write_blank(row, column, None, style)
        elif isinstance(cell, datetime):
            # Excel's moments have no zone; this one is in the programme's already.
            sheet.write_datetime(row, column, cell.replace(tzinfo=None, microsecond=0), style)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, style)
        elif isinstance(cell, Link):
            self._link(row, column, cell, style)
        elif isinstance(cell, int):
            sheet.write_number(row, column, cell, style)
        else:
            sheet.write_string(row, column, in_cell(cell), style)

    def _link(self, row: int, column: int, link: Link, style: Any) -> None:
        # Beyond what Excel can hold, and for a path too long for it, the text stays a text.
        target = f"external:{link.target.replace('%', '%25').replace('#', '%23')}"
        if self._links >= MOST_LINKS or len(target) > LONGEST_LINK:
            self._sheet.write_string(row, column, in_cell(link.text), style)
            return
        self._links += 1
        self._sheet.write_url(row, column, target, self._styles.link, in_cell(link.text))

    def close(self) -> None:
        """What needs the number of rows: the filter, and no green corners on identifiers."""
        last = max(self.rows, 1), len(self._layout.columns) - 1
        self._sheet.autofilter(0, 0, *last)
        whole = f"A1:{xlsxwriter.utility.xl_rowcol_to_cell(*last)}"
        self._sheet.ignore_errors({"number_stored_as_text": whole, "two_digit_text_year": whole})


class Styles:
    """The cell formats of one book, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        base = {
            "font_name": FONT, "font_size": FONT_POINTS, "border": 1, "border_color": LINE_COLOUR,
            "valign": "vcenter",
        }  # fmt: skip
        text = base | {"num_format": "@"}
        self.head = book.add_format(
            text
            | {"bold": True, "bg_color": HEAD_FILL, "font_color": HEAD_INK, "align": "center",
               "text_wrap": True}
        )  # fmt: skip
        centred = {"align": "center"}
        self._plain = {
            Kind.TEXT: book.add_format(text),
            Kind.WORDS: book.add_format(text | {"text_wrap": True}),
            Kind.NUMBER: book.add_format(base | centred | {"num_format": "0"}),
            Kind.MOMENT: book.add_format(base | centred | {"num_format": MOMENT_FORMAT}),
            Kind.DAY: book.add_format(base | centred | {"num_format": DAY_FORMAT}),
            Kind.STATE: book.add_format(text | centred | {"text_wrap": True}),
        }
        self.link = book.add_format(
            text | {"text_wrap": True, "font_color": "#0563C1", "underline": 1}
        )
        self.day = self._plain[Kind.DAY]
        fill, ink = TONE_COLOURS[Tone.BAD]
        self.closing_day = book.add_format(
            base | centred | {"num_format": DAY_FORMAT, "bg_color": fill, "font_color": ink}
        )
        self._tones = {
            tone: book.add_format(
                text | centred | {"text_wrap": True, "bg_color": fill, "font_color": ink}
            )
            for tone, (fill, ink) in TONE_COLOURS.items()
        }

    def of(self, kind: Kind, cell: Cell) -> Any:
        if kind is Kind.STATE and isinstance(cell, str) and cell in TONES:
            return self._tones[TONES[cell]]
        return self._plain[kind]


class Book:
    """A workbook that is being written."""

    def __init__(self, book: Any, title: str, made: str) -> None:
        self.book, self.styles = book, Styles(book)
        self._footer = FOOTER.format(title=title.replace("&", "&&"), made=made)
        self._writers: list[SheetWriter] = []

    def sheet(self, layout: Layout) -> SheetWriter:
        """One more sheet, with its head, its filter, and ready for an A3 printer."""
        sheet = self.plain_sheet(layout.name)
        sheet.set_row(0, HEAD_POINTS)
        sheet.freeze_panes(1, layout.held)
        sheet.repeat_rows(0)
        writer = SheetWriter(sheet, layout, self.styles)
        self._writers.append(writer)
        return writer

    def plain_sheet(self, name: str) -> Any:
        """A sheet without columns of ours, set up for printing."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A3)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.5)
        sheet.set_footer(self._footer)
        return sheet

    def close(self) -> None:
        for writer in self._writers:
            writer.close()


@contextmanager
def open_book(path: Path, title: str, made: datetime) -> Iterator[Book]:
    """A new workbook, on the disk when the block ends.

    made: shown in the footer and kept in the file's properties, in the zone of the reader.
    Raises: OSError, xlsxwriter.exceptions.FileCreateError where it cannot be written.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    raw = xlsxwriter.Workbook(str(path), options)
    try:
        raw.set_properties({"title": title, "created": made.replace(tzinfo=None)})
        book = Book(raw, title, f"{made:%Y-%m-%d %H:%M}")
        yield book
        book.close()
    finally:
        raw.close()
