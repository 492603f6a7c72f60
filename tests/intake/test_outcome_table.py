"""The table of outcomes says what the rules do, not what somebody remembers of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from checks.outcome import outcome
from intake.outcome_table import CHECK_OF, DECIDES, ONLY_IF, may_arise, otherwise, outcome_table
from model.finding import Effect, Finding, finding_kinds
from programmes import find_programme, shipped_programmes
from programmes.sentences import word
from receipts.kinds import receipt_kind
from tests.builders.submissions import programme


@pytest.mark.parametrize("name", shipped_programmes())
def test_each_problem_has_the_outcome_and_letter_that_it_leads_to(name: str) -> None:
    rules = find_programme(name)
    seen = set()
    for group in outcome_table(rules):
        for problem in group.problems:
            seen.add(problem.code)
            finding = replace(Finding(problem.code), so=rules.effects.get(problem.code))
            result = outcome([finding])
            if group.effect in DECIDES:
                assert group.outcome == word("outcomes", result.value)
                assert group.letter == word("letters", receipt_kind(result, 1).value)
            else:
                assert (word("outcomes", result.value), group.outcome) == ("材料齐全", "")
    decides = {one.code for one in finding_kinds().values() if one.effect in DECIDES}
    assert {code for code in decides if may_arise(code, rules)} <= seen | set(rules.effects)


def test_stronger_groups_stand_above_milder_ones() -> None:
    rules = programme(effects={"material.missing": "person", "seal.not_seen": "correct"})
    groups = outcome_table(rules)
    for above, below in pairwise(groups):
        both = [Finding(above.problems[0].code, so=above.effect)]
        both.append(Finding(below.problems[0].code, so=below.effect))
        if above.outcome:
            assert word("outcomes", outcome(both).value) == above.outcome


def test_what_this_programme_has_otherwise_is_marked() -> None:
    rules = programme(effects={"material.missing": "note", "seal.not_seen": "correct"})
    changed = {
        one.code: (group.effect, one.usual)
        for group in outcome_table(rules)
        for one in group.problems
        if one.changed
    }
    assert changed == {
        "material.missing": (Effect.NOTE, "需补正"),
        "seal.not_seen": (Effect.CORRECT, "人工查看"),
    }


@pytest.mark.parametrize(
    ("policy", "there", "not_there"),
    [
        ("refuse", "window.late_refused", "window.late_pending"),
        ("clerk", "window.late_pending", "window.late_refused"),
    ],
)
def test_what_cannot_arise_is_left_out(policy: str, there: str, not_there: str) -> None:
    rules = programme(late={"policy": policy})
    codes = {one.code for group in outcome_table(rules) for one in group.problems}
    assert there in codes
    assert not_there not in codes
    assert "window.closed" not in codes
    without = programme(checks=("subject", "materials"))
    codes = {one.code for group in outcome_table(without) for one in group.problems}
    assert not any(code.startswith(("window.", "seal.", "register.")) for code in codes)


def test_the_conditions_name_what_there_is() -> None:
    assert set(ONLY_IF) <= set(finding_kinds())
    areas = {code.split(".")[0] for code in finding_kinds()}
    assert set(CHECK_OF) <= areas
    assert otherwise() == ("材料齐全", "材料齐全")
