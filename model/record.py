"""What is filed as `record.json`: the whole truth about one version of an application.

The ledger's rows are made from it, at once when it is filed and again when the ledger is
rebuilt from the archive; so nothing may stand in those rows that is not in here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from model.agreement import Evidence
from model.archival import ArchivalFields
from model.authenticity import Authenticity
from model.container import Container
from model.decision import Decision
from model.delivery import Delivery
from model.document import Field, Seal, Signature
from model.finding import Finding
from model.forwarded import Forwarded, InnerMail
from model.revision import EffectiveFile
from model.submission import Package
from model.verdict import ChecklistItem, Outcome, ReceiptKind

SCHEMA = 1
"""Version of the shape below; raised when a reader of old records has to know."""


class RecordKind(StrEnum):
    """Why a version was filed."""

    MAIL = "mail"
    REPROCESS = "reprocess"
    DECISION = "decision"
    ENRICH = "enrich"
    """Pages that were left for later have been read; nothing was judged anew."""
    REMINDER = "reminder"
    """A letter that answers no mail was written: of a correction that falls due."""


class AnswerState(StrEnum):
    """What the sender is owed. `held`: a person releases it. `none`: see the reason."""

    OWED = "owed"
    HELD = "held"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """The mail as the ledger shows it. sender: the first From address, "" if there is none."""

    sha256: str
    size: int
    received_at: datetime
    received_source: str
    mailbox: str
    folder: str
    uid_validity: int
    uid: int
    subject: str
    sender: str
    sender_name: str
    message_id: str
    sent_at: datetime | None
    server: str = ""
    junk: bool = False
    forwarded: Forwarded | None = None


@dataclass(frozen=True, slots=True)
class FiledFile:
    """One file of the mail. path: as the applicant named it; filed_as: its path in the archive,
    "" where only the raw mail holds it; text: that of its extracted text, "" if none.
    material: id of the material it was taken for, "" if none. facts: path of all that was read of
    it (a `Document` as JSON), "" if nothing was. unread: pages that are pictures and wait to be
    read. seals: their cut-outs' paths are those in the archive."""

    path: str
    filed_as: str
    size: int
    sha256: str
    media_type: str
    container: str = ""
    material: str = ""
    text: str = ""
    pages: int = 0
    facts: str = ""
    unread: tuple[int, ...] = ()
    fields: tuple[Field, ...] = ()
    seals: tuple[Seal, ...] = ()
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class FiledFinding:
    """A finding with its wording as it was when filed."""

    code: str
    about: str
    effect: str
    text: str
    advice: str
    params: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, finding: Finding) -> FiledFinding:
        return cls(
            code=finding.code,
            about=finding.about,
            effect=finding.effect.value,
            text=finding.text,
            advice=finding.advice,
            params=dict(finding.params),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """The letter, or why there is none.

    receipt_no, message_id and made_at are those of the reservation, "" and None without one.
    recipient: one address. copy_to: another one that the same letter goes to, "" if none.
    key: what the letter is for, where that is not the mail itself: a decision, a reminder.
    filed_as: path of the letter's bytes in the archive. pdf_as, pdf_sha256: of the 回执 that it
    carries, "" if none.
    """

    state: AnswerState
    kind: ReceiptKind
    reason: str = ""
    receipt_no: str = ""
    message_id: str = ""
    made_at: datetime | None = None
    recipient: str = ""
    subject: str = ""
    filed_as: str = ""
    sha256: str = ""
    copy_to: str = ""
    pdf_as: str = ""
    pdf_sha256: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One filed version.

    revision: counts the mails of the application, from 1; a reprocessing keeps the number.
    content_key: digest over the digests of all files, equal for the same set of files however
    it was packed. forwarded: mails inside this one that are submissions of their own.
    authenticity: evidence of its origin as it was found on arrival, None in records older than it.
    search_text: what a person may look for, names first. delivery: what the mail reports of a
    letter of ours, None where it reports on none.
    stands_from: what the mail is ordered by among those in force, None for its arrival.
    effective: the files that are in force where it is, those that earlier mails brought among
    them; empty where it has none. first_received_at: when the application first came
    in time. due: the last day for the correction that its letter asks for. decision: what a person
    decided, of a version of that kind. agreement: every place that names the applicant.
    archival: how it is described for the archive. reminder: the letter that a version of that kind
    was filed for; all else, the receipt in `answer` too, stays as it was before.
    """

    schema: int
    kind: RecordKind
    programme: str
    object_id: str
    revision: int
    message: MessageFacts
    application_no: str
    full_name: str
    outcome: Outcome
    needs_person: bool
    checklist: tuple[ChecklistItem, ...]
    findings: tuple[FiledFinding, ...]
    packages: tuple[Package, ...]
    containers: tuple[Container, ...]
    files: tuple[FiledFile, ...]
    content_key: str
    answer: Answer
    rules_version: str
    software_version: str
    processed_at: datetime
    by: str = "intake"
    reason: str = ""
    forwarded: tuple[InnerMail, ...] = ()
    delivery: Delivery | None = None
    authenticity: Authenticity | None = None
    stands_from: datetime | None = None
    effective: tuple[EffectiveFile, ...] = ()
    first_received_at: datetime | None = None
    due: date | None = None
    decision: Decision | None = None
    agreement: tuple[Evidence, ...] = ()
    archival: ArchivalFields | None = None
    reminder: Answer | None = None

    @property
    def letter(self) -> Answer:
        """The letter that this version was filed with, or why there is none."""
        if self.kind is RecordKind.REMINDER and self.reminder is not None:
            return self.reminder
        return self.answer
