"""Materials by the labels of their forms, and several of them in one combined file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks import judge
from checks.recognition import Match, assign
from model.document import Block, BlockKind, Document, Page
from model.submission import SubmittedFile
from model.verdict import FilePart, ItemState
from tests.builders.forms import LAYOUTS, as_docx, form
from tests.builders.submissions import file, full_set, programme, submission

FORM, LETTER = "recommendation_form", "commitment_letter"
APPLICATION, SUPPORT = "application_document", "supporting_document"
ROWS = [
    ("企业名称", "泰山机械"), ("标杆名称", "零缺陷"), ("所属行业", "机械"), ("企业类型", "民营"),
    ("通讯地址", "济南"), ("法人代表", "赵某"), ("联 系 人", "王某"), ("手机：", "138"),
    ("电话", "0531"), ("员工人数", "12"), ("摘要（500字以内）", "……"),
]  # fmt: skip


def _table(path: str, rows: list[tuple[str, ...]], *, ocr: bool = False) -> SubmittedFile:
    one = file(path, "内部资料")
    assert one.document is not None
    block = Block(BlockKind.TABLE, "", rows=tuple(rows), method="ocr" if ocr else "text")
    page = Page(1, "", source="ocr" if ocr else "text")
    return replace(
        one, document=replace(one.document, blocks=(*one.document.blocks, block), pages=(page,))
    )


def _pages(path: str, *texts: str, ocr: bool = False) -> SubmittedFile:
    one = file(path, "\n".join(texts))
    assert one.document is not None
    source = "ocr" if ocr else "text"
    pages = tuple(Page(number, text, source) for number, text in enumerate(texts, 1))
    return replace(one, document=replace(one.document, pages=pages))


def _matches(one: SubmittedFile, base: str = "national-2021") -> tuple[Match, ...]:
    return assign((one,), programme(base)).matches.get(one.path, ())


def test_a_form_is_known_by_its_labels_in_whatever_synonym() -> None:
    (match,) = _matches(_table("p.rar/扫描0001.pdf", ROWS))
    assert (match.material, match.sure) == (FORM, True)
    assert "企业名称" in match.why
    assert "11项栏目" in match.why


def test_a_few_labels_make_no_form() -> None:
    assert [one.material for one in _matches(_table("p.rar/扫描0001.pdf", ROWS[:6]))] == [SUPPORT]


def test_misread_labels_count_on_scans_only() -> None:
    rows = [(label.replace("名称", "名祢").replace("行业", "行亚"), value) for label, value in ROWS]
    rows = [*rows[:9], ("资产总额", "1")]
    assert [one.material for one in _matches(_table("p.rar/1.pdf", rows, ocr=True))] == [FORM]
    assert [one.material for one in _matches(_table("p.rar/1.pdf", rows))] == [SUPPORT]


def test_a_statistics_table_is_known_by_its_head() -> None:
    head = ("序号", "市", "单位名称", "信用代码", "项目名称", "联系人", "手机号码")
    (match,) = _matches(_table("p.zip/新建表格.xlsx", [head, ("1",) * 7]), "provincial-2021")
    assert match.material == "statistics_table"
    downwards = [(label, "x") for label in head]
    (other,) = _matches(_table("p.zip/新建文档.docx", downwards), "provincial-2021")
    assert other.material != "statistics_table"


@pytest.mark.parametrize("ocr", [False, True])
def test_a_combined_file_holds_several_materials(*, ocr: bool) -> None:
    letter = "承 诺 韦" if ocr else "承 诺 书"
    combined = _pages(
        "p.rar/合并扫描件.pdf",
        "质量标杆推荐表\n企业名称：泰山",
        "摘要 公司坚持质量第一",
        f"附件2\n{letter}\n本单位郑重承诺：",
        ocr=ocr,
    )
    form_, letter_ = _matches(combined)
    assert (form_.material, form_.pages, form_.sure) == (FORM, ((1, 2),), True)
    assert (letter_.material, letter_.pages, letter_.sure) == (LETTER, ((3, 3),), True)
    assert "第3页标题" in letter_.why


def test_it_counts_for_each_and_the_letter_names_the_pages() -> None:
    rules = programme()
    combined = _pages("p.rar/合并扫描件.pdf", "质量标杆推荐表", "续", "承诺书")
    others = [one for one in full_set() if "推荐表" not in one.name and "承诺书" not in one.name]
    verdict = judge(submission(rules, files=[combined, *others]), rules)
    items = {one.material: one for one in verdict.checklist}
    assert items[FORM].state is items[LETTER].state is ItemState.PRESENT
    assert items[FORM].parts == (FilePart("p.rar/合并扫描件.pdf", 1, 2),)
    assert items[LETTER].parts == (FilePart("p.rar/合并扫描件.pdf", 3, 3),)
    assert items[APPLICATION].parts == ()
    assert "material.unsure" not in {one.code for one in verdict.findings}


def test_a_name_that_gives_both_is_sure_once_their_pages_are_found() -> None:
    name = "p.rar/推荐表、承诺书.pdf"
    assert [one.sure for one in _matches(_pages(name, "封面", "其他"))] == [False, False]
    assert [one.sure for one in _matches(_pages(name, "推荐表", "承诺书"))] == [True, True]


def test_what_only_the_name_gives_stands_before_the_first_title() -> None:
    one = _pages("p.rar/申报材料.pdf", "泰山机械", "正文", "质量标杆推荐表", "承诺书")
    assert {(match.material, match.pages) for match in _matches(one)} == {
        (APPLICATION, ((1, 2),)), (FORM, ((3, 3),)), (LETTER, ((4, 4),)),
    }  # fmt: skip


def test_a_cover_belongs_to_the_first() -> None:
    found = _matches(_pages("p.rar/1.pdf", "泰山机械有限公司", "质量标杆推荐表", "承诺书"))
    assert [match.pages for match in found] == [((1, 2),), ((3, 3),)]


@pytest.mark.parametrize(
    "texts",
    [
        ("质量标杆推荐表", "我单位已按要求填写承诺书，现报送如下。"),
        ("目 录\n推荐表\n承诺书", "质量标杆推荐表"),
        ("质量标杆推荐表", "一\n二\n三\n四\n五\n承诺书"),
        ("推荐表", "推荐表", "推荐表", "推荐表\n承诺书编制说明与填写要求"),
    ],
)
def test_what_is_no_title(texts: tuple[str, ...]) -> None:
    assert [one.material for one in _matches(_pages("p.rar/1.pdf", *texts))] == [FORM]


def test_a_running_head_is_no_title() -> None:
    texts = [f"申报材料\n推荐表\n{n}" for n in range(2)] + [
        f"申报材料\n承诺书\n{n}" for n in range(3)
    ]
    assert {one.material for one in _matches(_pages("p.rar/1.pdf", *texts))} == {FORM, LETTER}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_real_forms_are_known_by_content_alone(layout: str, tmp_path: object) -> None:
    from pathlib import Path

    from parsers.documents.read import read_document

    _values, rows = form(layout, 3)
    path = Path(str(tmp_path)) / "x.docx"
    path.write_bytes(as_docx(rows[1:]))  # without its title
    one = replace(file("p.rar/文档1.docx"), document=read_document(path))
    (match,) = _matches(one)
    assert (match.material, match.sure) == (FORM, True)


def test_a_document_without_text_says_nothing() -> None:
    one = replace(file("p.rar/1.pdf"), document=Document("application/pdf"))
    assert [match.material for match in _matches(one)] == [SUPPORT]
