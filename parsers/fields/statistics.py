"""The lines of a statistics table (统计表): columns by the synonyms of their heads, never by place.

A head may take two rows (联系方式 over 电话 and 手机). Titles above it, totals below it, and its
repetition on each page are no lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from model.document import UNSEEN, Document, StatisticsRow
from model.fields import FieldKind, FieldRule
from model.labels import squeezed, year_in
from parsers.fields.grids import Cell, Grid, grids, is_ocr
from parsers.fields.values import value_of
from parsers.fields.vocabulary import Label, Vocabulary

_HEAD_ROWS = 50
"""Rows in which the head is looked for."""
_FEWEST_COLUMNS = 3
_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|汇总|总数)")
_AFTER = re.compile(
    r"^(?:填表|制表|填报|审核|联系|备注|注|说明|单位负责人|负责人)[^0-9]{0,10}[:：]"
)
_INVALID = 0.5


def read_statistics(document: Document, rules: Iterable[FieldRule]) -> tuple[StatisticsRow, ...]:
    """Every line of every table whose head names at least three of the fields."""
    rules = tuple(rules)
    words = Vocabulary(rules)
    rows: list[StatisticsRow] = []
    seen = [one for one in document.blocks if UNSEEN.isdisjoint(one.flags)]
    for grid in grids(seen, words):
        head, columns = _head(grid, words)
        rows += _lines(grid, head, columns)
    return tuple(rows)


def _head(grid: Grid, words: Vocabulary) -> tuple[int, dict[int, tuple[Label, str]]]:
    """The number of the first row below the head, and the fields of the columns, none where the
    table has no head."""
    for number, row in enumerate(grid.rows[:_HEAD_ROWS]):
        labels = [cell for cell in row if cell.label is not None]
        real = {cell.label.rule.id for cell in labels if cell.label and not cell.label.is_other}
        if len(real) < _FEWEST_COLUMNS or len(labels) * 2 < len(row):
            continue
        below = grid.rows[number + 1] if number + 1 < len(grid.rows) else []
        deep = bool(below) and _is_second_row(row, below)
        columns = _columns(row, below if deep else [], words)
        return number + 1 + deep, columns
    return 0, {}


def _is_second_row(row: list[Cell], below: list[Cell]) -> bool:
    """A second row of the head: it has labels or years and nothing else, under merged cells."""
    named = [cell for cell in below if cell.label is not None or year_in(cell.text)]
    return len(named) == len(below) and below[0].column > row[0].column


def _columns(row: list[Cell], below: list[Cell], words: Vocabulary) -> dict[int, tuple[Label, str]]:
    columns: dict[int, tuple[Label, str]] = {}
    under = {cell.column: cell for cell in below}
    last: Cell | None = None
    above = {cell.column: cell for cell in row}
    for column in range(max([*above, *under]) + 1):
        last = above.get(column, last)
        cell = under.get(column) or above.get(column)
        if cell is None or last is None:
            continue
        year = year_in(cell.text)
        label = last.label if year else cell.label or words.label(last.text + cell.text)
        if label is not None and not label.is_other:
            columns[column] = (label, year or label.year)
    return columns


def _lines(grid: Grid, head: int, columns: dict[int, tuple[Label, str]]) -> list[StatisticsRow]:
    lines = []
    for number, row in enumerate(grid.rows[head:], head + 1):
        if not row or _is_no_line(row, columns):
            continue
        values: dict[str, str] = {}
        confidence = 1.0
        for cell in row:
            label, year = columns.get(cell.column, (None, ""))
            if label is None:
                continue
            value = value_of(cell.text, label.rule.kind, ocr=is_ocr(cell.block))
            if value is None:
                continue
            name = f"{label.rule.id}_{year}" if year else label.rule.id
            values.setdefault(name, value.text)
            if label.rule.kind is not FieldKind.TEXT:
                confidence = min(confidence, cell.block.confidence * max(value.share, _INVALID))
        if values:
            first = row[0].block
            lines.append(
                StatisticsRow(values, first.page, number, round(confidence, 4), first.source)
            )
    return lines


def _is_no_line(row: list[Cell], columns: dict[int, tuple[Label, str]]) -> bool:
    texts = [squeezed(cell.text[:40]) for cell in row]
    if any(_TOTAL.match(text) for text in texts[:3]) or _AFTER.match(texts[0]):
        return True
    # The head once more, on the next page.
    heads = [cell for cell in row if cell.label is not None and cell.column in columns]
    if len(heads) >= _FEWEST_COLUMNS and len(heads) * 2 >= len(row):
        return True
    return not any(cell.column in columns for cell in row)
