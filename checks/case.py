"""What every rule is given: one submission, its programme, and what has been worked out of both."""

from __future__ import annotations

from dataclasses import dataclass

from checks.identity import Identity
from checks.recognition import Assignment
from model.programme import Programme
from model.submission import Submission


@dataclass(frozen=True, slots=True)
class Case:
    submission: Submission
    programme: Programme
    identity: Identity
    assignment: Assignment
