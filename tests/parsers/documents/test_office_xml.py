"""The XML files of Word and Excel 2003."""

from __future__ import annotations

import zipfile
from pathlib import Path

from model.document import BlockKind, Document, ReadLimits
from parsers.documents.read import read_document
from tests.builders.papers import paragraph, raw_docx


def read(text: str, folder: Path, encoding: str = "gb18030") -> Document:
    path = folder / "member.xls"
    path.write_bytes(text.encode(encoding))
    return read_document(path, ReadLimits())


def test_a_workbook(tmp_path: Path) -> None:
    ss = "urn:schemas-microsoft-com:office:spreadsheet"

    def cell(text: str, kind: str = "String", more: str = "") -> str:
        return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'

    page = (
        '<?xml version="1.0" encoding="gb2312"?><?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{ss}" xmlns:ss="{ss}"><Styles><Style ss:ID="p"><NumberFormat '
        'ss:Format="Percent"/></Style></Styles><Worksheet ss:Name="统计表"><Table>'
        "<Column/><Row>" + cell("企业") + cell("增长率", more='ss:Index="3"') + "</Row>"
        '<Row ss:Index="4">' + cell("甲", more='ss:MergeAcross="1"')
        + cell("0.125", "Number", 'ss:StyleID="p"') + cell("2021-06-01T00:00:00.000", "DateTime")
        + '</Row><Row ss:Hidden="1">' + cell("藏") + "</Row></Table></Worksheet></Workbook>"
    )  # fmt: skip
    document = read(page, tmp_path)
    assert document.media_type == "application/xml"
    assert document.tables[0].rows == (
        ("企业", "", "增长率", ""),
        ("甲", "", "12.50%", "2021-06-01"),
    )
    assert [b.rows for b in document.blocks if "hidden" in b.flags] == [(("藏",),)]


def test_a_word_document(tmp_path: Path) -> None:
    page = (
        '<?xml version="1.0" encoding="UTF-8"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body>'
        "<w:p><w:r><w:t>承诺书</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r>"
        "</w:p></w:tc><w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "</w:body></w:wordDocument>"
    )
    document = read(page, tmp_path, "utf-8")
    assert [(b.kind, b.text) for b in document.blocks] == [
        (BlockKind.PARAGRAPH, "承诺书"), (BlockKind.TABLE, "甲\t乙"),
    ]  # fmt: skip


def test_a_package_laid_flat(tmp_path: Path) -> None:
    package = tmp_path / "a.docx"
    package.write_bytes(raw_docx(paragraph("平铺")))
    parts = ""
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            if name != "[Content_Types].xml":
                content = archive.read(name).decode().split("?>", 1)[-1]
                kind = "wordprocessingml.document.main+xml" if "document.xml" in name else "x"
                parts += (
                    f'<pkg:part pkg:name="/{name}" pkg:contentType="application/{kind}">'
                    f"<pkg:xmlData>{content}</pkg:xmlData></pkg:part>"
                )
    flat = "http://schemas.microsoft.com/office/2006/xmlPackage"
    page = f'<?xml version="1.0"?><pkg:package xmlns:pkg="{flat}">{parts}</pkg:package>'
    assert read(page, tmp_path, "utf-8").text == "平铺"


def test_other_xml_is_text_and_broken_xml_is_named(tmp_path: Path) -> None:
    assert "单位" in read("<?xml version='1.0'?><a>单位</a>", tmp_path).text
    broken = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><'
    document = read(broken, tmp_path)
    assert (document.readable, document.findings[0].code) == (False, "document.broken_part")
