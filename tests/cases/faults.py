"""A case against what became of it: every difference of every mail, in words."""

from __future__ import annotations

from dataclasses import replace

from tests.cases.case import Case
from tests.cases.looking import differences
from tests.cases.office import Filed, Office


def faults(case: Case, office: Office) -> list[str]:
    """Empty where the whole case is as the table wants it."""
    found: list[str] = []
    last: Filed | None = None
    for place, (mail, want) in enumerate(case.steps):
        last = office.filed.get((case.id, place))
        if last is None:
            found.append(f"mail {place + 1} was not filed")
            continue
        rules = office.place.programme(case.programme)
        found += [
            f"mail {place + 1}: {one}" for one in differences(last, want, mail, case.who, rules)
        ]
    if case.inner and last is not None:
        found += _inner(case, last, office)
    return found


def _inner(case: Case, outer: Filed, office: Office) -> list[str]:
    if len(outer.inner) != len(case.inner):
        return [f"{len(outer.inner)} mails within it were filed, not {len(case.inner)}"]
    found: list[str] = []
    arrived = case.steps[-1][0].at
    for filed, inner in zip(outer.inner, case.inner, strict=True):
        ((mail, want),) = inner.steps
        rules = office.place.programme(case.programme)
        found += [
            f"{inner.id}: {one}"
            for one in differences(filed, want, replace(mail, at=arrived), inner.who, rules)
        ]
    return found
