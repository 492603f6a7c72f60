"""What only the register can tell: where a number ends and a name begins, whose number it is.

A number alone, mistyped, may be another unit's, whose name a letter must not tell: it counts only
where the mail comes from the address that the register has for it. A name alone gives the number
where the unit has exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from model.finding import Finding
from model.full_name import hyphens, normal_name
from model.naming import NamingRule
from model.reading import NameReading, SubjectVerdict
from model.register import Register, RegisterEntry

LONGEST = 400
"""Characters of a text that is taken apart; a subject of more is none."""
CONTESTED = {"subject.two_numbers", "subject.two_names", "subject.branch", "subject.template_text"}
"""What a text says of several, or of nobody: the register cannot know which is meant."""
_RESOLVED = {
    "subject.ambiguous", "subject.no_number", "subject.no_name", "subject.short_name",
    "subject.number_not_as_pattern", "subject.other_words",
}  # fmt: skip
"""Why a text could not be read, where the register has read it."""
_PREFIX = re.compile(r"(?:(?:re|fwd?|回复|答复|转发):)+", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:rar|zip|7z|tar)$", re.IGNORECASE)
_JOINT = " +-_·、,&"


def from_register(
    number: str | None, name: str | None, register: Register, sender: str = ""
) -> tuple[str, str] | None:
    """Number and name of the one unit that half of them stands for, None where it is not sure.

    sender: the mail's address.
    """
    if name and not number:
        entries = register.of_name(name)
        return (entries[0].application_no, name) if len(entries) == 1 else None
    if number and not name:
        entry = register.entry(number)
        if entry and entry.email and entry.email.casefold() == sender.casefold():
            return number, entry.full_name
    return None


def is_contested(readings: Iterable[NameReading]) -> bool:
    return any(note.code in CONTESTED for one in readings for note in one.notes)


def told_apart(
    reading: NameReading, about: str, naming: NamingRule, register: Register
) -> NameReading:
    """The reading, put right where only the register can tell number and name apart."""
    known = reading.application_no and reading.full_name
    if not register or is_contested([reading]):
        return reading
    if known and register.entry(reading.application_no or "") is not None:
        return reading
    found = _apart(reading.text, register)
    if found is None:
        return reading
    number, name, joined = found
    notes = [one for one in reading.notes if one.code not in _RESOLVED]
    if joined and naming.separator:
        notes.append(Finding("subject.no_separator", about, {"separator": naming.separator}))
    return replace(
        reading,
        verdict=SubjectVerdict.ACCEPT_WITH_NOTE,
        application_no=number,
        full_name=name,
        expected=naming.expected(number, name),
        notes=tuple(notes),
    )


def _apart(text: str, register: Register) -> tuple[str, str, bool] | None:
    """The registered number that the text begins or ends with, if the rest is a name of its unit;
    and whether nothing stands between. The longest number goes first."""
    plain = _PREFIX.sub("", hyphens(normal_name(text[: 2 * LONGEST])), count=1)
    plain = _ENDING.sub("", plain)[:LONGEST]
    for size in range(len(plain) - 1, 1, -1):
        for number, rest in ((plain[:size], plain[size:]), (plain[-size:], plain[:-size])):
            entry = register.entry(number)
            if entry is not None and (name := _name_of(entry, rest)):
                return entry.application_no, name, rest == rest.strip(_JOINT)
    return None


def _name_of(entry: RegisterEntry, text: str) -> str:
    """Which of the unit's names a text is, "" if none."""
    wanted = normal_name(text).strip(_JOINT).casefold()
    names = (entry.full_name, *entry.former_names)
    return next((one for one in names if normal_name(one).casefold() == wanted), "")
