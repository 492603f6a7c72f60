"""Characters made comparable, every one of them still tied to its place in the text as sent.

Hostile text: any Unicode string is taken, lone surrogates too. Work is linear in its length.
Residual risk: letters of other scripts that look like Latin ones (Cyrillic А) are not folded;
they make a number or a name that fails to match, never one that matches wrongly.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from model.full_name import hyphens, is_invisible


def is_han(character: str) -> bool:
    """Whether a character is a letter of no alphabet (汉字 above all): what a number never has."""
    return character > "\u2e7f" and character.isalpha()


def is_ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in comparable form.

    raw: as sent. text: NFKC, without white space and invisible characters. dashed: the same,
    every dash a hyphen. starts, ends: for each character of text, where in raw it came from.
    gaps: indexes of text before which white space stood. invisible: how many characters that
    are drawn as nothing were left out.
    """

    raw: str
    text: str
    dashed: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    gaps: frozenset[int]
    invisible: int

    def spelling(self, lo: int, hi: int) -> str:
        """text[lo:hi] as the sender spelt it.

        Invisible characters are left out, and so is white space, except for one blank between
        two Latin words, where it is part of the spelling and not an artefact of folding.
        """
        if lo >= hi:
            return ""
        kept: list[str] = []
        blank = False
        for character in self.raw[self.starts[lo] : self.ends[hi - 1]]:
            if is_invisible(character):
                continue
            if character.isspace():
                blank = bool(kept)
                continue
            if blank and _is_latin(kept[-1]) and _is_latin(character):
                kept.append(" ")
            kept.append(character)
            blank = False
        return "".join(kept)


def _is_latin(character: str) -> bool:
    return all(is_ascii_word(c) for c in unicodedata.normalize("NFKC", character))


def fold(raw: str) -> Folded:
    """Fold a text; see `Folded`."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    gaps: set[int] = set()
    invisible = 0
    for start, end in _clusters(raw):
        first = start
        if raw[start].isspace() or is_invisible(raw[start]):
            if raw[start].isspace():
                gaps.add(len(characters))
            else:
                invisible += 1
            first += 1  # marks that combine with nothing stay what they are
        for character in unicodedata.normalize("NFKC", raw[first:end]):
            if character.isspace() or is_invisible(character):
                continue
            characters.append(character)
            starts.append(first)
            ends.append(end)
    text = "".join(characters)
    gaps -= {0, len(text)}
    return Folded(raw, text, hyphens(text), tuple(starts), tuple(ends), frozenset(gaps), invisible)


def _clusters(raw: str) -> Iterator[tuple[int, int]]:
    """A character together with the combining marks that NFKC may join to it."""
    start = 0
    while start < len(raw):
        end = start + 1
        while end < len(raw) and unicodedata.combining(raw[end]) and not is_invisible(raw[end]):
            end += 1
        yield start, end
        start = end
