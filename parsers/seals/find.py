"""Where the seals of a page are.

The page's ink is parted into groups that stand alone; one that is an oval or a square seal as it
stands is taken. In what is left rings vote for their centres, so that seals over one another,
over red text or cut by the page's edge are found too. Every outline is pulled onto its ring and
then judged by what is in and around it.

Residual risks: a round mark with letters along a thin ring, of a seal's size and colour, is taken
for a seal; a seal of which less than a sixth shows is not found.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from parsers.seals.blobs import blobs
from parsers.seals.circles import rings
from parsers.seals.features import Features, features
from parsers.seals.found import Ellipse, FoundSeal, Map, Picture, SealsFound
from parsers.seals.ink import Inks, inks, is_grey
from parsers.seals.judge import confidence
from parsers.seals.outline import polar, refined
from parsers.seals.squares import square_confidence
from parsers.seals.strips import strips

ROUND_MM = (15.7, 31.0)
"""Half of the diameter of round seals (GB/T 33481 allows 42 to 58 mm, offices have smaller ones;
marks of letterheads are smaller still);
of an oval, of the circle of the same area."""
SQUARE_MM = (13.0, 46.0)
_UNSURE = 0.62
"""The share of the picture that a photographed page takes up at least."""
_GAP_MM = 2.4
_LEAST_INK = 120
_ROUNDNESS = 0.87
_FAINT, _BROKEN = 0.1, 0.7
"""A ring lighter than this, or with less of it there, is for a person to look at."""
_FAINT_CONFIDENCE = 0.55
_OVAL_LEAST = 0.5
_MOST_OUTLINES = 12
_MOSTLY = 0.75
_ALONE = 0.96
"""From here on a group is one seal; a doubtful one may be two that touch."""


def find_seals(picture: Picture, dpi: float) -> SealsFound:
    """All seals in red or blue ink; dpi: 0 where it is not known, as of a photograph."""
    if is_grey(picture):
        return SealsFound((), colour=False)
    page = inks(picture, dpi)
    found = [
        _in_picture(one, page.scale, picture.shape)
        for name in page.maps
        for one in _of_one_ink(page, name)
    ]
    return SealsFound(tuple(sorted(found, key=lambda one: (one.box[1], one.box[0]))), colour=True)


def _of_one_ink(page: Inks, name: str) -> list[FoundSeal]:
    ink, raw = page.maps[name], page.raw[name]
    if int((ink > 0.5).sum()) < _LEAST_INK:
        return []
    low, high = (bound * page.per_mm for bound in ROUND_MM)
    low *= 1.0 if page.sure else _UNSURE
    found: list[FoundSeal] = []
    rest = ink.copy()
    for blob in blobs(ink, _GAP_MM * page.per_mm, low * 0.6):
        seal = None
        side = max(blob.rectangle[1]) / page.per_mm
        if SQUARE_MM[0] * (1 if page.sure else _UNSURE) <= side <= SQUARE_MM[1]:
            sure = square_confidence(ink, raw, blob)
            if sure:
                seal = _square(blob.rectangle, name, sure)
        if seal is None and low * 0.9 <= blob.ellipse.size <= high * 1.1:
            seal = _judged(page, name, refined(ink, blob.ellipse), (low, high))
        if seal is not None:
            found.append(seal)
            if seal.confidence >= _ALONE:
                x, y, wide, tall = blob.box
                rest[y : y + tall, x : x + wide] = 0
    if int((rest > 0.5).sum()) >= _LEAST_INK:
        found.extend(_rings_in(page, name, rest, (low, high)))
    if page.sure:
        found.extend(strips(ink, page.per_mm, name))
    return _distinct(found)


def _rings_in(page: Inks, name: str, rest: Map, bounds: tuple[float, float]) -> list[FoundSeal]:
    ink = page.maps[name]
    guesses = [(_coverage(ink, one), one) for one in rings(rest, *bounds)]
    guesses = sorted((one for one in guesses if one[0] > 0.45), key=lambda one: -one[0])
    outlines = (refined(ink, one) for _, one in guesses[:_MOST_OUTLINES])
    judged = (_judged(page, name, one, bounds) for one in outlines)
    return [one for one in judged if one is not None]


_NEAR = np.linspace(0.92, 1.08, 7, dtype=np.float32)


def _coverage(ink: Map, guess: Ellipse) -> float:
    """Share of the visible outline near which there is ink."""
    grid = polar(ink, guess, _NEAR, 120)
    seen = (grid >= 0).any(axis=0)
    return float((grid.max(axis=0) > 0.5)[seen].mean()) if seen.sum() >= 15 else 0.0


def _judged(
    page: Inks, name: str, outline: Ellipse, bounds: tuple[float, float]
) -> FoundSeal | None:
    if not bounds[0] <= outline.size <= bounds[1] or outline.b < outline.a * _OVAL_LEAST:
        return None
    seen = features(page, page.maps[name], page.raw[name], outline)
    sure = confidence(seen)
    if not sure:
        return None
    return _sealed(page, name, outline, seen, sure)


def _sealed(page: Inks, name: str, outline: Ellipse, seen: Features, sure: float) -> FoundSeal:
    height, width = page.maps[name].shape
    x0, y0, x1, y1 = outline.box()
    cut = {"left": -x0, "top": -y0, "right": x1 - width, "bottom": y1 - height}
    edge = max(cut, key=lambda side: cut[side])
    is_cut = cut[edge] > 0.12 * outline.size
    faint = seen.heavy < _FAINT or seen.ring < _BROKEN
    kind = "round" if outline.b >= outline.a * _ROUNDNESS else "oval"
    return FoundSeal(
        box=(max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height))),
        kind="part" if is_cut else kind,
        ink=name,
        confidence=min(sure, _FAINT_CONFIDENCE) if faint else sure,
        ellipse=outline,
        faint=faint,
        edge=edge if is_cut else "",
    )


def _square(
    rectangle: tuple[tuple[float, float], tuple[float, float], float], name: str, sure: float
) -> FoundSeal:
    (x, y), (wide, high), angle = rectangle
    outline = Ellipse(x, y, wide / 2, high / 2, angle)
    turn = np.radians(angle)
    across = float(abs(wide * np.cos(turn)) + abs(high * np.sin(turn))) / 2
    down = float(abs(wide * np.sin(turn)) + abs(high * np.cos(turn))) / 2
    return FoundSeal((x - across, y - down, x + across, y + down), "square", name, sure, outline)


def _distinct(found: Iterable[FoundSeal]) -> list[FoundSeal]:
    """Without second outlines of one seal; the surer one stays."""
    kept: list[FoundSeal] = []
    for one in sorted(found, key=lambda one: -one.confidence):
        if not any(_same(one.ellipse, other.ellipse) or _nested(one, other) for other in kept):
            kept.append(one)
    return kept


def _nested(one: FoundSeal, surer: FoundSeal) -> bool:
    """Whether the first is drawn around several seals, of which one is known, or within one; a
    square one does stand within a round one now and then."""
    x0, y0 = max(one.box[0], surer.box[0]), max(one.box[1], surer.box[1])
    x1, y1 = min(one.box[2], surer.box[2]), min(one.box[3], surer.box[3])
    common = max(x1 - x0, 0.0) * max(y1 - y0, 0.0)
    own, other = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one.box, surer.box))
    return common > _MOSTLY * other or (one.kind != "square" and common > _MOSTLY * own)


def _same(one: Ellipse, other: Ellipse) -> bool:
    return float(np.hypot(one.x - other.x, one.y - other.y)) < 0.4 * max(one.size, other.size)


def _in_picture(seal: FoundSeal, scale: float, shape: tuple[int, ...]) -> FoundSeal:
    """From the working resolution to the picture's."""
    x0, y0, x1, y1 = (one / scale for one in seal.box)
    height, width = shape[:2]
    return FoundSeal(
        box=(max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height))),
        kind=seal.kind,
        ink=seal.ink,
        confidence=seal.confidence,
        ellipse=seal.ellipse.scaled(1 / scale),
        faint=seal.faint,
        edge=seal.edge,
    )
