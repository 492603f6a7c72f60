"""How the places that name the applicant are put into a clerk's words."""

from __future__ import annotations

import pytest

from console.agreement import COLUMNS, PLACES, RELATIONS, as_values, conclusion, differs, line
from model.agreement import Evidence, NameRelation, Place


@pytest.mark.parametrize(
    ("evidence", "text", "first"),
    [
        (Evidence(Place.SUBJECT, number_agrees=True, relation=NameRelation.SAME), "一致", False),
        (Evidence(Place.PACKAGE, number_agrees=True), "编号一致", False),
        (Evidence(Place.FORM, number_agrees=False), "编号不一致", True),
        (
            Evidence(Place.FORM, number_agrees=False, relation=NameRelation.OTHER),
            "编号不一致；其他单位",
            True,
        ),
        (Evidence(Place.FORM), "—", False),
        (
            Evidence(
                Place.SEAL, relation=NameRelation.MISREAD, confidence=0.6, read_by_machine=True
            ),
            "疑为识别误差（识别把握60%）",
            True,
        ),
        # What stands as text needs no word on how surely it was read.
        (
            Evidence(Place.FORM, relation=NameRelation.BRANCH, confidence=0.6),
            "分支机构或部门",
            True,
        ),
    ],
)
def test_the_conclusion_of_a_line(evidence: Evidence, text: str, *, first: bool) -> None:
    assert conclusion(evidence) == text
    assert differs(evidence) is first
    assert len(line(evidence)) == len(COLUMNS)
    assert as_values(evidence)["conclusion"] == text


def test_every_place_and_relation_has_its_words() -> None:
    assert set(PLACES) == set(Place)
    assert set(RELATIONS) == set(NameRelation)
