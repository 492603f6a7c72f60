"""Presentations of the new format: order, notes, tables, what is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.demo.papers import jpeg, scan_picture
from model.document import BlockKind, Document, ReadLimits
from parsers.documents.read import read_document
from tests.builders.slides import RawSlide, part, raw_pptx, shape, table

KINDS = BlockKind


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits())


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def test_slides_in_the_order_of_the_show(tmp_path: Path) -> None:
    slides = [RawSlide(shape(f"第{number}页", holder="title")) for number in (1, 2, 3)]
    document = read(raw_pptx(slides, order=[3, 1, 2]), tmp_path)
    assert [(b.kind, b.page, b.text) for b in document.blocks] == [
        (KINDS.HEADING, 1, "第3页"), (KINDS.HEADING, 2, "第1页"), (KINDS.HEADING, 3, "第2页"),
    ]  # fmt: skip
    assert document.pages[0].width == 720
    assert document.findings == ()


def test_title_first_then_from_the_top_and_from_the_left(tmp_path: Path) -> None:
    tree = (
        shape("右下", (5_000_000, 4_000_000, 100, 100))
        + shape("左下", (100_000, 4_100_000, 100, 100))
        + shape("正文一\n正文二", (0, 2_000_000, 100, 100), holder="body")
        + shape("页码", holder="sldNum")
        + shape("页脚", (0, 6_000_000, 100, 100), holder="ftr")
        + shape("题", (0, 5_000_000, 100, 100), holder="ctrTitle")
    )
    document = read(raw_pptx([RawSlide(tree)]), tmp_path)
    assert [(b.kind, b.text) for b in document.blocks] == [
        (KINDS.HEADING, "题"), (KINDS.PARAGRAPH, "正文一\n正文二"), (KINDS.TEXT_BOX, "左下"),
        (KINDS.TEXT_BOX, "右下"), (KINDS.FOOTER, "页脚"),
    ]  # fmt: skip


def test_a_place_that_only_the_layout_gives(tmp_path: Path) -> None:
    tree = shape("下", (0, 5_000_000, 100, 100)) + shape("上", holder="body")
    layout = part("sldLayout", shape("", (0, 1_000_000, 100, 100), holder="body"))
    slide = RawSlide(tree, related=[("rId1", "slideLayout", "../slideLayouts/a.xml")])
    document = read(raw_pptx([slide], {"ppt/slideLayouts/a.xml": layout}), tmp_path)
    assert [b.text for b in document.blocks] == ["上", "下"]


def test_tables_notes_comments_and_groups(tmp_path: Path) -> None:
    group = f"<p:grpSp><p:grpSpPr/>{shape('组内')}</p:grpSp>"
    choice = f"<mc:AlternateContent><mc:Choice>{shape('选中')}</mc:Choice><mc:Fallback>" \
             f"{shape('退路')}</mc:Fallback></mc:AlternateContent>"  # fmt: skip
    slide = RawSlide(
        table([["企业", "→", "甲"], ["↓", "乙", "丙"]]) + group + choice,
        related=[("n", "notesSlide", "../n.xml"), ("c", "comments", "../c.xml")],
    )
    comment = (
        '<p:cmLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
        "<p:cm><p:text>请核对</p:text></p:cm></p:cmLst>"
    )
    notes = part("notes", shape("备注\n第二行", holder="body") + shape("1", holder="sldNum"))
    document = read(raw_pptx([slide], {"ppt/n.xml": notes, "ppt/c.xml": comment}), tmp_path)
    assert [(b.kind, b.text) for b in document.blocks] == [
        (KINDS.TABLE, "企业\t\t甲\n\t乙\t丙"), (KINDS.TEXT_BOX, "组内"), (KINDS.TEXT_BOX, "选中"),
        (KINDS.NOTE, "备注\n第二行"), (KINDS.COMMENT, "请核对"),
    ]  # fmt: skip
    assert document.tables[0].rows == (("企业", "", "甲"), ("", "乙", "丙"))
    assert codes(document) == ["document.comments"]


def test_hidden_slides_shapes_beside_the_slide_and_tiny_text(tmp_path: Path) -> None:
    slides = [
        RawSlide(shape("藏", hidden=True) + shape("外", (9_200_000, 0, 100, 100))
                 + shape("小", run='sz="100"') + shape("见")),
        RawSlide(shape("隐藏页"), 'show="0"'),
    ]  # fmt: skip
    document = read(raw_pptx(slides), tmp_path)
    assert [(b.text, b.flags) for b in document.blocks] == [
        ("藏", ("hidden",)), ("外", ("off_page",)), ("小", ("tiny",)), ("见", ()),
        ("隐藏页", ("hidden",)),
    ]  # fmt: skip
    assert "藏" not in document.text
    assert codes(document) == ["document.hidden_text"]
    assert document.findings[0].params["count"] == "4"


def test_a_scan_on_a_slide_is_handed_over(tmp_path: Path) -> None:
    picture = jpeg(scan_picture(60, 80))
    tree = (
        "<p:pic><p:nvPicPr><p:cNvPr id='1' name='x'/></p:nvPicPr><p:blipFill>"
        '<a:blip r:embed="rId1"/></p:blipFill><p:spPr/></p:pic>'
    )
    slide = RawSlide(tree, related=[("rId1", "image", "../media/image1.jpeg")])
    path = tmp_path / "member"
    path.write_bytes(raw_pptx([slide], {"ppt/media/image1.jpeg": picture}))
    (tmp_path / "into").mkdir()
    document = read_document(path, into=tmp_path / "into")
    assert codes(document) == ["document.pictures_only"]
    assert document.blocks[0].source == "ppt/media/image1.jpeg"
    (embedded,) = document.embedded
    assert embedded.stored is not None
    assert embedded.stored.read_bytes() == picture


def test_links_outside_and_embedded_sheets(tmp_path: Path) -> None:
    slide = RawSlide(
        shape("文"),
        related=[("a", "image", "!http://example.com/x.png"), ("b", "package", "../e/表.xlsx")],
    )
    document = read(raw_pptx([slide], {"ppt/e/表.xlsx": b"PK"}), tmp_path)
    assert codes(document) == ["document.external_links", "document.embedded"]


@pytest.mark.parametrize("main", ["presentationml.slideshow.main+xml",
                                  "presentationml.template.main+xml"])  # fmt: skip
def test_shows_and_templates(main: str, tmp_path: Path) -> None:
    assert read(raw_pptx([RawSlide(shape("文"))], main=main), tmp_path).text == "文"


def test_limits(tmp_path: Path) -> None:
    slides = [RawSlide(shape("一二三四五"))] * 5
    few = read(raw_pptx(slides), tmp_path, ReadLimits(pages=2))
    assert (len(few.pages), codes(few)) == (2, ["document.limit_pages"])
    short = read(raw_pptx(slides), tmp_path, ReadLimits(characters=14))
    assert (short.text, codes(short)) == ("一二三四五\n一二三四五", ["document.limit_text"])


def test_deep_groups_do_not_end_the_reader(tmp_path: Path) -> None:
    tree = "<p:grpSp>" * 100 + shape("深") + "</p:grpSp>" * 100
    document = read(raw_pptx([RawSlide(tree + shape("浅"))]), tmp_path)
    assert "浅" in document.text


def test_a_broken_slide_spoils_no_other(tmp_path: Path) -> None:
    data = raw_pptx([RawSlide("<p:sp>"), RawSlide(shape("好"))])
    document = read(data, tmp_path)
    assert (document.text, codes(document)) == ("好", ["document.broken_part"])
