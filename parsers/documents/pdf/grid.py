"""Grids out of ruling lines: lines that are nearly one are joined, four that meet make a cell.

The steps and distances are those of pdfplumber, which is the other reader of tables here, so that
both say the same, but that dots are joined to lines first. Points from the upper left corner.

Residual risks: a line of dots that lie farther apart than they may, 3 points, is none; nor is a
grid closed by lines that were left open at its sides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model.document import Box
from parsers.documents.pdf.rules import Rule

_NEAR = 3.0
_SAME = 0.5
"""Points: lines so near stand in one place, and were drawn in one."""
_MAX_POINTS = 20_000
_MAX_STEPS = 400_000

Point = tuple[int, int]
"""Numbers of a column and of a row of crossings."""
Crossings = dict[Point, tuple[frozenset[int], frozenset[int]]]
"""The upright and the flat lines that meet there, by their numbers."""


class TooMany(Exception):
    """More lines meet than can be looked at."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells that touch. rows: a merged cell stands once, None in the other places."""

    rows: tuple[tuple[Box | None, ...], ...]
    box: Box


def grids_of(flat: Sequence[Rule], upright: Sequence[Rule]) -> list[Grid]:
    """The grids of more than one cell, from top to bottom.

    Raises: TooMany.
    """
    flat, upright = (_joined(_joined(rules, _SAME), _NEAR) for rules in (flat, upright))
    ys = sorted({rule[0] for rule in flat})
    xs = sorted({rule[0] for rule in upright})
    cells = _cells(_crossings(flat, upright, xs, ys))
    grids = [_grid(group, xs, ys) for group in _groups(cells) if len(group) > 1]
    return sorted(grids, key=lambda grid: (grid.box[1], grid.box[0]))


def _joined(rules: Sequence[Rule], near: float) -> list[Rule]:
    """Lines near each other are one place, and pieces of one line that touch are one piece.

    What is still no line then is left out: the first time, with the places of a dotted line's
    dots along the other axis, which would make one place of all lines that it crosses.
    """
    joined: list[Rule] = []
    for cluster in _clusters(sorted(rules), near):
        place = sum(rule[0] for rule in cluster) / len(cluster)
        pieces: list[list[float]] = []
        for start, end in sorted((rule[1], rule[2]) for rule in cluster):
            if pieces and start <= pieces[-1][1] + _NEAR:
                pieces[-1][1] = max(pieces[-1][1], end)
            else:
                pieces.append([start, end])
        joined += [(place, start, end) for start, end in pieces if end - start >= _NEAR]
    return joined


def _clusters(rules: Iterable[Rule], near: float) -> list[list[Rule]]:
    clusters: list[list[Rule]] = []
    for rule in rules:
        if clusters and rule[0] <= clusters[-1][-1][0] + near:
            clusters[-1].append(rule)
        else:
            clusters.append([rule])
    return clusters


def _crossings(
    flat: Sequence[Rule], upright: Sequence[Rule], xs: Sequence[float], ys: Sequence[float]
) -> Crossings:
    column = {x: number for number, x in enumerate(xs)}
    row = {y: number for number, y in enumerate(ys)}
    places = [rule[0] for rule in flat]
    found: dict[Point, tuple[set[int], set[int]]] = {}
    steps = 0
    for down, (x, top, bottom) in enumerate(upright):
        for across in range(bisect_left(places, top - _NEAR), len(flat)):
            y, left, right = flat[across]
            if y > bottom + _NEAR:
                break
            steps += 1
            if left - _NEAR <= x <= right + _NEAR:
                both = found.setdefault((column[x], row[y]), (set(), set()))
                both[0].add(down)
                both[1].add(across)
        if len(found) > _MAX_POINTS or steps > _MAX_STEPS:
            raise TooMany
    return {point: (frozenset(a), frozenset(b)) for point, (a, b) in found.items()}


def _cells(crossings: Crossings) -> list[tuple[Point, Point]]:
    """Of each crossing the smallest cell right of and below it, by two of its corners."""
    in_column: dict[int, list[int]] = {}
    in_row: dict[int, list[int]] = {}
    for x, y in sorted(crossings):
        in_column.setdefault(x, []).append(y)
        in_row.setdefault(y, []).append(x)
    cells: list[tuple[Point, Point]] = []
    steps = 0
    for (x, y), (down, across) in sorted(crossings.items()):
        column, row = in_column[x], in_row[y]
        rights = [
            one for one in row[bisect_left(row, x + 1) :]
            if not across.isdisjoint(crossings[one, y][1])
        ]  # fmt: skip
        steps += len(row)
        for below in column[bisect_left(column, y + 1) :]:
            steps += 1
            side = crossings[x, below]
            if down.isdisjoint(side[0]):
                continue
            found = None
            for right in rights:
                steps += 1
                corner = crossings.get((right, below))
                if (
                    corner is not None
                    and not corner[0].isdisjoint(crossings[right, y][0])
                    and not corner[1].isdisjoint(side[1])
                ):
                    found = right, below
                    break
            if found:
                cells.append(((x, y), found))
                break
        if steps > _MAX_STEPS:
            raise TooMany
    return cells


def _groups(cells: Sequence[tuple[Point, Point]]) -> list[list[tuple[Point, Point]]]:
    """Cells that share a corner, directly or through others."""
    head: dict[Point, Point] = {}

    def head_of(point: Point) -> Point:
        head.setdefault(point, point)
        while head[point] != point:
            head[point] = head[head[point]]
            point = head[point]
        return point

    for (x0, y0), (x1, y1) in cells:
        first = head_of((x0, y0))
        for corner in ((x0, y1), (x1, y0), (x1, y1)):
            head[head_of(corner)] = first
    groups: dict[Point, list[tuple[Point, Point]]] = {}
    for cell in cells:
        groups.setdefault(head_of(cell[0]), []).append(cell)
    return list(groups.values())


def _grid(cells: Sequence[tuple[Point, Point]], xs: Sequence[float], ys: Sequence[float]) -> Grid:
    columns = {x: place for place, x in enumerate(sorted({one[0][0] for one in cells}))}
    rows: dict[int, list[Box | None]] = {}
    for (x0, y0), (x1, y1) in sorted(cells, key=lambda one: (one[0][1], one[0][0])):
        row = rows.setdefault(y0, [None] * len(columns))
        row[columns[x0]] = xs[x0], ys[y0], xs[x1], ys[y1]
    return Grid(
        tuple(tuple(row) for row in rows.values()),
        (
            xs[min(one[0][0] for one in cells)], ys[min(one[0][1] for one in cells)],
            xs[max(one[1][0] for one in cells)], ys[max(one[1][1] for one in cells)],
        ),
    )  # fmt: skip
