"""By how much the lines of a page slope, from its rows of ink.

At the right angle the rows of writing and the white between them are most sharply apart: the sum
of squared steps of the row sums is greatest (Postl, 1988). Coarse steps first, then fine ones.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]

_LONG_SIDE = 800
"""Pixels at which the angle is looked for; at half of that, first of all."""
_FARTHEST = 15.0
_STEPS = (1.0, 0.2, 0.05)
_LEAST_INK = 0.001
_BLOCK = 25


def find_skew(grey: Grey) -> float:
    """Degrees by which the picture has to be turned clockwise; 0 where there is next to no ink."""
    scale = _LONG_SIDE / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = cv2.adaptiveThreshold(
        small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _BLOCK, 12
    )
    ink = np.asarray(dark, np.uint8)
    # What lies at the very edge is the scanner's shadow, not writing.
    edge = max(ink.shape[0] // 50, 1)
    ink[:edge] = ink[-edge:] = 0
    ink[:, :edge] = ink[:, -edge:] = 0
    if float(ink.mean()) / 255 < _LEAST_INK:
        return 0.0
    rough = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    coarse, fine, finest = _STEPS
    best = _best(np.asarray(rough, np.uint8), np.arange(-_FARTHEST, _FARTHEST + 0.01, coarse))
    best = _best(ink, np.arange(best - coarse, best + coarse + 0.01, fine))
    return round(_best(ink, np.arange(best - fine, best + fine + 0.01, finest)), 2)


def _best(ink: Grey, angles: npt.NDArray[np.float64]) -> float:
    return float(max(angles, key=lambda angle: (_sharpness(ink, float(angle)), -abs(angle))))


def _sharpness(ink: Grey, degrees: float) -> float:
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1)
    turned = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_NEAREST)
    rows = cv2.reduce(turned, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel().astype(np.float64)
    return float(np.square(np.diff(rows)).sum())
