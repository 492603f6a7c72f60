"""How alike two names of units are, where one of them was read by a machine."""

from __future__ import annotations

from difflib import SequenceMatcher

from model.full_name import normal_name


def likeness(one: str, other: str) -> float:
    """1 for the same name, 0 for nothing in common; a wrong letter in ten costs a tenth.

    Brackets, white space and case count for nothing. Symmetric; two empty names are not alike.
    """
    first, second = (normal_name(name).casefold().replace("(", "").replace(")", "")
                     for name in (one, other))  # fmt: skip
    if not first or not second:
        return 0.0
    longest = max(len(first), len(second))
    return round(1 - _distance(first, second) / longest, 3)


def contained(part: str, whole: str) -> float:
    """How much of `part` stands in `whole` in its order: for a name of which only a part shows."""
    first, second = normal_name(part).casefold(), normal_name(whole).casefold()
    if not first or not second:
        return 0.0
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return round(sum(block.size for block in blocks) / len(first), 3)


def _distance(one: str, other: str) -> int:
    """Letters to change, add or leave out (Levenshtein)."""
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            line.append(
                min(
                    before[column] + 1,
                    line[column - 1] + 1,
                    before[column - 1] + (letter != against),
                )
            )
        before = line
    return before[-1]
