"""Bombs and breakage in packages of XML: a finding, and what is sound is still read."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from model.document import Document, ReadLimits
from parsers.documents.read import read_document
from tests.builders.papers import CONTENT_TYPES, DOCX_MAIN, package, paragraph, raw_docx, story

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits(), DOCX)


def said(document: Document) -> list[tuple[str, dict[str, str]]]:
    return [(finding.code, dict(finding.params)) for finding in document.findings]


def test_a_body_that_inflates_without_end_is_not_inflated(tmp_path: Path) -> None:
    bomb = raw_docx(paragraph("x"))
    bomb = package(
        {
            **_members(bomb),
            "word/document.xml": b"<a>" + b" " * (100 << 20),
        }
    )
    assert len(bomb) < 1 << 20
    tracemalloc.start()
    document = read(bomb, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said(document) == [("document.limit_parts", {"part": "word/document.xml"})]
    assert not document.readable
    assert peak < 16 << 20


def test_a_size_that_lies_does_not_help(tmp_path: Path) -> None:
    data = bytearray(
        package(
            {
                "[Content_Types].xml": CONTENT_TYPES.format(main=DOCX_MAIN),
                "word/document.xml": b"<a>" + b" " * (4 << 20) + b"</a>",
            }
        )
    )
    entry = data.rindex(b"word/document.xml") - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    document = read(bytes(data), tmp_path, ReadLimits(part_bytes=1 << 20))
    assert said(document) == [("document.broken", {})]


def test_parts_share_one_total(tmp_path: Path) -> None:
    filler = f"<!--{'x' * 3000}-->"
    parts = {
        f"header{n}.xml": ("header", story("hdr", paragraph(f"页眉{n}")) + filler)
        for n in range(1, 5)
    }
    document = read(raw_docx(paragraph("正文"), parts), tmp_path, ReadLimits(total_bytes=11_000))
    assert document.text.startswith("正文\n页眉1")
    assert ("document.limit_parts", {"part": "word/header4.xml"}) in said(document)
    assert document.readable


def test_a_broken_side_part_leaves_the_body(tmp_path: Path) -> None:
    parts = {
        "styles.xml": ("styles", b"<w:styles"),
        "header1.xml": ("header", b"\xff\xfe\x00"),
        "footer1.xml": ("footer", story("ftr", paragraph("页脚"))),
    }
    document = read(raw_docx(paragraph("正文"), parts), tmp_path)
    assert document.text == "正文\n页脚"
    assert said(document) == [
        ("document.broken_part", {"part": "word/styles.xml"}),
        ("document.broken_part", {"part": "word/header1.xml"}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_dtd_is_refused(encoding: str, tmp_path: Path) -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY l0 "lol">{lol}]>'
        '<a b="&l9;">&l9;</a>'
    ).encode(encoding)
    members = {**_members(raw_docx("")), "word/document.xml": bomb}
    document = read(package(members), tmp_path)
    assert said(document) == [("document.dtd_refused", {"part": "word/document.xml"})]
    assert not document.readable


def test_a_dtd_in_an_old_encoding_is_refused_after_parsing(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="IBM037"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    members = {**_members(raw_docx("")), "word/document.xml": text.encode("cp037")}
    document = read(package(members), tmp_path)
    assert not document.readable
    assert said(document)[0][0] in {"document.dtd_refused", "document.broken"}


def test_a_span_of_two_thousand_millions_is_one_cell(tmp_path: Path) -> None:
    span = '<w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p/></w:tc>'
    data = raw_docx(f"<w:tbl><w:tr>{span * 3}<w:tc>{paragraph('末')}</w:tc></w:tr></w:tbl>")
    document = read(data, tmp_path)
    assert document.tables[0].rows == (("", "", "", "末"),)
    assert document.blocks[0].flags == ("repaired",)


def test_too_many_cells_are_cut_and_told(tmp_path: Path) -> None:
    cells = f"<w:tc>{paragraph('格')}</w:tc>" * 300
    document = read(raw_docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"), tmp_path)
    assert len(document.tables[0].rows[0]) == ReadLimits().table_columns
    assert said(document) == [("document.limit_cells", {})]


@pytest.mark.parametrize(
    "deep",
    [
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>",
        "<w:p><w:r><w:drawing><w:txbxContent>{}</w:txbxContent></w:drawing></w:r></w:p>",
    ],
)
def test_nesting_without_end(deep: str, tmp_path: Path) -> None:
    head, tail = deep.split("{}")
    sound = read(raw_docx(head * 15 + paragraph("底") + tail * 15), tmp_path)
    assert sound.text == "底"
    broken = read(raw_docx(head * 3000 + paragraph("底") + tail * 3000), tmp_path)
    assert said(broken) == [("document.broken", {})]


@pytest.mark.parametrize(
    ("method", "streamed"),
    [
        (zipfile.ZIP_STORED, False),
        (zipfile.ZIP_DEFLATED, False),
        (zipfile.ZIP_DEFLATED, True),
        (zipfile.ZIP_BZIP2, False),
    ],
)
def test_parts_packed_in_any_way_that_zip_has(method: int, streamed: bool, tmp_path: Path) -> None:
    stream = _Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in _members(raw_docx(paragraph("正文"))).items():
            archive.writestr(name, content)
    document = read(stream.getvalue(), tmp_path)
    assert document.text == "正文"
    assert said(document) == []


@pytest.mark.parametrize(("offset", "sound"), [(14, True), (16, False), (24, True)])
def test_an_entry_that_is_wrong_about_its_part(offset: int, sound: bool, tmp_path: Path) -> None:
    """Of its time, its checksum, its size by one byte: only the checksum says that it is broken."""
    data = bytearray(
        raw_docx(paragraph("正文"), {"header1.xml": ("header", story("hdr", paragraph("页眉")))})
    )
    entry = data.rindex(b"word/header1.xml") - 46
    data[entry + offset] += 1
    document = read(bytes(data), tmp_path)
    assert document.text == ("正文\n页眉" if sound else "正文")
    broken = [("document.broken_part", {"part": "word/header1.xml"})]
    assert said(document) == ([] if sound else broken)


def test_encrypted_members(tmp_path: Path) -> None:
    data = bytearray(raw_docx(paragraph("密")))
    entry = data.rindex(b"word/document.xml") - 46
    data[entry + 8] |= 1
    document = read(bytes(data), tmp_path)
    assert said(document) == [("document.encrypted", {})]


@pytest.mark.parametrize("left", [0, 1, 30, 200, 900])
def test_a_package_cut_short(left: int, tmp_path: Path) -> None:
    document = read(raw_docx(paragraph("正文"))[:left], tmp_path)
    assert said(document) == [("document.broken", {})]
    assert not document.readable


class _Unseekable(io.BytesIO):
    """As a pipe: sizes and checksum stand after the data."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_place: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
