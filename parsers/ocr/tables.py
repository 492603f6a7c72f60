"""The lines within a grid → the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.document import Box, Rows
from parsers.ocr.rules import Grid
from parsers.ocr.written import Written, confidence_of, in_rows, joined, row_text

_ENDS = "。；;：:"
_SHORT = 2.0


@dataclass(frozen=True, slots=True)
class ReadTable:
    """rows: a merged cell stands once, its other places are empty."""

    rows: Rows
    box: Box
    confidence: float

    @property
    def text(self) -> str:
        return "\n".join("\t".join(row) for row in self.rows)


def fill_grid(grid: Grid, lines: Sequence[Written]) -> tuple[ReadTable, list[Written]]:
    """The table with its text, and the lines that do not lie in it."""
    rows = [[""] * grid.columns for _ in range(grid.rows)]
    left = list(lines)
    used: list[Written] = []
    for cell in grid.cells:
        x0, y0, x1, y1 = cell.box
        inside = [
            line for line in left if x0 <= line.middle[0] <= x1 and y0 <= line.middle[1] <= y1
        ]
        left = [line for line in left if line not in inside]
        used += inside
        rows[cell.row][cell.column] = _cell_text(inside, x1)
    table = ReadTable(tuple(tuple(row) for row in rows), grid.box, confidence_of(used))
    return table, left


def _cell_text(lines: Sequence[Written], right: float) -> str:
    """What one cell says: its lines run on, but for those that end a sentence early."""
    paragraphs: list[list[str]] = [[]]
    for row in in_rows(lines):
        text = row_text(row)
        paragraphs[-1].append(text)
        early = right - row[-1].box[2] > _SHORT * row[-1].size
        if early and text[-1:] in _ENDS:
            paragraphs.append([])
    return "\n".join(joined(rows) for rows in paragraphs if rows)
