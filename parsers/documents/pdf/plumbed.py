"""Ruled tables of PDF pages by pdfplumber: of pages whose own lines leave a doubt.

Residual risk: pages with very many lines are slow in it; pdf/objects.py keeps them away from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from model.document import Box, ReadLimits, Rows
from parsers.documents.pdf.grid import Grid
from parsers.documents.pdf.page import ReadPage
from parsers.documents.pdf.plumber import NO_MAP, over_pages
from parsers.documents.pdf.tables import (
    PageTables,
    PlacedText,
    joined,
    letters_of,
    page_tables,
    rows_of,
)


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


def _page_tables(
    pdf: pdfium.PdfDocument, page: Any, read: ReadPage, limits: ReadLimits
) -> PageTables:
    """The tables of one page of pdfplumber's, with the text of pdfium's same page.

    read: that page as it was read. Where that was done sign by sign, its signs are the text;
    where pdfium's text is known to lack some, pdfplumber's own is taken.
    """
    columns = limits.table_columns
    # One cell is a frame around something, not a table.
    found = [table for table in page.find_tables() if len(table.cells) > 1]
    with closing(pdf[page.page_number - 1]) as raw, closing(raw.get_textpage()) as textpage:
        text = PlacedText(raw, textpage, read.careful)
        # It counts from the corner of the media box, the view from that of what is shown.
        left, _bottom, _right, top = raw.get_mediabox()
        shown = text.view.shown((left, top, left, top)) if raw.get_rotation() == 0 else (0.0,) * 4
        by = shown[0] - left, shown[1]
        grids = {_grid(table, by): table for table in found}

        def cells_of(grid: Grid) -> Rows:
            rows = rows_of(grid, text.box, columns)
            if read.careful is not None:
                return rows
            expected = letters_of(text.box(grid.box))
            if not read.repaired and letters_of(joined(rows)) == expected:
                return rows
            own = tuple(
                tuple((cell or "").strip() for cell in row[:columns])
                for row in grids[grid].extract()
            )
            return rows if NO_MAP in joined(own) or not any(any(row) for row in own) else own

        ordered = sorted(grids, key=lambda grid: (grid.box[1], grid.box[0]))
        return page_tables(ordered, text, cells_of, columns)


def _grid(table: Any, by: tuple[float, float]) -> Grid:
    def moved(box: Any) -> Box:
        x, y = by
        return float(box[0]) + x, float(box[1]) + y, float(box[2]) + x, float(box[3]) + y

    rows = tuple(
        tuple(None if cell is None else moved(cell) for cell in row.cells) for row in table.rows
    )
    return Grid(rows, moved(table.bbox))
