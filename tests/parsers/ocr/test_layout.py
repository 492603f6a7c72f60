"""What is made of lines and of ruling lines, without reading anything."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from model.document import BlockKind
from parsers.ocr.geometry import corners_of, moved, rotate, turn
from parsers.ocr.order import stretches
from parsers.ocr.paragraphs import pieces
from parsers.ocr.rules import find_grids
from parsers.ocr.sheet import find_sheet
from parsers.ocr.skew import find_skew
from parsers.ocr.stacked import side_by_side
from parsers.ocr.tables import fill_grid
from parsers.ocr.written import Written, joined
from tests.builders.scanner import camera_matrix, photographed
from tests.builders.scans import scan_page


def line(text: str, x: float, y: float, size: float = 30, wide: float | None = None) -> Written:
    """A line whose upper left corner is at x, y, a letter as wide as it is high."""
    return Written(text, 0.99, (x, y, x + (wide or len(text) * size), y + size), size)


def said(lines: list[Written], tables: tuple[tuple[float, float, float, float], ...] = ()) -> str:
    """The page in reading order, stretches apart by a stroke."""
    told = []
    for stretch in stretches(lines, tables):
        if stretch.table is not None:
            told.append(f"<{stretch.table}>")
        else:
            told.append("".join(piece.text for piece in pieces(stretch.lines, 30)))
    return "|".join(told)


def test_two_columns_are_read_one_after_the_other_below_what_lies_across() -> None:
    lines = [line("一个横跨两栏的标题一个横跨两栏的标题", 300, 100)]
    for row in range(6):
        y = 200.0 + row * 50 + (row % 2)
        lines.append(line(f"左{row}" + "文" * 16, 100, y))
        lines.append(line(f"右{row}" + "字" * 16, 720, y + 7))
    text = said(lines)
    places = [text.index(f"{side}{row}") for side in "左右" for row in range(6)]
    assert places == sorted(places)
    assert text.startswith("一个横跨")


def test_labels_and_values_that_stand_apart_are_read_by_rows() -> None:
    lines = []
    for row, (label, value) in enumerate(
        [("企业名称", "某某机械"), ("联系人", "王建国"), ("手机", "13800000000"),
         ("传真", "0531-1"), ("电子邮箱", "a@163.com"), ("所属行业", "通用设备制造业")]
    ):  # fmt: skip
        lines += [line(label, 150, 200 + row * 60), line(value, 800, 203 + row * 60)]
    text = said(lines)
    assert text.index("某某机械") < text.index("联系人") < text.index("王建国") < text.index("手机")


def test_a_table_stands_where_it_is() -> None:
    lines = [line("表前的一段话", 100, 100), line("表后的一段话", 100, 900)]
    assert said(lines, ((100, 200, 1500, 800),)) == "表前的一段话|<0>|表后的一段话"


def test_paragraphs_and_headings_by_where_lines_begin_and_end() -> None:
    lines = [
        line("标题", 500, 50, size=50),
        line("首行缩进的第一段话写得很长很长", 160, 150, wide=1340),
        line("第二行写满", 100, 200, wide=1400),
        line("末行。", 100, 250),
        line("第二段也缩进而且写满一整行", 160, 300, wide=1340),
        line("接着写完。", 100, 350, wide=1390),
    ]
    made = [(piece.kind, piece.text) for piece in pieces(lines, 30)]
    assert made == [
        (BlockKind.HEADING, "标题"),
        (BlockKind.PARAGRAPH, "首行缩进的第一段话写得很长很长第二行写满末行。"),
        (BlockKind.PARAGRAPH, "第二段也缩进而且写满一整行接着写完。"),
    ]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (["质量", "标杆"], "质量标杆"),
        (["Total Quality", "Management"], "Total Quality Management"),
        (["zhiliang@16", "3.com"], "zhiliang@163.com"),
        (["0531-", "88886666"], "0531-88886666"),
        (["共有GB", "19580标准"], "共有GB 19580标准"),
    ],
)
def test_lines_of_one_paragraph_run_on(rows: list[str], text: str) -> None:
    assert joined(rows) == text


def grid_picture() -> np.ndarray:
    """Three rows, three columns; the first cell over two columns, the last column over two rows;
    an underline and letters beside it."""
    page = np.full((1000, 1200), 250, np.uint8)
    xs, ys = (100, 400, 700, 1100), (100, 250, 400, 700)
    for y, x0, x1 in ((100, 100, 1100), (250, 100, 1100), (400, 100, 700), (700, 100, 1100)):
        cv2.line(page, (x0, y), (x1, y), 30, 3)
    for x, y0, y1 in ((100, 100, 700), (400, 250, 700), (700, 100, 700), (1100, 100, 700)):
        cv2.line(page, (x, y0), (x, y1), 30, 3)
    cv2.line(page, (300, 850), (900, 850), 30, 3)
    cv2.rectangle(page, (450, 880), (480, 960), 30, 3)
    assert len(xs) == len(ys)
    return page


def test_a_ruled_table_with_merged_cells() -> None:
    (grid,) = find_grids(grid_picture(), 200)
    assert (grid.rows, grid.columns) == (3, 3)
    assert [(cell.row, cell.column, cell.down, cell.across) for cell in grid.cells] == [
        (0, 0, 1, 2), (0, 2, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1), (1, 2, 2, 1), (2, 0, 1, 1),
        (2, 1, 1, 1),
    ]  # fmt: skip
    lines = [
        line("企业名称", 120, 150), line("备注", 900, 450), line("电话", 110, 300),
        line("0531-", 420, 290), line("8888", 420, 330), line("表外", 450, 900),
    ]  # fmt: skip
    table, outside = fill_grid(grid, lines)
    assert table.rows == (("企业名称", "", ""), ("电话", "0531-8888", "备注"), ("", "", ""))
    assert [one.text for one in outside] == ["表外"]


def test_a_frame_around_the_page_is_no_table() -> None:
    page = np.full((1000, 1200), 250, np.uint8)
    cv2.rectangle(page, (50, 50), (1150, 950), 30, 3)
    assert find_grids(page, 200) == []


@pytest.mark.parametrize("degrees", [-7.0, -1.3, 0.0, 0.4, 2.6])
def test_slope_of_lines(degrees: float) -> None:
    page, _ = scan_page("text", 5, medium="plain")
    sloping, _ = rotate(page[:, :, 2], degrees)
    assert find_skew(sloping) == pytest.approx(-degrees, abs=0.11)


def test_an_empty_page_has_no_slope() -> None:
    assert find_skew(np.full((2339, 1654), 250, np.uint8)) == 0.0


def test_places_are_found_again_after_turning() -> None:
    page = np.full((300, 200, 3), 255, np.uint8)
    page[50:60, 20:40] = 0
    for degrees in (0, 90, 180, 270):
        made, matrix = turn(page, degrees)
        x0, y0, x1, y1 = (
            min(x for x, _ in moved(corners_of((20, 50, 40, 60)), matrix)),
            min(y for _, y in moved(corners_of((20, 50, 40, 60)), matrix)),
            max(x for x, _ in moved(corners_of((20, 50, 40, 60)), matrix)),
            max(y for _, y in moved(corners_of((20, 50, 40, 60)), matrix)),
        )
        assert made[round(y0) : round(y1), round(x0) : round(x1)].max() == 0
        assert (made == 0).sum() == (page == 0).sum()


def test_the_sheet_in_a_photograph_and_none_in_a_scan() -> None:
    page, _ = scan_page("form", 6, medium="plain")
    height, width = page.shape[:2]
    true = moved(corners_of((0, 0, width, height)), camera_matrix(page, 6))
    found = find_sheet(photographed(page, 6))
    assert found is not None
    assert np.abs(np.array(found) - np.array(true)).max() < 15
    assert find_sheet(scan_page("form", 6)[0]) is None


def test_letters_below_each_other_are_laid_side_by_side() -> None:
    tall = np.full((300, 50, 3), 250, np.uint8)
    for number in range(4):
        cv2.rectangle(tall, (8, 10 + number * 75), (42, 44 + number * 75), (20, 20, 20), -1)
    row = side_by_side(tall)
    assert row.shape == (50, 200, 3)
    inked = (row[:, :, 0] < 100).any(axis=0).reshape(4, 50).sum(axis=1)
    assert (inked == 35).all()
