"""OpenDocument text, sheets and slides."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.document import BlockKind, Document, ReadLimits
from parsers.documents.read import read_document
from tests.builders.odf import odf, odf_part

KINDS = BlockKind


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits())


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def test_text_in_order(tmp_path: Path) -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        + p("脚注") + "</text:note-body></text:note>"
    )  # fmt: skip
    box = f"<draw:frame><draw:text-box>{p('框内')}</draw:text-box></draw:frame>"
    remark = f"<office:annotation><dc>甲</dc>{p('批注')}</office:annotation>"
    changes = (
        "<text:tracked-changes><text:changed-region><text:deletion>"
        f"{p('删去')}</text:deletion></text:changed-region>"
        "<text:changed-region><text:insertion/></text:changed-region></text:tracked-changes>"
    )
    table = (
        "<table:table><table:table-row>"
        f'<table:table-cell table:number-columns-spanned="2">{p("企业")}</table:table-cell>'
        f"<table:covered-table-cell/><table:table-cell>{p('甲')}{p('乙')}</table:table-cell>"
        "</table:table-row></table:table>"
    )
    body = (
        changes
        + '<text:h text:outline-level="2">标题</text:h>'
        + p(f"一<text:s text:c='2'/>二<text:tab/>三<text:line-break/>四\n  五{note}{remark}{box}")
        + f"<text:list><text:list-item>{p('条目')}</text:list-item></text:list>"
        + p("看不见", "H")
        + p("见<text:span text:style-name='H'>藏</text:span>")
        + table
    )
    styles = (
        '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    )
    margins = odf_part(f"<style:header>{p('页眉')}</style:header>")
    document = read(odf("text", body, styles, {"styles.xml": margins}), tmp_path)
    assert [(b.kind, b.text, b.flags) for b in document.blocks] == [
        (KINDS.PARAGRAPH, "删去", ("deleted",)),
        (KINDS.HEADING, "标题", ()),
        (KINDS.PARAGRAPH, "一  二\t三\n四 五[注1]", ()),
        (KINDS.NOTE, "脚注", ()),
        (KINDS.COMMENT, "批注", ()),
        (KINDS.TEXT_BOX, "框内", ()),
        (KINDS.PARAGRAPH, "条目", ()),
        (KINDS.PARAGRAPH, "看不见", ("hidden",)),
        (KINDS.PARAGRAPH, "见", ()),
        (KINDS.PARAGRAPH, "藏", ("hidden",)),
        (KINDS.TABLE, "企业\t\t甲\n乙", ()),
        (KINDS.HEADER, "页眉", ()),
    ]
    assert document.tables[0].rows == (("企业", "", "甲\n乙"),)
    assert codes(document) == [
        "document.tracked_changes", "document.comments", "document.hidden_text",
    ]  # fmt: skip
    assert document.findings[0].params == {"inserted": "1", "deleted": "1"}


def cell(text: str, attributes: str = "", extra: str = "") -> str:
    return f"<table:table-cell {attributes}>{extra}{p(text)}</table:table-cell>"


def test_sheets(tmp_path: Path) -> None:
    rows = (
        "<table:table-column table:number-columns-repeated='2'/>"
        "<table:table-column table:visibility='collapse'/>"
        f"<table:table-row>{cell('企业')}{cell('日期')}{cell('藏列')}</table:table-row>"
        "<table:table-row>"
        + cell("甲", extra=f"<office:annotation>{p('核对')}</office:annotation>")
        + cell("2021年6月1日", "office:value-type='date' office:date-value='2021-06-01T00:00:00'")
        + "</table:table-row>"
        f"<table:table-row table:visibility='collapse'>{cell('藏行')}</table:table-row>"
        f"<table:table-row table:number-rows-repeated='2'>"
        f"{cell('重', 'table:number-columns-repeated=' + repr('2'))}</table:table-row>"
        "<table:table-row table:number-rows-repeated='1048571'><table:table-cell "
        "table:number-columns-repeated='16384'/></table:table-row>"
    )
    body = (
        f"<table:table table:name='统计表'>{rows}</table:table>"
        f"<table:table table:name='底稿' table:style-name='S'>"
        f"<table:table-row>{cell('内部')}</table:table-row></table:table>"
    )
    styles = (
        '<style:style style:name="S"><style:table-properties table:display="false"/></style:style>'
    )
    document = read(odf("spreadsheet", body, styles), tmp_path)
    assert [table.rows for table in document.tables] == [
        (("企业", "日期"), ("甲", "2021-06-01"), ("重", "重"), ("重", "重"))
    ]
    assert [b.rows for b in document.blocks if "hidden" in b.flags and b.rows] == [
        (("", "藏列"), ("藏行", "")), (("内部",),),
    ]  # fmt: skip
    assert [b.text for b in document.blocks if b.kind is KINDS.COMMENT] == ["A2：核对"]


@pytest.mark.parametrize("kind", ["spreadsheet", "text"])
def test_repeated_cells_are_held(kind: str, tmp_path: Path) -> None:
    row = (
        f"<table:table-row table:number-rows-repeated='1000000'>"
        f"{cell('重', 'table:number-columns-repeated=' + repr('16000'))}</table:table-row>"
    )
    data = odf(kind, f"<table:table table:name='表'>{row * 50}</table:table>")
    document = read(data, tmp_path, ReadLimits(sheet_cells=5000))
    assert "document.limit_cells" in codes(document)
    assert sum(len(table.rows) for table in document.tables) <= 5000


def test_slides(tmp_path: Path) -> None:
    def frame(text: str, y: str, role: str = "") -> str:
        return (
            f"<draw:frame svg:x='1cm' svg:y='{y}' presentation:class='{role}'><draw:text-box>"
            f"{p(text)}</draw:text-box></draw:frame>"
        )

    notes = f"<presentation:notes>{frame('讲稿', '1cm', 'notes')}</presentation:notes>"
    slide = frame("下", "9cm") + frame("上", "2cm") + frame("题", "5cm", "title") + notes
    body = (
        f"<draw:page draw:name='1'>{slide}</draw:page>"
        f"<draw:page draw:style-name='H'>{frame('藏', '1cm')}</draw:page>"
    )
    styles = (
        '<style:style style:name="H"><style:drawing-page-properties '
        'presentation:visibility="hidden"/></style:style>'
    )
    document = read(odf("presentation", body, styles), tmp_path)
    assert [(b.kind, b.page, b.text, b.flags) for b in document.blocks] == [
        (KINDS.HEADING, 1, "题", ()), (KINDS.TEXT_BOX, 1, "上", ()),
        (KINDS.TEXT_BOX, 1, "下", ()), (KINDS.NOTE, 1, "讲稿", ()),
        (KINDS.TEXT_BOX, 2, "藏", ("hidden",)),
    ]  # fmt: skip


def test_encrypted_ones_are_named(tmp_path: Path) -> None:
    data = odf("text", p("文"), manifest="<manifest:encryption-data/>")
    document = read(data, tmp_path)
    assert (document.readable, codes(document)) == (False, ["document.encrypted"])


def test_macros_links_and_objects(tmp_path: Path) -> None:
    body = (
        p("文")
        + "<draw:frame><draw:image xlink:href='http://example.com/a.png'/></draw:frame>"
        + "<draw:frame><draw:object-ole xlink:href='./对象 1'/></draw:frame>"
    )
    parts: dict[str, str | bytes] = {"Basic/Standard/a.xml": "<a/>", "对象 1": b"OLE"}
    document = read(odf("text", body, parts=parts), tmp_path)
    assert codes(document) == [
        "document.macros", "document.external_links", "document.embedded",
    ]  # fmt: skip


def test_deep_nesting_is_held(tmp_path: Path) -> None:
    body = "<text:section>" * 240 + p("深") + "</text:section>" * 240
    document = read(odf("text", body), tmp_path)
    assert document.readable or codes(document)
