"""The register and its report as files: .xlsx, and the register as .csv too."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from intake.register.changes import COLUMNS, text_of
from intake.register.groups import GROUPS
from intake.register.in_force import register_of
from intake.register.report import WORDS, Came, RegisterReport, Unit
from intake.sheets.excel import open_book
from intake.sheets.export import beside
from intake.sheets.layout import Cell, Column, Kind, Layout, columns
from intake.workplace import Workplace
from model.errors import IntakeError

TITLE, REGISTER_TITLE = "报送情况", "登记册"
TOTAL = "合计"
OVER = "超过名额（限{quota}家）"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = {"full_name": 36, "uscc": 22, "recommender": 26, "email": 28, "former_names": 36}
_UNITS = (
    *columns(Kind.WORDS, ("申报单位全称", 36)),
    *columns(Kind.TEXT, ("申报编号", 18), ("统一社会信用代码", 22)),
    *columns(Kind.WORDS, ("联系人", 12), ("手机", 14), ("邮箱", 28), ("情况", 20)),
    Column("收到时间", 24, Kind.MOMENT),
)


def export_register(place: Workplace, programme: str, path: Path) -> int:
    """Write the register in force, as `intake register import` takes it; how many entries.

    Raises: IntakeError where there is none, the ending is neither .xlsx nor .csv, or it cannot be
    written.
    """
    rules = place.programme(programme)
    register = register_of(place, rules.id)
    if not register.version:
        raise IntakeError(
            f"{rules.id} has no register.", "Import one with `intake register import FILE`."
        )
    lines = [[text_of(one, name) for name in COLUMNS] for one in register.entries]
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise IntakeError(f"{path}: the ending must be .xlsx or .csv.", "Give such a name.")
    with beside(path) as part:
        if kind == ".csv":
            _write_csv(part, lines)
        else:
            wide = [Column(text, _WIDTHS.get(name, 16)) for name, text in COLUMNS.items()]
            made = place.clock().astimezone(rules.zone)
            with open_book(part, REGISTER_TITLE, made) as book:
                sheet = book.sheet(Layout(REGISTER_TITLE, tuple(wide), held=2))
                for line in lines:
                    sheet.add(line)
    return len(lines)


def export_report(report: RegisterReport, path: Path) -> None:
    """Write the numbers of every group, and every unit that has not sent.

    Raises: IntakeError where the ending is not .xlsx, or it cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise IntakeError(f"{path}: the ending must be .xlsx.", "Give such a name.")
    group = GROUPS[report.by]
    counts = ("应报", "已报", "未报", "登记册以外")
    numbers = Layout(
        TITLE,
        (
            Column(group, 28, Kind.WORDS),
            *columns(Kind.NUMBER, *((name, 12) for name in counts)),
            Column("备注", 30, Kind.WORDS),
        ),
        held=1,
    )
    made = report.at.astimezone(report.programme.zone)
    with beside(path) as part, open_book(part, f"{report.programme.title}{TITLE}", made) as book:
        sheet = book.sheet(numbers)
        for line in number_lines(report):
            sheet.add(line)
        for name, outstanding in (("未报单位", True), ("已报单位", False)):
            units = book.sheet(Layout(name, (Column(group, 16, Kind.WORDS), *_UNITS), held=2))
            for line in _unit_lines(report, outstanding=outstanding):
                units.add(line)


def number_lines(report: RegisterReport) -> Iterator[list[Cell]]:
    """应报, 已报, 未报 and what is beside the register, group by group, the sum last."""
    for one in report.groups:
        note = OVER.format(quota=one.quota) if one.is_over else ""
        yield [one.name, one.expected, one.sent, len(one.outstanding), one.others, note]
    outstanding = len(report.outstanding)
    yield [TOTAL, report.expected, report.sent, outstanding, report.others, ""]


def _unit_lines(report: RegisterReport, *, outstanding: bool) -> Iterator[list[Cell]]:
    for group in report.groups:
        sent = (one for one in group.units if one.came is Came.SENT)
        for unit in group.outstanding if outstanding else sent:
            yield [group.name, *_unit(report, unit)]


def _unit(report: RegisterReport, unit: Unit) -> list[Cell]:
    entry = unit.entry
    received = unit.received_at.astimezone(report.programme.zone) if unit.received_at else None
    return [
        entry.full_name, entry.application_no, entry.uscc, entry.contact, entry.mobile,
        entry.email, WORDS[unit.came], received,
    ]  # fmt: skip


def _write_csv(path: Path, lines: list[list[str]]) -> None:
    # The mark at the beginning is what makes Excel read UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.values())
        for line in lines:
            # A spreadsheet program runs a cell that begins like a formula.
            writer.writerow(
                "'" + text if text.startswith(FORMULA_STARTS) else text for text in line
            )
