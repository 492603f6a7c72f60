"""A process killed at each step of the commit protocol; the next one ends with exactly one of
everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from typing import Any

import pytest
from sqlalchemy import select

import intake.answer
import intake.batch
import intake.process
from intake.answer import answer
from intake.batch import process_waiting
from intake.verify import verify
from intake.workplace import Workplace
from mail.smtp import SmtpSender
from storage.ledger import outbox, work
from storage.ledger.schema import message, reservation, revision
from tests.builders.season import PROGRAMME, good_mail, season
from tests.intake.conftest import Desk, die
from tests.services.dovecot import Dovecot


def _before(owner: Any, name: str) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(owner, name, die)


def _after(owner: Any, name: str) -> Callable[[pytest.MonkeyPatch], None]:
    def put(patch: pytest.MonkeyPatch) -> None:
        real = getattr(owner, name)

        def then_die(*arguments: Any, **more: Any) -> None:
            real(*arguments, **more)
            die()

        patch.setattr(owner, name, then_die)

    return put


PROCESSING = {
    "claimed": _after(intake.batch, "claim_batch"),
    "hinted": _after(intake.batch, "_hint"),
    "begun": _before(intake.batch, "process"),
    "read": _after(intake.process, "examine"),
    "its turn has come": _after(intake.process, "wait_for_turn"),
    "reserving": _after(intake.process, "reserve"),
    "reserved": _before(intake.process, "compose_answer"),
    "composed": _before(intake.process, "_commit"),
    "filed": _after(intake.process, "_commit"),
    "recording": _after(intake.process.work, "finish"),
    "recorded": _after(intake.process, "_record"),
    "spool copy removed": _after(intake.process, "_leave_spool"),
}


@pytest.mark.parametrize("point", PROCESSING)
def test_killed_while_processing(desk: Desk, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    (sha256,) = desk.take_in(good_mail(1))
    with monkeypatch.context() as patch:
        PROCESSING[point](patch)
        desk.killed(process_waiting)
    process_waiting(desk.place())
    answer(desk.place())
    _exactly_one(desk, sha256)


def test_killed_at_one_step_and_then_at_a_later_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sha256,) = desk.take_in(good_mail(1))
    for point in ("reserved", "filed"):
        with monkeypatch.context() as patch:
            PROCESSING[point](patch)
            desk.killed(process_waiting)
    process_waiting(desk.place())
    answer(desk.place())
    _exactly_one(desk, sha256)


def test_a_mail_that_kills_its_reader_three_times_is_set_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly, harmless = desk.take_in(good_mail(1), good_mail(2))
    desk.change(workers=1)
    real = intake.batch.process

    def dies_of_it(place: Workplace, claim: work.Claim) -> Any:
        if claim.sha256 == deadly:
            die()
        return real(place, claim)

    with monkeypatch.context() as patch:
        patch.setattr(intake.batch, "process", dies_of_it)
        for _ in range(work.ATTEMPTS):
            desk.killed(process_waiting)
        process_waiting(desk.place())
    place = desk.place()
    with place.ledger.read() as tx:
        states = {row.sha256: row for row in tx.execute(select(message))}
    assert states[harmless].state == "processed"
    assert states[deadly].state == "quarantined"
    assert "died while working on it" in states[deadly].error
    assert place.spool.held() == [deadly]


SENDING = {
    "before the letter goes out": (_before(SmtpSender, "send"), "again", 1),
    "after the server has taken it": (_after(SmtpSender, "send"), "verified", 1),
    "after it is marked": (_after(intake.answer.outbox, "mark_sent"), "verified", 1),
}


@pytest.mark.parametrize("point", SENDING)
def test_killed_while_sending(
    desk: Desk, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    desk.keep_letters_in(dovecot)
    (sha256,) = desk.take_in(good_mail(1))
    process_waiting(desk.place())
    put, settled, _ = SENDING[point]
    with monkeypatch.context() as patch:
        put(patch)
        desk.killed(answer)
    done = answer(desk.place())
    assert (done.sent, done.verified, done.again) == (0, 0, 0), "it was not given time to show"
    desk.clock.pass_by(minutes=5)
    done = answer(desk.place())
    assert getattr(done, settled) == 1
    _exactly_one(desk, sha256)


def test_without_a_sent_folder_a_letter_of_unknown_fate_waits_for_a_person(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(good_mail(1))
    process_waiting(desk.place())
    with monkeypatch.context() as patch:
        _after(SmtpSender, "send")(patch)
        desk.killed(answer)
    desk.clock.pass_by(days=1)
    done = answer(desk.place())
    assert (done.sent, done.waiting) == (0, 1)
    assert len(desk.smtp.letters) == 1


def test_what_was_filed_before_the_kill_stands_whatever_the_rules_say_now(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sha256,) = desk.take_in(good_mail(1))
    with monkeypatch.context() as patch:
        PROCESSING["filed"](patch)
        desk.killed(process_waiting)
    desk.change_rules(("[naming]", "[naming]\nnumber_pattern = 'QB\\d{8}'"))
    process_waiting(desk.place())
    answer(desk.place())
    _exactly_one(desk, sha256)
    assert list(desk.place().archive(PROGRAMME).object_ids()) == ["ZB20210001"]


@pytest.mark.parametrize("identified", [True, False])
def test_the_second_copy_of_a_letter_is_not_answered_when_the_first_ones_worker_dies(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, identified: bool
) -> None:
    """The first copy is filed, and its worker killed before the ledger knows; the second copy is
    another worker's, which does not wait for the dead one."""
    kind = "good" if identified else "no number"
    letter = next(mail for mail in season(3) if mail.kind == kind)
    first, second = desk.take_in(
        *(replace(letter, data=b"Received: by mx%d.example.net\r\n" % way + letter.data)
          for way in (1, 2))
    )  # fmt: skip
    one, other = desk.place(), desk.place()
    with other.ledger.write() as tx:
        now = other.clock()
        (claim,) = work.claim_one(tx, second, other.owner, now, other.settings.lease)
    with monkeypatch.context() as patch:
        PROCESSING["filed"](patch)
        desk.killed(process_waiting)
    intake.batch.process_batch(other, [claim])
    process_waiting(one)
    answer(one)
    with one.ledger.read() as tx:
        rows = {row.sha256: row for row in tx.execute(select(revision))}
    assert (rows[first].outcome, rows[second].outcome) == (letter.outcome, "duplicate")
    if identified:
        assert (rows[first].revision, rows[second].revision) == (1, 2)
    assert len(desk.smtp.letters) == 1


def _exactly_one(desk: Desk, sha256: str) -> None:
    place = desk.place()
    with place.ledger.read() as tx:
        states = [row.state for row in tx.execute(select(message))]
        revisions = tx.execute(select(revision)).all()
        reserved = tx.execute(select(reservation)).all()
        letters = outbox.listing(tx)
    assert states == ["processed"]
    assert [(row.sha256, row.kind, row.version) for row in revisions] == [(sha256, "mail", 1)]
    assert [row.receipt_no for row in reserved] == ["HZ2021-00001"]
    assert [(row.receipt_no, row.state) for row in letters] == [("HZ2021-00001", "sent")]
    (taken,) = desk.smtp.letters
    assert message_from_bytes(taken.read_bytes())["Message-ID"] == letters[0].message_id
    assert list(place.archive(PROGRAMME).verify()) == []
    assert list(verify(place, mailboxes=False)) == []
    assert place.spool.held() == []
    assert list(place.work_folder.iterdir()) == []
    staging = place.settings.data_dir / "archive" / ".staging" / PROGRAMME
    assert [path.name for path in staging.iterdir()] == ["locks"]
