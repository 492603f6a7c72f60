"""Values in lines: 联系人：王某  电话：0531-… , with rules to write on (____) or without.

PDF gives a run of blanks as one, so what parts a value from the next label is the label itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from model.document import Block, BlockKind, Box
from model.fields import FieldKind
from parsers.fields.found import Found
from parsers.fields.grids import is_ocr
from parsers.fields.vocabulary import Label, Vocabulary

LINE, BY_BLANKS = 0.95, 0.7
"""How surely what follows a colon, or only blanks, is the value."""
_LONGEST_LINE = 2_000
_BEFORE_COLON = 60
"""Characters before a colon in which its label is looked for."""
_MOST_LINES = 20_000
_MOST_COLONS = 20_000
"""Lines, and colons in them, of one document that are looked at."""
_MOST_STARTS, _MOST_PIECES = 8, 16
"""Beginnings of one label that are tried, and words of a row."""
_NO_TEXT = (BlockKind.TABLE, BlockKind.IMAGE, BlockKind.COMMENT)
_COLON = re.compile("[:：]")
_STARTS = re.compile(r"(?:^|(?<=[\s_，,；;。、|]))(?=[^\s_，,；;。、|])")
_UNKNOWN_LABEL = re.compile(r"^[\u4e00-\u9fff（）()/]{2,12}$")
_ROW = 200
"""Characters of a line that may be a row of a form whose ruled lines were not seen."""
_SUFFIX = 12
"""Characters of a label that follows a value without a blank."""
_FULL_LINE = 0.85
_SHORTEST_FULL_LINE = 28
_GOES_ON = (FieldKind.TEXT, FieldKind.FULL_NAME)


@dataclass(slots=True)
class Looks:
    """What is left to look at in one document."""

    lines: int = _MOST_LINES
    colons: int = _MOST_COLONS


def read_lines(block: Block, words: Vocabulary, found: Found, looks: Looks) -> None:
    """The lines of a block that is no table."""
    if block.kind in _NO_TEXT or looks.lines <= 0:
        return
    lines = block.text.split("\n", looks.lines)[: looks.lines]
    looks.lines -= len(lines)
    widest = max((len(line) for line in lines), default=0)
    full = max(widest * _FULL_LINE, _SHORTEST_FULL_LINE)
    for number, line in enumerate(lines):
        if not line.strip() or len(line) > _LONGEST_LINE:
            continue
        after = ""
        if number + 1 < len(lines) and not _COLON.search(lines[number + 1]):
            after = lines[number + 1]
        read_line(line, block, block.box, words, found, looks, LINE, after, full)


def read_line(
    line: str,
    block: Block,
    box: Box | None,
    words: Vocabulary,
    found: Found,
    looks: Looks,
    sure: float,
    after: str = "",
    full: float = float("inf"),
) -> None:
    """Every label of a line with its value. after: the next line, where it has no label of its own;
    it belongs to the last value where that fills its line, or where nothing stands behind the
    label."""
    pairs = list(_pairs(line, words, looks, guess=is_ocr(block)))
    for place, (label, value) in enumerate(pairs):
        last = place == len(pairs) - 1
        found.passes(label)
        if label.is_other or label.rule.kind is FieldKind.FIGURES:
            continue
        if last and after:
            empty = not value.strip(" _\t\u3000")
            goes_on = len(line) >= full and label.rule.kind in _GOES_ON and value[-1:] not in "。；"
            known = words.label(after, guess=False)
            if (empty or goes_on) and known is None and len(after) <= _LONGEST_LINE:
                value += "\n" + after
        found.take(label, value, block, box, "line", sure)
    if not pairs:
        _by_blanks(line, block, box, words, found)


def _by_blanks(line: str, block: Block, box: Box | None, words: Vocabulary, found: Found) -> None:
    """联系人 王某 手机 138…: a row of a form whose ruled lines nobody saw."""
    if len(line) > _ROW:
        return
    pieces = line.replace("_", " ").split()[:_MOST_PIECES]
    guess = is_ocr(block)
    # The first word is the label, or names a group of them.
    heads = pieces[: 1 if len(pieces) < 3 else 2]
    if not any(words.label(piece, guess=guess) for piece in heads):
        return
    labels = [words.label(piece, guess=guess) for piece in pieces]
    for place, label in enumerate(labels):
        if label is None:
            continue
        found.passes(label)
        if label.is_other or label.rule.kind is FieldKind.FIGURES:
            continue
        ends = next((n for n in range(place + 1, len(labels)) if labels[n]), len(labels))
        value = " ".join(pieces[place + 1 : ends])
        found.take(label, value, block, box, "line", BY_BLANKS)


def _pairs(
    line: str, words: Vocabulary, looks: Looks, *, guess: bool
) -> Iterator[tuple[Label, str]]:
    """Each known label before a colon, and the text up to the next label."""
    open_label: Label | None = None
    value_from = 0
    for colon in _COLON.finditer(line):
        looks.colons -= 1
        if looks.colons < 0:
            break
        first = max(value_from, colon.start() - _BEFORE_COLON)
        start, label = _label_before(line, first, colon.start(), words, guess=guess)
        if label is None and open_label is not None:
            start, label = _label_behind_value(
                line, max(value_from, colon.start() - _SUFFIX), colon.start(), words, start
            )
        if start is None:
            continue
        if open_label is not None:
            yield open_label, line[value_from:start]
        open_label, value_from = label, colon.end()
    if open_label is not None:
        yield open_label, line[value_from:]


def _label_before(
    line: str, first: int, colon: int, words: Vocabulary, *, guess: bool
) -> tuple[int | None, Label | None]:
    """Where the label that ends at a colon begins; of an unknown one only where."""
    starts = [first, *(first + one.start() for one in _STARTS.finditer(line[first:colon]))]
    starts = list(dict.fromkeys(starts))
    starts = [first, *starts[-_MOST_STARTS:]] if len(starts) > _MOST_STARTS else starts
    for guessing in (False, True) if guess else (False,):
        for start in starts:
            label = words.label(line[start:colon], guess=guessing)
            if label is not None:
                return start, label
    last = starts[-1]
    if last > first and _UNKNOWN_LABEL.match(line[last:colon].strip()):
        return last, None
    return None, None


def _label_behind_value(
    line: str, first: int, colon: int, words: Vocabulary, otherwise: int | None
) -> tuple[int | None, Label | None]:
    """Where a known label begins that follows a value without a blank: 李某手机：138…"""
    for start in range(first, colon - 1):
        label = words.label(line[start:colon])
        if label is not None and len(label.text) > 1:
            return start, label
    return otherwise, None
