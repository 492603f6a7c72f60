"""What was understood of a subject line or of a package's name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from model.finding import Finding


class SubjectVerdict(StrEnum):
    ACCEPT = "accept"
    ACCEPT_WITH_NOTE = "accept_with_note"
    RETURN = "return"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class NameReading:
    """A subject or package name, read by a naming rule.

    text: as it came. application_no, full_name: None where not found (either may be found
    without the other). expected: the text that would have been right, None unless both are known.
    notes: findings, each saying one way in which the text is not as asked.
    """

    text: str
    verdict: SubjectVerdict
    application_no: str | None = None
    full_name: str | None = None
    expected: str | None = None
    notes: tuple[Finding, ...] = ()
