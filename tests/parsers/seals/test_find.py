"""Seals are found where they were stamped, and nothing that is only red is taken for one."""

from __future__ import annotations

import random

import numpy as np
import pytest

from parsers.seals import FoundSeal, SealsFound, cut_out, find_seals
from tests.builders.red_marks import DISTRACTORS
from tests.builders.scanner import grey, photographed, scanned
from tests.builders.seal_cases import SealPage, distractor_page, grey_page, seal_page
from tests.builders.seal_pages import paper
from tests.builders.seals import Picture, draw_seal, pixels

DPI = 150.0
SIZE = pixels(42, DPI)


def _page(seed: int = 3) -> Picture:
    return paper(DPI, seed)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if min(wide, high) <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide * high / (areas - wide * high)


def _check(page: SealPage, found: SealsFound) -> list[FoundSeal]:
    """Every seal of the page found once and nothing else; in the order of the truths."""
    assert found.colour
    assert len(found.seals) == len(page.boxes)
    in_order = [max(found.seals, key=lambda seal: _overlap(seal.box, box)) for box in page.boxes]
    assert all(
        _overlap(seal.box, box) > 0.75 for seal, box in zip(in_order, page.boxes, strict=True)
    )
    return in_order


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("kind", "shape", "ink"),
    [
        ("normal", "round", "red"),
        ("over_text", "round", "red"),
        ("blue", "round", "blue"),
        ("oval", "oval", "red"),
        ("square", "square", "red"),
        ("half", "part", "red"),
    ],
)
def test_one_seal_of_a_kind(kind: str, shape: str, ink: str, seed: int) -> None:
    page = seal_page(kind, seed)
    (seal,) = _check(page, find_seals(page.picture, page.dpi))
    assert (seal.kind, seal.ink) == (shape, ink)
    assert seal.confidence > 0.6
    assert bool(seal.edge) == (shape == "part")


@pytest.mark.parametrize("seed", [1, 3])
def test_several_on_a_page_and_over_one_another(seed: int) -> None:
    page = seal_page("several", seed)
    _check(page, find_seals(page.picture, page.dpi))


def test_faint_ink_is_found_and_hardly_any_is_doubtful() -> None:
    page = _page()
    draw_seal(page, centre=(400, 600), diameter=SIZE, strength=0.3, noise=0.3)
    draw_seal(page, centre=(800, 1300), diameter=SIZE, strength=0.2, noise=0.2)
    faint, hardly = find_seals(scanned(page, 1), DPI).seals
    assert not faint.faint
    assert hardly.faint
    assert hardly.confidence < 0.6 < faint.confidence


def test_its_outline_and_cutting() -> None:
    page = _page()
    truth = draw_seal(page, centre=(700, 900), diameter=SIZE, angle=10)
    picture = scanned(page, 2, skew=0.0)
    (seal,) = find_seals(picture, DPI).seals
    assert np.hypot(seal.ellipse.x - 700, seal.ellipse.y - 900) < 4
    assert seal.ellipse.a == pytest.approx(SIZE / 2, rel=0.05)
    cutting = cut_out(picture, seal)
    assert SIZE < cutting.shape[0] < SIZE * 1.3
    assert SIZE < cutting.shape[1] < SIZE * 1.3
    cutting[:] = 0
    assert picture[900, 700].any(), "the cutting is an array of its own"
    assert truth.visible == 1


def test_a_photograph_of_a_page_needs_no_dpi() -> None:
    page = _page(5)
    draw_seal(page, centre=(800, 1200), diameter=SIZE)
    (seal,) = find_seals(photographed(page, 5), 0.0).seals
    assert seal.kind == "round"


def test_at_the_edge_it_says_which() -> None:
    width = _page().shape[1]
    for x, edge in ((0, "left"), (width, "right")):
        page = _page()
        draw_seal(page, centre=(x, 800), diameter=SIZE)
        (seal,) = find_seals(scanned(page, 1, skew=0.2), DPI).seals
        assert (seal.kind, seal.edge) == ("part", edge)
        assert 0 <= seal.box[0] < seal.box[2] <= width


@pytest.mark.parametrize("seed", [4, 8])
def test_a_narrow_strip_of_a_fanned_seal(seed: int) -> None:
    page = seal_page("strip", seed)
    (seal,) = find_seals(page.picture, page.dpi).seals
    assert (seal.kind, seal.edge) == ("part", "right")
    assert _overlap(seal.box, page.boxes[0]) > 0.5


@pytest.mark.parametrize("kind", sorted(DISTRACTORS))
def test_what_is_red_and_no_seal(kind: str) -> None:
    for seed in (1, 2):
        page = distractor_page(seed, kind)
        assert find_seals(page.picture, page.dpi).seals == ()


def test_a_seal_beside_red_things_is_found_alone() -> None:
    page = _page(9)
    chance = random.Random(9)
    for kind in ("heading", "red_rules", "fingerprint"):
        DISTRACTORS[kind](page, DPI, chance)
    truth = draw_seal(page, centre=(500, 1500), diameter=SIZE)
    (seal,) = find_seals(scanned(page, 9, skew=0.0), DPI).seals
    assert _overlap(seal.box, truth.box) > 0.8


@pytest.mark.parametrize("seed", [0, 1])
def test_of_a_grey_page_nothing_is_said(seed: int) -> None:
    page = grey_page(seed)
    assert find_seals(page.picture, page.dpi) == SealsFound((), colour=False)


def test_a_colour_scan_of_black_print_is_in_colour() -> None:
    assert find_seals(scanned(_page(), 4), DPI) == SealsFound((), colour=True)
    assert not find_seals(grey(_page()), DPI).colour


@pytest.mark.parametrize("shape", [(1, 1), (9, 2000), (2000, 9), (40, 40)])
def test_pictures_of_odd_shapes(shape: tuple[int, int]) -> None:
    red = np.zeros((*shape, 3), np.uint8)
    red[..., 2] = 200
    red[: shape[0] // 2] = 255
    assert find_seals(red, 200).seals == ()
    assert find_seals(red, 0).seals == ()
