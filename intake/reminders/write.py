"""Planned letters are written: each exactly once, however often a run is killed.

Number, Message-ID and date are reserved; the letter is filed, an application's in a new version
of its object that changes nothing else; then it is entered as owed, and the outbox sends it. A
number that a killed run has drawn for nothing goes to the next letter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from intake.alone import alone
from intake.answering import PREVIEW_NUMBER
from intake.contents import EVIDENCE, RECORD, decode_record, encode_record, texts_of
from intake.evidence import sending_evidence
from intake.hints import note_whose
from intake.rebuild import enter_missing
from intake.reminders.cause import NOT_SENT, correction_cause, not_sent_cause
from intake.reminders.letters import LETTER, encode_letter_record, enter_letters, letters_archive
from intake.reminders.mail import (
    answer_of,
    idle,
    mail_of,
    reserve,
    worded_correction,
    worded_not_sent,
)
from intake.reminders.plan import (
    NOT_SENT_YET,
    Known,
    Planned,
    address_refused,
    due_reminders,
    known,
    programmes_to_remind,
)
from intake.turns import application_lock
from intake.version import software_version
from intake.workplace import Workplace
from model.errors import IntakeError
from model.programme import Programme
from model.record import Answer, AnswerState, Record, RecordKind
from model.reminder import SCHEMA, NotSentRecord
from model.workdays import is_workday
from receipts.letter import Letter
from storage.archive import Content, FiledVersion
from storage.ledger import filing, leases, reminders
from storage.ledger.reminders import Correction

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
"""Longer than one letter takes; renewed with each."""

Progress = Callable[[Planned], None]


def write_all(place: Workplace) -> list[Planned]:
    """The morning's run: whatever the programmes have switched on. On days off nobody is written
    to. What was written in an earlier run is left out of what comes back.

    Raises: IntakeError, after the other programmes have had their turn.
    """
    note_whose(place)
    done: list[Planned] = []
    trouble: list[IntakeError] = []
    for rules in programmes_to_remind(place):
        now = place.clock()
        if not is_workday(now.astimezone(rules.zone).date()):
            continue
        try:
            done += write_reminders(place, due_reminders(place, rules, now))
        except IntakeError as error:
            logger.exception("The reminders of %s stopped.", rules.id)
            trouble.append(error)
    if trouble:
        raise trouble[0]
    return [one for one in done if one.refused != "already"]


def write_reminders(
    place: Workplace, planned: Iterable[Planned], progress: Progress | None = None
) -> list[Planned]:
    """Write what is planned and not refused. Each comes back with its number, or with the reason
    that has turned up since it was planned; those that were refused as they are.

    Raises: SettingsError without [smtp].
    """
    done: list[Planned] = []
    by_programme: dict[str, list[Planned]] = {}
    for one in planned:
        by_programme.setdefault(one.programme, []).append(one)
    for programme, some in by_programme.items():
        rules = place.programme(programme)
        name = f"remind:{programme}"
        with alone(place, name, LEASE) as owner:
            if owner is not None:
                _finish_begun(place, rules)
            for one in some:
                if not one.refused:
                    held = owner is not None and _renewed(place, name, owner)
                    one = _write(place, rules, one) if held else replace(one, refused="busy")
                done.append(one)
                if progress:
                    progress(one)
    return done


def sample(place: Workplace, rules: Programme, one: Planned) -> Letter:
    """The letter as it would be written now, without a number."""
    now = place.clock()
    if one.kind is NOT_SENT_YET:
        return worded_not_sent(place, rules, one, PREVIEW_NUMBER, now)
    with place.ledger.read() as tx:
        found = reminders.correction(tx, rules.id, one.object_id)
    assert found is not None
    record, _ = _in_force(place, rules, one, found)
    return worded_correction(place, rules, record, found, PREVIEW_NUMBER, now)


def _renewed(place: Workplace, name: str, owner: str) -> bool:
    with place.ledger.write() as tx:
        return leases.take(tx, name, owner, place.clock(), LEASE)


def _finish_begun(place: Workplace, rules: Programme) -> None:
    """Enter what a killed run has filed, and remove what it was putting together."""
    letters_archive(place, rules.id).clear_staging()
    with place.ledger.read() as tx:
        begun = idle(tx, rules)
    for one in begun:
        if one.object_id.startswith(NOT_SENT):
            enter_letters(place, rules.id, one.object_id)
        else:
            with application_lock(place, rules.id, one.object_id):
                enter_missing(place, rules.id, one.object_id)


def _write(place: Workplace, rules: Programme, one: Planned) -> Planned:
    if one.kind is NOT_SENT_YET:
        return _write_not_sent(place, rules, one)
    with application_lock(place, rules.id, one.object_id):
        enter_missing(place, rules.id, one.object_id)
        return _write_correction(place, rules, one)


def _write_correction(place: Workplace, rules: Programme, one: Planned) -> Planned:
    """The application's lock is held."""
    with place.ledger.write() as tx:
        now = place.clock()
        facts = known(place, tx, rules.id, now)
        found, why = correction_cause(
            tx, rules, one.object_id, one.application_no, now, facts.unread
        )
        if not why and found and found.letter and found.letter.version != one.asked:
            why = "asked_anew"
        why = why or _refused(one, rules, facts)
        if why or found is None:
            return replace(one, refused=why)
        reserved = reserve(place, tx, rules, one, now)
        evidence = sending_evidence(tx, rules.id, one.object_id)
    record, head = _in_force(place, rules, one, found)
    assert reserved.receipt_no is not None
    letter = worded_correction(place, rules, record, found, reserved.receipt_no, now)
    forwarded = record.message.forwarded
    answers = forwarded.message_id if forwarded else record.message.message_id
    data = mail_of(place, rules, letter, reserved, answers=answers, copy_to=one.copy_to)
    _file(place, rules, head, answer_of(one, letter, reserved, data), data, evidence)
    return replace(one, receipt_no=reserved.receipt_no)


def _write_not_sent(place: Workplace, rules: Programme, one: Planned) -> Planned:
    assert one.entry is not None
    with place.ledger.write() as tx:
        now = place.clock()
        facts = known(place, tx, rules.id, now)
        came = reminders.arrived(tx, rules.id)
        why = not_sent_cause(rules, one.entry, came, facts.unread, now)
        why = why or _refused(one, rules, facts)
        if why:
            return replace(one, refused=why)
        reserved = reserve(place, tx, rules, one, now)
        evidence = sending_evidence(tx, rules.id, one.object_id)
    assert reserved.receipt_no is not None
    letter = worded_not_sent(place, rules, one, reserved.receipt_no, now)
    data = mail_of(place, rules, letter, reserved, unasked=True)
    answer = answer_of(one, letter, reserved, data)
    record = NotSentRecord(
        schema=SCHEMA,
        programme=rules.id,
        application_no=one.application_no,
        full_name=one.full_name,
        mark=one.mark,
        closes=one.last_day,
        answer=answer,
        rules_version=rules.version,
        software_version=software_version(),
        written_at=now,
    )
    content = {LETTER: Content(data=data), RECORD: Content(data=encode_letter_record(record))}
    if evidence is not None:
        content[EVIDENCE] = Content(data=evidence)
    filed = letters_archive(place, rules.id).file(
        one.object_id,
        content,
        created=now,
        message=f"{one.kind.value} {one.key}",
        user_name=record.by,
        user_address="",
    )
    with place.ledger.write() as tx:
        reminders.enter_letter(tx, rules.id, one.object_id, filed.number, answer)
    return replace(one, receipt_no=reserved.receipt_no)


def _refused(one: Planned, rules: Programme, facts: Known) -> str:
    if one.key in facts.written:
        return "already"
    if why := address_refused(one, facts):
        return why
    over = facts.owed[one.recipient.lower()] >= rules.receipt.per_sender_per_day
    return "address_cap" if over else ""


def _in_force(
    place: Workplace, rules: Programme, one: Planned, found: Correction
) -> tuple[Record, FiledVersion]:
    """The record of the version in force, and the newest version, on which the next one builds."""
    held = place.archive(rules.id).versions(one.object_id)
    current = next(version for version in held if version.number == found.version)
    return decode_record(current.path(RECORD).read_bytes()), held[-1]


def _file(
    place: Workplace,
    rules: Programme,
    head: FiledVersion,
    answer: Answer,
    data: bytes,
    evidence: bytes | None,
) -> None:
    """A version of the application that is as the newest one, and carries the letter."""
    assert answer.made_at is not None
    before = decode_record(head.path(RECORD).read_bytes())
    record = replace(
        before,
        kind=RecordKind.REMINDER,
        answer=replace(before.answer, state=AnswerState.NONE, reason="reminder"),
        reminder=answer,
        software_version=software_version(),
        processed_at=answer.made_at,
        by="intake",
        reason="reminder",
    )
    content = {name: Content(path=head.path(name)) for name in head.state}
    content[LETTER] = Content(data=data)
    content[RECORD] = Content(data=encode_record(record))
    if evidence is not None:
        content[EVIDENCE] = Content(data=evidence)
    filed = place.archive(rules.id).file(
        before.object_id,
        content,
        created=record.processed_at,
        message=f"{record.kind.value} {answer.key}",
        user_name=record.by,
        user_address="",
        expects=head.number + 1,
    )
    with place.ledger.write() as tx:
        filing.record(tx, record, filed.number, texts=texts_of(record, filed))
