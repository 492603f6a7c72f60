"""What an import would change in the register in force, number by number, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from model.register import Register, RegisterEntry, plain_number
from model.register_import import ImportMode

COLUMNS = {
    "application_no": "申报编号",
    "full_name": "申报单位全称",
    "uscc": "统一社会信用代码",
    "city": "市",
    "recommender": "推荐单位",
    "contact": "联系人",
    "mobile": "手机",
    "email": "邮箱",
    "former_names": "曾用名",
}
"""Every column of a register, by the attribute of an entry, as an exported one heads it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry before and after. differences: (attribute, old, new) as texts."""

    before: RegisterEntry
    after: RegisterEntry
    differences: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """unchanged: how many entries stay as they are."""

    added: tuple[RegisterEntry, ...]
    changed: tuple[Change, ...]
    removed: tuple[RegisterEntry, ...]
    unchanged: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def text_of(entry: RegisterEntry, attribute: str) -> str:
    """One cell of a register."""
    value = getattr(entry, attribute)
    return "、".join(value) if isinstance(value, tuple) else str(value)


def merged(
    register: Register, entries: Iterable[RegisterEntry], mode: ImportMode
) -> tuple[RegisterEntry, ...]:
    """The register as it would be from then on: the new entries alone, or those in force with the
    new ones in their places and behind them."""
    new = {plain_number(one.application_no): one for one in entries}
    if mode is ImportMode.REPLACE:
        return tuple(new.values())
    kept = [new.pop(plain_number(one.application_no), one) for one in register.entries]
    return (*kept, *new.values())


def changes(register: Register, entries: Iterable[RegisterEntry]) -> Changes:
    """How the entries differ from the register in force."""
    added: list[RegisterEntry] = []
    changed: list[Change] = []
    unchanged = 0
    numbers = set()
    for one in entries:
        numbers.add(plain_number(one.application_no))
        before = register.entry(one.application_no)
        if before is None:
            added.append(one)
        elif differences := _differences(before, one):
            changed.append(Change(before, one, differences))
        else:
            unchanged += 1
    removed = [one for one in register.entries if plain_number(one.application_no) not in numbers]
    return Changes(tuple(added), tuple(changed), tuple(removed), unchanged)


def _differences(before: RegisterEntry, after: RegisterEntry) -> tuple[tuple[str, str, str], ...]:
    names = (one.name for one in fields(RegisterEntry))
    return tuple(
        (name, text_of(before, name), text_of(after, name))
        for name in names
        if getattr(before, name) != getattr(after, name)
    )
