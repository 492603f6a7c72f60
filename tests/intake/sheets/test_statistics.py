"""统计表汇总: every enterprise once for each line, with its source and what is to be checked."""

from __future__ import annotations

from intake.sheets.application import applications
from intake.sheets.layout import Cell
from intake.sheets.statistics import LAYOUT, entries, statistics_rows
from model.document import Field, StatisticsRow
from model.verdict import Outcome
from tests.builders.filed import file_application, paper
from tests.intake.conftest import Desk

GOOD, WRONG = "91110108551385082Q", "91310115MA1H8R7C6D"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _rows(desk: Desk) -> list[dict[str, Cell]]:
    place = desk.place()
    with place.ledger.read() as tx:
        found = [
            entry
            for one in applications(place, tx, None, archive=True)
            for entry in entries(one)
        ]  # fmt: skip
    heads = [one.name for one in LAYOUT.columns]
    return [dict(zip(heads, row, strict=True)) for row in statistics_rows(found)]


def _table(desk: Desk, number: str, *lines: dict[str, str]) -> None:
    rows = tuple(
        StatisticsRow({"full_name": "甲厂", "uscc": GOOD} | values, page=2, row=row)
        for row, values in enumerate(lines, 3)
    )
    file_application(
        desk.place(), number, programme="provincial-2021", object_id=number, application_no=number,
        papers=[paper("统计表.xlsx", material="statistics_table", statistics=rows,
                      media_type=SHEET)],
    )  # fmt: skip


def test_lines_of_all_tables_with_their_sources(desk: Desk) -> None:
    _table(desk, "SJ1", {"city": "济南"}, {"full_name": "乙厂", "uscc": WRONG})
    _table(desk, "SJ2", {"full_name": "丙（山东）公司", "uscc": ""})
    first, second, third = _rows(desk)
    assert (first["市"], first["申报单位全称"], first["核对"]) == ("济南", "甲厂", "")
    assert [first[name] for name in ("申报编号", "来源文件", "来源页", "来源行")] == [
        "SJ1", "统计表.xlsx", 2, 3,
    ]  # fmt: skip
    assert second["来源行"] == 4
    assert second["核对"] == "信用代码校验不符"
    assert (third["申报编号"], third["核对"]) == ("SJ2", "未填信用代码")


def test_doubles_point_at_one_another_by_code_and_by_name(desk: Desk) -> None:
    _table(desk, "SJ1", {"full_name": "甲(山东)厂"}, {"full_name": "乙厂"})
    _table(desk, "SJ2", {"full_name": "甲（山东）厂", "uscc": "91110000600037341L"})
    first, second, third = (row["核对"] for row in _rows(desk))
    assert first == "与第2行信用代码相同；与第3行单位名称相同"
    assert second == "与第1行信用代码相同"
    assert third == "与第1行单位名称相同"


def test_forms_stand_for_a_table_where_there_is_none(desk: Desk) -> None:
    form = paper(
        "包.rar/推荐表.pdf", material="recommendation_form",
        fields=(Field("full_name", "山东某某机械有限公司", page=1), Field("uscc", GOOD, page=1),
                Field("industry", "制造业", page=2, confidence=0.5)),
    )  # fmt: skip
    file_application(desk.place(), "a", [form])
    (row,) = _rows(desk)
    assert (row["统一社会信用代码"], row["所属行业"]) == (GOOD, "制造业")
    assert (row["来源文件"], row["来源页"], row["来源行"]) == ("包.rar/推荐表.pdf", 1, None)
    assert row["核对"] == "识别把握较低，请对照原件"


def test_an_application_without_facts_is_not_lost(desk: Desk) -> None:
    file_application(desk.place(), "a")
    (row,) = _rows(desk)
    assert row["申报单位全称"] == "山东某某机械有限公司"
    assert row["核对"] == "材料中未识别到统计表或表格字段；未填信用代码"


def test_what_is_no_application_is_left_out(desk: Desk) -> None:
    file_application(desk.place(), "a", outcome=Outcome.IGNORED, object_id="unidentified-1")
    assert _rows(desk) == []
