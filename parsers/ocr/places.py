"""Where the lines of an upright page stand: found, cut at the walls of cells, read.

The detector joins what stands near: two cells of a row in one box. Such a box is cut at the wall
before it is read, so that this costs nothing. A cell in which it saw nothing, though there is
ink, is read as it is: single figures are often overlooked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from model.document import Box
from parsers.ocr.engine import DETECTOR_SIDE, Place, TextEngine, Told
from parsers.ocr.geometry import box_around
from parsers.ocr.rules import Cell, Grid
from parsers.ocr.stacked import side_by_side
from parsers.ocr.written import Written
from parsers.pages.picture import Picture

Grey = npt.NDArray[np.uint8]

LEAST_CONFIDENCE = 0.5
_A4_LONG_INCHES = 297 / 25.4
_LARGEST_SIDE = 1600
_TALL = 1.5
_MARGIN = 0.75
"""Letters' share of a detector box's height."""
_ROW_INK = 0.025
"""Share of a row of pixels that is dark where letters stand."""
_MAX_SPARE_CELLS = 400


@dataclass(frozen=True, slots=True)
class Cutting:
    """What is to be read as one line. down: letters below each other, already laid in a row.
    told: what it says, where that is known already."""

    box: Box
    picture: Picture
    down: bool = False
    told: Told | None = None


def find_places(grey: Grey, dpi: float, engine: TextEngine) -> list[Place]:
    """Where lines stand; larger sheets are looked at in proportion."""
    inches = max(grey.shape) / dpi
    side = int(DETECTOR_SIDE * min(max(inches / _A4_LONG_INCHES, 1.0), 2.0))
    return engine.places(_three(grey), min(side, _LARGEST_SIDE))


def cuttings(
    places: Sequence[Place], known: Mapping[int, Told], grids: Sequence[Grid], grey: Grey
) -> list[Cutting]:
    """One cutting for each line, at most one cell wide. known: what was read of some already,
    by their place in `places`."""
    usual = median(_height(place) for place in places) if places else 0.0
    made: list[Cutting] = []
    for number, place in enumerate(places):
        box = box_around(place.quad)
        parts = _parts(box, grids)
        if parts:
            made += [Cutting(part, _cut(grey, part)) for part in parts]
        elif _height(place) >= _TALL * (box[2] - box[0]):
            upright = _cut(grey, box)
            stacked = _height(place) > 1.7 * usual
            made.append(Cutting(box, side_by_side(upright) if stacked else upright, stacked))
        else:
            made.append(Cutting(box, place.cutting, told=known.get(number)))
    return made


def spare_cuttings(lines: Iterable[Written], grids: Sequence[Grid], grey: Grey) -> list[Cutting]:
    """The cells with ink that no line was found in."""
    middles = np.array([line.middle for line in lines]).reshape(-1, 2)
    made: list[Cutting] = []
    for grid in grids:
        for cell in grid.cells:
            x0, y0, x1, y1 = cell.box
            inside = (middles > (x0, y0)).all(axis=1) & (middles < (x1, y1)).all(axis=1)
            if not inside.any():
                box = _ink_box(grey, cell)
                if box is not None and len(made) < _MAX_SPARE_CELLS:
                    made.append(Cutting(box, _cut(grey, box)))
    return made


def read(cut: Sequence[Cutting], engine: TextEngine) -> list[Written]:
    """The cuttings as read, those that say nothing left out; doubtful ones are kept."""
    unread = iter(engine.read([one.picture for one in cut if one.told is None]))
    told = [next(unread) if one.told is None else one.told for one in cut]
    return [
        Written(text.strip(), confidence, one.box, _size(one, text), one.down)
        for one, (text, confidence) in zip(cut, told, strict=True)
        if text.strip()
    ]


def _parts(box: Box, grids: Sequence[Grid]) -> list[Box]:
    """The pieces of a box that lie in different cells; () where it lies in one, or in none."""
    x0, y0, x1, y1 = box
    middle, size = (y0 + y1) / 2, (y1 - y0) * _MARGIN
    for grid in grids:
        if not grid.box[1] < middle < grid.box[3] or x1 < grid.box[0] or x0 > grid.box[2]:
            continue
        edges = sorted(
            (max(cell.box[0], x0), min(cell.box[2], x1))
            for cell in grid.cells
            if cell.box[1] < middle < cell.box[3]
        )
        inside = [(start, end) for start, end in edges if end - start > 0.45 * size]
        if len(inside) > 1:
            return [(start + 2, y0, end - 2, y1) for start, end in inside]
    return []


def _ink_box(grey: Grey, cell: Cell) -> Box | None:
    """The writing within one cell, away from its walls; None where there is next to no ink."""
    x0, y0, x1, y1 = (round(side) for side in cell.box)
    edge = max(int(0.02 * min(x1 - x0, y1 - y0)), 6)
    inner = grey[y0 + edge : y1 - edge, x0 + edge : x1 - edge]
    if inner.size == 0:
        return None
    dark = (cv2.medianBlur(np.ascontiguousarray(inner), 3) < 140).astype(np.uint8)
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not rows.size or dark.sum() < 25:
        return None
    top, bottom, left, right = rows[0], rows[-1], columns[0], columns[-1]
    if bottom - top < 8:
        return None
    pad = max(int(0.3 * (bottom - top)), 4)
    return (
        float(max(x0 + edge + left - pad, x0 + 2)), float(max(y0 + edge + top - pad, y0 + 2)),
        float(min(x0 + edge + right + pad, x1 - 2)), float(min(y0 + edge + bottom + pad, y1 - 2)),
    )  # fmt: skip


def _cut(grey: Grey, box: Box) -> Picture:
    height, width = grey.shape
    x0, y0 = max(int(box[0]), 0), max(int(box[1]), 0)
    x1, y1 = min(int(box[2] + 1), width), min(int(box[3] + 1), height)
    return _three(grey[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)])


def _three(grey: Grey) -> Picture:
    return np.asarray(cv2.merge([grey, grey, grey]), np.uint8)


def _height(place: Place) -> float:
    _, y0, _, y1 = box_around(place.quad)
    return y1 - y0


def _size(one: Cutting, text: str) -> float:
    """The height of the letters by their ink: the detector's boxes are too rough for that."""
    x0, y0, x1, y1 = one.box
    roughly = (x1 - x0 if one.down else y1 - y0) * _MARGIN
    if one.down:
        return roughly
    shade = one.picture[:, :, 0]
    dark = (shade < int(np.percentile(shade, 90)) - 70).mean(axis=1) > _ROW_INK
    inked = np.flatnonzero(dark)
    tall = float(inked[-1] - inked[0] + 1) if inked.size else roughly
    # Figures and capitals are lower than Chinese letters of the same size.
    full = any(letter >= "\u2e80" and letter not in "，。、；：" for letter in text)
    return tall / (0.92 if full else 0.75)
