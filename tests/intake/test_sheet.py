"""The ledger as a sheet, and that no cell of it can do anything."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import update

from intake.answer import answer
from intake.batch import process_waiting
from intake.sheet import COLUMNS, export_sheet
from model.errors import IntakeError
from storage.ledger.schema import revision
from tests.builders.season import season
from tests.intake.conftest import Desk

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = '=HYPERLINK("http://example.com","领奖")'


@pytest.fixture
def filled(desk: Desk) -> Desk:
    desk.take_in(*season(9))
    process_waiting(desk.place())
    answer(desk.place())
    return desk


def _read(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    with zipfile.ZipFile(path) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        shared = [
            "".join(item.itertext())
            for item in etree.fromstring(book.read("xl/sharedStrings.xml"))
        ] if "xl/sharedStrings.xml" in book.namelist() else []  # fmt: skip
    assert not list(sheet.iter(f"{MAIN}f", f"{MAIN}hyperlink"))
    rows = []
    for row in sheet.iter(f"{MAIN}row"):
        cells = []
        for cell in row.iter(f"{MAIN}c"):
            assert cell.get("t") in ("inlineStr", "s", None)
            text = "".join(cell.itertext())
            cells.append(shared[int(text)] if cell.get("t") == "s" else text)
        rows.append(cells)
    return rows


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_one_row_for_each_application(filled: Desk, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "out" / f"台账{ending}"
    # Nine mails: two of them follow upon others of the same application.
    assert export_sheet(filled.place(), path) == 7
    head, *rows = _read(path)
    assert head == [name for name, _ in COLUMNS]
    table = {row[2]: dict(zip(head, row, strict=True)) for row in rows}
    revised = table["ZB20210005"]
    assert (revised["版本"], revised["状态"], revised["是否逾期"]) == ("2", "材料齐全", "否")
    assert (revised["推荐表"], revised["承诺书"], revised["证明材料"]) == ("有", "有", "无")
    assert revised["盖章核验"] == "待人工核验"
    assert revised["收到时间"] == "2021-05-17 11:05:00"
    assert revised["回执时间"]
    assert revised["回执编号"].startswith("HZ2021-")
    late = table["ZB20210007"]
    assert (late["是否逾期"], late["状态"]) == ("是", "逾期待定")
    assert table["ZB20210004"]["状态"] == "退回"
    assert table["ZB20210004"]["缺项"]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@pytest.mark.parametrize("evil", [EVIL, "+1+1", "-1", "@SUM(A1)", "http://example.com/"])
def test_what_looks_like_a_formula_stays_text(
    filled: Desk, tmp_path: Path, ending: str, evil: str
) -> None:
    with filled.place().ledger.write() as tx:
        tx.execute(update(revision).values(full_name=evil))
    path = tmp_path / f"a{ending}"
    export_sheet(filled.place(), path)
    for row in _read(path)[1:]:
        harmless = evil if ending == ".xlsx" or evil.startswith("http") else f"'{evil}"
        assert row[3] == harmless


def test_another_ending_is_refused(filled: Desk, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"\.xlsx or \.csv"):
        export_sheet(filled.place(), tmp_path / "a.ods")


def test_a_place_that_cannot_be_written_is_told(filled: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IntakeError, match="cannot be written"):
        export_sheet(filled.place(), tmp_path / "file" / "a.xlsx")
