"""Values in the cells of a form: to the right of a label, or below it where labels head columns."""

from __future__ import annotations

from model.fields import FieldKind
from parsers.fields.found import Found
from parsers.fields.grids import Cell, Grid
from parsers.fields.lines import Looks, read_line
from parsers.fields.vocabulary import Vocabulary

RIGHT, BELOW, INSIDE = 0.98, 0.93, 0.94
"""How surely a value belongs to its label by where it stands."""
_INLINE = 400
"""Characters of a cell that may itself hold labels with their values."""


def read_table(grid: Grid, words: Vocabulary, found: Found, looks: Looks) -> None:
    """Everything but the figures of several years."""
    for number, row in enumerate(grid.rows):
        heads = _heads_columns(grid, number)
        for place, cell in enumerate(row):
            label = cell.label
            if label is None:
                _inside(cell, words, found, looks)
                continue
            found.passes(label)
            if label.is_other or label.rule.kind is FieldKind.FIGURES:
                continue
            if heads:
                below = next(
                    (one for one in grid.rows[number + 1] if one.column == cell.column), None
                )
                if below is not None:
                    found.take(label, below.text, below.block, below.box, "table", BELOW)
                continue
            beside = row[place + 1] if place + 1 < len(row) else None
            if beside is not None and label.rule.kind is FieldKind.PERSON and _says_name(beside):
                named = row[place + 2] if place + 2 < len(row) else None
                if named is not None and named.label is None:
                    found.take(label, named.text, named.block, named.box, "table", RIGHT)
                continue
            if beside is not None:
                if beside.label is None and not _is_unknown_label(grid, row, place):
                    found.take(label, beside.text, beside.block, beside.box, "table", RIGHT)
            elif place == 0 and (under := _alone_below(grid, number)):
                found.take(label, under.text, under.block, under.box, "table", BELOW)


def _says_name(cell: Cell) -> bool:
    """联系人 | 姓名 | 王某"""
    return cell.label is not None and cell.label.text == "姓名"


def _heads_columns(grid: Grid, number: int) -> bool:
    """Whether a row is nothing but labels, and one row of values follows."""
    row = grid.rows[number]
    if len(row) < 2 or not all(cell.label for cell in row) or number + 1 >= len(grid.rows):
        return False
    below = grid.rows[number + 1]
    if not below or any(cell.label for cell in below):
        return False
    columns = {cell.column for cell in row}
    if not columns >= {cell.column for cell in below}:
        return False
    # Several rows of values make it a list of many, and none of them is the applicant's.
    after = grid.rows[number + 2] if number + 2 < len(grid.rows) else []
    return (
        not after
        or any(cell.label for cell in after)
        or {one.column for one in after} != {one.column for one in below}
    )


def _alone_below(grid: Grid, number: int) -> Cell | None:
    """The one cell of the next row, under a label that has its row to itself."""
    below = grid.rows[number + 1] if number + 1 < len(grid.rows) else []
    if (
        len(below) == 1
        and below[0].label is None
        and below[0].column == grid.rows[number][0].column
    ):
        return below[0]
    return None


def _is_unknown_label(grid: Grid, row: list[Cell], place: int) -> bool:
    """Whether what stands right of a label is a label that we do not know, the label's own cell
    being empty: it does not touch the label, stands where labels do, and has a value itself."""
    label, beside = row[place], row[place + 1]
    if beside.column == label.column + 1 or place + 2 >= len(row):
        return False
    columns = _label_columns(grid)
    has_value = row[place + 2].label is None
    return has_value and beside.column in columns and beside.column - 1 not in columns


def _label_columns(grid: Grid) -> set[int]:
    if grid.label_columns is None:
        grid.label_columns = {
            cell.column for row in grid.rows for cell in row if cell.label is not None
        }
    return grid.label_columns


def _inside(cell: Cell, words: Vocabulary, found: Found, looks: Looks) -> None:
    """Labels with values in one cell: 联系人：王某  电话：0531-…"""
    if len(cell.text) > _INLINE or not _colons(cell.text):
        return
    for line in cell.text.split("\n"):
        read_line(line, cell.block, cell.box, words, found, looks, INSIDE)


def _colons(text: str) -> bool:
    return "：" in text or ":" in text
