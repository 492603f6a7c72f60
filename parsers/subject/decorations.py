"""What stands beside a number or a name and is neither: each kind a small rule in one table.

A rule looks at folded text [lo, hi), takes one decoration off one end, and gives what remains, or
None. It never looks further than `_WINDOW` characters from that end, save for a bracket's match.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from parsers.subject.brackets import Part, bracket_at_end, front_tag, wrapping
from parsers.subject.names import NameKind, ending_of
from parsers.subject.places import begins_with_place, is_place, place_ends
from parsers.subject.regex import Regex
from parsers.subject.vocabulary import (
    LEADING_WORDS,
    MATERIAL_WORDS,
    NAME_LABELS,
    NAME_LABELS_WITH_COLON,
    NUMBER_LABELS,
    PARTNERSHIP,
    SEPARATORS,
    TRAILING_WORDS,
    one_of,
)

if TYPE_CHECKING:
    pass

_WINDOW = 24
_COLON = "[:∶꞉]"


Remover = Callable[[Part], Part | None]

_REPLY = Regex(
    r"(?:回复|回復|回覆|答复|答覆|答復|转发|轉發|转寄|轉寄|回信|转|轉|re|aw|sv|fwd|fw|wg|tr)"
    rf"(?:[\[(（]?[*^]?\d{{1,4}}[\])）]?)?{_COLON}",
    re.IGNORECASE,
)
_REPLY_BARE = Regex(r"回复|回復|回覆|答复|答覆|答復|转发|轉發|转寄|轉寄")
_REPLY_LATIN = Regex(r"re|fwd|fw", re.IGNORECASE)


def reply_prefix(part: Part) -> Part | None:
    """Re: Fw[2]: 回复： 转发:, and without a colon where white space or 汉字 end the word."""
    text, gaps = part.folded.text, part.folded.gaps
    match = _REPLY.match(text, part.lo, part.hi) or _REPLY_BARE.match(text, part.lo, part.hi)
    if match is None:
        match = _REPLY_LATIN.match(text, part.lo, part.hi)
        if match is None or match.end() not in gaps:
            return None
    return part.cut(match.end(), part.hi)


_LABELS = Regex(
    rf"(?:{one_of((*NAME_LABELS, *NUMBER_LABELS))}(?:\(全称\))?(?:为|是)?{_COLON}*|"
    rf"{one_of(NAME_LABELS_WITH_COLON)}{_COLON}+)"
)
_LABEL_AT_END = Regex(
    rf"(?:{one_of((*NUMBER_LABELS, *NAME_LABELS))}|(?<![A-Za-z])[Nn][Oo]\.?){_COLON}?$"
)
_NUMBER_WORD = Regex(r"号(?=[+_:;,、\-(\[【]|$)")


def label(part: Part) -> Part | None:
    """申报编号： 申报单位： in front of a value, or the 申报编号： that belongs to what follows."""
    text, lo, hi = part.folded.text, part.lo, part.hi
    match = _LABELS.match(text, lo, hi) or _NUMBER_WORD.match(part.folded.dashed, lo, hi)
    if match is not None and match.end() > lo:
        return part.cut(match.end(), hi)
    return label_before_number(part)


def label_before_number(part: Part) -> Part | None:
    """The 申报编号： at the end that belongs to the number that follows, its colon with it."""
    match = _LABEL_AT_END.search(part.folded.text, max(part.lo, part.hi - _WINDOW), part.hi)
    return part.cut(part.lo, match.start()) if match is not None else None


def spoken_plus(part: Part) -> Part | None:
    """加号 or 加 for the + itself: before a place, or with white space behind it."""
    text, lo, hi = part.folded.text, part.lo, part.hi
    if text.startswith("加号", lo, hi):
        return part.cut(lo + 2, hi)
    if text.startswith("加", lo, hi) and (
        lo + 1 in part.folded.gaps or begins_with_place(text[lo + 1 : hi])
    ):
        return part.cut(lo + 1, hi)
    if text.endswith("加", lo, hi) and ending_of(text[lo : hi - 1], part.rule):
        return part.cut(lo, hi - 1)
    return None


_BRACKETED_PLACE = Regex(r"[(\[【〔]([^()\[\]【】〔〕]{2,12})[)\]】〕]")
_SUFFIXED_PLACE = Regex(r"[\u4e00-\u9fff]{2,9}(?:省|市|区|县|州|盟|旗)(?=[-+_:;,、/|.·])")
_CITY = Regex(r"[\u4e00-\u9fff]{2,6}?(?:省|市|区|县|州|盟|旗)")


def place_in_front(part: Part) -> Part | None:
    """济南市-, （山东） or 青岛市 before the rest: a place that something parts from what follows.

    White space alone parts it only at the very beginning, or where the name brings its own place.
    """
    text, lo, hi = part.folded.text, part.lo, part.hi
    bracketed = _BRACKETED_PLACE.match(text, lo, hi)
    if bracketed is not None and is_place(bracketed[1]) and bracketed.end() < hi:
        return part.cut(bracketed.end(), hi)
    if hi - lo <= _WINDOW and is_place(part.text):
        return part.cut(hi, hi)
    dashed = _SUFFIXED_PLACE.match(part.folded.dashed, lo, min(hi, lo + _WINDOW))
    if dashed is not None and is_place(dashed[0]):
        return part.cut(dashed.end(), hi)
    ends = place_ends(text, lo, hi)
    if not ends and (city := _CITY.match(text, lo, hi)):
        ends = [city.end()]
    for end in ends:
        if end == hi:
            break
        in_front = lo == 0 and text[end - 1] in "省市区县"
        parted = end in part.folded.gaps and (begins_with_place(text[end:hi]) or in_front)
        if parted or text[end] in SEPARATORS:
            return part.cut(end, hi)
    return None


_DATE_IN_FRONT = Regex(
    r"20\d\d年?度|20\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?|20\d\d-\d{1,2}-\d{1,2}(?!\d)|20\d{6}(?!\d)|20\d\d(?![\d])"
)
_LEADING = Regex(one_of(LEADING_WORDS), re.IGNORECASE)
_MATERIAL = Regex(one_of(MATERIAL_WORDS))


def leading_words(part: Part) -> Part | None:
    """2021年度, 关于报送, 附件, …申报材料 before what is meant."""
    lo, hi = part.lo, part.hi
    match = _DATE_IN_FRONT.match(part.folded.dashed, lo, hi) or _LEADING.match(
        part.folded.text, lo, hi
    )
    if match is not None:
        return part.cut(match.end(), hi)
    ends = [match.end() for match in _MATERIAL.finditer(part.folded.text, lo, hi)]
    if ends and part.cut(ends[-1], hi).kind() is NameKind.FULL:
        return part.cut(ends[-1], hi)
    return None


_TRAILING = Regex(one_of(TRAILING_WORDS) + "$", re.IGNORECASE)
_SERIAL = Regex(
    r"(?:20\d\d[-.年/]?\d{1,2}[-.月/]?\d{1,2}日?|\d{1,2}月\d{1,2}日|20\d\d年?度?|"
    r"第?[0-9一二三四五]{1,2}(?:次|版|稿|份|批)|(?:v|ver|version|版本)?\d{1,3}(?:\.\d{1,3}){0,2})$",
    re.IGNORECASE,
)
_PHONE = Regex(r"(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8})$")


def trailing_words(part: Part) -> Part | None:
    """申报材料, 最终版, V2, 2021-05-14, 的, a mobile number: behind a name, one at a time."""
    folded, lo, hi = part.folded, part.lo, part.hi
    start = max(lo, hi - _WINDOW)
    for pattern in (_PHONE, _SERIAL, _TRAILING):
        match = pattern.search(folded.dashed, start, hi)
        if match is None:
            continue
        rest = part.cut(lo, match.start())
        if (
            rest.lo == rest.hi
            or part.separated(match.start())
            or match[0] in MATERIAL_WORDS
            or ending_of(rest.text, part.rule)
            or PARTNERSHIP.search(rest.text)
        ) and not ending_of(part.text, part.rule):
            return rest
    return None


_CUTS = ("有限责任公司", "有限公司", "集团公司", "合作社", "合伙企业")


def words_after_ending(part: Part) -> Part | None:
    """Whatever follows a legal ending (…有限公司质量标杆): a name cannot go on there.

    After 有限公司 and its like always; after other endings of two characters or more only where
    white space or a separator follows, or where what follows ended in 申报材料 or the like.
    """
    text = part.text
    kind = part.kind()
    if kind not in (NameKind.SHORT, NameKind.MIXED) or ending_of(text, part.rule):
        return None
    for ending in sorted(part.rule.name_endings, key=len, reverse=True):
        at = text.rfind(ending) if len(ending) > 1 else -1
        end = part.lo + at + len(ending)
        if at < 2 or end == part.hi:
            continue
        head = part.cut(part.lo, end)
        if head.kind() is not NameKind.FULL or part.folded.text[end] == "(":
            continue
        material = _MATERIAL.match(part.folded.text, part.hi) is not None
        if ending in _CUTS or material or part.separated(end):
            return head
    return None


SPOKEN = "spoken separator"
"""No finding's code: what was taken off is the separator, and is judged as one."""

DECORATIONS: tuple[tuple[str, Remover], ...] = (
    (SPOKEN, spoken_plus),
    ("subject.reply_prefix", reply_prefix),
    ("subject.label_words", label),
    ("subject.city_in_front", place_in_front),
    ("subject.tag", front_tag),
    ("subject.trailing_words", bracket_at_end),
    ("subject.decorated", wrapping),
    ("subject.trailing_words", trailing_words),
    ("subject.trailing_words", words_after_ending),
    ("subject.other_words", leading_words),
)
"""Tried in this order, again from the top after each success, until none applies."""
