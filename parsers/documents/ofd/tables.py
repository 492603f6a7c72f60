"""Ruled tables of an OFD page: cells out of the lines that are drawn.

A line is a straight stroke along an axis, a side of a stroked rectangle, or a filled rectangle
as thin as a line. Lines that touch make a grid; where no line parts two places, they are one cell.

Residual risks: a table without lines is not seen; one that runs over two pages is two tables.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from model.document import Rows
from parsers.documents.ofd.geometry import BoxMm, Point
from parsers.documents.ofd.layout import Piece, page_text, within
from parsers.documents.ofd.objects import OfdObject, OfdPath

_THIN = 1.0
_SHORTEST = 2.0
_TOUCH = 0.6
_SAME_PLACE = 0.9
"""Millimetres: thinner is a line, longer is a line, closer touches, nearer is the same line."""
_MAX_RULES = 1_500
_MAX_CELLS = 20_000


@dataclass(frozen=True, slots=True)
class _Rule:
    """A straight line along an axis: at `at` on the other one, from `start` to `end`."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """rows: the cells, a merged one once. box, boxes: of the table and of its cells, millimetres.
    inside: the pieces it holds."""

    rows: Rows
    box: BoxMm
    boxes: tuple[tuple[BoxMm | None, ...], ...]
    inside: tuple[Piece, ...]


def drawn_tables(
    objects: Iterable[OfdObject], pieces: Sequence[Piece], columns: int
) -> tuple[list[DrawnTable], bool]:
    """The tables from top to bottom; True where there are too many lines to look for them.

    columns: the most columns that a table may have.
    """
    flat, upright = _rules(objects)
    if len(flat) < 2 or len(upright) < 2:
        return [], False
    if len(flat) + len(upright) > _MAX_RULES:
        return [], True
    tables: list[DrawnTable] = []
    too_complex = False
    for across, down in _grids(flat, upright):
        xs, ys = _places(down), _places(across)
        if len(xs) > columns or (len(xs) - 1) * (len(ys) - 1) > _MAX_CELLS:
            too_complex = True
            continue
        if (len(xs) - 1) * (len(ys) - 1) > 1:
            table = _table(xs, ys, across, down, pieces)
            if any(any(row) for row in table.rows):
                tables.append(table)
    return sorted(tables, key=lambda one: (one.box[1], one.box[0])), too_complex


def _rules(objects: Iterable[OfdObject]) -> tuple[list[_Rule], list[_Rule]]:
    flat: list[_Rule] = []
    upright: list[_Rule] = []

    def add(a: Point, b: Point) -> None:
        width, height = abs(a[0] - b[0]), abs(a[1] - b[1])
        if height < _THIN / 2 and width >= _SHORTEST:
            flat.append(_Rule((a[1] + b[1]) / 2, min(a[0], b[0]), max(a[0], b[0])))
        elif width < _THIN / 2 and height >= _SHORTEST:
            upright.append(_Rule((a[0] + b[0]) / 2, min(a[1], b[1]), max(a[1], b[1])))

    for one in objects:
        if not isinstance(one, OfdPath) or len(flat) + len(upright) > _MAX_RULES:
            continue
        x0, y0, x1, y1 = one.box
        if one.fill is not None and min(x1 - x0, y1 - y0) < _THIN:
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            add(*(((x0, y), (x1, y)) if x1 - x0 > y1 - y0 else ((x, y0), (x, y1))))
        elif one.stroke is not None:
            for line in one.lines:
                for a, b in pairwise(line):
                    add(a, b)
    return flat, upright


def _grids(flat: list[_Rule], upright: list[_Rule]) -> Iterable[tuple[list[_Rule], list[_Rule]]]:
    """Lines that touch one another, directly or through others, at least two each way."""
    group = list(range(len(flat) + len(upright)))

    def head(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    for a, row in enumerate(flat):
        for b, column in enumerate(upright):
            if (
                column.start - _TOUCH <= row.at <= column.end + _TOUCH
                and row.start - _TOUCH <= column.at <= row.end + _TOUCH
            ):
                group[head(a)] = head(len(flat) + b)
    for root in sorted({head(place) for place in range(len(group))}):
        across = [row for a, row in enumerate(flat) if head(a) == root]
        down = [column for b, column in enumerate(upright) if head(len(flat) + b) == root]
        if len(across) > 1 and len(down) > 1:
            yield across, down


def _places(rules: list[_Rule]) -> list[float]:
    """Where lines stand, those that are the same one only once."""
    places: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not places or at - places[-1] > _SAME_PLACE:
            places.append(at)
    return places


def _table(
    xs: list[float],
    ys: list[float],
    across: list[_Rule],
    down: list[_Rule],
    pieces: Sequence[Piece],
) -> DrawnTable:
    box = (xs[0], ys[0], xs[-1], ys[-1])
    inside = within(pieces, box)
    columns, rows = len(xs) - 1, len(ys) - 1
    held: dict[tuple[int, int], list[Piece]] = {}
    for piece in inside:
        x, y = piece.centre
        place = min(bisect_right(ys, y), rows) - 1, min(bisect_right(xs, x), columns) - 1
        held.setdefault(place, []).append(piece)
    across_at, down_at = _by_place(across, ys), _by_place(down, xs)
    below = [[_covered(across_at[row + 1], (a + b) / 2) for a, b in pairwise(xs)]
             for row in range(rows)]  # fmt: skip
    beside = [[_covered(down_at[column + 1], (a + b) / 2) for column in range(columns)]
              for a, b in pairwise(ys)]  # fmt: skip
    cells = [[""] * columns for _ in range(rows)]
    boxes: list[list[BoxMm | None]] = [[None] * columns for _ in range(rows)]
    taken: set[tuple[int, int]] = set()
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            right, lower = column, row
            while right + 1 < columns and not beside[row][right]:
                right += 1
            while lower + 1 < rows and not any(below[lower][column : right + 1]):
                lower += 1
            area = {(r, c) for r in range(row, lower + 1) for c in range(column, right + 1)}
            area -= taken
            taken |= area
            own = [piece for place in sorted(area) for piece in held.get(place, ())]
            cells[row][column] = page_text(own)
            boxes[row][column] = xs[column], ys[row], xs[right + 1], ys[lower + 1]
    return DrawnTable(
        tuple(tuple(line) for line in cells), box, tuple(tuple(line) for line in boxes),
        tuple(inside),
    )  # fmt: skip


def _by_place(rules: list[_Rule], places: list[float]) -> list[list[_Rule]]:
    """For each place, the lines that stand there."""
    found: list[list[_Rule]] = [[] for _ in places]
    for rule in rules:
        nearest = bisect_right(places, rule.at)
        for place in range(max(nearest - 1, 0), min(nearest + 1, len(places))):
            if abs(places[place] - rule.at) <= _SAME_PLACE:
                found[place].append(rule)
    return found


def _covered(rules: list[_Rule], middle: float) -> bool:
    return any(rule.start - _TOUCH <= middle <= rule.end + _TOUCH for rule in rules)
