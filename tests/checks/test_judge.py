"""The whole judgement: outcomes by precedence, order, no finding twice, rules by name."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest

from checks import judge
from checks.judge import RULES
from checks.outcome import OUTCOMES, outcome
from model.errors import ProgrammeError
from model.finding import Effect, Finding, finding_kinds
from model.verdict import Outcome
from tests.builders.submissions import (
    PACKAGE,
    SHANGHAI,
    closed,
    file,
    programme,
    submission,
    without,
)

LATE = datetime(2021, 7, 1, tzinfo=SHANGHAI)


def _any(effect: Effect) -> Finding:
    code = next(code for code, kind in finding_kinds().items() if kind.effect is effect)
    return Finding(code)


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ((), Outcome.COMPLETE),
        ((Effect.NOTE, Effect.REMIND, Effect.PERSON), Outcome.COMPLETE),
        ((Effect.PERSON, Effect.CORRECT), Outcome.CORRECTION),
        ((Effect.CORRECT, Effect.PEND), Outcome.LATE_PENDING),
        ((Effect.PEND, Effect.RETURN, Effect.CORRECT), Outcome.RETURNED),
        ((Effect.RETURN, Effect.REFUSE), Outcome.LATE_REFUSED),
        ((Effect.REFUSE, Effect.IGNORE), Outcome.IGNORED),
    ],
)
def test_the_strongest_effect_decides(effects: tuple[Effect, ...], expected: Outcome) -> None:
    findings = [_any(effect) for effect in effects]
    assert outcome(findings) is expected
    assert outcome(reversed(findings)) is expected


def test_the_table_is_in_the_order_of_strength_and_no_effect_is_left_out() -> None:
    decisive = [effect for effect, _ in OUTCOMES]
    assert len(set(decisive)) == len(decisive)
    assert set(Effect) - set(decisive) == {Effect.NOTE, Effect.REMIND, Effect.PERSON}
    for (strong, result), (weak, _) in product(OUTCOMES, OUTCOMES):
        if decisive.index(strong) <= decisive.index(weak):
            assert outcome([_any(weak), _any(strong)]) is result


def test_all_that_is_wrong_is_found_at_once() -> None:
    files = [
        *without("承诺书", "推荐表", "申报材料"),
        file(f"{PACKAGE}/推荐表.docx"),
        closed(f"{PACKAGE}/申报材料.docx", "document.broken"),
    ]
    rules = programme()
    verdict = judge(submission(rules, files=files, received=LATE), rules)
    codes = [one.code for one in verdict.findings]
    assert verdict.outcome is Outcome.LATE_PENDING
    assert {
        "window.late_pending", "material.missing", "material.wrong_format", "document.broken",
    } <= set(codes)  # fmt: skip


def test_findings_come_in_the_order_of_the_rules_whatever_the_programme_says() -> None:
    files = without("承诺书")
    forth = programme()
    back = programme(checks=tuple(reversed(forth.checks)))
    one, other = (judge(submission(rules, files=files), rules) for rules in (forth, back))
    assert one.findings == other.findings
    assert set(forth.checks) == set(RULES)


def test_no_finding_twice() -> None:
    path = f"{PACKAGE}/申报材料.docx"
    twice = Finding("document.scanned", path, {"pages": "1"})
    rules = programme()
    files = [*without("申报材料"), file(path, found=(twice, twice))]
    verdict = judge(submission(rules, files=files, found=(twice,)), rules)
    assert list(verdict.findings).count(twice) == 1
    assert len({(one.code, one.about) for one in verdict.findings}) == len(verdict.findings)


def test_a_check_that_does_not_exist_is_the_operators_to_mend() -> None:
    rules = programme(checks=("subject", "colour"))
    with pytest.raises(ProgrammeError) as caught:
        judge(submission(rules), rules)
    assert "'colour'" in caught.value.problem
    for name in RULES:
        assert name in caught.value.advice
