"""Lines of PDF pages whose signs were written out of order."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from console.demo.papers import pdf_of, text_at
from model.document import ReadRequest
from parsers.documents.pdf.read import read_pdf
from tests.builders.papers import ruled_pdf


def spread(x: float, y: float, pieces: list[str], gaps: list[float], size: float = 12.0) -> bytes:
    """One piece of text with gaps in it, in heads."""
    shown = ""
    for number, piece in enumerate(pieces):
        shown += f"<{piece.encode('utf-16-be').hex()}>"
        shown += f" {-1000 * gaps[number]:g} " if number < len(gaps) else ""
    return f"BT /F1 {size:g} Tf {x:g} {y:g} Td [{shown}] TJ ET\n".encode()


QUOTES = spread(156, 700, ["“", "”"], [3])
WORDS = spread(60, 700, ["标杆名称：全员的", "零缺陷", "改善 ABC"], [1, 1])
BELOW = text_at(60, 660, "第二行")


def texts(content: bytes, folder: Path) -> tuple[str, str]:
    """As it was read, and as pdfium has it."""
    path = folder / "member"
    path.write_bytes(pdf_of([content]))
    with closing(pdfium.PdfDocument(path)) as pdf, closing(pdf[0].get_textpage()) as textpage:
        plain = textpage.get_text_range()
    return read_pdf(path, ReadRequest(), "application/pdf").text, plain.replace("\r\n", "\n")


@pytest.mark.parametrize("content", [QUOTES + WORDS, WORDS + QUOTES])
def test_quotes_around_words_that_were_written_before_them(content: bytes, tmp_path: Path) -> None:
    read, plain = texts(content + BELOW, tmp_path)
    assert "“零缺陷”" not in plain
    assert read.splitlines() == ["标杆名称：全员的“零缺陷”改善 ABC", "第二行"]


def test_in_a_cell_too(tmp_path: Path) -> None:
    data = ruled_pdf([["标杆名称", ""], ["联系人", "张三"]])
    place = data.index(b"0.8 w\n") + 6
    added = spread(196, 703, ["“", "”"], [3]) + spread(208, 703, ["零缺陷", "改善"], [1])
    start = data.rindex(b"/Length ", 0, place) + 8
    length = int(data[start : data.index(b" ", start)])
    data = data[:place] + added + data[place:]
    data = data.replace(b"/Length %d " % length, b"/Length %d " % (length + len(added)), 1)
    path = tmp_path / "member"
    path.write_bytes(data)
    document = read_pdf(path, ReadRequest(), "application/pdf")
    assert [table.rows for table in document.tables] == [
        (("标杆名称", "“零缺陷”改善"), ("联系人", "张三"))
    ]


@pytest.mark.parametrize(
    "content",
    [
        # Drawn twice to look bold, once more over it, over two lines.
        text_at(60, 700, "全员质量管理") + text_at(63, 700, "全员质量管理"),
        text_at(60, 700, "全员质量管理") + text_at(60, 700, "合格", 20),
        spread(60, 700, ["全员", "管理"], [3]) + text_at(84, 690, "质量"),
    ],
)
def test_signs_that_overlap_stay_as_they_are(content: bytes, tmp_path: Path) -> None:
    read, plain = texts(content + BELOW, tmp_path)
    assert read.split() == plain.split()
