"""The text as the rule says, after NFKC, white space and bracket folding; nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from parsers.subject.brackets import Part
from parsers.subject.fold import fold, is_ascii_word
from parsers.subject.names import NameKind
from parsers.subject.numbers import is_number_in_place, parts_numbers
from parsers.subject.places import begins_with_place, place_ends
from parsers.subject.vocabulary import UNMISTAKABLE


@dataclass(frozen=True, slots=True)
class Exact:
    """number: in NFKC, its case kept. name: as the sender spelt it."""

    number: str
    name: str


def read_exact(part: Part) -> Exact | None:
    """Split the text at the rule's separator in the rule's order, where exactly one place does."""
    separator = fold(part.rule.separator).text
    text = part.folded.text
    found: list[Exact] = []
    at = text.find(separator, part.lo, part.hi)
    while at >= 0:
        first, second = part.cut(part.lo, at), part.cut(at + len(separator), part.hi)
        number, name = (first, second) if part.rule.order[0] == "number" else (second, first)
        if _is_pair(number, name):
            found.append(Exact(number.text, name.folded.spelling(name.lo, name.hi)))
        at = text.find(separator, at + 1, part.hi)
    return found[0] if len(found) == 1 else None


def _is_pair(number: Part, name: Part) -> bool:
    if number.lo >= number.hi or name.lo >= name.hi:
        return False
    if not is_number_in_place(number.text, number.rule) or _is_several(number):
        return False
    if _may_belong_to_number(number, name):
        return False
    if _brings_city(name):
        return False
    kind = name.kind()
    if kind is NameKind.FULL:
        return True
    return kind is NameKind.SHORT and name.rule.short_names and _is_plain(name)


def _may_belong_to_number(number: Part, name: Part) -> bool:
    """Whether 2022-173ZD-101某某 stands here under a rule with a hyphen: the digits at the
    beginning of the name can be the number's last group, and no separator was written."""
    return (
        number.rule.order[0] == "number"
        and "-" in number.rule.separator
        and "-" in number.text
        and name.text[:3].isdigit()
    )


def _brings_city(name: Part) -> bool:
    """Whether white space parts a place from a name that begins with a place of its own."""
    text = name.folded.text
    return any(
        end in name.folded.gaps and begins_with_place(text[end : name.hi])
        for end in place_ends(text, name.lo, name.hi)
    )


def _is_several(number: Part) -> bool:
    """Whether white space parts a number from something else here, and does not group it."""
    if number.rule.number_pattern is not None:
        return False
    gaps = sorted(gap for gap in number.folded.gaps if number.lo < gap < number.hi)
    words = [
        number.folded.dashed[start:end].strip("-")
        for start, end in pairwise([number.lo, *gaps, number.hi])
    ]
    return any(after and parts_numbers(before, after) for before, after in pairwise(words))


def _is_plain(name: Part) -> bool:
    """Whether a short name is all name: no white space but between Latin words, and no trailing
    word of the trade."""
    text = name.folded.text
    inside = any(
        name.lo < gap < name.hi and not (is_ascii_word(text[gap - 1]) and is_ascii_word(text[gap]))
        for gap in name.folded.gaps
    )
    return not inside and not name.text.endswith(UNMISTAKABLE)
