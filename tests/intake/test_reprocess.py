"""Reprocessing by hand: under other rules, of a quarantined mail, and without any effect."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

import intake.process
from intake.answer import answer
from intake.batch import claim_batch, process_waiting
from intake.contents import LETTER, MESSAGE
from intake.rebuild import enter_missing
from intake.reprocess import reprocess
from intake.verify import verify
from storage.ledger import events, outbox, queries
from storage.ledger.schema import revision
from tests.builders.season import PROGRAMME, SeasonMail, good_mail, season
from tests.intake.conftest import Desk, die

OPTIONAL_PLEDGE = ('label = "承诺书"\nleast = 1', 'label = "承诺书"\nleast = 0')


def _one_with(kind: str) -> SeasonMail:
    return next(mail for mail in season(40) if mail.kind == kind)


def _done(desk: Desk, *mails: SeasonMail) -> list[str]:
    digests = desk.take_in(*mails)
    process_waiting(desk.place())
    answer(desk.place())
    return digests


def test_under_the_same_rules_nothing_changes(desk: Desk) -> None:
    digests = _done(desk, *season(16))
    before = desk.listing(), _rows(desk), len(desk.smtp.letters)
    done = reprocess(desk.place(), digests, by="clerk")
    assert {one.action for one in done} == {"unchanged"}
    assert all(one.before == one.after and not one.differences for one in done)
    assert (desk.listing(), _rows(desk), len(desk.smtp.letters)) == before


def test_under_other_rules_it_is_filed_anew_and_no_second_letter_goes(desk: Desk) -> None:
    (sha256,) = _done(desk, _one_with("missing material"))
    desk.change_rules(OPTIONAL_PLEDGE)
    (dry,) = reprocess(desk.place(), [sha256], by="clerk", dry_run=True)
    before = desk.listing(), _rows(desk)
    assert (dry.action, dry.before, dry.after) == ("would_refile", "correction", "complete")
    assert dry.differences
    assert (desk.listing(), _rows(desk)) == before

    (done,) = reprocess(desk.place(), [sha256], by="clerk")
    assert (done.action, done.before, done.after) == ("refiled", "correction", "complete")
    assert any(line.startswith("- material.missing") for line in done.differences)
    place = desk.place()
    archive = place.archive(PROGRAMME)
    first, second = archive.versions(done.application_no)
    assert first.sha256(MESSAGE) == second.sha256(MESSAGE) == sha256
    assert first.sha256(LETTER) == second.sha256(LETTER)
    assert second.user == "clerk"
    with place.ledger.read() as tx:
        versions = queries.by_message(tx, sha256)
        assert [row.by for row in events.about(tx, sha256)] == ["clerk"]
    assert [(row.kind, row.revision, row.outcome) for row in versions] == [
        ("mail", 1, "correction"), ("reprocess", 1, "complete"),
    ]  # fmt: skip
    assert versions[1].needs_person
    assert answer(desk.place()).sent == 0
    assert len(desk.smtp.letters) == 1
    assert list(verify(desk.place(), mailboxes=False)) == []

    (again,) = reprocess(desk.place(), [sha256], by="clerk")
    assert again.action == "unchanged"


def test_a_mail_that_a_later_one_has_replaced_is_not_filed_anew(desk: Desk) -> None:
    kinds = ("missing material", "second revision")
    first, second = _done(desk, *(mail for mail in season(12) if mail.kind in kinds))
    desk.change_rules(OPTIONAL_PLEDGE)
    before = desk.listing()
    (one,) = reprocess(desk.place(), [first], by="clerk")
    assert (one.action, one.after) == ("superseded", "complete")
    (other,) = reprocess(desk.place(), [second], by="clerk")
    assert other.action == "unchanged"
    assert desk.listing() == before


def test_a_quarantined_mail_goes_through_and_is_answered_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sha256,) = desk.take_in(good_mail(1))

    def bug(*_: object) -> Any:
        raise KeyError("a bug of ours")

    with monkeypatch.context() as patch:
        patch.setattr(intake.process, "filed_files", bug)
        assert process_waiting(desk.place()).quarantined == 1
    assert process_waiting(desk.place()).processed == 0
    (dry,) = reprocess(desk.place(), [sha256], by="clerk", dry_run=True)
    assert dry.action == "would_process"
    assert process_waiting(desk.place()).processed == 0
    (done,) = reprocess(desk.place(), [sha256], by="clerk")
    assert (done.action, done.before, done.after) == ("processed", "quarantined", "complete")
    assert answer(desk.place()).sent == 1
    assert answer(desk.place()).sent == 0
    with desk.place().ledger.read() as tx:
        assert [row.receipt_no for row in outbox.listing(tx)] == ["HZ2021-00001"]


def test_killed_between_filing_and_recording(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = _one_with("missing material")
    (sha256,) = _done(desk, mail)
    desk.change_rules(OPTIONAL_PLEDGE)
    with monkeypatch.context() as patch:
        patch.setattr("intake.reprocess.filing.record", die)
        desk.killed(lambda place: reprocess(place, [sha256], by="clerk"))
    (problem,) = verify(desk.place(), mailboxes=False)
    assert problem.problem == "version 2 is not in the ledger"
    (done,) = reprocess(desk.place(), [sha256], by="clerk")
    assert done.action == "unchanged"
    assert list(verify(desk.place(), mailboxes=False)) == []


def test_the_next_mail_finds_what_a_killed_reprocessing_has_filed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = ("missing material", "second revision")
    first, second = (mail for mail in season(12) if mail.kind in kinds)
    (sha256,) = _done(desk, first)
    desk.change_rules(OPTIONAL_PLEDGE)
    with monkeypatch.context() as patch:
        patch.setattr("intake.reprocess.filing.record", die)
        desk.killed(lambda place: reprocess(place, [sha256], by="clerk"))
    _done(desk, second)
    place = desk.place()
    assert list(verify(place, mailboxes=False)) == []
    assert [(row.version, row.kind) for row in _rows(desk)] == [
        (1, "mail"), (2, "reprocess"), (3, "mail"),
    ]  # fmt: skip
    assert enter_missing(place, PROGRAMME, first.application_no) == 0


def test_a_mail_in_hand_is_left_to_its_worker(desk: Desk) -> None:
    (sha256,) = desk.take_in(good_mail(1))
    place = desk.place(owner="elsewhere/0|1|1")
    claim_batch(place, 1)
    (one,) = reprocess(desk.place(), [sha256], by="clerk")
    assert one.action == "busy"


def _rows(desk: Desk) -> list[Any]:
    with desk.place().ledger.read() as tx:
        return list(tx.execute(select(revision).order_by(revision.c.id)))
