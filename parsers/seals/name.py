"""Reading the name that runs along a seal's ring.

The ring of letters is unrolled from the gap at its lower side clockwise into one line, upright,
which the engine for lines of text can read. Each attempt unrolls another band or another view of
the ink; the best is kept. Real names come out with a wrong letter now and then: compare them
tolerantly (`model.likeness`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from parsers.seals.found import Ellipse, FoundSeal, Map, Picture
from parsers.seals.outline import polar

_TURN = 720
_LETTERS = (0.70, 0.84)
"""Where a circle meets the letters of the name, not the code outside them, not the line below."""
_LEAST_GAP = 22.0
"""Degrees; between two letters of a name there is less."""
_EDGE = 8.0
"""Degrees of the gap kept at either end of the line."""
_HEIGHT = 56
_BANDS = ((0.56, 0.93), (0.60, 0.96), (0.52, 0.90))
_TRIED = (
    (_BANDS[0], 1.0, 0), (_BANDS[0], 1.4, 0), (_BANDS[1], 1.0, 1), (_BANDS[1], 1.2, 2),
    (_BANDS[2], 1.0, 0), (_BANDS[1], 1.6, 1),
)  # fmt: skip
"""Band, stretch (letters on a seal are narrower than those of print), view of the ink."""
_SURE = 0.97
_OF_PRINT = 0.26
"""So dark in the ink's own channel is black print, not the ink."""
_ENDS = (
    "公司",
    "集团",
    "合作社",
    "研究院",
    "研究所",
    "大学",
    "学院",
    "医院",
    "协会",
    "中心",
    "厂",
    "院",
    "所",
)
_NO_NAME = re.compile(r"[^\u3400-\u9fff（）()A-Za-z0-9·]")
_TAIL = re.compile(r"^[\dA-Za-z]{3,}|[\dA-Za-z]{3,}$")
"""What is left of the code at the ends."""

Line = npt.NDArray[np.float32]


class Reader(Protocol):
    """What reads one line: parsers.ocr.engine.TextEngine."""

    def strip(self, picture: Picture) -> tuple[str, float]: ...


def read_name(picture: Picture, seal: FoundSeal, engine: Reader) -> tuple[str, float]:
    """The name on the ring and how surely it was read (0 to 1); "" where there is none, as on a
    square seal.

    picture: the page, at the resolution in which the seal was found; 200 dpi and more read best.
    """
    if seal.kind == "square":
        return "", 0.0
    best = ("", 0.0)
    best_merit = 0.0
    for line in _attempts(picture, seal):
        text, confidence = engine.strip(line)
        name = _TAIL.sub("", _NO_NAME.sub("", text))
        whole = name.endswith(_ENDS)
        # A letter too many costs less than one that was left out.
        merit = (confidence - 0.6) * len(name) + (0.5 if whole else 0.0)
        if len(name) >= 2 and merit > best_merit:
            best, best_merit = (name, round(float(confidence), 3)), merit
        if whole and confidence >= _SURE:
            break
    return best


def _attempts(picture: Picture, seal: FoundSeal) -> Iterator[Picture]:
    """Unrolled lines, the likeliest first."""
    part, outline = _part(picture, seal)
    views = _views(part, seal.ink)
    arc = _arc_of_name(views[1], outline)
    for band, stretch, view in _TRIED:
        line = _unrolled(views[view], outline, band, arc, stretch)
        grey = (255 - 255 * np.clip(line, 0, 1)).astype(np.uint8)
        yield np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def _part(picture: Picture, seal: FoundSeal) -> tuple[Picture, Ellipse]:
    """The picture around the seal, and its outline there."""
    x0, y0, x1, y1 = (int(one) for one in seal.box)
    margin = int(0.1 * max(x1 - x0, y1 - y0)) + 4
    left, top = max(x0 - margin, 0), max(y0 - margin, 0)
    outline = seal.ellipse
    moved = Ellipse(outline.x - left, outline.y - top, outline.a, outline.b, outline.angle)
    return picture[top : y1 + margin, left : x1 + margin], moved


def _views(part: Picture, ink: str) -> tuple[Map, Map, Map]:
    """The ink by its darkness but by its colour where there is black print; by its colour; by its
    darkness. Darkness is the sharper one: JPEG keeps colour at half the size.
    """
    shares = part.astype(np.float32)
    white = np.percentile(part[::2, ::2].reshape(-1, 3), 92, axis=0).clip(60).astype(np.float32)
    blue, green, red = cv2.split(np.minimum(shares / white, 1.0).astype(np.float32))
    colour = red - (green + blue) / 2 if ink == "red" else (blue * 2 - red - green) / 2
    dark, print_ = (1 - green, 1 - red) if ink == "red" else (1 - red, 1 - blue)
    by_colour = _stretched(cv2.GaussianBlur(colour, (0, 0), 0.7))
    by_dark = _stretched(dark)
    bare = np.clip(1 - (print_ - _OF_PRINT) / 0.15, 0, 1)
    mixed = by_dark * bare + by_colour * (1 - bare)
    return np.asarray(mixed, np.float32), by_colour, by_dark


def _stretched(view: Line) -> Map:
    """From paper 0 to full ink 1."""
    low, high = np.percentile(view, (40, 97))
    spread = max(float(high - low), 0.03)
    return np.asarray(np.clip((view - low - 0.12 * spread) / (0.8 * spread), 0, 1), np.float32)


def _arc_of_name(view: Map, outline: Ellipse) -> tuple[float, float]:
    """First and last degree of the name, clockwise from the long axis: all but the widest gap."""
    radii = np.linspace(*_LETTERS, 8, dtype=np.float32)
    grid = polar(view, outline, radii, _TURN)
    seen = (grid >= 0).mean(axis=0) > 0.5
    inked = ((grid > 0.45).mean(axis=0) > 0.2) & seen
    # Specks that stand alone are no letters.
    inked = np.convolve(np.concatenate([inked[-4:], inked, inked[:4]]), np.ones(9), "valid") >= 3
    inked &= seen
    places = np.flatnonzero(inked)
    if places.size < 20:
        return -225.0 - outline.angle, 45.0 - outline.angle
    gaps = np.diff(np.append(places, places[0] + _TURN))
    widest = int(gaps.argmax())
    degree = 360.0 / _TURN
    if gaps[widest] * degree < _LEAST_GAP:
        return 90.0 - outline.angle, 450.0 - outline.angle
    first = float(places[(widest + 1) % places.size]) * degree
    last = float(places[widest]) * degree
    if last < first:
        last += 360
    return first - _EDGE, last + _EDGE


def _unrolled(
    view: Map,
    outline: Ellipse,
    band: tuple[float, float],
    arc: tuple[float, float],
    stretch: float,
) -> Line:
    """The band as a line of letters, their tops outward."""
    middle = (band[0] + band[1]) / 2 * outline.size
    tall = (band[1] - band[0]) * outline.b
    scale = _HEIGHT / tall
    turns = np.radians(np.linspace(arc[0], arc[1], 720))
    steps = np.hypot(outline.a * np.sin(turns), outline.b * np.cos(turns)) / outline.size
    length = np.concatenate([[0], np.cumsum((steps[1:] + steps[:-1]) / 2)])
    width = int(np.clip(middle * np.radians(arc[1] - arc[0]) * scale * stretch, 32, 2400))
    turn = np.interp(np.linspace(0, length[-1], width), length, turns)
    # The inside of the ring stays as wide all around, also of an oval.
    inward = (np.linspace(1 - band[1], 1 - band[0], _HEIGHT) * outline.b)[:, None]
    nx, ny = np.cos(turn) / outline.a, np.sin(turn) / outline.b
    norm = np.hypot(nx, ny)
    xs = outline.a * np.cos(turn) - inward * nx / norm
    ys = outline.b * np.sin(turn) - inward * ny / norm
    lean = np.radians(outline.angle)
    map_x = outline.x + xs * np.cos(lean) - ys * np.sin(lean)
    map_y = outline.y + xs * np.sin(lean) + ys * np.cos(lean)
    line = cv2.remap(
        view, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT, borderValue=0,
    )  # fmt: skip
    return np.asarray(np.pad(line, ((6, 6), (10, 10))), np.float32)
