"""Application numbers: where in a text one can stand.

With a pattern the pattern decides. Without one a number is opaque: Latin letters, digits and
hyphens with at least one digit. What has another meaning everywhere (a year, a date, a telephone
number, 统一社会信用代码, a version) is not taken for one.

Why the lengths: at the place and with the separator that the rule asks for, the sender has said
that it is the number, and three characters (001) will do. Elsewhere a word needs four, because
serials of copies (2, 02, V3) and names (3M, 58, 360) are shorter. With nothing between it and a
name it needs six, because names begin with up to four digits (1919, 3721, 8848).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.subject.fold import Folded, is_ascii_word, is_han
from parsers.subject.meanings import count_digits, doubled, is_date, is_strong, means_something_else
from parsers.subject.regex import Regex
from parsers.subject.vocabulary import NAME_LABELS

if TYPE_CHECKING:
    from model.programme import NamingRule

LEAST_IN_PLACE = 3
LEAST_ELSEWHERE = 4

_OPAQUE = Regex(r"[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?")
_VERSION_TAIL = Regex(r"-(?:v|ver|rev)\d{1,3}$", re.IGNORECASE)
_BRAND = Regex(r"[1-9]\d?[A-Za-z]{1,2}")
"""3M and its like at the beginning of a name, behind the only hyphen."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a number can stand: folded text [lo, hi). value: with hyphens for dashes."""

    lo: int
    hi: int
    value: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The candidates. unclear: the text in which number and name cannot be told apart.
    refused: what looks like a number but is not as the rule's pattern says."""

    candidates: tuple[Candidate, ...] = ()
    unclear: str = ""
    refused: tuple[Candidate, ...] = ()


def number_regex(rule: NamingRule) -> re.Pattern[str]:
    """The rule's pattern without anchors, so that it can be looked for inside a text."""
    pattern = rule.number_pattern or ""
    pattern = pattern.removeprefix("^").removeprefix(r"\A")
    if pattern.endswith("$") and not pattern.endswith(r"\$"):
        pattern = pattern[:-1]
    return re.compile(pattern.removesuffix(r"\Z"))


def is_number_in_place(text: str, rule: NamingRule) -> bool:
    """Whether a text that stands where the rule wants the number can be one."""
    if rule.number_pattern is not None:
        return number_regex(rule).fullmatch(text) is not None
    return (
        _OPAQUE.fullmatch(text) is not None
        and "--" not in text
        and len(text) >= LEAST_IN_PLACE
        and count_digits(text) > 0
        and not means_something_else(text)
        and not _VERSION_TAIL.search(text)
        and doubled(text) is None
    )


def find_numbers(folded: Folded, lo: int, hi: int, rule: NamingRule) -> Numbers:
    """All places in folded text [lo, hi) where a number can stand."""
    if rule.number_pattern is None:
        return _opaque(folded, lo, hi)
    found = _by_pattern(folded, lo, hi, number_regex(rule))
    if found.candidates:
        return found
    likely = _opaque(folded, lo, hi)
    return Numbers((), likely.unclear, found.refused or likely.candidates)


def _by_pattern(folded: Folded, lo: int, hi: int, regex: re.Pattern[str]) -> Numbers:
    text = folded.dashed
    found: list[Candidate] = []
    refused: list[Candidate] = []
    position = lo
    while position < hi and (match := regex.search(text, position, hi)):
        start, end = match.span()
        run = _run_end(folded, end, hi)
        if run > end and regex.fullmatch(text, start, run):
            end = run
        position = max(end, start + 1)
        if start == end:
            continue
        candidate = Candidate(start, end, text[start:end])
        if _cut_in_two(folded, lo, start) or not _ends_well(folded, end, hi):
            while _cut_in_two(folded, lo, start):
                start -= 1
            refused.append(Candidate(start, run, text[start:run]))
            position = max(run, start + 1)
        else:
            found.append(candidate)
    return Numbers(tuple(found), "", tuple(refused))


def _run_end(folded: Folded, position: int, hi: int) -> int:
    """The end of the word that goes on at `position`: letters, digits, single hyphens."""
    text = folded.dashed
    while position < hi and position not in folded.gaps:
        if is_ascii_word(text[position]):
            position += 1
        elif text[position] == "-" and _hyphen_joins(folded, position, hi):
            position += 2
        else:
            break
    return position


def _hyphen_joins(folded: Folded, position: int, hi: int) -> bool:
    return (
        position + 1 < hi
        and position + 1 not in folded.gaps
        and is_ascii_word(folded.dashed[position + 1])
    )


def _cut_in_two(folded: Folded, lo: int, start: int) -> bool:
    """Whether a match begins in the middle of a word."""
    return (
        start > lo
        and start not in folded.gaps
        and is_ascii_word(folded.text[start])
        and is_ascii_word(folded.text[start - 1])
    )


def _ends_well(folded: Folded, end: int, hi: int) -> bool:
    """Whether what follows a match of the pattern can be the beginning of something else.

    A digit too many is a wrong number, not a name; letters are a name if 汉字 follow them
    (ZB20210137TCL科技…) and a wrong number if not (ZB20210137A+…).
    """
    text = folded.dashed
    if end >= hi or end in folded.gaps or not (is_ascii_word(text[end]) or text[end] == "-"):
        return True
    if text[end].isdigit() and text[end - 1].isdigit():
        return False
    run = _run_end(folded, end, hi)
    tail = text[end:run].strip("-")
    if not tail or run >= hi:
        return not tail or means_something_else(tail) or is_date(tail)
    return (
        is_han(text[run])
        or (text[run] == "(" and not count_digits(tail))
        or run in folded.gaps
        or means_something_else(tail)
        or is_date(tail)
    )


def _words(folded: Folded, lo: int, hi: int) -> list[tuple[int, int]]:
    """Words of letters, digits and single hyphens; white space and double dashes end a word."""
    words: list[tuple[int, int]] = []
    position = lo
    while position < hi:
        if not is_ascii_word(folded.text[position]):
            position += 1
            continue
        end = position + 1
        if end not in folded.gaps:
            end = _run_end(folded, end, hi)
        words.append((position, end))
        position = end
    return words


def _opaque(folded: Folded, lo: int, hi: int) -> Numbers:
    strong: list[Candidate] = []
    weak: list[Candidate] = []
    unclear = ""
    for start, end in _joined(folded, _words(folded, lo, hi)):
        cut = _number_in_word(folded, lo, hi, start, end)
        if cut is None:
            unclear = unclear or folded.spelling(start, end)
            continue
        value = folded.dashed[start:cut]
        if not value or means_something_else(value) or is_date(value) or not count_digits(value):
            continue
        if (halves := doubled(value)) is not None:
            middle = start + len(halves[0])
            strong.append(Candidate(start, middle, halves[0]))
            strong.append(Candidate(middle + 1, cut, halves[1]))
        elif len(value) >= LEAST_ELSEWHERE:
            group = strong if is_strong(value) else weak
            group.append(Candidate(start, cut, value))
    if strong:
        return Numbers(tuple(strong))
    if unclear:
        return Numbers((), unclear)
    if len({candidate.value for candidate in weak}) > 1:
        return Numbers((), "、".join(candidate.value for candidate in weak))
    return Numbers(tuple(weak))


def parts_numbers(before: str, after: str) -> bool:
    """Whether white space between two words parts them, and does not group one number.

    ZB 2021 0137 is one number; ZB20210137 ZB20210138, ZB20210137 2021-05-14 and ZB20210137 2
    are one each and something else.
    """
    if not count_digits(before):
        return False
    return is_strong(after) or (is_strong(before) and (after[0] != "0" or is_date(after)))


def _joined(folded: Folded, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Words that only white space parts, put together where they are one number; a word that
    汉字 follow at once begins a name and stays alone."""
    joined: list[tuple[int, int]] = []
    last = ""
    for start, end in words:
        word = folded.dashed[start:end]
        attached = end < len(folded.text) and end not in folded.gaps and is_han(folded.text[end])
        if joined and joined[-1][1] == start and not attached and not parts_numbers(last, word):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
        last = word
    return joined


def _number_in_word(folded: Folded, lo: int, hi: int, start: int, end: int) -> int | None:
    """Where the number in a word ends: `start` if there is none in it, None if that is unclear."""
    text = folded.dashed
    word = text[start:end]
    after = text[end] if end < hi and end not in folded.gaps else ""
    version = _VERSION_TAIL.search(word)
    if version is not None and (after == "号" or not (after and is_han(after))):
        return start + version.start()
    if not count_digits(word):
        return start
    if after and after in "年月日" and len(word) <= 4:
        return start
    head, _, tail = word.rpartition("-")
    bracket = after == "(" and not count_digits(tail)
    if not (after and is_han(after)) and not bracket:
        return end
    if _label_follows(folded, end, hi):
        return end
    before = text[start - 1] if start > lo and start not in folded.gaps else ""
    if before and is_han(before) and not is_strong(word):
        return start
    if head and not count_digits(tail):
        return start + len(head) if is_strong(head) else None
    if bracket:
        return end
    if head and "-" not in head and is_strong(head) and _BRAND.fullmatch(tail):
        return start + len(head)
    if head and not (tail.isdigit() and (tail[0] == "0" or len(tail) > 3)):
        return None
    if not word[-1].isdigit():
        return None if is_strong(word) else start
    if is_strong(word):
        return end
    return start if len(word) < LEAST_ELSEWHERE else None


def _label_follows(folded: Folded, end: int, hi: int) -> bool:

    return folded.text.startswith(("号", *NAME_LABELS), end, hi)
