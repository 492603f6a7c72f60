"""The register rule: is the number one that was issued, and to this unit?

What the register says of other units is for the clerk alone: it stands in findings that no
letter tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.case import Case
from checks.form_identity import field_of, forms_of
from checks.register_near import near_names, near_numbers, shown
from model.agreement import NameRelation
from model.fields import USCC_FIELD
from model.finding import Effect, Finding
from model.full_name import normal_name
from model.likeness import likeness
from model.name_relation import relation
from model.register import Register, RegisterEntry

NEARLY = 0.9
"""Likeness from which another name under a unit's own number is a slip of the pen for a person to
look at, and no other unit's: one letter of ten."""
OWN = (NameRelation.SAME, NameRelation.BRACKETS, NameRelation.FORMER)


def check(case: Case) -> Iterator[Finding]:
    register, identity = case.standing.register, case.identity
    if not register:
        return
    number, name = identity.application_no, identity.full_name
    entry = register.entry(number) if number else None
    if number and entry is None:
        yield from _unknown(case, number, register)
    elif number and entry is not None:
        yield from _belongs(number, name, entry, register)
        yield from _code(case, entry)
    elif name:
        yield from _of_name(name, register)


def _unknown(case: Case, number: str, register: Register) -> Iterator[Finding]:
    person = case.programme.number_register.unknown_number == "person"
    so = Effect.PERSON if person else None
    yield Finding("register.unknown_number", params={"number": number}, so=so)
    if near := near_numbers(number, register):
        yield Finding("register.near_numbers", params={"number": number, "likely": shown(near)})
    if case.identity.full_name:
        yield from _of_name(case.identity.full_name, register)


def _of_name(name: str, register: Register) -> Iterator[Finding]:
    """Which numbers the register has for a unit, or for units of like names."""
    if entries := register.of_name(name):
        numbers = "、".join(one.application_no for one in entries)
        yield Finding("register.number_of_name", params={"name": name, "numbers": numbers})
    elif near := near_names(name, register):
        yield Finding("register.near_names", params={"name": name, "likely": shown(near)})


def _belongs(
    number: str, name: str | None, entry: RegisterEntry, register: Register
) -> Iterator[Finding]:
    """Whether the number is this unit's."""
    registered = {"number": number, "name": entry.full_name}
    if not name:
        yield Finding("register.registered_to", params=registered)
        return
    kind = relation(name, entry.full_name, entry.former_names)
    if kind is NameRelation.FORMER:
        params = {"name": name, "registered": entry.full_name}
        yield Finding("register.former_name", params=params)
    if kind in OWN:
        return
    given = {"number": number, "name": name}
    if _is_a_slip(name, kind, entry, register):
        yield Finding("register.name_differs", params=given)
    else:
        yield Finding("register.other_unit", params=given)
    yield Finding("register.registered_to", params=registered)
    yield from _of_name(name, register)


def _is_a_slip(name: str, kind: NameRelation, entry: RegisterEntry, register: Register) -> bool:
    """Whether a name stands for the unit all the same: shortened, of the legal form it had or has
    got, or with a letter wrong; unless the register has just that name for another unit."""
    if register.of_name(name):
        return False
    if kind in (NameRelation.ABBREVIATION, NameRelation.CONVERTED):
        return True
    if kind is not NameRelation.OTHER:
        return False
    names = (entry.full_name, *entry.former_names)
    return max(likeness(normal_name(name), one) for one in names) >= NEARLY


def _code(case: Case, entry: RegisterEntry) -> Iterator[Finding]:
    if not entry.uscc:
        return
    for file in forms_of(case.files, case.assignment, case.programme):
        code = field_of(file, USCC_FIELD)
        if code is not None and "invalid" not in code.flags and code.value != entry.uscc:
            params = {"found": code.value, "registered": entry.uscc}
            yield Finding("register.uscc_differs", file.path, params)
