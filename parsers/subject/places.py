"""Provinces and cities, to know a place that somebody put in front of a number or a name.

A place that is not listed in `model.places` is still known by its suffix (市, 区, 县 …).
"""

from __future__ import annotations

from functools import cache

from model.places import CITIES, PROVINCES
from parsers.subject.regex import Regex

_SUFFIXED = Regex(r"[\u4e00-\u9fff]{1,8}?(?:自治区|自治州|开发区|省|市|区|县|州|盟|旗)")


@cache
def _listed() -> Regex:
    names = sorted((PROVINCES + " " + CITIES).split(), key=len, reverse=True)
    return Regex(f"(?:{'|'.join(names)})(?:自治区|省|市)?")


def place_ends(text: str, start: int, end: int) -> list[int]:
    """Where each of the listed places that follow one another from `start` on ends."""
    ends: list[int] = []
    while match := _listed().match(text, ends[-1] if ends else start, end):
        ends.append(match.end())
    return ends


def begins_with_place(text: str) -> bool:
    return _listed().match(text) is not None


def is_place(text: str) -> bool:
    """Whether a text is nothing but places, listed or known by their suffix."""
    position = max(place_ends(text, 0, len(text)), default=0)
    while position < len(text):
        match = _SUFFIXED.match(text, position)
        if match is None:
            return False
        position = match.end()
    return bool(text)
