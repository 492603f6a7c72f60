"""Text that stands in a file but that nobody sees on the page, told apart from the rest.

For formats that place every piece on paper; lengths are those of the format, boxes x0, y0, x1,
y1 with y downwards or upwards as the caller pleases.
"""

from __future__ import annotations

from collections.abc import Sequence

Area = Sequence[float]

TINY_POINTS = 2.0
"""Nobody reads letters of this height, in points."""
WHITE = 245
"""A colour all of whose parts are at least this is paper."""
FAINT_ALPHA = 12
_INSIDE = 0.9
"""So much of a piece has to lie under what covers it."""


def is_white(colour: Sequence[int]) -> bool:
    return min(colour) >= WHITE


def is_faint(alpha: int) -> bool:
    """alpha: 0 to 255."""
    return alpha <= FAINT_ALPHA


def lies_in(piece: Area, cover: Area) -> bool:
    """Whether next to all of the piece lies in the other."""
    width = min(piece[2], cover[2]) - max(piece[0], cover[0])
    height = min(piece[3], cover[3]) - max(piece[1], cover[1])
    if width <= 0 or height <= 0:
        return False
    whole = (piece[2] - piece[0]) * (piece[3] - piece[1])
    return width * height >= _INSIDE * whole


def lies_off(piece: Area, page: Area) -> bool:
    """Whether the piece's middle is not on the page."""
    x, y = (piece[0] + piece[2]) / 2, (piece[1] + piece[3]) / 2
    return not (page[0] <= x <= page[2] and page[1] <= y <= page[3])
