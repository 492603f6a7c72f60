"""The window: the server's time, in the programme's zone, to the second."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from checks import judge
from model.verdict import Outcome
from tests.builders.submissions import SHANGHAI, programme, submission


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


def _codes(received: datetime, **changes: Any) -> list[str]:
    rules = programme(**changes)
    verdict = judge(submission(rules, received=received), rules)
    return [one.code for one in verdict.findings if one.code.startswith("window.")]


DAY = {"window": {"opens": None, "closes": date(2021, 6, 16)}}
HOUR = {"window": {"opens": None, "closes": datetime(2021, 6, 16, 17)}}  # noqa: DTZ001
GRACE = {**HOUR, "late": {"policy": "refuse", "grace_minutes": 10}}
OPEN = {"window": {"opens": date(2021, 4, 12), "closes": date(2021, 5, 15)}}


@pytest.mark.parametrize(
    ("changes", "received", "expected"),
    [
        (DAY, _at(2021, 6, 16, 23, 59, 59), []),
        (DAY, _at(2021, 6, 17), ["window.late_pending"]),
        # The same moments as a server in another zone tells them: the day is Shanghai's.
        (DAY, datetime(2021, 6, 16, 15, 59, 59, tzinfo=UTC), []),
        (DAY, datetime(2021, 6, 16, 16, 0, 0, tzinfo=UTC), ["window.late_pending"]),
        (HOUR, _at(2021, 6, 16, 17, 0, 0), []),
        (HOUR, _at(2021, 6, 16, 17, 0, 1), ["window.late_pending"]),
        (GRACE, _at(2021, 6, 16, 17, 0, 0), []),
        (GRACE, _at(2021, 6, 16, 17, 0, 1), ["window.late_accepted"]),
        (GRACE, _at(2021, 6, 16, 17, 10, 0), ["window.late_accepted"]),
        (GRACE, _at(2021, 6, 16, 17, 10, 1), ["window.late_refused"]),
        ({**DAY, "late": {"policy": "accept"}}, _at(2021, 7, 1), ["window.late_accepted"]),
        ({**DAY, "late": {"policy": "refuse"}}, _at(2021, 7, 1), ["window.late_refused"]),
        (OPEN, _at(2021, 4, 11, 23, 59, 59), ["window.early"]),
        (OPEN, _at(2021, 4, 12), []),
        ({**DAY, "timezone": "UTC"}, datetime(2021, 6, 16, 16, tzinfo=UTC), []),
    ],
)
def test_a_moment_is_in_time_or_says_why_not(
    changes: dict[str, Any], received: datetime, expected: list[str]
) -> None:
    assert _codes(received, **changes) == expected


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ("clerk", Outcome.LATE_PENDING),
        ("refuse", Outcome.LATE_REFUSED),
        ("accept", Outcome.COMPLETE),
    ],
)
def test_the_policy_decides_what_becomes_of_late_mail(policy: str, outcome: Outcome) -> None:
    rules = programme(late={"policy": policy})
    assert judge(submission(rules, received=_at(2021, 6, 20)), rules).outcome is outcome


def test_the_sentence_names_the_last_second_in_time_and_beijing_time() -> None:
    rules = programme(**HOUR)
    received = datetime(2021, 6, 16, 9, 0, 1, tzinfo=UTC)
    (found,) = [
        one
        for one in judge(submission(rules, received=received), rules).findings
        if one.code.startswith("window.")
    ]
    assert "2021年6月16日 17:00:01" in found.text
    assert "截止时间2021年6月16日 17:00:00" in found.text


def test_a_programme_that_does_not_choose_the_rule_knows_no_deadline() -> None:
    rules = programme(checks=("subject", "package", "materials"))
    verdict = judge(submission(rules, received=_at(2022, 1, 1)), rules)
    assert verdict.outcome is Outcome.COMPLETE
