"""The parts of a reminder that are fixed before it is filed: its number, its words, its bytes."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection

from intake.answering import smtp_settings
from intake.reminders.letters import LETTER
from intake.reminders.plan import Planned
from intake.workplace import Workplace
from model.errors import ProgrammeError
from model.policies import serial_pattern
from model.programme import Programme
from model.record import Answer, AnswerState, Record
from receipts.compose import compose
from receipts.letter import Letter
from receipts.reminder import write_correction_reminder, write_not_sent_reminder
from storage.ledger import numbers, reminders
from storage.ledger.numbers import Reservation
from storage.ledger.reminders import Correction

ANOTHER = "TXB{year}-{serial:05d}"


def idle(tx: Connection, rules: Programme) -> list[Reservation]:
    """Numbers of reminders that stand on no letter."""
    pattern = serial_pattern(rules.reminders.number, rules.year)
    found = reminders.idle_reservations(tx, rules.id)
    return [one for one in found if one.receipt_no and pattern.fullmatch(one.receipt_no)]


def reserve(
    place: Workplace, tx: Connection, rules: Programme, one: Planned, now: datetime
) -> Reservation:
    """Its number, Message-ID and date. A number that was drawn and stands on no letter is taken
    before a new one, its own before any other.

    Raises: ProgrammeError where another programme counts by the same pattern.
    """
    free = idle(tx, rules)
    mine = next((old for old in free if old.sha256 == one.key), free[0] if free else None)
    if mine is not None:
        number = mine.receipt_no
    else:
        serial = numbers.next_serial(tx, f"reminder:{rules.id}:{rules.year}")
        number = rules.reminders.number.format(year=rules.year, serial=serial)
        if numbers.is_drawn(tx, number):
            raise ProgrammeError(
                f"{rules.id}: the number {number} stands on another programme's letter.",
                f"Give [reminders] a `number` of its own, as {ANOTHER}.",
            )
    domain = smtp_settings(place.settings).sender.rsplit("@", 1)[-1]
    made = Reservation(
        sha256=one.key,
        programme=rules.id,
        object_id=one.object_id,
        receipt_no=number,
        message_id=f"<receipt.{one.key[:32]}@{domain}>",
        recipient=one.recipient,
        made_at=now,
    )
    if mine is not None:
        reminders.take_over(tx, mine.sha256, made)
    else:
        numbers.keep_reservation(tx, made)
    return made


def worded_correction(
    place: Workplace,
    rules: Programme,
    record: Record,
    found: Correction,
    number: str,
    now: datetime,
) -> Letter:
    assert found.letter is not None
    return write_correction_reminder(
        record,
        rules,
        receipt_no=number,
        made_at=now,
        due=found.due,
        asked_in=found.letter.receipt_no,
        asked_at=found.letter.made_at,
        templates=place.settings.templates_dir,
    )


def worded_not_sent(
    place: Workplace, rules: Programme, one: Planned, number: str, now: datetime
) -> Letter:
    assert one.entry is not None
    return write_not_sent_reminder(
        one.entry,
        rules,
        receipt_no=number,
        made_at=now,
        templates=place.settings.templates_dir,
    )


def mail_of(
    place: Workplace,
    rules: Programme,
    letter: Letter,
    reserved: Reservation,
    *,
    answers: str = "",
    copy_to: str = "",
    unasked: bool = False,
) -> bytes:
    smtp = smtp_settings(place.settings)
    return compose(
        letter,
        sender=smtp.sender,
        sender_name=smtp.sender_name or rules.receipt.issuer,
        recipient=reserved.recipient,
        message_id=reserved.message_id,
        made_at=reserved.made_at.astimezone(rules.zone),
        answers=answers,
        copy_to=copy_to,
        unasked=unasked,
    )


def answer_of(one: Planned, letter: Letter, reserved: Reservation, data: bytes) -> Answer:
    assert reserved.receipt_no is not None
    return Answer(
        state=AnswerState.OWED,
        kind=one.kind,
        receipt_no=reserved.receipt_no,
        message_id=reserved.message_id,
        made_at=reserved.made_at,
        recipient=reserved.recipient,
        copy_to=one.copy_to,
        subject=letter.subject,
        filed_as=LETTER,
        sha256=hashlib.sha256(data).hexdigest(),
        key=one.key,
    )
