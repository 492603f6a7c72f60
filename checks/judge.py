"""The whole of checking: identify, assign, run the programme's rules, sum up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from checks import (
    agreement_rule,
    applicant,
    automatic,
    formats,
    forms,
    forwarded,
    links,
    materials,
    own_letters,
    package,
    readable,
    register,
    seals,
    window,
)
from checks.agreement import agreement
from checks.case import Case
from checks.checklist import checklist
from checks.identity import identify
from checks.outcome import outcome
from checks.recognition import assign, assign_lost, is_junk
from checks.ruling import ruled, taken_in
from checks.spare import soften
from model.errors import ProgrammeError
from model.finding import Effect, Finding
from model.programme import Programme
from model.standing import ALONE, Standing
from model.submission import Submission
from model.verdict import Outcome, Verdict

RULES: dict[str, Callable[[Case], Iterator[Finding]]] = {
    "subject": applicant.check,
    "register": register.check,
    "window": window.check,
    "package": package.check,
    "links": links.check,
    "readable": readable.check,
    "materials": materials.check,
    "formats": formats.check,
    "forms": forms.check,
    "agreement": agreement_rule.check,
    "seals": seals.check,
}
"""Every rule by the name a programme uses, in the order in which a letter tells them. What is
no submission at all (`automatic`) is found out before, whatever a programme says."""


def judge(submission: Submission, programme: Programme, standing: Standing = ALONE) -> Verdict:
    """What the programme's rules say about one submission, in the light of what else is known.

    Raises: ProgrammeError where the programme names a rule that does not exist.
    """
    unknown = [name for name in programme.checks if name not in RULES]
    if unknown:
        raise ProgrammeError(
            f"Programme {programme.id}: there is no check {unknown[0]!r}.",
            f"Known: {', '.join(RULES)}.",
        )
    files = tuple(one for one in submission.files if not is_junk(one))
    case = Case(
        submission=submission,
        programme=programme,
        identity=identify(submission, programme, standing),
        files=files,
        assignment=assign(files, programme),
        lost=assign_lost(submission, programme),
        standing=standing,
    )
    case = replace(case, agreement=agreement(case))
    machine = list(automatic.check(case)) or list(own_letters.check(case))
    if taken_in(standing.ruling):
        machine = []  # a clerk has looked, and it is a submission all the same
    nobodys = bool(machine) or forwarded.only_carries(case)
    found = [_of_no_matter(one) if nobodys else one for one in submission.findings]
    found.extend(machine)
    found.extend(forwarded.check(case))
    if forwarded.only_carries(case) and not machine:
        return Verdict(Outcome.FORWARDED, None, None, (), tuple(found))
    if not machine:  # to tell a machine what its reply lacks would help nobody
        for name, rule in RULES.items():
            if name in programme.checks:
                found.extend(rule(case))
    found = list(soften(found, case))
    found = [_as_this_call_has_it(one, programme) for one in found]
    found = list(ruled(found, case))
    distinct = [one for place, one in enumerate(found) if one not in found[:place]]
    if machine:  # it may quote a number, and is nobody's submission all the same
        return Verdict(outcome(distinct), None, None, checklist(case), tuple(distinct))
    return Verdict(
        outcome=outcome(distinct),
        application_no=case.identity.application_no,
        full_name=case.identity.full_name,
        checklist=checklist(case),
        findings=tuple(distinct),
        expected_subject=case.identity.expected,
        agreement=() if machine else case.agreement,
    )


def _of_no_matter(finding: Finding) -> Finding:
    """Whose programme a mail is that is nobody's submission, no person need look into."""
    return replace(finding, so=Effect.NOTE) if finding.code == "programme.unsure" else finding


def _as_this_call_has_it(finding: Finding, programme: Programme) -> Finding:
    effect = programme.effects.get(finding.code)
    return finding if effect is None else replace(finding, so=effect)
