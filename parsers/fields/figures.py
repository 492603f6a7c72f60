"""Amounts of several years: years as heads of columns, as heads of rows, or in the cell itself.

Each amount is a field of its own, named after field and year (revenue_2019), in the unit of its
label, its caption, or its own text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from model.document import Block
from model.fields import FieldKind
from model.labels import LONGEST_LABEL, squeezed, unit_in, year_in
from parsers.fields.found import Found
from parsers.fields.grids import Cell, Grid, is_ocr
from parsers.fields.values import amount_of
from parsers.fields.vocabulary import Label

BY_COLUMN, BY_ORDER, ALONE = 0.98, 0.9, 0.9
"""How surely an amount belongs to a year: it stands under it, comes in its turn, needs none."""
_IN_CELL = re.compile(
    r"((?:19|20)\d\d)年?(?:度|末)?[:：]?\s{0,4}(-?\d[\d,]{0,20}(?:\.\d{1,8})?)\s{0,4}"
    r"(亿元|百万元|万元|千元|元)?"
)
_LONGEST_CELL = 300


@dataclass(slots=True)
class _Heads:
    """What the latest heading row says. years, labels: by column."""

    years: dict[int, str] = field(default_factory=dict)
    labels: dict[int, Label] = field(default_factory=dict)
    unit: str = ""
    part: int = 0


def read_figures(grid: Grid, found: Found) -> None:
    """Every amount of a table."""
    heads = _Heads(
        unit=next(
            (
                unit
                for line in reversed(grid.captions)
                if (unit := unit_in(line) or _caption_unit(line))
            ),
            "",
        )
    )
    for row in grid.rows:
        if not row:
            continue
        heads.unit = next((u for cell in row if (u := _caption_unit(cell.text))), heads.unit)
        years = {cell.column: year for cell in row if (year := year_in(cell.text))}
        figures = {
            cell.column: cell.label
            for cell in row
            if cell.label is not None and cell.label.rule.kind is FieldKind.FIGURES
        }
        plain = [cell for cell in row if cell.label is None and cell.column not in years]
        if len(years) > 1 and not figures and not any(amount_of(one.text) for one in plain):
            heads.years, heads.labels, heads.part = years, {}, row[0].part
        elif len(figures) > 1 and not plain:
            heads.labels, heads.years, heads.part = figures, {}, row[0].part
        elif figures:
            _row_of_figure(row, heads, found)
        elif heads.labels and len(years) == 1 and (year := year_in(row[0].text)):
            _row_of_year(row, year, heads, found)


def read_figure_line(block: Block, line: str, label: Label, value: str, found: Found) -> None:
    """营业收入（万元）：2018年 100，2019年 120"""
    _in_one_text(label, value, block, None, unit_in(line), found)


def _row_of_figure(row: list[Cell], heads: _Heads, found: Found) -> None:
    """A label with its amounts to the right."""
    place = max(
        number
        for number, cell in enumerate(row)
        if cell.label is not None and cell.label.rule.kind is FieldKind.FIGURES
    )
    labelled = [n for n, cell in enumerate(row) if cell.label and n <= place]
    for number in labelled:
        cell = row[number]
        label = cell.label
        if label is None or label.rule.kind is not FieldKind.FIGURES:
            continue
        ends = next((n for n in range(number + 1, len(row)) if row[n].label), len(row))
        cells = row[number + 1 : ends]
        if cells:
            _amounts(label, cells, heads, found)


def _amounts(label: Label, cells: list[Cell], heads: _Heads, found: Found) -> None:
    if label.year:
        first = cells[0]
        found.take(label, first.text, first.block, first.box, "table", BY_COLUMN,
                   year=label.year, unit=heads.unit)  # fmt: skip
        return
    if _paired(label, cells, heads, found):
        return
    if len(cells) == 1 and _in_one_text(
        label, cells[0].text, cells[0].block, cells[0], heads.unit, found
    ):
        return
    amounts = [cell for cell in cells if amount_of(cell.text, ocr=is_ocr(cell.block))]
    if not heads.years:
        if len(amounts) == 1 == len(cells):
            one = amounts[0]
            found.take(label, one.text, one.block, one.box, "table", ALONE, unit=heads.unit)
        return
    by_column = {
        cell.column: year for cell in cells if (year := _year_over(cell.column, heads.years))
    }
    if cells[0].part == heads.part and len(set(by_column.values())) == len(cells):
        years, sure = [by_column[cell.column] for cell in cells], BY_COLUMN
    elif len(cells) == len(heads.years):
        years, sure = list(heads.years.values()), BY_ORDER
    else:
        return
    for cell, year in zip(cells, years, strict=True):
        found.take(label, cell.text, cell.block, cell.box, "table", sure,
                   year=year, unit=heads.unit)  # fmt: skip


def _row_of_year(row: list[Cell], year: str, heads: _Heads, found: Found) -> None:
    """A year with its amounts to the right, under their labels."""
    cells = row[1:]
    for place, cell in enumerate(cells):
        label, sure = heads.labels.get(cell.column), BY_COLUMN
        if (label is None or cell.part != heads.part) and len(cells) == len(heads.labels):
            label, sure = list(heads.labels.values())[place], BY_ORDER
        if label is not None:
            found.take(label, cell.text, cell.block, cell.box, "table", sure,
                       year=year, unit=heads.unit)  # fmt: skip


def _paired(label: Label, cells: list[Cell], heads: _Heads, found: Found) -> bool:
    """营业收入 | 2018年 | 100 | 2019年 | 120"""
    years = [year_in(cell.text) for cell in cells]
    if len(cells) < 2 or not all(years[0::2]) or any(years[1::2]):
        return False
    for year, cell in zip(years[0::2], cells[1::2], strict=False):
        found.take(label, cell.text, cell.block, cell.box, "table", BY_COLUMN,
                   year=year, unit=heads.unit)  # fmt: skip
    return True


def _in_one_text(
    label: Label, text: str, block: Block, cell: Cell | None, unit: str, found: Found
) -> bool:
    """2018年：100万元；2019年：120万元"""
    pieces = _IN_CELL.findall(text[:_LONGEST_CELL].replace("，", ","))
    for year, amount, own in pieces:
        found.take(label, amount.rstrip(",") + own, block, cell.box if cell else block.box,
                   "table" if cell else "line", BY_COLUMN, year=year, unit=unit)  # fmt: skip
    return bool(pieces)


def _year_over(column: int, years: dict[int, str]) -> str:
    """The year of a column: its own, or that of a merged cell it stands under."""
    if column in years:
        return years[column]
    before = [one for one in years if one < column]
    return years[max(before)] if before else ""


def _caption_unit(text: str) -> str:
    """（单位：万元）, 金额单位：元; a cell that only mentions a unit is none."""
    if "单位" not in text or len(text) > LONGEST_LABEL:
        return ""
    found = re.search(r"单位[:为]?(?:人民币)?(亿元|百万元|万元|千元|元)", squeezed(text))
    return found[1] if found else ""
