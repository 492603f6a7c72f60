"""What a clerk has decided goes before what the rules say; what was found stays told to people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from checks.case import Case
from model.finding import Effect, Finding
from model.standing import Ruling

IDENTITY = ("identity.", "subject.", "register.", "agreement.")
LATE = ("window.late_refused", "window.late_pending", "window.closed", "window.borderline")
MENDABLE = (Effect.CORRECT, Effect.RETURN, Effect.REFUSE, Effect.PEND, Effect.PERSON)


def ruled(findings: Iterable[Finding], case: Case) -> Iterator[Finding]:
    """The same findings under the clerk's ruling: those that she has decided upon are notes."""
    ruling = case.standing.ruling
    if ruling is None:
        yield from findings
        return
    words = {"by": ruling.by, "reason": ruling.reason}
    if ruling.not_a_submission:
        yield Finding("decision.not_a_submission", params=words)
    if ruling.send_back:
        yield Finding("decision.returned", params=words)
    if ruling.accept:
        yield Finding("decision.accepted", params=words)
    if ruling.accept_late:
        yield Finding("decision.accepted_late", params=words)
    if ruling.application_no:
        tied = {"application_no": ruling.application_no, "full_name": ruling.full_name}
        yield Finding("decision.tied", params=words | tied)
    if ruling.checked:
        yield Finding("decision.checked", params=words)
    yield from softened(findings, ruling)


def softened(findings: Iterable[Finding], ruling: Ruling | None) -> Iterator[Finding]:
    """The findings; those that the clerk has decided upon are notes."""
    for one in findings:
        decided = ruling is not None and _decided(one, ruling)
        yield replace(one, so=Effect.NOTE) if decided else one


def taken_in(ruling: Ruling | None) -> bool:
    """Whether a clerk has said that the mail is a submission, whatever it looks like."""
    if ruling is None or ruling.not_a_submission:
        return False
    return ruling.accept or bool(ruling.application_no)


def _decided(finding: Finding, ruling: Ruling) -> bool:
    if ruling.accept or ruling.not_a_submission:
        return finding.effect in MENDABLE
    if ruling.send_back:
        return finding.effect in (Effect.PEND, Effect.PERSON, Effect.REFUSE)
    if ruling.accept_late and finding.code in LATE:
        return True
    if ruling.checked and finding.effect is Effect.PERSON:
        return True
    return bool(ruling.application_no) and (
        finding.code.startswith(IDENTITY) and finding.effect in MENDABLE
    )
