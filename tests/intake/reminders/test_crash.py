"""A run of reminders killed at each step: the next one ends with exactly one of everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from sqlalchemy import select

import intake.answer
import intake.reminders.write
from intake.answer import answer
from intake.reminders.plan import due_reminders
from intake.reminders.write import write_reminders
from intake.verify import verify
from intake.workplace import Workplace
from mail.smtp import SmtpSender
from storage.archive import Archive
from storage.ledger import outbox, queries
from storage.ledger.schema import reservation, revision
from tests.builders.season import PROGRAMME
from tests.intake.conftest import Desk
from tests.intake.reminders.test_plan import (
    FRIDAY,
    LAST_WEEK,
    corrected,
    due,
    missing,
    rules,
    take,
    unit,
    units,
    write,
)
from tests.intake.test_crash_points import _after, _before
from tests.services.dovecot import Dovecot

Kill = Callable[[pytest.MonkeyPatch], None]
WRITING = intake.reminders.write

CORRECTION: dict[str, Kill] = {
    "planned": _before(WRITING, "_write"),
    "reserving": _after(WRITING, "reserve"),
    "reserved": _before(WRITING, "worded_correction"),
    "composed": _before(WRITING, "_file"),
    "staged": _before(Archive, "file"),
    "filed": _after(Archive, "file"),
    "entering": _after(WRITING.filing, "record"),
    "entered": _after(WRITING, "_file"),
}
NOT_SENT: dict[str, Kill] = {
    "planned": _before(WRITING, "_write"),
    "reserving": _after(WRITING, "reserve"),
    "reserved": _before(WRITING, "worded_not_sent"),
    "staged": _before(Archive, "file"),
    "filed": _after(Archive, "file"),
    "entering": _after(WRITING.reminders, "enter_letter"),
    "entered": _after(WRITING, "_write_not_sent"),
}


def remind(place: Workplace) -> None:
    now = place.clock()
    write_reminders(place, due_reminders(place, place.programme(PROGRAMME), now))


@pytest.fixture
def asked(desk: Desk) -> Desk:
    rules(desk)
    take(desk, missing(1))
    answer(desk.place())
    desk.clock.now = FRIDAY
    return desk


@pytest.fixture
def registered(desk: Desk) -> Desk:
    rules(desk)
    take(desk, missing(2))
    answer(desk.place())
    units(desk, unit(1), unit(2))
    desk.clock.now = LAST_WEEK
    return desk


@pytest.mark.parametrize("point", CORRECTION)
def test_a_correction_is_reminded_of_once(
    asked: Desk, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    kill(asked, monkeypatch, CORRECTION[point])
    write(asked)
    answer(asked.place())
    exactly_one(asked)
    with asked.place().ledger.read() as tx:
        kinds = [row.kind for row in tx.execute(select(revision).order_by(revision.c.version))]
    assert kinds == ["mail", "reminder"]


@pytest.mark.parametrize("point", NOT_SENT)
def test_a_unit_is_written_to_once(
    registered: Desk, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    kill(registered, monkeypatch, NOT_SENT[point])
    write(registered)
    answer(registered.place())
    exactly_one(registered)


def test_killed_at_one_step_and_then_at_a_later_one(
    asked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for point in ("reserved", "filed"):
        kill(asked, monkeypatch, CORRECTION[point])
    write(asked)
    answer(asked.place())
    exactly_one(asked)


def test_what_was_filed_before_the_kill_goes_out_before_anything_is_planned(
    asked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next mail of the application enters it, and withdraws it."""
    kill(asked, monkeypatch, CORRECTION["filed"])
    take(asked, corrected(1))
    answer(asked.place())
    with asked.place().ledger.read() as tx:
        letters = {row.receipt_no: row.state for row in outbox.listing(tx)}
        versions = queries.versions(tx, PROGRAMME, "ZB20210001")
    assert letters == {
        "HZ2021-00001": "sent", "HZ2021-00002": "sent", "TX2021-00001": "withdrawn",
    }  # fmt: skip
    assert [row.kind for row in versions] == ["mail", "reminder", "mail"]
    assert [row.revision for row in versions] == [1, 1, 2]


@pytest.mark.parametrize("point", ["reserved", "composed"])
def test_a_number_drawn_for_nothing_goes_to_the_next_letter(
    asked: Desk, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    kill(asked, monkeypatch, CORRECTION[point])
    take(asked, corrected(1), missing(2))
    answer(asked.place())
    asked.clock.now += timedelta(days=5)
    (one,) = [one for one in write(asked) if not one.refused]
    assert (one.application_no, one.receipt_no) == ("ZB20210002", "TX2021-00001")
    answer(asked.place())
    with asked.place().ledger.read() as tx:
        reserved = [row.receipt_no for row in tx.execute(select(reservation))]
    assert sorted(reserved) == ["HZ2021-00001", "HZ2021-00002", "HZ2021-00003", "TX2021-00001"]


SENDING: dict[str, Kill] = {
    "before the letter goes out": _before(SmtpSender, "send"),
    "after the server has taken it": _after(SmtpSender, "send"),
    "after it is marked": _after(intake.answer.outbox, "mark_sent"),
    "looked at": _after(intake.answer, "last_look"),
}


@pytest.mark.parametrize("point", SENDING)
def test_killed_while_sending(
    asked: Desk, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    asked.keep_letters_in(dovecot)
    write(asked)
    kill(asked, monkeypatch, SENDING[point], answer)
    for _ in range(3):
        asked.clock.pass_by(minutes=5)
        answer(asked.place())
    exactly_one(asked)


def test_two_runs_at_once_write_each_letter_once(asked: Desk) -> None:
    planned = due(asked)
    one, other = asked.place(), asked.place(owner="elsewhere")
    seen = []

    def meanwhile(_: object) -> None:
        seen.extend(write_reminders(other, planned))

    write_reminders(one, [*planned, *planned], progress=meanwhile)
    assert {found.refused for found in seen} == {"busy"}
    answer(asked.place())
    exactly_one(asked)


def kill(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    put: Kill,
    work: Callable[[Workplace], object] = remind,
) -> None:
    with monkeypatch.context() as patch:
        put(patch)
        desk.killed(work)


def exactly_one(desk: Desk) -> None:
    """One receipt and one reminder, both sent; nothing amiss in archive and ledger."""
    place = desk.place()
    with place.ledger.read() as tx:
        letters: list[Any] = outbox.listing(tx)
        reserved = sorted(row.receipt_no for row in tx.execute(select(reservation)))
    assert [(row.receipt_no, row.state) for row in letters] == [
        ("HZ2021-00001", "sent"), ("TX2021-00001", "sent"),
    ]  # fmt: skip
    assert reserved == ["HZ2021-00001", "TX2021-00001"]
    taken = [message_from_bytes(one.read_bytes())["Message-ID"] for one in desk.smtp.letters]
    assert taken == [row.message_id for row in letters]
    assert list(verify(place, mailboxes=False)) == []
    assert list(place.work_folder.iterdir()) == []
    for name in (PROGRAMME, ".reminders"):
        staging = place.settings.data_dir / "archive" / ".staging" / name
        left = {path.name for path in staging.iterdir()} if staging.is_dir() else set()
        assert left <= {"locks"}
