"""Mails within a mail: each is a submission of its own, once, answered as the programme says."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import intake.process
from console.demo.rar import rar5
from intake.answer import answer
from intake.batch import process_waiting
from intake.rebuild import rebuild
from intake.reprocess import reprocess
from storage.ledger import outbox, work
from storage.ledger.schema import finding, message, revision
from tests.builders.bureau import ARRIVAL, BUREAU, forwarding, quoting
from tests.builders.mails import mail, multipart, part
from tests.builders.season import good_mail, papers
from tests.intake.conftest import Desk, die


def _rows(desk: Desk) -> list[Any]:
    with desk.place().ledger.read() as tx:
        query = select(revision).order_by(revision.c.received_at, revision.c.application_no)
        return list(tx.execute(query))


def _codes(desk: Desk, number: str) -> set[str]:
    with desk.place().ledger.read() as tx:
        return set(
            tx.execute(
                select(finding.c.code).join(revision).where(revision.c.application_no == number)
            ).scalars()
        )


def _letters(desk: Desk) -> list[Any]:
    return [
        message_from_bytes(one.read_bytes(), policy=policy.default) for one in desk.smtp.letters
    ]


def _run(desk: Desk) -> None:
    process_waiting(desk.place())
    desk.clock.pass_by(seconds=5)
    answer(desk.place())


@pytest.mark.parametrize("declared", ["message/rfc822", "application/octet-stream"])
def test_each_mail_of_ten_is_filed_and_answered_to_the_bureau(desk: Desk, declared: str) -> None:
    mails = [good_mail(number) for number in range(1, 11)]
    desk.take_in(forwarding(*(one.data for one in mails), nested=declared))
    _run(desk)
    outer, *inner = _rows(desk)
    assert (outer.outcome, outer.answer_state, outer.answer_reason) == (
        "forwarded", "none", "forwarded",
    )  # fmt: skip
    assert outer.object_id.startswith("unidentified-")
    assert [(row.application_no, row.outcome) for row in inner] == [
        (one.application_no, "complete") for one in mails
    ]
    assert {row.received_at for row in inner} == {ARRIVAL}
    letters = _letters(desk)
    assert [one["to"] for one in letters] == [BUREAU] * 10
    assert {one["in-reply-to"] for one in letters} == {
        message_from_bytes(forwarding(*(m.data for m in mails), nested=declared).data)["message-id"]
    }
    assert "forward.received_through" in _codes(desk, "ZB20210001")


def test_to_both_by_the_programmes_rule(desk: Desk) -> None:
    desk.change_rules(("[receipt]", '[forwarding]\nanswer = "both"\n\n[receipt]'))
    desk.take_in(forwarding(good_mail(1).data, good_mail(2).data))
    _run(desk)
    assert sorted((one["to"], one["cc"]) for one in _letters(desk)) == [
        (BUREAU, "zb1@example.com"), (BUREAU, "zb2@example.com"),
    ]  # fmt: skip
    assert sorted(desk.smtp.recipients) == [
        (BUREAU, "zb1@example.com"), (BUREAU, "zb2@example.com"),
    ]  # fmt: skip


def test_one_who_is_refused_keeps_nothing_from_the_other(desk: Desk) -> None:
    desk.change_rules(("[receipt]", '[forwarding]\nanswer = "both"\n\n[receipt]'))
    desk.smtp.faults.refuse_to = ("zb1@example.com", "550 no such user")
    desk.take_in(forwarding(good_mail(1).data))
    _run(desk)
    assert desk.smtp.recipients == ((BUREAU,),)
    with desk.place().ledger.read() as tx:
        (row,) = outbox.listing(tx)
    assert row.state == "sent"
    assert "no copy to zb1@example.com: 550" in row.error


def test_one_who_is_refused_for_now_waits_together_with_the_other(desk: Desk) -> None:
    """Half a letter would leave nobody to send the other half."""
    desk.change_rules(("[receipt]", '[forwarding]\nanswer = "both"\n\n[receipt]'))
    desk.smtp.faults.refuse_to = ("zb1@example.com", "450 4.2.1 later")
    desk.take_in(forwarding(good_mail(1).data))
    _run(desk)
    assert desk.smtp.letters == ()
    desk.smtp.faults.refuse_to = ("", "")
    desk.clock.pass_by(hours=3)
    _run(desk)
    assert desk.smtp.recipients == ((BUREAU, "zb1@example.com"),)


def test_a_signed_mail_that_brings_nothing_stays_a_file(desk: Desk) -> None:
    text = part("只是一封信。".encode(), media_type=b"text/plain; charset=utf-8")
    seal = part(b"\x30\x80", media_type=b"application/pkcs7-signature; name=smime.p7s")
    signed = mail(multipart(text, seal, kind=b"signed"))
    desk.take_in(forwarding(good_mail(1).data, signed))
    _run(desk)
    assert [row.application_no for row in _rows(desk)] == ["", "ZB20210001"]


def test_an_applicants_own_forward_is_answered_once(desk: Desk) -> None:
    """The enterprise sends its earlier mail again, as an attachment."""
    own = good_mail(1)
    desk.take_in(own)
    _run(desk)
    again = forwarding(b"X-Sent: again\r\n" + own.data)
    desk.take_in(again)
    _run(desk)
    assert sorted(row.outcome for row in _rows(desk)) == ["complete", "duplicate", "forwarded"]
    assert [one["to"] for one in _letters(desk)] == ["zb1@example.com", BUREAU]


def test_byte_for_byte_the_same_as_one_that_came_directly(desk: Desk) -> None:
    own = good_mail(1)
    desk.take_in(own, forwarding(own.data, good_mail(2).data))
    _run(desk)
    rows = _rows(desk)
    assert [(row.outcome, row.application_no, row.needs_person) for row in rows] == [
        ("complete", "ZB20210001", False),
        ("forwarded", "", True),
        ("complete", "ZB20210002", False),
    ]  # fmt: skip
    assert len(desk.smtp.letters) == 2


def test_a_mail_with_its_own_submission_that_carries_another(desk: Desk) -> None:
    """The subject names one applicant and its package is there: both mails count."""
    content = rar5(papers(), seed=b"own")
    title = "ZB20210005+山东第五机械有限公司"
    desk.take_in(forwarding(good_mail(1).data, subject=title, own=[(f"{title}.rar", content)]))
    _run(desk)
    assert [(row.application_no, row.outcome) for row in _rows(desk)] == [
        ("ZB20210001", "complete"), ("ZB20210005", "complete"),
    ]  # fmt: skip
    assert "forward.carries" in _codes(desk, "ZB20210005")


def test_files_of_the_bureaus_own_are_for_a_person(desk: Desk) -> None:
    desk.take_in(forwarding(good_mail(1).data, own=[("推荐函.txt", "推荐函".encode())]))
    _run(desk)
    outer, inner = _rows(desk)
    assert (outer.outcome, outer.needs_person, inner.outcome) == ("forwarded", True, "complete")
    assert "forward.own_files" in _codes(desk, "")


def test_an_earlier_receipt_attached_is_no_submission(desk: Desk) -> None:
    desk.take_in(good_mail(1))
    _run(desk)
    letter = desk.smtp.letters[0].read_bytes()
    title = "ZB20210001+山东第一机械有限公司"
    content = rar5(papers(words="改过的"), seed=b"own")
    desk.take_in(forwarding(letter, subject=title, own=[(f"{title}.rar", content)]))
    _run(desk)
    rows = _rows(desk)
    assert [row.outcome for row in rows] == ["complete", "complete"]
    with desk.place().ledger.read() as tx:
        assert work.states(tx) == {"processed": 2}


def test_mail_in_mail_in_mail(desk: Desk) -> None:
    inner = forwarding(good_mail(1).data, good_mail(2).data, subject="Fw: 材料")
    desk.take_in(forwarding(inner.data, good_mail(3).data))
    _run(desk)
    assert sorted(row.application_no for row in _rows(desk)) == [
        "", "", "ZB20210001", "ZB20210002", "ZB20210003",
    ]  # fmt: skip
    assert [one["to"] for one in _letters(desk)] == [BUREAU] * 3


def test_too_deep_is_told_and_kept(desk: Desk) -> None:
    nest = good_mail(1).data
    for _ in range(6):
        nest = forwarding(nest).data
    desk.take_in(forwarding(nest))
    _run(desk)
    assert "forward.too_deep" in _codes(desk, "")
    with desk.place().ledger.read() as tx:
        assert work.states(tx) == {"processed": 5}
    assert len(desk.smtp.letters) == 1  # what was left is returned, and says so


def test_the_outer_subject_stands_in_for_one_that_tells_nothing(desk: Desk) -> None:
    plain = good_mail(1).data.replace(
        good_mail(1).data[
            good_mail(1).data.index(b"Subject:") : good_mail(1).data.index(b"Message-ID:")
        ],
        b"Subject: hello\r\n",
    )
    title = "转发：ZB20210001+山东第一机械有限公司"
    desk.take_in(forwarding(plain, subject=title))
    _run(desk)
    assert [row.application_no for row in _rows(desk)] == ["", "ZB20210001"]
    assert "forward.subject_of_outer" in _codes(desk, "ZB20210001")


def test_a_machines_forward_is_split_but_not_answered(desk: Desk) -> None:
    desk.take_in(forwarding(good_mail(1).data, headers=b"Auto-Submitted: auto-generated\n"))
    _run(desk)
    _, inner = _rows(desk)
    assert (inner.outcome, inner.answer_reason) == ("complete", "auto_submitted")
    assert desk.smtp.letters == ()


def test_a_bounce_that_brings_a_mail_back_is_not_taken_apart(desk: Desk) -> None:
    raw = forwarding(good_mail(1).data).data.replace(b"multipart/mixed", b"multipart/report", 1)
    desk.take_in(forwarding(good_mail(1).data).__class__("bounce", raw, ARRIVAL, "", "ignored", ""))
    _run(desk)
    assert [row.outcome for row in _rows(desk)] == ["ignored"]


def test_a_programme_may_leave_mails_as_files(desk: Desk) -> None:
    desk.change_rules(("[receipt]", "[forwarding]\nsplit = false\n\n[receipt]"))
    desk.take_in(forwarding(good_mail(1).data))
    _run(desk)
    assert [row.outcome for row in _rows(desk)] == ["returned"]


def test_taken_apart_later_by_other_rules(desk: Desk) -> None:
    """Rules that left mails as files are changed, and the mail is reprocessed by hand."""
    desk.change_rules(("[receipt]", "[forwarding]\nsplit = false\n\n[receipt]"))
    (outer,) = desk.take_in(forwarding(good_mail(1).data, good_mail(2).data))
    _run(desk)
    desk.change(programmes_dir=None)
    (redone,) = reprocess(desk.place(), [outer], by="张三")
    assert (redone.before, redone.after, redone.action) == ("returned", "forwarded", "refiled")
    _run(desk)
    assert [(row.application_no, row.outcome) for row in _rows(desk)] == [
        ("", "returned"), ("", "forwarded"), ("ZB20210001", "complete"), ("ZB20210002", "complete"),
    ]  # fmt: skip
    assert [one["to"] for one in _letters(desk)] == [BUREAU] * 3


QUOTES = """您好，转发以下企业的申报材料。

------------------ 原始邮件 ------------------
发件人: "山东第一机械" <one@first.example.cn>;
发送时间: 2021年6月9日(星期三) 上午10:00
收件人: "市工信局"<zhiliang@city.example.cn>;
主题: ZB20210001+山东第一机械有限公司

请查收。

-----原始邮件-----
发件人: 山东第二机械 [mailto:two@second.example.cn]
主题: ZB20210002+山东第二机械有限公司

见附件。
"""


def test_mails_quoted_in_the_text_with_all_packages_beside_them(desk: Desk) -> None:
    titles = [f"ZB2021000{one}+山东第{two}机械有限公司" for one, two in ((1, "一"), (2, "二"))]
    packages = [(f"{title}.rar", rar5(papers(), seed=title.encode())) for title in titles]
    desk.take_in(quoting(packages, QUOTES))
    _run(desk)
    outer, *inner = _rows(desk)
    assert outer.outcome == "forwarded"
    assert [(row.application_no, row.sender, row.outcome) for row in inner] == [
        ("ZB20210001", "one@first.example.cn", "complete"),
        ("ZB20210002", "two@second.example.cn", "complete"),
    ]
    assert [row.subject for row in inner] == titles
    assert "forward.quoted" in _codes(desk, "ZB20210001")
    assert [one["to"] for one in _letters(desk)] == [BUREAU] * 2


@pytest.mark.parametrize("point", ["hold", "enter"])
def test_killed_between_filing_the_outer_mail_and_entering_the_inner(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    desk.take_in(forwarding(good_mail(1).data, good_mail(2).data))
    with monkeypatch.context() as patch:
        patch.setattr(intake.process.inner, point, die)
        desk.killed(process_waiting)
    _run(desk)
    assert [row.application_no for row in _rows(desk)] == ["", "ZB20210001", "ZB20210002"]
    assert len(desk.smtp.letters) == 2
    _run(desk)
    assert len(desk.smtp.letters) == 2


def test_a_ledger_made_again_knows_them(desk: Desk, tmp_path: Path) -> None:
    desk.take_in(forwarding(good_mail(1).data, good_mail(2).data))
    process_waiting(desk.place(), most=2)  # the outer mail and the first of the inner ones
    before = [(row.sha256, row.application_no, row.receipt_no) for row in _rows(desk)]
    assert len(before) == 2
    desk.close()
    desk.change(ledger_url=f"sqlite:///{tmp_path / 'new.db'}")
    rebuild(desk.place())
    assert [(row.sha256, row.application_no, row.receipt_no) for row in _rows(desk)] == before
    with desk.place().ledger.read() as tx:
        rows = tx.execute(select(message.c.state, message.c.forwarded)).all()
    assert sorted((row.state, bool(row.forwarded)) for row in rows) == [
        ("processed", False), ("processed", True), ("waiting", True),
    ]  # fmt: skip
    process_waiting(desk.place())
    assert sorted(row.application_no for row in _rows(desk)) == ["", "ZB20210001", "ZB20210002"]
