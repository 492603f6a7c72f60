"""问题清单: one row for each finding of each version in force."""

from __future__ import annotations

from collections.abc import Iterator

from intake.sheets.application import Application
from intake.sheets.layout import Cell, Column, Kind, Layout
from intake.sheets.words import EFFECTS

LAYOUT = Layout(
    "问题清单",
    (
        Column("序号", 7, Kind.NUMBER),
        Column("申报编号", 18, Kind.WORDS),
        Column("申报单位全称", 34, Kind.WORDS),
        Column("问题编码", 28),
        Column("内容", 70, Kind.WORDS),
        Column("处理办法", 50, Kind.WORDS),
        Column("处理", 16, Kind.STATE),
        Column("文件", 40, Kind.WORDS),
    ),
    held=3,
)


def finding_rows(one: Application, number: int) -> Iterator[list[Cell]]:
    """Its findings in their order; number: of the first one's row."""
    for place, finding in enumerate(one.findings):
        yield [
            number + place,
            one.number,
            one.row.full_name,
            finding.code,
            finding.text,
            finding.advice,
            EFFECTS[finding.effect],
            finding.about,
        ]
