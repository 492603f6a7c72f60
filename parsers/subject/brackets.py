"""A stretch of folded text under a rule, and the brackets and quotes round it or beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.full_name import hyphens
from parsers.subject.fold import Folded
from parsers.subject.meanings import holds_number
from parsers.subject.names import NameKind, ending_of, kind_of
from parsers.subject.numbers import is_number_in_place
from parsers.subject.vocabulary import (
    CLOSES,
    CLOSING,
    NUMBER_LABELS,
    OPENING,
    PARTNERSHIP,
    QUOTES,
    SEPARATORS,
)

if TYPE_CHECKING:
    from model.programme import NamingRule


@dataclass(frozen=True, slots=True)
class Part:
    """Folded text [lo, hi) under a rule."""

    folded: Folded
    lo: int
    hi: int
    rule: NamingRule

    @property
    def text(self) -> str:
        return self.folded.text[self.lo : self.hi]

    def cut(self, lo: int, hi: int) -> Part:
        return Part(self.folded, lo, hi, self.rule)

    def kind(self) -> NameKind | None:
        return kind_of(self.text, self.rule) if self.lo < self.hi else None

    def separated(self, index: int) -> bool:
        """Whether something parts text[index] from the character before it."""
        text = self.folded.text
        return index in self.folded.gaps or (
            self.lo < index < self.hi
            and (
                text[index - 1] in SEPARATORS
                or text[index] in SEPARATORS
                or text[index - 1] in CLOSING
            )
        )


def front_tag(part: Part) -> Part | None:
    """【质量标杆】 or [External]: a bracket in front that holds neither number nor full name."""
    if part.lo >= part.hi or part.folded.text[part.lo] not in OPENING:
        return None
    end = matching(part, part.lo)
    if end is None or end == part.hi - 1:
        return None
    inner = part.cut(part.lo + 1, end)
    if holds_number(hyphens(inner.text)) or _has_name(inner) or _is_value(inner):
        return None
    return part.cut(end + 1, part.hi)


def _is_value(inner: Part) -> bool:
    """Whether a bracket holds what may be the number itself, or the label of one."""

    text = hyphens(inner.text)
    return (
        is_number_in_place(text, inner.rule) and sum(c.isdigit() for c in text) > 2
    ) or text.startswith(tuple(NUMBER_LABELS[:8]))


def _has_name(part: Part) -> bool:
    return part.kind() in (NameKind.FULL, NameKind.TWO, NameKind.BRANCH, NameKind.PLACEHOLDER) or (
        "有限公司" in part.text
    )


def matching(part: Part, opening: int) -> int | None:
    """The index of the bracket that closes the one at `opening`, None if none does."""
    text = part.folded.text
    opens, closes = text[opening], CLOSES[text[opening]]
    depth = 0
    for index in range(opening, part.hi):
        if text[index] == opens:
            depth += 1
        elif text[index] == closes:
            depth -= 1
            if depth == 0:
                return index
    return None


def _opened_at(part: Part, closing: int) -> int | None:
    text = part.folded.text
    closes = text[closing]
    opens = OPENING[CLOSING.index(closes)]
    depth = 0
    for index in range(closing, part.lo - 1, -1):
        if text[index] == closes:
            depth += 1
        elif text[index] == opens:
            depth -= 1
            if depth == 0:
                return index
    return None


def wrapping(part: Part) -> Part | None:
    """Quotes and brackets round it, also where only one of the two is left."""
    text, lo, hi = part.folded.text, part.lo, part.hi
    first, last = text[lo], text[hi - 1]
    if first in QUOTES or first in CLOSING or (first in OPENING and matching(part, lo) is None):
        return part.cut(lo + 1, hi)
    if last in QUOTES or last in OPENING or (last in CLOSING and _opened_at(part, hi - 1) is None):
        return part.cut(lo, hi - 1)
    if first in OPENING and matching(part, lo) == hi - 1:
        return part.cut(lo + 1, hi - 1)
    return None


def bracket_at_end(part: Part) -> Part | None:
    """（修改版） (1) 【最终】 behind a name; （有限合伙） is the name's own and stays."""
    text, lo, hi = part.folded.text, part.lo, part.hi
    if text[hi - 1] not in CLOSING:
        return None
    start = _opened_at(part, hi - 1)
    if start is None or start <= lo or PARTNERSHIP.search(text, start, hi):
        return None
    inner = part.cut(start + 1, hi - 1)
    return (
        None
        if _has_name(inner) or ending_of(inner.text, part.rule) == "集团"
        else part.cut(lo, start)
    )
