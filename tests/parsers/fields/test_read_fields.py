"""Fields of forms, out of files that the readers read and out of blocks with every oddity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from model.document import Block, BlockKind, Document, Field
from model.fields import FieldRule
from parsers.documents.read import read_document
from parsers.fields import read_fields
from programmes import find_programme
from tests.builders.forms import LAYOUTS, as_docx, as_pdf, form

RULES = find_programme("national-2021").fields
OCR = "ocr rapidocr 3.10.0"


def _table(*rows: Sequence[str], page: int = 1, method: str = "grid") -> Block:
    return Block(BlockKind.TABLE, "", page=page, method=method, rows=tuple(map(tuple, rows)))


def _line(text: str, page: int = 1, method: str = "text") -> Block:
    return Block(BlockKind.PARAGRAPH, text, page=page, method=method)


def _read(*blocks: Block, rules: Sequence[FieldRule] = RULES) -> dict[str, Field]:
    document = Document("application/pdf", blocks=blocks)
    return {one.name: one for one in read_fields(document, rules)}


def _values(*blocks: Block) -> dict[str, str]:
    return {name: one.value for name, one in _read(*blocks).items()}


@pytest.mark.parametrize("seed", [1, 4, 23])
@pytest.mark.parametrize("kind", ["docx", "pdf"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_field_of_a_form(tmp_path: Path, layout: str, kind: str, seed: int) -> None:
    values, rows = form(layout, seed)
    path = tmp_path / f"form.{kind}"
    # Further down the page, so that a row is cut by its end.
    start = 60 + seed * 53 % 500
    path.write_bytes(as_docx(rows) if kind == "docx" else as_pdf(rows, start=start))
    found = read_fields(read_document(path), RULES)
    assert {one.name: one.value for one in found} == values
    assert all(one.unit for one in found if one.name.startswith("revenue_"))
    assert all(one.confidence > 0.85 for one in found)
    if kind == "pdf":
        assert {one.page for one in found} <= {1, 2}
        assert all(one.page for one in found)


CASES = [
    ([["联 系 人", "王  某"]], {"contact": "王某"}),
    ([["联系人：", "", "", "王某", "手机", "13812345678"]],
     {"contact": "王某", "mobile": "13812345678"}),
    ([["企业名称\n（加盖公章）", "泰山（山东）机械\n有限公司（盖章）"]],
     {"full_name": "泰山（山东）机械有限公司"}),
    ([["传真", "", "邮编", "250000"]], {}),
    ([["传真", "/"], ["邮箱", "无"], ["手机", "____"]], {}),
    ([["联系人：王某  电话：0531-88880000"]], {"contact": "王某", "phone": "0531-88880000"}),
    ([["摘要（500字以内）"], ["公司坚持质量第一。"]], {"summary": "公司坚持质量第一。"}),
    ([["联系人", "手机"], ["王某", "138 1234 5678"]],
     {"contact": "王某", "mobile": "13812345678"}),
    # A list of many is nobody's form.
    ([["序号", "联系人", "手机"], ["1", "王某", "13812345678"], ["2", "李某", "13912345678"]], {}),
    ([["法定代表人", "赵某", "电话", "0531-11112222"], ["联系人", "王某", "电话", "0531-33334444"]],
     {"legal_representative": "赵某", "contact": "王某", "phone": "0531-33334444"}),
    ([["法定代表人", "姓名", "赵某", "电话", "0531-11112222"],
      ["联系人", "姓名", "王某", "职务", "部长"], ["", "手机", "13812345678", "传真", ""]],
     {"legal_representative": "赵某", "phone": "0531-11112222", "contact": "王某",
      "position": "部长", "mobile": "13812345678"}),
    ([["员工人数", "1,200余人"]], {"employees": "1200"}),
    ([["邮箱", "zlb_1@exam\nple.com.cn"]], {"email": "zlb_1@example.com.cn"}),
    ([["总资产", "10"], ["营业利润", "3万元"], ["利润总额", "4"]], {"assets": "10", "profit": "3"}),
    ([["年营业收入", "2018年", "100", "2019年", "120"]],
     {"revenue_2018": "100", "revenue_2019": "120"}),
    ([["营业收入", "2018年：1,000万元；2019年：1,200万元"]],
     {"revenue_2018": "1000", "revenue_2019": "1200"}),
    ([["2019年营业收入（万元）", "55.5"]], {"revenue_2019": "55.5"}),
    ([["", "2019年", "2020年"], ["营业利润", "(12.5)", "-3"]],
     {"profit_2019": "-12.5", "profit_2020": "-3"}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "values"), CASES)
def test_where_values_stand_in_tables(rows: list[list[str]], values: dict[str, str]) -> None:
    assert _values(_table(*rows)) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("申报编号：ZB20210137 填表日期：2021年5月12日", {"application_no": "ZB20210137"}),
        (
            "所属行业：纺织业 企业类型：民营企业",
            {"industry": "纺织业", "enterprise_type": "民营企业"},
        ),
        ("标 杆 名 称：__零缺陷管理______", {"title": "零缺陷管理"}),
        ("联系人：王某，手机：13812345678。", {"contact": "王某，", "mobile": "13812345678"}),
        ("申报编号：____________", {}),
        ("标杆名称：\n基于数字孪生的质量管控", {"title": "基于数字孪生的质量管控"}),
        ("手机 13812345678", {"mobile": "13812345678"}),
        ("请联系人：尽快办理", {}),
        ("网址：http://example.com:8080 电子邮箱：a@b.cn", {"email": "a@b.cn"}),
    ],
)
def test_where_values_stand_in_lines(text: str, values: dict[str, str]) -> None:
    assert {name: one.strip("，。") for name, one in _values(_line(text)).items()} == {
        name: one.strip("，。") for name, one in values.items()
    }


def test_a_row_that_a_page_cuts_in_two_is_joined() -> None:
    first = _table(["联系人", "王某"], ["摘要", "公司坚持"], page=1)
    footer = Block(BlockKind.FOOTER, "第1页", page=1)
    rest = _table(["", "质量第一。"], ["手机", "13812345678"], page=2)
    expected = {"contact": "王某", "summary": "公司坚持质量第一。", "mobile": "13812345678"}
    assert _values(first, footer, rest) == expected
    assert _values(first, _line("- 1 -"), rest) == expected
    # Another table of the same page goes on with nothing.
    assert _values(first, replace(rest, page=1))["summary"] == "公司坚持"


def test_a_label_that_a_page_cuts_in_two_is_joined() -> None:
    first = _table(["摘要（不超过50", "公司坚持"], page=1)
    assert _values(first, _table(["0字）", "质量第一。"], page=2)) == {
        "summary": "公司坚持质量第一。"
    }


def test_figures_go_on_over_the_page_under_the_same_years() -> None:
    first = _table(["单位：万元", "2019年", "2020年"], ["资产总额", "1", "2"], page=1)
    found = _read(first, _table(["营业收入", "3", "4"], page=2))
    assert found["revenue_2020"].value == "4"
    assert found["revenue_2020"].unit == "万元"
    assert found["revenue_2020"].page == 2


def test_units_by_label_by_caption_and_by_the_amount_itself() -> None:
    years = ["指标", "2019年", "2020年"]
    found = _read(
        _line("近三年经营情况（单位：万元）"),
        _table(
            years,
            ["营业收入", "1", "2"],
            ["资产总额（亿元）", "3", "4"],
            ["营业利润", "5元", "6元"],
        ),
    )
    units = [found[f"{name}_2019"].unit for name in ("revenue", "assets", "profit")]
    assert units == ["万元", "亿元", "元"]


def test_hidden_text_and_comments_give_nothing() -> None:
    for flag in ("hidden", "deleted", "white"):
        assert not _read(replace(_line("联系人：王某"), flags=(flag,)))
        assert not _read(replace(_table(["联系人", "王某"]), flags=(flag,)))
    assert not _read(Block(BlockKind.COMMENT, "联系人：王某"))


def test_method_confidence_and_box_are_those_of_the_block() -> None:
    table = replace(
        _table(["联系人", "王某"], method=OCR),
        confidence=0.9,
        box=(0, 0, 100, 100),
        boxes=((None, (50.0, 0.0, 100.0, 20.0)),),
    )
    found = _read(table)["contact"]
    assert found.method == f"table, {OCR}"
    assert found.box == (50.0, 0.0, 100.0, 20.0)
    assert 0.85 < found.confidence < 0.9
    assert _read(replace(table, boxes=()))["contact"].box == (0, 0, 100, 100)


def test_misread_labels_are_tolerated_on_scans_only() -> None:
    rows = (["联糸人", "王某"], ["标杆名祢", "零缺陷"])
    assert _values(_table(*rows)) == {}
    found = _read(_table(*rows, method=OCR))
    assert found["title"].value == "零缺陷"
    assert "label_guessed" in found["title"].flags
    assert found["title"].confidence < 0.9


def test_a_code_is_repaired_on_scans_only_and_said_to_be() -> None:
    rows = ["统一社会信用代码", "9111O1O8551385082Q"]
    typed = _read(_table(rows))["uscc"]
    assert (typed.value, typed.flags) == ("9111O1O8551385082Q", ("invalid",))
    assert typed.confidence < 0.5
    scanned = _read(_table(rows, method=OCR))["uscc"]
    assert (scanned.value, scanned.flags) == ("91110108551385082Q", ("repaired",))
    assert scanned.raw == rows[1]


def test_the_better_of_two_values_is_kept() -> None:
    found = _read(_table(["手机", "见附件"]), _table(["手机", "13812345678"]))
    assert found["mobile"].value == "13812345678"
    assert _read(_table(["手机", "1381234567"]))["mobile"].flags == ("invalid",)


def test_a_property_is_the_last_resort() -> None:
    document = Document(
        "x", blocks=(_line("联系人：王某"),), properties={"title": "文档1", "company": "某公司"}
    )
    found = {one.name: one for one in read_fields(document, RULES)}
    assert found["title"].confidence < 0.4
    assert found["title"].method == "property"


def test_fields_of_another_call() -> None:
    rules = (
        FieldRule(id="area", label="展位面积", kind="count", synonyms=("/面积.{0,4}/",)),
        FieldRule(id="hall", label="展馆"),
    )
    assert {
        name: one.value
        for name, one in _read(_table(["面积㎡", "36"], ["展馆", "A3"]), rules=rules).items()
    } == {"area": "36", "hall": "A3"}


def test_a_crowd_of_cells_and_a_long_line_end_soon() -> None:
    """Bounded work: what is past the bounds is not looked at, the form before it is."""
    crowd = _table(*([["单元" + str(n)] * 50 for n in range(2_000)]))
    colons = _line("：" * 100_000 + "\n" + "联系人 " * 400 + "\n" + "（" * 1_900)
    blanks = _table(["摘要", " " * 200_000 + "好"])
    found = _read(_table(["联系人", "王某"]), colons, blanks, crowd)
    assert found["contact"].value == "王某"
