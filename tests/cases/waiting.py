"""What some cases wait for: parts of the software that are not there yet.

A case that names one of these in `needs` is skipped with the reason. Take a line out, and its cases
are tried.
"""

from __future__ import annotations

import pytest

from tests.cases.case import Case

WAITING_FOR: dict[str, str] = {
    "nothing superseded": "a mail that follows a returned one is told that it supersedes it",
    "one letter twice": "a second copy of one letter is shown to a person, who has nothing to do",
}


def waits_for(case: Case) -> str:
    """The reason why a case cannot be tried yet, "" where it can."""
    return next((WAITING_FOR[need] for need in case.needs if need in WAITING_FOR), "")


def tried(cases: tuple[Case, ...]) -> list[object]:
    """The cases as parameters of a test; those that wait are skipped with the reason."""
    return [
        pytest.param(
            one, id=one.id, marks=[pytest.mark.skip(reason=waits_for(one))] * bool(waits_for(one))
        )
        for one in cases
    ]
