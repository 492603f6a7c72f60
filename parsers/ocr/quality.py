"""What a picture of a page is worth: empty, blurred, dark.

The measures are taken on the page as it was rendered, cheaply.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from parsers.pages.picture import Picture

_SMALL_SIDE = 600
_EDGE = 0.03
"""Share of each side where scanners leave shadows and holes are punched."""
_DARKER = 38
_LEAST_PIXELS = 12
"""Dark pixels at the small size that make a page not empty: a page number alone has more."""
_DARK_PAPER = 105
_BLURRED = 90.0


def is_blank(picture: Picture) -> bool:
    """Whether nothing is written, drawn or stamped on it."""
    small = _small(picture)
    # The darkest channel: a red seal is as good as ink.
    shade = small.min(axis=2)
    high, wide = (max(int(side * _EDGE), 1) for side in shade.shape)
    inner = np.ascontiguousarray(shade[high:-high, wide:-wide])
    if not inner.size:
        return True
    paper = cv2.medianBlur(inner, 31).astype(np.int16)
    return int((paper - inner > _DARKER).sum()) < _LEAST_PIXELS


def is_dark(picture: Picture) -> bool:
    """Whether its paper is so dark that writing hardly stands out."""
    return float(np.percentile(_small(picture)[:, :, 1], 75)) < _DARK_PAPER


def is_blurred(grey: npt.NDArray[np.uint8]) -> bool:
    """Whether its letters have no edges: sharp print has black within three pixels of white."""
    high, wide = (max(int(side * _EDGE), 1) for side in grey.shape)
    inner = grey[high:-high, wide:-wide]
    if inner.shape[1] < 8 or not inner.size:
        return False
    steps = cv2.absdiff(inner[:, 3:], inner[:, :-3])
    return float(np.percentile(steps, 99.9)) < _BLURRED


def _small(picture: Picture) -> Picture:
    scale = min(_SMALL_SIDE / max(picture.shape[:2]), 1.0)
    return np.asarray(
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
