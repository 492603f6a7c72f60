"""What a machine sent is told from what an enterprise sent."""

from __future__ import annotations

import pytest

from checks import judge
from model.finding import Finding
from model.submission import SubmittedFile
from model.verdict import Outcome
from tests.builders.submissions import (
    NAME,
    PACKAGE,
    RIGHT,
    file,
    message,
    programme,
    submission,
)

Headers = tuple[tuple[str, str], ...]
AUTO: Headers = (("auto-submitted", "auto-replied; x=y"),)
LOGO = [file("logo.png")]


@pytest.mark.parametrize(
    ("headers", "media_type", "subject"),
    [
        (AUTO, "text/plain", "Re: 回执"),
        ((("auto-submitted", "Auto-Generated"),), "text/plain", RIGHT),
        ((), "multipart/report", "Undelivered"),
        ((("return-path", "<>"),), "text/plain", "x"),
        ((("return-path", "< >"),), "text/plain", "x"),
        ((("list-id", "<a.b>"),), "text/plain", "x"),
        ((("list-unsubscribe", "<mailto:a@b.cn>"),), "text/plain", "x"),
        ((), "text/plain", "自动回复: 材料接收回执"),
        ((), "text/plain", "系统退信"),
    ],
)
@pytest.mark.parametrize("files", [[], LOGO], ids=["empty", "logo"])
def test_machine_mail_gets_nothing_else(
    headers: Headers, media_type: str, subject: str, files: list[SubmittedFile]
) -> None:
    rules = programme()
    mail = message(subject, headers=headers, media_type=media_type)
    verdict = judge(submission(rules, subject=subject, mail=mail, packages=(), files=files), rules)
    assert verdict.outcome is Outcome.IGNORED
    assert {one.effect for one in verdict.findings} == {"ignore"}


@pytest.mark.parametrize(
    "headers",
    [(), (("auto-submitted", "no"),), (("auto-submitted", "NO; a=b"),),
     (("return-path", "<a@b.cn>"),), (("precedence", "bulk"),)],
)  # fmt: skip
def test_a_persons_mail_is_judged(headers: Headers) -> None:
    rules = programme()
    verdict = judge(submission(rules, mail=message(headers=headers), packages=(), files=[]), rules)
    assert verdict.outcome is Outcome.RETURNED


@pytest.mark.parametrize("subject", [RIGHT, f"自动回复：{RIGHT}"])
def test_a_package_makes_any_mail_a_submission(subject: str) -> None:
    rules = programme()
    mail = message(subject, headers=AUTO)
    verdict = judge(submission(rules, subject=subject, mail=mail), rules)
    assert verdict.outcome is Outcome.COMPLETE
    assert not [one for one in verdict.findings if one.effect == "ignore"]


def test_so_do_loose_files_where_the_notice_wants_no_archive() -> None:
    rules = programme("gaoxin-2021")
    mail = message(f"{NAME}申报材料", headers=(("list-unsubscribe", "<mailto:a@b.cn>"),))
    files = [file("统计表.xlsx"), file("申报材料.docx")]
    verdict = judge(submission(rules, mail=mail, packages=(), files=files), rules)
    assert verdict.outcome is Outcome.LATE_REFUSED


def test_a_bounce_that_brings_our_words_back_is_a_bounce() -> None:
    rules = programme()
    mail = message("Undelivered", media_type="multipart/report")
    files = [file("推荐表.pdf")]
    verdict = judge(submission(rules, subject="x", mail=mail, packages=(), files=files), rules)
    assert verdict.outcome is Outcome.IGNORED


def test_what_the_reader_found_stays_with_machine_mail() -> None:
    rules = programme()
    found = Finding("message.unclosed")
    mail = message("x", headers=AUTO)
    verdict = judge(submission(rules, mail=mail, packages=(), files=[], found=(found,)), rules)
    assert found in verdict.findings
    assert verdict.outcome is Outcome.IGNORED


def test_files_of_a_package_count_even_if_none_is_recognised() -> None:
    rules = programme()
    mail = message(headers=AUTO)
    files = [file(f"{PACKAGE}/x.docx")]
    verdict = judge(submission(rules, mail=mail, files=files), rules)
    assert verdict.outcome is Outcome.CORRECTION
