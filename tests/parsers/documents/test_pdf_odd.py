"""PDF: what nobody sees, layers of somebody else's OCR, fields, notes, files, actions."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from console.demo.papers import pdf_of, stream, text_at
from model.document import BlockKind, Document, ReadRequest
from parsers.documents.pdf.read import read_pdf
from tests.builders.odd_pdfs import OddPdf, ring, scan_with_layer
from tests.builders.papers import ruled_pdf

PLAIN = text_at(60, 700, "企业名称：山东某某有限公司")
LINES = [f"第{n}行为质量标杆申报材料的正文内容" for n in range(1, 6)]


def read(data: bytes, folder: Path, **request: object) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_pdf(path, ReadRequest(**request), "application/pdf")  # type: ignore[arg-type]


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def flagged(document: Document) -> list[tuple[str, tuple[str, ...]]]:
    return [(block.text, block.flags) for block in document.blocks if block.flags]


@pytest.mark.parametrize(
    ("content", "flag"),
    [
        (b"1 1 1 rg " + text_at(60, 600, "暗记甲乙"), "white"),
        (b"3 Tr " + text_at(60, 600, "暗记甲乙"), "transparent"),
        (text_at(60, 600, "暗记甲乙", size=1.5), "tiny"),
        (b"q .1 0 0 .1 0 0 cm " + text_at(600, 6000, "暗记甲乙") + b"Q", "tiny"),
        (text_at(60, 600, "暗记甲乙") + b"0.9 g 40 590 300 30 re f 0 g", "covered"),
        (text_at(900, 600, "暗记甲乙"), "off_page"),
        (text_at(60, -300, "暗记甲乙"), "off_page"),
    ],
)
def test_text_that_nobody_sees(content: bytes, flag: str, tmp_path: Path) -> None:
    document = read(pdf_of([PLAIN + content, PLAIN]), tmp_path)
    assert document.text == "企业名称：山东某某有限公司\n企业名称：山东某某有限公司"
    assert document.pages[0].text == "企业名称：山东某某有限公司"
    assert flagged(document) == [("暗记甲乙", (flag,))]
    assert [(f.code, f.params["pages"]) for f in document.findings] == [("document.odd_text", "1")]


@pytest.mark.parametrize(
    "content",
    [
        # White letters on a dark field, and on a picture.
        b"0 0 .5 rg 40 590 300 30 re f 1 1 1 rg " + text_at(60, 600, "表头甲乙"),
        # A line that happens to be flat.
        text_at(60, 600, "一一一一"),
        # A field drawn behind the text, a frame drawn after it, a field that lets it through.
        b"0.9 g 40 590 300 30 re f 0 g " + text_at(60, 600, "表头甲乙"),
        text_at(60, 600, "表头甲乙") + b"40 590 300 30 re S",
        text_at(60, 600, "表头甲乙") + b"/G1 gs 0.9 g 40 590 300 30 re f",
        # Half of it off the page.
        text_at(570, 600, "表头甲乙"),
    ],
)
def test_text_that_is_seen(content: bytes, tmp_path: Path) -> None:
    pdf = OddPdf()
    pdf.page(PLAIN + content, resources=b"/ExtGState << /G1 << /ca .3 >> >>")
    document = read(pdf.bytes(), tmp_path)
    assert flagged(document) == []
    assert len(document.text.split()) == 2
    assert codes(document) == []


def test_a_seal_over_text_does_not_cover_it(tmp_path: Path) -> None:
    pdf = OddPdf()
    shown = b"q 200 0 0 200 50 600 cm /Im1 Do Q "
    pdf.page(PLAIN + shown, xobjects={"Im1": pdf.image(*ring())})
    # The same picture without its mask does.
    pdf.page(PLAIN + shown, xobjects={"Im1": pdf.image(ring()[0])})
    document = read(pdf.bytes(), tmp_path)
    assert [page.text for page in document.pages] == ["企业名称：山东某某有限公司", ""]
    assert flagged(document) == [("企业名称：山东某某有限公司", ("covered",))]


def test_unseen_text_within_a_form_of_its_own(tmp_path: Path) -> None:
    """The places of what a form draws are moved by the matrix it is drawn with."""
    pdf = OddPdf()
    form = pdf.add(
        stream(
            text_at(60, 20, "页脚甲乙"),
            "/Type /XObject /Subtype /Form /BBox [0 0 600 900] "
            "/Resources << /Font << /F1 3 0 R >> >>",
        )
    )
    pdf.page(PLAIN + b"q 1 0 0 1 0 300 cm /Fm1 Do Q", xobjects={"Fm1": form})
    pdf.page(PLAIN + b"q 1 0 0 1 0 -300 cm /Fm1 Do Q", xobjects={"Fm1": form})
    document = read(pdf.bytes(), tmp_path)
    assert "页脚甲乙" in document.pages[0].text
    assert flagged(document) == [("页脚甲乙", ("off_page",))]


def test_unseen_text_in_a_table_is_not_in_its_cells(tmp_path: Path) -> None:
    rows = [["企业名称", "山东某某有限公司"], ["联系人", "张三"]]
    data = ruled_pdf(rows, above="推荐表")
    hidden = b"1 1 1 rg " + text_at(300, 700, "暗记")
    place = data.index(b"0.8 w\n") + 6
    spoilt = data[:place] + b"q " + hidden + b"Q " + data[place:]
    start = data.rindex(b"/Length ", 0, place) + 8
    length = int(data[start : data.index(b" ", start)])
    grown = spoilt.replace(b"/Length %d " % length, b"/Length %d " % (length + len(hidden) + 4), 1)
    document = read(grown, tmp_path)
    assert document.tables[0].rows == tuple(tuple(row) for row in rows)
    assert "暗记" not in document.text
    assert flagged(document) == [("暗记", ("white",))]
    assert [block.kind for block in document.blocks][:2] == [BlockKind.PARAGRAPH, BlockKind.TABLE]


@pytest.mark.parametrize("above", [False, True])
def test_a_text_layer_of_somebody_elses_ocr(above: bool, tmp_path: Path) -> None:
    layer = b"".join(text_at(60, 700 - 20 * n, line) for n, line in enumerate(LINES))
    layer = b"BT 3 Tr ET " + layer if above else layer
    document = read(scan_with_layer(layer, above=above), tmp_path)
    assert document.text.split() == LINES
    assert [block.method for block in document.blocks] == ["text layer"]
    assert (document.scanned, codes(document)) == ((1,), ["document.text_layer"])


def test_garbled_text_is_to_be_read_as_a_picture(tmp_path: Path) -> None:
    codes_of = "".join(chr(0xE000 + n) for n in range(40))
    document = read(pdf_of([text_at(60, 700, codes_of[:20]) + text_at(60, 680, codes_of[20:]),
                            PLAIN]), tmp_path)  # fmt: skip
    assert document.scanned == (1,)
    assert "document.garbled" in codes(document)


def test_values_of_fields_stand_where_the_fields_are(tmp_path: Path) -> None:
    pdf = OddPdf()
    content = (
        text_at(60, 700, "企业名称：") + text_at(60, 660, "联系人：") + text_at(60, 620, "（盖章）")
    )
    fields = [
        pdf.field("name", "山东某某有限公司", (130, 696, 400, 714)),
        pdf.field("contact", "张三", (130, 656, 300, 674)),
        pdf.field("agreed", "Yes", (60, 560, 72, 572), b"/Btn"),
    ]
    pdf.page(content, notes=fields)
    pdf.form(*fields)
    document = read(pdf.bytes(), tmp_path)
    lines = document.text.splitlines()
    assert lines[:3] == ["企业名称：山东某某有限公司", "联系人：张三", "（盖章）"]
    assert lines[3] in "☑☐"
    assert [(f.code, f.params["count"]) for f in document.findings] == [("pdf.form_values", "3")]


def test_typed_text_fills_the_cells_it_lies_on(tmp_path: Path) -> None:
    """People fill printed forms with the "typewriter" of their PDF program."""
    rows = [["企业名称", ""], ["联系人", ""]]
    data = ruled_pdf(rows)
    content = data[data.index(b"stream\n", data.index(b"/Contents")) + 7 :]
    pdf = OddPdf()
    notes = [
        pdf.note(b"/FreeText", "山东某某有限公司", (200, 700, 310, 716)),
        pdf.note(b"/FreeText", "张三", (200, 676, 310, 692)),
    ]
    pdf.page(content[: content.index(b"\nendstream")], notes=notes)
    document = read(pdf.bytes(), tmp_path)
    assert document.tables[0].rows == (("企业名称", "山东某某有限公司"), ("联系人", "张三"))
    table = next(block for block in document.blocks if block.kind is BlockKind.TABLE)
    assert table.text == "企业名称\t山东某某有限公司\n联系人\t张三"
    assert table.boxes[0][0] == pytest.approx((60, 122, 190, 146), abs=1)


def test_comments_links_and_actions_are_told_and_nothing_else(tmp_path: Path) -> None:
    pdf = OddPdf()
    link = b"/A << /S /URI /URI (http://example.org/form) >>"
    launch = b"/A << /S /Launch /F (calc.exe) >>"
    notes = [
        pdf.note(b"/Text", "此处请核对", (10, 10, 30, 30)),
        pdf.note(b"/Highlight", "不公开的批注", (60, 690, 200, 715), b"/F 2"),
        pdf.note(b"/Link", "", (60, 690, 200, 715), link),
        pdf.note(b"/Link", "", (60, 690, 200, 715), launch),
    ]
    script = pdf.add(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>")
    pdf.catalogue(b"/Names << /JavaScript << /Names [(a) %d 0 R] >> >>" % script)
    pdf.page(PLAIN, notes=notes)
    document = read(pdf.bytes(), tmp_path)
    comments = [(b.text, b.flags) for b in document.blocks if b.kind is BlockKind.COMMENT]
    assert comments == [("此处请核对", ()), ("不公开的批注", ("hidden",))]
    told = {finding.code: dict(finding.params) for finding in document.findings}
    assert told == {
        "document.comments": {"count": "2"},
        "document.external_links": {"count": "1", "targets": "http://example.org/form"},
        "pdf.scripts": {"kinds": "JavaScript、Launch"},
    }


def test_files_within_are_handed_on(tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    pdf = OddPdf()
    listed = pdf.file("承诺书.pdf", b"%PDF-1.4 one")
    pinned = pdf.file("附表.xlsx", b"PK two")
    note = pdf.note(b"/FileAttachment", "附表", (10, 10, 30, 30), b"/FS %d 0 R" % pinned)
    pdf.catalogue(b"/Names << /EmbeddedFiles << /Names [(a) %d 0 R] >> >>" % listed)
    pdf.catalogue(b"/Collection << /Type /Collection >>")
    pdf.page(PLAIN, notes=[note])
    document = read(pdf.bytes(), tmp_path, into=into)
    assert [(one.name, one.source) for one in document.embedded] == [
        ("承诺书.pdf", "attachment 1"),
        ("附表.xlsx", "page 1"),
    ]
    stored = [one.stored.read_bytes() for one in document.embedded if one.stored]
    assert stored == [b"%PDF-1.4 one", b"PK two"]
    # Without a folder they are only named.
    named = read(pdf.bytes(), tmp_path)
    assert [(one.name, one.stored) for one in named.embedded] == [
        ("承诺书.pdf", None),
        ("附表.xlsx", None),
    ]


def test_a_dynamic_form_is_told(tmp_path: Path) -> None:
    pdf = OddPdf()
    packet = pdf.add(stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"))
    pdf.catalogue(b"/NeedsRendering true")
    pdf.form(more=b"/XFA %d 0 R" % packet)
    pdf.page(text_at(60, 700, "请稍候，您的程序不能显示此类文档"))
    document = read(pdf.bytes(), tmp_path)
    assert codes(document) == ["pdf.xfa_only"]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"左栏第{n}行的正文内容甲乙丙" for n in range(8)]
    right = [f"右栏第{n}行的正文内容丁戊己" for n in range(8)]
    content = text_at(60, 760, "质量标杆经验材料")
    for x, lines in ((60, left), (320, right)):
        content += b"".join(text_at(x, 700 - 20 * n, line) for n, line in enumerate(lines))
    document = read(pdf_of([content]), tmp_path)
    assert document.text.split() == ["质量标杆经验材料", *left, *right]


def test_two_columns_that_were_written_across(tmp_path: Path) -> None:
    left = [f"左栏第{n}行的正文内容甲乙丙" for n in range(8)]
    right = [f"右栏第{n}行的正文内容丁戊己" for n in range(8)]
    content = text_at(60, 760, "质量标杆经验材料")
    for n, (one, other) in enumerate(zip(left, right, strict=True)):
        content += text_at(60, 700 - 20 * n, one) + text_at(320, 700 - 20 * n, other)
    wide = "两栏之后又是通栏的一行文字一直写到右边的页边附近"
    document = read(pdf_of([content + text_at(60, 500, wide)]), tmp_path)
    assert document.text.split() == ["质量标杆经验材料", *left, *right, wide]


def test_labels_and_values_side_by_side_are_no_columns(tmp_path: Path) -> None:
    rows = [("企业名称", "山东某某有限公司"), ("联系人", "张三"), ("电话", "13800000000"),
            ("地址", "济南市某某区某某路一号"), ("邮箱", "a@example.org")]  # fmt: skip
    content = b"".join(
        text_at(60, 700 - 20 * n, label) + text_at(260, 700 - 20 * n, value)
        for n, (label, value) in enumerate(rows)
    )
    lines = read(pdf_of([content]), tmp_path).text.splitlines()
    assert [line.split() for line in lines] == [list(row) for row in rows]


def test_pages_have_their_size(tmp_path: Path) -> None:
    pdf = OddPdf((420, 595))
    pdf.page(PLAIN)
    pdf.page(PLAIN, entries=b"/Rotate 90")
    document = read(pdf.bytes(), tmp_path)
    assert [(page.width, page.height) for page in document.pages] == [(420, 595), (595, 420)]


def test_a_picture_beside_text_is_no_scan(tmp_path: Path) -> None:
    pdf = OddPdf()
    picture = pdf.image(Image.new("RGB", (40, 40), (9, 9, 9)))
    pdf.page(PLAIN + b"q 100 0 0 100 60 100 cm /Im1 Do Q", xobjects={"Im1": picture})
    document = read(pdf.bytes(), tmp_path)
    assert (document.scanned, codes(document)) == ((), [])
