"""List labels as Word shows them."""

from __future__ import annotations

import pytest
from lxml import etree

from parsers.documents.docx.numbering import Numbering, chinese
from tests.builders.papers import story


def level(index: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(levels: str, nums: str = "") -> Numbering:
    inner = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
    inner += nums or '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    return Numbering(etree.fromstring(story("numbering", inner).encode()))


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "〇"), (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (100, "一百"),
     (105, "一百〇五"), (110, "一百一十"), (1024, "一千〇二十四"), (20001, "二万〇一"),
     (1_000_000, "1000000")],
)  # fmt: skip
def test_chinese_numbers(count: int, text: str) -> None:
    assert chinese(count) == text


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimal", ["1", "2", "3"]),
        ("chineseCountingThousand", ["一", "二", "三"]),
        ("chineseLegalSimplified", ["壹", "贰", "叁"]),
        ("ideographTraditional", ["甲", "乙", "丙"]),
        ("decimalEnclosedCircle", ["①", "②", "③"]),
        ("decimalFullWidth", ["１", "２", "３"]),
        ("upperRoman", ["I", "II", "III"]),
        ("lowerLetter", ["a", "b", "c"]),
        ("decimalZero", ["01", "02", "03"]),
        ("somethingNew", ["1", "2", "3"]),
    ],
)
def test_formats(form: str, shown: list[str]) -> None:
    lists = numbering(level(0, form, "%1、"))
    assert [lists.label(("1", 0)) for _ in range(3)] == [f"{sign}、" for sign in shown]


def test_levels_count_within_one_another_and_begin_again() -> None:
    lists = numbering(
        level(0, "chineseCounting", "%1、")
        + level(1, "chineseCounting", "（%2）")
        + level(2, "decimal", "%1.%3", "<w:isLgl/>")
    )
    places = [0, 1, 1, 2, 2, 0, 1, 2]
    assert [lists.label(("1", place)) for place in places] == [
        "一、", "（一）", "（二）", "1.1 ", "1.2 ", "二、", "（一）", "2.1 ",
    ]  # fmt: skip


def test_two_lists_of_one_kind_go_on_unless_the_start_is_overridden() -> None:
    lists = numbering(
        level(0, "decimal", "%1."),
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>',
    )
    assert [lists.label((num, 0)) for num in "1123"] == ["1. ", "2. ", "3. ", "1. "]


def test_bullets_ended_lists_and_unknown_lists_have_no_label() -> None:
    lists = numbering(level(0, "bullet", "•"))
    assert [lists.label(place) for place in (("1", 0), ("0", 0), ("9", 0), ("1", 5), None)] == [
        ""
    ] * 5


def test_hostile_numbers_are_held() -> None:
    big = "9" * 400
    lists = numbering(
        f'<w:lvl w:ilvl="{big}"><w:start w:val="-{big}"/><w:numFmt w:val="upperLetter"/>'
        '<w:lvlText w:val="%9"/></w:lvl>'
    )
    assert lists.label(("1", 8)) == "0 "
