"""Lines whose signs were written out of order: quotes that a program sets after the words between
them, being of another font. pdfium keeps the order of writing.

Residual risks: only signs of one line that stand in each other's gaps are put in order; signs that
overlap (letters drawn twice to look bold) are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from parsers.documents.pdf.bounds import Bounds
from parsers.documents.pdf.careful import CarefulText, Sign
from parsers.documents.pdf.unseen import Written

_BREAKS = frozenset("\r\n")
_LOOK_BACK = 6
"""Pieces of text before one that it is compared with."""
_OVERLAP, _GAP = 0.3, 1.0
"""Heads: pieces that reach less into each other touch; a blank between signs that come to stand
beside each other is wider, because a quote may fill half of its own."""
_TOUCH, _SMALLEST_HEAD = 1.0, 2.0
"""Points."""


def is_interleaved(written: Sequence[Written]) -> bool:
    """Whether a piece of text reaches into one that was written shortly before, on its line."""
    low = high = edge = float("-inf")
    for place, (_left, (x0, y0, x1, y1), _handle, _why) in enumerate(written):
        if low <= (y0 + y1) / 2 <= high:
            if x0 + _TOUCH < edge and _reaches(written, place):
                return True
            edge = max(edge, x1)
        else:
            head = max(y1 - y0, _SMALLEST_HEAD)
            low, high, edge = y0 - head, y1 + head, x1
    return False


def _reaches(written: Sequence[Written], place: int) -> bool:
    _left, (x0, y0, x1, y1), _handle, _why = written[place]
    middle = (y0 + y1) / 2
    for _left, one, _handle, _why in written[max(place - _LOOK_BACK, 0) : place]:
        head = max(one[3] - one[1], y1 - y0, _SMALLEST_HEAD)
        if (
            min(one[2], x1) - max(one[0], x0) > _OVERLAP * head
            and one[1] - _OVERLAP * head <= middle <= one[3] + _OVERLAP * head
        ):
            return True
    return False


def in_line_order(careful: CarefulText) -> CarefulText | None:
    """The text with such lines from left to right; None where there are none."""
    signs: list[Sign] = []
    changed = False
    for line in _lines(careful.signs):
        ordered = _ordered(line)
        changed |= ordered is not None
        signs += line if ordered is None else ordered
    return CarefulText(tuple(signs), careful.unseen) if changed else None


def _lines(signs: Sequence[Sign]) -> Iterator[list[Sign]]:
    line: list[Sign] = []
    for sign in signs:
        line.append(sign)
        if sign.text in _BREAKS:
            yield line
            line = []
    yield line


def _ordered(line: list[Sign]) -> list[Sign] | None:
    """None where the line is in order, or cannot be put in order without a guess."""
    end = [sign for sign in line[-1:] if sign.text in _BREAKS]
    placed: list[tuple[Bounds, int, list[Sign]]] = []
    for sign in line[: len(line) - len(end)]:
        if sign.box is not None and sign.text.strip():
            placed.append((sign.box, len(placed), [sign]))
        elif placed:
            # Blanks stay behind the sign before them.
            placed[-1][2].append(sign)
    if all(one[0][0] <= after[0][0] for one, after in pairwise(placed)):
        return None
    bottom, top = min(box[1] for box, *_ in placed), max(box[3] for box, *_ in placed)
    head = max(box[3] - box[1] for box, *_ in placed)
    if top - bottom > head * (1 + _OVERLAP):
        # Not one line, or a slanting one.
        return None
    placed.sort(key=lambda one: one[0][0])
    signs: list[Sign] = []
    for (box, place, own), (after, next_place, _own) in pairwise(placed):
        if next_place == place + 1:
            signs += own
            continue
        gap = after[0] - box[2]
        if gap < -_OVERLAP * min(box[2] - box[0], after[2] - after[0]):
            return None
        signs += own[:1]
        if gap > _GAP * head:
            signs.append(Sign(" ", None))
    # A blank at the end stood before what has gone to the front.
    return signs + placed[-1][2][:1] + end
