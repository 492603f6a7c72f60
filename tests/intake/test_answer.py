"""The outbox against an SMTP server that misbehaves: 0 lost, 0 twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from sqlalchemy import update

import intake.answer
from intake.answer import ATTEMPTS, REFUSALS_IN_A_ROW, Sent, answer
from intake.batch import process_waiting
from mail.imap import ImapMailbox
from storage.ledger import leases, outbox
from storage.ledger.schema import receipt
from tests.builders.season import good_mail
from tests.intake.conftest import Desk
from tests.services.dovecot import Dovecot

LETTERS = 5


@pytest.fixture
def owed(desk: Desk) -> Desk:
    """Five letters wait in the outbox."""
    desk.take_in(*(good_mail(number) for number in range(1, LETTERS + 1)))
    process_waiting(desk.place())
    assert _states(desk) == {"owed": LETTERS}
    return desk


FAULTS: dict[str, dict[str, Any]] = {
    "dropped before it is taken": {"drop_before_accepting": 2},
    "dropped after it is taken": {"drop_after_accepting": 2},
    "a new connection for each": {"close_after": 1},
    "451 at MAIL FROM": {"refuse_mail": "451 4.7.1 later"},
    "451 at RCPT TO": {"refuse_rcpt": "451 4.7.1 later"},
    "451 after the letter": {"refuse_data": "451 4.3.0 later"},
    "421 at MAIL FROM": {"refuse_mail": "421 4.7.0 HL:ICC"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_letter_comes_once(owed: Desk, dovecot: Dovecot, fault: str) -> None:
    owed.keep_letters_in(dovecot)
    for name, value in FAULTS[fault].items():
        setattr(owed.smtp.faults, name, value)
    answer(owed.place())
    for name in ("refuse_mail", "refuse_rcpt", "refuse_data"):
        setattr(owed.smtp.faults, name, "")
    for _ in range(4):
        owed.clock.pass_by(hours=3)
        answer(owed.place())
    assert _states(owed) == {"sent": LETTERS}
    assert _taken(owed) == dict.fromkeys(_message_ids(owed), 1)


def test_an_answer_that_comes_after_the_lease_has_run_out_still_counts(
    owed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process gives the sender up while the server is slow to answer."""
    other = owed.place()

    def given_up(*_: object) -> None:
        with other.ledger.write() as tx:
            assert outbox.abandon(tx, owed.clock() + timedelta(hours=1)) == 1

    monkeypatch.setattr(owed.smtp, "_on_message", given_up)
    assert answer(owed.place()).sent == LETTERS
    assert _states(owed) == {"sent": LETTERS}
    assert _taken(owed) == dict.fromkeys(_message_ids(owed), 1)


@pytest.mark.parametrize("fault", ["refuse_rcpt", "refuse_data"])
def test_a_letter_refused_for_good_waits_for_a_person(owed: Desk, fault: str) -> None:
    setattr(owed.smtp.faults, fault, "550 5.1.1 no such user")
    done = answer(owed.place())
    assert (done.failed, done.sent) == (LETTERS, 0)
    setattr(owed.smtp.faults, fault, "")
    owed.clock.pass_by(days=2)
    assert answer(owed.place()) == Sent()
    place = owed.place()
    with place.ledger.write() as tx:
        assert outbox.release(tx, "HZ2021-00003", owed.clock())
    assert answer(owed.place()).sent == 1
    assert _states(owed) == {"failed": LETTERS - 1, "sent": 1}
    assert len(_taken(owed)) == 1


def test_after_many_refusals_a_person_sees_to_it(desk: Desk) -> None:
    desk.take_in(good_mail(1))
    process_waiting(desk.place())
    desk.smtp.faults.refuse_rcpt = "451 4.7.1 later"
    place = desk.place()
    for tries in (0, 1, ATTEMPTS // 2, ATTEMPTS - 2):
        with place.ledger.write() as tx:
            tx.execute(update(receipt).values(attempts=tries))
        answer(place)
        assert _states(desk) == {"owed": 1}
        desk.clock.pass_by(hours=3)
    answer(place)
    assert _states(desk) == {"failed": 1}


def test_a_folder_too_large_to_be_sure_sends_nothing_again(
    owed: Desk, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed.keep_letters_in(dovecot)
    owed.smtp.faults.drop_before_accepting = 1
    answer(owed.place())
    owed.clock.pass_by(hours=3)
    monkeypatch.setattr(ImapMailbox, "find_message_id", lambda *_: None)
    done = answer(owed.place())
    assert (done.waiting, done.again, done.sent) == (1, 0, LETTERS - 1)
    assert _states(owed) == {"sent": LETTERS - 1, "unknown": 1}


def test_no_server_loses_nothing(owed: Desk) -> None:
    port = owed.smtp.port
    assert owed.settings.smtp is not None
    owed.change(smtp=owed.settings.smtp.model_copy(update={"port": 1}))
    done = answer(owed.place())
    assert (done.postponed, done.sent) == (REFUSALS_IN_A_ROW, 0)
    assert _states(owed) == {"owed": LETTERS}
    owed.change(smtp=owed.settings.smtp.model_copy(update={"port": port}))
    owed.clock.pass_by(minutes=5)
    assert answer(owed.place()).sent == LETTERS


def test_a_letter_that_is_not_as_composed_is_not_sent_and_holds_up_no_other(owed: Desk) -> None:
    place = owed.place()
    with place.ledger.read() as tx:
        spoilt = outbox.listing(tx)[1]
    (version,) = place.archive(spoilt.programme).versions(spoilt.object_id)
    path = version.path(spoilt.filed_as)
    path.write_bytes(path.read_bytes() + b"P.S.\r\n")
    done = answer(place)
    assert (done.sent, done.failed) == (LETTERS - 1, 1)
    assert spoilt.message_id not in _taken(owed)
    path.unlink()
    with place.ledger.write() as tx:
        outbox.release(tx, spoilt.receipt_no, owed.clock())
    assert answer(place).failed == 1


def test_a_bug_in_one_letter_holds_up_no_other(owed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    place = owed.place()
    with place.ledger.read() as tx:
        first = outbox.listing(tx)[0]
    real = intake.answer.letter_of

    def with_a_nul(place: Any, row: Any) -> bytes:
        letter: bytes = real(place, row)
        return letter + b"\0" if row.receipt_no == first.receipt_no else letter

    monkeypatch.setattr("intake.answer.letter_of", with_a_nul)
    done = answer(place)
    assert (done.sent, done.failed) == (LETTERS - 1, 1)


def test_another_sender_is_not_disturbed(owed: Desk) -> None:
    place = owed.place()
    assert place.settings.smtp is not None
    with place.ledger.write() as tx:
        name = f"smtp:{place.settings.smtp.sender}"
        other = "elsewhere/0|1|1"
        assert leases.take(tx, name, other, owed.clock(), timedelta(minutes=5))
    assert answer(place).busy
    assert owed.smtp.letters == ()


def _states(desk: Desk) -> dict[str, int]:
    with desk.place().ledger.read() as tx:
        return outbox.states(tx)


def _message_ids(desk: Desk) -> list[str]:
    with desk.place().ledger.read() as tx:
        return [row.message_id for row in outbox.listing(tx)]


def _taken(desk: Desk) -> dict[str, int]:
    letters = (message_from_bytes(path.read_bytes()) for path in desk.smtp.letters)
    return dict(Counter(letter["Message-ID"] for letter in letters))
