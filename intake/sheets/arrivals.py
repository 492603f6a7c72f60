"""按日收到: how many submissions came on each day, in the programme's zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row

from model.programme import Programme
from model.verdict import Outcome
from storage.ledger import queries

MOST_DAYS = 1000
"""Days shown: mail that was imported with a date of another year is counted on the first or last
of them."""


class Arrival(StrEnum):
    """What a mail was to its application. FIRST: the first that came for it. LATER: another
    version. DUPLICATE: nothing new. UNKNOWN: it could not be tied to an application."""

    FIRST = "first"
    LATER = "later"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Day:
    """One day. counts: of every kind, 0 where none came; None on days that are still to come.
    so_far: applications up to its end."""

    day: date
    counts: dict[Arrival, int] | None
    so_far: int | None

    @property
    def total(self) -> int:
        return sum(self.counts.values()) if self.counts else 0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Every day from the opening, or the first mail, to the last mail or the deadline.

    deadline: the first moment after the window, in the programme's zone. until: when it was
    counted. outside: mails that came on days before or after those shown.
    """

    title: str
    days: tuple[Day, ...]
    deadline: datetime
    until: datetime
    outside: int = 0

    def sum_of(self, kind: Arrival) -> int:
        return sum(day.counts[kind] for day in self.days if day.counts)


def count_arrivals(tx: Connection, rules: Programme, now: datetime) -> Arrivals:
    """Each mail once, on the day of the server's time; machines' mail and mere covers left out."""
    zone = rules.zone
    until = now.astimezone(zone)
    deadline = rules.window.ends_before(zone)
    found: dict[date, Counter[Arrival]] = {}
    for moment, kind in _mails(queries.arrivals(tx, rules.id)):
        found.setdefault(moment.astimezone(zone).date(), Counter())[kind] += 1
    closing = (deadline - timedelta(microseconds=1)).date()
    opening = rules.window.starts_at(zone)
    first = min([closing, *found, *([opening.date()] if opening else [])])
    last = max([closing, *found])
    if (last - first).days >= MOST_DAYS:
        first = max(first, closing - timedelta(days=MOST_DAYS // 2))
        last = min(last, first + timedelta(days=MOST_DAYS - 1))
    days, so_far, outside = [], 0, 0
    for day in sorted(found):
        if day < first:
            so_far += found[day][Arrival.FIRST]
        if not first <= day <= last:
            outside += found[day].total()
    day = first
    while day <= last:
        counts = found.get(day, Counter())
        so_far += counts[Arrival.FIRST]
        if day <= until.date() or counts:
            days.append(Day(day, {kind: counts[kind] for kind in Arrival}, so_far))
        else:
            days.append(Day(day, None, None))
        day += timedelta(days=1)
    return Arrivals(rules.title, tuple(days), deadline, until, outside)


def _mails(rows: Iterable[Row[Any]]) -> Iterator[tuple[datetime, Arrival]]:
    """Every submission once: by the newest version made from it, where it was not tied
    elsewhere."""
    newest: dict[str, Row[Any]] = {}
    for row in rows:
        if row.outcome != Outcome.TIED:
            newest[row.sha256] = row
    known: set[str] = set()
    for row in sorted(newest.values(), key=lambda row: (row.received_at, row.sha256)):
        if row.outcome in (Outcome.IGNORED, Outcome.FORWARDED):
            continue
        if not row.application_no:
            yield row.received_at, Arrival.UNKNOWN
        elif row.outcome == Outcome.DUPLICATE and row.object_id in known:
            yield row.received_at, Arrival.DUPLICATE
        elif row.object_id in known:
            yield row.received_at, Arrival.LATER
        else:
            known.add(row.object_id)
            yield row.received_at, Arrival.FIRST
