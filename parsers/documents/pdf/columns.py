"""Two columns that a program wrote line by line across the page, put one after the other.

Most programs write a column to its end, and pdfium keeps their order. Where the writing jumps over
the same white strip again and again, it went across. Points, y upwards.

Residual risks: three columns are read as two; forms without lines whose cells hold long sentences
on both sides can look like columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pypdfium2 as pdfium

from parsers.documents.pdf.bounds import Bounds
from parsers.documents.pdf.unseen import Written

_FEWEST_JUMPS = 4
_SHORTEST_LINE = 8.0
_NEAR, _FAR = 1.0, 1.2
"""Heads: lines of a column are so long; pieces nearer belong together, and a jump is wider."""
_MARGIN = 1.0
_ACROSS = re.compile(r"\S{6} +\S{6}")
"""What pdfium makes of two lines beside each other: a quick look before the places are asked."""

Run = list[float]
"""left, bottom, right, top of text that was written without a jump."""


def columns_across(written: Sequence[Written]) -> tuple[float, tuple[Bounds, ...]] | None:
    """The middle of the strip, and the runs that go over it; None for pages written otherwise."""
    if len(written) < 2 * _FEWEST_JUMPS:
        return None
    runs = _runs(written)
    if len(runs) < 2 * _FEWEST_JUMPS:
        return None
    jumps: list[tuple[float, float]] = []
    for one, after in pairwise(runs):
        head = min(one[3] - one[1], after[3] - after[1])
        if (
            after[0] - one[2] > _FAR * head
            and _beside(one, after)
            and min(one[2] - one[0], after[2] - after[0]) >= _SHORTEST_LINE * head
        ):
            jumps.append((one[2], after[0]))
    if len(jumps) < _FEWEST_JUMPS or 3 * len(jumps) < len(runs):
        return None
    left, right = max(jump[0] for jump in jumps), min(jump[1] for jump in jumps)
    if left >= right:
        return None
    middle = (left + right) / 2
    over = tuple((run[0], run[1], run[2], run[3]) for run in runs if run[0] < middle < run[2])
    return middle, over


def in_columns(
    textpage: pdfium.PdfTextPage, text: str, written: Sequence[Written], page: Bounds
) -> str:
    """The text with its columns in order; as it was where it was not written across, or where
    taking it column by column does not give the same letters."""
    if len(_ACROSS.findall(text)) < _FEWEST_JUMPS:
        return text
    found = columns_across(written)
    if found is None:
        return text
    middle, over = found
    left, bottom, right, top = page
    pieces: list[str] = []
    edge = top
    for run in sorted(over, key=lambda one: -one[3]):
        above = run[3] + _MARGIN
        if above < edge:
            pieces.append(textpage.get_text_bounded(left, above, middle, edge))
            pieces.append(textpage.get_text_bounded(middle, above, right, edge))
        below = min(run[1] - _MARGIN, edge)
        pieces.append(textpage.get_text_bounded(left, below, right, min(above, edge)))
        edge = below
    pieces.append(textpage.get_text_bounded(left, bottom, middle, edge))
    pieces.append(textpage.get_text_bounded(middle, bottom, right, edge))
    ordered = "\r\n".join(piece.strip() for piece in pieces if piece.strip())
    return ordered if _letters(ordered) == _letters(text) else text


def _runs(written: Sequence[Written]) -> list[Run]:
    runs: list[Run] = []
    for _left, bounds, _handle, _why in written:
        x0, y0, x1, y1 = bounds
        if runs:
            last = runs[-1]
            head = max(last[3] - last[1], y1 - y0)
            if -head <= x0 - last[2] <= _NEAR * head and _beside(last, bounds):
                last[2] = max(last[2], x1)
                last[1], last[3] = min(last[1], y0), max(last[3], y1)
                continue
        runs.append([x0, y0, x1, y1])
    return runs


def _beside(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether both are on one line: at least half of the lower one is at the other's height."""
    common = min(one[3], other[3]) - max(one[1], other[1])
    return 2 * common >= min(one[3] - one[1], other[3] - other[1])


def _letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))
