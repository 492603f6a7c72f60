"""Parts of one seal on consecutive pages are known to belong together."""

from __future__ import annotations

from model.document import Seal
from model.over_edges import over_edges
from parsers.seals import find_seals
from tests.builders.scanner import scanned
from tests.builders.seal_pages import paper
from tests.builders.seals import draw_over_edges, pixels

WIDTH, HEIGHT = 595.0, 842.0
SIZES = dict.fromkeys(range(1, 9), (WIDTH, HEIGHT))


def _part(page: int, side: str, y: float = 300.0, ink: str = "red", kind: str = "part") -> Seal:
    x0, x1 = (0.0, 60.0) if side == "left" else (WIDTH - 60, WIDTH)
    return Seal(page, (x0, y, x1, y + 120), kind, confidence=0.5, ink=ink)


def _goes_on(*seals: Seal) -> list[bool]:
    return [seal.over_edge for seal in over_edges(seals, SIZES)]


def test_halves_at_facing_edges() -> None:
    assert _goes_on(_part(1, "right"), _part(2, "left")) == [True, False]
    assert _goes_on(_part(2, "left"), _part(1, "right")) == [False, True]


def test_strips_at_one_edge_of_many_pages() -> None:
    assert _goes_on(*(_part(page, "right") for page in (1, 2, 3, 4))) == [True, True, True, False]


def test_what_does_not_belong_together() -> None:
    assert not any(_goes_on(_part(1, "right"), _part(3, "left")))
    assert not any(_goes_on(_part(1, "right"), _part(2, "left", y=600)))
    assert not any(_goes_on(_part(1, "right"), _part(2, "left", ink="blue")))
    assert not any(_goes_on(_part(1, "right", kind="round"), _part(2, "left")))
    assert not any(_goes_on(_part(1, "right")))


def test_that_there_is_another_part_makes_both_surer() -> None:
    alone = over_edges([_part(1, "right")], SIZES)
    together = over_edges([_part(1, "right"), _part(2, "left")], SIZES)
    assert [seal.confidence for seal in alone] == [0.5]
    assert [seal.confidence for seal in together] == [0.85, 0.85]


def test_as_found_on_scans() -> None:
    dpi = 100.0
    pages = [paper(dpi, seed) for seed in (1, 2)]
    draw_over_edges(pages, y=500, diameter=pixels(44, dpi))
    seals = []
    for number, page in enumerate(pages, 1):
        (found,) = find_seals(scanned(page, number, skew=0.3 * number), dpi).seals
        x0, y0, x1, y1 = (one * 72 / dpi for one in found.box)
        seals.append(Seal(number, (x0, y0, x1, y1), found.kind, confidence=found.confidence))
    size = (pages[0].shape[1] * 72 / dpi, pages[0].shape[0] * 72 / dpi)
    joined = over_edges(seals, {1: size, 2: size})
    assert [seal.over_edge for seal in joined] == [True, False]
