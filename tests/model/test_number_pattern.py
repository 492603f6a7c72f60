"""What a number pattern may admit: numbers become folder names."""

from __future__ import annotations

import re

import pytest

from model.naming import OPAQUE_NUMBER, NamingRule
from model.number_pattern import unsafe_in_folder_names

GOOD = [
    OPAQUE_NUMBER,
    r"ZB\d{8}",
    r"[A-Z]{2}[\d-]+",
    r"\d{4}-173ZD-\d{3}",
    r"\w+",
    r"\d+\.\d+",
    r"(?:ZB|HB)\d+(?:-\d)?",
    r"(?P<year>\d{4})-(?P=year)",
    r"[\u4e00-\u9fff]{2}\d+",
    r"[^\W_]+",
    r"(?>ZB)\d++",
    r"\AZB(?!0000)\d{4}\Z",
]
BAD = [
    (r"ZB\d{4}/\d+", "'/'"),
    (r"ZB\d{4}\\\d+", r"'\\'"),
    (r".+", "'/'"),
    (r"\S+", "'/'"),
    (r"[^/]+", r"'\\'"),
    (r"[^/\\:*?\"<>|\s]+", r"'\x00'"),
    (r"\d+[^\d]\d+", "'/'"),
    (r"ZB \d+", "' '"),
    (r"ZB\s?\d+", r"'\t'"),
    (r"ZB\x00?\d+", r"'\x00'"),
    (r"ZB\d+[\u200b]?", r"'\u200b'"),
    (r"A|B|C/D", "'/'"),
    (r"(a)?(?(1)/|b)c", "'/'"),
    (r"\.\d+", "a leading dot"),
    (r"(?:\.)?\d+", "a leading dot"),
    (r"[\w.]+", "a leading dot"),
    (r"x*\.1", "a leading dot"),
    (r"(?:a|\.b)", "a leading dot"),
]


@pytest.mark.parametrize("pattern", GOOD)
def test_patterns_of_real_numbers(pattern: str) -> None:
    assert unsafe_in_folder_names(pattern) == ""
    assert NamingRule(number_pattern=pattern).number == pattern


@pytest.mark.parametrize(("pattern", "admits"), BAD)
def test_patterns_that_would_lead_out_of_the_folder(pattern: str, admits: str) -> None:
    re.compile(pattern)
    assert unsafe_in_folder_names(pattern) == admits
    with pytest.raises(ValueError, match="it admits"):
        NamingRule(number_pattern=pattern)


@pytest.mark.parametrize(
    ("pattern", "said"), [(r"[", "not a regular expression"), (r"\d*", "the empty text")]
)
def test_patterns_that_are_none(pattern: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        NamingRule(number_pattern=pattern)
