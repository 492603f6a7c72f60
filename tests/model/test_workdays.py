"""Working days: the notices of the State Council for 2021 and 2022, and years nobody knows yet."""

from __future__ import annotations

from datetime import date

import pytest

from model.policies import Resubmission
from model.workdays import add_workdays, due_on, is_calendar_known, is_workday


def _rule(days: int, kind: str = "working", last: date | None = None) -> Resubmission:
    return Resubmission.model_validate(
        {"correction_days": days, "correction_day_kind": kind, "last_correction": last}
    )


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2021, 4, 25), True),  # a Sunday made up for Labour Day
        (date(2021, 4, 24), False),  # the Saturday before it
        (date(2021, 4, 30), True),
        (date(2021, 5, 1), False),
        (date(2021, 5, 3), False),  # a Monday within the holiday
        (date(2021, 5, 5), False),
        (date(2021, 5, 6), True),
        (date(2021, 5, 8), True),  # a Saturday made up
        (date(2021, 5, 9), False),
        (date(2021, 6, 14), False),  # 端午节, a Monday
        (date(2021, 9, 26), True),  # a Sunday made up for National Day
        (date(2021, 10, 1), False),
        (date(2021, 10, 7), False),
        (date(2021, 10, 8), True),
        (date(2021, 10, 9), True),  # a Saturday made up
        (date(2021, 10, 10), False),
    ],
)
def test_a_day_is_worked_as_the_notice_says(day: date, works: bool) -> None:
    assert is_workday(day) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2021, 6, 21), 5, date(2021, 6, 28)),  # Monday to Monday over one weekend
        (date(2021, 6, 25), 1, date(2021, 6, 28)),  # Friday: the next is Monday
        (date(2021, 6, 26), 1, date(2021, 6, 28)),  # made on a Saturday
        (date(2021, 4, 23), 1, date(2021, 4, 25)),  # the made-up Sunday counts
        (date(2021, 4, 30), 5, date(2021, 5, 11)),  # 6, 7, 8 (made up), 10, 11 May
        (date(2021, 4, 29), 3, date(2021, 5, 7)),
        (date(2021, 9, 30), 1, date(2021, 10, 8)),
        (date(2021, 9, 30), 3, date(2021, 10, 11)),  # 8, 9 (made up), 11 October
        (date(2021, 6, 11), 1, date(2021, 6, 15)),  # over the dragon boat holiday
        (date(2021, 12, 31), 1, date(2022, 1, 4)),  # into the next year
        (date(2022, 1, 28), 2, date(2022, 1, 30)),  # 29 and 30 January 2022 were made up
    ],
)
def test_counting_working_days(start: date, days: int, end: date) -> None:
    assert add_workdays(start, days) == end


def test_no_days_are_no_due_date() -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_workdays(date(2021, 6, 1), 0)


def test_a_year_that_nobody_knows_has_weekends_only() -> None:
    assert is_calendar_known(2021)
    assert not is_calendar_known(2003)
    assert not is_calendar_known(2099)
    assert add_workdays(date(2099, 4, 30), 5) == date(2099, 5, 7)  # a Thursday; 1 May counts
    assert due_on(date(2003, 4, 30), _rule(1)) == date(2003, 5, 1)
    assert due_on(date(2003, 12, 31), _rule(1)) == date(2004, 1, 2)  # New Year 2004 is known


def test_due_dates() -> None:
    made = date(2021, 4, 28)
    assert due_on(made, _rule(5)) == date(2021, 5, 8)
    assert due_on(made, _rule(5, "calendar")) == date(2021, 5, 3)
    assert due_on(made, _rule(5, last=date(2021, 5, 7))) == date(2021, 5, 7)
    assert due_on(made, _rule(5, last=date(2021, 6, 1))) == date(2021, 5, 8)
    assert due_on(made, _rule(5, last=date(2021, 4, 20))) == date(2021, 4, 20)
