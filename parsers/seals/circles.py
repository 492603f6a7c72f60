"""Where rings may be: each edge of ink votes for the centres it may run around.

Both edges of a ring point at its centre, so a ring in pieces, one over another's, and one whose
centre lies beyond the page's edge all make a peak. Ovals are looked for by `blobs`.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from parsers.seals.found import Ellipse, Map

_MOST_POINTS = 7_000
_MOST_CENTRES = 10
_CELL = 2
"""Pixels of the map for one cell of the votes."""

Floats = npt.NDArray[np.float32]


def rings(ink: Map, least: float, most: float) -> list[Ellipse]:
    """Circles of a radius between least and most pixels, the likeliest first."""
    x, y, nx, ny = _edges(ink)
    if x.size < 30:
        return []
    votes, pad = _votes(ink.shape, x, y, nx, ny, least, most)
    return [
        Ellipse(cx, cy, radius, radius)
        for cx, cy in _peaks(votes, pad, least)
        for radius in _radii(cx, cy, x, y, nx, ny, least, most)
    ]


def _edges(ink: Map) -> tuple[Floats, Floats, Floats, Floats]:
    """Places of the edges and their directions as unit vectors."""
    soft = cv2.GaussianBlur(ink, (0, 0), 1.0)
    gx = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3)
    gy = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3)
    strength = cv2.magnitude(gx, gy)
    ys, xs = np.nonzero(strength > 0.6)
    if xs.size > _MOST_POINTS:
        # A prime step takes no account of rows.
        chosen = (np.arange(_MOST_POINTS, dtype=np.int64) * 7919) % xs.size
        ys, xs = ys[chosen], xs[chosen]
    length = strength[ys, xs]
    nx, ny = (np.asarray(one[ys, xs] / length, np.float32) for one in (gx, gy))
    return xs.astype(np.float32), ys.astype(np.float32), nx, ny


def _votes(
    shape: tuple[int, ...], x: Floats, y: Floats, nx: Floats, ny: Floats, least: float, most: float
) -> tuple[Floats, int]:
    pad = int(most)
    high, wide = (shape[0] + 2 * pad) // _CELL + 2, (shape[1] + 2 * pad) // _CELL + 2
    far = np.arange(least, most + 1, 1.5, dtype=np.float32)
    far = np.concatenate([far, -far])[:, None]
    cells_x = ((x + nx * far + pad) / _CELL).astype(np.int32)
    cells_y = ((y + ny * far + pad) / _CELL).astype(np.int32)
    inside = (cells_x >= 0) & (cells_y >= 0) & (cells_x < wide) & (cells_y < high)
    flat = (cells_y * wide + cells_x)[inside]
    counts = np.bincount(flat, minlength=high * wide).reshape(high, wide)
    return np.asarray(cv2.GaussianBlur(counts.astype(np.float32), (0, 0), 1.2), np.float32), pad


def _peaks(votes: Floats, pad: int, least: float) -> list[tuple[float, float]]:
    reach = int(least / _CELL / 2) | 1
    top = cv2.dilate(votes, np.ones((reach, reach), np.uint8))
    ys, xs = np.nonzero((votes >= top) & (votes > 6))
    order = np.argsort(-votes[ys, xs])[:_MOST_CENTRES]
    return [(float((xs[n] + 0.5) * _CELL - pad), float((ys[n] + 0.5) * _CELL - pad)) for n in order]


def _radii(
    cx: float, cy: float, x: Floats, y: Floats, nx: Floats, ny: Floats, least: float, most: float
) -> list[float]:
    """The one or two radii at which most of the circle is edge."""
    dx, dy = x - cx, y - cy
    far = np.hypot(dx, dy) + 1e-6
    along = np.abs(dx * nx + dy * ny) / far > 0.92
    near = along & (far > least * 0.9) & (far < most * 1.1)
    counts = np.bincount(far[near].astype(np.int32), minlength=int(most * 1.1) + 2)
    share = counts / (np.arange(counts.size) + 1.0)
    share = np.convolve(share, [0.5, 1, 1, 1, 0.5], "same")
    best = int(share.argmax())
    if share[best] <= 0:
        return []
    rest = share.copy()
    rest[max(best - 6, 0) : best + 7] = 0
    second = int(rest.argmax())
    return [float(best)] + ([float(second)] if rest[second] > share[best] * 0.6 else [])
