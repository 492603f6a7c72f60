"""Words of letters, digits and hyphens: what is a day, a telephone, a code, surely a number."""

from __future__ import annotations

import re
from datetime import date

from parsers.subject.regex import Regex

LEAST_STRONG = 6
"""Characters of a word that can only be a number; see `numbers` for why six."""

WORD = Regex(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
_VERSION = Regex(r"(?:v|ver|rev)\d{1,3}", re.IGNORECASE)
_YEAR = Regex(r"20\d\d")
_DATE = Regex(r"(20\d\d)-(\d{1,2})-(\d{1,2})|(20\d\d)(\d\d)(\d\d)")
_PHONE = Regex(r"(?:86)?-?1[3-9]\d{9}|0\d{2,3}-\d{7,8}(?:-\d{1,5})?|400-?\d{3}-?\d{4}")
_USCC = Regex(r"[0-9A-HJ-NPQRTUWXY]{18}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_date(text: str) -> bool:
    """Whether a text is a day, as 20210514 or 2021-05-14."""
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = (int(group) for group in match.groups() if group is not None)
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_uscc(text: str) -> bool:
    """Whether a text is a 统一社会信用代码 with a right check character (GB 32100)."""
    if _USCC.fullmatch(text) is None:
        return False
    values = [_USCC_ALPHABET.index(character) for character in text]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return (31 - total % 31) % 31 == values[17]


def means_something_else(text: str) -> bool:
    """Whether a word is a year, a day with hyphens, a version, a telephone number or a code."""
    return bool(
        _YEAR.fullmatch(text)
        or ("-" in text and is_date(text))
        or _VERSION.fullmatch(text)
        or _PHONE.fullmatch(text)
        or is_uscc(text)
    )


def count_digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def is_strong(text: str) -> bool:
    """Whether a word is so much like a number that nothing else explains it."""
    return (
        len(text) >= LEAST_STRONG
        and count_digits(text) >= 3
        and not means_something_else(text)
        and not is_date(text)
    )


def holds_number(text: str) -> bool:
    """Whether a strong number stands somewhere in a text."""
    return any(is_strong(word) and count_digits(word) >= 4 for word in WORD.findall(text))


def doubled(text: str) -> tuple[str, str] | None:
    """The two halves of a word that is two numbers of one shape joined by a hyphen."""
    segments = text.split("-")
    middle, odd = divmod(len(segments), 2)
    first, second = "-".join(segments[:middle]), "-".join(segments[middle:])
    if odd or not (is_strong(first) and is_strong(second)) or _shape(first) != _shape(second):
        return None
    return first, second


def _shape(text: str) -> str:
    return re.sub("[A-Za-z]", "A", re.sub("[0-9]", "9", text))
