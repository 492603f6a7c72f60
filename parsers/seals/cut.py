"""Cutting a seal out of its page."""

from __future__ import annotations

import numpy as np

from parsers.seals.found import FoundSeal, Picture

MARGIN = 0.06
"""Of the seal's longer side, on each side."""


def cut_out(picture: Picture, seal: FoundSeal) -> Picture:
    """The seal with a little of the page around it, as an array of its own."""
    x0, y0, x1, y1 = seal.box
    margin = MARGIN * max(x1 - x0, y1 - y0)
    height, width = picture.shape[:2]
    left, top = max(int(x0 - margin), 0), max(int(y0 - margin), 0)
    right = min(int(np.ceil(x1 + margin)), width)
    bottom = min(int(np.ceil(y1 + margin)), height)
    return picture[top:bottom, left:right].copy()
