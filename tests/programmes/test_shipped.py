"""The three programmes that ship: as the notice has them."""

from __future__ import annotations

from datetime import date

import pytest

from checks.judge import RULES
from console.cli.programme import explain
from model.programme import LatePolicy
from programmes import find_programme, shipped_programmes

NOTICE = {
    "provincial-2021": (
        date(2021, 4, 12),
        date(2021, 5, 15),
        LatePolicy.CLERK,
        None,
        {"推荐文件": (1, None), "申报企业统计表": (1, None), "申报材料": (1, None)},
        {"推荐文件"},
    ),
    "national-2021": (
        None,
        date(2021, 6, 16),
        LatePolicy.CLERK,
        ("+", ("number", "name")),
        {"推荐表": (1, None), "承诺书": (1, None), "申报材料": (1, None), "证明材料": (0, None)},
        {"推荐表", "承诺书"},
    ),
    "gaoxin-2021": (
        None,
        date(2021, 5, 7),
        LatePolicy.REFUSE,
        None,
        {"申报企业统计表": (1, None), "申报材料": (1, None)},
        set(),
    ),
}


def test_these_three_ship() -> None:
    assert set(shipped_programmes()) == set(NOTICE)


@pytest.mark.parametrize("name", sorted(NOTICE))
def test_window_naming_and_materials(name: str) -> None:
    opens, closes, late, naming, materials, sealed = NOTICE[name]
    rules = find_programme(name)
    assert (rules.window.opens, rules.window.closes) == (opens, closes)
    assert rules.timezone == "Asia/Shanghai"
    assert rules.late.policy is late
    if naming is None:
        assert rules.naming is None
    else:
        assert rules.naming is not None
        assert (rules.naming.separator, rules.naming.order) == naming
    assert {one.label: (one.least, one.most) for one in rules.materials} == materials
    assert {one.label for one in rules.materials if one.seal} == sealed
    assert set(rules.checks) == set(RULES)


@pytest.mark.parametrize("name", sorted(NOTICE))
def test_a_person_is_told_all_of_it(name: str) -> None:
    rules = find_programme(name)
    told = explain(rules)
    for one in rules.materials:
        assert one.label in told
        assert one.how_to
        assert one.recognise.name_words
    assert rules.title in told
    assert rules.version in told
    assert f"{NOTICE[name][1]:%Y-%m-%d} 23:59:59" in told


def test_formats_of_the_national_programme() -> None:
    rules = find_programme("national-2021")
    assert rules.package.formats == ("rar",)
    assert rules.package.required
    for sealed in ("recommendation_form", "commitment_letter"):
        assert "word" not in rules.material(sealed).formats
    assert rules.material("application_document").formats == ("word",)


def test_each_has_receipt_numbers_of_its_own() -> None:
    numbers = {find_programme(name).receipt.number.format(year=2021, serial=1) for name in NOTICE}
    assert len(numbers) == len(NOTICE)


def test_no_robot_calls_itself_one_that_accepts() -> None:
    for name in NOTICE:
        assert "受理" not in find_programme(name).receipt.issuer
