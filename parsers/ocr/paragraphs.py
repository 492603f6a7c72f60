"""Lines in reading order → headings and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from model.document import BlockKind, Box
from parsers.ocr.geometry import box_around
from parsers.ocr.written import Written, confidence_of, in_rows, joined, row_text

_LARGER = 1.28
"""A heading's letters are so much taller than the usual ones."""
_LONGEST_HEADING = 40
_SHORT = 2.5
"""A line that ends so many letters before its column does ends its paragraph."""
_SET_IN = 1.2
_APART = 1.6
"""A gap so many times the usual one parts paragraphs."""
_LABEL = re.compile(r"[\u4e00-\u9fff（）()、]{2,12}[：:]")
"""联系人：…; of a few short lines none reaches the margin, and the longest looks as if it did."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A heading or paragraph, its box in pixels of the straightened page."""

    kind: BlockKind
    text: str
    box: Box
    confidence: float


def pieces(lines: Sequence[Written], size: float) -> Iterator[Piece]:
    """The lines of one stretch. size: of the page's usual letters, in pixels."""
    rows = in_rows(lines)
    if not rows:
        return
    left = min(row[0].box[0] for row in rows)
    right = max(row[-1].box[2] for row in rows)
    steps = [_middle(below) - _middle(above) for above, below in pairwise(rows)]
    usual = median(steps) if steps else 0.0
    group: list[list[Written]] = []
    for number, row in enumerate(rows):
        if group and (
            _starts_anew(row, group[-1], left, right)
            or steps[number - 1] > max(_APART * usual, 1.2 * row[0].size)
            or _heading(group, size) != _heading([row], size)
        ):
            yield _piece(group, size)
            group = []
        group.append(row)
    yield _piece(group, size)


def _starts_anew(row: list[Written], above: list[Written], left: float, right: float) -> bool:
    """Whether a row begins a paragraph: set in, below one that ended early, or with a label."""
    letter = row[0].size
    if len(row) > 1 or len(above) > 1:
        return True
    set_in = row[0].box[0] - left > _SET_IN * letter
    ended = right - above[-1].box[2] > _SHORT * letter
    return set_in or ended or _LABEL.match(row[0].text) is not None


def _heading(rows: Sequence[Sequence[Written]], size: float) -> bool:
    letters = [line for row in rows for line in row]
    long = sum(len(line.text) for line in letters) > _LONGEST_HEADING
    return not long and min(line.size for line in letters) >= _LARGER * size


def _piece(rows: Sequence[Sequence[Written]], size: float) -> Piece:
    lines = [line for row in rows for line in row]
    kind = BlockKind.HEADING if _heading(rows, size) else BlockKind.PARAGRAPH
    box = box_around([point for x0, y0, x1, y1 in (line.box for line in lines)
                      for point in ((x0, y0), (x1, y1))])  # fmt: skip
    text = joined([row_text(row) for row in rows])
    return Piece(kind, text, box, confidence_of(lines))


def _middle(row: Sequence[Written]) -> float:
    return sum(line.middle[1] for line in row) / len(row)
