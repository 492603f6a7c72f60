"""A line of the table: who, which mails, and what domain.md asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.cases.applicant import Applicant, applicant_of
from tests.cases.mails import RIGHT, Mail


@dataclass(frozen=True, slots=True)
class Want:
    """What is to come of one mail.

    outcome; letter: its kind, "" where none is owed, for the reason why_none. number, name: as
    registered, "" where nobody can be identified. lacks: checklist lines that are not simply there
    (or optional and absent), by label. findings: those that ask for something or are told, all of
    them, and those notes that matter; never: notes that would be wrong. says, silent_on: words
    that the letter must and must not have. person: whether a clerk has to look.
    """

    outcome: str
    letter: str
    findings: tuple[str, ...] = ()
    why_none: str = ""
    number: str = "{编号}"
    name: str = "{单位}"
    lacks: Mapping[str, str] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    silent_on: tuple[str, ...] = ()
    person: bool | None = None
    subject: str = RIGHT


@dataclass(frozen=True, slots=True)
class Case:
    """id: stable, in ASCII. rule: the words of domain.md that it tries. steps: mails in order of
    arrival. inner: mails of other
    applicants that the last one carries."""

    id: str
    rule: str
    steps: tuple[tuple[Mail, Want], ...]
    programme: str = "national-2021"
    number: str = ""
    name: str = ""
    inner: tuple[Case, ...] = ()

    @property
    def who(self) -> Applicant:
        return applicant_of(self.id, self.number, self.name)


def one(key: str, rule: str, mail: Mail, want: Want, **more: object) -> Case:
    """A case of one mail."""
    return Case(key, rule, ((mail, want),), **more)  # type: ignore[arg-type]


def several(key: str, rule: str, *steps: tuple[Mail, Want], **more: object) -> Case:
    """A case of several mails for one application."""
    return Case(key, rule, steps, **more)  # type: ignore[arg-type]


def complete(*findings: str, **more: object) -> Want:
    return Want("complete", "complete", findings, **more)  # type: ignore[arg-type]


def superseding(*findings: str, **more: object) -> Want:
    found = ("revision.superseding", *findings)
    return Want("complete", "superseding", found, **more)  # type: ignore[arg-type]


def correction(*findings: str, **more: object) -> Want:
    return Want("correction", "correction", findings, **more)  # type: ignore[arg-type]


def returned(*findings: str, **more: object) -> Want:
    return Want("returned", "returned", findings, **more)  # type: ignore[arg-type]


def nobody(*findings: str, **more: object) -> Want:
    """Returned, because nobody could be identified."""
    unknown = {"number": "", "name": "", **more}
    return returned("identity.unknown", *findings, **unknown)


def duplicate(*findings: str, **more: object) -> Want:
    found = ("revision.duplicate", *findings)
    return Want("duplicate", "duplicate", found, **more)  # type: ignore[arg-type]


def pending(*findings: str, **more: object) -> Want:
    found = ("window.late_pending", *findings)
    return Want("late_pending", "late_pending", found, **more)  # type: ignore[arg-type]


def refused(*findings: str, **more: object) -> Want:
    found = ("window.late_refused", *findings)
    return Want("late_refused", "late_refused", found, **more)  # type: ignore[arg-type]


def carrying(*findings: str, **more: object) -> Want:
    """A mail that only carries others' mails: they are answered, it is not."""
    rest = {"number": "", "name": "", "why_none": "forwarded", **more}
    return Want("forwarded", "", ("forward.carries", *findings), **rest)  # type: ignore[arg-type]


def ignored(*findings: str, **more: object) -> Want:
    """Not answered at all."""
    rest = {"number": "", "name": "", "why_none": "ignored", **more}
    return Want("ignored", "", findings, **rest)  # type: ignore[arg-type]
