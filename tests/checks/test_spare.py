"""What is asked of closed files: one thing for one reason, and nothing that nobody needs."""

from __future__ import annotations

import pytest

from checks import judge
from model.finding import Effect, Finding
from model.verdict import Outcome
from tests.builders.submissions import PACKAGE, full_set, packed, programme, submission


def _effects(*found: Finding, files: bool = False) -> dict[str, Effect]:
    rules = programme()
    package = packed(PACKAGE, rules, opened=files)
    made = submission(rules, packages=(package,), files=full_set() if files else [], found=found)
    return {f"{one.code} {one.about}": one.effect for one in judge(made, rules).findings}


@pytest.mark.parametrize(
    ("whole", "member"),
    [
        ("package.encrypted", "package.member_encrypted"),
        ("package.broken", "package.member_damaged"),
        ("package.volume_missing", "package.member_damaged"),
    ],
)
def test_the_reason_of_the_package_is_told_once(whole: str, member: str) -> None:
    """A password on three hundred files is one thing to mend."""
    params = {"missing": "x.part2.rar"} if whole == "package.volume_missing" else {}
    reason = Finding(whole, PACKAGE, params)
    members = [Finding(member, f"{PACKAGE}/{name}.pdf") for name in ("推荐表", "承诺书")]
    effects = _effects(reason, *members)
    assert effects[f"{whole} {PACKAGE}"] is Effect.RETURN
    assert {effects[f"{one.code} {one.about}"] for one in members} == {Effect.NOTE}


def test_members_that_are_not_whole_while_volumes_are_to_come_are_not_asked_for() -> None:
    params = {"have": "x.part1.rar", "missing": "x.part2.rar", "days": "7"}
    waiting = Finding("package.volumes_waiting", PACKAGE, params)
    damaged = Finding("package.member_damaged", f"{PACKAGE}/申报材料.docx")
    effects = _effects(waiting, damaged)
    assert effects[f"{damaged.code} {damaged.about}"] is Effect.NOTE


def test_a_closed_member_of_an_open_package_is_asked_for() -> None:
    rules = programme()
    closed = Finding("package.member_encrypted", f"{PACKAGE}/承诺书.pdf")
    other = Finding("package.encrypted", "另一个.rar")
    files = [one for one in full_set() if "承诺书" not in one.name]
    package = packed(PACKAGE, rules)
    made = submission(rules, packages=(package,), files=files, found=(closed, other))
    verdict = judge(made, rules)
    assert closed in verdict.findings
    assert verdict.outcome is Outcome.RETURNED
