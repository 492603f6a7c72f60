"""What a clerk has decided goes before what the rules say; what was found stays told to people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from checks.case import Case
from model.finding import Effect, Finding

IDENTITY = ("identity.", "subject.", "register.")
LATE = ("window.late_refused", "window.late_pending")
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
    for one in findings:
        yield replace(one, so=Effect.NOTE) if _decided(one, case) else one


def _decided(finding: Finding, case: Case) -> bool:
    ruling = case.standing.ruling
    assert ruling is not None
    if ruling.accept or ruling.not_a_submission:
        return finding.effect in MENDABLE
    if ruling.send_back:
        return finding.effect in (Effect.PEND, Effect.PERSON)
    if ruling.accept_late and finding.code in LATE:
        return True
    return bool(ruling.application_no) and (
        finding.code.startswith(IDENTITY) and finding.effect in MENDABLE
    )
