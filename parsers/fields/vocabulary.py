"""The labels of a programme's fields, and which of them a text is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from model.fields import FieldKind, FieldRule, is_pattern
from model.labels import normal_label, unit_in
from model.misread import distance, tolerated

_LONGEST_WORD = 16
"""Words past it are not looked for among misread ones."""
_MOST_GUESSES = 3_000
"""Different texts of one document that are compared with every word; 1 ms each."""
_YEAR_BEFORE = re.compile(r"^((?:19|20)\d\d)年(?:度|末)?(.+)$")


@dataclass(frozen=True, slots=True)
class Label:
    """A text that is the label of a field. own: it is the field's own name, no synonym.

    guessed: it was not read quite so. year, unit: as it names them, "" where not.
    """

    rule: FieldRule
    text: str
    own: bool = False
    guessed: bool = False
    year: str = ""
    unit: str = ""

    @property
    def is_other(self) -> bool:
        return self.rule.kind is FieldKind.OTHER


class Vocabulary:
    """Every label of the rules; the first rule that gives a word has it."""

    def __init__(self, rules: Iterable[FieldRule]) -> None:
        self._words: dict[str, FieldRule] = {}
        self._patterns: list[tuple[re.Pattern[str], FieldRule]] = []
        self._known: dict[tuple[str, bool], Label | None] = {}
        self._guesses = _MOST_GUESSES
        for rule in rules:
            for word in rule.words:
                if is_pattern(word):
                    self._patterns.append((re.compile(word[1:-1]), rule))
                else:
                    self._words.setdefault(normal_label(word), rule)

    def label(self, text: str, *, guess: bool = False) -> Label | None:
        """The label that the whole text is. guess: a few characters may be wrong."""
        plain = normal_label(text)
        if not plain:
            return None
        if (plain, guess) not in self._known:
            if len(self._known) > 10_000:  # a crowd of cells is no reason to keep them all
                self._known.clear()
            self._known[plain, guess] = self._find(plain, guess=guess)
        found = self._known[plain, guess]
        if found is None:
            return None
        unit = unit_in(text)
        return found if not unit else _with_unit(found, unit)

    def _find(self, plain: str, *, guess: bool) -> Label | None:
        if rule := self._words.get(plain):
            return Label(rule, plain, own=plain == normal_label(rule.label))
        for pattern, rule in self._patterns:
            if pattern.fullmatch(plain):
                return Label(rule, plain)
        if dated := _YEAR_BEFORE.match(plain):
            rule_ = self._words.get(dated[2])
            if rule_ is not None and rule_.kind is FieldKind.FIGURES:
                return Label(rule_, plain, year=dated[1])
        return self._likely(plain) if guess else None

    def _likely(self, plain: str) -> Label | None:
        """The one word that the text is nearest to, none where two are as near."""
        best: dict[str, FieldRule] = {}
        least = _LONGEST_WORD
        if not 3 <= len(plain) <= _LONGEST_WORD or plain.isascii() or self._guesses <= 0:
            return None
        self._guesses -= 1
        for word, rule in self._words.items():
            most = tolerated(word)
            apart = distance(plain, word, most) if most else most + 1
            if apart > most or apart > least:
                continue
            if apart < least:
                best, least = {}, apart
            best[rule.id] = rule
        if len(best) != 1:
            return None
        return Label(next(iter(best.values())), plain, guessed=True)


def _with_unit(label: Label, unit: str) -> Label:
    return Label(label.rule, label.text, label.own, label.guessed, label.year, unit)
