"""What in a word processor file is hidden, odd, put in or linked: told and read, never run."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from console.demo.papers import jpeg, scan_picture
from model.document import Document, ReadLimits
from parsers.documents.read import read_document
from tests.builders.ole_writer import ole
from tests.builders.papers import OFFICE, paragraph, raw_docx, run, story

WHITE = '<w:color w:val="FFFFFF"/>'
PAGE = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:left="1800" w:top="1440"/></w:sectPr>'
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def read(data: bytes, folder: Path, into: Path | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, ReadLimits(), into=into)


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def flagged(document: Document) -> dict[str, tuple[str, ...]]:
    return {block.text: block.flags for block in document.blocks if block.flags}


@pytest.mark.parametrize(
    ("properties", "flags"),
    [
        (WHITE, ("white",)),
        ('<w:color w:val="FEFEFE"/>', ("white",)),
        ('<w:color w:themeColor="background1" w:val="auto"/>', ("white",)),
        ('<w:sz w:val="2"/>', ("tiny",)),
        (WHITE + '<w:sz w:val="4"/>', ("white", "tiny")),
        ('<w:color w:val="FF0000"/><w:sz w:val="21"/>', None),
        (WHITE + '<w:shd w:val="clear" w:fill="C00000"/>', None),
        (WHITE + '<w:highlight w:val="black"/>', None),
        ('<w:color w:themeColor="background1" w:themeShade="80"/>', None),
    ],
)
def test_white_and_tiny_runs(
    properties: str, flags: tuple[str, ...] | None, tmp_path: Path
) -> None:
    body = f"<w:p>{run('看得见')}{run('看不见', properties)}</w:p>"
    document = read(raw_docx(body), tmp_path)
    if flags is None:
        assert [block.text for block in document.blocks] == ["看得见看不见"]
        assert codes(document) == []
    else:
        assert flagged(document) == {"看不见": flags}
        assert document.text == "看得见"
        assert codes(document) == ["document.hidden_text"]


def test_white_by_style_and_dark_again_by_the_run(tmp_path: Path) -> None:
    styles = story(
        "styles",
        f'<w:style w:type="paragraph" w:styleId="P"><w:rPr>{WHITE}</w:rPr></w:style>'
        '<w:style w:type="table" w:styleId="T"><w:tblStylePr w:type="firstRow"><w:tcPr>'
        '<w:shd w:val="clear" w:fill="4472C4"/></w:tcPr></w:tblStylePr></w:style>',
    )
    inner = f'<w:p><w:pPr><w:pStyle w:val="P"/></w:pPr>{run("表头")}</w:p>'
    body = (
        f'<w:p><w:pPr><w:pStyle w:val="P"/></w:pPr>{run("白")}'
        + run("黑", '<w:color w:val="000000"/>') + "</w:p>"
        + '<w:tbl><w:tblPr><w:tblStyle w:val="T"/></w:tblPr><w:tr><w:tc><w:tcPr/>'
        + inner + "</w:tc></w:tr></w:tbl><w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr>"
        + '<w:shd w:val="clear" w:fill="000000"/></w:tcPr>' + inner
        + f"</w:tc><w:tc>{inner}</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    document = read(raw_docx(body, {"styles.xml": ("styles", styles)}), tmp_path)
    assert [(b.text, b.flags) for b in document.blocks] == [
        ("黑", ()), ("白", ("white",)), ("表头", ()), ("表头\t", ()), ("表头", ("white",)),
    ]  # fmt: skip


def anchored(text: str, left: int, top: int, *, origin: str = "page", about: str = "") -> str:
    return (
        f'<w:r><w:drawing><wp:anchor xmlns:wp="{DRAWING}"><wp:positionH relativeFrom="{origin}">'
        f'<wp:posOffset>{left}</wp:posOffset></wp:positionH><wp:positionV relativeFrom="{origin}">'
        f"<wp:posOffset>{top}</wp:posOffset></wp:positionV>"
        f'<wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="x" {about}/><wps:wsp>'
        f"<wps:txbx><w:txbxContent>{paragraph(text)}</w:txbxContent></wps:txbx></wps:wsp>"
        "</wp:anchor></w:drawing></w:r>"
    )


@pytest.mark.parametrize(
    ("box", "flags"),
    [
        (anchored("框", 100, 100), ()),
        (anchored("框", 8_000_000, 100), ("off_page",)),
        (anchored("框", 100, 20_000_000), ("off_page",)),
        (anchored("框", -950_000, 100), ("off_page",)),
        (anchored("框", -950_000, 100, origin="column"), ()),
        (anchored("框", -3_000_000, 100, origin="column"), ("off_page",)),
        (anchored("框", 100, -950_000, origin="paragraph"), ()),
        (anchored("框", 100, 100, about='hidden="1"'), ("hidden",)),
    ],
)
def test_boxes_beside_the_page(box: str, flags: tuple[str, ...], tmp_path: Path) -> None:
    document = read(raw_docx(f"<w:p>{box}</w:p>{PAGE}"), tmp_path)
    assert [(block.text, block.flags) for block in document.blocks] == [("框", flags)]


@pytest.mark.parametrize(
    ("style", "flags"),
    [
        ("position:absolute;margin-left:-2000pt;width:100pt;height:20pt", ("off_page",)),
        ("position:absolute;margin-left:20pt;margin-top:30.5pt;width:100pt", ()),
        ("position:absolute;visibility:hidden", ("hidden",)),
        ("position:absolute;margin-left:9e99;:;;width", ()),
    ],
)
def test_boxes_of_the_older_kind(style: str, flags: tuple[str, ...], tmp_path: Path) -> None:
    box = (
        f'<w:r><w:pict><v:shape style="{style}"><v:textbox><w:txbxContent>{paragraph("框")}'
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    document = read(raw_docx(f"<w:p>{box}</w:p>"), tmp_path)
    assert [(block.text, block.flags) for block in document.blocks] == [("框", flags)]


def test_paragraphs_beside_the_page(tmp_path: Path) -> None:
    body = paragraph("左外", '<w:ind w:left="-31000"/>') + paragraph(
        "缩进", '<w:ind w:left="480"/>'
    )
    body += paragraph("框外", '<w:framePr w:x="-30000" w:y="1"/>')
    document = read(raw_docx(body), tmp_path)
    assert flagged(document) == {"左外": ("off_page",), "框外": ("off_page",)}


def test_changes_and_comments_are_counted(tmp_path: Path) -> None:
    body = (
        f"<w:p><w:ins>{run('增')}</w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        f"<w:pPr><w:rPr><w:ins/></w:rPr></w:pPr><w:moveFrom>{run('移')}</w:moveFrom>"
        f"<w:moveTo>{run('移')}</w:moveTo></w:p>"
    )
    comments = story("comments", f"<w:comment>{paragraph('批一')}{paragraph('批二')}</w:comment>")
    document = read(raw_docx(body, {"comments.xml": ("comments", comments)}), tmp_path)
    assert codes(document) == ["document.tracked_changes", "document.comments"]
    assert document.findings[0].params == {"inserted": "2", "deleted": "2"}


def test_macros_and_what_is_loaded_from_outside(tmp_path: Path) -> None:
    field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDEPIC'
        '</w:instrText></w:r><w:r><w:instrText>TURE "http://example.com/a.png" \\* MERGEFORMAT'
        "</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    dde = '<w:p><w:fldSimple w:instr=\'DDEAUTO excel "C:\\\\台账.xls" "r1c1"\'/></w:p>'
    outside = "".join(
        f'<Relationship Id="x{number}" Type="{OFFICE}/{kind}" TargetMode="External" '
        f'Target="{target}"/>'
        for number, (kind, target) in enumerate(
            [("attachedTemplate", "http://example.com/t.dotm"), ("image", "file:///a.png"),
             ("hyperlink", "http://example.com/")]
        )
    )  # fmt: skip
    data = raw_docx(
        paragraph("文") + field + dde, {"vbaProject.bin": ("vbaProject", b"x")}, relations=outside
    )
    document = read(data, tmp_path)
    assert codes(document) == ["document.macros", "document.external_links"]
    assert document.findings[1].params == {
        "count": "4",
        "targets": "http://example.com/a.png、C:\\台账.xls、http://example.com/t.dotm……",
    }


def native(name: str, data: bytes, wide: str = "") -> bytes:
    label = name.encode("gb18030") + b"\0"
    made = b"\x02\0" + label + b"C:\\" + label + struct.pack("<HHI", 0, 3, 4) + b"C:\\\0"
    made += struct.pack("<I", len(data)) + data
    for text in ("C:\\t", wide, "C:\\" + wide) if wide else ():
        made += struct.pack("<I", len(text)) + text.encode("utf-16-le")
    return struct.pack("<I", len(made)) + made


def test_embedded_files_are_handed_over(tmp_path: Path) -> None:
    inner = raw_docx(paragraph("内文"))
    whole = ole({"WordDocument": b"x" * 5000, "1Table": b"y"})
    parts = {
        "embeddings/a.docx": ("package", inner),
        "embeddings/o1.bin": ("oleObject", ole({"\x01Ole10Native": native("证书.pdf", b"%PDF")})),
        "embeddings/o2.bin": ("oleObject", whole),
        "embeddings/o3.bin": ("oleObject", ole({"Package": inner, "\x01CompObj": b"c"})),
        "embeddings/o4.bin": (
            "oleObject",
            ole({"\x01Ole10Native": native("x?", b"1", "发票.ofd")}),
        ),
        "embeddings/o5.bin": ("oleObject", b"no compound file"),
    }
    into = tmp_path / "into"
    into.mkdir()
    document = read(raw_docx(paragraph("正文"), parts), tmp_path, into)
    assert codes(document) == ["document.embedded"]
    assert document.findings[0].params["count"] == "6"
    found = [(one.name, one.stored.read_bytes()) for one in document.embedded if one.stored]
    assert found == [
        ("a.docx", inner), ("证书.pdf", b"%PDF"), ("o2.bin", whole), ("o3.bin", inner),
        ("发票.ofd", b"1"), ("o5.bin", b"no compound file"),
    ]  # fmt: skip
    assert sorted(path.name for path in into.iterdir()) == [
        f"embedded-{number:04d}" for number in range(1, 7)
    ]


def test_inserted_documents_stand_in_their_place(tmp_path: Path) -> None:
    parts: dict[str, tuple[str, str | bytes]] = {
        "a.htm": ("aFormatChunk", "<html><p>网页</p><table><tr><td>格</td></tr></table>"),
        "b.docx": ("aFormatChunk", raw_docx(paragraph("内文"))),
        "c.bin": ("aFormatChunk", bytes(range(256))),
        "d.txt": ("aFormatChunk", "纯文本"),
    }
    body = "".join(
        paragraph(f"段{number}") + f'<w:altChunk r:id="rId{number}"/>' for number in range(1, 5)
    )
    document = read(raw_docx(body + paragraph("完"), parts), tmp_path)
    assert document.text == "段1\n网页\n格\n段2\n内文\n段3\n段4\n纯文本\n完"
    assert codes(document) == ["document.part_not_read"]
    assert document.findings[0].params["part"] == "word/c.bin"
    assert document.blocks[1].source == "word/a.htm"
    assert [table.rows for table in document.tables] == [(("格",),)]


def test_a_document_put_into_itself_ends(tmp_path: Path) -> None:
    data = raw_docx(paragraph("底"))
    for depth in range(5):
        part = {"a.docx": ("aFormatChunk", data)}
        data = raw_docx(paragraph(f"层{depth}") + '<w:altChunk r:id="rId1"/>', part)
    document = read(data, tmp_path)
    assert document.text == "层4\n层3\n层2"
    assert codes(document) == ["document.part_not_read"]


def picture(width: int, height: int) -> str:
    return (
        f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{DRAWING}"><wp:extent cx="{width}" '
        f'cy="{height}"/><a:blip r:embed="rId1"/></wp:inline></w:drawing></w:r></w:p>'
    )


@pytest.mark.parametrize(
    ("size", "taken"),
    [((5_274_310, 7_459_000), True), ((5_274_310, 3_000_000), False), ((900_000, 900_000), False)],
)
def test_a_scan_among_text_is_handed_over(
    size: tuple[int, int], taken: bool, tmp_path: Path
) -> None:
    data = jpeg(scan_picture(60, 80))
    body = paragraph("本单位郑重承诺所报材料真实有效，" * 4) + picture(*size) + PAGE
    into = tmp_path / "into"
    into.mkdir()
    document = read(raw_docx(body, {"media/image1.jpeg": ("image", data)}), tmp_path, into)
    assert codes(document) == []
    assert [one.name for one in document.embedded] == (["image1.jpeg"] if taken else [])
