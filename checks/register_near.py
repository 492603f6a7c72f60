"""What an unknown number or name may have been meant for, as a clerk would guess it."""

from __future__ import annotations

import re
from collections import Counter
from heapq import nlargest

from model.full_name import normal_name
from model.likeness import likeness
from model.register import Register, RegisterEntry, plain_number

MOST = 3
"""Suggestions; more of them say nothing."""
LONGEST = 100
NEAR_NAME = 0.75
"""Likeness from which a name is suggested: three letters of twelve."""
MOST_COMPARED = 40
"""Names that are compared closely, which costs a hundred times as much as counting letters."""
_LOOK_ALIKES = str.maketrans("OQDILZSB", "00011258")
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def near_numbers(number: str, register: Register) -> list[RegisterEntry]:
    """Entries whose numbers differ by look-alikes, hyphens, leading zeros, one sign, or two
    neighbours that changed places; the likeliest first."""
    wanted = plain_number(number[:LONGEST])
    found: dict[str, RegisterEntry] = {}
    skeleton = _skeleton(wanted)
    for one in register.entries:
        if _skeleton(plain_number(one.application_no)) == skeleton:
            found.setdefault(one.application_no, one)
    for other in (*_turned(wanted), *_one_off(wanted)):
        if len(found) >= MOST:
            break
        entry = register.entry(other)
        if entry is not None:
            found.setdefault(entry.application_no, entry)
    return list(found.values())[:MOST]


def near_names(name: str, register: Register) -> list[RegisterEntry]:
    """Entries whose names, or former ones, are like a name; the likest first."""
    wanted = normal_name(name[:LONGEST]).casefold()
    letters = Counter(wanted)
    shared = (
        (_shared(letters, other), -place, other, entries)
        for place, (other, entries) in enumerate(register.names())
    )
    closest = nlargest(MOST_COMPARED, shared, key=lambda one: one[:2])
    alike = [(likeness(wanted, other[:LONGEST]), entries) for _, _, other, entries in closest]
    alike.sort(key=lambda one: -one[0])
    found = [entry for share, entries in alike if share >= NEAR_NAME for entry in entries]
    return list(dict.fromkeys(found))[:MOST]


def shown(entries: list[RegisterEntry]) -> str:
    return "；".join(f"{one.application_no} {one.full_name}" for one in entries)


def _shared(letters: Counter[str], other: str) -> float:
    """How much of the longer of two names stands in both, in whatever order: at least as much as
    they are alike."""
    common = sum(min(count, other.count(letter)) for letter, count in letters.items())
    return common / max(letters.total(), len(other), 1)


def _skeleton(number: str) -> str:
    return _ZEROS.sub("", number.replace("-", "").translate(_LOOK_ALIKES))


def _turned(number: str) -> list[str]:
    return [
        number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        for at in range(len(number) - 1)
    ]


def _one_off(number: str) -> list[str]:
    """One sign other, lacking, or too many."""
    other = [
        number[:at] + sign + number[at + 1 :] for at in range(len(number)) for sign in _LETTERS
    ]
    fewer = [number[:at] + number[at + 1 :] for at in range(len(number))]
    more = [number[:at] + sign + number[at:] for at in range(len(number) + 1) for sign in _LETTERS]
    return [*other, *fewer, *more]
