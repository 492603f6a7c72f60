"""The findings of one reading, gathered while it goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from model.finding import Finding
from parsers.subject.brackets import Part
from parsers.subject.decorations import SPOKEN
from parsers.subject.fold import Folded, fold
from parsers.subject.numbers import Candidate
from parsers.subject.regex import Regex
from parsers.subject.segments import Removed
from parsers.subject.vocabulary import SEPARATORS

_WITHDRAWAL = Regex("撤回|撤销|作废|(?:取消|放弃)申报|recall", re.IGNORECASE)


@dataclass(slots=True)
class Notes:
    """One finding for each code, in the order in which they were met. about: 邮件主题 or the
    package's name in words, for the sentences."""

    folded: Folded
    about: str
    _found: dict[str, dict[str, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._found)

    def add(self, code: str, **params: str) -> None:
        self._found.setdefault(code, params)

    def removed(self, pieces: Iterable[Removed]) -> None:
        """Note decorations: for each code all its words, neighbours as one, in their order."""
        by_code: dict[str, list[Removed]] = {}
        for piece in sorted(pieces, key=lambda piece: piece.lo):
            group = by_code.setdefault(piece.code, [])
            if group and group[-1].hi == piece.lo and piece.code != "subject.decorated":
                group[-1] = Removed(piece.code, group[-1].lo, piece.hi)
            else:
                group.append(piece)
        by_code.pop(SPOKEN, None)
        for code, group in by_code.items():
            words = [self.folded.spelling(piece.lo, piece.hi) for piece in group]
            if code != "subject.decorated":
                words = [word.strip("+-_、，,—") or word for word in words]
            self.add(code, words="、".join(words))
            if any(_WITHDRAWAL.search(word) for word in words):
                self.add("subject.withdrawal", words="、".join(words))

    def findings(self) -> tuple[Finding, ...]:
        return tuple(Finding(code, self.about, params) for code, params in self._found.items())


def note_joint(notes: Notes, part: Part, at: Candidate, name: Part, removed: list[Removed]) -> None:
    """Say whether number and name stand in the rule's order, with its separator between them."""
    folded, rule = part.folded, part.rule
    name_first = name.lo < at.lo
    lo, hi = (name.hi, at.lo) if name_first else (at.hi, name.lo)
    if name_first != (rule.order[0] == "name"):
        notes.add("subject.order_reversed")
    if folded.text[at.lo : at.hi] != at.value:
        notes.add("subject.dash_in_number", number=folded.spelling(at.lo, at.hi))
    runs = _separators(folded, lo, hi, removed)
    if fold(rule.separator).text in runs:
        return
    if runs:
        notes.add("subject.other_separator", found=runs[0], separator=rule.separator)
    elif any(gap in folded.gaps for gap in range(lo, hi + 1)):
        notes.add("subject.other_separator", found="空格", separator=rule.separator)
    elif lo == hi:
        notes.add("subject.no_separator", separator=rule.separator)


def _separators(folded: Folded, lo: int, hi: int, removed: list[Removed]) -> list[str]:
    """The runs of separators in folded text [lo, hi) that belong to no decoration."""
    spoken = {one.lo for one in removed if one.code == SPOKEN}
    taken = {index for one in removed for index in range(one.lo, one.hi)}
    runs: list[str] = []
    going_on = False
    for index in range(lo, hi):
        mark = index not in taken and folded.text[index] in SEPARATORS
        if mark and going_on:
            runs[-1] += folded.text[index]
        elif mark:
            runs.append(folded.text[index])
        elif index in spoken:
            runs.append("加")
        going_on = mark
    return runs
