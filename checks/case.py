"""What every rule is given: one submission, its programme, and what has been worked out of both."""

from __future__ import annotations

from dataclasses import dataclass

from checks.identity import Identity
from checks.recognition import Assignment
from model.agreement import Evidence
from model.programme import Programme
from model.standing import ALONE, Standing
from model.submission import Submission, SubmittedFile


@dataclass(frozen=True, slots=True)
class Case:
    """files: those of the submission that a person put there. lost: members that a package
    lists but that did not come out whole; assigned by their names only. standing: what is known
    besides the mail itself. agreement: every place that names the applicant."""

    submission: Submission
    programme: Programme
    identity: Identity
    files: tuple[SubmittedFile, ...]
    assignment: Assignment
    lost: Assignment
    standing: Standing = ALONE
    agreement: tuple[Evidence, ...] = ()
