"""Which texts of a file can be application numbers, and what spreadsheet programs make of them.

It takes a number for a number: it cuts leading zeros, rounds what has more than fifteen digits,
makes days of 2021-6-1. What shows the traces of that is refused, never mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.naming import OPAQUE_NUMBER, NamingRule

LONGEST_NUMBER = 100
EXACT_DIGITS = 15
"""Digits of a number that a spreadsheet program keeps (IEEE 754 double, as Excel shows it)."""
MOST_LOST_ZEROS = 8
ROUNDED = re.compile(r"\d(?:\.\d+)?E[+-]\d+|\d+\.\d+E\d+", re.IGNORECASE)
_FRACTION = re.compile(r"\d+\.\d+")
_DAY = re.compile(r"(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}.*")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a text is no number: a key of `model/register_lines.toml`, with its parameters."""

    code: str
    params: Mapping[str, str]


def wrong_number(number: str, naming: NamingRule | None, *, cut: bool) -> Wrong | None:
    """What keeps a text, without white space, from being an application number; None if nothing.

    cut: whether zeros past the fifteenth digit are the spreadsheet program's, see `all_are_cut`.
    """
    params = {"number": number}
    if ROUNDED.fullmatch(number):
        return Wrong("number_rounded", params)
    if cut and _is_cut(number):
        return Wrong("number_cut", params)
    pattern = naming.number_pattern if naming else None
    if pattern is not None and re.fullmatch(pattern, number) and len(number) <= LONGEST_NUMBER:
        return None
    if _FRACTION.fullmatch(number):
        return Wrong("number_fraction", params)
    if pattern is not None:
        if likely := _with_zeros(number, pattern):
            return Wrong("number_lost_zeros", params | {"likely": likely})
        return Wrong("number_not_as_pattern", params | {"pattern": pattern})
    if _DAY.fullmatch(number):
        return Wrong("number_is_date", params)
    plain = re.fullmatch(OPAQUE_NUMBER, number) and any(sign.isdigit() for sign in number)
    return None if plain and len(number) <= LONGEST_NUMBER else Wrong("number_not_plain", params)


def all_are_cut(numbers: Sequence[str]) -> bool:
    """Whether no long number of a file has anything but zeros past the fifteenth digit: one that
    ends in zeros may well be right, all of them are not."""
    long = [one for one in numbers if one.isdigit() and len(one) > EXACT_DIGITS]
    return bool(long) and all(_is_cut(one) for one in long)


def _is_cut(number: str) -> bool:
    return number.isdigit() and len(number) > EXACT_DIGITS and not number[EXACT_DIGITS:].strip("0")


def _with_zeros(number: str, pattern: str) -> str:
    """The number with as many zeros in front as the pattern asks for, "" where none will do."""
    tried = ("0" * count + number for count in range(1, MOST_LOST_ZEROS + 1))
    return next((one for one in tried if re.fullmatch(pattern, one)), "")
