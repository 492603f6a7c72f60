"""Package names: endings and copy marks come off, then the subject's grammar holds."""

from __future__ import annotations

import pytest

from model.programme import NamingRule
from parsers.subject import read_package_name, read_subject

RULE = NamingRule()
NUMBER, NAME = "ZB20210137", "济南某某有限公司"
STEM = f"{NUMBER}+{NAME}"

ENDINGS = (
    ".rar", ".RAR", ".zip", ".7z", ".tar.gz", ".tgz", ".part1.rar", ".part01.rar", ".Part001.RAR",
    ".r00", ".z01", ".7z.001", ".zip.002", ".exe", ".rar.rar", "．ｒａｒ", " .rar", "",
)  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_archive_endings_are_no_part_of_the_name(ending: str) -> None:
    reading = read_package_name(STEM + ending, RULE)
    assert (reading.verdict, reading.notes) == ("accept", ())
    assert (reading.application_no, reading.full_name) == (NUMBER, NAME)
    assert reading.expected == STEM
    assert reading.text == STEM + ending


@pytest.mark.parametrize(
    ("file_name", "codes"),
    [
        (f"{STEM}(1).rar", ["trailing_words"]),
        (f"{STEM}（2）.zip", ["trailing_words"]),
        (f"{STEM} (3).part1.rar", ["trailing_words"]),
        (f"{STEM} - 副本.rar", ["trailing_words"]),
        (f"{STEM} - 副本 (2).rar", ["trailing_words"]),
        (f"{STEM} - Copy.rar", ["trailing_words"]),
        (f"{STEM}_新.rar", ["trailing_words"]),
        (f"{STEM}2.rar", ["trailing_words"]),
        (f"{STEM}_20210514.rar", ["trailing_words"]),
        (f"复件 {STEM}.rar", ["other_words"]),
        (f"{NUMBER}_{NAME}.rar", ["other_separator"]),
        (f"{NAME}+{NUMBER}.rar", ["order_reversed"]),
        (f"《{STEM}》.rar", ["decorated"]),
        (f"{NUMBER}{NAME}.rar", ["no_separator"]),
    ],
)
def test_copies_and_other_spellings_are_noted(file_name: str, codes: list[str]) -> None:
    reading = read_package_name(file_name, RULE)
    assert reading.verdict == "accept_with_note"
    assert (reading.application_no, reading.full_name) == (NUMBER, NAME)
    assert [note.code.removeprefix("subject.") for note in reading.notes] == codes
    assert all(note.text.startswith(f"压缩包名“{file_name}”") for note in reading.notes) or any(
        character.isspace() for character in file_name
    )


@pytest.mark.parametrize(
    ("file_name", "number", "name", "code"),
    [
        ("申报材料.rar", None, None, "subject.no_number"),
        (f"{NAME}.rar", None, NAME, "subject.no_number"),
        (f"{NUMBER}.rar", NUMBER, None, "subject.no_name"),
        ("申报编号+申报单位全称.rar", None, None, "subject.template_text"),
        (f"{NUMBER}+ZB20210138+{NAME}.rar", None, NAME, "subject.two_numbers"),
        (f"{NUMBER}+某某重工.rar", NUMBER, None, "subject.short_name"),
        ("", None, None, "subject.empty"),
        ("自动回复：您好.rar", None, None, "subject.no_number"),
    ],
)
def test_what_names_no_applicant_is_returned(
    file_name: str, number: str | None, name: str | None, code: str
) -> None:
    reading = read_package_name(file_name, RULE)
    assert reading.verdict == "return"
    assert (reading.application_no, reading.full_name, reading.expected) == (number, name, None)
    assert code in [note.code for note in reading.notes]


def test_folders_before_the_file_name_are_not_read() -> None:
    for path in (f"C:\\上报\\ZB20219999+某\\{STEM}.rar", f"out/{STEM}.rar"):
        assert read_package_name(path, RULE).verdict == "accept"


def test_a_dot_and_digits_alone_are_not_an_ending() -> None:
    rule = NamingRule(number_pattern=r"ZB\d{4}\.\d{3}", order=("name", "number"))
    reading = read_package_name(f"{NAME}+ZB2021.001", rule)
    assert (reading.verdict, reading.application_no) == ("accept", "ZB2021.001")


def test_a_package_is_never_ignored_and_a_subject_with_the_same_text_is() -> None:
    text = f"自动回复：{STEM}"
    assert read_subject(text, RULE).verdict == "ignore"
    assert read_package_name(text + ".rar", RULE).verdict == "accept_with_note"
