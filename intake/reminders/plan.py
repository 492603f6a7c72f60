"""Which letters that answer no mail are due: reminders of corrections (补正提醒), and letters to
registered units that have sent nothing (催报). Planned from the ledger; nothing is written here.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from intake.register.in_force import register_of
from intake.reminders.cause import NOT_SENT, correction_cause, not_sent_cause
from intake.workplace import Workplace
from model.programme import Programme
from model.register import NO_REGISTER, RegisterEntry, plain_number
from model.verdict import ReceiptKind
from model.workdays import is_workday
from receipts.policy import reason_not_to_write
from storage.ledger import queries, reminders
from storage.ledger import register as registers
from storage.ledger.reminders import Unread

CORRECTIONS = ReceiptKind.CORRECTION_REMINDER
NOT_SENT_YET = ReceiptKind.NOT_SENT_REMINDER
KINDS = (CORRECTIONS, NOT_SENT_YET)

LONGEST_BREAK_DAYS = 15
"""No run of days off is longer: so far may a mark be moved forward."""
CAP_HOURS = 24


@dataclass(frozen=True, slots=True)
class Planned:
    """One letter that is due.

    key: what it is for; it is written once for each. object_id: where it is filed. mark: days
    before last_day, which is when the correction is due or the window closes. asked: version of
    the receipt that asks for the correction. entry: the unit's, of a letter to one that has sent
    nothing. refused: why it is not written now, a key of receipts/not_reminded.toml, "" where it
    is. receipt_no: its number once it is written, or of the letter that was written before.
    """

    kind: ReceiptKind
    key: str
    programme: str
    object_id: str
    application_no: str
    full_name: str
    recipient: str
    mark: int
    last_day: date
    copy_to: str = ""
    asked: int = 0
    entry: RegisterEntry | None = None
    refused: str = ""
    receipt_no: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows that all letters depend on.

    written: numbers of reminders by key. owed: letters of the last hours by address. unreachable:
    addresses that the last letter did not reach. own: our addresses.
    """

    now: datetime
    unread: Unread
    written: dict[str, str]
    owed: Counter[str]
    unreachable: dict[str, str]
    own: Collection[str] = field(default_factory=frozenset)


def known(place: Workplace, tx: Connection, programme: str, now: datetime) -> Known:
    """Looked up once for all letters of a run."""
    return Known(
        now,
        reminders.unread(tx),
        reminders.written(tx, programme),
        Counter(reminders.letters_since(tx, now - timedelta(hours=CAP_HOURS))),
        reminders.unreachable(tx),
        place.settings.all_own_addresses(),
    )


def due_reminders(
    place: Workplace, rules: Programme, now: datetime, kinds: Collection[ReceiptKind] = KINDS
) -> list[Planned]:
    """Every letter whose day has come, those among them that are not written now with the reason.
    The most urgent corrections stand first."""
    register = register_of(place, rules.id) if NOT_SENT_YET in kinds else NO_REGISTER
    planned: list[Planned] = []
    with place.ledger.read() as tx:
        facts = known(place, tx, rules.id, now)
        if CORRECTIONS in kinds:
            found = _corrections(tx, rules, facts)
            planned += sorted(found, key=lambda one: (one.last_day, one.application_no))
        if register:
            planned += _not_sent(tx, rules, facts, register.entries)
    return _capped(planned, rules, facts)


def programmes_to_remind(place: Workplace) -> list[Programme]:
    """Those that have anything filed or a register, and have switched reminders on."""
    with place.ledger.read() as tx:
        registered = registers.programmes(tx)
    found = []
    for name in sorted({*place.archived_programmes(), *registered}):
        rules = place.programme(name)
        if rules.reminders.correction_days_before or rules.reminders.not_sent_days_before:
            found.append(rules)
    return found


def mark_reached(
    marks: Iterable[int], last_day: date, today: date, after: date | None = None
) -> int | None:
    """The mark whose day came last; None where none has come, or all is over.

    A day off is no day to be reminded on: the last working day before it is. after: marks of this
    day and earlier ones are none; a letter that went then has said the same.
    """
    if today > last_day:
        return None
    come = (
        mark for mark in marks
        if (day := day_of(mark, last_day)) <= today and (after is None or day > after)
    )  # fmt: skip
    return min(come, default=None)


def day_of(mark: int, last_day: date) -> date:
    """The working day on which a mark is reached."""
    day = last_day - timedelta(days=mark)
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def key_of(kind: ReceiptKind, programme: str, whom: str, version: int, day: date) -> str:
    """What a letter is for, as a digest. whom: object id, or the number as it is compared. day:
    that of the mark as the programme counts it, so that a window prolonged has marks of its own.
    """
    parts = [kind.value, programme, whom, *([str(version)] if version else []), day.isoformat()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _corrections(tx: Connection, rules: Programme, facts: Known) -> Iterator[Planned]:
    marks = rules.reminders.correction_days_before
    if not marks:
        return
    today = facts.now.astimezone(rules.zone).date()
    horizon = today + timedelta(days=max(marks) + LONGEST_BREAK_DAYS)
    for row in queries.current(tx, rules.id):
        if row.outcome != "correction" or row.due_on is None:
            continue
        if not today <= row.due_on <= horizon:
            continue
        found, why = correction_cause(
            tx, rules, row.object_id, row.application_no, facts.now, facts.unread
        )
        letter = found.letter if found else None
        if found is None or letter is None:
            continue  # nobody was asked for it
        asked_on = (letter.sent_at or letter.made_at).astimezone(rules.zone).date()
        mark = mark_reached(marks, found.due, today, asked_on)
        if mark is None:
            continue
        day = found.due - timedelta(days=mark)
        one = Planned(
            kind=CORRECTIONS,
            key=key_of(CORRECTIONS, rules.id, row.object_id, letter.version, day),
            programme=rules.id,
            object_id=row.object_id,
            application_no=row.application_no,
            full_name=row.full_name,
            recipient=letter.recipient,
            copy_to=letter.copy_to,
            mark=mark,
            last_day=found.due,
            asked=letter.version,
        )
        yield _looked_at(one, why, facts)


def _not_sent(
    tx: Connection, rules: Programme, facts: Known, entries: Iterable[RegisterEntry]
) -> Iterator[Planned]:
    start, end = rules.window.starts_at(rules.zone), rules.window.ends_before(rules.zone)
    if facts.now >= end or (start is not None and facts.now < start):
        return
    last_day = (end - timedelta(seconds=1)).date()
    today = facts.now.astimezone(rules.zone).date()
    mark = mark_reached(rules.reminders.not_sent_days_before, last_day, today)
    if mark is None:
        return
    came = reminders.arrived(tx, rules.id)
    for entry in entries:
        why = not_sent_cause(rules, entry, came, facts.unread, facts.now)
        if why == "has_sent":
            continue
        number = plain_number(entry.application_no)
        day = last_day - timedelta(days=mark)
        one = Planned(
            kind=NOT_SENT_YET,
            key=key_of(NOT_SENT_YET, rules.id, number, 0, day),
            programme=rules.id,
            object_id=NOT_SENT + number,
            application_no=entry.application_no,
            full_name=entry.full_name,
            recipient=entry.email.strip(),
            mark=mark,
            last_day=last_day,
            entry=entry,
        )
        yield _looked_at(one, why, facts)


def _looked_at(one: Planned, why: str, facts: Known) -> Planned:
    """With the first reason against it, if there is one."""
    if one.key in facts.written:
        return replace(one, refused="already", receipt_no=facts.written[one.key])
    return replace(one, refused=why or address_refused(one, facts))


def address_refused(one: Planned, facts: Known) -> str:
    """Why nothing is written to its address, "" where something may be."""
    if not one.recipient:
        return "no_address"
    if why := reason_not_to_write(one.recipient, facts.own):
        return why
    return "bounced" if one.recipient.lower() in facts.unreachable else ""


def _capped(planned: list[Planned], rules: Programme, facts: Known) -> list[Planned]:
    """What is over a cap is told, and waits for a later run."""
    owed, room, found = Counter(facts.owed), rules.reminders.most_per_run, []
    for one in planned:
        address = one.recipient.lower()
        if not one.refused and owed[address] >= rules.receipt.per_sender_per_day:
            one = replace(one, refused="address_cap")
        elif not one.refused and room == 0:
            one = replace(one, refused="run_cap")
        if not one.refused:
            owed[address] += 1
            room -= 1
        found.append(one)
    return found
