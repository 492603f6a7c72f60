"""What a programme's rules say about one submission."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from model.agreement import Evidence
from model.finding import Finding


class Outcome(StrEnum):
    COMPLETE = "complete"
    CORRECTION = "correction"
    RETURNED = "returned"
    LATE_REFUSED = "late_refused"
    LATE_PENDING = "late_pending"
    DUPLICATE = "duplicate"
    FORWARDED = "forwarded"
    """It only carries others' mails, each of which is a submission of its own."""
    TIED = "tied"
    """A person has tied it to another application, where it is filed from then on."""
    IGNORED = "ignored"


REGISTERED = (Outcome.COMPLETE, Outcome.CORRECTION)
"""Outcomes of mail that takes the place of what was in force before."""
UNCOUNTED = (Outcome.DUPLICATE, Outcome.FORWARDED, Outcome.IGNORED, Outcome.TIED)
"""Outcomes of mail that is never in force itself."""


def weight(outcome: str) -> int:
    """2 for registered mail; 1 for what is shown where nothing is registered; 0 for neither."""
    return 2 if outcome in REGISTERED else 0 if outcome in UNCOUNTED else 1


class ReceiptKind(StrEnum):
    COMPLETE = "complete"
    CORRECTION = "correction"
    RETURNED = "returned"
    LATE_REFUSED = "late_refused"
    LATE_PENDING = "late_pending"
    DUPLICATE = "duplicate"
    SUPERSEDING = "superseding"
    CORRECTION_REMINDER = "correction_reminder"
    """补正提醒: a correction falls due."""
    NOT_SENT_REMINDER = "not_sent_reminder"
    """催报: a registered unit has sent nothing yet."""
    NONE = "none"
    """No letter is owed."""


class ItemState(StrEnum):
    """State of one line of the checklist."""

    PRESENT = "present"
    MISSING = "missing"
    WRONG_FORMAT = "wrong_format"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"
    ABSENT_OPTIONAL = "absent_optional"


@dataclass(frozen=True, slots=True)
class FilePart:
    """Pages of a file that holds several materials, from 1, the last included."""

    path: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One material and what was found of it. files: paths of the members taken for it. parts: the
    pages of those that hold other materials as well."""

    material: str
    label: str
    state: ItemState
    files: tuple[str, ...] = ()
    how_recognised: str = ""
    parts: tuple[FilePart, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer of the rules.

    application_no, full_name: as identified from subject, package name or forms; None if not.
    needs_person: somebody has to look, with the reasons among the findings.
    agreement: every place that names the applicant, side by side.
    """

    outcome: Outcome
    application_no: str | None
    full_name: str | None
    checklist: tuple[ChecklistItem, ...]
    findings: tuple[Finding, ...]
    expected_subject: str | None = None
    agreement: tuple[Evidence, ...] = ()

    @property
    def needs_person(self) -> bool:
        return any(finding.effect in ("person", "pend") for finding in self.findings)
