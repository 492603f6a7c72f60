"""One side of a number: taken bare of decorations, and split where it holds several things."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from model.full_name import DASHES
from parsers.subject.brackets import Part
from parsers.subject.decorations import DECORATIONS, label_before_number
from parsers.subject.names import NameKind
from parsers.subject.vocabulary import IN_NAMES, SEPARATORS


@dataclass(frozen=True, slots=True)
class Removed:
    """One decoration: folded text [lo, hi), and the code of its finding."""

    code: str
    lo: int
    hi: int


@dataclass(slots=True)
class Side:
    """What one side of the number holds. names: pieces that are names of some kind;
    unknown: pieces that are nothing known; removed: the decorations."""

    names: list[tuple[Part, NameKind]] = field(default_factory=list)
    unknown: list[Part] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)


def read_side(part: Part, facing: str) -> Side:
    """Read folded text beside a number. facing: at which end the number is, "lo" or "hi", or
    "" where there is none; separators at the other end are stray marks."""
    side = Side()
    core = _bare(part, facing, side.removed)
    if core is None:
        return side
    kind = core.kind()
    if kind is NameKind.MIXED and len(pieces := _pieces(core)) > 1:
        for piece in pieces:
            bare = _bare(piece, "both", side.removed)
            if bare is not None:
                _sort(bare, side)
    else:
        _sort(core, side)
    return side


def _sort(core: Part, side: Side) -> None:
    kind = core.kind()
    if kind is None or kind in (NameKind.SHORT, NameKind.MIXED):
        side.unknown.append(core)
    else:
        side.names.append((core, kind))


def _bare(part: Part, facing: str, removed: list[Removed]) -> Part | None:
    """Take off separators and decorations until none is left; None if nothing remains."""
    while part.lo < part.hi:
        labelled = label_before_number(part) if facing == "hi" else None
        if labelled is not None:
            removed.append(Removed("subject.label_words", labelled.hi, part.hi))
            part = labelled
        trimmed = _trim(part, facing, removed)
        if trimmed.lo >= trimmed.hi:
            return None
        step = next(
            ((code, rest) for code, remove in DECORATIONS if (rest := remove(trimmed)) is not None),
            None,
        )
        if step is None:
            return trimmed
        code, rest = step
        if rest.lo > trimmed.lo:
            removed.append(Removed(code, trimmed.lo, rest.lo))
        if rest.hi < trimmed.hi and rest.hi >= rest.lo and rest.lo < trimmed.hi:
            removed.append(Removed(code, rest.hi, trimmed.hi))
        part = rest
    return None


def _trim(part: Part, facing: str, removed: list[Removed]) -> Part:
    text = part.folded.text
    lo, hi = part.lo, part.hi
    marks = SEPARATORS
    while lo < hi and text[lo] in marks:
        lo += 1
    while hi > lo and text[hi - 1] in marks:
        hi -= 1
    if part.lo < lo and facing == "hi" and not _touches(part.lo, removed):
        removed.append(Removed("subject.decorated", part.lo, lo))
    if hi < part.hi and facing == "lo" and not _touches(part.hi, removed):
        removed.append(Removed("subject.decorated", hi, part.hi))
    return part.cut(lo, hi)


def _touches(index: int, removed: list[Removed]) -> bool:
    """Whether a decoration was taken off here, to which the separator then belonged."""
    return any(index in (one.lo, one.hi) for one in removed)


def _pieces(core: Part) -> list[Part]:
    """The core split at separators, brackets that are not round, and white space.

    White space inside what is a name when put together does not split.
    """
    text, gaps = core.folded.text, core.folded.gaps
    marks = (SEPARATORS | set(DASHES)) - IN_NAMES
    spans: list[tuple[int, int]] = []
    start = core.lo
    for index in range(core.lo, core.hi + 1):
        if index == core.hi or text[index] in marks:
            if start < index:
                spans.append((start, index))
            start = index + 1
    parts: list[Part] = []
    for lo, hi in spans:
        whole = core.cut(lo, hi)
        inner = sorted(gap for gap in gaps if lo < gap < hi)
        if not inner or whole.kind() not in (NameKind.MIXED, NameKind.TWO):
            parts.append(whole)
            continue
        bounds = [lo, *inner, hi]
        parts.extend(core.cut(a, b) for a, b in pairwise(bounds))
    return parts
