"""The tables of a document as grids of cells, those that go on over a page joined.

A row that a page's end cuts in two goes on in the next page's first row, whose label cell is empty,
or ends what its label began (摘要（不超过50 | 0字）).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.document import Block, BlockKind, Box
from parsers.fields.vocabulary import Label, Vocabulary

MOST_CELLS = 50_000
"""Cells of one document that fields are looked for in: a form has a few hundred."""
_BETWEEN = (BlockKind.HEADER, BlockKind.FOOTER, BlockKind.IMAGE, BlockKind.COMMENT, BlockKind.NOTE)
_PAGE_NUMBER = re.compile(r"[-—–·.,/\d第页共]{0,20}")
"""What may stand between the two parts of a table; the name of a sheet does not."""


@dataclass(slots=True)
class Cell:
    """One cell that is not empty. column: in the grid. part: which of the joined tables."""

    text: str
    column: int
    block: Block
    box: Box | None
    label: Label | None = None
    part: int = 0


@dataclass(slots=True)
class Grid:
    """rows: without their empty cells. captions: lines that stand above the table, the nearest
    last. label_columns: where labels stand, filled in when first asked for."""

    rows: list[list[Cell]]
    captions: tuple[str, ...] = ()
    last_page: int = 0
    parts: int = 1
    label_columns: set[int] | None = None


def is_ocr(block: Block) -> bool:
    return "ocr" in block.method


def grids(blocks: Sequence[Block], words: Vocabulary) -> Iterator[Grid]:
    """Every table, in order; at most MOST_CELLS cells of them."""
    left = MOST_CELLS
    grid: Grid | None = None
    above: list[str] = []
    for block in blocks:
        if block.kind is BlockKind.TABLE and block.rows:
            rows, left = _cells(block, words, left)
            if grid is not None and _goes_on(grid, block, above):
                _join(grid, rows, words)
                grid.last_page = block.page
            else:
                if grid is not None:
                    yield grid
                grid = Grid(rows, tuple(above[-3:]), block.page)
            above = []
            if left <= 0:
                break
        elif block.kind not in _BETWEEN and block.text.strip():
            above += block.text.strip().splitlines()[-3:]
    if grid is not None:
        yield grid


def _cells(block: Block, words: Vocabulary, left: int) -> tuple[list[list[Cell]], int]:
    rows = []
    for line, texts in enumerate(block.rows):
        left -= len(texts)
        if left < 0:
            break
        boxes = block.boxes[line] if line < len(block.boxes) else ()
        rows.append(
            [
                Cell(
                    text,
                    column,
                    block,
                    (boxes[column] if column < len(boxes) else None) or block.box,
                    words.label(text, guess=is_ocr(block)),
                )
                for column, text in enumerate(texts)
                if text.strip()
            ]
        )
    return rows, left


def _goes_on(grid: Grid, block: Block, above: list[str]) -> bool:
    """Whether a table is the rest of the one before: on the next page, nothing but a page's
    number between them."""
    if block.page <= 0 or block.page != grid.last_page + 1:
        return False
    return _PAGE_NUMBER.fullmatch("".join("".join(above).split())) is not None


def _join(grid: Grid, rows: list[list[Cell]], words: Vocabulary) -> None:
    last = next((row for row in reversed(grid.rows) if row), None)
    first = rows[0] if rows else []
    for row in rows:
        for cell in row:
            cell.part = grid.parts
    grid.parts += 1
    if last and first and _is_rest(last, first, words):
        for cell in first:
            before = next((one for one in last if one.column == cell.column), last[-1])
            before.text += "\n" + cell.text
            before.label = (before.label and words.label(before.text)) or before.label
        if last[0].label is None:
            last[0].label = words.label(last[0].text)
        rows = rows[1:]
    grid.rows += rows


def _is_rest(last: list[Cell], first: list[Cell], words: Vocabulary) -> bool:
    if any(cell.label for cell in first):
        return False
    if first[0].column > 0:
        return True
    if len(first) < 2 or words.label(f"{last[0].text}{first[0].text}") is None:
        return False
    return _unclosed(last[0].text) or first[0].text.strip().startswith(("（", "("))


def _unclosed(text: str) -> bool:
    return sum(text.count(sign) for sign in "（(") > sum(text.count(sign) for sign in "）)")
