"""Changed rules tried on a real archive: what would differ, and that nothing is touched."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

import intake.rehearsal.rehearse as running
from intake.batch import process_waiting
from intake.contents import FACTS, RECORD
from intake.decisions.decide import decide, propose
from intake.rehearsal.rehearse import rehearse
from intake.rehearsal.values import Difference, Rehearsal
from model.decision import DecisionKind
from model.errors import IntakeError
from model.programme import Programme
from model.verdict import Outcome, ReceiptKind
from programmes import load_programme
from storage.archive import Content
from tests.builders.season import PROGRAMME, SeasonMail, good_mail, part_mail, season
from tests.intake.conftest import Desk, die

REFUSE_LATE = ('policy = "clerk"', 'policy = "refuse"')
PLEDGE = 'label = "承诺书"\nleast = 1\nformats = ["pdf", "image", "ofd"]\nseal = true'
NO_SEAL = (PLEDGE, PLEDGE.replace("seal = true", "seal = false"))
AUDIT = (
    "[late]",
    '[[materials]]\nid = "audit"\nlabel = "审计报告"\nleast = 1\nformats = ["pdf"]\n'
    'how_to = "请提供审计报告。"\n[materials.recognise]\nname_words = ["审计"]\n\n[late]',
)


def _archive(desk: Desk, *mails: SeasonMail) -> None:
    desk.take_in(*mails)
    process_waiting(desk.place())


def _rules(desk: Desk, *changes: tuple[str, str]) -> Programme:
    """The programme with each `old` made `new`, in a file that is not in force."""
    in_force = desk.settings.programmes_dir
    desk.change_rules(*changes)
    changed = desk.settings.programmes_dir
    assert changed is not None
    desk.change(programmes_dir=in_force)
    return load_programme(changed / f"{PROGRAMME}.toml")


def _rehearse(desk: Desk, *changes: tuple[str, str], **more: Any) -> Rehearsal:
    place = desk.place()
    return rehearse(place, place.programme(PROGRAMME), _rules(desk, *changes), **more)


def _of(kind: str) -> SeasonMail:
    return next(one for one in season(40) if one.kind == kind)


def _codes(one: Difference) -> tuple[list[str], list[str]]:
    return [found.code for found in one.added], [found.code for found in one.removed]


def _everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its time and bytes; the ledger as the statements that make it."""
    found = {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("ledger.db")
    }
    with sqlite3.connect(folder / "ledger.db") as ledger:
        found["ledger"] = (0, "\n".join(ledger.iterdump()).encode())
    return found


def test_under_the_rules_in_force_nothing_differs_from_what_was_filed(desk: Desk) -> None:
    mails = season(24)
    _archive(desk, *mails)
    filed, again = _rehearse(desk, filed=True), _rehearse(desk)
    for done in (filed, again):
        assert (done.mails, done.differing, done.missing) == (len(mails), (), ())
        assert done.notes == ()
        assert all(before is after for before, after in done.outcomes)
    assert filed.outcomes == again.outcomes
    assert filed.versions[0] == "filed"
    assert filed.versions[1] == again.versions[0] == again.versions[1]


def test_nothing_is_written(desk: Desk) -> None:
    _archive(desk, *season(16))
    desk.take_in(good_mail(90))  # one waits in the spool
    before = _everything(desk.settings.data_dir)
    done = _rehearse(desk, REFUSE_LATE, AUDIT)
    assert done.differing
    assert _everything(desk.settings.data_dir) == before


def test_several_processes_say_the_same(desk: Desk) -> None:
    _archive(desk, *season(12))
    changes = REFUSE_LATE, ('separator = "+"', 'separator = "-"')
    assert _rehearse(desk, *changes, workers=2) == _rehearse(desk, *changes, workers=1)


def test_a_changed_deadline(desk: Desk) -> None:
    late = _of("late")
    _archive(desk, good_mail(90), late)
    done = _rehearse(desk, ("closes = 2021-06-16", "closes = 2021-06-30"))
    (one,) = done.differing
    assert one.object_id == late.application_no
    assert (one.before.outcome, one.after.outcome) == (Outcome.LATE_PENDING, Outcome.COMPLETE)
    assert (one.before.letter, one.after.letter) == (
        ReceiptKind.LATE_PENDING,
        ReceiptKind.COMPLETE,
    )
    assert _codes(one) == ([], ["window.late_pending"])
    assert any(line.startswith("+") and "材料齐全" in line for line in one.letter)
    assert done.outcomes == {
        (Outcome.COMPLETE, Outcome.COMPLETE): 1,
        (Outcome.LATE_PENDING, Outcome.COMPLETE): 1,
    }


def test_a_letter_that_only_words_a_date_otherwise_is_told(desk: Desk) -> None:
    _archive(desk, _of("missing material"), good_mail(90))
    (one,) = _rehearse(desk, ("correction_days = 5", "correction_days = 15")).differing
    assert one.before.outcome is one.after.outcome is Outcome.CORRECTION
    assert _codes(one) == ([], [])
    changed = [line for line in one.letter if line.startswith(("+", "-"))][2:]
    assert changed
    assert all("月" in line for line in changed)


def test_a_new_material(desk: Desk) -> None:
    _archive(desk, good_mail(90), _of("encrypted"))
    (one,) = _rehearse(desk, AUDIT).differing
    assert (one.before.outcome, one.after.outcome) == (Outcome.COMPLETE, Outcome.CORRECTION)
    assert _codes(one) == (["material.missing"], [])
    assert any("审计报告" in line for line in one.letter if line.startswith("+"))


def test_a_seal_that_is_no_longer_asked_for(desk: Desk) -> None:
    _archive(desk, good_mail(90))
    done = _rehearse(desk, NO_SEAL)
    (one,) = done.differing
    added, removed = _codes(one)
    assert added == []
    assert removed
    assert {found.about for found in one.removed} == {"承诺书"}
    assert done.notes == ()  # fewer pages are to be looked at, not more


def test_a_seal_newly_asked_for_tells_that_nobody_has_looked(desk: Desk) -> None:
    desk.change_rules(NO_SEAL)
    _archive(desk, good_mail(90))
    done = _rehearse(desk)
    assert done.differing
    (note,) = done.notes
    assert good_mail(90).application_no in note


def test_an_effect_of_its_own(desk: Desk) -> None:
    _archive(desk, _of("missing material"))
    effect = ("[late]", '[effects]\n"material.missing" = "person"\n\n[late]')
    (one,) = _rehearse(desk, effect).differing
    assert (one.before.outcome, one.after.outcome) == (Outcome.CORRECTION, Outcome.COMPLETE)
    assert [found.effect for found in one.added] == ["person"]
    assert [found.effect for found in one.removed] == ["correct"]


def test_merging_what_was_replaced(desk: Desk) -> None:
    first = part_mail(90, "推荐表.pdf", "申报材料.docx", outcome="correction")
    second = part_mail(90, "承诺书.pdf", outcome="correction", hour=5)
    _archive(desk, first, second)
    done = _rehearse(desk, ('policy = "replace"', 'policy = "merge"'))
    asked, brought = sorted(done.differing, key=lambda one: one.received_at)
    assert asked.before.outcome is asked.after.outcome is Outcome.CORRECTION
    assert asked.letter  # it says now that what is missing will do
    assert (brought.before.outcome, brought.after.outcome) == (
        Outcome.CORRECTION,
        Outcome.COMPLETE,
    )
    assert brought.after.letter is ReceiptKind.SUPERSEDING
    assert "revision.merged" in _codes(brought)[0]


def test_what_was_merged_is_filed_as_it_is_rehearsed(desk: Desk) -> None:
    desk.change_rules(('policy = "replace"', 'policy = "merge"'))
    _archive(
        desk,
        part_mail(90, "推荐表.pdf", "申报材料.docx", outcome="correction"),
        part_mail(90, "承诺书.pdf", outcome="complete", hour=5),
    )
    place = desk.place()
    rules = place.programme(PROGRAMME)
    assert rehearse(place, rules, rules, filed=True).differing == ()


def test_another_pattern_of_numbers_takes_every_applicant_away(desk: Desk) -> None:
    _archive(desk, *season(6))
    pattern = ("# number_pattern = 'ZB\\d{8}'", "number_pattern = 'XY\\d{8}'")
    done = _rehearse(desk, pattern)
    tied = [one for one in done.differing if one.before.application_no]
    assert len(tied) == 5
    assert {(one.after.application_no, one.after.outcome) for one in tied} == {
        ("", Outcome.RETURNED)
    }


def test_mails_that_become_one_application_are_judged_together(desk: Desk) -> None:
    """Filed as nobody's, each an object of its own; the new rules know whose they are."""
    pattern = ("# number_pattern = 'ZB\\d{8}'", "number_pattern = 'XY\\d{8}'")
    desk.change_rules(pattern)
    first = part_mail(90, "推荐表.pdf", "申报材料.docx", outcome="returned")
    _archive(desk, first, good_mail(90, hour=5), good_mail(91))
    objects = sorted(desk.place().archive(PROGRAMME).object_ids())
    assert all(name.startswith("unidentified-") for name in objects)
    place = desk.place()
    new = _rules(desk)
    done = rehearse(place, place.programme(PROGRAMME), new)
    assert (done.objects, done.mails, len(done.differing)) == (3, 3, 3)
    of_ninety = sorted(
        (one for one in done.differing if one.after.application_no == "ZB20210090"),
        key=lambda one: one.received_at,
    )
    assert [one.after.outcome for one in of_ninety] == [Outcome.CORRECTION, Outcome.COMPLETE]
    assert of_ninety[1].after.letter is ReceiptKind.SUPERSEDING
    assert "revision.superseding" in _codes(of_ninety[1])[0]


def test_a_decision_that_stands_goes_before_the_new_rules(desk: Desk) -> None:
    late = _of("late")
    _archive(desk, late)
    place = desk.place()
    assert _rehearse(desk, REFUSE_LATE).outcomes == {
        (Outcome.LATE_PENDING, Outcome.LATE_REFUSED): 1
    }
    proposal = propose(
        place, PROGRAMME, late.application_no, DecisionKind.ACCEPT_LATE,
        by="李经办", reason="已电话核实",
    )  # fmt: skip
    decide(place, proposal)
    done = _rehearse(desk, REFUSE_LATE)
    assert done.outcomes == {(Outcome.COMPLETE, Outcome.COMPLETE): 1}
    assert _rehearse(desk, filed=True).outcomes == done.outcomes


def test_a_mail_that_was_tied_is_rehearsed_where_it_belongs(desk: Desk) -> None:
    nameless, good = _of("no number"), good_mail(90)
    _archive(desk, good, nameless)
    place = desk.place()
    (name,) = (one for one in place.archive(PROGRAMME).object_ids() if one.startswith("unid"))
    proposal = propose(
        place, PROGRAMME, name, DecisionKind.TIE, by="李经办", reason="来电说明",
        application_no=good.application_no,
    )  # fmt: skip
    decide(place, proposal)
    done = _rehearse(desk, AUDIT)
    assert (done.mails, done.missing) == (2, ())
    assert {one.object_id for one in done.differing} == {good.application_no}
    assert {one.after.application_no for one in done.differing} == {good.application_no}


def test_killed_in_the_middle_it_leaves_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _archive(desk, *season(8))
    place = desk.place()
    rules = place.programme(PROGRAMME)
    before = _everything(desk.settings.data_dir)
    whole = running.rehearse_together
    done: list[object] = []

    def third_dies(*arguments: Any, **more: Any) -> Any:
        done.append(arguments)
        return die() if len(done) == 3 else whole(*arguments, **more)

    monkeypatch.setattr(running, "rehearse_together", third_dies)
    desk.killed(lambda place: rehearse(place, rules, rules))
    assert _everything(desk.settings.data_dir) == before


@pytest.mark.parametrize("harm", ["cut short", "another thing", "gone"])
def test_damaged_facts_are_told_by_name_and_the_rest_goes_on(desk: Desk, harm: str) -> None:
    _archive(desk, good_mail(90), good_mail(91), good_mail(92))
    archive = desk.place().archive(PROGRAMME)
    version = archive.head("ZB20210091")
    assert version is not None
    path = version.path(FACTS)
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:200] if harm == "cut short" else b'{"raw": 1}')
    done = _rehearse(desk, AUDIT)
    assert {one.object_id for one in done.differing} == {"ZB20210090", "ZB20210092"}
    (missing,) = done.missing
    assert (missing.object_id, missing.version) == ("ZB20210091", 1)
    assert FACTS in missing.reason
    assert "intake verify" in missing.advice


def test_what_was_filed_before_facts_were_is_counted_with_advice(desk: Desk) -> None:
    _archive(desk, good_mail(90), good_mail(91))
    archive = desk.place().archive(PROGRAMME)
    version = archive.head("ZB20210091")
    assert version is not None
    content = {name: Content(path=version.path(name)) for name in version.state if name != FACTS}
    for_record = version.path(RECORD).read_bytes().replace(b"ZB20210091", b"ZB20210099")
    content[RECORD] = Content(data=for_record)
    archive.file(
        "ZB20210099", content, created=version.created, message="mail", user_name="intake",
        user_address="",
    )  # fmt: skip
    done = _rehearse(desk)
    assert done.mails == 2
    (missing,) = done.missing
    assert (missing.object_id, missing.version) == ("ZB20210099", 1)
    assert missing.advice.startswith("intake reprocess --message ")


def test_an_archive_that_is_not_there_is_the_operators_error(desk: Desk) -> None:
    with pytest.raises(IntakeError, match="Nothing is archived"):
        _rehearse(desk)
    _archive(desk, good_mail(90))
    with pytest.raises(IntakeError, match="no application ZB1"):
        _rehearse(desk, application="ZB1")


def test_what_cannot_be_seen_is_told(desk: Desk) -> None:
    _archive(desk, good_mail(90))
    done = _rehearse(
        desk,
        ('number = "HZ', 'number = "RC'),
        ("required = true", 'required = true\npassword = "2021"'),
    )
    assert done.differing == ()
    assert [note.split()[0] for note in done.notes] == ["package.password", "receipt.number"]


def test_one_application_is_shown_whole(desk: Desk) -> None:
    _archive(desk, good_mail(90), good_mail(91))
    done = _rehearse(desk, AUDIT, show="ZB20210090")
    shown, other = done.differing
    assert len(shown.letter) > len(other.letter)
    assert any("SHA-256" in line for line in shown.letter)
    (one,) = _rehearse(desk, AUDIT, application="ZB20210091").differing
    assert one.object_id == "ZB20210091"
    assert len(_rehearse(desk, AUDIT, limit=1).differing) == 1
