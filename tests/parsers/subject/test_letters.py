"""Subjects of our own letters, replied to: what is ours in them is nobody's fault."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import receipts
from model.letter_marks import (
    RECEIPT_TAG,
    REMINDER_TAG,
    TITLE_BEHIND_TAG,
    TITLES,
    subject_of_letter,
)
from model.programme import NamingRule
from parsers.subject import read_package_name, read_subject

Z, C = "ZB20210137", "济南某某有限公司"
NO = "HZ2021-00042"
OPAQUE = NamingRule()
PATTERN = NamingRule(number_pattern=r"ZB\d{8}")
CORRECTION = subject_of_letter(RECEIPT_TAG, "需补正", Z, NO)

CASES = (
    # subject, number, name, findings in their order (without "subject.")
    (CORRECTION, Z, None, "reply_prefix no_name"),
    (f"回复：{CORRECTION}", Z, None, "reply_prefix no_name"),
    (f"Re: 转发：{CORRECTION} ", Z, None, "reply_prefix no_name"),
    (f"[External] 回复：{CORRECTION}", Z, None, "tag reply_prefix no_name"),
    (f"回复：【材料接收回执】材料齐全（第2版） {Z}（{NO}）", Z, None, "reply_prefix no_name"),
    (f"回复：【材料接收回执】请您补正 {Z}（质标回〔2021〕42号）", Z, None, "reply_prefix no_name"),
    (f"回复：{subject_of_letter(REMINDER_TAG, '补正提醒', Z, 'TX2021-00007')}", Z, None,
     "reply_prefix no_name"),
    (f"回复：【材料接收回执】需补正 {Z}+{C}（{NO}）", Z, C, "reply_prefix"),
    (f"回复：【材料接收回执】{Z}+{C}", Z, C, "reply_prefix"),
    (f"回复：{subject_of_letter(RECEIPT_TAG, '退回', '', NO)}", None, None,
     "reply_prefix empty"),
    # Without our tag in front, a number in brackets is the sender's.
    (f"需补正 {Z}（{NO}）", None, None, "two_numbers"),
)  # fmt: skip


@pytest.mark.parametrize("rule", [OPAQUE, PATTERN], ids=["opaque", "pattern"])
@pytest.mark.parametrize(("subject", "number", "name", "codes"), CASES)
def test_subject(
    subject: str, number: str | None, name: str | None, codes: str, rule: NamingRule
) -> None:
    if "two_numbers" in codes and rule is PATTERN:
        pytest.skip("the pattern tells the two numbers apart")
    read = read_subject(subject, rule)
    assert (read.application_no, read.full_name) == (number, name)
    found = [one.code.removeprefix("subject.") for one in read.notes]
    assert [one for one in found if one in codes.split()] == codes.split()
    if "two_numbers" not in codes:
        assert found == codes.split()


def test_what_was_taken_off_is_told() -> None:
    note = read_subject(f"回复：{CORRECTION}", OPAQUE).notes[0]
    assert note.params["words"] == f"回复：【材料接收回执】需补正、（{NO}）"


def test_a_package_named_like_a_letter() -> None:
    read = read_package_name(f"【材料接收回执】需补正 {Z}+{C}（{NO}）.rar", OPAQUE)
    assert (read.application_no, read.full_name) == (Z, C)


def test_the_titles_are_those_of_the_letters() -> None:
    wording = Path(receipts.__file__).parent / "templates" / "wording.toml"
    kinds = tomllib.loads(wording.read_text("utf-8"))["kinds"].values()
    titles = [one["title"].replace("{{ revision }}", "12") for one in kinds]
    assert all(TITLE_BEHIND_TAG.fullmatch(one) for one in titles)
    assert set(TITLES) == {one.removesuffix("（第12版）") for one in titles}
