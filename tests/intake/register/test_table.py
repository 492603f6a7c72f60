"""Lines of a file as a register: which columns, which lines, and why a line is refused."""

from __future__ import annotations

from collections.abc import Sequence

import openpyxl
import pytest

from intake.register.entries import Entries, entries_of
from intake.register.table import RegisterTable, read_table
from model.document import Block, BlockKind, Document
from model.naming import NamingRule
from parsers.documents.read import read_document
from programmes.register_fields import register_fields
from tests.builders.registers import HEAD, saved, uscc, workbook
from tests.builders.submissions import programme

NAME, OTHER = "山东泰山机械制造有限公司", "青岛海辰电子科技有限公司"


def _table(
    *rows: Sequence[str], head: Sequence[str] = ("申报编号", "单位名称", "市")
) -> RegisterTable:
    block = Block(BlockKind.TABLE, "x", rows=(tuple(head), *map(tuple, rows)))
    return read_table(Document("text/csv", blocks=(block,)), register_fields(programme()))


def _entries(
    *rows: Sequence[str], pattern: str | None = None, head: Sequence[str] = HEAD
) -> Entries:
    table = _table(*rows, head=head)
    return entries_of(table.lines, table.columns, NamingRule(number_pattern=pattern))


def _line(
    number: str = "ZB20210137", name: str = NAME, code: str = "", **more: str
) -> tuple[str, ...]:
    return (
        number,
        name,
        code,
        more.get("city", ""),
        "",
        more.get("mobile", ""),
        more.get("email", ""),
    )


def _read(data: bytes, tmp_path: object, name: str = "file.xlsx") -> RegisterTable:
    path = tmp_path / name  # type: ignore[operator]
    path.write_bytes(data)
    return read_table(read_document(path), register_fields(programme()))


@pytest.mark.parametrize(
    "head",
    [
        ("申报编号", "申报单位全称"),
        ("项目编号", "企业名称"),
        ("申报编号（必填）", "单位全称（与营业执照一致）"),
        ("1. 申 报 编 号：", "* 企 业 名 称："),
        ("单位", "编号"),
    ],
)
def test_columns_are_known_by_synonyms(head: Sequence[str]) -> None:
    table = _table(("A1", NAME) if head[0] != "单位" else (NAME, "A1"), head=head)
    assert table.lines[0].values == {"application_no": "A1", "full_name": NAME}
    assert set(table.columns.values()) == {"".join(one.split()) for one in head}


def test_a_serial_number_is_not_taken_for_the_number() -> None:
    table = _table(("1", "ZB1", NAME), head=("编号", "申报编号", "企业名称"))
    assert table.lines[0].values["application_no"] == "ZB1"
    assert table.unused == ["编号"]


def test_without_a_head_there_are_no_columns() -> None:
    table = _table(("ZB1", NAME), head=("ZB0", OTHER))
    assert table.columns == {}
    assert table.skipped


def test_titles_deep_heads_merged_cells_totals_and_repeated_heads(tmp_path: object) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "登记册"
    sheet.merge_cells("A1:F1")
    for cell, text in {
        "A3": "序号", "B3": "申报编号", "C3": "申报单位", "D3": "联系方式", "F3": "市",
        "D4": "联系人", "E4": "电子邮箱",
    }.items():  # fmt: skip
        sheet[cell] = text
    for merged in ("A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4"):
        sheet.merge_cells(merged)
    sheet.append([1, "ZB1", NAME, "王工", "a@example.com", "泰安市"])
    sheet.append([])
    sheet.append([2, "ZB2", OTHER, "李工", "b@example.com", "青岛市"])
    sheet.append(["序号", "申报编号", "申报单位"])
    sheet.append([3, "ZB3", "烟台蓝海装备股份有限公司"])
    sheet.append(["合计", "", "3家"])
    sheet.append(["填表人：张三"])
    table = _read(saved(book), tmp_path)
    assert [(one.line, one.values["application_no"]) for one in table.lines] == [
        (5, "ZB1"), (7, "ZB2"), (9, "ZB3"),
    ]  # fmt: skip
    assert table.lines[0].values["contact"] == "王工"
    assert table.lines[1].values["email"] == "b@example.com"
    assert [line for _, line, _ in table.skipped] == [10, 11]


def test_hidden_lines_are_seen(tmp_path: object) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("申报编号", "单位名称", "备注"), ("ZB1", NAME, "x"), ("ZB2", OTHER, "y")):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    table = _read(saved(book), tmp_path)
    found = entries_of(table.lines, table.columns, None)
    assert [one.application_no for one in found.entries] == ["ZB1"]
    assert [(one.line, one.code) for one in found.refused] == [(3, "hidden")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("title", ["", "2021年登记册\n"])
def test_values_in_any_encoding(encoding: str, title: str, tmp_path: object) -> None:
    text = (
        f'{title}申报编号,单位名称\n0007,{NAME}\n0008,"青岛海辰\n电子科技有限公司"\n0009,{OTHER}\n'
    )
    table = _read(text.encode(encoding), tmp_path, "file.csv")
    found = entries_of(table.lines, table.columns, NamingRule())
    assert [one.application_no for one in found.entries] == ["0007", "0008", "0009"]
    assert found.entries[1].full_name == OTHER
    first = 2 if title else 1
    assert [one.line for one in table.lines] == [first + 1, first + 2, first + 4]


def test_numbers_kept_as_text_keep_their_zeros(tmp_path: object) -> None:
    rows = [("000700", NAME), (700, OTHER)]
    table = _read(workbook(rows, HEAD[:2]), tmp_path)
    found = entries_of(table.lines, table.columns, NamingRule(number_pattern=r"\d{6}"))
    assert [one.application_no for one in found.entries] == ["000700"]
    assert [one.code for one in found.refused] == ["number_lost_zeros"]
    assert "“000700”" in found.refused[0].text


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (_line(number=""), "no_number"),
        (_line(number="  　"), "no_number"),
        (_line(name=""), "no_name"),
        (_line(name="—"), "no_name"),
        (_line(number="2.02E+10"), "number_rounded"),
        (_line(number="2E+17"), "number_rounded"),
        (_line(number="20210137.0"), "number_fraction"),
        (_line(number="2021-06-01"), "number_is_date"),
        (_line(number="202100000000014000"), "number_cut"),
        (_line(number="ZB/2021/1"), "number_not_plain"),
        (_line(number="甲乙丙"), "number_not_plain"),
        (_line(number=".."), "number_not_plain"),
        (_line(number="=B2&C2"), "formula"),
        (_line(number="#REF!"), "error_value"),
        (_line(name="#N/A"), "error_value"),
        (_line(name="山东\ufffd\ufffd有限公司"), "unreadable"),
        (_line(code="91310115MA1H8R7C6D"), "uscc_wrong"),
        (_line(code="9.1E+17"), "uscc_rounded"),
    ],
)
def test_a_line_is_refused_with_the_reason(line: tuple[str, ...], code: str) -> None:
    found = _entries(line, _line("ZB20210999", OTHER))
    assert [one.application_no for one in found.entries] == ["ZB20210999"]
    (refused,) = found.refused
    assert (refused.code, refused.line) == (code, 2)
    assert "{" not in refused.text


def test_the_programmes_pattern_decides() -> None:
    found = _entries(_line("ZB20210137"), _line("ZX1", OTHER), pattern=r"ZB\d{8}")
    assert [one.application_no for one in found.entries] == ["ZB20210137"]
    assert [one.code for one in found.refused] == ["number_not_as_pattern"]


def test_long_numbers_with_their_last_digits_are_right() -> None:
    found = _entries(_line("202100000000014000"), _line("202100000000014001", OTHER))
    assert len(found.entries) == 2


def test_a_number_twice() -> None:
    same = _entries(_line(), _line())
    assert len(same.entries) == 1
    assert [(one.line, one.code) for one in same.refused] == [(3, "line_twice")]
    differing = _entries(_line(), _line("zb２0210137", OTHER), _line("ZB1", OTHER))
    assert [one.application_no for one in differing.entries] == ["ZB1"]
    assert [(one.line, one.code) for one in differing.refused] == [
        (2, "number_twice"), (3, "number_twice"),
    ]  # fmt: skip
    assert "在第3行再次出现" in differing.refused[0].text


def test_what_is_doubtful_is_taken_and_told() -> None:
    found = _entries(
        _line("20210001"), _line("20210002", "泰山机械"), _line("2021003", NAME),
        _line("20210004", OTHER, email="not an address"),
    )  # fmt: skip
    assert len(found.entries) == 4
    assert found.entries[3].email == ""
    codes = {(one.line, one.code) for one in found.doubtful if one.code != "blank"}
    assert codes == {
        (3, "name_no_ending"), (4, "number_shorter"), (4, "name_twice"), (5, "email_wrong"),
    }  # fmt: skip


def test_merged_cells_speak_for_all_their_lines(tmp_path: object) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("市", "申报编号", "单位名称"), ("济南市", "ZB1", NAME), ("", "ZB2", OTHER), (),
        ("", "ZB3", OTHER), ("", "ZB4", NAME), ("青岛市", "ZB5", "青岛甲有限公司"),
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A2:A5")
    table = _read(saved(book), tmp_path)
    found = entries_of(table.lines, table.columns, NamingRule())
    cities = [(one.application_no, one.city) for one in found.entries]
    assert cities == [
        ("ZB1", "济南市"), ("ZB2", "济南市"), ("ZB3", "济南市"), ("ZB4", ""), ("ZB5", "青岛市"),
    ]  # fmt: skip
    told = [(one.line, one.code) for one in found.doubtful if one.code != "name_twice"]
    assert told == [(3, "taken_from_above"), (5, "taken_from_above"), (6, "blank")]


def test_cells_that_are_only_empty_stay_empty() -> None:
    cities = ("济南市", "", "", "青岛市", "")
    found = _entries(*(_line(f"ZB{at}", NAME, city=city) for at, city in enumerate(cities)))
    assert [one.city for one in found.entries] == list(cities)
    assert sum(one.code == "blank" for one in found.doubtful) == 3


def test_a_whole_entry() -> None:
    head = (*HEAD, "推荐单位", "曾用名", "联系电话")
    row = (
        "'0007",
        f"{NAME}（公章）",
        uscc(7).lower(),
        "泰安市",
        "王 工",
        "",
        "Ａ@example.com",
        "泰安市工信局",
        "山东泰山机械厂、泰山机械",
        "138-0000-0001",
    )
    (entry,) = _entries(row, head=head).entries
    assert entry.application_no == "0007"
    assert (entry.full_name, entry.uscc) == (NAME, uscc(7))
    assert (entry.city, entry.recommender) == ("泰安市", "泰安市工信局")
    assert (entry.mobile, entry.email) == ("13800000001", "A@example.com")
    assert entry.former_names == ("山东泰山机械厂", "泰山机械")
