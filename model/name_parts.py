"""A full legal name taken apart: place, trade name (字号), industry, legal form.

By 企业名称登记管理规定 第六条 a name is 行政区划 + 字号 + 行业 + 组织形式; places may stand in
brackets behind the trade name. Where the trade name ends only a list of industries tells: of a name
whose industry is not in it, all that stands before the form is taken for the trade name, so that
names are found to differ rather than to agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from model.name_words import FORMS, GROUP, INDUSTRIES, OTHER_FORMS
from model.places import CITIES, PROVINCES

_PARTNERSHIP = re.compile(r"\([^()]{0,10}(?:合伙|独资)[^()]{0,6}\)$")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_ASIDE = re.compile(r"\((?:原|曾用名|简称|以下简称)[^()]*\)")
_DISTRICT = re.compile(
    r"(?:(?:高新|经济)?技术(?:产业)?开发区|经济开发区|[\u4e00-\u9fff]{2}(?:区|县|市|旗))"
)
_WHOLE_COUNTRY = "中国"


@dataclass(frozen=True, slots=True)
class NameParts:
    """places: without 省 and 市, from the front and from brackets. stem: trade name and industry.
    trade_name: at least two letters, "" where there is no stem. form: as in `FORMS`, else another
    ending, "" for none. group: 集团 stands somewhere. rest: all but the places."""

    places: frozenset[str]
    stem: str
    trade_name: str
    form: str
    group: bool
    rest: str

    @property
    def has_trade_name(self) -> bool:
        """False where the place itself is the trade name: 青岛啤酒, 山东大学."""
        return bool(self.stem) and not self.stem.startswith(INDUSTRIES)


def without_asides(text: str) -> str:
    """A normal name without remarks such as （原山东泰山机械厂）."""
    return _ASIDE.sub("", text)


@lru_cache(maxsize=4096)
def parts_of(text: str) -> NameParts:
    """The parts of a name in its normal form."""
    places: set[str] = set()
    ending = ""
    if partnership := _PARTNERSHIP.search(text):
        ending, text = partnership[0].strip("()"), text[: partnership.start()]

    def inside(found: re.Match[str]) -> str:
        held, end = _places(found[1])
        if held and end == len(found[1]):
            places.update(held)
            return ""
        return found[1]

    text = _BRACKETED.sub(inside, text).replace("(", "").replace(")", "")
    held, end = _places(text)
    if end < len(text):
        places.update(held)
        text = text[end:]
    stem, form = _form(text)
    group = GROUP in stem
    stem = stem.replace(GROUP, "", 1)
    return NameParts(frozenset(places), stem, _trade_name(stem), ending or form, group, text)


def places_at_end(text: str) -> int:
    """How many letters at the end of a text are a listed place (济南, 济南市), 0 for none."""
    match = _listed_at_end().search(text)
    return len(match[0]) if match else 0


def _places(text: str) -> tuple[list[str], int]:
    """The places that a text begins with, and where they end."""
    found: list[str] = []
    end = 0
    while match := _listed().match(text, end):
        found.append(match[1])
        end = match.end()
    if found and found[-1] != _WHOLE_COUNTRY and (match := _DISTRICT.match(text, end)):
        found.append(match[0].rstrip("区县市旗"))
        end = match.end()
    return found, end


def _form(text: str) -> tuple[str, str]:
    """What stands before the legal form, and the form."""
    known = next((one for one in _forms() if text.endswith(one)), "")
    return text.removesuffix(known), FORMS.get(known, known)


def _trade_name(stem: str) -> str:
    starts = (stem.find(word, 2) for word in INDUSTRIES)
    return stem[: min((one for one in starts if one >= 0), default=len(stem))]


@cache
def _forms() -> tuple[str, ...]:
    return tuple(sorted((*FORMS, *OTHER_FORMS), key=len, reverse=True))


@cache
def _listed_words() -> str:
    names = (*PROVINCES.split(), *CITIES.split(), _WHOLE_COUNTRY)
    return "|".join(sorted(names, key=len, reverse=True))


@cache
def _listed() -> re.Pattern[str]:
    return re.compile(rf"({_listed_words()})(?:(?:壮族|回族|维吾尔)?自治区|省|市)?")


@cache
def _listed_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?:{_listed_words()})(?:自治区|省|市)?$")
