"""Which way up a page lies, by reading a few of its longest lines.

A page on its side shows tall boxes: the detector finds its lines all the same. Upside down they
are read, but with doubt. Only then is anything read twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from parsers.ocr.engine import Place, TextEngine, Told
from parsers.ocr.geometry import box_around
from parsers.pages.picture import Picture

_SAMPLE = 5
_TALL = 1.5
_MOST = 0.6
"""Share of the lines' length that has to be tall."""
_SURE, _BETTER = 0.86, 0.08


def turn_needed(places: Sequence[Place], engine: TextEngine) -> tuple[int, dict[int, Told]]:
    """Degrees clockwise by which the picture has to be turned to be read: 0, 90, 180 or 270.

    With it, where nothing has to be turned, the lines that were read, by their place in `places`.
    """
    sample = sorted(range(len(places)), key=lambda place: _length(places[place]), reverse=True)
    sample = sample[:_SAMPLE]
    if not sample:
        return 0, {}
    total = sum(_length(place) for place in places)
    tall = sum(_length(place) for place in places if _is_tall(place))
    on_side = tall > _MOST * total
    # The engine gives tall cuttings turned left by a quarter.
    sample = [place for place in sample if _is_tall(places[place]) == on_side]
    chosen = [places[place].cutting for place in sample]
    read = engine.read(chosen)
    known = dict(zip(sample, read, strict=True))
    first = _sureness(read)
    if not on_side and first >= _SURE:
        return 0, known
    other = _sureness(engine.read([_upside_down(cutting) for cutting in chosen]))
    if on_side:
        return (270 if first >= other else 90), {}
    return (180, {}) if other > first + _BETTER else (0, known)


def _sureness(read: Sequence[Told]) -> float:
    total = sum(len(text) for text, _ in read)
    return sum(sure * len(text) for text, sure in read) / total if total else 0.0


def _upside_down(cutting: Picture) -> Picture:
    return np.asarray(cv2.rotate(cutting, cv2.ROTATE_180), np.uint8)


def _sides(place: Place) -> tuple[float, float]:
    x0, y0, x1, y1 = box_around(place.quad)
    return x1 - x0, y1 - y0


def _length(place: Place) -> float:
    return max(_sides(place))


def _is_tall(place: Place) -> bool:
    across, down = _sides(place)
    return down >= _TALL * across
