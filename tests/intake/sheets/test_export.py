"""The workbook and the CSV, read back by programs that are not ours."""

from __future__ import annotations

import csv
import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import update

from intake.answer import answer
from intake.batch import process_waiting
from intake.sheets.export import export_sheet
from intake.sheets.ledger import COLUMNS
from model.errors import IntakeError
from model.record import FiledFinding
from model.verdict import ChecklistItem, ItemState, Outcome
from storage.ledger.schema import revision
from tests.builders.filed import file_application, paper
from tests.builders.ledger_rows import letter
from tests.builders.season import season
from tests.intake.conftest import Desk

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = '=HYPERLINK("http://example.com","领奖")'
ORDER = [
    "序号", "回执编号", "申报编号", "申报单位全称", "信用代码", "市", "标杆名称", "联系人", "手机",
    "发件邮箱", "收到时间", "版本", "是否逾期", "推荐表", "承诺书", "申报材料", "证明材料",
    "盖章核验", "状态", "缺项", "补正期限", "回执时间", "经办人", "档号", "备注",
]  # fmt: skip
SHEETS = ["台账", "问题清单", "统计表汇总", "按日收到", "归档目录"]
DUE = date(2021, 6, 25)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    desk.take_in(*season(9))
    process_waiting(desk.place())
    answer(desk.place())
    return desk


@pytest.fixture
def one(desk: Desk) -> Desk:
    """A single application that asks for a correction."""
    place = desk.place()
    missing = FiledFinding("material.missing", "承诺书", "correct", "缺少“承诺书”。", "请补交。")
    unseen = FiledFinding("seal.not_seen", "推荐表", "person", "未识别到印章。", "请查看。")
    file_application(
        place, "a", [paper("包.rar/推荐表.pdf", material="recommendation_form")],
        letter("HZ2021-00001", "a"), outcome=Outcome.CORRECTION, findings=(missing, unseen),
        due=DUE, first_received_at=datetime(2021, 6, 1, 2, 3, 4, tzinfo=UTC),
        checklist=(
            ChecklistItem("recommendation_form", "推荐表", ItemState.PRESENT),
            ChecklistItem("commitment_letter", "承诺书", ItemState.MISSING),
        ),
    )  # fmt: skip
    return desk


def _rows(path: Path) -> list[list[Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    sheet = openpyxl.load_workbook(path)["台账"]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _table(sheet: Worksheet) -> list[dict[str, Any]]:
    head, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_one_row_for_each_application(filled: Desk, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "out" / f"台账{ending}"
    # Nine mails: two of them follow upon others of the same application.
    done = export_sheet(filled.place(), path)
    assert (done.rows, done.troubles) == (7, ())
    head, *rows = _rows(path)
    assert head == [one.name for one in COLUMNS] == ORDER
    table = {row[2]: dict(zip(head, row, strict=True)) for row in rows}
    revised = table["ZB20210005"]
    assert str(revised["版本"]) == "2"
    assert (revised["状态"], revised["是否逾期"]) == ("材料齐全", "否")
    assert (revised["推荐表"], revised["承诺书"], revised["证明材料"]) == ("有", "有", "无")
    assert revised["盖章核验"] == "待人工核验"
    assert str(revised["收到时间"]) == "2021-05-17 11:05:00"
    assert revised["回执时间"]
    assert revised["回执编号"].startswith("HZ2021-")
    late = table["ZB20210007"]
    assert (late["是否逾期"], late["状态"]) == ("是", "逾期待定")
    assert table["ZB20210004"]["状态"] == "退回"
    assert table["ZB20210004"]["缺项"]


def test_the_clerk_sees_chinese_dates_colours_and_a_held_head(one: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    export_sheet(one.place(), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == SHEETS
    sheet = book["台账"]
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    received, due, number = cells["收到时间"], cells["补正期限"], cells["申报编号"]
    assert received.value == datetime(2021, 6, 16, 9, 0, 0)  # noqa: DTZ001 - Excel knows no zone
    assert received.number_format == 'yyyy"年"m"月"d"日" hh:mm:ss'
    assert (due.value.date(), due.number_format) == (DUE, 'yyyy"年"m"月"d"日"')
    assert (number.data_type, number.number_format) == ("s", "@")
    assert cells["状态"].fill.fgColor.rgb == "FFFFF2CC"
    assert cells["承诺书"].fill.fgColor.rgb != cells["推荐表"].fill.fgColor.rgb
    assert cells["盖章核验"].value == "未见"
    assert cells["备注"].value == "首次收到时间：2021年6月1日 10:03:04；未识别到印章。"
    assert sheet.freeze_panes == "E2"
    assert sheet.auto_filter.ref == "A1:Y2"
    assert (sheet.print_title_rows, sheet.page_setup.paperSize) == ("$1:$1", 8)
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    with zipfile.ZipFile(path) as parts:
        ignored = etree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    assert [one.get("sqref") for one in ignored.iter(f"{MAIN}ignoredError")
            if one.get("numberStoredAsText")] == ["A1:Y2"]  # fmt: skip


def test_every_finding_has_a_row(one: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    export_sheet(one.place(), path)
    rows = _table(openpyxl.load_workbook(path)["问题清单"])
    assert [(row["序号"], row["问题编码"], row["处理"], row["文件"]) for row in rows] == [
        (1, "material.missing", "请申报单位补正", "承诺书"),
        (2, "seal.not_seen", "请经办人查看", "推荐表"),
    ]
    assert {row["申报编号"] for row in rows} == {"ZB20210137"}


def test_the_catalogue_lists_every_computer_file(one: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    export_sheet(one.place(), path)
    rows = _table(openpyxl.load_workbook(path)["归档目录"])
    assert [(row["件号"], row["文件名"], row["格式"], row["页数"]) for row in rows] == [
        (1, "包.rar/推荐表.pdf", "PDF", 2),
        (1, "message.eml", "EML", None),
        (1, "receipt/receipt.eml", "EML", None),
    ]
    first = rows[0]
    assert first["题名"] == "山东某某机械有限公司2021年全国质量标杆推荐申报材料"
    assert (first["责任者"], first["保管期限"]) == ("山东某某机械有限公司", "10年")
    assert first["日期"].date() == date(2021, 6, 1)
    assert (first["大小"], len(first["SHA-256"])) == (len("包.rar/推荐表.pdf".encode()), 64)
    assert first["备注"] == "推荐表；归档位置：ZB20210137/v1"


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
@pytest.mark.parametrize("evil", [EVIL, "+1+1", "-1", "@SUM(A1)", "http://example.com/"])
def test_what_looks_like_a_formula_stays_text(
    one: Desk, tmp_path: Path, ending: str, evil: str
) -> None:
    with one.place().ledger.write() as tx:
        tx.execute(update(revision).values(full_name=evil))
    path = tmp_path / f"a{ending}"
    export_sheet(one.place(), path)
    harmless = evil if ending == ".xlsx" or evil.startswith("http") else f"'{evil}"
    assert [row[3] for row in _rows(path)[1:]] == [harmless]
    if ending == ".xlsx":
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    sheet = etree.fromstring(book.read(name))
                    assert not list(sheet.iter(f"{MAIN}f", f"{MAIN}hyperlink")), name


def test_what_a_cell_cannot_hold(one: Desk, tmp_path: Path) -> None:
    """Control characters, code that looks like an escape, and more than 32,767 characters."""
    with one.place().ledger.write() as tx:
        tx.execute(update(revision).values(full_name="甲\x01_x0041_\ufffe" + "𠮷" * 20_000))
    path = tmp_path / "a.xlsx"
    export_sheet(one.place(), path)
    name = unescape(_rows(path)[1][3])
    assert name.startswith("甲\x01_x0041_\ufffe𠮷𠮷")
    assert len(name.encode("utf-16-le")) // 2 == 32_767
    assert name.endswith("…（内容过长，全文见归档材料）")


def test_a_damaged_object_keeps_no_other_out(one: Desk, tmp_path: Path) -> None:
    place = one.place()
    version = file_application(place, "b", object_id="ZB2", application_no="ZB2")
    version.path("record.json").write_bytes(b"{")
    path = tmp_path / "a.xlsx"
    done = export_sheet(place, path)
    assert done.rows == 2
    assert [where for where, _ in done.troubles] == ["national-2021/ZB2"]
    notes = [row["备注"] for row in _table(openpyxl.load_workbook(path)["归档目录"])]
    assert sum("归档材料无法读取" in note for note in notes) == 1


def test_further_materials_stand_behind_the_fixed_columns(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    file_application(
        place, "p", programme="provincial-2021", object_id="SJ1", application_no="SJ1",
        checklist=(ChecklistItem("statistics_table", "申报企业统计表", ItemState.PRESENT),),
    )  # fmt: skip
    path = tmp_path / "a.xlsx"
    export_sheet(place, path, "provincial-2021")
    head, row = _rows(path)
    assert head == [*ORDER, "推荐文件", "申报企业统计表"]
    assert row[-2:] == [None, "有"]


def test_an_empty_ledger_gives_a_sheet_with_its_head(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert export_sheet(desk.place(), path).rows == 0
    assert _rows(path) == [ORDER]


def test_an_export_that_fails_leaves_the_old_file(one: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        export_sheet(one.place(), path, progress=fail)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["a.xlsx"]


def test_another_ending_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"\.xlsx or \.csv"):
        export_sheet(desk.place(), tmp_path / "a.ods")


def test_a_place_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IntakeError, match="cannot be written"):
        export_sheet(desk.place(), tmp_path / "file" / "a.xlsx")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_as_it_is(one: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    export_sheet(one.place(), path)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    done = subprocess.run(
        ["soffice", profile, "--headless",
         "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir",
         str(tmp_path / "out"), str(path)],
        capture_output=True, text=True, timeout=180, check=True,
    )  # fmt: skip
    assert "rror" not in done.stdout + done.stderr
    with (tmp_path / "out" / "a.csv").open(encoding="utf-8", newline="") as file:
        head, row = csv.reader(file)
    assert head == ORDER
    shown = dict(zip(head, row, strict=True))
    assert shown["收到时间"] == "2021年6月16日 09:00:00"
    assert shown["补正期限"] == "2021年6月25日"
    assert (shown["申报编号"], shown["状态"]) == ("ZB20210137", "需补正")
