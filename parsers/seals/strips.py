"""Strips of a seal at a page's side: one of many pages that were fanned out and stamped (骑缝章).

Such a strip may be narrower than the ring's arc needs to tell its centre: it is known by ink of
several pieces that reaches the edge over the height of a seal and not far into the page.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from parsers.seals.found import Ellipse, FoundSeal, Map

_BAND_MM, _GAP_MM, _DEEP_GAP_MM = 4.0, 28.0, 3.0
"""Between the letters at the top of a ring and those at its bottom a strip may be bare."""
_LENGTH_MM, _DEPTH_MM = (18.0, 62.0), (2.5, 32.0)
_LEAST_PIECES = 3
_INKED = (0.04, 0.5)
_SOLID_MM = 6.5
"""More than the middle of a seal's star: a picture's coloured part."""
_CONFIDENCE = 0.5
"""Red letters cut by the edge look much the same."""

Flags = npt.NDArray[np.bool_]


def strips(ink: Map, per_mm: float, name: str) -> list[FoundSeal]:
    """Those at the left and the right edge."""
    found = []
    for edge in ("left", "right"):
        from_edge = _from_edge(ink, edge)
        rows = _any(from_edge[:, : max(round(_BAND_MM * per_mm), 2)], 1)
        for first, last in _runs(rows, _GAP_MM * per_mm):
            length = (last - first) / per_mm
            part = from_edge[first:last]
            depth = _depth(_any(part, 0), per_mm)
            piece = part[:, :depth]
            if not (
                _LENGTH_MM[0] <= length <= _LENGTH_MM[1]
                and _DEPTH_MM[0] <= depth / per_mm <= min(_DEPTH_MM[1], 0.8 * length)
                and _pieces(rows[first:last]) >= _LEAST_PIECES
                and _INKED[0] <= float(piece.mean()) <= _INKED[1]
                and not _solid(piece, _SOLID_MM * per_mm)
            ):
                continue
            width, radius = ink.shape[1], (last - first) / 2
            x0, x1 = (0, depth) if edge == "left" else (width - depth, width)
            centre = 0.0 if edge == "left" else float(width)
            outline = Ellipse(centre, (first + last) / 2, radius, radius)
            box = (float(x0), float(first), float(x1), float(last))
            found.append(FoundSeal(box, "part", name, _CONFIDENCE, outline, edge=edge))
    return found


def _from_edge(ink: Map, edge: str) -> Flags:
    """The ink as seen from that edge, its column first."""
    return np.asarray((ink if edge == "left" else ink[:, ::-1]) > 0.5, np.bool_)


def _any(flags: Flags, axis: int) -> Flags:
    return np.asarray(flags.any(axis=axis), np.bool_)


def _runs(flags: Flags, gap: float) -> list[tuple[int, int]]:
    """Stretches of ink with no gap wider than that; first and one past the last."""
    places = np.flatnonzero(flags)
    if not places.size:
        return []
    parts = np.split(places, np.flatnonzero(np.diff(places) > gap) + 1)
    return [(int(part[0]), int(part[-1]) + 1) for part in parts]


def _depth(columns: Flags, per_mm: float) -> int:
    """How far the ink at the edge reaches into the page."""
    first, last = next(iter(_runs(columns, _DEEP_GAP_MM * per_mm)), (0, 0))
    return last if first <= _BAND_MM * per_mm else 0


def _solid(piece: Flags, side: float) -> bool:
    """Whether a square of that side is all ink."""
    kernel = np.ones((max(round(side), 1),) * 2, np.uint8)
    left = cv2.erode(piece.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return bool(left.any())


def _pieces(rows: Flags) -> int:
    return int((~rows[:-1] & rows[1:]).sum()) + int(rows[0])
