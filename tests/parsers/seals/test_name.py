"""The name on a seal is read off its ring."""

from __future__ import annotations

import numpy as np
import pytest

from model.likeness import likeness
from parsers.ocr.engine import TextEngine, engine
from parsers.seals import FoundSeal, find_seals, read_name
from parsers.seals.name import Reader
from tests.builders.scanner import scanned
from tests.builders.seal_pages import paper
from tests.builders.seals import Picture, draw_seal, pixels

DPI = 200.0
NAME = "青岛海盛精密机械有限公司"


@pytest.fixture(scope="module")
def reader() -> TextEngine:
    return engine()


def _stamped(**how: object) -> tuple[Picture, FoundSeal]:
    page = paper(DPI, 4)
    size = pixels(42, DPI)
    draw_seal(page, centre=(800, 900), diameter=size, name=NAME, **how)  # type: ignore[arg-type]
    picture = scanned(page, 4)
    (seal,) = find_seals(picture, DPI).seals
    return picture, seal


@pytest.mark.parametrize(
    "how",
    [{}, {"angle": 25.0, "lower": "合同专用章"}, {"ink": "blue", "star": False}],
    ids=["plain", "turned", "blue"],
)
def test_a_round_seal(how: dict[str, object], reader: TextEngine) -> None:
    text, sure = read_name(*_stamped(**how), reader)
    assert likeness(text, NAME) >= 0.9
    assert sure > 0.8


def test_an_oval_seal(reader: TextEngine) -> None:
    text, _ = read_name(*_stamped(kind="oval", lower="发票专用章"), reader)
    assert likeness(text, NAME) >= 0.75


def test_a_square_one_has_no_ring(reader: TextEngine) -> None:
    page = paper(DPI, 4)
    draw_seal(page, centre=(800, 900), diameter=170, kind="square", name="张伟之印")
    picture = scanned(page, 4)
    (seal,) = find_seals(picture, DPI).seals
    assert read_name(picture, seal, reader) == ("", 0.0)


class Recorder:
    """Says these texts one after another and keeps what it was shown."""

    def __init__(self, *texts: tuple[str, float]) -> None:
        self.texts = list(texts)
        self.lines: list[Picture] = []

    def strip(self, picture: Picture) -> tuple[str, float]:
        self.lines.append(picture)
        return self.texts.pop(0) if self.texts else ("", 0.0)


def test_the_best_attempt_is_kept_and_a_sure_one_ends_it() -> None:
    picture, seal = _stamped()
    tries = Recorder(("青岛海盛", 0.99), ("3702青岛海盛精密机械有限公司", 0.98), ("别的公司", 1.0))
    talker: Reader = tries
    assert read_name(picture, seal, talker) == (NAME, 0.98)
    assert len(tries.lines) == 2
    assert all(line.dtype == np.uint8 and line.shape[1] > 5 * line.shape[0] for line in tries.lines)


def test_nothing_read_is_nothing() -> None:
    assert read_name(*_stamped(), Recorder()) == ("", 0.0)
