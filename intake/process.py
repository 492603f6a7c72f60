"""One mail from the spool to the ledger, as one body that reads from top to bottom.

`examine` is the part without any effect: facts and verdict of one mail. `process` does the rest
by the commit protocol; it may be killed at any instruction and run again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from checks import judge
from intake import inner
from intake.answering import compose_answer, not_answered, reserve, smtp_settings, what_is_owed
from intake.authenticity import rules_of
from intake.bounces import reported
from intake.contents import (
    EVIDENCE,
    FACTS,
    LETTER,
    MESSAGE,
    RECORD,
    decode_record,
    encode_record,
    filed_files,
    texts_of,
)
from intake.evidence import sending_evidence
from intake.known import standing_of
from intake.packages import EarlierVolumes, no_earlier
from intake.reading import ReadingLimits, read_submission
from intake.rebuild import enter_missing
from intake.recall import encode_submission
from intake.recording import describe, make_record
from intake.revision import revise
from intake.routing import routed
from intake.settings import Settings
from intake.tidy import private_folder
from intake.turns import application_lock, filed_version, wait_for_turn
from intake.volumes import volumes_before
from intake.workplace import Workplace
from model.message import RawMessage
from model.programme import Programme
from model.record import Record, RecordKind
from model.standing import ALONE, Standing
from model.submission import Submission
from model.verdict import Outcome, Verdict
from parsers.isolation import Readers
from receipts.policy import recipient as receipt_address
from storage.archive import Archive, Content, FiledVersion
from storage.ledger import filing, work
from storage.ledger.history import history
from storage.ledger.work import Claim

NOBODYS = (Outcome.IGNORED, Outcome.FORWARDED)
"""Outcomes of mail that is no submission itself: nobody is owed an answer to it."""


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of one mail. again: it had been filed before the last kill already."""

    record: Record
    version: int
    again: bool = False


def limits_of(settings: Settings) -> ReadingLimits:
    return ReadingLimits(
        settings.unpack,
        settings.read,
        settings.reading_seconds_per_mail,
        settings.picture_seconds_per_mail,
        rules_of(settings),
    )


def examine(
    raw: RawMessage,
    programme: Programme,
    work_folder: Path,
    readers: Readers,
    limits: ReadingLimits,
    earlier: EarlierVolumes = no_earlier,
    standing: Standing = ALONE,
) -> tuple[Submission, Verdict]:
    """Facts and verdict of one mail, its history left aside; writes only into `work_folder`.

    earlier: volumes that came with earlier mails and may complete its packages. standing: what is
    known besides the mail: the register, a clerk's ruling.
    """
    submission = read_submission(raw, programme, work_folder, readers, limits, earlier)
    return submission, judge(submission, programme, standing)


def process(place: Workplace, claim: Claim) -> Processed:
    """Read, check, file and record one claimed mail.

    Raises: LeaseLost where another worker has it by now; IntakeError for the operator.
    """
    done = _filed_before(place, claim)
    if done is not None:
        return done
    claim = routed(place, claim)
    programme = place.programme(claim.programme)
    smtp_settings(place.settings)
    with private_folder(place) as folder:
        raw = replace(claim.raw, path=place.spool.path(claim.sha256))
        limits, earlier = limits_of(place.settings), volumes_before(place, programme, raw)
        known = standing_of(place, programme)
        submission, verdict = examine(raw, programme, folder, place.readers, limits, earlier, known)
        with place.ledger.write() as tx:
            work.survived(tx, claim.sha256, place.owner)
        number, sender = verdict.application_no or "", receipt_address(submission.message).lower()
        wait_for_turn(place, claim.sha256, number, sender)
        if _volumes_have_come(submission, verdict, earlier):
            again = folder / "again"
            again.mkdir()
            submission, verdict = examine(
                raw, programme, again, place.readers, limits, earlier, known
            )
        with application_lock(place, programme.id, _lock_name(verdict, submission)):
            record, version = _file(place, claim, programme, submission, verdict, known)
            _record(place, claim, record, version)
    _leave_spool(place, claim.sha256, version)
    return Processed(record, version.number)


def _volumes_have_come(submission: Submission, verdict: Verdict, earlier: EarlierVolumes) -> bool:
    """Whether mails that were read at the same time as this one have brought volumes for it."""
    if not any(finding.code == "package.volumes_waiting" for finding in verdict.findings):
        return False
    there = tuple(one.sha256 for one in earlier(verdict.application_no or ""))
    return there != submission.earlier_volumes


def object_id_of(verdict: Verdict, raw: RawMessage) -> str:
    """The application's number, or what stands for it where there is none."""
    if verdict.application_no is None or verdict.outcome in NOBODYS:
        return unidentified(raw)
    return verdict.application_no


def unidentified(raw: RawMessage) -> str:
    """The object of a mail that belongs to no application: its own alone."""
    return f"unidentified-{raw.sha256[:16]}"


def _lock_name(verdict: Verdict, submission: Submission) -> str:
    """What two mails must share to wait for one another: the application; where there is none,
    the Message-ID, so that two copies of one letter do not both find themselves the first."""
    object_id = object_id_of(verdict, submission.raw)
    if verdict.application_no is None and submission.message.message_id:
        return hashlib.sha256(submission.message.message_id.encode()).hexdigest()
    return object_id


def _filed_before(place: Workplace, claim: Claim) -> Processed | None:
    """Killed between filing and recording: the archive has it, the ledger does not yet."""
    found = filed_version(place, claim.sha256)
    if found is None:
        return None
    record, version = found
    _record(place, claim, record, version)
    _leave_spool(place, claim.sha256, version)
    return Processed(record, version.number, again=True)


def _file(
    place: Workplace,
    claim: Claim,
    programme: Programme,
    submission: Submission,
    verdict: Verdict,
    known: Standing,
) -> tuple[Record, FiledVersion]:
    """Steps 4 and 5: reserve, compose, file. The application's lock is held."""
    object_id = object_id_of(verdict, submission.raw)
    archive = place.archive(programme.id)
    enter_missing(place, programme.id, object_id)
    head = archive.head(object_id)
    with place.ledger.write() as tx:
        work.renew(tx, claim.sha256, place.owner, place.clock(), place.settings.lease)
    with place.ledger.read() as tx:
        past = history(tx, programme.id, object_id, before_sha256=claim.sha256)
        revised = revise(place, tx, programme, object_id, submission, verdict, past, known)
        found = inner.received_before(tx, submission)
        verdict = replace(revised.verdict, findings=(*revised.verdict.findings, *found))
        verdict, delivery = reported(tx, submission, verdict)
    with place.ledger.write() as tx:
        owed = what_is_owed(
            submission,
            verdict,
            programme,
            revised.told_number,
            place.settings,
            copy=revised.copy,
        )
        reserved, owed = reserve(
            tx,
            claim.sha256,
            programme,
            object_id,
            owed,
            smtp_settings(place.settings).sender,
            place.clock(),
            forwarded=submission.raw.forwarded is not None,
        )
        evidence = sending_evidence(tx, programme.id, object_id)
        archival = describe(tx, programme, object_id, revised)
    silence = not_answered(owed, verdict)
    verdict = replace(verdict, findings=(*verdict.findings, *silence))
    expects = head.number + 1 if head else 1
    files, content = filed_files(submission, verdict)
    effective = revised.effective(files, expects)
    due = revised.due(owed.kind, reserved.made_at)
    composed = compose_answer(
        revised.submission,
        verdict,
        programme,
        place.settings,
        reserved,
        owed,
        revision=revised.told_number,
        earlier_receipt_no=revised.earlier_receipt_no,
        filed_as=LETTER,
        changes=effective,
        due=due,
    )
    record = make_record(
        RecordKind.MAIL,
        programme,
        object_id,
        replace(revised, verdict=verdict),
        files=files,
        effective=effective,
        answer=composed.answer,
        due=due,
        own_addresses=place.settings.all_own_addresses(),
        processed_at=reserved.made_at,
        delivery=delivery,
        archival=archival,
    )
    content[MESSAGE] = Content(path=submission.raw.path)
    content[RECORD] = Content(data=encode_record(record))
    content[FACTS] = Content(data=encode_submission(submission, files))
    if composed.letter is not None:
        content[LETTER] = Content(data=composed.letter)
    content |= {path: Content(data=data) for path, data in composed.files.items()}
    if evidence is not None:
        content[EVIDENCE] = Content(data=evidence)
    version = _commit(archive, record, content, expects=expects)
    return decode_record(version.path(RECORD).read_bytes()), version


def _commit(
    archive: Archive, record: Record, content: dict[str, Content], *, expects: int
) -> FiledVersion:
    """File it, unless a worker that was thought dead has filed this very mail meanwhile.

    Raises: VersionConflict where another mail came in between all the same.
    """
    archive.recover(record.object_id)
    there = archive.version_with(record.object_id, MESSAGE, record.message.sha256)
    if there is not None:
        return there
    return archive.file(
        record.object_id,
        content,
        created=record.processed_at,
        message=f"{record.kind.value} {record.message.sha256}: {record.outcome.value}",
        user_name=record.by,
        user_address="",
        expects=expects,
    )


def _record(place: Workplace, claim: Claim, record: Record, version: FiledVersion) -> None:
    """Step 6: one transaction, fenced by the lease."""
    held = inner.hold(place, record, version)
    with place.ledger.write() as tx:
        filing.record(tx, record, version.number, texts=texts_of(record, version))
        inner.enter(tx, place, record, held)
        work.finish(tx, claim.sha256, place.owner)


def _leave_spool(place: Workplace, sha256: str, version: FiledVersion) -> None:
    """The spool's copy goes only after its digest has been seen in the archive."""
    if version.sha256(MESSAGE) == sha256:
        place.spool.remove(sha256)
