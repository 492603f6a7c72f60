"""What is an application number, and what only looks like one."""

from __future__ import annotations

import pytest

from model.programme import NamingRule
from parsers.subject import read_subject
from parsers.subject.meanings import doubled, is_date, is_uscc

NAME = "济南某某有限公司"


def test_uscc_by_its_check_character() -> None:
    assert is_uscc("91110108551385082Q")
    assert is_uscc("91110000600037341L")
    assert not is_uscc("91310115MA1H8R7C6D")
    assert not is_uscc("9111010855138508Q")


def test_days_of_the_calendar() -> None:
    assert is_date("20210514")
    assert is_date("2021-5-14")
    assert not is_date("20210137")
    assert not is_date("20210230")


def test_two_numbers_joined_by_a_hyphen() -> None:
    assert doubled("ZB20210137-ZB20210138") == ("ZB20210137", "ZB20210138")
    assert doubled("2022-173ZD-001-2022-173ZD-002") == ("2022-173ZD-001", "2022-173ZD-002")
    assert doubled("2022-173ZD-001") is None
    assert doubled("ZB20210137-001") is None


@pytest.mark.parametrize(
    "pattern", [r"ZB\d{8}", r"^ZB\d{8}$", r"\AZB\d{8}\Z", r"(?:ZB|SD)\d{8}", r"ZB\d{6}|ZB\d{8}"]
)
@pytest.mark.parametrize("joint", ["+", "-", "", " ", "_"])
def test_a_pattern_finds_the_whole_number_however_it_is_written(pattern: str, joint: str) -> None:
    reading = read_subject(f"ZB20210137{joint}{NAME}", NamingRule(number_pattern=pattern))
    assert (reading.application_no, reading.full_name) == ("ZB20210137", NAME)


def test_a_pattern_may_admit_both_cases_and_the_sender_s_is_kept() -> None:
    rule = NamingRule(number_pattern=r"(?i:ZB)\d{8}")
    reading = read_subject(f"zb20210137+{NAME}", rule)
    assert (reading.verdict, reading.application_no) == ("accept", "zb20210137")


def test_a_pattern_of_han_and_brackets() -> None:
    rule = NamingRule(number_pattern=r"鲁质标\[\d{4}\]\d{1,4}号", separator="_")
    for text in (f"鲁质标[2021]12号_{NAME}", f"鲁质标［2021］12号＿{NAME}"):
        reading = read_subject(text, rule)
        assert (reading.verdict, reading.application_no) == ("accept", "鲁质标[2021]12号")
    assert read_subject(f"鲁质标[2021]12号+{NAME}", rule).verdict == "accept_with_note"


@pytest.mark.parametrize("text", ["2021", "2021-05-14", "13800138000", "V2", "ABCD", "12"])
def test_these_are_not_numbers_even_in_the_number_s_place(text: str) -> None:
    reading = read_subject(f"{text}+{NAME}", NamingRule())
    assert (reading.verdict, reading.application_no) == ("return", None)
    assert reading.full_name == NAME
    assert "subject.no_number" in [note.code for note in reading.notes]


def test_white_space_inside_a_number_is_folded_and_between_two_numbers_is_not() -> None:
    rule = NamingRule()
    assert read_subject(f"ZB 2021 0137+{NAME}", rule).application_no == "ZB20210137"
    two = read_subject(f"ZB20210137 ZB20210138+{NAME}", rule)
    assert (two.verdict, two.application_no) == ("return", None)
    assert two.notes[0].params["numbers"] == "ZB20210137、ZB20210138"
