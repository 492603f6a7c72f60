"""What becomes of a document when its pages were read as pictures."""

from __future__ import annotations

from dataclasses import replace

from model.document import (
    Block,
    BlockKind,
    Document,
    Page,
    ScannedPage,
    Seal,
    Table,
)
from model.finding import Finding
from parsers.documents.scanned import with_scans

PDF = "application/pdf"
LAYER = "本单位郑重承诺所提交的全部申报材料真实有效无任何虚假内容愿承担相应责任" * 2


def block(text: str, page: int, method: str = "text") -> Block:
    return Block(BlockKind.PARAGRAPH, text, page=page, method=method)


def scan(number: int, text: str, **more: object) -> ScannedPage:
    blocks = (block(text, number, "ocr"),) if text else ()
    return ScannedPage(number, 595, 842, blocks, confidence=0.97, **more)  # type: ignore[arg-type]


def document(*texts: str, scanned: tuple[int, ...]) -> Document:
    return Document(
        PDF,
        blocks=tuple(block(text, n) for n, text in enumerate(texts, 1) if text),
        pages=tuple(Page(n, text) for n, text in enumerate(texts, 1)),
        scanned=scanned,
    )


def every(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


def test_text_of_a_picture_stands_at_its_page() -> None:
    before = document("第一页", "", "第三页", scanned=(2,))
    assert before.unread == (2,)
    after = with_scans(before, [scan(2, "承诺书")], every(2), every())
    assert after.text == "第一页\n承诺书\n第三页"
    assert [(one.number, one.source) for one in after.pages] == [
        (1, "text"), (2, "ocr"), (3, "text"),
    ]  # fmt: skip
    assert after.pages[1].confidence == 0.97
    assert after.unread == ()


def test_pages_come_in_their_order_whatever_the_order_of_reading() -> None:
    before = document("", "", scanned=(1, 2))
    after = with_scans(before, [scan(2, "乙"), scan(1, "甲")], every(1, 2), every())
    assert after.text == "甲\n乙"


def test_a_page_looked_through_for_seals_alone_keeps_its_text() -> None:
    before = document(LAYER, scanned=())
    seal = Seal(1, (1, 2, 3, 4), "round", "山东泰山有限公司")
    after = with_scans(before, [ScannedPage(1, seals=(seal,))], every(), every(1))
    assert after.text == before.text
    assert after.seals == (seal,)
    assert after.looked_at == (1,)
    assert after.pages[0].source == "text"


def test_a_layer_that_says_the_same_is_kept() -> None:
    before = document(LAYER, scanned=(1,))
    after = with_scans(before, [scan(1, LAYER.replace("郑重", "郑童"))], every(1), every())
    assert after.text == LAYER
    assert after.unread == ()
    assert after.findings == ()


def test_a_layer_that_says_something_else_gives_way_and_is_told() -> None:
    before = document(LAYER, scanned=(1,))
    picture = "推荐表单位全称山东泰山精密机械制造有限公司标杆名称基于数字孪生的质量管控模式"
    after = with_scans(before, [scan(1, picture)], every(1), every())
    assert after.text == picture
    assert [(one.code, one.params["pages"]) for one in after.findings] == [
        ("scan.layer_differs", "1")
    ]


def test_tables_of_the_picture_take_the_place_of_the_pages_own() -> None:
    before = Document(
        PDF,
        pages=(Page(1, ""), Page(2, "")),
        tables=(Table(1, (("乱",),)), Table(2, (("留",),))),
        scanned=(1,),
    )
    found = Table(1, (("联系人", "王某"),))
    after = with_scans(before, [scan(1, "联系人 王某", tables=(found,))], every(1), every())
    assert set(after.tables) == {found, Table(2, (("留",),))}


def test_an_empty_page_counts_as_read() -> None:
    before = document("", scanned=(1,))
    blank = scan(1, "", findings=(Finding("scan.blank", params={"page": "1"}),))
    after = with_scans(before, [blank], every(1), every())
    assert after.unread == ()
    assert [one.code for one in after.findings] == ["scan.blank"]


def test_what_is_said_of_many_pages_is_said_once() -> None:
    pages = [
        scan(n, "甲", findings=(Finding("scan.poor", params={"pages": str(n)}),)) for n in (1, 2, 4)
    ]
    after = with_scans(document("", "", "", "", scanned=(1, 2, 4)), pages, every(1, 2, 4), every())
    assert after.findings == (Finding("scan.poor", params={"pages": "1-2、4"}),)


def test_what_was_not_read_still_waits_and_is_told() -> None:
    told = Finding("document.scanned", params={"pages": "1-3"})
    before = replace(document("", "", "", scanned=(1, 2, 3)), findings=(told,))
    after = with_scans(before, [scan(1, "甲")], every(1), every())
    assert after.unread == (2, 3)
    assert after.findings == (told,)
    rest = with_scans(after, [scan(2, "乙"), scan(3, "丙")], every(2, 3), every())
    assert rest.findings == ()
