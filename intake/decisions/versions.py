"""A decision as versions in the archive: one where the mail belongs now, one where it did before.

The locks of all objects are held. Each version is filed once: it is found again by the decision's
id, so that a process that was killed in between is followed by one that files the rest.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sqlalchemy import Connection

from intake.answering import compose_answer, reserve, smtp_settings
from intake.contents import EVIDENCE, LETTER, RECORD, encode_record, texts_of
from intake.decisions.decided import Decided, decided_version, owed_for, versions_of_mail
from intake.evidence import sending_evidence
from intake.rebuild import enter_missing
from intake.recording import describe, make_record
from intake.version import software_version
from intake.workplace import Workplace
from model.finding import Finding
from model.programme import Programme
from model.record import Answer, AnswerState, FiledFinding, Record, RecordKind
from model.verdict import Outcome, ReceiptKind
from storage.archive import Archive, Content, FiledVersion
from storage.ledger import filing, outbox

STANDING = ("delivery.", "forward.known", "mail.not_answered")
"""Findings that rest on what was when the mail came, and stand as they were made."""


def letter_key(decision_id: str) -> str:
    """What the letter of a decision is reserved under, where a mail's has the mail's digest."""
    return hashlib.sha256(f"decision {decision_id}".encode()).hexdigest()


def file_decision(place: Workplace, programme: Programme, after: Decided) -> tuple[Record, int]:
    """File and record what the decision changes; gives the version where the mail belongs now."""
    for name in after.objects:
        if name != after.home:
            _file_leaving(place, programme, after, name)
    return _file_home(place, programme, after)


def _file_home(place: Workplace, programme: Programme, after: Decided) -> tuple[Record, int]:
    archive, made = place.archive(programme.id), after.decision
    enter_missing(place, programme.id, after.home)
    if (done := decided_version(archive, after.home, made.id)) is not None:
        return done[1], done[0].number
    head = archive.head(after.home)
    expects = head.number + 1 if head else 1
    key, owed = letter_key(made.id), owed_for(after)
    with place.ledger.write() as tx:
        reserved, owed = reserve(
            tx,
            key,
            programme,
            after.home,
            owed,
            smtp_settings(place.settings).sender,
            place.clock(),
            forwarded=after.submission.raw.forwarded is not None,
            capped=False,  # a person has seen it
        )
        evidence = sending_evidence(tx, programme.id, after.home)
        archival = describe(tx, programme, after.home, after.revised)
    effective = after.effective(expects)
    due = after.revised.due(owed.kind, reserved.made_at)
    if owed.state is AnswerState.NONE and after.verdict.outcome is Outcome.CORRECTION:
        due = after.before.due  # what was told last is what holds
    composed = compose_answer(
        after.revised.submission,
        after.verdict,
        programme,
        place.settings,
        reserved,
        owed,
        revision=after.revised.told_number,
        earlier_receipt_no=after.revised.earlier_receipt_no,
        filed_as=LETTER,
        changes=effective,
        due=due,
        replaces=after.told_in,
    )
    record = make_record(
        RecordKind.DECISION,
        programme,
        after.home,
        after.revised,
        files=after.files,
        effective=effective,
        answer=replace(composed.answer, key=key),
        due=due,
        own_addresses=place.settings.all_own_addresses(),
        processed_at=reserved.made_at,
        delivery=after.before.delivery,
        archival=archival,
        decision=replace(made, elsewhere=after.origin if after.origin != after.home else ""),
    )
    kept = tuple(one for one in after.before.findings if one.code.startswith(STANDING))
    record = replace(record, findings=(*record.findings, *kept))
    content = {name: Content(path=after.base.path(name)) for name in after.base.state}
    content[RECORD] = Content(data=encode_record(record))
    if composed.letter is not None:
        content[LETTER] = Content(data=composed.letter)
        content |= {name: Content(data=data) for name, data in composed.files.items()}
    if evidence is not None:
        content[EVIDENCE] = Content(data=evidence)
    return record, _enter(
        place, archive, record, content, expects, withdraws=outdated_letter(after, record)
    )


def outdated_letter(after: Decided, record: Record) -> str:
    """Number of the letter that tells what does not hold any more, "" where it still does."""
    told_anew = record.answer.state is not AnswerState.NONE
    if told_anew or record.outcome is Outcome.IGNORED:
        return after.before.answer.receipt_no
    return ""


def _file_leaving(place: Workplace, programme: Programme, after: Decided, object_id: str) -> None:
    """The mail belongs elsewhere from here on; what is filed of it stays."""
    archive, made = place.archive(programme.id), after.decision
    enter_missing(place, programme.id, object_id)
    if decided_version(archive, object_id, made.id) is not None:
        return
    head = archive.head(object_id)
    version, record = versions_of_mail(archive, object_id, after.before.message.sha256)[-1]
    assert head is not None
    words = {
        "by": made.by,
        "reason": made.reason,
        "application_no": after.home,
        "full_name": after.verdict.full_name or "",
    }
    record = replace(
        record,
        kind=RecordKind.DECISION,
        outcome=Outcome.TIED,
        needs_person=False,
        findings=(*record.findings, FiledFinding.of(Finding("decision.tied", params=words))),
        answer=Answer(
            AnswerState.NONE, ReceiptKind.NONE, "decision", recipient=record.answer.recipient
        ),
        processed_at=made.at,
        software_version=software_version(),
        by=made.by,
        reason=made.reason,
        effective=(),
        due=None,
        decision=replace(made, elsewhere=after.home),
    )
    content = {name: Content(path=version.path(name)) for name in version.state}
    content[RECORD] = Content(data=encode_record(record))
    _enter(place, archive, record, content, head.number + 1)


def withdraw_outdated(tx: Connection, receipt_no: str, decision_id: str) -> None:
    """A letter that has not gone yet does not go any more. One that is on its way has gone."""
    outbox.withdraw(tx, receipt_no, f"decision {decision_id}", ("owed", "held"))


def _enter(
    place: Workplace,
    archive: Archive,
    record: Record,
    content: dict[str, Content],
    expects: int,
    *,
    withdraws: str = "",
) -> int:
    version: FiledVersion = archive.file(
        record.object_id,
        content,
        created=record.processed_at,
        message=f"{record.kind.value} {record.message.sha256}: {record.outcome.value}",
        user_name=record.by,
        user_address="",
        expects=expects,
    )
    with place.ledger.write() as tx:
        filing.record(tx, record, version.number, texts=texts_of(record, version))
        if withdraws and record.decision is not None:
            withdraw_outdated(tx, withdraws, record.decision.id)
    return version.number
