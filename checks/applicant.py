"""The subject rule: can the mail be tied to one applicant, and is it named as asked?"""

from __future__ import annotations

from collections.abc import Iterator

from checks import identity
from checks.case import Case
from model.finding import Finding


def check(case: Case) -> Iterator[Finding]:
    register = case.standing.register
    yield from identity.findings(case.submission, case.programme, case.identity, register)
