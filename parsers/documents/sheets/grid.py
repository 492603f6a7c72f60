"""Sheets as they are read, cell by cell, and the document that is made of them.

One page and one table for each sheet, under a heading with its name. Hidden rows and columns
stand in a table of their own that says so; a hidden sheet is hidden as a whole. Rows without any
text are left out, and so are the empty columns left and right of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from model.document import (
    UNSEEN,
    Block,
    BlockKind,
    Document,
    Embedded,
    Page,
    ReadLimits,
    Rows,
    Table,
)
from model.finding import Finding

MAX_ROW = 1_048_575
MAX_COLUMN = 16_383
MAX_SHEETS = 1_000
MAX_MERGED = 100_000
_MARGIN_CODE = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f+-]{5,6}|&\d+|&[LCRPNDTZFAGBIUESXYOH]|&(?=&)')
"""Codes in headers and footers (ECMA-376 part 1, 18.3.1.39)."""


class Full(Exception):
    """The budget of cells or characters is spent."""


@dataclass(slots=True)
class SheetBudget:
    """What is left to spend on one workbook. places: of all tables, the empty ones included."""

    cells: int
    characters: int
    columns: int
    places: int
    cells_cut: bool = False
    text_cut: bool = False

    @classmethod
    def of(cls, limits: ReadLimits) -> SheetBudget:
        cells = limits.sheet_cells
        return cls(cells, limits.characters, limits.table_columns, 4 * cells)

    def take(self, text: str) -> None:
        """Raises: Full where there is no room for it."""
        # A tab or a line end goes with each cell.
        if len(text) + 1 > self.characters:
            self.text_cut = True
            raise Full
        self.characters -= len(text) + 1


@dataclass(slots=True)
class Sheet:
    """One sheet while it is read. Rows and columns count from 0.

    hidden_columns: pairs of first and last. remarks: comments with their cell, "B2". extras: what
    lies on or around the cells (text boxes, headers, footers). merged: cells that go down over
    several rows, as (first row, last row, column).
    """

    name: str
    source: str
    hidden: bool = False
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)
    extras: list[tuple[BlockKind, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)

    def put(self, row: int, column: int, text: str, budget: SheetBudget) -> None:
        """One cell's text; empty ones are not kept.

        Raises: Full where the workbook holds more than is read.
        """
        if not text or text.isspace():
            return
        if not (0 <= row <= MAX_ROW and 0 <= column <= MAX_COLUMN):
            budget.cells_cut = True
            return
        if budget.cells <= 0:
            budget.cells_cut = True
            raise Full
        budget.take(text)
        budget.cells -= 1
        self.cells.setdefault(row, {})[column] = text

    def merge(self, first: int, last: int, column: int) -> None:
        """A cell that goes down from row `first` to `last`."""
        if 0 <= first < last <= MAX_ROW and len(self.merged) < MAX_MERGED:
            self.merged.append((first, last, column))

    def margin(self, kind: BlockKind, text: str, budget: SheetBudget) -> None:
        """A header or footer of the printed sheet, its codes for fonts and places left out.

        Raises: Full as `put`.
        """
        text = " ".join(_MARGIN_CODE.sub(" ", text).split())
        if text:
            budget.take(text)
            self.extras.append((kind, text))

    def is_hidden_column(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.hidden_columns)


def cell_name(row: int, column: int) -> str:
    """ "B2" for row 1 and column 1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def sheet_document(
    sheets: Iterable[Sheet],
    budget: SheetBudget,
    limits: ReadLimits,
    media_type: str,
    *,
    properties: Mapping[str, str] | None = None,
    embedded: tuple[Embedded, ...] = (),
    findings: Iterable[Finding] = (),
) -> Document:
    """The document of these sheets, with a finding for whatever was cut."""
    blocks: list[Block] = []
    pages: list[Page] = []
    tables: list[Table] = []
    told = list(findings)
    comments = hidden = 0
    for number, sheet in enumerate(sheets, 1):
        if number > MAX_SHEETS:
            budget.cells_cut = True
            break
        made = _blocks(sheet, number, budget)
        hidden += sheet.hidden or any("hidden" in block.flags for block in made)
        comments += len(sheet.remarks)
        blocks += made
        visible = [block for block in made if UNSEEN.isdisjoint(block.flags)]
        pages.append(Page(number, "\n".join(block.text for block in visible if block.text)))
        tables += [Table(number, block.rows) for block in visible if block.rows]
    if comments:
        told.append(Finding("document.comments", params={"count": str(comments)}))
    if hidden:
        told.append(Finding("document.hidden_text", params={"count": str(hidden)}))
    if budget.text_cut:
        told.append(Finding("document.limit_text", params={"limit": str(limits.characters)}))
    if budget.cells_cut:
        told.append(Finding("document.limit_cells"))
    return Document(
        media_type,
        blocks=tuple(blocks),
        pages=tuple(pages),
        tables=tuple(tables),
        embedded=embedded,
        properties=dict(properties or {}),
        findings=tuple(told),
    )


def _blocks(sheet: Sheet, number: int, budget: SheetBudget) -> list[Block]:
    flags = ("hidden",) if sheet.hidden else ()
    source = sheet.source
    made: list[Block] = []
    shown = _rows(sheet, budget, hidden=False)
    covered = _rows(sheet, budget, hidden=True)
    for (rows, lines, tall), marks in ((shown, flags), (covered, ("hidden",))):
        if rows:
            text = "\n".join("\t".join(row) for row in rows)
            made.append(
                Block(
                    BlockKind.TABLE, text, source, number, method="grid", flags=marks, rows=rows,
                    lines=lines, tall=tall,
                )
            )  # fmt: skip
    for kind, text in sheet.extras:
        made.append(Block(kind, text, source, number, flags=flags))
    for place, text in sheet.remarks:
        made.append(Block(BlockKind.COMMENT, f"{place}：{text}", source, number, flags=flags))
    made += [
        Block(BlockKind.IMAGE, "", picture, number, method="image") for picture in sheet.pictures
    ]
    if made and sheet.name:
        heading = Block(BlockKind.HEADING, sheet.name, source, number, flags=flags, level=2)
        made.insert(0, heading)
    return made


def _rows(
    sheet: Sheet, budget: SheetBudget, *, hidden: bool
) -> tuple[Rows, tuple[int, ...], tuple[tuple[int, int, int], ...]]:
    """The cells that are to be seen, or those that are not, as a table without empty rows; the
    number of each row in the sheet, from 1; and the merged cells, see `model.document.Block`."""
    wanted: list[dict[int, str]] = []
    lines: list[int] = []
    seen: dict[int, bool] = {}
    for row in sorted(sheet.cells):
        cells = sheet.cells[row]
        if row in sheet.hidden_rows:
            if hidden:
                wanted.append(cells)
                lines.append(row + 1)
            continue
        if not sheet.hidden_columns:
            if not hidden:
                wanted.append(cells)
                lines.append(row + 1)
            continue
        kept: dict[int, str] = {}
        for column, text in cells.items():
            if column not in seen:
                seen[column] = sheet.is_hidden_column(column)
            if seen[column] is hidden:
                kept[column] = text
        if kept:
            wanted.append(kept)
            lines.append(row + 1)
    if not wanted:
        return (), (), ()
    columns = sorted(set().union(*wanted))
    first, last = columns[0], columns[-1]
    if hidden or sheet.hidden_columns or last - first >= budget.columns:
        # What lies apart is set side by side; a table wider than the limit loses its end.
        places = columns
    else:
        places = list(range(first, last + 1))
    if len(places) > budget.columns:
        budget.cells_cut = True
        places = places[: budget.columns]
    # A cell in each corner makes a table far larger than what stands in it.
    most = budget.places // len(places)
    if len(wanted) > most:
        budget.cells_cut = True
        wanted = wanted[:most]
    budget.places -= len(wanted) * len(places)
    rows = tuple(tuple(cells.get(place, "") for place in places) for cells in wanted)
    kept_lines = tuple(lines[: len(rows)])
    return rows, kept_lines, _tall(sheet, kept_lines, places)


def _tall(
    sheet: Sheet, lines: tuple[int, ...], places: list[int]
) -> tuple[tuple[int, int, int], ...]:
    """The merged cells of the sheet whose first row is one of these lines."""
    columns = {column: at for at, column in enumerate(places)}
    rows = {line: at for at, line in enumerate(lines)}
    return tuple(
        (rows[first + 1], columns[column], bisect_right(lines, last + 1) - rows[first + 1])
        for first, last, column in sheet.merged
        if first + 1 in rows and column in columns
    )
