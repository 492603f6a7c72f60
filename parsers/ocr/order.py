"""Reading order: pages in columns told from rows that merely stand apart.

Columns are text that fills them: on both sides of an empty gutter at least a few lines, most of
them as wide as their side. Labels and values that stand apart do not fill theirs, and are read
row by row. What lies across the gutter (a title, a table) parts the page into stretches.

Residual risks: columns of very short lines (a list of names) are read row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from model.document import Box
from parsers.ocr.written import Written, usual_size

_LEAST_LINES = 4
_FILLED = 0.7
_LEAST_WIDTH = 9.0
"""A column is at least so many letters wide."""
_GUTTER = 0.8
"""Letters that a gutter is wide at least."""
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of one column, or of the whole width, that are read before what follows; or the
    place of one table (its index), with no lines."""

    lines: tuple[Written, ...] = ()
    table: int | None = None


def stretches(lines: Sequence[Written], tables: Sequence[Box]) -> list[Stretch]:
    """The page in reading order. tables: their boxes, which the lines do not lie in."""
    items: list[tuple[Box, Written | int]] = [(line.box, line) for line in lines]
    items += [(box, number) for number, box in enumerate(tables)]
    return _ordered(items, usual_size(lines), 0)


_Item = tuple[Box, Written | int]


def _ordered(items: list[_Item], size: float, depth: int) -> list[Stretch]:
    gutter = _gutter(items, size) if depth < _DEEPEST else None
    if gutter is None:
        return _by_rows(items)
    across = sorted((item for item in items if _crosses(item, gutter)), key=lambda item: item[0][1])
    sides = [item for item in items if not _crosses(item, gutter)]
    found: list[Stretch] = []
    for number in range(len(across) + 1):
        lower = across[number][0][1] if number < len(across) else float("inf")
        here = [item for item in sides if (item[0][1] + item[0][3]) / 2 < lower]
        sides = [item for item in sides if (item[0][1] + item[0][3]) / 2 >= lower]
        left = [item for item in here if item[0][2] <= gutter[1]]
        right = [item for item in here if item[0][2] > gutter[1]]
        if _is_column(left, size) and _is_column(right, size) and _beside(left, right):
            found += _ordered(left, size, depth + 1) + _ordered(right, size, depth + 1)
        else:
            found += _by_rows(here)
        if number < len(across):
            found += _by_rows([across[number]])
    return _merged(found)


def _gutter(items: list[_Item], size: float) -> tuple[float, float] | None:
    """The upright strip near the middle that the fewest items lie across, if any is worth it."""
    lines = [box for box, what in items if isinstance(what, Written)]
    if len(lines) < 2 * _LEAST_LINES:
        return None
    x0, x1 = min(box[0] for box in lines), max(box[2] for box in lines)
    half = _GUTTER * size / 2
    best: tuple[float, tuple[float, float]] | None = None
    for step in range(25, 76):
        middle = x0 + (x1 - x0) * step / 100
        strip = (middle - half, middle + half)
        crossing = sum(box[0] < strip[1] and box[2] > strip[0] for box in lines)
        left = sum(box[2] <= strip[0] for box in lines)
        right = len(lines) - crossing - left
        if min(left, right) < _LEAST_LINES:
            continue
        # Of strips alike, the one nearest to the middle of the gap between the two sides.
        cost = crossing + abs(left - right) * 1e-3
        if best is None or cost < best[0]:
            best = (cost, strip)
    return best[1] if best is not None and best[0] <= 0.5 * len(lines) else None


def _crosses(item: _Item, gutter: tuple[float, float]) -> bool:
    box, what = item
    if not isinstance(what, Written):
        return True
    return box[0] < gutter[1] and box[2] > gutter[0]


def _is_column(items: list[_Item], size: float) -> bool:
    boxes = [box for box, _ in items]
    if len(boxes) < _LEAST_LINES:
        return False
    width = max(box[2] for box in boxes) - min(box[0] for box in boxes)
    return (
        width >= _LEAST_WIDTH * size and median(box[2] - box[0] for box in boxes) >= _FILLED * width
    )


def _beside(left: list[_Item], right: list[_Item]) -> bool:
    tops = max(min(box[1] for box, _ in side) for side in (left, right))
    ends = min(max(box[3] for box, _ in side) for side in (left, right))
    return ends > tops


def _by_rows(items: list[_Item]) -> list[Stretch]:
    found: list[Stretch] = []
    lines: list[Written] = []
    for _box, what in sorted(items, key=lambda item: item[0][1]):
        if isinstance(what, Written):
            lines.append(what)
            continue
        if lines:
            found.append(Stretch(tuple(lines)))
            lines = []
        found.append(Stretch(table=what))
    return [*found, Stretch(tuple(lines))] if lines else found


def _merged(found: list[Stretch]) -> list[Stretch]:
    return [one for one in found if one.lines or one.table is not None]
