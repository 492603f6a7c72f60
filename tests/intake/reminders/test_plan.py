"""Letters that answer no mail: when each is due, to whom, and that it is withdrawn in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select, update

from console.web.pages import ledger
from intake.answer import answer
from intake.batch import process_waiting
from intake.contents import RECORD, decode_record
from intake.rebuild import rebuild
from intake.register.importing import carry_out, plan
from intake.reminders.cause import NOT_SENT
from intake.reminders.letters import letters_archive
from intake.reminders.plan import (
    CORRECTIONS,
    NOT_SENT_YET,
    Planned,
    day_of,
    due_reminders,
    mark_reached,
)
from intake.reminders.write import sample, write_all, write_reminders
from intake.verify import verify
from model.errors import ProgrammeError
from model.record import RecordKind
from model.register import RegisterEntry
from model.register_import import ImportMode
from model.workdays import is_workday
from receipts.reminder import reasons
from storage.ledger import bounces, events, numbers, outbox, queries
from storage.ledger.numbers import Reservation
from storage.ledger.schema import message, receipt, reservation
from tests.builders import reports
from tests.builders.season import PROGRAMME, SeasonMail, _Applicant, good_mail, papers
from tests.intake.conftest import Desk
from tests.intake.test_rebuild import _set_aside

REMINDERS = "[reminders]\ncorrection_days_before = [3, 1]\nnot_sent_days_before = [7]\n"
FRIDAY = datetime(2021, 6, 4, 1, 0, tzinfo=UTC)
"""The working day before the mark of three days, a Saturday."""
LAST_WEEK = datetime(2021, 6, 9, 1, 0, tzinfo=UTC)
"""Seven days before the window closes."""


def missing(number: int, **more: Any) -> SeasonMail:
    """A submission without its commitment letter: a correction is asked for until 8 June."""
    return _Applicant(number).mail("missing material", papers(pledge=False), "correction", **more)


def corrected(number: int) -> SeasonMail:
    return _Applicant(number).mail("corrected", papers(), when=timedelta(hours=2))


@pytest.fixture
def switched_on(desk: Desk) -> Desk:
    rules(desk)
    return desk


@pytest.fixture
def asked(switched_on: Desk) -> Desk:
    """Applicant 1 has been asked on Tuesday for a correction by the Tuesday after."""
    take(switched_on, missing(1))
    assert answer(switched_on.place()).sent == 1
    switched_on.clock.now = FRIDAY
    return switched_on


def rules(desk: Desk, text: str = REMINDERS, *changes: tuple[str, str]) -> None:
    desk.change_rules(("[late]", f"{text}\n[late]"), *changes)


def take(desk: Desk, *mails: SeasonMail) -> None:
    desk.take_in(*mails)
    process_waiting(desk.place())


def units(desk: Desk, *entries: RegisterEntry) -> None:
    """The register, imported from a file."""
    file = desk.folder / "登记册.csv"
    lines = [f"{one.application_no},{one.full_name},{one.email}" for one in entries]
    file.write_text("\n".join(["申报编号,申报单位全称,邮箱", *lines]), "utf-8")
    place = desk.place()
    with plan(place, file, PROGRAMME, ImportMode.REPLACE) as planned:
        carry_out(place, planned, "李雷")


def unit(number: int, **changes: Any) -> RegisterEntry:
    one = _Applicant(number)
    entry = RegisterEntry(one.application_no, one.name, email=f"zb{number}@example.com")
    return replace(entry, **changes)


def due(desk: Desk, *kinds: Any) -> list[Planned]:
    place = desk.place()
    return due_reminders(
        place, place.programme(PROGRAMME), place.clock(), kinds or (CORRECTIONS, NOT_SENT_YET)
    )


def write(desk: Desk) -> list[Planned]:
    return write_reminders(desk.place(), due(desk))


def refusals(planned: list[Planned]) -> list[tuple[str, str]]:
    return [(one.application_no, one.refused) for one in planned]


def reminders(desk: Desk) -> dict[str, str]:
    """Number and state of every reminder."""
    with desk.place().ledger.read() as tx:
        rows = outbox.listing(tx)
    return {row.receipt_no: row.state for row in rows if row.kind in queries.REMINDERS}


def last_letter(desk: Desk) -> EmailMessage:
    return message_from_bytes(desk.smtp.letters[-1].read_bytes(), policy=policy.default)  # type: ignore[return-value]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


# When


@pytest.mark.parametrize(
    ("today", "mark"),
    [
        (date(2021, 6, 3), None),
        (date(2021, 6, 4), 3),  # Friday, in place of Saturday
        (date(2021, 6, 6), 3),
        (date(2021, 6, 7), 1),
        (date(2021, 6, 8), 1),
        (date(2021, 6, 9), None),
    ],
)
def test_the_mark_that_is_reached(today: date, mark: int | None) -> None:
    assert mark_reached((3, 1), date(2021, 6, 8), today) == mark


def test_a_holiday_is_no_day_to_be_reminded_on() -> None:
    assert not is_workday(date(2021, 6, 14)), "the Dragon Boat Festival"
    assert day_of(2, date(2021, 6, 16)) == date(2021, 6, 11)
    assert day_of(0, date(2021, 9, 26)) == date(2021, 9, 26), "a Sunday that is worked on"


def test_a_letter_of_the_same_day_has_said_it_already() -> None:
    last, today = date(2021, 6, 8), date(2021, 6, 4)
    assert mark_reached((3,), last, today, after=today) is None
    assert mark_reached((3,), last, today, after=date(2021, 6, 3)) == 3


# Reminders of corrections


def test_a_correction_is_reminded_of_once_for_each_mark(asked: Desk) -> None:
    asked.clock.now = FRIDAY - timedelta(days=1)
    assert due(asked) == []
    asked.clock.now = FRIDAY
    (one,) = write(asked)
    assert (one.refused, one.receipt_no, one.mark) == ("", "TX2021-00001", 3)
    assert refusals(write(asked)) == [("ZB20210001", "already")]
    assert answer(asked.place()).sent == 1
    asked.clock.now += timedelta(days=3)
    assert [one.receipt_no for one in write(asked)] == ["TX2021-00002"]
    answer(asked.place())
    asked.clock.now += timedelta(days=2)
    assert due(asked) == [], "the day has passed"
    assert reminders(asked) == {"TX2021-00001": "sent", "TX2021-00002": "sent"}
    assert len(asked.smtp.letters) == 3
    assert list(verify(asked.place(), mailboxes=False)) == []


def test_it_is_a_reply_to_the_mail_and_lists_what_is_open(asked: Desk) -> None:
    mail = message_from_bytes(missing(1).data, policy=policy.default)
    first = last_letter(asked)
    write(asked)
    answer(asked.place())
    letter = last_letter(asked)
    assert letter["In-Reply-To"] == mail["Message-ID"] == first["In-Reply-To"]
    assert letter["To"] == "zb1@example.com"
    assert letter["Subject"] == "【申报材料提醒】补正提醒 ZB20210001（TX2021-00001）"
    text = text_of(letter)
    for words in ("承诺书", "2021年6月8日（含当日）", "HZ2021-00001", mail["Subject"]):
        assert words in text


def test_nothing_else_of_the_application_changes(asked: Desk) -> None:
    place = asked.place()
    with place.ledger.read() as tx:
        (before,) = queries.current(tx)
    head = place.archive(PROGRAMME).head("ZB20210001")
    write(asked)
    with place.ledger.read() as tx:
        (after,) = queries.current(tx)
    assert after.kind == "reminder"
    for name in (
        "outcome", "due_on", "letter_no", "receipt_no", "revision", "sha256", "content_key",
        "application_no", "full_name", "checklist", "first_received_at",
    ):  # fmt: skip
        assert getattr(after, name) == getattr(before, name), name
    assert head is not None
    newest = place.archive(PROGRAMME).head("ZB20210001")
    assert newest is not None
    more = {"receipt/reminder.eml", "receipt/sent.json"}
    assert set(newest.state) - set(head.state) == more
    assert all(newest.sha256(name) == head.sha256(name) for name in head.state if name != RECORD)
    record = decode_record(newest.path(RECORD).read_bytes())
    assert record.kind is RecordKind.REMINDER
    assert record.letter.receipt_no == "TX2021-00001"
    assert record.answer.receipt_no == "HZ2021-00001"


def test_the_next_mail_is_judged_as_if_there_had_been_no_reminder(asked: Desk) -> None:
    write(asked)
    take(asked, corrected(1))
    with asked.place().ledger.read() as tx:
        (row,) = queries.current(tx)
        codes = [one.code for one in queries.findings_of(tx, row.id)]
    assert (row.outcome, row.revision, row.letter_no) == ("complete", 2, "HZ2021-00002")
    assert "revision.superseding" in codes


def test_what_was_corrected_is_not_reminded_of(asked: Desk) -> None:
    take(asked, corrected(1))
    assert due(asked) == []


def test_mail_that_waits_may_answer_it(asked: Desk) -> None:
    asked.take_in(corrected(1))
    assert refusals(write(asked)) == [("ZB20210001", "mail_waits")]
    assert reminders(asked) == {}


def test_mail_that_came_between_plan_and_writing_is_seen(asked: Desk) -> None:
    planned = due(asked)
    take(asked, corrected(1))
    assert refusals(write_reminders(asked.place(), planned)) == [("ZB20210001", "corrected")]


def test_nobody_is_reminded_of_a_letter_that_has_not_gone_out(switched_on: Desk) -> None:
    take(switched_on, missing(1))
    switched_on.clock.now = FRIDAY
    assert refusals(write(switched_on)) == [("ZB20210001", "letter_not_sent")]


def test_switched_off_nothing_is_due(desk: Desk) -> None:
    take(desk, missing(1))
    answer(desk.place())
    units(desk, unit(2))
    desk.clock.now = LAST_WEEK
    assert due(desk) == []


# Withdrawal


def test_a_reminder_that_waits_is_withdrawn_when_the_correction_comes(asked: Desk) -> None:
    write(asked)
    take(asked, corrected(1))
    done = answer(asked.place())
    assert done.sent == 1, "the receipt for the correction"
    assert reminders(asked) == {"TX2021-00001": "withdrawn"}
    with asked.place().ledger.read() as tx:
        (event,) = events.about(tx, "TX2021-00001")
        row = outbox.find(tx, "TX2021-00001")
    assert (event.by, event.what) == ("intake", "withdraw")
    assert event.detail == f"corrected {reasons()['corrected']}"
    assert row is not None
    assert (row.evidence, row.sent_at) == (reasons()["corrected"], None)
    assert answer(asked.place()).sent == 0
    assert len(asked.smtp.letters) == 2


def test_it_waits_while_mail_that_may_answer_it_is_unread(asked: Desk) -> None:
    write(asked)
    asked.take_in(corrected(1))
    assert answer(asked.place()).sent == 0
    assert reminders(asked) == {"TX2021-00001": "owed"}
    process_waiting(asked.place())
    asked.clock.pass_by(minutes=10)
    assert answer(asked.place()).sent == 1
    assert reminders(asked) == {"TX2021-00001": "withdrawn"}


def test_anothers_mail_that_waits_holds_nothing_up(asked: Desk) -> None:
    write(asked)
    asked.take_in(good_mail(2))
    assert answer(asked.place()).sent == 1
    assert reminders(asked) == {"TX2021-00001": "sent"}


def test_mail_that_only_repeats_the_same_does_not_withdraw_it(asked: Desk) -> None:
    write(asked)
    take(asked, missing(1, when=timedelta(hours=3), text="再次发送。\n"))
    assert answer(asked.place()).sent == 2
    assert reminders(asked) == {"TX2021-00001": "sent"}


def test_a_further_correction_asks_anew(asked: Desk) -> None:
    write(asked)
    other = papers(pledge=False, words="第二稿")
    take(asked, _Applicant(1).mail("other", other, when=timedelta(hours=3)))
    answer(asked.place())
    assert reminders(asked) == {"TX2021-00001": "withdrawn"}
    assert due(asked) == [], "the new letter went today, and names a later day"
    asked.clock.now = datetime(2021, 6, 10, 1, 0, tzinfo=UTC)
    assert refusals(due(asked, CORRECTIONS)) == [("ZB20210001", "")]


def test_after_its_day_it_is_withdrawn(asked: Desk) -> None:
    write(asked)
    asked.clock.now = datetime(2021, 6, 8, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    assert answer(asked.place()).sent == 0
    assert reminders(asked) == {"TX2021-00001": "withdrawn"}


def test_one_that_went_and_is_to_go_again_stays_sent(asked: Desk) -> None:
    write(asked)
    answer(asked.place())
    place = asked.place()
    with place.ledger.write() as tx:
        outbox.send_again(tx, "TX2021-00001", asked.clock())
    take(asked, corrected(1))
    answer(asked.place())
    assert reminders(asked) == {"TX2021-00001": "sent"}
    assert [one["To"] for one in _letters(asked)].count("zb1@example.com") == 3


def test_a_withdrawn_one_stays_withdrawn_in_a_rebuilt_ledger(asked: Desk) -> None:
    write(asked)
    take(asked, corrected(1))
    answer(asked.place())
    take(asked, _Applicant(1).mail("again", papers(words="再次"), when=timedelta(hours=5)))
    _set_aside(asked.settings.data_dir)
    rebuild(asked.place())
    assert reminders(asked) == {"TX2021-00001": "withdrawn"}


def test_one_of_unknown_fate_is_looked_at_before_it_goes_again(asked: Desk) -> None:
    """A rebuilt ledger does not know whether it went; a person has it sent, the correction is
    there."""
    write(asked)
    take(asked, corrected(1))
    _set_aside(asked.settings.data_dir)
    rebuild(asked.place())
    assert reminders(asked) == {"TX2021-00001": "unknown"}
    assert due(asked) == []
    place = asked.place()
    with place.ledger.write() as tx:
        assert outbox.release(tx, "TX2021-00001", asked.clock())
    answer(asked.place())
    assert reminders(asked) == {"TX2021-00001": "withdrawn"}


# Units that have sent nothing


def test_units_that_have_sent_nothing_are_written_to_once(switched_on: Desk) -> None:
    units(switched_on, unit(1), unit(2), unit(3))
    take(switched_on, good_mail(2))
    switched_on.clock.now = LAST_WEEK - timedelta(days=1)
    assert due(switched_on) == []
    switched_on.clock.now = LAST_WEEK
    assert refusals(write(switched_on)) == [("ZB20210001", ""), ("ZB20210003", "")]
    assert {one.refused for one in write(switched_on)} == {"already"}
    assert answer(switched_on.place()).sent == 3
    assert answer(switched_on.place()).sent == 0
    assert reminders(switched_on) == {"TX2021-00001": "sent", "TX2021-00002": "sent"}
    letter = last_letter(switched_on)
    assert letter["To"] == "zb3@example.com"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["In-Reply-To"] is None
    text = text_of(letter)
    assert "ZB20210003+山东第三机械有限公司" in text
    assert "ZB20210001" not in text
    assert list(verify(switched_on.place(), mailboxes=False)) == []
    with switched_on.place().ledger.read() as tx:
        assert [row.object_id for row in queries.current(tx)] == ["ZB20210002"]


@pytest.mark.parametrize("kind", ["no number", "another number", "other sender"])
def test_a_unit_of_which_anything_has_come_is_left_alone(switched_on: Desk, kind: str) -> None:
    one = _Applicant(1)
    mail = {
        "no number": one.mail("no number", papers(), subject="申报材料", package="材料.rar"),
        "another number": one.mail(
            "another", papers(), subject=f"ZB20219999+{one.name}",
            package=f"ZB20219999+{one.name}.rar",
        ),
        "other sender": one.mail("other", papers(), sender="somebody@example.org"),
    }[kind]  # fmt: skip
    units(switched_on, unit(1))
    take(switched_on, mail)
    switched_on.clock.now = LAST_WEEK
    assert due(switched_on) == []


def test_a_unit_whose_mail_comes_before_the_letter_goes_gets_none(switched_on: Desk) -> None:
    units(switched_on, unit(1), unit(2))
    switched_on.clock.now = LAST_WEEK
    write(switched_on)
    switched_on.take_in(good_mail(1))
    assert answer(switched_on.place()).sent == 1, "to the other unit"
    process_waiting(switched_on.place())
    switched_on.clock.pass_by(minutes=10)
    answer(switched_on.place())
    assert reminders(switched_on) == {"TX2021-00001": "withdrawn", "TX2021-00002": "sent"}


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (unit(1, email=""), "no_address"),
        (unit(1, email="见附表"), "no_address"),
        (unit(1, email="noreply@example.com"), "robot"),
        (unit(1, email="Shenbao@example.test"), "own_address"),
    ],
)
def test_addresses_that_nothing_is_written_to(
    switched_on: Desk, entry: RegisterEntry, why: str
) -> None:
    units(switched_on, entry)
    switched_on.clock.now = LAST_WEEK
    assert refusals(write(switched_on)) == [("ZB20210001", why)]
    assert reminders(switched_on) == {}


def test_a_changed_register_withdraws_what_waits(switched_on: Desk) -> None:
    units(switched_on, unit(1), unit(2), unit(3))
    switched_on.clock.now = LAST_WEEK
    write(switched_on)
    units(switched_on, unit(2, email="new@example.com"), unit(3))
    assert answer(switched_on.place()).sent == 1
    assert reminders(switched_on) == {
        "TX2021-00001": "withdrawn", "TX2021-00002": "withdrawn", "TX2021-00003": "sent",
    }  # fmt: skip


def test_after_the_window_nobody_is_told(switched_on: Desk) -> None:
    units(switched_on, unit(1))
    switched_on.clock.now = LAST_WEEK
    write(switched_on)
    switched_on.clock.now = datetime(2021, 6, 16, 16, 0, tzinfo=UTC)
    assert due(switched_on) == []
    answer(switched_on.place())
    assert reminders(switched_on) == {"TX2021-00001": "withdrawn"}


def test_before_the_window_nobody_is_told(desk: Desk) -> None:
    rules(desk, REMINDERS, ("closes = ", "opens = 2021-06-10\ncloses = "))
    units(desk, unit(1))
    desk.clock.now = LAST_WEEK
    assert due(desk) == []


def test_a_rebuilt_ledger_sends_none_a_second_time(switched_on: Desk) -> None:
    units(switched_on, unit(1), unit(2))
    take(switched_on, good_mail(3))
    switched_on.clock.now = LAST_WEEK
    write(switched_on)
    answer(switched_on.place())
    before = rows(switched_on)
    _set_aside(switched_on.settings.data_dir)
    done = rebuild(switched_on.place())
    assert done.receipts == done.unknown == 3
    units(switched_on, unit(1), unit(2))
    after = rows(switched_on)
    assert [(one.receipt_no, one.sha256, one.object_id, one.version) for one in after] == [
        (one.receipt_no, one.sha256, one.object_id, one.version) for one in before
    ]
    assert {one.refused for one in due(switched_on)} == {"already"}
    assert answer(switched_on.place()).sent == 0
    assert len(switched_on.smtp.letters) == 3
    units(switched_on, unit(1), unit(2), unit(4))
    assert [one.receipt_no for one in write(switched_on) if not one.refused] == ["TX2021-00003"]


def test_evidence_of_sending_is_filed_with_the_next_letter(desk: Desk) -> None:
    rules(desk, "[reminders]\nnot_sent_days_before = [7, 2]\n")
    units(desk, unit(1))
    desk.clock.now = LAST_WEEK
    write(desk)
    answer(desk.place())
    desk.clock.now = datetime(2021, 6, 15, 1, 0, tzinfo=UTC)
    write(desk)
    archive = letters_archive(desk.place(), PROGRAMME)
    assert len(archive.versions(f"{NOT_SENT}ZB20210001")) == 2
    _set_aside(desk.settings.data_dir)
    rebuild(desk.place())
    assert reminders(desk) == {"TX2021-00001": "sent", "TX2021-00002": "unknown"}


def test_damage_to_a_filed_letter_is_told(switched_on: Desk) -> None:
    units(switched_on, unit(1))
    switched_on.clock.now = LAST_WEEK
    write(switched_on)
    (path,) = (switched_on.settings.data_dir / "reminders").rglob("reminder.eml")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    problems = list(verify(switched_on.place(), mailboxes=False))
    assert problems
    assert all(one.where.startswith("reminders national-2021/") for one in problems)
    done = answer(switched_on.place())
    assert (done.sent, done.failed) == (0, 1)


# Caps and addresses


def test_what_is_over_the_cap_of_a_run_waits_for_the_next(desk: Desk) -> None:
    rules(desk, REMINDERS + "most_per_run = 2\n")
    units(desk, *(unit(number) for number in range(1, 6)))
    desk.clock.now = LAST_WEEK
    for _ in range(3):
        write(desk)
    assert refusals(due(desk)) == [(f"ZB2021000{number}", "already") for number in range(1, 6)]
    assert answer(desk.place()).sent == 5


def test_over_the_cap_is_told(desk: Desk) -> None:
    rules(
        desk, REMINDERS + "most_per_run = 1\n", ("[receipt]", "[receipt]\nper_sender_per_day = 2")
    )
    units(desk, *(unit(number, email="ju@example.com") for number in range(1, 5)))
    desk.clock.now = LAST_WEEK
    assert [one.refused for one in write(desk)] == ["", "run_cap", "run_cap", "run_cap"]
    assert [one.refused for one in write(desk)] == ["already", "", "address_cap", "address_cap"]
    assert [one.refused for one in write(desk)] == ["already", "already", *["address_cap"] * 2]
    desk.clock.pass_by(hours=25)
    assert [one.refused for one in write(desk)] == ["already", "already", "", "run_cap"]


def test_reminders_take_no_receipts_place(asked: Desk) -> None:
    rules(asked, REMINDERS, ("[receipt]", "[receipt]\nper_sender_per_day = 1"))
    asked.clock.pass_by(hours=1)
    write(asked)
    take(asked, corrected(1))
    with asked.place().ledger.read() as tx:
        (row,) = queries.current(tx)
    assert row.receipt_state == "owed"


def test_an_address_whose_last_letter_came_back_is_left_alone(asked: Desk) -> None:
    report = reports.dsn(asked.smtp.letters[0].read_bytes(), "zb1@example.com")
    take(asked, SeasonMail("report", report, FRIDAY, "", "ignored", "none"))
    assert refusals(write(asked)) == [("ZB20210001", "bounced")]
    assert reminders(asked) == {}


def test_a_returned_reminder_is_matched_as_other_letters_are(switched_on: Desk) -> None:
    units(switched_on, unit(1))
    switched_on.clock.now = LAST_WEEK
    write(switched_on)
    answer(switched_on.place())
    report = reports.dsn(switched_on.smtp.letters[0].read_bytes(), "zb1@example.com")
    take(switched_on, SeasonMail("report", report, LAST_WEEK, "", "ignored", "none"))
    with switched_on.place().ledger.read() as tx:
        (mark,) = bounces.marks(tx).values()
    assert (mark.receipt_no, mark.state) == ("TX2021-00001", bounces.UNDELIVERED)


def test_an_address_that_was_refused_for_good_is_left_alone(asked: Desk) -> None:
    with asked.place().ledger.write() as tx:
        tx.execute(update(receipt).values(state="failed", sent_at=None))
    units(asked, unit(9, email="zb1@example.com"))
    asked.clock.now = LAST_WEEK
    assert ("ZB20210009", "bounced") in refusals(due(asked))


def test_two_programmes_that_count_alike_are_the_operators_error(switched_on: Desk) -> None:
    units(switched_on, unit(1), unit(2))
    switched_on.clock.now = LAST_WEEK
    place = switched_on.place()
    with place.ledger.write() as tx:
        numbers.keep_reservation(
            tx,
            Reservation("ab" * 32, "other", "X", "TX2021-00001", "<x@y>", "a@example.com", FRIDAY),
        )
    with pytest.raises(ProgrammeError) as caught:
        write(switched_on)
    assert "number" in caught.value.advice
    assert reminders(switched_on) == {}


# The morning's run, preview and console


def test_the_mornings_run_writes_what_is_switched_on(asked: Desk) -> None:
    units(asked, unit(1), unit(2))
    asked.clock.now = FRIDAY + timedelta(days=1)  # a Saturday
    assert write_all(asked.place()) == []
    asked.clock.now = FRIDAY + timedelta(days=3)
    assert [(one.application_no, one.kind) for one in write_all(asked.place())] == [
        ("ZB20210001", CORRECTIONS)
    ]
    asked.clock.now = LAST_WEEK
    assert [(one.application_no, one.kind) for one in write_all(asked.place())] == [
        ("ZB20210002", NOT_SENT_YET)
    ]
    assert write_all(asked.place()) == []


def test_a_preview_writes_nothing(asked: Desk) -> None:
    units(asked, unit(5))
    asked.clock.now = LAST_WEEK - timedelta(days=2)
    place = asked.place()
    (one,) = due(asked)
    letter = sample(place, place.programme(PROGRAMME), one)
    assert "（预览，未编号）" in letter.subject
    assert "承诺书" in letter.text
    assert reminders(asked) == {}
    with place.ledger.read() as tx:
        assert len(tx.execute(select(reservation)).all()) == 1


def test_the_ledgers_page_shows_when_it_was(asked: Desk) -> None:
    (row,) = ledger(asked.place(), "", "")["rows"]
    assert row["reminded"] == ""
    write(asked)
    answer(asked.place())
    (row,) = ledger(asked.place(), "", "")["rows"]
    assert (row["reminded"], row["receipt_no"]) == ("2021-06-04", "HZ2021-00001")


def test_the_head_of_waiting_mail_is_read_once(asked: Desk) -> None:
    write(asked)
    asked.take_in(good_mail(2))
    answer(asked.place())
    with asked.place().ledger.read() as tx:
        waiting = tx.execute(select(message).where(message.c.state == "waiting")).one()
    assert (waiting.hint_number, waiting.hint_sender) == ("ZB20210002", "zb2@example.com")


def rows(desk: Desk) -> list[Any]:
    with desk.place().ledger.read() as tx:
        return outbox.listing(tx)


def _letters(desk: Desk) -> list[Any]:
    return [message_from_bytes(one.read_bytes()) for one in desk.smtp.letters]
