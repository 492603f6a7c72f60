"""Ruled tables of PDF pages: the grid of the page's lines with pdfium's text in its cells.

Where the cells do not hold the characters that stand in the grid's place, or a line was left out,
the page is doubtful, and pdfplumber is asked (pdf/plumbed.py). Only where a table and the text
of its place hold the same characters does it stand in the place of that text; else the text stays
whole beside it.

Residual risks: a table without lines is not seen; one that runs over two pages is two tables.
Pages with very many lines are not searched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from model.document import Block, BlockKind, Box, Rows
from parsers.documents.pdf.careful import CarefulText, careful_text
from parsers.documents.pdf.grid import Grid, TooMany, grids_of
from parsers.documents.pdf.objects import clean
from parsers.documents.pdf.rules import Drawn, rules_of
from parsers.documents.pdf.view import view_of

MAX_CELLS = 20_000
_MAX_LOOKS = 8_000_000
"""Cells times characters of a page: each cell is looked for among all of them."""
_EDGE = 1e7
"""Points beyond any page."""


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
        if letters_of(text) != letters_of("".join(pieces)):
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
                cells = joined(table.rows)
                if letters_of(cells) == letters_of(table.inside):
                    yield _block(table, source, page, cells)
                else:
                    yield Block(BlockKind.PARAGRAPH, table.inside.strip(), source, page)
                    yield _block(table, source, page, "")


class PlacedText:
    """pdfium's text of places on an open page, asked for as the page is shown.

    careful: the page sign by sign, where it was read so; then its signs are the text.
    """

    def __init__(
        self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, careful: CarefulText | None
    ) -> None:
        self._textpage = textpage
        self._careful = careful
        self._signs = careful
        self.view = view_of(page)

    def strip(self, upper: float | None, lower: float | None) -> str:
        """Over the page's whole width; None is the page's own edge."""
        return self.box((
            -_EDGE, -_EDGE if upper is None else upper, _EDGE, _EDGE if lower is None else lower
        ))  # fmt: skip

    def box(self, box: Box) -> str:
        """What touches the box; of a page read sign by sign, what has its middle there."""
        bounds = self.view.bounds(box)
        if self._careful is not None:
            return clean(self._careful.inside(*bounds)).strip()
        return clean(self._textpage.get_text_bounded(*bounds)).strip()

    def middles(self, box: Box) -> str:
        """The signs that have their middle in the box."""
        if self._signs is None:
            most = max(self._textpage.count_chars(), 0)
            self._signs = careful_text(self._textpage, {}, (), most)
        return clean(self._signs.inside(*self.view.bounds(box))).strip()

    @property
    def whole(self) -> bool:
        """Whether signs are looked at one by one anyhow."""
        return self._careful is not None


def drawn_tables(
    page: pdfium.PdfPage,
    textpage: pdfium.PdfTextPage,
    paths: Sequence[Drawn],
    careful: CarefulText | None,
    columns: int,
) -> PageTables | None:
    """The tables of an open page by its paths; None where they are doubtful.

    columns: the most columns of a table that are read.
    """
    text = PlacedText(page, textpage, careful)
    rules = rules_of(paths, text.view)
    if not rules.complete:
        return None
    try:
        grids = grids_of(rules.flat, rules.upright)
    except TooMany:
        return None
    cells = sum(len(row) for grid in grids for row in grid.rows)
    if cells * textpage.count_chars() > _MAX_LOOKS:
        return None
    doubtful = False

    def cells_of(grid: Grid) -> Rows:
        nonlocal doubtful
        rows = rows_of(grid, text.box, columns)
        if not text.whole and letters_of(joined(rows)) != letters_of(text.box(grid.box)):
            # A sign over a line is in both cells, unless its middle says where it belongs.
            rows = rows_of(grid, text.middles, columns)
            wide = any(any(row[columns:]) for row in grid.rows)
            doubtful |= not wide and letters_of(joined(rows)) != letters_of(text.middles(grid.box))
        return rows

    tables = page_tables(grids, text, cells_of, columns)
    return None if doubtful else tables


def page_tables(
    grids: Sequence[Grid], text: PlacedText, cells_of: Callable[[Grid], Rows], columns: int
) -> PageTables:
    """The grids that hold text, in the text of their page."""
    cut = False
    cells = 0
    tables: list[RuledTable] = []
    between: list[str] = []
    edge: float | None = None
    for grid in grids:
        cells += sum(len(row) for row in grid.rows)
        if cells > MAX_CELLS:
            cut = True
            break
        cut = cut or any(any(row[columns:]) for row in grid.rows)
        rows = cells_of(grid)
        if not any(any(row) for row in rows):
            continue
        _x0, top, _x1, bottom = grid.box
        between.append(text.strip(edge, top))
        boxes = tuple(row[:columns] for row in grid.rows)
        tables.append(RuledTable(rows, grid.box, text.strip(top, bottom), boxes))
        edge = bottom
    between.append(text.strip(edge, None))
    return PageTables(tuple(tables), tuple(between), cut)


def rows_of(grid: Grid, text: Callable[[Box], str], columns: int) -> Rows:
    """The text of each cell, "" where a merged one goes on."""
    return tuple(
        tuple("" if cell is None else text(cell) for cell in row[:columns]) for row in grid.rows
    )


def joined(rows: Rows) -> str:
    """The cells as text."""
    return "\n".join("\t".join(row) for row in rows)


def letters_of(text: str) -> Counter[str]:
    """How often each sign occurs, blanks left out."""
    return Counter("".join(text.split()))


def _block(table: RuledTable, source: str, page: int, text: str) -> Block:
    return Block(
        BlockKind.TABLE, text, source, page, table.box, "grid", rows=table.rows, boxes=table.boxes
    )
