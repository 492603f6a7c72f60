"""应报、已报、未报: who of the registered units has sent, by city or by recommender."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from intake.quota import COUNTED
from intake.register.groups import UNKNOWN, group_key, of_entry, of_row
from intake.register.in_force import register_of
from intake.workplace import Workplace
from model.programme import Programme
from model.register import Register, RegisterEntry, plain_number
from model.verdict import Outcome
from storage.ledger import register as rows


class Came(StrEnum):
    """How far a unit has got. RETURNED, LATE: what it sent is not registered, so it still owes."""

    SENT = "sent"
    RETURNED = "returned"
    LATE = "late"
    NOTHING = "nothing"


WORDS = {
    Came.SENT: "已报",
    Came.RETURNED: "已退回，未重新报送",
    Came.LATE: "逾期未接收",
    Came.NOTHING: "未报送",
}
_STATES = {Outcome.RETURNED: Came.RETURNED, Outcome.LATE_REFUSED: Came.LATE}


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. entry: as registered; one that the register does not have is made of its
    application. received_at, object_id: of the version in force, None and "" where nothing came.
    """

    entry: RegisterEntry
    came: Came
    registered: bool = True
    received_at: datetime | None = None
    object_id: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One city or recommender. expected: units in the register. sent: those of them that have.
    others: applications under numbers that the register does not have. quota: None for none."""

    name: str
    expected: int
    sent: int
    others: int
    units: tuple[Unit, ...]
    quota: int | None = None

    @property
    def outstanding(self) -> tuple[Unit, ...]:
        """Registered units that owe their application."""
        return tuple(one for one in self.units if one.registered and one.came is not Came.SENT)

    @property
    def is_over(self) -> bool:
        return self.quota is not None and self.sent + self.others > self.quota


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """by: "city" or "recommender". version: of the register, 0 where none was imported: then
    nobody is expected, and there are only those that have sent."""

    programme: Programme
    by: str
    version: int
    at: datetime
    groups: tuple[Group, ...]

    @property
    def expected(self) -> int:
        return sum(one.expected for one in self.groups)

    @property
    def sent(self) -> int:
        return sum(one.sent for one in self.groups)

    @property
    def others(self) -> int:
        return sum(one.others for one in self.groups)

    @property
    def outstanding(self) -> tuple[Unit, ...]:
        return tuple(unit for one in self.groups for unit in one.outstanding)


def report(place: Workplace, programme: str, by: str = "city") -> RegisterReport:
    """Count every registered unit once, and every application that the register does not have."""
    rules = place.programme(programme)
    register = register_of(place, rules.id)
    with place.ledger.read() as tx:
        applications = rows.applications_of(tx, rules.id)
    units = [*_registered(register, applications), *_others(register, applications)]
    quota = rules.number_register.quota if rules.number_register.quota_by == by else None
    named: dict[str, list[tuple[str, Unit]]] = {}
    by_number = {plain_number(row.application_no): row for row in applications}
    for unit in units:
        row = by_number.get(plain_number(unit.entry.application_no))
        name = of_entry(unit.entry, by) or (of_row(row, register, by) if row is not None else "")
        named.setdefault(group_key(name, by), []).append((name, unit))
    groups = tuple(_group(key, some, quota) for key, some in named.items())
    return RegisterReport(rules, by, register.version, place.clock(), groups)


def _group(key: str, some: list[tuple[str, Unit]], quota: int | None) -> Group:
    """A group under the spelling that most of its units have."""
    spelt = Counter(name for name, _ in some).most_common(1)[0][0]
    units = tuple(unit for _, unit in some)
    sent = [one for one in units if one.came is Came.SENT]
    registered = sum(one.registered for one in sent)
    return Group(
        name=spelt or UNKNOWN,
        expected=sum(one.registered for one in units),
        sent=registered,
        others=len(sent) - registered,
        units=units,
        quota=quota if key else None,
    )


def _registered(register: Register, applications: Iterable[Row[Any]]) -> list[Unit]:
    came = {plain_number(row.application_no): row for row in applications}
    units = []
    for entry in register.entries:
        row = came.get(plain_number(entry.application_no))
        if row is None:
            units.append(Unit(entry, Came.NOTHING))
        else:
            units.append(_unit(entry, row))
    return units


def _others(register: Register, applications: Iterable[Row[Any]]) -> list[Unit]:
    units = []
    for row in applications:
        if register.entry(row.application_no) is None:
            fields = row.fields or {}
            entry = RegisterEntry(
                application_no=row.application_no,
                full_name=row.full_name,
                uscc=fields.get("uscc", ""),
                city=fields.get("city", ""),
                recommender=fields.get("recommended_by", ""),
                contact=fields.get("contact", ""),
                mobile=fields.get("mobile", ""),
                email=row.sender,
            )
            units.append(_unit(entry, row, registered=False))
    return units


def _unit(entry: RegisterEntry, row: Row[Any], *, registered: bool = True) -> Unit:
    return Unit(entry, _came(row), registered, row.received_at, row.object_id)


def _came(row: Row[Any]) -> Came:
    return Came.SENT if row.outcome in COUNTED else _STATES.get(row.outcome, Came.NOTHING)
