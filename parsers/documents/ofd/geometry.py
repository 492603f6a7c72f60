"""Numbers, matrices and paths as OFD writes them. Lengths are millimetres, y grows downwards.

Source: GB/T 33190-2016, 7.3 (basic types), 8.5 (matrices), 9.1 (abbreviated paths), 11.3 (deltas
between characters).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

Point = tuple[float, float]
BoxMm = tuple[float, float, float, float]
"""x0, y0, x1, y1 in millimetres of the page."""
Matrix = tuple[float, float, float, float, float, float]
MM_TO_POINTS = 72 / 25.4
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_FAR = 1e6
"""Millimetres; a place beyond is no place on paper."""
_CURVE_STEPS = 8
_ARITY = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def number(text: str | None, default: float = 0.0) -> float:
    """A finite number, or the default for anything else."""
    try:
        value = float(text or "")
    except ValueError:
        return default
    return value if abs(value) < _FAR else default


def numbers(text: str | None, count: int) -> tuple[float, ...] | None:
    """Exactly so many finite numbers; None where the text is something else."""
    try:
        values = tuple(float(word) for word in (text or "").split(None, count)[:count])
    except ValueError:
        return None
    return values if len(values) == count and all(abs(value) < _FAR for value in values) else None


def matrix(text: str | None) -> Matrix:
    """A CTM; the identity where there is none or it makes no sense."""
    values = numbers(text, 6)
    return (*values,) if values else IDENTITY  # type: ignore[return-value]


def combined(outer: Matrix, inner: Matrix) -> Matrix:
    """The matrix that does the inner one first."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def placed(by: Matrix, x: float, y: float) -> Point:
    return by[0] * x + by[2] * y + by[4], by[1] * x + by[3] * y + by[5]


def scale_of(by: Matrix) -> tuple[float, float]:
    """By how much it stretches along x and along y."""
    return math.hypot(by[0], by[1]), math.hypot(by[2], by[3])


def deltas(text: str | None, count: int) -> list[float]:
    """The steps between `count` + 1 characters; "g 3 2.5" stands for "2.5 2.5 2.5" (11.3)."""
    steps: list[float] = []
    words = iter((text or "").split(None, 4 * count + 4)[: 4 * count + 3])
    for word in words:
        if len(steps) >= count:
            break
        if word == "g":
            repeated, step = next(words, ""), number(next(words, ""))
            times = min(max(int(repeated), 0), count) if repeated.isdecimal() else 0
            steps += [step] * times
        else:
            steps.append(number(word))
    return steps[:count]


def subpaths(data: str, most_points: int) -> Iterator[list[Point]]:
    """The lines of one abbreviated path, curves as short straight pieces.

    Stops without a word at `most_points` and at what is no path.
    """
    words = data.split(None, 8 * most_points)
    current: list[Point] = []
    place = points = 0
    while place < len(words) and points < most_points:
        command = words[place]
        arity = _ARITY.get(command)
        values = numbers(" ".join(words[place + 1 : place + 1 + (arity or 0)]), arity or 0)
        if arity is None or values is None:
            break
        place += 1 + arity
        if command in "MS":
            if len(current) > 1:
                yield current
            current = [(values[0], values[1])]
        elif not current:
            break
        elif command == "C":
            current.append(current[0])
            yield current
            current = [current[0]]
        else:
            current += _drawn(command, current[-1], values)
        points += _CURVE_STEPS if command in "QBA" else 1
    if len(current) > 1:
        yield current


def _drawn(command: str, start: Point, values: tuple[float, ...]) -> list[Point]:
    end = (values[-2], values[-1])
    if command == "L":
        return [end]
    if command == "A":
        return _arc(start, end, values)
    controls = [start, *zip(values[::2], values[1::2], strict=True)]
    points: list[Point] = []
    for step in range(1, _CURVE_STEPS + 1):
        at = step / _CURVE_STEPS
        line = controls
        while len(line) > 1:
            line = [
                (x0 + (x1 - x0) * at, y0 + (y1 - y0) * at) for (x0, y0), (x1, y1) in pairwise(line)
            ]
        points.append(line[0])
    return points


def _arc(start: Point, end: Point, values: tuple[float, ...]) -> list[Point]:
    """An elliptical arc from end to end, as SVG has it (SVG 1.1, F.6.5)."""
    rx, ry, turn, large, sweep = abs(values[0]), abs(values[1]), *values[2:5]
    if not rx or not ry or start == end:
        return [end]
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * half_x + sin * half_y, cos * half_y - sin * half_x
    grow = math.sqrt(max((x / rx) ** 2 + (y / ry) ** 2, 1.0))
    rx, ry = rx * grow, ry * grow
    below = (rx * y) ** 2 + (ry * x) ** 2
    factor = math.sqrt(max((rx * ry) ** 2 - below, 0.0) / below) if below else 0.0
    factor = factor if bool(large) != bool(sweep) else -factor
    cx, cy = factor * rx * y / ry, -factor * ry * x / rx
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    span = math.atan2((-y - cy) / ry, (-x - cx) / rx) - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    points: list[Point] = []
    for step in range(1, _CURVE_STEPS):
        angle = first + span * step / _CURVE_STEPS
        px, py = rx * math.cos(angle) + cx, ry * math.sin(angle) + cy
        points.append((
            cos * px - sin * py + (start[0] + end[0]) / 2,
            sin * px + cos * py + (start[1] + end[1]) / 2,
        ))  # fmt: skip
    return [*points, end]
