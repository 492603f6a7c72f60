"""What other applications have to do with one: its city's share, the same files elsewhere."""

from __future__ import annotations

from sqlalchemy import Connection

from intake.others import seen_elsewhere
from intake.quota import quota_findings
from intake.register.groups import stated_group
from model.finding import Finding
from model.programme import Programme
from model.standing import Standing
from model.submission import Submission
from model.verdict import UNCOUNTED, Verdict


def told_beside(
    tx: Connection,
    programme: Programme,
    object_id: str,
    submission: Submission,
    verdict: Verdict,
    standing: Standing,
) -> tuple[Finding, ...]:
    """Findings for a person; nothing of them is ever told to an applicant."""
    if verdict.application_no is None or verdict.outcome in UNCOUNTED:
        return ()
    by = programme.number_register.quota_by
    return (
        *quota_findings(
            tx,
            programme,
            standing.register,
            verdict.application_no,
            object_id,
            stated=stated_group(submission, verdict, by),
        ),
        *seen_elsewhere(tx, programme, object_id, submission, verdict),
    )
