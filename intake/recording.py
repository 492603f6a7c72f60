"""The record of one version, from what became of a mail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection

from intake import inner
from intake.archival import archival_fields
from intake.contents import listings
from intake.revision import Revision
from intake.version import software_version
from model.archival import ArchivalFields
from model.decision import Decision
from model.delivery import Delivery
from model.programme import Programme
from model.record import (
    SCHEMA,
    Answer,
    FiledFile,
    FiledFinding,
    MessageFacts,
    Record,
    RecordKind,
)
from model.revision import EffectiveFile
from model.submission import Submission
from model.verdict import REGISTERED


def describe(
    tx: Connection, programme: Programme, object_id: str, revised: Revision
) -> ArchivalFields | None:
    """How the application is described for the archive; None while nothing is registered of it."""
    verdict = revised.verdict
    if verdict.application_no is None or verdict.outcome not in REGISTERED:
        return None
    return archival_fields(
        tx,
        programme,
        object_id,
        full_name=verdict.full_name or "",
        application_no=verdict.application_no,
        first_received_at=revised.first_received_at,
    )


def make_record(
    kind: RecordKind,
    programme: Programme,
    object_id: str,
    revised: Revision,
    *,
    files: tuple[FiledFile, ...],
    effective: tuple[EffectiveFile, ...],
    answer: Answer,
    due: date | None,
    own_addresses: Collection[str],
    processed_at: datetime,
    delivery: Delivery | None = None,
    archival: ArchivalFields | None = None,
    decision: Decision | None = None,
) -> Record:
    """Everything that is filed and recorded of a mail. files: its own, as they are filed."""
    submission, verdict = revised.submission, revised.verdict
    return Record(
        schema=SCHEMA,
        kind=kind,
        programme=programme.id,
        object_id=object_id,
        revision=revised.number,
        message=message_facts(submission),
        application_no=verdict.application_no or "",
        full_name=verdict.full_name or "",
        outcome=verdict.outcome,
        needs_person=verdict.needs_person,
        checklist=verdict.checklist,
        findings=tuple(FiledFinding.of(one) for one in verdict.findings),
        packages=submission.packages,
        containers=listings(submission),
        files=files,
        content_key=revised.key,
        answer=answer,
        rules_version=programme.version,
        software_version=software_version(),
        processed_at=processed_at,
        by=decision.by if decision else "intake",
        reason=decision.reason if decision else "",
        forwarded=inner.as_recorded(submission, own_addresses),
        authenticity=submission.authenticity,
        delivery=delivery,
        stands_from=revised.stands_from,
        effective=effective,
        first_received_at=revised.first_received_at,
        due=due,
        decision=decision,
        agreement=verdict.agreement,
        archival=archival,
    )


def message_facts(submission: Submission) -> MessageFacts:
    """The mail as the ledger shows it."""
    raw, message = submission.raw, submission.message
    sender = message.sender[0] if message.sender else None
    return MessageFacts(
        sha256=raw.sha256,
        size=raw.size,
        received_at=raw.received_at,
        received_source=raw.received_source,
        mailbox=raw.mailbox,
        folder=raw.folder,
        uid_validity=raw.uid_validity,
        uid=raw.uid,
        subject=message.subject,
        sender=sender.address if sender else "",
        sender_name=sender.name if sender else "",
        message_id=message.message_id,
        sent_at=message.sent_at,
        server=raw.server,
        junk=raw.junk,
        forwarded=raw.forwarded,
    )
