"""One line as read, in pixels of the straightened page, and lines put into rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from model.document import Box

_SAME_ROW = 0.5
"""Lines whose middles are nearer than this share of their height stand in one row."""
_LATIN = re.compile(r"[A-Za-z0-9]")
_UNBROKEN = re.compile(r"[@./_\-]|\d$")


@dataclass(frozen=True, slots=True)
class Written:
    """One line. size: its letters' height in pixels. down: its letters stand below each other."""

    text: str
    confidence: float
    box: Box
    size: float
    down: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2


def in_rows(lines: Iterable[Written]) -> list[list[Written]]:
    """Rows from top to bottom, each from left to right."""
    rows: list[list[Written]] = []
    for line in sorted(lines, key=lambda line: line.middle[1]):
        if rows:
            near = [other for other in rows[-1] if _same_row(line, other)]
            if near and not any(_overlap(line, other) for other in rows[-1]):
                rows[-1].append(line)
                continue
        rows.append([line])
    return [sorted(row, key=lambda line: line.box[0]) for row in rows]


def row_text(row: Sequence[Written]) -> str:
    """The pieces of one row, apart by a space where they stand apart on the page."""
    text = ""
    for number, line in enumerate(row):
        if number:
            gap = line.box[0] - row[number - 1].box[2]
            text += " " if gap > 0.5 * line.size else ""
        text += line.text
    return text


def joined(rows: Sequence[str]) -> str:
    """The lines of one paragraph: Chinese runs on, Latin words are put apart."""
    text = ""
    for row in rows:
        if text and _LATIN.match(text[-1]) and row and _LATIN.match(row[0]):
            word = re.split(r"[^\x21-\x7e]", text)[-1]
            text += "" if _UNBROKEN.search(word) else " "
        text += row
    return text


def usual_size(lines: Sequence[Written]) -> float:
    """The height of most letters, weighted by how many there are; 1 for no lines."""
    sizes = [line.size for line in lines for _ in range(max(len(line.text) // 4, 1))]
    return median(sizes) if sizes else 1.0


def confidence_of(lines: Iterable[Written]) -> float:
    """Mean over the characters."""
    weights = [(line.confidence, len(line.text)) for line in lines if line.text]
    total = sum(weight for _, weight in weights)
    return sum(one * weight for one, weight in weights) / total if total else 0.0


def _same_row(one: Written, other: Written) -> bool:
    # Half the height of the lower of the two: a tall bracket beside two rows joins neither.
    size = min(one.box[3] - one.box[1], other.box[3] - other.box[1])
    return abs(one.middle[1] - other.middle[1]) < _SAME_ROW * size


def _overlap(one: Written, other: Written) -> bool:
    shared = min(one.box[2], other.box[2]) - max(one.box[0], other.box[0])
    return shared > 0.3 * min(one.box[2] - one.box[0], other.box[2] - other.box[0])
