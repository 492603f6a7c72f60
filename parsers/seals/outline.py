"""Sampling a map along ellipses, and pulling a guessed ellipse onto the ring that is there."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from parsers.seals.found import Ellipse, Map

ANGLES = 240
Grid = npt.NDArray[np.float32]
"""Radii × angles; -1 outside the picture."""


@lru_cache(maxsize=8)
def _turns(count: int) -> npt.NDArray[np.float32]:
    turn = np.arange(count, dtype=np.float32) * np.float32(2 * np.pi / count)
    return np.stack([np.cos(turn), np.sin(turn)])


def polar(ink: Map, ellipse: Ellipse, radii: npt.NDArray[np.float32], count: int = ANGLES) -> Grid:
    """The map along ellipses of these shares of the outline; the angle grows clockwise from the
    long axis."""
    unit = _turns(count)
    lean = np.radians(ellipse.angle)
    cos, sin = np.float32(np.cos(lean)), np.float32(np.sin(lean))
    ux, uy = unit[0] * np.float32(ellipse.a), unit[1] * np.float32(ellipse.b)
    dx, dy = ux * cos - uy * sin, ux * sin + uy * cos
    xs = np.float32(ellipse.x) + radii[:, None] * dx
    ys = np.float32(ellipse.y) + radii[:, None] * dy
    grid = cv2.remap(
        ink, xs.astype(np.float32), ys.astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=-1,
    )  # fmt: skip
    return np.asarray(grid, np.float32)


def refined(ink: Map, guess: Ellipse, *, rounds: int = 3, round_only: bool = False) -> Ellipse:
    """The guess pulled onto the outermost line of ink near it, as an ellipse where enough of it
    lies on the picture, as a circle where not."""
    ellipse = guess
    reach = 0.14
    for _ in range(rounds):
        step = max(0.8 / ellipse.size, 0.006)
        radii = np.arange(1 - reach, 1 + reach * 0.8, step, dtype=np.float32)
        grid = polar(ink, ellipse, radii)
        # Over three samples across: a line beats a speck.
        soft = cv2.blur(grid, (5, 3), borderType=cv2.BORDER_REPLICATE)
        # Of two lines the one nearer to the guess, and of two as near the outer one.
        weight = 1 - 0.35 * np.abs(radii - 1.0)[:, None] / reach
        scored = soft * weight
        best = scored.argmax(axis=0)
        strong = scored.max(axis=0) > 0.35
        if strong.sum() < ANGLES * 0.12:
            return ellipse
        points = _points(ellipse, radii[best], strong)
        fitted = _fit(points, strong, round_only=round_only)
        if fitted is None or not 0.75 < fitted.size / guess.size < 1.3:
            return ellipse
        ellipse = fitted
        reach = max(reach * 0.5, 0.05)
    return ellipse


def _points(
    ellipse: Ellipse, radii: npt.NDArray[np.float32], strong: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    unit = _turns(ANGLES)
    lean = np.radians(ellipse.angle)
    ux, uy = unit[0] * radii * ellipse.a, unit[1] * radii * ellipse.b
    xs = ellipse.x + ux * np.cos(lean) - uy * np.sin(lean)
    ys = ellipse.y + ux * np.sin(lean) + uy * np.cos(lean)
    return np.stack([xs, ys], axis=1)[strong].astype(np.float32)


def _fit(
    points: npt.NDArray[np.float32], strong: npt.NDArray[np.bool_], *, round_only: bool
) -> Ellipse | None:
    """Least squares, once more without what lies far off."""
    widest_gap = _widest_gap(strong)
    for again in range(2):
        if len(points) < 12:
            return None
        as_circle = round_only or widest_gap > 0.3
        ellipse = _circle(points) if as_circle else _ellipse(points)
        if ellipse is None or again:
            return ellipse
        off = np.abs(_off(points, ellipse))
        points = points[off <= max(2.5 * float(np.median(off)), 0.02)]
    return None


def _widest_gap(strong: npt.NDArray[np.bool_]) -> float:
    """The longest run of angles without a point, as a share of the whole turn."""
    there = np.flatnonzero(strong)
    gaps = np.diff(np.append(there, there[0] + strong.size))
    return float(gaps.max() / strong.size)


def _ellipse(points: npt.NDArray[np.float32]) -> Ellipse | None:
    (x, y), (wide, high), angle = cv2.fitEllipseDirect(points)
    if not all(np.isfinite((x, y, wide, high, angle))) or min(wide, high) < 4:
        return None
    if high > wide:
        wide, high, angle = high, wide, angle + 90
    return Ellipse(x, y, wide / 2, high / 2, (angle + 90) % 180 - 90)


def _circle(points: npt.NDArray[np.float32]) -> Ellipse | None:
    centre = points.mean(axis=0)
    around = (points - centre).astype(np.float64)
    system = np.column_stack([2 * around, np.ones(len(around))])
    answer, *_ = np.linalg.lstsq(system, (around**2).sum(axis=1), rcond=None)
    square = answer[2] + answer[0] ** 2 + answer[1] ** 2
    if not np.isfinite(square) or square <= 16:
        return None
    radius = float(np.sqrt(square))
    return Ellipse(float(answer[0] + centre[0]), float(answer[1] + centre[1]), radius, radius)


def _off(points: npt.NDArray[np.float32], ellipse: Ellipse) -> npt.NDArray[np.float64]:
    """How far each point lies from the outline, as a share of its radius there."""
    lean = np.radians(ellipse.angle)
    dx, dy = points[:, 0] - ellipse.x, points[:, 1] - ellipse.y
    u = (dx * np.cos(lean) + dy * np.sin(lean)) / ellipse.a
    v = (-dx * np.sin(lean) + dy * np.cos(lean)) / ellipse.b
    return np.asarray(np.hypot(u, v) - 1, np.float64)
