"""Square seals: those of persons (法人章) and of some offices (财务专用章)."""

from __future__ import annotations

import cv2
import numpy as np

from parsers.seals.blobs import Blob
from parsers.seals.found import Map

_SIDE = 96
"""Pixels of the straightened square."""
_EDGE = 9
_MOST_OBLONG = 1.35
_LEAST_FRAME, _LEAST_SIDE = 0.72, 0.5
_LEAST_CORNERS = 0.85
"""Share of its rectangle that the hull takes up: of a circle it is 0.79."""
_FILLED = (0.1, 0.62)
_LEAST_STROKES, _LEAST_OF_BOTH = 1.5, 3.6


def square_confidence(ink: Map, raw: Map, blob: Blob) -> float:
    """0 where the blob is no square seal: a frame on four sides with letters in it."""
    (_, _), (wide, high), _ = blob.rectangle
    if max(wide, high) > _MOST_OBLONG * max(min(wide, high), 1.0):
        return 0.0
    if cv2.contourArea(blob.hull) < _LEAST_CORNERS * wide * high:
        return 0.0
    corners = cv2.boxPoints(blob.rectangle)
    target = np.array([[0, _SIDE - 1], [0, 0], [_SIDE - 1, 0], [_SIDE - 1, _SIDE - 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    flat = cv2.warpPerspective(ink, matrix, (_SIDE, _SIDE))
    measured = cv2.warpPerspective(raw, matrix, (_SIDE, _SIDE))
    heavy = float(np.percentile(measured[flat > 0.5], 75)) if (flat > 0.5).any() else 1.0
    inked = (flat > 0.4) & (measured > heavy * 0.4)
    sides = [
        inked[:_EDGE].any(axis=0).mean(), inked[-_EDGE:].any(axis=0).mean(),
        inked[:, :_EDGE].any(axis=1).mean(), inked[:, -_EDGE:].any(axis=1).mean(),
    ]  # fmt: skip
    inside = inked[_EDGE + 2 : -_EDGE - 2, _EDGE + 2 : -_EDGE - 2]
    filled = float(inside.mean())
    across = float((~inside[:, :-1] & inside[:, 1:]).sum(axis=1).mean())
    down = float((~inside[:-1] & inside[1:]).sum(axis=0).mean())
    if (
        np.mean(sides) < _LEAST_FRAME
        or min(sides) < _LEAST_SIDE
        or not _FILLED[0] <= filled <= _FILLED[1]
        or min(across, down) < _LEAST_STROKES
        or across + down < _LEAST_OF_BOTH
    ):
        return 0.0
    return round(float(0.4 + 0.5 * np.mean(sides)), 3)
