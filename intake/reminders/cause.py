"""Is there cause for a letter that answers no mail? Asked when it is planned, when it is written,
and a last time in the transaction that claims it for sending.

Every reason is a key of receipts/not_reminded.toml; "" says that there is cause.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from intake.register.in_force import register_of
from intake.workplace import Workplace
from model.errors import ProgrammeError
from model.programme import Programme
from model.register import RegisterEntry
from model.verdict import ReceiptKind
from receipts.reminder import reasons
from storage.ledger import events, outbox, queries, reminders
from storage.ledger.queries import REMINDERS
from storage.ledger.reminders import Arrived, Correction, Unread

logger = logging.getLogger(__name__)

NOT_SENT = "not-sent-"
"""What the ids of objects begin with that hold letters to units that have sent nothing."""

WAITING = ("mail_waits", "rules_unusable")
"""Reasons that may pass: the letter stays owed and is looked at again."""
LOOK_AGAIN = timedelta(minutes=5)


def correction_cause(
    tx: Connection,
    rules: Programme,
    object_id: str,
    application_no: str,
    now: datetime,
    unread: Unread,
) -> tuple[Correction | None, str]:
    """What an application still has to correct, and why it is not reminded of it."""
    found = reminders.correction(tx, rules.id, object_id)
    if found is None:
        return None, "corrected"
    letter = found.letter
    if found.answered:
        return found, "answered"
    if found.due < now.astimezone(rules.zone).date():
        return found, "overdue"
    if letter is None or letter.state != "sent":
        return found, "letter_not_sent"
    if unread.may_be_of(application_no, (letter.recipient, letter.copy_to)):
        return found, "mail_waits"
    return found, ""


def not_sent_cause(
    rules: Programme, entry: RegisterEntry, came: Arrived, unread: Unread, now: datetime
) -> str:
    """Why a registered unit is not told that nothing has come of it."""
    if came.has_sent(entry):
        return "has_sent"
    if now >= rules.window.ends_before(rules.zone):
        return "window_closed"
    if unread.may_be_of(entry.application_no, (entry.email,)):
        return "mail_waits"
    return ""


def last_look(place: Workplace, tx: Connection, letter: Row[Any]) -> bool:
    """Whether a letter that is about to go may still go. A reminder without cause is withdrawn,
    with the reason among the events; one that mail may answer waits until that is read."""
    if letter.kind not in REMINDERS:
        return True
    now = place.clock()
    why = _cause(place, tx, letter, now)
    if not why:
        return True
    number, said = letter.receipt_no, reasons()[why]
    if why in WAITING:
        outbox.postpone(tx, number, now + LOOK_AGAIN, said)
    else:
        logger.info("The reminder %s is withdrawn: %s", number, why)
        outbox.withdraw(tx, number, said)
        events.note(tx, now, "intake", "withdraw", number, f"{why} {said}")
    return False


def _cause(place: Workplace, tx: Connection, letter: Row[Any], now: datetime) -> str:
    try:
        rules = place.programme(letter.programme)
    except ProgrammeError as error:  # no other letter waits for it
        logger.warning("The reminder %s waits: %s", letter.receipt_no, error)
        return "rules_unusable"
    unread = reminders.unread(tx)
    if letter.kind == ReceiptKind.CORRECTION_REMINDER:
        return _correction_still(tx, rules, letter, now, unread)
    number = letter.object_id.removeprefix(NOT_SENT)
    entry = register_of(place, rules.id).entry(number)
    if entry is None:
        return "not_registered"
    if entry.email.strip().lower() != letter.recipient.lower():
        return "address_changed"
    return not_sent_cause(rules, entry, reminders.arrived(tx, rules.id), unread, now)


def _correction_still(
    tx: Connection, rules: Programme, letter: Row[Any], now: datetime, unread: Unread
) -> str:
    told = next(
        row for row in queries.versions(tx, rules.id, letter.object_id)
        if row.version == letter.version
    )  # fmt: skip
    found, why = correction_cause(tx, rules, letter.object_id, told.application_no, now, unread)
    if why:
        return why
    assert found is not None
    assert found.letter is not None
    if found.letter.version > letter.version:
        return "asked_anew"
    # Where its version is of another mail, only the letter knows which day it names.
    return "due_changed" if told.sha256 == found.sha256 and told.due_on != found.due else ""
