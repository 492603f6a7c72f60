"""Subjects under a rule whose pattern knows a number from everything else."""

from __future__ import annotations

import pytest

from model.programme import NamingRule
from parsers.subject import read_subject

RULE = NamingRule(number_pattern=r"ZB\d{8}")
Z, C = "ZB20210137", "济南某某有限公司"
OK, NOTE, BACK, NOT_ONE = "accept", "accept_with_note", "return", "ignore"
CASES = (
    # subject, verdict, number, name, findings in their order (without "subject.")
    (f"{Z}+{C}", OK, Z, C, ""),
    (f"{Z}TCL科技集团股份有限公司", NOTE, Z, "TCL科技集团股份有限公司", "no_separator"),
    (f"{Z}3M中国有限公司", BACK, None, None, "ambiguous"),
    (f"zb20210137+{C}", BACK, None, C, "number_not_as_pattern"),
    (f"ZB2021013+{C}", BACK, None, C, "number_not_as_pattern"),
    (f"{Z}7+{C}", BACK, None, C, "number_not_as_pattern"),
    (f"{Z}A+{C}", BACK, None, C, "number_not_as_pattern"),
    (f"{Z}{C}", NOTE, Z, C, "no_separator"),
    (f"{C}{Z}", NOTE, Z, C, "order_reversed no_separator"),
    (f"{Z}-20210514-{C}", NOTE, Z, C, "other_words other_separator"),
    (f"{Z}-1+{C}", BACK, None, C, "number_not_as_pattern"),
    (f"{Z}-3M中国有限公司", NOTE, Z, "3M中国有限公司", "other_separator"),
    (f"申报编号{Z}号，{C}", NOTE, Z, C, "label_words other_separator"),
    (f"RE {Z}+{C}", NOTE, Z, C, "reply_prefix"),
    (f"{Z}ABB（中国）有限公司", NOTE, Z, "ABB（中国）有限公司", "no_separator"),
    (f"{Z}加多宝饮料有限公司", BACK, Z, None, "ambiguous"),
    (f"2021年{Z}+{C}", NOTE, Z, C, "other_words"),
    (f"{Z}+ZB20210138+{C}", BACK, None, C, "two_numbers"),
    (f"{Z}+{C}+{Z}", NOTE, Z, C, "repeated"),
    (f"ZB 2021 0137+{C}", OK, Z, C, ""),
    (f"ZB—20210137+{C}", BACK, None, C, "number_not_as_pattern"),
    ("^x", BACK, None, None, "no_number no_name"),
    (f"Re: zb: {Z}+{C}", NOTE, Z, C, "reply_prefix other_words"),
    (
        f"TCL科技集团股份有限公司{Z}",
        NOTE,
        Z,
        "TCL科技集团股份有限公司",
        "order_reversed no_separator",
    ),
    (f"58同城信息技术有限公司+{Z}", NOTE, Z, "58同城信息技术有限公司", "order_reversed"),
    (f"{Z} 58同城信息技术有限公司", NOTE, Z, "58同城信息技术有限公司", "other_separator"),
    (f"0137+{C}", BACK, None, C, "number_not_as_pattern"),
    (f"2021-173ZD-001+{C}", BACK, None, C, "number_not_as_pattern"),
    (f"ＺＢ２０２１０１３７{C}", NOTE, Z, C, "no_separator"),
    (f"{Z}某某重工", BACK, Z, None, "short_name"),
    (f"A{Z}+{C}", BACK, None, C, "number_not_as_pattern"),
    (f"{Z}（{C}）申报材料", NOTE, Z, C, "decorated trailing_words"),
    (C, BACK, None, C, "no_number"),
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
