"""The ledger as a sheet (台账), in the clerk's column order, as .xlsx or .csv."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import Row

from intake.bounces import in_words
from intake.workplace import Workplace
from model.errors import IntakeError
from model.programme import Programme
from storage.ledger import bounces, queries
from storage.ledger.bounces import Mark

COLUMNS = (
    ("序号", 6), ("回执编号", 16), ("申报编号", 16), ("申报单位全称", 34), ("信用代码", 20),
    ("市", 10), ("标杆名称", 24), ("联系人", 10), ("手机", 14), ("发件邮箱", 26),
    ("收到时间", 20), ("版本", 6), ("是否逾期", 10), ("推荐表", 10), ("承诺书", 10),
    ("申报材料", 10), ("证明材料", 10), ("盖章核验", 12), ("状态", 12), ("缺项", 40),
    ("补正期限", 12), ("回执时间", 20), ("经办人", 10), ("档号", 14), ("备注", 50),
)  # fmt: skip
"""Every column with its width in characters."""

FORM_FIELDS = ("uscc", "city", "title", "contact", "mobile")
"""What is read off the forms, in the order of its columns."""

OUTCOMES = {
    "complete": "材料齐全",
    "correction": "需补正",
    "returned": "退回",
    "late_refused": "逾期",
    "late_pending": "逾期待定",
    "duplicate": "重复报送",
    "forwarded": "转发邮件",
    "ignored": "非申报邮件",
}
STATES = {
    "present": "有",
    "missing": "缺",
    "wrong_format": "格式不符",
    "too_few": "份数不足",
    "too_many": "份数超出",
    "unreadable": "无法打开",
    "absent_optional": "无",
}


def export_sheet(place: Workplace, path: Path, programme: str | None = None) -> int:
    """Write the sheet; gives the number of rows.

    Raises: IntakeError where the ending is neither .xlsx nor .csv, or it cannot be written.
    """
    writers = {".xlsx": _write_xlsx, ".csv": _write_csv}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise IntakeError(f"{path}: the ending must be .xlsx or .csv.", "Give such a name.")
    rows = list(sheet_rows(place, programme))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer(path, rows)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise IntakeError(
            f"{path} cannot be written: {error}.", "Is it open in another program?"
        ) from error
    return len(rows)


def sheet_rows(place: Workplace, programme: str | None = None) -> Iterator[list[str]]:
    """One row for each object's newest version, as text in the order of the columns."""
    with place.ledger.read() as tx:
        marks = bounces.marks(tx)
        for number, row in enumerate(queries.current(tx, programme), 1):
            findings = queries.findings_of(tx, row.id)
            rules = place.programme(row.programme)
            yield _row(number, row, findings, rules, marks.get(row.receipt_no))


def _row(
    number: int, row: Row[Any], findings: list[Row[Any]], rules: Programme, mark: Mark | None
) -> list[str]:
    materials = {item["material"]: STATES[item["state"]] for item in row.checklist}
    codes = {one.code for one in findings}
    late = any(code.startswith("window.late") for code in codes)
    missing = [one.text for one in findings if one.effect in ("correct", "return")]
    remarks = [one.text for one in findings if one.effect in ("person", "pend", "refuse")]
    sealed = any(code == "material.seal_unchecked" or code.startswith("seal.") for code in codes)
    zone = rules.zone
    if mark is not None:
        remarks.append(in_words(mark, zone))
    return [
        str(number),
        row.receipt_no,
        row.application_no,
        row.full_name,
        *((row.fields or {}).get(name, "") for name in FORM_FIELDS),
        row.sender,
        f"{row.received_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        str(row.revision),
        "是" if late else "否",
        materials.get("recommendation_form", materials.get("recommendation_document", "")),
        materials.get("commitment_letter", ""),
        materials.get("application_document", ""),
        materials.get("supporting_document", ""),
        "待人工核验" if sealed else "",
        OUTCOMES[row.outcome],
        "；".join(missing),
        "",
        f"{row.sent_at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if row.sent_at else "",
        rules.receipt.clerk,
        "",
        "；".join(remarks),
    ]


def _write_xlsx(path: Path, rows: list[list[str]]) -> None:
    # Text stays text: no cell may become a formula or a link, whatever a sender wrote.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("台账")
        head = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "border": 1, "align": "center"}
        )
        cell = book.add_format({"border": 1, "valign": "top", "text_wrap": True, "num_format": "@"})
        for column, (name, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                sheet.write_string(line, column, value, cell)
        sheet.freeze_panes(1, 4)
        sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)


def _write_csv(path: Path, rows: list[list[str]]) -> None:
    # The mark at the beginning is what makes Excel read UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(name for name, _ in COLUMNS)
        writer.writerows([_harmless(value) for value in row] for row in rows)


def _harmless(value: str) -> str:
    """A spreadsheet program runs a CSV cell that begins like a formula."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
