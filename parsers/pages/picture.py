"""A page as a picture, and how its pixels stand to the page's points."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from parsers.pages.source import PageUnreadable

Picture = npt.NDArray[np.uint8]
"""Height × width × 3 of uint8, BGR, white where the page is empty."""

POINTS_PER_INCH = 72.0


def picture_dpi(picture: Picture, size: tuple[float, float]) -> float:
    """Pixels to the inch of a rendered page of `size` (points): less than what was asked for
    where the limit of pixels or the file's own resolution held it down."""
    return float(picture.shape[1] * POINTS_PER_INCH / size[0])


def pixel_size(
    number: int, size: tuple[float, float], dpi: float, max_pixels: int
) -> tuple[int, int]:
    """Width and height in pixels of a page of `size` (points), the dpi lowered to the limit.

    Raises: PageUnreadable where the page has no area.
    """
    width, height = size
    if not (math.isfinite(width * height) and width > 0 and height > 0):
        raise PageUnreadable("scan.no_size", pages=str(number))
    scale = min(dpi / POINTS_PER_INCH, math.sqrt(max_pixels / (width * height)))
    # A page one point high and a mile wide still gets a row of pixels, within the limit.
    across = min(max(int(width * scale), 1), max_pixels)
    down = min(max(int(height * scale), 1), max(max_pixels // across, 1))
    return across, down
