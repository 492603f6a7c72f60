"""The fields every programme has, and how a programme's own change them."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import ProgrammeError
from model.fields import NAME_FIELD, NUMBER_FIELD, USCC_FIELD, FieldKind
from model.labels import normal_label
from programmes import find_programme, load_programme, shipped_programmes

BASE = """\
id = "p"
title = "某项目"
year = 2021
[window]
closes = 2021-06-16
[[materials]]
id = "form"
label = "申报表"
"""


def _load(folder: Path, text: str) -> object:
    path = folder / "p.toml"
    path.write_text(BASE + text, "utf-8")
    return load_programme(path)


def test_the_shipped_ones_have_them() -> None:
    for name in shipped_programmes():
        ids = {one.id for one in find_programme(name).fields}
        assert {NUMBER_FIELD, NAME_FIELD, USCC_FIELD, "title", "contact", "revenue"} <= ids


def test_no_label_stands_for_two_fields() -> None:
    rules = find_programme("national-2021").fields
    words = [normal_label(word) for rule in rules for word in set(rule.words)]
    twice = {word for word in words if words.count(word) > 1} - {"备注"}
    assert not twice


def test_a_programme_adds_synonyms_replaces_and_invents(tmp_path: Path) -> None:
    text = """
[[fields]]
id = "title"
more_synonyms = ["课题名称"]
[[fields]]
id = "contact"
synonyms = ["经理"]
[[fields]]
id = "booth"
label = "展位号"
kind = "number"
materials = ["form"]
"""
    rules = {one.id: one for one in _load(tmp_path, text).fields}  # type: ignore[attr-defined]
    assert {"课题名称", "案例名称", "标杆名称"} <= set(rules["title"].words)
    assert rules["contact"].words == ("联系人", "经理")
    assert rules["contact"].kind is FieldKind.PERSON
    assert rules["booth"].kind is FieldKind.NUMBER
    assert len(rules) == len(find_programme("national-2021").fields) + 1


def test_a_programme_may_do_without(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    own = '[[fields]]\nid = "booth"\nlabel = "展位号"\n'
    path.write_text("common_fields = false\n" + BASE + own, "utf-8")
    assert [one.id for one in load_programme(path).fields] == ["booth"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[fields]]\nid = "x"\n', 9, "fields[0].label: is missing"),
        ('[[fields]]\nid = "title"\ncolour = 1\n', 11, "allowed here: id, label, synonyms"),
        ('[[fields]]\nid = "title"\nsynonyms = ["/(/"]\n', 11, "not a regular expression"),
        ('[[fields]]\nid = "title"\nsynonyms = ["/(a+)+/"]\n', 11, "repeats a repetition"),
        ('[[fields]]\nid = "title"\nsynonyms = ["/a*/"]\n', 11, "matches nothing at all"),
        ('[[fields]]\nid = "title"\nsynonyms = ["（）"]\n', 11, "nothing that a label"),
        ('[[fields]]\nid = "title"\nkind = "colour"\n', 11, "'text', 'number'"),
        ('[[fields]]\nid = "title"\n[[fields]]\nid = "title"\n', 1, "'title' is used twice"),
        ('[[fields]]\nid = "title"\nmaterials = ["letter"]\n', 1, "no material 'letter'"),
        ('[[fields]]\nid = "title"\nof = "nobody"\n', 1, "no field 'nobody'"),
        ('[materials.recognise]\nform_labels = ["甲", "乙"]\n', 10, "at least 3"),
        ('[materials.recognise]\nold_marks = ["["]\n', 10, "not a regular expression"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(ProgrammeError) as caught:
        _load(tmp_path, text)
    assert said in str(caught.value)
    assert f"p.toml:{line}: " in str(caught.value)
