"""Ruling lines of a straightened page, and the grids of cells that they make.

Residual risks: lines shorter than a third of an inch are not seen; a table without lines is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from model.document import Box

Grey = npt.NDArray[np.uint8]

_LONG_INCHES = 0.25
_THICK_INCHES = 0.12
_JOIN_INCHES = 0.05
_SLACK_INCHES = 0.045
_SHORT_OF_INCHES = 0.1
"""A line of a table ends no further than this from one that crosses it."""
_SEAL_IN_SLACKS = 18
"""A seal is up to 1.8 inches across, and covers no more of a line than that."""
_WALL = 0.5
"""Share of a cell's side that has to be drawn for it to be a wall."""
_MAX_LINES = 600


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: where it stands (y of a flat one, x of an upright one), and from where to where."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, over `down` rows and `across` columns from its first."""

    row: int
    column: int
    down: int
    across: int
    box: Box


@dataclass(frozen=True, slots=True)
class Grid:
    """One ruled table, in pixels. rows, columns: of the grid that its lines make."""

    box: Box
    rows: int
    columns: int
    cells: tuple[Cell, ...]


def find_grids(grey: Grey, dpi: float) -> list[Grid]:
    """The ruled tables of a page, from top to bottom; frames of a single cell are none."""
    flat, upright = _rules(grey, dpi)
    if not flat or not upright or len(flat) + len(upright) > _MAX_LINES:
        return []
    slack = max(_SLACK_INCHES * dpi, 3.0)
    flat, upright = _held(flat, upright, _SHORT_OF_INCHES * dpi)
    grids = [
        grid
        for group in _crossing(flat, upright, slack)
        if (grid := _grid(*group, slack)) is not None
    ]
    return sorted(grids, key=lambda grid: (grid.box[1], grid.box[0]))


def _rules(grey: Grey, dpi: float) -> tuple[list[Rule], list[Rule]]:
    block = max(int(0.15 * dpi) | 1, 15)
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 15
    )
    long, thick = max(int(_LONG_INCHES * dpi), 20), _THICK_INCHES * dpi
    join = max(int(_JOIN_INCHES * dpi), 3)
    found: list[list[Rule]] = []
    for flat in (True, False):
        shape = (1, long) if flat else (long, 1)
        lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        # A gap in a line is bridged, and what slopes by a pixel or two stays one line.
        bridge = (3, join) if flat else (join, 3)
        lines = cv2.dilate(lines, np.ones(bridge, np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(lines)
        rules = []
        for x, y, wide, tall, _area in stats[1:]:
            start, length, at, across = (x, wide, y, tall) if flat else (y, tall, x, wide)
            if length >= long and across <= thick + length / 100:
                rules.append(Rule(at + across / 2, float(start), float(start + length)))
        found.append(rules)
    return _joined(found[0], join), _joined(found[1], join)


def _joined(rules: list[Rule], slack: float) -> list[Rule]:
    """Pieces of one line, one after another, become one."""
    made: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: rule.start):
        for place, other in enumerate(made):
            near = abs(other.at - rule.at) <= slack / 2
            if near and rule.start - other.end <= slack * 2:
                made[place] = Rule(
                    (other.at * (other.end - other.start) + rule.at * (rule.end - rule.start))
                    / (other.end - other.start + rule.end - rule.start),
                    other.start,
                    max(other.end, rule.end),
                )
                break
        else:
            made.append(rule)
    return made


def _held(flat: list[Rule], upright: list[Rule], slack: float) -> tuple[list[Rule], list[Rule]]:
    """Without the lines that do not end at another on both sides: strokes of letters, underlines,
    the rim of a seal."""
    while True:
        held_flat = [rule for rule in flat if _ends_at(rule, upright, flat, slack)]
        held_upright = [rule for rule in upright if _ends_at(rule, held_flat, upright, slack)]
        if len(held_flat) == len(flat) and len(held_upright) == len(upright):
            return flat, upright
        flat, upright = held_flat, held_upright


def _ends_at(rule: Rule, across: list[Rule], along: list[Rule], slack: float) -> bool:
    """Whether both ends meet a line that crosses; one end may lie under a seal's ink, behind which
    the line goes on."""
    meeting = [other.at for other in across if other.start - slack <= rule.at <= other.end + slack]
    met = [any(abs(at - end) <= slack for at in meeting) for end in (rule.start, rule.end)]
    if all(met):
        return True
    return any(met) and any(
        abs(other.at - rule.at) <= slack / 4
        and 0 < max(other.start - rule.end, rule.start - other.end) <= _SEAL_IN_SLACKS * slack
        for other in along
        if other is not rule
    )


def _crossing(
    flat: list[Rule], upright: list[Rule], slack: float
) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that hang together by crossing or touching, in groups."""
    parent = list(range(len(flat) + len(upright)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for i, row in enumerate(flat):
        for j, column in enumerate(upright, len(flat)):
            touches = row.start - slack <= column.at <= row.end + slack
            if touches and column.start - slack <= row.at <= column.end + slack:
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate((*flat, *upright)):
        group = groups.setdefault(root(i), ([], []))
        group[0 if i < len(flat) else 1].append(rule)
    return list(groups.values())


def _grid(flat: list[Rule], upright: list[Rule], slack: float) -> Grid | None:
    ys, xs = _positions(flat, slack), _positions(upright, slack)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2:
        return None
    owner = np.arange(rows * columns).reshape(rows, columns)
    for row in range(rows):
        for column in range(columns):
            if column + 1 < columns and not _drawn(
                upright, xs[column + 1], ys[row], ys[row + 1], slack
            ):
                owner[owner == owner[row, column + 1]] = owner[row, column]
            if row + 1 < rows and not _drawn(flat, ys[row + 1], xs[column], xs[column + 1], slack):
                owner[owner == owner[row + 1, column]] = owner[row, column]
    cells = []
    for one in np.unique(owner):
        at_rows, at_columns = np.nonzero(owner == one)
        top, left = int(at_rows.min()), int(at_columns.min())
        bottom, right = int(at_rows.max()) + 1, int(at_columns.max()) + 1
        box = (xs[left], ys[top], xs[right], ys[bottom])
        cells.append(Cell(top, left, bottom - top, right - left, box))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    if len(cells) < 2:
        return None
    return Grid((xs[0], ys[0], xs[-1], ys[-1]), rows, columns, tuple(cells))


def _positions(rules: Sequence[Rule], slack: float) -> list[float]:
    """Where lines stand, those within the slack of each other once."""
    places: list[list[float]] = []
    for at in sorted(rule.at for rule in rules):
        if places and at - places[-1][-1] <= slack:
            places[-1].append(at)
        else:
            places.append([at])
    return [sum(place) / len(place) for place in places]


def _drawn(rules: list[Rule], at: float, start: float, end: float, slack: float) -> bool:
    """Whether a line runs along this side of a cell."""
    covered = sum(
        max(min(rule.end, end) - max(rule.start, start), 0.0)
        for rule in rules
        if abs(rule.at - at) <= slack
    )
    return covered >= _WALL * (end - start)
