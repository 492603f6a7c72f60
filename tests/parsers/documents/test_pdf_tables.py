"""Tables of PDF pages by their own lines, with pdfplumber as the other opinion."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from console.demo.papers import pdf_of, stream, text_at
from model.document import Document, ReadLimits, ReadRequest
from parsers.documents.pdf.grid import TooMany, grids_of
from parsers.documents.pdf.page import read_page
from parsers.documents.pdf.plumbed import read_tables
from parsers.documents.pdf.read import read_pdf
from parsers.documents.pdf.tables import PageTables
from tests.builders.forms import LAYOUTS, as_pdf, form
from tests.builders.odd_pdfs import OddPdf
from tests.builders.papers import ruled_pdf

ROWS = [["企业名称", "山东某某有限公司"], ["标杆名称", "全员质量管理"], ["联系人", "张三"]]
LIMITS = ReadLimits()


def read(data: bytes, folder: Path) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_pdf(path, ReadRequest(), "application/pdf")


def both(data: bytes, folder: Path) -> list[tuple[PageTables | None, PageTables]]:
    """Of each page the tables by its lines and by pdfplumber."""
    path = folder / "member"
    path.write_bytes(data)
    with closing(pdfium.PdfDocument(path)) as pdf:
        numbers = range(1, len(pdf) + 1)
        pages = {number: read_page(pdf, number, 100_000, 100)[0] for number in numbers}
        plumbed, failed = read_tables(path, pdf, pages, list(numbers), LIMITS)
    assert failed == []
    return [(pages[number].tables, plumbed[number]) for number in numbers]


def lines(*places: tuple[float, float, float, float]) -> bytes:
    return b"".join(b"%g %g m %g %g l S\n" % place for place in places)


def bars(*places: tuple[float, float, float, float]) -> bytes:
    """Filled rectangles: x, y, width, height."""
    return b"".join(b"%g %g %g %g re f\n" % place for place in places)


GRID = lines(
    (60, 700, 360, 700), (60, 660, 360, 660), (160, 620, 360, 620), (60, 580, 360, 580),
    (60, 700, 60, 580), (160, 700, 160, 580), (260, 660, 260, 580), (360, 700, 360, 580),
)  # fmt: skip
WORDS = (
    text_at(70, 675, "指标") + text_at(170, 675, "三年数据") + text_at(70, 600, "总资产")
    + text_at(170, 635, "551.5") + text_at(270, 635, "866.1")
    + text_at(170, 595, "一") + text_at(270, 595, "二")
)  # fmt: skip
MERGED = (("指标", "三年数据", ""), ("总资产", "551.5", "866.1"), ("", "一", "二"))
BARS = bars(
    (60, 700, 300, 0.6), (60, 660, 300, 0.6), (160, 620, 200, 0.6), (60, 580, 300, 0.6),
    (60, 580, 0.6, 120), (160, 580, 0.6, 120), (260, 580, 0.6, 80), (360, 580, 0.6, 120),
)  # fmt: skip
ONE_PATH = (
    b"60 580 300 120 re 160 700 m 160 580 l 60 660 m 360 660 l "
    b"160 620 m 360 620 l 260 660 m 260 580 l S\n"
)
DOTTED = GRID.replace(lines((60, 660, 360, 660)), b"") + bars(
    *((60 + 3 * place, 659.5, 1.5, 1) for place in range(101))
)
PIECES = GRID.replace(lines((60, 660, 360, 660)), b"") + lines(
    (60, 660, 160, 660), (160.5, 660.4, 260, 660.4), (259, 660, 360, 660)
)
SHADED = b".9 g 60 660 300 40 re f 0 g\n" + GRID


@pytest.mark.parametrize(
    "drawn",
    [GRID, BARS, ONE_PATH, PIECES, SHADED, b"q .5 0 0 .5 100 300 cm " + GRID + b"Q "],
    ids=["lines", "bars", "one path", "pieces", "shaded", "moved"],
)
def test_merged_cells_stand_once(drawn: bytes, tmp_path: Path) -> None:
    words = b"q .5 0 0 .5 100 300 cm " + WORDS + b"Q " if drawn.startswith(b"q") else WORDS
    ((own, plumbed),) = both(pdf_of([drawn + words]), tmp_path)
    assert own is not None
    assert [table.rows for table in own.tables] == [MERGED]
    assert_alike(own, plumbed)


def test_a_line_of_dots_is_a_line(tmp_path: Path) -> None:
    """pdfplumber takes the sides of its dots, too, for upright lines."""
    ((own, _plumbed),) = both(pdf_of([DOTTED + WORDS]), tmp_path)
    assert own is not None
    assert [table.rows for table in own.tables] == [MERGED]


def test_a_table_drawn_by_a_form_of_its_own(tmp_path: Path) -> None:
    pdf = OddPdf()
    drawn = pdf.add(
        stream(GRID, "/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Matrix [1 0 0 1 0 -200]")
    )
    pdf.page(WORDS + b"q 1 0 0 1 0 200 cm /Fm1 Do Q", xobjects={"Fm1": drawn})
    ((own, plumbed),) = both(pdf.bytes(), tmp_path)
    assert own is not None
    assert [table.rows for table in own.tables] == [MERGED]
    assert_alike(own, plumbed)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_is_shown_turned(turned: int, tmp_path: Path) -> None:
    """The content is turned back, so that it is read upright."""
    width, height = 595.0, 842.0
    by = {90: (0, 1, -1, 0, width, 0), 180: (-1, 0, 0, -1, width, height),
          270: (0, -1, 1, 0, 0, height)}[turned]  # fmt: skip
    pdf = OddPdf((width, height))
    content = b"q 1 0 0 1 0 -150 cm " + GRID + WORDS + b"Q "
    pdf.page(b"q %g %g %g %g %g %g cm " % by + content + b"Q", entries=b"/Rotate %d" % turned)
    ((own, plumbed),) = both(pdf.bytes(), tmp_path)
    assert own is not None
    assert [table.rows for table in own.tables] == [MERGED]
    shown = width if turned != 180 else height
    assert own.tables[0].box == pytest.approx((60, shown - 550, 360, shown - 430), abs=1)
    assert_alike(own, plumbed)


def test_places_are_counted_from_the_corner_of_what_is_shown(tmp_path: Path) -> None:
    pdf = OddPdf()
    pdf.page(GRID + WORDS, entries=b"/CropBox [40 100 595 800]")
    ((own, plumbed),) = both(pdf.bytes(), tmp_path)
    assert own is not None
    assert own.tables[0].box == pytest.approx((20, 100, 320, 220), abs=1)
    assert_alike(own, plumbed)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_forms_as_pdfplumber_reads_them(layout: str, tmp_path: Path) -> None:
    for own, plumbed in both(as_pdf(form(layout, 5)[1]), tmp_path):
        if own is None:
            assert plumbed.tables == ()
        else:
            assert_alike(own, plumbed)


@pytest.mark.parametrize("rectangles", [False, True])
def test_ruled_tables_as_pdfplumber_reads_them(rectangles: bool, tmp_path: Path) -> None:
    data = ruled_pdf(ROWS, above="推荐表", below="（盖章）", rectangles=rectangles)
    ((own, plumbed),) = both(data, tmp_path)
    assert own is not None
    assert [table.rows for table in own.tables] == [tuple(tuple(row) for row in ROWS)]
    assert own.between == ("推荐表", "（盖章）")
    assert_alike(own, plumbed)


def test_a_sign_over_a_line_is_in_one_cell(tmp_path: Path) -> None:
    words = WORDS + text_at(122, 635, "甲乙丙丁", 12)
    ((own, _plumbed),) = both(pdf_of([GRID + words]), tmp_path)
    assert own is not None
    cells = "".join("".join(row) for row in own.tables[0].rows)
    assert sorted(sign for sign in cells if sign in "甲乙丙丁") == sorted("甲乙丙丁")
    document = read(pdf_of([GRID + words]), tmp_path)
    assert document.text.count("丁") == 1


def test_signs_in_no_cell_leave_a_doubt(tmp_path: Path) -> None:
    """A grid with a hole: two cells that touch at a corner only."""
    hole = lines(
        (60, 700, 160, 700), (60, 660, 260, 660), (160, 620, 260, 620), (60, 700, 60, 660),
        (160, 700, 160, 620), (260, 660, 260, 620),
    )  # fmt: skip
    words = text_at(70, 675, "甲") + text_at(170, 635, "乙") + text_at(190, 680, "外")
    data = pdf_of([hole + words])
    ((own, plumbed),) = both(data, tmp_path)
    assert own is None
    assert [table.rows for table in plumbed.tables] == [(("甲", ""), ("", "乙"))]
    document = read(data, tmp_path)
    assert [table.rows for table in document.tables] == [(("甲", ""), ("", "乙"))]
    assert sorted(document.text.split()) == ["乙", "外", "甲"]


def test_too_many_crossings_are_not_looked_at() -> None:
    flat = [(float(5 * place), 0.0, 2000.0) for place in range(400)]
    with pytest.raises(TooMany):
        grids_of(flat, flat)
    assert len(grids_of(flat[:40], flat[:40])) == 1


def assert_alike(own: PageTables, plumbed: PageTables) -> None:
    assert [table.rows for table in own.tables] == [table.rows for table in plumbed.tables]
    assert (own.between, own.cut) == (plumbed.between, plumbed.cut)
    for table, other in zip(own.tables, plumbed.tables, strict=True):
        assert table.inside == other.inside
        assert table.box == pytest.approx(other.box, abs=0.5)
        for row, other_row in zip(table.boxes, other.boxes, strict=True):
            for box, other_box in zip(row, other_row, strict=True):
                assert box == (other_box and pytest.approx(other_box, abs=0.5))
