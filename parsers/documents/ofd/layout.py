"""Lines and columns out of pieces of text that stand somewhere on a page.

Pieces on one base line are joined from left to right; where a white strip divides many lines of
running text, the left column is read before the right one. Lengths are millimetres.

Residual risks: a form without ruling lines whose cells hold sentences can look like columns.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parsers.documents.ofd.geometry import BoxMm
from parsers.documents.ofd.objects import OfdText

_SAME_LINE = 0.4
_BLANK = 0.5
_FAR = 2.2
"""Heads: base lines closer than the first are one line, a gap wider than the second is a blank,
one wider than the third divides."""
_FEWEST_LINES = 4
_SHORTEST_LINE = 8
"""A column has so many lines, and half of them so many heads long."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters in a row. y: the base line, or the top of what is written downwards."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    vertical: bool = False

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, self.y - self.size * 0.35


def pieces_of(text: OfdText) -> list[Piece]:
    """One TextCode, cut where a step between two characters is as wide as a gap of columns."""
    if text.vertical or len(text.text) != len(text.places):
        return [Piece(text.text, text.box[0], text.box[2], text.box[1], text.size, text.vertical)]
    pieces: list[Piece] = []
    start = 0
    size = text.size or 1.0
    for index in range(1, len(text.text) + 1):
        x, y = text.places[index - 1]
        if index < len(text.text):
            after = text.places[index]
            own = size if ord(text.text[index - 1]) >= 0x2E80 else size * 0.6
            near = -size <= after[0] - x - own <= size * _FAR
            if near and abs(after[1] - y) <= size * _SAME_LINE:
                continue
            end = x + own
        else:
            end = x + text.width
        first = text.places[start]
        part = text.text[start:index]
        if part.strip():
            pieces.append(Piece(part, first[0], max(end, first[0]), first[1], size))
        start = index
    return pieces


def page_text(pieces: Iterable[Piece]) -> str:
    """All of it in reading order, a line for each line."""
    upright = [piece for piece in pieces if not piece.vertical]
    down = sorted((one for one in pieces if one.vertical), key=lambda one: (-one.x0, one.y))
    rows = _rows(upright)
    lines = [_line(segments) for segments in _by_columns(rows)]
    lines += [piece.text for piece in down]
    return "\n".join(line for line in lines if line)


def within(pieces: Iterable[Piece], box: BoxMm) -> list[Piece]:
    """Those whose middle lies in the box."""
    x0, y0, x1, y1 = box
    found = []
    for piece in pieces:
        x, y = piece.centre
        if x0 <= x <= x1 and y0 <= y <= y1:
            found.append(piece)
    return found


def _rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces by line from top to bottom, in each from left to right."""
    rows: list[tuple[float, float, list[Piece]]] = []
    for piece in sorted(pieces, key=lambda one: (one.y, one.x0)):
        if rows:
            y, size, row = rows[-1]
            if abs(piece.y - y) <= _SAME_LINE * max(min(size, piece.size), 0.5):
                row.append(piece)
                continue
        rows.append((piece.y, piece.size, [piece]))
    return [sorted(row, key=lambda one: one.x0) for _, _, row in rows]


def _segments(row: Sequence[Piece]) -> list[list[Piece]]:
    """A line's pieces, divided at wide gaps."""
    segments: list[list[Piece]] = []
    for piece in row:
        if segments and piece.x0 - segments[-1][-1].x1 <= _FAR * piece.size:
            segments[-1].append(piece)
        else:
            segments.append([piece])
    return segments


def _by_columns(rows: list[list[Piece]]) -> Iterable[list[Piece]]:
    """The lines in the order in which they are read."""
    cut = [_segments(row) for row in rows]
    gutter = _gutter(cut)
    if gutter is None:
        yield from rows
        return
    band: list[list[list[Piece]]] = []
    for segments in cut:
        if any(one[0].x0 < gutter < one[-1].x1 for one in segments):
            yield from _band(band, gutter)
            band = []
            yield [piece for one in segments for piece in one]
        else:
            band.append(segments)
    yield from _band(band, gutter)


def _band(band: list[list[list[Piece]]], gutter: float) -> Iterable[list[Piece]]:
    """Lines between two that go over the gutter: the left ones, then the right ones."""
    for right in (False, True):
        for segments in band:
            side = [piece for one in segments for piece in one if (one[0].x0 >= gutter) is right]
            if side:
                yield side


def _gutter(cut: list[list[list[Piece]]]) -> float | None:
    """Where the white strip between two columns of running text stands, None without one."""
    double = [segments for segments in cut if len(segments) == 2]
    if len(double) < _FEWEST_LINES:
        return None
    left = max(
        statistics.quantiles((one[0][-1].x1 for one in double), n=10)[-1],
        statistics.median(one[0][-1].x1 for one in double),
    )
    right = statistics.quantiles((one[1][0].x0 for one in double), n=10)[0]
    if right <= left:
        return None
    heads = [
        statistics.median((one[side][-1].x1 - one[side][0].x0) / one[side][0].size
                          for one in double)
        for side in (0, 1)
    ]  # fmt: skip
    return (left + right) / 2 if min(heads) >= _SHORTEST_LINE else None


def _line(pieces: Sequence[Piece]) -> str:
    text, end = "", None
    for piece in pieces:
        if end is not None and piece.x0 - end > _BLANK * piece.size and not text.endswith(" "):
            text += " "
        text += piece.text
        end = piece.x1
    return text.strip()
