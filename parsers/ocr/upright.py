"""A page made ready for reading: its sheet cut out of a photograph, turned, straightened, evenly
lit, without the ink of red seals."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from parsers.ocr.geometry import Matrix, rotate, turn, unmoved
from parsers.ocr.sheet import even_light, find_sheet, flat_sheet
from parsers.ocr.skew import find_skew
from parsers.pages.picture import Picture

Grey = npt.NDArray[np.uint8]

_A4_LONG_INCHES = 297 / 25.4
_READING_DPI = 205
_LEAST_SKEW = 0.1
"""Degrees below which straightening would only blur."""
_RED, _LEAST_RED = 50, 5e-4
"""How much redder than green and blue ink is, and the share of the page it is worth a look from."""


@dataclass(frozen=True, slots=True)
class Upright:
    """sheet: the flat sheet in colour, not straightened; on_sheet: from page pixels to its.

    grey: it straightened, without red ink; red: that ink alone, dark on white, None where there
    is next to none; matrix: from page pixels to theirs. turned: degrees clockwise. skew: degrees
    by which the sheet's lines sloped down to the right. photo: the sheet was found within a
    photograph. dpi: of all three.
    """

    sheet: Picture
    on_sheet: Matrix
    grey: Grey
    red: Grey | None
    matrix: Matrix
    turned: int
    skew: float
    photo: bool
    dpi: float


def stand_up(picture: Picture, dpi: float, turned: int = 0) -> Upright:
    """The page ready to be read. turned: degrees clockwise, where it is known to lie wrong."""
    sheet, on_sheet = turn(picture, turned)
    corners = find_sheet(sheet)
    if corners is not None:
        sheet, flattening = flat_sheet(sheet, corners, round(_A4_LONG_INCHES * _READING_DPI))
        on_sheet = flattening @ on_sheet
        dpi = max(sheet.shape[:2]) / _A4_LONG_INCHES
    elif dpi > 1.2 * _READING_DPI:
        scale = _READING_DPI / dpi
        sheet = np.asarray(
            cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
        on_sheet = np.diag([scale, scale, 1.0]) @ on_sheet
        dpi = _READING_DPI
    without, red = _parted(sheet)
    grey = even_light(without)
    skew = find_skew(grey)
    straightening = unmoved()
    if abs(skew) >= _LEAST_SKEW:
        grey, straightening = rotate(grey, skew)
        red = rotate(red, skew)[0] if red is not None else None
    matrix = straightening @ on_sheet
    photo = corners is not None
    return Upright(sheet, on_sheet, grey, red, matrix, turned, -skew, photo, dpi)


def _parted(picture: Picture) -> tuple[Grey, Grey | None]:
    """The page without its red ink, and that ink alone, dark on white.

    Red ink is nearly as light as paper in the red channel, and is made lighter yet by how red it
    is: black letters under a seal stay, the letters of the seal go.
    """
    blue, green, red = cv2.split(picture)
    redness = cv2.subtract(red, cv2.max(blue, green))
    without = np.asarray(cv2.add(red, redness), np.uint8)
    if np.count_nonzero(redness > _RED) < _LEAST_RED * redness.size:
        return without, None
    return without, np.asarray(cv2.bitwise_not(cv2.add(redness, redness)), np.uint8)
