"""A number of a sheet as a person sees it: its number format applied.

Sources: ECMA-376 part 1, 18.8.30 and 18.8.31 (number formats), 18.17.4 (dates as serial numbers).
Dates come out as 2021-06-01 whatever their format, because they are to be compared; fractions and
powers come out as plain numbers; colours, alignment and the Chinese digits of [DBNum1] do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

GENERAL = "General"
BUILT_IN: dict[int, str] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "¥#,##0", 6: "¥#,##0", 7: "¥#,##0.00",
    8: "¥#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "yyyy-mm-dd", 16: "yyyy-mm-dd",
    17: "yyyy-mm", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "¥#,##0",
    43: "#,##0.00", 44: "¥#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 49: "@",
    # The Chinese ones: 18.8.30, table for zh-cn.
    27: "yyyy-mm", 28: "yyyy-mm-dd", 29: "yyyy-mm-dd", 30: "yyyy-mm-dd", 31: "yyyy-mm-dd",
    32: "h:mm", 33: "h:mm:ss", 34: "h:mm", 35: "h:mm:ss", 36: "yyyy-mm", 50: "yyyy-mm",
    51: "yyyy-mm-dd", 52: "yyyy-mm", 53: "yyyy-mm-dd", 54: "yyyy-mm-dd", 55: "h:mm",
    56: "h:mm:ss", 57: "yyyy-mm", 58: "yyyy-mm-dd",
}  # fmt: skip
"""Formats that a file names by number alone."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<condition>[<>=]{1,2}-?[\d.]+)\]|\[[^\]]*\]"
    r"|(?P<general>general)|(?P<noon>am/pm|a/p|上午/下午)|(?P<power>e[+-])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_DATE_LETTERS = {"y": "y", "e": "y", "m": "m", "d": "d", "a": "d", "h": "h", "s": "s"}
"""What a letter of a format stands for: "e" is a year, "aaa" a day of the week."""
_CONDITION = re.compile(r"([<>=]{1,2})(-?[\d.]+)")
_MAX_CODE = 400
_PLACES = "0#?"
_UNITS = [Decimal(1).scaleb(-count) for count in range(31)]
"""One, a tenth, a hundredth, … for rounding; a format has at most 30 decimals."""
_MAX_SECTIONS = 4
_LAST_DAY = 2_958_466
"""One past 9999-12-31."""


@dataclass(slots=True)
class _Section:
    """One of up to four parts of a format. marks: placeholders and literal text in order."""

    marks: list[tuple[str, bool]] = field(default_factory=list)
    date: str = ""
    elapsed: bool = False
    condition: str = ""
    plain: bool = False
    percent: bool = False
    plan: _Plan | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a section lays out a number: what each placeholder is for, found once a format."""

    before: list[tuple[str, bool]]
    decimals: list[str]
    after: str
    scale: int
    thousands: bool


@lru_cache(maxsize=4096)
def shown(value: float, code: str = GENERAL, *, since_1904: bool = False) -> str:
    """The number under the format `code`. since_1904: its dates count from 1904-01-01."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    sections = _sections(code[:_MAX_CODE])
    section, absolute = _chosen(sections, value)
    if section is None or section.plain:
        return general(value)
    if section.date:
        return _date(value, section, since_1904) or general(value)
    try:
        return _number(abs(value) if absolute else value, section)
    except (InvalidOperation, OverflowError, ValueError):
        return general(value)


def is_date(code: str) -> bool:
    """Whether numbers under this format are days or times."""
    return any(section.date for section in _sections(code[:_MAX_CODE]))


def general(value: float) -> str:
    """A number without a format: whole digits, fifteen of them that count."""
    if value == int(value):
        digits = str(int(value))
        if len(digits.lstrip("-")) <= 15:
            return digits
    text = f"{Decimal(f'{value:.15g}'):f}"
    if len(text) > 40:
        return f"{value:.15g}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    found = [_Section()]
    for token in _TOKEN.finditer(code):
        section = found[-1]
        kind = token.lastgroup
        text = token.group(kind) if kind else ""
        if kind == "other" and text == ";":
            if len(found) == _MAX_SECTIONS:
                break
            found.append(_Section())
        elif kind in ("quoted", "escaped", "currency"):
            section.marks.append((text, False))
        elif kind == "elapsed":
            section.elapsed = True
            section.date += text[0].lower()
        elif kind == "condition":
            section.condition = text
        elif kind in ("general", "power"):
            section.plain = True
        elif kind == "other":
            _other(section, text)
    return tuple(found)


def _other(section: _Section, sign: str) -> None:
    if sign in "0#?.,":
        section.marks.append((sign, True))
    elif sign == "%":
        section.percent = True
        section.marks.append(("%", False))
    elif sign.lower() in _DATE_LETTERS:
        section.date += _DATE_LETTERS[sign.lower()]
    elif sign in "@/":
        section.plain = section.plain or not section.date
    else:
        section.marks.append((sign, False))


def _chosen(sections: tuple[_Section, ...], value: float) -> tuple[_Section | None, bool]:
    """The section for this value, and whether it writes the sign itself."""
    if len(sections) == 1 and not sections[0].condition:
        return sections[0], False
    if any(section.condition for section in sections):
        for section in sections:
            if not section.condition or _holds(section.condition, value):
                return section, False
        return None, False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _holds(condition: str, value: float) -> bool:
    found = _CONDITION.fullmatch(condition)
    if not found:
        return False
    try:
        bound = float(found.group(2))
    except ValueError:
        return False
    sign = found.group(1)
    return (
        ("=" in sign and value == bound and sign != "<>")
        or ("<" in sign and value < bound)
        or (">" in sign and value > bound)
    )


def _number(value: float, section: _Section) -> str:
    if section.plan is None:
        section.plan = _planned(section)
    plan = section.plan
    if not plan.decimals and not any(mark in _PLACES for mark, digit in plan.before if digit):
        # A format of literal text alone, as for hiding zeros.
        text = "".join(mark for mark, digit in section.marks if not digit).strip()
        return text or ("" if section.marks else general(value))
    exact = Decimal(f"{value:.15g}").scaleb(plan.scale)
    exact = exact.quantize(_UNITS[len(plan.decimals)], ROUND_HALF_UP)
    whole, _, fraction = f"{abs(exact):f}".partition(".")
    if fraction and plan.decimals[-1] != "0":
        fraction = _cut(fraction, plan.decimals)
    left = _whole(whole, plan.before, thousands=plan.thousands)
    sign = "-" if exact < 0 else ""
    return f"{sign}{left}.{fraction}{plan.after}" if fraction else f"{sign}{left}{plan.after}"


def _planned(section: _Section) -> _Plan:
    marks = section.marks
    places = [place for place, (mark, digit) in enumerate(marks) if digit and mark in _PLACES]
    point = next((place for place, mark in enumerate(marks) if mark == (".", True)), len(marks))
    before = [place for place in places if place < point]
    thousands = False
    scale = 2 if section.percent else 0
    for place, mark in enumerate(marks):
        if mark == (",", True) and places and place > places[0]:
            if place > (before[-1] if before else places[-1]):
                scale -= 3
            else:
                thousands = True
    decimals = [marks[place][0] for place in places if place > point][: len(_UNITS) - 1]
    after = "".join(mark for mark, digit in marks[point:] if not digit)
    return _Plan(marks[:point], decimals, after, scale, thousands)


def _cut(fraction: str, marks: list[str]) -> str:
    """Decimals without the zeros that "#" does not show."""
    while fraction and marks and marks[-1] != "0" and fraction[-1] == "0":
        fraction, marks = fraction[:-1], marks[:-1]
    return fraction


def _whole(digits: str, marks: list[tuple[str, bool]], *, thousands: bool) -> str:
    """Digits before the point, laid into the placeholders from the right."""
    digits = "" if digits == "0" else digits
    slots = [place for place, (mark, digit) in enumerate(marks) if digit and mark in _PLACES]
    least = sum(marks[place][0] == "0" for place in slots)
    digits = digits.rjust(least, "0")
    if thousands and digits:
        digits = f"{int(digits):,}".rjust(len(digits), "0")
        return "".join(
            digits if place == slots[0] else "" if digit else mark
            for place, (mark, digit) in enumerate(marks)
        )
    pieces: list[str] = []
    for place in range(len(marks) - 1, -1, -1):
        mark, digit = marks[place]
        if not digit:
            pieces.append(mark)
        elif place in slots:
            pieces.append(digits if place == slots[0] else digits[-1:])
            digits = "" if place == slots[0] else digits[:-1]
    return "".join(reversed(pieces))


def _date(value: float, section: _Section, since_1904: bool) -> str:
    letters = section.date
    seconds = round(value % 1 * 86_400)
    day = int(value // 1) + seconds // 86_400
    seconds %= 86_400
    if section.elapsed:
        total = round(value * 86_400)
        return f"{total // 3600}:{total // 60 % 60:02d}:{total % 60:02d}" if total >= 0 else ""
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    if "s" in letters or seconds % 60:
        clock += f":{seconds % 60:02d}"
    if not {"y", "d"} & set(letters) and {"h", "s"} & set(letters):
        return clock
    if since_1904:
        day += 1462
    if not 0 < day < _LAST_DAY:
        return ""
    # Day 60 is a 29th of February 1900 that never was (18.17.4.1).
    told = date(1899, 12, 30) + timedelta(days=day + (day < 60))
    if "d" not in letters and "y" in letters and not seconds:
        return f"{told:%Y-%m}" if "m" in letters else f"{told:%Y}"
    return told.isoformat() + (f" {clock}" if seconds or "h" in letters else "")
