"""The page /register: 应报, 已报, 未报 of each programme, and a search in its register."""

from __future__ import annotations

from typing import Any

from checks.register_near import near_names, near_numbers
from intake.register.groups import GROUPS
from intake.register.in_force import register_of
from intake.register.report import WORDS, RegisterReport, Unit, report
from intake.workplace import Workplace
from model.full_name import normal_name
from model.register import RegisterEntry, plain_number
from storage.ledger import register as rows

MOST = 200
"""Units that a search shows."""


def page(place: Workplace, programme: str, by: str, wanted: str) -> dict[str, Any] | None:
    """What the page shows; None where there is no such programme.

    programme: its id, "" for the first that has a register, else the configured one. by: "city" or
    "recommender". wanted: a number or a part of a name, "" for no search.
    """
    with place.ledger.read() as tx:
        known = rows.programmes(tx)
    default = place.programme(place.settings.programme).id
    names = list(dict.fromkeys([*known, default]))
    chosen = programme or names[0]
    if chosen not in names:
        return None
    made = report(place, chosen, by if by in GROUPS else "city")
    found, near = _search(place, made, wanted)
    zone = made.programme.zone
    return {
        "programmes": [(name, place.programme(name).title) for name in names],
        "programme": chosen,
        "report": made,
        "by": made.by,
        "group_word": GROUPS[made.by],
        "groups": GROUPS,
        "words": {came.value: word for came, word in WORDS.items()},
        "outstanding": [(group.name, unit) for group in made.groups for unit in group.outstanding],
        "wanted": wanted,
        "found": found[:MOST],
        "more": max(0, len(found) - MOST),
        "near": near,
        "received": {
            unit.entry.application_no: unit.received_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            for _, unit in found[:MOST]
            if unit.received_at
        },
    }


def _search(
    place: Workplace, made: RegisterReport, wanted: str
) -> tuple[list[tuple[str, Unit]], list[RegisterEntry]]:
    """Units of which number or name holds the text; where there is none, entries like it."""
    if not wanted:
        return [], []
    name, number = normal_name(wanted).casefold(), plain_number(wanted)
    found = [
        (group.name, unit)
        for group in made.groups
        for unit in group.units
        if _holds(unit.entry, name, number)
    ]
    if found:
        return found, []
    register = register_of(place, made.programme.id)
    near = [*near_numbers(wanted, register), *near_names(wanted, register)]
    return [], list(dict.fromkeys(near))


def _holds(entry: RegisterEntry, name: str, number: str) -> bool:
    names = (entry.full_name, *entry.former_names, entry.contact, entry.city, entry.recommender)
    return number in plain_number(entry.application_no) or any(
        name in normal_name(one).casefold() for one in names
    )
