"""Working days as the State Council's notices of public holidays have them, and due dates.

Source: 国务院办公厅关于部分节假日安排的通知, one each year, by way of `chinese_calendar`, which
is made anew when the notice for the next year is out (in November as a rule). For years that it
does not know, Monday to Friday are working days: a due date is given all the same, and whoever
runs the system is told (`is_calendar_known`).
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

from model.policies import Resubmission

SATURDAY = 5


def is_calendar_known(year: int) -> bool:
    """Whether the public holidays and make-up working days of a year are known."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Whether offices work on a day; weekends only count where its year is not known."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def add_workdays(start: date, days: int) -> date:
    """The working day so many working days after a day, which itself does not count.

    Raises: ValueError for fewer than one day.
    """
    if days < 1:
        raise ValueError("at least one day")
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_workday(day)
    return day


def due_on(made: date, rule: Resubmission) -> date:
    """The last day, itself included, on which a correction counts as in time.

    made: the day of the letter that asks for it, in the programme's zone; it does not count.
    Never later than `rule.last_correction`, so it may lie before `made`: then nothing can be
    corrected in time any more.
    """
    if rule.correction_day_kind == "working":
        due = add_workdays(made, rule.correction_days)
    else:
        due = made + timedelta(days=rule.correction_days)
    return due if rule.last_correction is None else min(due, rule.last_correction)
