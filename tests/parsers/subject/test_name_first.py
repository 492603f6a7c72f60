"""Subjects under a rule with the name first, a hyphen, and short names taken."""

from __future__ import annotations

import pytest

from model.programme import NamingRule
from parsers.subject import read_subject

RULE = NamingRule(order=("name", "number"), separator="-", short_names=True)
Z, C = "ZB20210137", "济南某某有限公司"
OK, NOTE, BACK, NOT_ONE = "accept", "accept_with_note", "return", "ignore"
CASES = (
    # subject, verdict, number, name, findings in their order (without "subject.")
    (f"{C}-{Z}", OK, Z, C, ""),
    (f"某某重工-{Z}", OK, Z, "某某重工", ""),
    ("某某重工-2022-173ZD-001", OK, "2022-173ZD-001", "某某重工", ""),
    (f"一汽-大众汽车有限公司-{Z}", OK, Z, "一汽-大众汽车有限公司", ""),
    (f"{Z}-{C}", NOTE, Z, C, "order_reversed"),
    (f"{Z}+某某重工", NOTE, Z, "某某重工", "order_reversed other_separator"),
    (f"TCL-{Z}", OK, Z, "TCL", ""),
    (f"某某重工{Z}", NOTE, Z, "某某重工", "no_separator"),
    (f"某某重工 {Z}", NOTE, Z, "某某重工", "other_separator"),
    (f"某某重工——{Z}", NOTE, Z, "某某重工", "other_separator"),
    (f"某某重工申报材料-{Z}", NOTE, Z, "某某重工", "trailing_words"),
    (f"新材料-{Z}", OK, Z, "新材料", ""),
    (Z, BACK, Z, None, "no_name"),
    ("某某重工", BACK, None, None, "no_number"),
    (f"某某-某某-{Z}", BACK, Z, None, "no_name"),
    (f"一汽-大众-{Z}", BACK, Z, None, "no_name"),
    (f"济南市-某某重工-{Z}", NOTE, Z, "某某重工", "city_in_front"),
    (f"某某重工-{Z}-V2", NOTE, Z, "某某重工", "trailing_words"),
    (f"某某重工-{Z}（修改版）", NOTE, Z, "某某重工", "decorated trailing_words"),
    (f"青岛分公司-{Z}", BACK, Z, None, "branch"),
    ("单位全称-申报编号", BACK, None, None, "template_text"),
    (f"某某重工－{Z}", OK, Z, "某某重工", ""),
    (f"某某重工_{Z}", NOTE, Z, "某某重工", "other_separator"),
    (f"Re: 某某重工-{Z}", NOTE, Z, "某某重工", "reply_prefix"),
    (f"【附件】某某重工-{Z}", NOTE, Z, "某某重工", "tag"),
    (f"单位名称：某某重工，编号：{Z}", NOTE, Z, "某某重工", "label_words other_separator"),
    ("TCL科技-2022-173ZD-001", OK, "2022-173ZD-001", "TCL科技", ""),
    ("2022-173ZD-001-某某重工", NOTE, "2022-173ZD-001", "某某重工", "order_reversed"),
    (f"某某重工-{Z}-ZB20210138", BACK, None, None, "two_numbers"),
    (f"自动回复：某某重工-{Z}", NOT_ONE, None, None, "automatic_reply"),
    (f"58同城-{Z}", OK, Z, "58同城", ""),
    (f"{Z}-58同城", BACK, None, None, "ambiguous"),
    ("某某重工-2021", BACK, None, None, "trailing_words no_number"),
)


@pytest.mark.parametrize(
    ("text", "verdict", "number", "name", "codes"), CASES, ids=[ascii(case[0]) for case in CASES]
)
def test_subject(text: str, verdict: str, number: str | None, name: str | None, codes: str) -> None:
    reading = read_subject(text, RULE)
    found = " ".join(note.code.removeprefix("subject.") for note in reading.notes)
    assert (reading.verdict, reading.application_no, reading.full_name, found) == (
        verdict,
        number,
        name,
        codes,
    )
    assert reading.text == text
    for note in reading.notes:
        assert note.about == "邮件主题"
        assert "邮件主题" in note.text
        assert "{" not in note.advice
    if number is not None and name is not None:
        assert reading.expected == RULE.expected(number, name)
    else:
        assert reading.expected is None


def test_table_is_wide_and_unambiguous() -> None:
    subjects = [case[0] for case in CASES]
    assert len(set(subjects)) == len(subjects) >= 30
    assert {case[1] for case in CASES} >= {OK, NOTE, BACK}
