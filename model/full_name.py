"""Comparing full legal names: one form for comparison, the raw text kept as evidence."""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = str.maketrans("（）〔〕［］【】﹝﹞{}[]", "()" * 7)
_IGNORED = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")


def normal_name(name: str) -> str:
    """The form for comparison: NFKC, white space removed, bracket forms unified."""
    folded = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    return _IGNORED.sub("", folded).casefold()


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name."""
    return normal_name(one) == normal_name(other)
