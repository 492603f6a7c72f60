"""Ruled tables of PDF pages, by pdfplumber.

What it says is checked against pdfium's text: only where both hold the same characters does a
table stand in the place of the text it covers; else the text stays whole beside it.

Residual risks: a table without lines is not seen; one that runs over two pages is two tables.
Pages with very many lines are slow in pdfplumber; pdf/objects.py keeps them away from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from model.document import Block, BlockKind, Box, ReadLimits, Rows
from parsers.documents.pdf.careful import CarefulText
from parsers.documents.pdf.objects import clean
from parsers.documents.pdf.page import ReadPage
from parsers.documents.pdf.plumber import NO_MAP, over_pages

_MAX_CELLS = 20_000


@dataclass(frozen=True, slots=True)
class RuledTable:
    """One table: its cells and where they stand. inside: pdfium's text of that place."""

    rows: Rows
    box: Box
    inside: str
    boxes: tuple[tuple[Box | None, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PageTables:
    """The tables of one page from top to bottom. between: pdfium's text above the first,
    between each two, and below the last. cut: cells were left out."""

    tables: tuple[RuledTable, ...] = ()
    between: tuple[str, ...] = ()
    cut: bool = False

    def blocks(self, page: int, source: str, text: str) -> Iterable[Block]:
        """The page in order; or its whole text, then the tables without text of their own."""
        pieces = [*self.between, *(table.inside for table in self.tables)]
        if _letters(text) != _letters("".join(pieces)):
            if text.strip():
                yield Block(BlockKind.PARAGRAPH, text.strip(), source, page)
            for table in self.tables:
                yield _block(table, source, page, "")
            return
        for number, between in enumerate(self.between):
            if between.strip():
                yield Block(BlockKind.PARAGRAPH, between.strip(), source, page)
            if number < len(self.tables):
                table = self.tables[number]
                cells = _joined(table.rows)
                if _letters(cells) == _letters(table.inside):
                    yield _block(table, source, page, cells)
                else:
                    yield Block(BlockKind.PARAGRAPH, table.inside.strip(), source, page)
                    yield _block(table, source, page, "")


def read_tables(
    path: Path,
    pdf: pdfium.PdfDocument,
    pages: Mapping[int, ReadPage],
    numbers: Sequence[int],
    limits: ReadLimits,
    password: str | None = None,
) -> tuple[dict[int, PageTables], list[int]]:
    """The tables of the pages `numbers` (from 1), and the pages they could not be read on."""
    return over_pages(
        path,
        numbers,
        lambda page: _page_tables(pdf, page, pages[page.page_number], limits),
        password,
    )


class _Text:
    """pdfium's text of places on a page, asked for in points from the upper left corner."""

    def __init__(
        self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, careful: CarefulText | None
    ) -> None:
        self._textpage = textpage
        self._careful = careful
        self._left, _bottom, self._right, self._top = page.get_mediabox()

    def strip(self, upper: float | None, lower: float | None) -> str:
        """Over the page's whole width; None is the page's own edge."""
        return self.box(self._left, upper, self._right, lower)

    def box(self, x0: float, upper: float | None, x1: float, lower: float | None) -> str:
        top = None if upper is None else self._top - upper
        bottom = None if lower is None else self._top - lower
        if self._careful is not None:
            high = float("inf") if top is None else top
            low = float("-inf") if bottom is None else bottom
            return clean(self._careful.inside(x0, low, x1, high)).strip()
        return clean(self._textpage.get_text_bounded(x0, bottom, x1, top)).strip()


def _page_tables(
    pdf: pdfium.PdfDocument, page: Any, read: ReadPage, limits: ReadLimits
) -> PageTables:
    """The tables of one page of pdfplumber's, with the text of pdfium's same page.

    read: that page as it was read. Where that was done sign by sign, its signs are the text;
    where pdfium's text is known to lack some, pdfplumber's own is taken.
    """
    # One cell is a frame around something, not a table.
    grids = [grid for grid in page.find_tables() if len(grid.cells) > 1]
    grids.sort(key=lambda grid: (grid.bbox[1], grid.bbox[0]))
    cut = False
    cells = 0
    tables: list[RuledTable] = []
    between: list[str] = []
    edge: float | None = None
    with closing(pdf[page.page_number - 1]) as raw, closing(raw.get_textpage()) as textpage:
        text = _Text(raw, textpage, read.careful)
        for grid in grids:
            x0, top, x1, bottom = (float(side) for side in grid.bbox)
            cells += sum(len(row.cells) for row in grid.rows)
            if cells > _MAX_CELLS:
                cut = True
                break
            cut = cut or any(any(row.cells[limits.table_columns :]) for row in grid.rows)
            inside = text.strip(top, bottom)
            expected = None if read.repaired else inside
            if read.careful is None:
                rows = _rows(grid, text, expected, limits.table_columns)
            else:
                rows = _plain_rows(grid, text, limits.table_columns)
            if not any(any(row) for row in rows):
                continue
            between.append(text.strip(edge, top))
            boxes = tuple(tuple(row.cells[: limits.table_columns]) for row in grid.rows)
            tables.append(RuledTable(rows, (x0, top, x1, bottom), inside, boxes))
            edge = bottom
        between.append(text.strip(edge, None))
    return PageTables(tuple(tables), tuple(between), cut)


def _rows(grid: Any, text: _Text, inside: str | None, columns: int) -> Rows:
    """The cells by pdfium's text, which knows the Chinese fonts that pdfminer has no map of.

    Where that is not all that stands `inside` (a turned page), or None says that pdfium lacks
    text here, pdfplumber's own.
    """
    rows = _plain_rows(grid, text, columns)
    if inside is not None and _letters(_joined(rows)) == _letters(inside):
        return rows
    own = tuple(tuple((cell or "").strip() for cell in row[:columns]) for row in grid.extract())
    return rows if NO_MAP in _joined(own) or not any(any(row) for row in own) else own


def _plain_rows(grid: Any, text: _Text, columns: int) -> Rows:
    return tuple(
        tuple("" if cell is None else text.box(*cell) for cell in row.cells[:columns])
        for row in grid.rows
    )


def _joined(rows: Rows) -> str:
    return "\n".join("\t".join(row) for row in rows)


def _block(table: RuledTable, source: str, page: int, text: str) -> Block:
    return Block(
        BlockKind.TABLE, text, source, page, table.box, "grid", rows=table.rows, boxes=table.boxes
    )


def _letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))
