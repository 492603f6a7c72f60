"""PDF: text, tables, scans, locks, limits."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from console.demo.papers import pdf_file, pdf_of, pdf_scan, pdf_text, stream, text_at
from model.document import BlockKind, Document, ReadLimits
from parsers.documents.pdf.objects import clean
from parsers.documents.pdf.read import page_list
from parsers.documents.read import read_document
from tests.builders.papers import locked_pdf, ruled_pdf

ROWS = [["企业名称", "山东某某有限公司"], ["标杆名称", "全员质量管理"], ["联系人", "张三"]]


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits())


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def test_text_by_page_in_order(tmp_path: Path) -> None:
    pages = [["质量标杆申报材料", "企业名称：山东某某有限公司 ABC-123"], [], ["第三页（盖章）"]]
    document = read(pdf_text(pages), tmp_path)
    assert [(page.number, page.text) for page in document.pages] == [
        (1, "\n".join(pages[0])),
        (2, ""),
        (3, "第三页（盖章）"),
    ]
    assert [(block.page, block.source) for block in document.blocks] == [
        (1, "page 1"),
        (3, "page 3"),
    ]
    assert document.properties["pages"] == "3"
    assert document.findings == ()


@pytest.mark.parametrize("rectangles", [False, True])
def test_a_ruled_table_stands_in_its_place(rectangles: bool, tmp_path: Path) -> None:
    data = ruled_pdf(ROWS, above="推荐表", below="（盖章）", rectangles=rectangles)
    document = read(data, tmp_path)
    assert [(block.kind, block.text) for block in document.blocks] == [
        (BlockKind.PARAGRAPH, "推荐表"),
        (BlockKind.TABLE, "\n".join("\t".join(row) for row in ROWS)),
        (BlockKind.PARAGRAPH, "（盖章）"),
    ]
    assert document.tables[0].rows == tuple(tuple(row) for row in ROWS)
    assert document.blocks[1].method == "grid"
    assert document.blocks[1].box == pytest.approx((60.0, 122.0, 320.0, 194.0), abs=1)


def test_text_beside_a_table_is_neither_lost_nor_doubled(tmp_path: Path) -> None:
    content = text_at(400, 700, "旁注")
    table = ruled_pdf(ROWS)
    # The same grid with one more text right of it, at the height of a row.
    grid = table[table.index(b"stream\n", table.index(b"/Contents")) + 7 :]
    grid = grid[: grid.index(b"\nendstream")]
    document = read(pdf_of([grid + content]), tmp_path)
    assert document.text.count("旁注") == 1
    assert all(document.text.count(cell) == 1 for row in ROWS for cell in row)
    assert document.tables[0].rows == tuple(tuple(row) for row in ROWS)


def test_a_frame_around_a_page_is_no_table(tmp_path: Path) -> None:
    content = b"40 40 500 760 re S\n" + text_at(60, 700, "正文")
    document = read(pdf_of([content]), tmp_path)
    assert document.tables == ()
    assert document.text == "正文"


def test_a_drawing_with_thousands_of_lines_is_not_searched_for_tables(tmp_path: Path) -> None:
    lines = b"".join(b"%d 100 m %d 700 l S\n50 %d m 550 %d l S\n" % (x, x, x, x)
                     for x in range(60, 560) for _ in range(4))  # fmt: skip
    document = read(pdf_of([lines + text_at(60, 720, "图样")]), tmp_path)
    assert codes(document) == ["document.tables_not_read"]
    assert document.text == "图样"


def test_scanned_pages_are_told(tmp_path: Path) -> None:
    document = read(pdf_scan(310, 438, pages=3), tmp_path)
    assert document.scanned == (1, 2, 3)
    assert document.readable
    assert [(f.code, f.params["pages"]) for f in document.findings] == [("document.scanned", "1-3")]


def test_papers_are_the_same_each_time() -> None:
    assert pdf_scan(200, 280) == pdf_scan(200, 280)
    assert pdf_text([["甲"]]) == pdf_text([["甲"]])


def test_a_locked_pdf(tmp_path: Path) -> None:
    document = read(locked_pdf(), tmp_path)
    assert (codes(document), document.readable) == (["document.encrypted"], False)


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.7\n" + b"\x00garbage" * 100])
def test_a_broken_pdf(data: bytes, tmp_path: Path) -> None:
    document = read(data, tmp_path)
    assert (codes(document), document.readable) == (["document.broken"], False)


def test_a_pdf_without_its_end_is_mended(tmp_path: Path) -> None:
    data = pdf_text([["质量标杆"]])
    document = read(data[: data.index(b"startxref")], tmp_path)
    assert (document.text, codes(document)) == ("质量标杆", [])
    # Without the trailer nothing says which object is the catalogue.
    assert codes(read(data[: data.index(b"xref")], tmp_path)) == ["document.broken"]


def test_a_page_that_is_none_is_told(tmp_path: Path) -> None:
    data = pdf_text([["第一页"], ["第二页"]])
    first = data.index(b"/Type /Page /Parent")
    document = read(data[:first] + b"/Type /Pagx" + data[first + 11 :], tmp_path)
    assert document.text == "第二页"
    assert [(f.code, f.params["pages"]) for f in document.findings] == [
        ("document.broken_pages", "1")
    ]


def test_characters_set_one_by_one_in_a_font_that_is_not_embedded(tmp_path: Path) -> None:
    """pdfium drops such characters where the machine has no font that could stand in."""
    line = "申报单位：山东某某有限公司"
    content = b"".join(text_at(60 + 12 * n, 700, sign) for n, sign in enumerate(line))
    document = read(pdf_of([content, text_at(60, 700, "第二页")]), tmp_path)
    assert [page.text for page in document.pages] == [line, "第二页"]


def test_a_ruled_table_set_character_by_character(tmp_path: Path) -> None:
    data = ruled_pdf([["甲", "乙"], ["丙", "丁"]])
    document = read(data, tmp_path)
    assert document.tables[0].rows == (("甲", "乙"), ("丙", "丁"))
    assert sorted("".join(document.text.split())) == sorted("甲乙丙丁")


def test_pages_beyond_the_limit(tmp_path: Path) -> None:
    document = read(pdf_text([[f"第{n}页"] for n in range(1, 6)]), tmp_path, ReadLimits(pages=3))
    assert len(document.pages) == 3
    assert [dict(f.params) for f in document.findings] == [{"pages": "5", "limit": "3"}]
    assert codes(document) == ["document.limit_pages"]


def test_text_beyond_the_limit(tmp_path: Path) -> None:
    document = read(pdf_text([["一二三四五"], ["六七八九十"]]), tmp_path, ReadLimits(characters=7))
    assert "".join(page.text for page in document.pages) == "一二三四五六七"
    assert codes(document) == ["document.limit_text"]


def test_many_pages_that_share_one_object(tmp_path: Path) -> None:
    kids = b" ".join([b"3 0 R"] * 30_000)
    data = pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%b] /Count 30000 >>" % kids,
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1000000 1000000] >>",
        ]
    )
    document = read(data, tmp_path, ReadLimits(pages=50))
    assert len(document.pages) <= 50
    assert "document.limit_pages" in codes(document)


def test_a_packed_stream_of_much_text_is_cut(tmp_path: Path) -> None:
    text = b"".join(
        text_at(20 + n % 8 * 66, 800 - n // 8 * 2, chr(0x4E00 + n) * 4, size=2) for n in range(3000)
    )
    packed = pdf_of([text]).replace(
        stream(text), stream(zlib.compress(text), "/Filter /FlateDecode")
    )
    document = read(packed, tmp_path, ReadLimits(characters=1000))
    assert sum(len(page.text) for page in document.pages) <= 1000
    assert "document.limit_text" in codes(document)


def test_page_lists_and_cleaning() -> None:
    assert page_list([9, 1, 3, 4, 5, 7]) == "1、3-5、7、9"
    assert clean("a\x02\r\nb\x00\ufffec\r") == "a-\nb-c\n"
