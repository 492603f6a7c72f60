"""Manual reprocessing: mail is read and judged anew under the rules in force now.

Mail that was never filed (quarantined) goes through the ordinary line, receipt included. Mail
that was filed gets a new version of its object where the answer has changed, and none where it
has not; the letter that went out stays the one answer, and a person decides about another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row

from intake import inner
from intake.batch import process_batch
from intake.contents import (
    EVIDENCE,
    FACTS,
    MESSAGE,
    RECEIPT_FOLDER,
    RECORD,
    decode_record,
    encode_record,
    filed_files,
    listings,
    texts_of,
)
from intake.decisions.rulings import decided_on, standing
from intake.evidence import sending_evidence
from intake.known import standing_of
from intake.process import examine, limits_of
from intake.rebuild import enter_missing
from intake.recall import encode_submission
from intake.revision import Revision, revise
from intake.tidy import private_folder
from intake.turns import application_lock
from intake.version import software_version
from intake.volumes import volumes_before
from intake.workplace import Workplace
from model.errors import IntakeError
from model.record import Answer, AnswerState, FiledFinding, Record, RecordKind
from model.submission import Submission
from model.verdict import Outcome, ReceiptKind, Verdict
from storage.archive import Content, FiledVersion
from storage.ledger import events, filing, queries, work
from storage.ledger.history import History, history
from storage.ledger.receiving import raw_message

OF_THE_LEDGER = (
    "revision.", "delivery.", "register.over_quota", "agreement.two_numbers",
    "agreement.filed_elsewhere", "agreement.shared_file",
)  # fmt: skip
"""Findings that rest on other mails as well: a change in them alone is no reason to file anew."""
STANDING = ("delivery.",)
"""Those of them that stand as they were made."""


@dataclass(frozen=True, slots=True)
class Redone:
    """What reprocessing did, or would do, with one mail.

    action: "unchanged", "refiled", "would_refile", "superseded" (a later mail of the same
    application is the effective one, so nothing was filed), "decided" (what a clerk has decided
    about it stands), "processed", "would_process", "busy".
    """

    sha256: str
    application_no: str
    before: str
    after: str
    action: str
    differences: tuple[str, ...] = ()


def reprocess(
    place: Workplace,
    digests: list[str],
    *,
    by: str,
    dry_run: bool = False,
    progress: Callable[[Redone], None] | None = None,
) -> list[Redone]:
    """Reprocess mails by their digests. Raises: IntakeError for the operator."""
    done = []
    for sha256 in digests:
        one = _one(place, sha256, by, dry_run)
        done.append(one)
        if progress:
            progress(one)
    return done


def _one(place: Workplace, sha256: str, by: str, dry_run: bool) -> Redone:
    with place.ledger.read() as tx:
        row = work.find(tx, sha256)
        versions = [one for one in queries.by_message(tx, sha256) if one.kind == "mail"]
    if row is None:
        raise IntakeError(f"No mail with digest {sha256} is known.", "See `intake search`.")
    if row.state == "working":
        return Redone(sha256, "", "", "", "busy")
    if not versions:
        return _never_filed(place, row, by, dry_run)
    return _filed(place, row, versions[0], by, dry_run)


def _never_filed(place: Workplace, row: Row[Any], by: str, dry_run: bool) -> Redone:
    """It waits, or it was quarantined: the ordinary line."""
    if dry_run:
        return Redone(row.sha256, "", row.state, "", "would_process")
    with place.ledger.write() as tx:
        work.release(tx, row.sha256)
        events.note(tx, place.clock(), by, "reprocess", row.sha256)
        claims = work.claim_one(tx, row.sha256, place.owner, place.clock(), place.settings.lease)
    if not claims:  # another worker has taken it meanwhile
        return Redone(row.sha256, "", row.state, "", "busy")
    batch = process_batch(place, claims)
    result = batch.rows[0] if batch.rows else None
    after = result.outcome if result else "quarantined"
    number = result.application_no if result else ""
    return Redone(row.sha256, number, row.state, after, "processed")


def _filed(place: Workplace, row: Row[Any], first: Row[Any], by: str, dry_run: bool) -> Redone:
    programme = place.programme(first.programme)
    archive = place.archive(first.programme)
    with (
        private_folder(place) as folder,
        application_lock(place, first.programme, first.object_id),
    ):
        enter_missing(place, first.programme, first.object_id)
        held = archive.versions(first.object_id)
        # The newest version that was made from this mail is what there is to compare with.
        mine = [one for one in held if _is_from(one, row.sha256)]
        before = decode_record(mine[-1].path(RECORD).read_bytes())
        raw = raw_message(row, mine[0].path(MESSAGE))
        limits = limits_of(place.settings)
        # Keys are withdrawn in time: what was found when the mail arrived stands.
        limits = replace(
            limits, authenticity=replace(limits.authenticity, known=before.authenticity)
        )
        known = standing_of(place, programme)
        earlier = volumes_before(place, programme, raw)
        submission, alone = examine(raw, programme, folder, place.readers, limits, earlier, known)
        with place.ledger.read() as tx:
            revised = revise(
                place,
                tx,
                programme,
                first.object_id,
                submission,
                alone,
                _before(tx, first),
                known,
                number=before.revision,
            )
        verdict = revised.verdict
        differences = _differences(before, verdict)
        if FACTS not in mine[-1].state:
            differences = (*differences, "+ facts.json")
        if standing(decided_on([_record(one) for one in held], row.sha256)):
            # What a clerk has decided stands until she undoes it.
            return _redone(before, verdict, "decided", differences)
        unchanged = not differences
        if unchanged or dry_run:
            action = "unchanged" if unchanged else "would_refile"
            return _redone(before, verdict, action, differences)
        newest = decode_record(held[-1].path(RECORD).read_bytes())
        if newest.message.sha256 != row.sha256:
            # A later mail has taken its place; its files must stay those of the newest version.
            return _redone(before, verdict, "superseded", differences)
        _refile(place, before, revised, submission, by)
    return _redone(before, verdict, "refiled", differences)


def _is_from(version: FiledVersion, sha256: str) -> bool:
    return MESSAGE in version.state and version.sha256(MESSAGE) == sha256


def _before(tx: Connection, first: Row[Any]) -> History:
    """The mails of the application that came before the one in hand."""
    return history(
        tx,
        first.programme,
        first.object_id,
        before_sha256=first.sha256,
        before_version=first.version,
    )


def _record(version: FiledVersion) -> Record:
    return decode_record(version.path(RECORD).read_bytes())


def _differences(before: Record, verdict: Verdict) -> tuple[str, ...]:
    """Each thing that the new verdict says otherwise; the version of the rules does not count."""
    found = []
    if before.outcome is not verdict.outcome:
        found.append(f"outcome: {before.outcome} → {verdict.outcome}")
    if before.application_no != (verdict.application_no or ""):
        found.append(f"application_no: {before.application_no} → {verdict.application_no}")
    if before.full_name != (verdict.full_name or ""):
        found.append(f"full_name: {before.full_name} → {verdict.full_name}")
    old = {
        (one.code, one.about) for one in before.findings
        if not one.code.startswith(OF_THE_LEDGER) and one.code != "mail.not_answered"
    }  # fmt: skip
    new = {
        (one.code, one.about) for one in verdict.findings
        if not one.code.startswith(OF_THE_LEDGER)
    }  # fmt: skip
    found.extend(f"+ {code} {about}".rstrip() for code, about in sorted(new - old))
    found.extend(f"- {code} {about}".rstrip() for code, about in sorted(old - new))
    return tuple(found)


def _refile(
    place: Workplace, before: Record, revised: Revision, submission: Submission, by: str
) -> None:
    """A new version of the same object: same mail, same letter, new facts and verdict."""
    archive = place.archive(before.programme)
    verdict = revised.verdict
    head = archive.head(before.object_id)
    assert head is not None
    files, content = filed_files(submission, verdict)
    kept = tuple(one for one in before.findings if one.code.startswith(STANDING))
    record = replace(
        before,
        kind=RecordKind.REPROCESS,
        application_no=verdict.application_no or "",
        full_name=verdict.full_name or "",
        outcome=verdict.outcome,
        needs_person=True,
        stands_from=revised.stands_from,
        due=before.due if verdict.outcome is Outcome.CORRECTION else None,
        effective=revised.effective(files, head.number + 1),
        agreement=verdict.agreement,
        checklist=verdict.checklist,
        findings=(*(FiledFinding.of(one) for one in verdict.findings), *kept),
        packages=submission.packages,
        containers=listings(submission),
        files=files,
        content_key=revised.key,
        authenticity=submission.authenticity,
        answer=Answer(AnswerState.NONE, ReceiptKind.NONE, "reprocess"),
        rules_version=place.programme(before.programme).version,
        software_version=software_version(),
        processed_at=place.clock(),
        by=by,
        reason="reprocess",
        forwarded=inner.as_recorded(submission, place.settings.all_own_addresses()),
    )
    content[MESSAGE] = Content(path=submission.raw.path)
    content[RECORD] = Content(data=encode_record(record))
    content[FACTS] = Content(data=encode_submission(submission, files))
    # The letter with what it carries; the evidence of sending is gathered anew.
    content |= {
        path: Content(path=head.path(path))
        for path in head.state
        if path.startswith(RECEIPT_FOLDER) and path != EVIDENCE
    }
    with place.ledger.read() as tx:
        evidence = sending_evidence(tx, before.programme, before.object_id)
    if evidence is not None:
        content[EVIDENCE] = Content(data=evidence)
    version = archive.file(
        before.object_id,
        content,
        created=record.processed_at,
        message=f"{record.kind.value} {record.message.sha256}: {record.outcome.value}",
        user_name=by,
        user_address="",
        expects=head.number + 1,
    )
    held = inner.hold(place, record, version)
    with place.ledger.write() as tx:
        filing.record(tx, record, version.number, texts=texts_of(record, version))
        inner.enter(tx, place, record, held)
        events.note(tx, place.clock(), by, "reprocess", before.message.sha256)


def _redone(before: Record, verdict: Verdict, action: str, differences: tuple[str, ...]) -> Redone:
    return Redone(
        sha256=before.message.sha256,
        application_no=verdict.application_no or before.application_no,
        before=before.outcome.value,
        after=verdict.outcome.value,
        action=action,
        differences=differences,
    )
