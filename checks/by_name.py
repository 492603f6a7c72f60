"""Which material does the name of a file give?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from checks.matches import Match, fits, ruled_out
from model.programme import Material, Programme
from model.submission import SubmittedFile

BRACKETED = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
JOINED = re.compile(r"[、，,+＋&＆\s]*(?:[、，,+＋&＆]|以?及|和|与)[、，,+＋&＆\s]*")
"""What stands between two materials that share one file: 推荐表、承诺书.pdf."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A material's word within a text."""

    material: Material
    start: int
    end: int
    word: str


def by_name(name: str, file: SubmittedFile, programme: Programme) -> tuple[Match, ...]:
    """What is in brackets counts only where nothing outside of them does."""
    outside = BRACKETED.sub(lambda found: "\0" * len(found[0]), name)
    hits = _hits(outside, file, programme) or _hits(name, file, programme)
    if not hits:
        return ()
    joined = _joined([one for one in hits if not one.material.rest], name)
    if joined:
        words = "”和“".join(one.word for one in joined)
        return tuple(Match(one.material.id, f"文件名含“{words}”", sure=False) for one in joined)
    # The last word is what the thing is: 申报材料真实性承诺书 is a 承诺书. A word of the material
    # that takes the rest (附件, 证明) says less than any other.
    best = max(hits, key=lambda one: (not one.material.rest, one.end, fits(file, one.material)))
    return (Match(best.material.id, f"文件名含“{best.word}”"),)


def _hits(text: str, file: SubmittedFile, programme: Programme) -> list[Hit]:
    """The last word of each material that stands in a name."""
    hits = []
    for material in programme.materials:
        if ruled_out(file, material):
            continue
        found = [
            match
            for word in material.recognise.name_words
            for match in re.finditer(word, text)
            if match[0]
        ]
        if found:
            last = max(found, key=lambda match: (match.end(), -match.start()))
            hits.append(Hit(material, last.start(), last.end(), last[0]))
    return hits


def _joined(hits: list[Hit], name: str) -> list[Hit]:
    """The materials that a name gives as parts of one file."""
    ordered = sorted(hits, key=lambda one: one.start)
    together = [
        (one, other)
        for one, other in pairwise(ordered)
        if JOINED.fullmatch(name[one.end : other.start])
    ]
    return list(dict.fromkeys(one for pair in together for one in pair))
