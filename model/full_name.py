"""Comparing full legal names: one form for comparison, the raw text kept as evidence."""

from __future__ import annotations

import unicodedata

DASHES = "-‐‑‒–—―⸺⸻−˗⁃─━"
"""NFKC folds －, ﹣ and ﹘ only."""

_DASH_TO_HYPHEN = str.maketrans(dict.fromkeys(DASHES, "-"))
_BRACKETS = str.maketrans("（）〔〕［］[]【】﹙﹚〖〗﹝﹞{}", "()" * 9)
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")
"""Letters and symbols that are drawn as nothing (Unicode: Default_Ignorable, Braille blank)."""


def is_invisible(character: str) -> bool:
    """Whether a character is drawn as nothing and is not white space: controls, zero-width and
    bidirectional marks, variation selectors, fillers."""
    return (
        unicodedata.category(character) in ("Cc", "Cf")
        or character in _FILLERS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    ) and not character.isspace()


def hyphens(text: str) -> str:
    """The text with every kind of dash as a hyphen; its length does not change."""
    return text.translate(_DASH_TO_HYPHEN)


def normal_name(text: str) -> str:
    """The form in which two names are compared: NFKC, no white space, one form of brackets.

    Idempotent. Dashes become hyphens, since no keyboard gives the same one.
    """
    previous = None
    while text != previous:
        previous = text
        text = "".join(
            character
            for character in unicodedata.normalize("NFKC", text)
            if not character.isspace() and not is_invisible(character)
        )
    return hyphens(text.translate(_BRACKETS))


def same_name(one: str, other: str) -> bool:
    """Whether two spellings, in whatever case, name the same unit; two empty texts do not."""
    form = normal_name(one).casefold()
    return bool(form) and form == normal_name(other).casefold()
