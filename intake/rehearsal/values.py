"""What a rehearsal says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from model.verdict import Outcome, ReceiptKind


@dataclass(frozen=True, slots=True)
class Told:
    """A finding. It is the same whatever its words are: those of a letter are compared apart."""

    code: str
    about: str
    effect: str
    text: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Side:
    """What one mail comes to under one set of rules. letter: NONE where none is owed; subject,
    text: of the letter, "" without one."""

    outcome: Outcome
    application_no: str
    full_name: str
    findings: tuple[Told, ...]
    letter: ReceiptKind = ReceiptKind.NONE
    subject: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A mail that comes to something else under the new rules.

    object_id: where it is archived. before, after: without the letters' words, which `letter` holds
    as the lines of a unified diff, empty where they say the same.
    """

    object_id: str
    sha256: str
    received_at: datetime
    mail_subject: str
    before: Side
    after: Side
    added: tuple[Told, ...]
    removed: tuple[Told, ...]
    letter: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotRehearsed:
    """A version from which nothing can be judged. version: 0 where the whole object is meant."""

    object_id: str
    version: int
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Found:
    """What some objects came to together. mails: how many were rehearsed. further: object ids with
    pages that the new rules would have had looked at and nobody has. homes: other objects that
    their mails belong to under either set of rules; where there are any, nothing else is told
    before these are judged along with them."""

    objects: tuple[str, ...]
    mails: int = 0
    outcomes: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    differing: tuple[Difference, ...] = ()
    missing: tuple[NotRehearsed, ...] = ()
    further: tuple[str, ...] = ()
    homes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The whole answer. programme: whose archive it was. versions: of the old rules ("filed" where
    none were asked) and of the new ones. objects: how many were looked at; mails: how many were
    rehearsed. notes: what of the new rules cannot be seen this way."""

    programme: str
    versions: tuple[str, str]
    objects: int
    mails: int
    outcomes: Counter[tuple[Outcome, Outcome]]
    differing: tuple[Difference, ...]
    missing: tuple[NotRehearsed, ...]
    notes: tuple[str, ...]
