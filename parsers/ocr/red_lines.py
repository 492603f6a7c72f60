"""Lines written in red (红头: the issuer's name at the head of an official letter), which the
reading without red ink leaves out.

They are told from seals by their shape: a band much wider than high. Residual risks: single red
words and red handwriting are left out.
"""

from __future__ import annotations

import re

import cv2
import numpy as np
import numpy.typing as npt

from parsers.ocr.engine import TextEngine
from parsers.ocr.places import Cutting, read
from parsers.ocr.written import Written

Grey = npt.NDArray[np.uint8]

_SCALE = 0.25
_INK = 150
_SPACING_INCHES = 0.5
"""Letters of a red head stand so far apart at most."""
_HEIGHT_INCHES = (0.1, 1.1)
_LEAST_INCHES = 1.0
_WIDER = 3.2
_FILL = (0.06, 0.75)
_SURE = 0.8
_MOST = 40
_CHINESE = re.compile("[\u4e00-\u9fff].*[\u4e00-\u9fff]")


def red_lines(red: Grey, dpi: float, engine: TextEngine) -> list[Written]:
    """Lines of red ink. red: that ink alone, dark on white, straightened."""
    small = cv2.resize(red, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_AREA)
    ink = (small < _INK).astype(np.uint8)
    reach = max(int(_SPACING_INCHES * dpi * _SCALE), 3)
    bands = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(bands)
    found: list[Cutting] = []
    for number, (x, y, wide, tall, _area) in enumerate(stats[1:], 1):
        inches = tall / _SCALE / dpi
        low, high = _HEIGHT_INCHES
        if not low <= inches <= high or wide < _WIDER * tall:
            continue
        if wide < _LEAST_INCHES * dpi * _SCALE:
            continue
        here = labels[y : y + tall, x : x + wide] == number
        fill = float((ink[y : y + tall, x : x + wide] & here).mean())
        if _FILL[0] <= fill <= _FILL[1]:
            found.append(_cutting(red, (x, y, wide, tall)))
    read_lines = read(found[:_MOST], engine)
    return [line for line in read_lines if line.confidence >= _SURE and _CHINESE.search(line.text)]


def _cutting(red: Grey, place: tuple[int, int, int, int]) -> Cutting:
    """The band from the full picture with a little white around it."""
    x, y, wide, tall = (int(side / _SCALE) for side in place)
    margin = max(int(0.12 * tall), 4)
    x0, y0 = max(x - margin, 0), max(y - margin, 0)
    band = red[y0 : y + tall + margin, x0 : x + wide + margin]
    height, width = band.shape
    picture = np.asarray(cv2.merge([band, band, band]), np.uint8)
    return Cutting((float(x0), float(y0), float(x0 + width), float(y0 + height)), picture)
