"""The reading benchmark's own arithmetic, on pairs whose answer is known."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.read_case import Case, Stamp
from benchmarks.read_measure import Score, compared, distance, plain, same_place
from benchmarks.read_papers import Aside


def _table(one: str, other: str) -> int:
    """Levenshtein's distance by the book."""
    row = list(range(len(other) + 1))
    for at, left in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, right in enumerate(other, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (left != right)),
            )
    return row[-1]


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("", "", 0),
        ("承诺书", "承诺书", 0),
        ("承诺书", "", 3),
        ("", "承诺", 2),
        ("承诺书", "承诺函", 1),
        ("质量标杆", "质量杆", 1),
        ("kitten", "sitting", 3),
        ("甲乙丙丁", "丁丙乙甲", 4),
        ("甲" * 200 + "乙", "乙" + "甲" * 200, 2),
    ],
)
def test_distance_of_known_pairs(one: str, other: str, wrong: int) -> None:
    assert distance(one, other) == wrong
    assert distance(other, one) == wrong


def test_distance_agrees_with_the_table_on_random_texts() -> None:
    chance = random.Random(7)
    for _ in range(200):
        one = "".join(chance.choices("甲乙丙丁戊", k=chance.randrange(90)))
        other = "".join(chance.choices("甲乙丙丁己", k=chance.randrange(90)))
        assert distance(one, other) == _table(one, other)


def test_a_rendering_s_signs_and_white_space_are_not_compared() -> None:
    rendered = "# 标题\n\n| 序号 | 名称 |\n| --- | --- |\n| １ | **甲**\u3000乙 |\n第 1 页 共 20 页"
    assert plain(rendered) == "标题序号名称1甲乙"


def test_a_construct_counts_where_it_is_missing_and_nowhere_where_it_stands() -> None:
    case = Case(Path("x"), "正文甲※\n正文乙", looked_for=(Aside("footnote", "脚注文字"),))
    assert compared(case, "正文甲※[1] 正文乙\n[1] 脚注 文字") == (
        "正文甲正文乙",
        "正文甲正文乙",
        [],
    )
    score = Score()
    score.add_text(case, "正文甲※1正文乙")
    assert [aside.text for aside in score.missing] == ["脚注文字"]
    assert (score.wrong, score.letters) == (4, 10)


def test_what_was_not_read_at_all_is_wholly_wrong() -> None:
    score = Score()
    score.add_text(Case(Path("a.docx"), "甲乙丙丁"), "")
    score.add_text(Case(Path("b.docx"), "甲乙丙丁"), "甲乙丙丁")
    assert score.error_rate == 0.5
    assert score.worst == (1.0, "a.docx")


def test_fields_are_right_as_they_are_written_or_not_at_all() -> None:
    score = Score()
    case = Case(Path("form"), "", form=(("contact", "王芳"), ("mobile", "13800000000")))
    score.add_fields(case, {"contact": "王 芳", "mobile": "1380000000"})
    assert score.fields == 2
    assert score.wrong_fields == ["form mobile: '1380000000' for '13800000000'"]


def test_a_seal_is_found_once_at_its_place_and_else_false() -> None:
    stamp = Stamp(1, (100.0, 100.0, 200.0, 200.0), "round")
    score = Score()
    score.add_seals(
        Case(Path("scan"), "", picture=True, stamps=(stamp,)),
        [(1, (102.0, 98.0, 203.0, 199.0)), (1, (110.0, 100.0, 200.0, 200.0)), (2, stamp.box or ())],  # type: ignore[list-item]
    )
    assert (score.stamps, score.missed, score.false_seals, score.looked_through) == (1, [], 2, 1)
    score.add_seals(Case(Path("scan"), "", picture=True, stamps=(stamp,)), [])
    assert score.missed == [stamp]


def test_boxes_that_hardly_meet_are_of_two_things() -> None:
    box = (0.0, 0.0, 100.0, 100.0)
    assert same_place(box, (20.0, 0.0, 120.0, 100.0))
    assert not same_place(box, (60.0, 0.0, 160.0, 100.0))
    assert not same_place(box, (200.0, 0.0, 300.0, 100.0))
    assert same_place(None, box)
