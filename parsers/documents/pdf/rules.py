"""The ruling lines of a PDF page: straight pieces of its paths that lie along an axis.

A path as thin as a line is one line along its middle, stroked or filled; of any other the sides are
lines. Curves and slanting pieces are none. Source: ISO 32000-2, 8.5 (paths).

Residual risks: lines in the colour of the paper count like others; clips are not followed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2.raw as pdfium_c

from parsers.documents.pdf import calls as pdf_calls
from parsers.documents.pdf.bounds import Matrix, combined, matrix_of
from parsers.documents.pdf.view import View

Drawn = tuple[int, Sequence[float], Matrix]
"""A path's address, its bounds, and the matrix of the form that it is part of."""
Rule = tuple[float, float, float]
"""Where a line stands, and from where to where it goes."""

_THIN = 3.0
_SHORTEST = 1.0
_STRAIGHT = 0.6
"""Points: thinner is one line, shorter is none, and so far may the ends of one be out of line."""
_LINE, _BOX = 2, (4, 5)
_MAX_SEGMENTS = 20_000
_MOVE, _TO = pdfium_c.FPDF_SEGMENT_MOVETO, pdfium_c.FPDF_SEGMENT_LINETO

Point = tuple[float, float]


class Rules:
    """The lines of one page as it is shown: flat ones by their y, upright ones by their x.

    complete: no path was left out.
    """

    def __init__(self) -> None:
        self.flat: list[Rule] = []
        self.upright: list[Rule] = []
        self.complete = True
        self._left = _MAX_SEGMENTS

    def add_path(self, drawn: Drawn, view: View) -> None:
        """The lines of one more path."""
        handle, bounds, outer = drawn
        number = pdf_calls.segments(handle)
        width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
        if min(width, height) < _THIN and (number == _LINE or self._is_box(handle, number)):
            x0, y0, x1, y1 = view.shown(bounds)
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            if y1 - y0 < _THIN:
                self._add((x0, y), (x1, y))
            if x1 - x0 < _THIN:
                self._add((x, y0), (x, y1))
            return
        if number > self._left:
            self.complete = False
            return
        self._left -= number
        self._add_sides(handle, number, combined(view.to, combined(outer, matrix_of(handle))))

    def _add_sides(self, handle: int, number: int, by: Matrix) -> None:
        start = before = (0.0, 0.0)
        for index in range(number):
            kind, x, y, closes = pdf_calls.segment(handle, index)
            point = by[0] * x + by[2] * y + by[4], by[1] * x + by[3] * y + by[5]
            if kind == _MOVE:
                start = point
            elif kind == _TO:
                self._add(before, point)
            if closes:
                self._add(point, start)
            before = point

    def _add(self, one: Point, other: Point) -> None:
        width, height = abs(one[0] - other[0]), abs(one[1] - other[1])
        if height < _STRAIGHT and width >= _SHORTEST:
            self.flat.append(
                ((one[1] + other[1]) / 2, min(one[0], other[0]), max(one[0], other[0]))
            )
        elif width < _STRAIGHT and height >= _SHORTEST:
            self.upright.append(
                ((one[0] + other[0]) / 2, min(one[1], other[1]), max(one[1], other[1]))
            )

    @staticmethod
    def _is_box(handle: int, number: int) -> bool:
        """Not two lines in one path, which may have a gap between them."""
        return number in _BOX and pdf_calls.segment(handle, 2)[0] == _TO


def rules_of(paths: Sequence[Drawn], view: View) -> Rules:
    """The lines of these paths of an open page."""
    rules = Rules()
    for drawn in paths:
        rules.add_path(drawn, view)
    return rules
