"""What holds for every text: no exception, no contradiction, and decorations change nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model.programme import NamingRule
from model.reading import NameReading
from parsers.subject import normal_name, read_package_name, read_subject
from parsers.subject.fold import fold

RULES = {
    "opaque": NamingRule(),
    "pattern": NamingRule(number_pattern=r"ZB\d{8}"),
    "name-first": NamingRule(order=("name", "number"), separator="-", short_names=True),
    "dash": NamingRule(separator="——"),
    "hyphen": NamingRule(separator="-"),
}
NUMBERS = {
    "opaque": st.from_regex(r"[A-Z]{0,3}[0-9]{4}-[0-9]{1,3}[A-Z]{2}-[0-9]{3}", fullmatch=True),
    "pattern": st.from_regex(r"ZB[0-9]{8}", fullmatch=True),
    "name-first": st.from_regex(r"[A-Z]{2}[0-9]{8}", fullmatch=True),
    "dash": st.from_regex(r"[A-Z]{2}[0-9]{8}", fullmatch=True),
    "hyphen": st.from_regex(r"2022-[0-9]{3}[A-Z]{2}-[0-9]{3}", fullmatch=True),
}
NAMES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["济南", "山东", "青岛市", "", "TCL", "3M", "A.O."]),
        st.text(alphabet="甲乙丙丁戊己庚辛某", min_size=2, max_size=5),
        st.sampled_from(["", "（山东）", "(中国)", "科技", "新材料"]),
        st.sampled_from(["有限公司", "股份有限公司", "集团", "研究院", "厂", "合作社"]),
    ),
)
FRONTS = (
    "Re: ",
    "回复：",
    "转发: Fw[2]：",
    "FWD:",
    "【质量标杆】",
    "[External] ",
    "济南市-",
    "编号：",
)
BACKS = ("申报材料", "（修改版）", "-补正材料", " 2021-05-14", "_最终版", " V2", "(1)", "。")
ROUND = (("《", "》"), ("“", "”"), ("「", "」"), ("[", "]"), ("（", "）"), ('"', '"'))
INSIDE = ("-", "_", "——", " ", "：", "、", "，", "／", "＋", "—", " - ", " ")
TOKENS = (
    "ZB20210137", "ZB20210138", "2022-173ZD-001", "济南某某有限公司", "某某研究院", "某某", "+",
    "-", "——", "_", " ", "：", "（", "）", "【", "】", "《", "申报编号", "申报单位", "全称", "Re:",
    "回复：", "申报材料", "V2", "2021", "年", "20210514", "济南市", "TCL", "3M", "加", "分公司",
    "和", "\u200b",
    "13800138000", ".rar", "\"", "0", "号",
)  # fmt: skip
ANY_RULE = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


def consistent(reading: NameReading, rule: NamingRule) -> None:
    """What every reading has to be, whatever was read."""
    codes = [note.code for note in reading.notes]
    assert len(set(codes)) == len(codes)
    effects = {note.effect for note in reading.notes}
    assert all(note.text and note.about in note.text for note in reading.notes)
    assert all(note.advice or note.effect == "note" for note in reading.notes)
    taken = reading.verdict in ("accept", "accept_with_note")
    assert ("ignore" in effects) is (reading.verdict == "ignore")
    assert (reading.verdict == "accept") is (not reading.notes)
    if not taken:
        assert reading.notes
        return
    number, name = reading.application_no, reading.full_name
    assert number
    assert name
    assert reading.expected == rule.expected(number, name)
    again = read_subject(reading.expected, rule)
    assert (again.application_no, again.full_name) == (number, name)
    assert again.verdict == "accept", (reading.text, again.notes)


@ANY_RULE
@settings(deadline=None)
@given(text=st.text())
def test_any_text_is_read(rule: NamingRule, text: str) -> None:
    for reading in (read_subject(text, rule), read_package_name(text, rule)):
        assert reading.text == text
        consistent(reading, rule)


@ANY_RULE
@settings(deadline=None)
@given(text=st.lists(st.sampled_from(TOKENS), max_size=9).map("".join))
def test_any_heap_of_likely_words_is_read(rule: NamingRule, text: str) -> None:
    consistent(read_subject(text, rule), rule)
    consistent(read_package_name(text, rule), rule)


@pytest.mark.parametrize("kind", RULES)
@settings(deadline=None)
@given(data=st.data())
def test_as_asked_is_accepted_and_read_back(kind: str, data: st.DataObject) -> None:
    rule, number, name = RULES[kind], data.draw(NUMBERS[kind]), data.draw(NAMES)
    reading = read_subject(rule.expected(number, name), rule)
    assert (reading.verdict, reading.notes) == ("accept", ())
    assert (reading.application_no, reading.full_name) == (number, name)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in number)
    text = f" {rule.separator} ".join({"number": wide, "name": name}[part] for part in rule.order)
    folded = read_subject(text, rule)
    assert (folded.verdict, folded.application_no, folded.full_name) == ("accept", number, name)


@pytest.mark.parametrize("kind", RULES)
@settings(deadline=None)
@given(data=st.data())
def test_decorations_change_neither_number_nor_name(kind: str, data: st.DataObject) -> None:
    rule, number, name = RULES[kind], data.draw(NUMBERS[kind]), data.draw(NAMES)
    assume(not name.startswith(("3M", "TCL", "A.O.")))
    text = rule.expected(number, name)
    opening, closing = data.draw(st.sampled_from((("", ""), *ROUND)))
    front = "".join(data.draw(st.lists(st.sampled_from(FRONTS), max_size=3, unique=True)))
    back = data.draw(st.sampled_from(("", *BACKS)))
    decorated = f"{front}{opening}{text}{closing}{back}"
    assume(decorated != text)
    reading = read_subject(decorated, rule)
    assert reading.verdict == "accept_with_note", (decorated, reading)
    assert (reading.application_no, reading.full_name) == (number, name)
    assert reading.expected == text


@settings(deadline=None)
@given(number=NUMBERS["opaque"], name=NAMES, joint=st.sampled_from(INSIDE), swap=st.booleans())
def test_other_separators_and_order(number: str, name: str, joint: str, swap: bool) -> None:
    assume(not name.startswith(("3M", "TCL", "A.O.")) or swap)
    rule = RULES["opaque"]
    text = f"{name}{joint}{number}" if swap else f"{number}{joint}{name}"
    reading = read_subject(text, rule)
    assert (reading.application_no, reading.full_name) == (number, name), reading
    codes = {note.code for note in reading.notes}
    assert ("subject.order_reversed" in codes) is swap
    assert ("subject.other_separator" in codes) is (joint != "＋")


@settings(deadline=None)
@given(text=st.text())
def test_folding_keeps_every_character_tied_to_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.dashed) == len(folded.starts) == len(folded.ends)
    assert all(a < b for a, b in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    spelling = folded.spelling(0, len(folded.text))
    assert normal_name(spelling) == normal_name(text)


def test_long_and_hostile_texts_take_seconds_at_most() -> None:
    """In a process of its own, so that a regular expression that runs away is stopped."""
    program = """
from model.programme import NamingRule
from parsers.subject import read_subject, read_package_name
rules = [NamingRule(), NamingRule(number_pattern=r"ZB\\d{8}"),
         NamingRule(order=("name", "number"), separator="-", short_names=True)]
seeds = ["a", "1", "-", "1-", "+", "（", "）", "【】", "【", "Re:", "回复：", "申报材料", "材料",
         "有限公司", "济南", "济南市", "ZB20210137", "ZB20210137+", " ", "1 ", "\\u0301", "\\u200b",
         ".rar", "[a]", "自动", "来自", "某", "(1)", "2021", "\\ufdfa", "加", "申报编号", '"',
         "《a》", "ZB20210137+济南某某有限公司"]
n = 0
for rule in rules:
    for seed in seeds:
        for size in (390, 10_000):
            for head, tail in (("", ""), ("ZB20210137+", "+济南某某有限公司")):
                text = head + (seed * size)[:size] + tail
                assert read_subject(text, rule).text == text
                assert read_package_name(text + ".rar", rule).verdict != "ignore"
                n += 1
print(n)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 3 * 35 * 4


def test_a_text_too_long_is_returned_and_says_so() -> None:
    name = "甲" * 400 + "有限公司"
    reading = read_subject(f"ZB20210137+{name}", RULES["opaque"])
    assert (reading.verdict, reading.application_no, reading.full_name) == ("return", None, None)
    assert [note.code for note in reading.notes] == ["subject.too_long"]


def test_white_space_and_prefixes_do_not_count_as_length() -> None:
    text = "Re: " * 2_000 + "ZB20210137" + " " * 10_000 + "+济南某某有限公司"
    reading = read_subject(text, RULES["opaque"])
    assert (reading.verdict, reading.application_no) == ("accept_with_note", "ZB20210137")


def test_importing_it_brings_no_heavy_library() -> None:
    program = "import sys, parsers.subject; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "parsers.subject.read" in loaded
    assert not loaded & {"pydantic", "lxml", "model.programme", "prefect"}
