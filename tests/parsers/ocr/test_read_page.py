"""Pages as offices scan and photograph them, read by the engine itself."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from model.document import BlockKind
from parsers.ocr.engine import TextEngine, engine
from parsers.ocr.page import ReadPage, read_page
from tests.builders import red_marks
from tests.builders.scanner import scanned
from tests.builders.scans import DPI, scan_page


@pytest.fixture(scope="module")
def reader() -> TextEngine:
    return engine()


def plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(str.maketrans("“”‘’—–", "\"\"''--"))
    return re.sub(r"\s", "", folded)


def error_rate(truth: str, told: str) -> float:
    """Characters to be put in, taken out or changed, over those of the truth."""
    one, other = plain(truth), np.array([ord(letter) for letter in plain(told)])
    row = np.arange(len(other) + 1)
    steps = np.arange(len(other) + 1)
    for number, letter in enumerate(one, 1):
        change = np.minimum(row[1:] + 1, row[:-1] + (other != ord(letter)))
        row = np.minimum.accumulate(np.concatenate([[number], change]) - steps) + steps
    return float(row[-1]) / len(one)


def text_of(page: ReadPage) -> str:
    return "\n".join(block.text for block, _ in page.blocks)


def test_a_form_with_a_seal_over_it(reader: TextEngine) -> None:
    picture, truth = scan_page("form", 2, seal=True)
    page = read_page(picture, DPI, 1, reader)
    assert error_rate(truth.text, text_of(page)) <= 0.01
    (table,) = page.tables
    wrong = [
        (told, true)
        for told_row, true_row in zip(table.rows, truth.rows, strict=True)
        for told, true in zip(told_row, true_row, strict=True)
        if plain(told) != plain(true)
    ]
    assert len(wrong) <= 1
    (title, title_box), (block, box) = page.blocks
    assert (title.kind, block.kind) == (BlockKind.HEADING, BlockKind.TABLE)
    assert block.rows == table.rows
    assert block.method.startswith("ocr rapidocr")
    # The grid as it was drawn, in pixels, before the scanner laid it a little askew.
    assert box == pytest.approx((180, 328, 1474, 1744), abs=30)
    assert title_box[3] < box[1]
    assert page.confidence > 0.95


def test_a_photograph_of_a_letter(reader: TextEngine) -> None:
    picture, truth = scan_page("pledge", 3, medium="photo", seal=True)
    page = read_page(picture, DPI, 1, reader)
    assert page.upright.photo
    assert error_rate(truth.text, text_of(page)) <= 0.03


def test_a_page_that_lies_on_its_side(reader: TextEngine) -> None:
    picture, truth = scan_page("pledge", 4, turned=90)
    page = read_page(picture, DPI, 1, reader)
    assert page.upright.turned == 270
    assert error_rate(truth.text, text_of(page)) <= 0.01
    # On the page as it lies the title stands at the right-hand side, upright.
    x0, y0, x1, y1 = page.blocks[0][1]
    assert x0 > 0.75 * picture.shape[1]
    assert y1 - y0 > 2 * (x1 - x0)


def test_labels_written_downwards_on_a_page_upside_down(reader: TextEngine) -> None:
    picture, truth = scan_page("stacked", 5, turned=180)
    page = read_page(picture, DPI, 1, reader)
    assert page.upright.turned == 180
    (table,) = page.tables
    assert [tuple(map(plain, row)) for row in table.rows] == [
        tuple(map(plain, row)) for row in truth.rows
    ]


def test_the_red_head_of_an_official_letter_but_not_its_seal(reader: TextEngine) -> None:
    picture, _ = scan_page("pledge", 4, medium="plain", seal=True)
    red_marks.heading(picture, DPI, random.Random(3))
    page = read_page(scanned(picture, 5), DPI, 1, reader)
    first = page.blocks[0][0]
    assert (first.kind, first.text) == (BlockKind.HEADING, "青岛市质量协会文件")
    assert "精密机械" not in text_of(page)


def test_one_line_and_none(reader: TextEngine) -> None:
    picture, _ = scan_page("pledge", 6, medium="plain")
    text, sure = reader.strip(picture[320:410, 600:1050])
    assert text == "承诺书"
    assert sure > 0.9
    assert reader.lines(np.full((200, 300, 3), 255, np.uint8)) == []


def test_the_engine_asks_nobody_for_its_models() -> None:
    """Every way to the network is shut, and nothing is said on either stream."""
    script = (
        "import socket\n"
        "def shut(*_, **__): raise OSError('no network')\n"
        "socket.socket.connect = socket.getaddrinfo = shut\n"
        "import numpy\n"
        "from parsers.ocr.engine import engine\n"
        "engine().strip(numpy.full((48, 96, 3), 255, numpy.uint8))\n"
    )
    root = Path(sys.modules["parsers.ocr"].__path__[0]).parents[1]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
