"""The labels of numbered paragraphs ("一、", "（二）", "3.1"), which the text does not hold.

Source: ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from parsers.documents.ooxml.names import W, number, toggle, value

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_FULL_WIDTH = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
_PLACE = re.compile(r"%([1-9])")
_TIGHT_END = re.compile(r"[、，。．）】」：\u3400-\u9fff①-⑳]$")


def chinese(count: int, digits: str = _DIGITS, units: str = "十百千万") -> str:
    """A number from 0 to 99,999 in Chinese, as lists count: 十一, 一百〇五."""
    if not 0 <= count <= 99_999:
        return str(count)
    if count < 10:
        return digits[count]
    text = ""
    gap = False
    for power in range(len(str(count)) - 1, -1, -1):
        digit = count // 10**power % 10
        if not digit:
            gap = True
            continue
        if gap and text:
            text += digits[0]
        gap = False
        text += digits[digit] + (units[power - 1] if power else "")
    # 十一, not 一十一; the digits of cheques keep it (壹拾壹).
    return text[1:] if 10 <= count < 20 and digits == _DIGITS else text


def _legal(count: int) -> str:
    return chinese(count, _LEGAL_DIGITS, "拾佰仟万")


def _by_digit(count: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(count))


def _letter(count: int) -> str:
    # After Z comes AA, then BB: the letter is repeated (17.18.59, upperLetter).
    return chr(ord("A") + (count - 1) % 26) * min((count - 1) // 26 + 1, 8) if count > 0 else "0"


def _roman(count: int) -> str:
    if not 0 < count < 4000:
        return str(count)
    text = ""
    for worth, sign in _ROMAN:
        times, count = divmod(count, worth)
        text += sign * times
    return text


def _enclosed(first: int, last: int) -> Callable[[int], str]:
    return lambda count: chr(first + count - 1) if 1 <= count <= last else str(count)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda count: signs[count - 1] if 1 <= count <= len(signs) else str(count)


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographDigital": _by_digit,
    "japaneseDigitalTenThousand": _by_digit,
    "taiwaneseDigital": _by_digit,
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "decimalEnclosedCircle": _enclosed(0x2460, 20),
    "decimalEnclosedCircleChinese": _enclosed(0x2460, 20),
    "decimalEnclosedParen": _enclosed(0x2474, 20),
    "decimalEnclosedFullstop": _enclosed(0x2488, 20),
    "ideographEnclosedCircle": _enclosed(0x3280, 10),
    "decimalFullWidth": lambda count: str(count).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda count: str(count).translate(_FULL_WIDTH),
    "decimalZero": lambda count: f"{count:02d}",
    "upperLetter": _letter,
    "lowerLetter": lambda count: _letter(count).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda count: _roman(count).lower(),
    "bullet": lambda _count: "",
    "none": lambda _count: "",
}


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int
    restart: int
    legal: bool


class Numbering:
    """Counts the lists of one document; `label` is to be called once a paragraph, in order."""

    def __init__(self, root: etree._Element | None) -> None:
        self._abstract: dict[str, etree._Element] = {}
        self._elements: dict[str, etree._Element] = {}
        self._lists: dict[str, tuple[str, dict[int, int], dict[int, _Level]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[str] = set()
        if root is None:
            return
        for element in root.iter(W + "abstractNum"):
            self._abstract[element.get(W + "abstractNumId", "")] = element
        for element in root.iter(W + "num"):
            self._elements[element.get(W + "numId", "")] = element

    def label(self, place: tuple[str, int] | None) -> str:
        """The label of the next paragraph at `place`, with the space that parts it from text."""
        if place is None or place[0] not in self._elements:
            return ""
        num_id, index = place
        # Documents bring many lists and use few: each is read when it is first used.
        if num_id not in self._lists:
            self._lists[num_id] = self._list(self._elements[num_id])
        abstract_id, starts, levels = self._lists[num_id]
        if index not in levels:
            return ""
        counts = self._counts.setdefault(abstract_id, {})
        if num_id not in self._started:
            self._started.add(num_id)
            # A list that overrides its start begins again where it is first used.
            counts.update({level: start - 1 for level, start in starts.items()})
        counts[index] = counts.get(index, levels[index].start - 1) + 1
        for deeper in [level for level in counts if level > index]:
            restart = levels[deeper].restart if deeper in levels else deeper
            if restart and index < restart:
                del counts[deeper]
        level = levels[index]

        def fill(found: re.Match[str]) -> str:
            other = int(found.group(1)) - 1
            count = counts.get(other, levels[other].start if other in levels else 1)
            form = levels[other].format if other in levels else "decimal"
            return str(count) if level.legal else _FORMATS.get(form, str)(count)

        if level.format in ("bullet", "none"):
            return ""
        text = _PLACE.sub(fill, level.text)
        return text if not text or _TIGHT_END.search(text) else text + " "

    def _list(self, element: etree._Element) -> tuple[str, dict[int, int], dict[int, _Level]]:
        """The abstract list of a `w:num`, the starts it sets itself, and its levels."""
        abstract_id = value(element, "abstractNumId") or ""
        abstract = self._abstract.get(abstract_id)
        levels = {} if abstract is None else dict(_level(one) for one in abstract.iter(W + "lvl"))
        starts: dict[int, int] = {}
        for override in element.iter(W + "lvlOverride"):
            index = number(override.get(W + "ilvl"), 0, most=8)
            start = value(override, "startOverride")
            if start is not None:
                starts[index] = number(start, 1)
            own = override.find(W + "lvl")
            if own is not None:
                levels[index] = _level(own)[1]
        return abstract_id, starts, levels


def _level(element: etree._Element) -> tuple[int, _Level]:
    index = number(element.get(W + "ilvl"), 0, most=8)
    return index, _Level(
        format=value(element, "numFmt") or "decimal",
        text=(value(element, "lvlText") or "")[:64],
        start=number(value(element, "start"), 1),
        restart=number(value(element, "lvlRestart"), index, most=9),
        legal=toggle(element, "isLgl") is True,
    )
