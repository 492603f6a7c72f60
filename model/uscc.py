"""The unified social credit code (统一社会信用代码) and its check character.

Source: GB 32100-2015. 18 characters: who registers and what kind (2), division (6 digits),
organisation (9), check character.
"""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""I, O, S, V and Z are left out, because they look like digits and U."""

_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}\d{{6}}[{ALPHABET}]{{10}}")
_NO_LETTERS = str.maketrans("OIZSo丨|", "0125011")
"""What OCR makes of digits, and no code can hold."""
_DIGITS = range(2, 8)
"""Places (from 0) of the division, which has digits only."""
_LOOK_ALIKES = {"B": "8", "8": "B"}


def check_character(first: str) -> str:
    """The 18th character of a code, from its first 17.

    Raises: ValueError where one of them is not of the alphabet.
    """
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(first))
    return ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """Whether it is a code whose check character is right."""
    return _SHAPE.fullmatch(text) is not None and check_character(text[:17]) == text[17]


def repaired_uscc(text: str) -> str | None:
    """The one code that a misread text stands for; None where there is none, or more than one.

    Letters that no code holds are read as the digits they look like; else 8 and B are
    tried for one another, in one place.
    """
    if len(text) != 18:
        return None
    plain = text.upper().translate(_NO_LETTERS)
    division = plain[_DIGITS.start : _DIGITS.stop].replace("B", "8")
    plain = plain[: _DIGITS.start] + division + plain[_DIGITS.stop :]
    if is_uscc(plain):
        return plain
    if plain != text.upper():
        return None  # two kinds of misreading at once: a code that fits would fit by chance
    turned = (
        plain[:place] + _LOOK_ALIKES[sign] + plain[place + 1 :]
        for place, sign in enumerate(plain)
        if sign in _LOOK_ALIKES and place not in _DIGITS
    )
    found = {other for other in turned if is_uscc(other)}
    return found.pop() if len(found) == 1 else None
