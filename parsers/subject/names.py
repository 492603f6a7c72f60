"""Full legal names: their comparison form, their endings, and what is not one.

A name is 行政区划 + 字号 + 行业 + 组织形式 (企业名称登记管理规定第六条). Only the last part can be
told from other text, so a full name is known by its ending; the rule gives the endings.
"""

from __future__ import annotations

import unicodedata
from enum import Enum
from typing import TYPE_CHECKING

from model.full_name import DASHES, normal_name
from model.name_words import BRANCH_ENDINGS, PARTS_OF_A_COMPANY
from parsers.subject.fold import is_han
from parsers.subject.meanings import holds_number
from parsers.subject.places import begins_with_place, is_place
from parsers.subject.regex import Regex
from parsers.subject.vocabulary import (
    IN_NAMES,
    MATERIAL_WORDS,
    NAME_LABELS,
    NUMBER_LABELS,
    PARTNERSHIP,
    TRAILING_WORDS,
    one_of,
)

if TYPE_CHECKING:
    from model.programme import NamingRule

_LIMITED = Regex("有限(?:责任)?公司")
_MATERIALS = Regex(one_of(MATERIAL_WORDS))
_PLACEHOLDER = Regex(
    rf"(?:{one_of((*NAME_LABELS, *NUMBER_LABELS))}|[xX×*○〇]{{2,}}[()（）\u4e00-\u9fff]*)"
)
_YEAR_IN_FRONT = Regex(r"20\d\d(?:年度?|(?!\d))")
_LONG_DIGITS = Regex(r"\d{6}")
_BRANCH = Regex(one_of(BRANCH_ENDINGS))


class NameKind(Enum):
    """What a piece of text is when it is taken for a name."""

    FULL = "full"
    SHORT = "short"
    """Might name a unit, but has no legal ending."""
    BRANCH = "branch"
    TWO = "two"
    PLACEHOLDER = "placeholder"
    DAMAGED = "damaged"
    """Characters were lost on the way (U+FFFD, question marks, private use)."""
    MIXED = "mixed"
    """Something else stands in it too: separators, a number, words of the trade."""


def is_branch(name: str) -> bool:
    """Whether a name is that of a part of a legal person (分公司, 分厂, …有限公司某某厂)."""
    text = PARTNERSHIP.sub("", normal_name(name))
    limited = _LIMITED.search(text)
    if text.endswith(BRANCH_ENDINGS):
        return True
    if limited is None:
        return False
    rest = text[limited.end() :]
    return bool(_BRANCH.search(rest)) or (
        len(rest) > 1 and rest.endswith(PARTS_OF_A_COMPANY) and not rest.endswith("公司")
    )


def ending_of(text: str, rule: NamingRule) -> str:
    """The longest legal ending of a folded text, "" if it has none."""
    bare = PARTNERSHIP.sub("", text)
    return max((end for end in rule.name_endings if bare.endswith(end)), key=len, default="")


def looks_like_full_name(name: str, rule: NamingRule) -> bool:
    """Whether a text can be a full legal name: a legal ending after at least two characters
    that are not the ending's own, and not a branch nor a placeholder."""
    text = normal_name(name)
    return _has_full_form(text, rule) and not is_branch(text) and not is_placeholder(text)


def is_placeholder(text: str) -> bool:
    """Whether a folded text is what a notice prints where a name belongs."""
    return bool(_PLACEHOLDER.fullmatch(text.strip("()[]<>{}【】《》“”\"'"))) if text else False


def _has_full_form(text: str, rule: NamingRule) -> bool:
    ending = ending_of(text, rule)
    stem = PARTNERSHIP.sub("", text).removesuffix(ending)
    return bool(ending) and sum(character.isalnum() for character in stem) >= 2


def kind_of(text: str, rule: NamingRule) -> NameKind:
    """Say what a folded, undecorated text is when it is taken for a name."""
    if is_placeholder(text):
        return NameKind.PLACEHOLDER
    if any(_is_damage(character) for character in text) or "??" in text:
        return NameKind.DAMAGED
    if _is_mixed(text, rule):
        return NameKind.MIXED
    if _is_two(text, rule):
        return NameKind.TWO
    if is_branch(text):
        return NameKind.BRANCH
    if _has_full_form(text, rule):
        return NameKind.FULL
    return NameKind.SHORT if _may_be_short(text) else NameKind.MIXED


def _is_damage(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cs")


def _may_be_short(text: str) -> bool:
    return len(text) >= 2 and any(c.isalpha() for c in text) and text not in TRAILING_WORDS


def _is_mixed(text: str, rule: NamingRule) -> bool:
    depth = 0
    for index, character in enumerate(text):
        if character in "()":
            depth += 1 if character == "(" else -1
            if depth not in (0, 1):
                return True
        elif character in DASHES:
            if not _joins(text, index, rule):
                return True
        elif character in IN_NAMES:
            if index in (0, len(text) - 1):
                return True
        elif not character.isalnum() and not unicodedata.combining(character):
            return True
    return (
        depth != 0
        or text[0] in "()0"
        or _YEAR_IN_FRONT.match(text) is not None
        or holds_number(text)
        or _LONG_DIGITS.search(text) is not None
        or _MATERIALS.search(text) is not None
    )


def _joins(text: str, index: int, rule: NamingRule) -> bool:
    """Whether a dash is part of the name, as in 一汽-大众汽车有限公司: between two 汉字, behind at
    most three that are no place, no name and no word of the trade. A part after it that begins
    with a place is a name of its own (张三-济南…有限公司)."""
    if not 0 < index < len(text) - 1:
        return False
    before, after = text[:index], text[index + 1 :]
    return (
        len(before) <= 3
        and not begins_with_place(after)
        and is_han(before[-1])
        and is_han(after[0])
        and not is_place(before)
        and not _has_full_form(before, rule)
        and not before.endswith(TRAILING_WORDS)
        and _has_full_form(after, rule)
    )


def _is_two(text: str, rule: NamingRule) -> bool:
    limited = [match.end() for match in _LIMITED.finditer(text)]
    if len(limited) > 1:
        return True
    if not limited:
        return False
    rest = text[limited[0] :]
    return rest[:1] in ("和", "与", "及") and _has_full_form(rest[1:], rule)
