"""A clerk's decisions: shown, done once, kept for ever, undone by a further one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from intake.answer import answer
from intake.batch import process_waiting
from intake.contents import LETTER, RECORD, decode_record
from intake.decisions import versions as decided_versions
from intake.decisions.decide import CarriedOut, carry_out_pending, decide, give_up, propose
from intake.rebuild import rebuild
from intake.workplace import Workplace
from model.decision import DecisionKind
from model.errors import IntakeError
from model.record import Record
from model.verdict import Outcome
from storage.ledger import Ledger, decisions, outbox, queries
from tests.builders.season import PROGRAMME, good_mail, season
from tests.intake.conftest import Desk, die
from tests.services.mailroom import Mailroom

MAILS = {one.kind: one for one in season(24)}
"""One mail of each kind."""


def _decide(place: Workplace, name: str, kind: DecisionKind, **more: object) -> CarriedOut:
    proposal = propose(place, PROGRAMME, name, kind, by="李经办", reason="已电话核实", **more)  # type: ignore[arg-type]
    return decide(place, proposal)


def _head(place: Workplace, name: str) -> Record:
    version = place.archive(PROGRAMME).head(name)
    assert version is not None
    return decode_record(version.path(RECORD).read_bytes())


def _letter(place: Workplace, name: str) -> str:
    version = place.archive(PROGRAMME).head(name)
    assert version is not None
    mail = message_from_bytes(version.path(LETTER).read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _known(place: Workplace, name: str) -> list[str]:
    with place.ledger.read() as tx:
        return [row.outcome for row in queries.versions(tx, PROGRAMME, name)]


def _sent(desk: Desk, place: Workplace) -> int:
    answer(place)
    return len(desk.smtp.letters)


def _numbers(place: Workplace) -> list[str]:
    with place.ledger.read() as tx:
        return [row.receipt_no for row in outbox.listing(tx)]


def test_late_mail_is_accepted_and_its_sender_told_once(desk: Desk) -> None:
    late = MAILS["late"]
    desk.take_in(late)
    place = desk.place()
    process_waiting(place)
    answer(place)
    assert _head(place, late.application_no).outcome is Outcome.LATE_PENDING
    done = _decide(place, late.application_no, DecisionKind.ACCEPT_LATE)
    record = _head(place, late.application_no)
    assert (done.outcome, record.outcome) == ("complete", Outcome.COMPLETE)
    assert record.decision is not None
    assert (record.decision.by, record.decision.reason) == ("李经办", "已电话核实")
    assert "材料齐全" in _letter(place, late.application_no)
    assert done.receipt_no in _letter(place, late.application_no)
    assert _numbers(place) == ["HZ2021-00001", "HZ2021-00002"]
    assert _sent(desk, place) == 2
    assert carry_out_pending(place) == []
    assert _sent(desk, place) == 2


def test_a_proposal_writes_nothing(desk: Desk) -> None:
    late = MAILS["late"]
    desk.take_in(late)
    place = desk.place()
    process_waiting(place)
    before = desk.listing()
    proposal = propose(
        place, PROGRAMME, late.application_no, DecisionKind.ACCEPT_LATE, by="李", reason="同意"
    )
    assert proposal.letter is not None
    assert "材料齐全" in proposal.letter.text
    assert desk.listing() == before
    with place.ledger.read() as tx:
        assert decisions.listing(tx) == []
    assert _numbers(place) == ["HZ2021-00001"]


def test_a_correction_is_accepted_in_spite_of_what_lacks(desk: Desk) -> None:
    lacking = MAILS["missing material"]
    desk.take_in(lacking)
    place = desk.place()
    process_waiting(place)
    done = _decide(place, lacking.application_no, DecisionKind.ACCEPT)
    record = _head(place, lacking.application_no)
    assert done.outcome == "complete"
    missing = next(one for one in record.findings if one.code == "material.missing")
    assert missing.effect == "note"
    assert record.due is None
    assert not record.needs_person


def test_what_is_returned_is_told_with_the_clerks_reason(desk: Desk) -> None:
    good = good_mail(1)
    desk.take_in(good)
    place = desk.place()
    process_waiting(place)
    _decide(place, good.application_no, DecisionKind.RETURN)
    assert _head(place, good.application_no).outcome is Outcome.RETURNED
    letter = _letter(place, good.application_no)
    assert "退回" in letter
    assert "已电话核实" in letter


def test_a_revoked_decision_does_not_hold_and_stays_on_record(desk: Desk) -> None:
    good = good_mail(1)
    desk.take_in(good)
    place = desk.place()
    process_waiting(place)
    first = _decide(place, good.application_no, DecisionKind.RETURN)
    second = _decide(place, good.application_no, DecisionKind.REVOKE, revokes=first.decision.id)
    assert second.outcome == "complete"
    assert second.receipt_no
    assert _known(place, good.application_no) == ["complete", "returned", "complete"]
    with pytest.raises(IntakeError, match="holds for this mail"):
        propose(
            place, PROGRAMME, good.application_no, DecisionKind.REVOKE, by="李", reason="误",
            revokes=first.decision.id,
        )  # fmt: skip


def test_an_unknown_mail_is_tied_to_its_application(desk: Desk) -> None:
    unknown = MAILS["no number"]
    desk.take_in(unknown)
    place = desk.place()
    process_waiting(place)
    answer(place)
    with place.ledger.read() as tx:
        (row,) = queries.current(tx, PROGRAMME)
    done = _decide(
        place, row.object_id, DecisionKind.TIE,
        application_no="ZB20219999", full_name="山东第三机械有限公司",
    )  # fmt: skip
    assert (done.object_id, done.outcome) == ("ZB20219999", "complete")
    assert _known(place, row.object_id) == ["returned", "tied"]
    home = _head(place, "ZB20219999")
    assert (home.revision, home.full_name) == (1, "山东第三机械有限公司")
    assert home.decision is not None
    assert home.decision.elsewhere == row.object_id
    assert "ZB20219999" in _letter(place, "ZB20219999")
    assert place.archive(PROGRAMME).head(row.object_id) is not None
    assert _sent(desk, place) == 2
    # What follows for the application is judged with it.
    back = _decide(place, "ZB20219999", DecisionKind.REVOKE, revokes=done.decision.id)
    assert (back.object_id, back.outcome) == (row.object_id, "returned")
    assert _known(place, "ZB20219999") == ["complete", "tied"]
    assert _known(place, row.object_id) == ["returned", "tied", "returned"]


def test_what_is_no_submission_gets_no_letter(desk: Desk) -> None:
    unknown = MAILS["no number"]
    desk.take_in(unknown)
    place = desk.place()
    process_waiting(place)
    with place.ledger.read() as tx:
        (row,) = queries.current(tx, PROGRAMME)
    done = _decide(place, row.object_id, DecisionKind.NOT_A_SUBMISSION)
    assert (done.outcome, done.receipt_no) == ("ignored", "")
    assert len(_numbers(place)) == 1


def test_a_decision_on_what_has_changed_since_is_refused(desk: Desk) -> None:
    late = MAILS["late"]
    desk.take_in(late)
    place = desk.place()
    process_waiting(place)
    shown = propose(
        place, PROGRAMME, late.application_no, DecisionKind.ACCEPT_LATE, by="李", reason="同意"
    )
    decide(place, shown)
    with pytest.raises(IntakeError, match="has changed since"):
        decide(place, shown)
    assert len(_numbers(place)) == 2


@pytest.mark.parametrize(
    ("by", "reason"), [("", "同意"), ("李经办", " ")], ids=["no name", "no reason"]
)
def test_a_decision_without_name_or_reason_is_refused(desk: Desk, by: str, reason: str) -> None:
    with pytest.raises(IntakeError, match="needs a"):
        propose(desk.place(), PROGRAMME, "ZB20210001", DecisionKind.RETURN, by=by, reason=reason)


def test_only_late_mail_is_accepted_late(desk: Desk) -> None:
    good = good_mail(1)
    desk.take_in(good)
    place = desk.place()
    process_waiting(place)
    with pytest.raises(IntakeError, match="not late"):
        _decide(place, good.application_no, DecisionKind.ACCEPT_LATE)


@pytest.mark.parametrize("point", ["reserve", "compose_answer", "make_record", "sending_evidence"])
def test_a_killed_decision_is_carried_out_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    late = MAILS["late"]
    desk.take_in(late)
    place = desk.place()
    process_waiting(place)
    answer(place)
    with monkeypatch.context() as at:
        at.setattr(decided_versions, point, die)
        desk.killed(lambda its: _decide(its, late.application_no, DecisionKind.ACCEPT_LATE))
    place = desk.place()
    process_waiting(place)
    assert _known(place, late.application_no) == ["late_pending", "complete"]
    assert _numbers(place) == ["HZ2021-00001", "HZ2021-00002"]
    assert _sent(desk, place) == 2


def test_a_decision_killed_before_it_was_recorded_is_entered_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = MAILS["late"]
    desk.take_in(late)
    place = desk.place()
    process_waiting(place)
    answer(place)
    with monkeypatch.context() as at:
        at.setattr(decided_versions.filing, "record", die)
        desk.killed(lambda its: _decide(its, late.application_no, DecisionKind.ACCEPT_LATE))
    place = desk.place()
    process_waiting(place)
    assert _known(place, late.application_no) == ["late_pending", "complete"]
    assert _sent(desk, place) == 2


def test_decisions_come_back_with_a_rebuilt_ledger(desk: Desk) -> None:
    late, unknown = MAILS["late"], MAILS["no number"]
    desk.take_in(late, unknown)
    place = desk.place()
    process_waiting(place)
    _decide(place, late.application_no, DecisionKind.ACCEPT_LATE)
    with place.ledger.read() as tx:
        stray = next(r.object_id for r in queries.current(tx) if not r.application_no)
    _decide(
        place, stray, DecisionKind.TIE,
        application_no="ZB20219999", full_name="山东第三机械有限公司",
    )  # fmt: skip
    answer(place)

    def told(of: Workplace) -> list[tuple[str, str, str, str]]:
        with of.ledger.read() as tx:
            return sorted((r.id, r.object_id, r.kind, r.state) for r in decisions.listing(tx))

    before = told(place)
    data = desk.settings.data_dir
    for name in data.glob("ledger.db*"):
        name.unlink()
    Ledger.open(desk.settings.ledger()).close()
    anew = desk.place()
    rebuild(anew)
    assert told(anew) == before
    assert len(before) == 2


def test_the_command_shows_first_and_does_with_a_yes(room: Mailroom) -> None:
    late = MAILS["late"]
    room.deliver([late])
    room.poll_here()
    words = ("decide", "accept-late", late.application_no, "--reason", "停电", "--by", "李经办")
    shown = room.run(*words)
    assert (shown["done"], shown["before"], shown["after"]) == (False, "late_pending", "complete")
    assert "材料齐全" in shown["letter"]["text"]
    assert room.run("decisions") == []  # shown only
    done = room.run(*words, "--yes")
    assert (done["done"], done["receipt_no"]) == (True, "HZ2021-00002")
    (listed,) = room.run("decisions", late.application_no)
    assert (listed["by"], listed["reason"], listed["state"]) == ("李经办", "停电", "done")
    again = room.run(*words, "--yes", code=2)
    assert "not late" in again["errors"]


def test_a_mail_that_adds_to_an_accepted_one_is_judged_with_it(desk: Desk) -> None:
    """What a clerk has accepted stays in force when the same files come once more."""
    lacking = MAILS["missing material"]
    desk.take_in(lacking)
    place = desk.place()
    process_waiting(place)
    _decide(place, lacking.application_no, DecisionKind.ACCEPT)
    again = replace(
        lacking,
        data=b"Received: from mx9.example.net (192.0.2.9) by mail.example.test; "
        b"Mon, 17 May 2021 12:00:00 +0800\r\n"
        + lacking.data.replace(b"Message-ID: <", b"Message-ID: <again."),
        received_at=lacking.received_at + timedelta(hours=3),
    )
    desk.take_in(again)
    process_waiting(place)
    assert _known(place, lacking.application_no) == ["correction", "complete", "duplicate"]


def test_a_letter_that_has_not_gone_yet_does_not_go_any_more(desk: Desk) -> None:
    late = MAILS["late"]
    desk.take_in(late)
    place = desk.place()
    process_waiting(place)
    _decide(place, late.application_no, DecisionKind.ACCEPT_LATE)
    with place.ledger.read() as tx:
        assert [row.state for row in outbox.listing(tx)] == ["withdrawn", "owed"]
    assert _sent(desk, place) == 1
    assert "替代回执" not in _letter(place, late.application_no)


def test_a_decision_that_cannot_be_carried_out_keeps_no_mail_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, good = MAILS["late"], good_mail(1)
    desk.take_in(late)
    place = desk.place()
    process_waiting(place)

    def broken(*_: object, **__: object) -> None:
        raise LookupError("a bug")

    with monkeypatch.context() as at:
        at.setattr(decided_versions, "make_record", broken)
        with pytest.raises(LookupError):
            _decide(place, late.application_no, DecisionKind.ACCEPT_LATE)
        desk.take_in(good)
        assert process_waiting(place).processed == 1
        with place.ledger.read() as tx:
            (row,) = decisions.listing(tx)
        assert (row.state, row.error) == ("pending", "a bug")
        with pytest.raises(IntakeError, match="waits to be carried out"):
            _decide(place, late.application_no, DecisionKind.RETURN)
    give_up(place, row.id, "管理员", "程序有误")
    _decide(place, late.application_no, DecisionKind.RETURN)
    assert _known(place, late.application_no) == ["late_pending", "returned"]


def test_what_was_checked_keeps_its_due_date(desk: Desk) -> None:
    lacking = MAILS["missing material"]
    desk.take_in(lacking)
    place = desk.place()
    process_waiting(place)
    due = _head(place, lacking.application_no).due
    desk.clock.pass_by(seconds=10 * 24 * 3600)
    _decide(place, lacking.application_no, DecisionKind.CHECKED)
    assert due is not None
    assert _head(place, lacking.application_no).due == due


def test_nobodys_mail_is_not_accepted(desk: Desk) -> None:
    desk.take_in(MAILS["no number"])
    place = desk.place()
    process_waiting(place)
    with place.ledger.read() as tx:
        (row,) = queries.current(tx)
    with pytest.raises(IntakeError, match="Nobody is known"):
        _decide(place, row.object_id, DecisionKind.ACCEPT)


def test_a_mail_that_was_tied_away_is_no_earlier_one(desk: Desk) -> None:
    good = good_mail(1)
    desk.take_in(good)
    place = desk.place()
    process_waiting(place)
    _decide(
        place, good.application_no, DecisionKind.TIE,
        application_no="ZB20219999", full_name="山东第三机械有限公司",
    )  # fmt: skip
    own = replace(
        good,
        data=good.data.replace(b"Message-ID: <", b"Message-ID: <own."),
        received_at=good.received_at + timedelta(hours=2),
    )
    desk.take_in(own)
    process_waiting(place)
    assert _known(place, good.application_no) == ["complete", "tied", "complete"]


def test_a_decision_killed_between_two_applications_comes_back_with_the_ledger(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail has left the one, has not come to the other, and the ledger is lost."""
    desk.take_in(MAILS["no number"])
    place = desk.place()
    process_waiting(place)
    answer(place)
    with place.ledger.read() as tx:
        (row,) = queries.current(tx)
    with monkeypatch.context() as at:
        at.setattr(decided_versions, "_file_home", die)
        desk.killed(
            lambda its: _decide(
                its, row.object_id, DecisionKind.TIE,
                application_no="ZB20219999", full_name="山东第三机械有限公司",
            )
        )  # fmt: skip
    for name in desk.settings.data_dir.glob("ledger.db*"):
        name.unlink()
    Ledger.open(desk.settings.ledger()).close()
    anew = desk.place()
    rebuild(anew)
    process_waiting(anew)
    assert _known(anew, row.object_id) == ["returned", "tied"]
    assert _known(anew, "ZB20219999") == ["complete"]
