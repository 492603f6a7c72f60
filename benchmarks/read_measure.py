"""How right a reading is: characters, constructs, fields, seals.

Characters are compared after NFKC, without white space and without the signs that a rendering
adds (the bars, rules, stars and hashes of Markdown or of a drawn table); the truth has none of
these. Constructs are taken out of both before the order is judged, so that it is free where a
reader puts a note or a header; the marks that call notes and the numbers of pages are not judged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.read_case import Box, Case, Stamp
from benchmarks.read_papers import NOTE_SIGN, Aside

SAME_PLACE = 0.4
"""Share of the common area in the whole from which two boxes are of one seal."""
_RULE = re.compile(r"^[\s|:+=\-─-╿]+$", re.MULTILINE)
_MARKUP = re.compile(r"^\s*(?:#{1,6}|[-*•])\s+|<!--.*?-->|\*\*|[|─-╿]", re.MULTILINE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~<>|&])")
_PAGE_NUMBER = re.compile(r"第\d+页共\d+页")
_CALL = re.compile(rf"{NOTE_SIGN}(?:[\[(][^\])]{{0,16}}[\])]|[0-9a-z^*.\-_:#]{{1,24}})?")
_NOTE_NUMBER = r"(?:[\[(]?\^?[0-9ivx]{1,4}[\])]?[.:]?)?"


@dataclass(slots=True)
class Score:
    """Sums over the files of a class. letters: of the truth.
    looked_through: files whose seals were looked for. worst: the highest share of wrong
    letters of one file, and which."""

    files: int = 0
    letters: int = 0
    wrong: int = 0
    looked_for: int = 0
    missing: list[Aside] = field(default_factory=list)
    fields: int = 0
    wrong_fields: list[str] = field(default_factory=list)
    stamps: int = 0
    missed: list[Stamp] = field(default_factory=list)
    false_seals: int = 0
    looked_through: int = 0
    worst: tuple[float, str] = (0.0, "")
    failed: list[str] = field(default_factory=list)

    @property
    def error_rate(self) -> float:
        return self.wrong / self.letters if self.letters else 0.0

    def add_text(self, case: Case, text: str) -> None:
        truth, read, missing = compared(case, text)
        letters = len(truth) + sum(len(plain(aside.text)) for aside in case.looked_for)
        wrong = distance(truth, read) + sum(len(plain(aside.text)) for aside in missing)
        self.files += 1
        self.letters += letters
        self.wrong += wrong
        self.looked_for += len(case.looked_for)
        self.missing += missing
        if letters and wrong / letters > self.worst[0]:
            self.worst = (wrong / letters, case.path.name)

    def add_fields(self, case: Case, read: Mapping[str, str]) -> None:
        """A field that the form leaves empty has to stay unread to be right."""
        for name, value in case.form:
            self.fields += 1
            if plain(read.get(name, "")) != plain(value):
                told = f"{case.path.name} {name}: {read.get(name)!r} for {value!r}"
                self.wrong_fields.append(told)

    def add_seals(self, case: Case, read: Sequence[tuple[int, Box]]) -> None:
        left = list(read)
        self.looked_through += bool(case.stamps) or case.picture
        for stamp in case.stamps:
            self.stamps += 1
            for place in left:
                if place[0] == stamp.page and same_place(stamp.box, place[1]):
                    left.remove(place)
                    break
            else:
                self.missed.append(stamp)
        self.false_seals += len(left)


def plain(text: str) -> str:
    """The letters that are compared."""
    text = unicodedata.normalize("NFKC", text)
    text = _ESCAPE.sub(r"\1", _MARKUP.sub("", _RULE.sub("", text)))
    return _PAGE_NUMBER.sub("", "".join(text.split()))


def compared(case: Case, text: str) -> tuple[str, str, list[Aside]]:
    """Truth and reading without constructs, and the constructs that were not read."""
    read, missing = without(plain(text), case.looked_for)
    read, _ = without(read, case.beside)
    return _CALL.sub("", plain(case.text)), _CALL.sub("", read), missing


def without(text: str, asides: Iterable[Aside]) -> tuple[str, list[Aside]]:
    """The text less the words of the constructs, and the constructs that it has not."""
    missing = []
    for aside in asides:
        number = _NOTE_NUMBER if "note" in aside.kind else ""
        text, count = re.subn(number + re.escape(plain(aside.text)), "", text)
        if not count:
            missing.append(aside)
    return text, missing


def distance(one: str, other: str) -> int:
    """Levenshtein's distance: insertions, deletions and replacements of characters.

    Bit-parallel over a whole column at a time (Myers 1999, in Hyyrö's form of 2003), in integers
    as long as the text: 20 pages take a fifth of a second.
    """
    while one and other and one[0] == other[0]:
        cut = _common(one, other)
        one, other = one[cut:], other[cut:]
    cut = _common(one[::-1], other[::-1])
    if cut:
        one, other = one[:-cut], other[:-cut]
    if not one or not other:
        return len(one) + len(other)
    places: dict[str, int] = {}
    for at, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << at
    mask, last = (1 << len(one)) - 1, 1 << len(one) - 1
    up, down, score = mask, 0, len(one)
    for letter in other:
        match = places.get(letter, 0)
        diagonal = (((match & up) + up) ^ up) | match | down
        more = down | ~(diagonal | up) & mask
        less = diagonal & up
        score += bool(more & last) - bool(less & last)
        more = (more << 1 | 1) & mask
        up = (less << 1 | ~(diagonal | more)) & mask
        down = more & diagonal
    return score


def _common(one: str, other: str) -> int:
    """How many letters both begin with."""
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return at
    return min(len(one), len(other))


def same_place(one: Box | None, other: Box) -> bool:
    """Whether two boxes are of one thing; None, of which only the page is known, fits any."""
    if one is None:
        return True
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return False
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide * high / (areas - wide * high) >= SAME_PLACE
