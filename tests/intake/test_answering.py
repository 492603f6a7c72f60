"""What is reserved stays reserved, also where the rules change between a kill and the redo."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy import text as text_sql

import intake.process
from intake.answer import answer
from intake.batch import process_waiting
from storage.ledger import numbers, outbox
from storage.ledger.schema import reservation, revision
from tests.builders.season import MAILBOX, good_mail, season
from tests.intake.conftest import Desk, die


def _killed_after_reserving(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(intake.process, "compose_answer", die)
        desk.killed(process_waiting)
    with desk.place().ledger.read() as tx:
        assert len(tx.execute(select(reservation)).all()) == 1


def test_another_application_number_after_the_kill(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The redo ties the mail to another object; the receipt number goes with it."""
    desk.take_in(good_mail(1))
    _killed_after_reserving(desk, monkeypatch)
    desk.change_rules(("# number_pattern = 'ZB\\d{8}'", "number_pattern = 'QB\\d{8}'"))
    process_waiting(desk.place())
    place = desk.place()
    with place.ledger.read() as tx:
        (row,) = tx.execute(select(revision)).all()
        made = numbers.find_reservation(tx, row.sha256)
    assert row.object_id.startswith("unidentified-")
    assert (row.outcome, row.receipt_no) == ("returned", "HZ2021-00001")
    assert made is not None
    assert made.object_id == row.object_id
    assert answer(desk.place()).sent == 1


def test_a_letter_is_no_longer_owed_after_the_kill(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number is drawn already, so it is kept; the letter is held, and the next counts on."""
    mail = good_mail(1)
    desk.take_in(mail)
    _killed_after_reserving(desk, monkeypatch)
    desk.change(own_addresses=("zb1@example.com",))
    process_waiting(desk.place())
    desk.take_in(good_mail(2))
    process_waiting(desk.place())
    assert answer(desk.place()).sent == 1
    with desk.place().ledger.read() as tx:
        letters = {row.receipt_no: (row.state, row.kind) for row in outbox.listing(tx)}
    assert letters == {
        "HZ2021-00001": ("held", "complete"),
        "HZ2021-00002": ("sent", "complete"),
    }


def test_a_letter_is_owed_only_after_the_kill(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.take_in(good_mail(1))
    desk.change(own_addresses=("zb1@example.com",))
    _killed_after_reserving(desk, monkeypatch)
    desk.change(own_addresses=())
    process_waiting(desk.place())
    assert answer(desk.place()).sent == 1
    with desk.place().ledger.read() as tx:
        assert [row.receipt_no for row in outbox.listing(tx)] == ["HZ2021-00001"]


def test_a_kill_draws_no_second_number(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = good_mail(1), good_mail(2)
    desk.take_in(first)
    for _ in range(2):
        _killed_after_reserving(desk, monkeypatch)
    desk.take_in(second)
    process_waiting(desk.place())
    with desk.place().ledger.read() as tx:
        drawn = [row.receipt_no for row in outbox.listing(tx)]
    assert drawn == ["HZ2021-00001", "HZ2021-00002"]


def test_over_the_cap_letters_are_numbered_and_held(desk: Desk) -> None:
    desk.change_rules(("[receipt]", "[receipt]\nper_sender_per_day = 3"))
    desk.take_in(*(good_mail(1, hour=hour, big=bytes([hour])) for hour in range(1, 6)))
    process_waiting(desk.place())
    answer(desk.place())
    with desk.place().ledger.read() as tx:
        states = [row.state for row in outbox.listing(tx)]
        reasons = [row.answer_reason for row in tx.execute(select(revision))]
    assert states == ["sent", "sent", "sent", "held", "held"]
    assert reasons == ["", "", "", "sender_cap", "sender_cap"]
    assert len(desk.smtp.letters) == 3


def test_the_cap_does_not_hold_a_letter_because_of_its_own_first_attempt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.change_rules(("[receipt]", "[receipt]\nper_sender_per_day = 1"))
    desk.take_in(good_mail(1))
    _killed_after_reserving(desk, monkeypatch)
    process_waiting(desk.place())
    assert answer(desk.place()).sent == 1


def test_no_letter_to_ourselves_or_to_robots(desk: Desk) -> None:
    robots = [mail for mail in season(30) if mail.kind in ("robot sender", "automatic reply")]
    own = good_mail(1)
    own_data = own.data.replace(b"<zb1@example.com>", f"<{MAILBOX}>".encode())
    assert own_data != own.data
    desk.take_in(*robots, type(own)("own", own_data, own.received_at, "", "", ""))
    process_waiting(desk.place())
    with desk.place().ledger.read() as tx:
        reasons = sorted(row.answer_reason for row in tx.execute(select(revision)))
        assert outbox.listing(tx) == []
    assert reasons == sorted(["robot"] * 2 + ["ignored"] * 2 + ["own_address"])


def test_two_programmes_with_one_number_pattern_are_told_apart_from_a_bug(desk: Desk) -> None:
    """The second one's mail waits with advice; nothing is quarantined, and no number is lost."""
    desk.change_rules(('id = "national-2021"', 'id = "national-2021"'))
    folder = desk.settings.programmes_dir
    assert folder is not None
    text = (folder / "national-2021.toml").read_text("utf-8")
    (folder / "second-2021.toml").write_text(
        text.replace('id = "national-2021"', 'id = "second-2021"'), "utf-8"
    )
    first, second = good_mail(1), good_mail(2)
    desk.take_in(first)
    place = desk.place()
    assert process_waiting(place).processed == 1
    (sha256,) = desk.take_in(second)
    with place.ledger.write() as tx:
        tx.execute(text_sql("UPDATE message SET programme = 'second-2021' WHERE state = 'waiting'"))
    batch = process_waiting(place)
    assert batch.processed == 0
    assert "number pattern of its own" in str(batch.put_off[sha256])
