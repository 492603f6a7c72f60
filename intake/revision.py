"""A mail judged as what it is to its application: alone, merged into what came before, late or a
correction in time, a duplicate; and what is in force after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from checks import judge
from checks.ruling import softened
from checks.window import ARRIVED_LATE
from intake.beside import told_beside
from intake.contents import content_key
from intake.effective import InForce, changes, in_force, merge, put_in_force
from intake.history import in_the_light_of, is_copy, stands_from
from intake.recall import own_files
from intake.workplace import Workplace
from model.finding import Finding
from model.programme import Programme
from model.record import FiledFile
from model.revision import Change, EffectiveFile
from model.standing import Standing
from model.submission import Submission, SubmittedFile
from model.verdict import REGISTERED, UNCOUNTED, ItemState, Outcome, ReceiptKind, Verdict
from model.workdays import due_on
from storage.ledger.history import History

MERGEABLE = (Outcome.CORRECTION, Outcome.LATE_PENDING, Outcome.LATE_REFUSED)
"""Outcomes, of a mail alone, with which it may be only a part of what the application needs."""
LACKING = (ItemState.MISSING, ItemState.TOO_FEW, ItemState.WRONG_FORMAT, ItemState.UNREADABLE)


FURTHER = frozenset(
    {
        "revision.superseding", "revision.duplicate", "revision.not_in_force",
        "revision.out_of_order", "revision.merged",
    }
)  # fmt: skip
"""Findings that say that earlier mail of the application is registered."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a mail is to its application.

    number: counts the application's mails, from 1. submission: with the files of earlier mails
    that stay in force beside its own. copy: the very same letter came before. stands_from: what
    it is ordered by among its equals. key: digest over the mail's own files. before: what was in
    force, None where nothing was.
    """

    number: int
    submission: Submission
    verdict: Verdict
    copy: bool
    stands_from: datetime
    key: str
    past: History
    before: InForce | None
    programme: Programme

    @property
    def first_received_at(self) -> datetime:
        """The first arrival, kept where a correction came within its due date."""
        received = self.submission.raw.received_at
        known = self.past.in_force
        if known is None or known.outcome not in REGISTERED:
            return received
        first = known.first_received_at or known.received_at
        in_time = not any(one.code in ARRIVED_LATE for one in self.verdict.findings)
        return first if known.outcome == Outcome.CORRECTION and in_time else received

    @property
    def told_number(self) -> int:
        """The number that its letter tells: 1 where nothing but mail that was sent back came
        before, which may have been somebody else's."""
        return self.number if any(one.code in FURTHER for one in self.verdict.findings) else 1

    @property
    def earlier_receipt_no(self) -> str:
        known = self.past.in_force or self.past.last
        return known.receipt_no if known else ""

    def effective(self, filed: tuple[FiledFile, ...], version: int) -> tuple[EffectiveFile, ...]:
        """The files that are in force where it is. filed: its own, as they go into `version`."""
        if self.verdict.outcome in UNCOUNTED or self.verdict.application_no is None:
            return ()
        return put_in_force(
            self.before, self.submission.files, filed, self.verdict, self.programme, version
        )

    def due(self, kind: ReceiptKind, made_at: datetime) -> date | None:
        """The last day for the correction that its letter asks for, None where it asks for none."""
        if kind is not ReceiptKind.CORRECTION:
            return None
        made = made_at.astimezone(self.programme.zone).date()
        return due_on(made, self.programme.resubmission)


def revise(
    place: Workplace,
    tx: Connection,
    programme: Programme,
    object_id: str,
    submission: Submission,
    alone: Verdict,
    past: History,
    standing: Standing,
    *,
    number: int | None = None,
) -> Revision:
    """Judge a mail in its application's light. The application's lock is held.

    alone: the verdict on the mail by itself, under the same register and ruling. past: of the
    mails before it. number: of its revision, by default the next one.
    """
    before = None
    if builds_upon(past, alone):
        assert past.in_force is not None
        before = in_force(place.archive(programme.id), object_id, past.in_force.version)
    copied = is_copy(tx, programme, submission, content_key(submission))
    revised = in_its_place(
        programme, submission, alone, past, before, standing,
        copied=copied, number=number,
    )  # fmt: skip
    verdict = revised.verdict
    found = told_beside(tx, programme, object_id, submission, verdict, standing)
    findings = (*verdict.findings, *softened(found, standing.ruling))
    return replace(revised, verdict=replace(verdict, findings=findings))


def in_its_place(
    programme: Programme,
    submission: Submission,
    alone: Verdict,
    past: History,
    before: InForce | None,
    standing: Standing,
    *,
    copied: bool,
    number: int | None = None,
) -> Revision:
    """The same where all of it is known. before: what is in force, as `builds_upon` asks for it.
    copied: the very same letter came before."""
    key = content_key(submission)
    number = number or past.revisions + 1
    kept: tuple[SubmittedFile, ...] = ()
    due = past.in_force.due if past.in_force and past.in_force.outcome == "correction" else None
    if due:
        standing = replace(standing, due=due)
        alone = judge(submission, programme, standing)
    if before is not None and _is_a_part(submission, alone, programme, standing):
        kept = merge(before, submission.files, alone, programme)
    verdict = alone
    if kept:
        submission = replace(submission, files=(*submission.files, *kept))
        # The earlier mails' forms are no evidence of who sends this one.
        verdict = replace(
            judge(submission, programme, replace(standing, merged=True)),
            application_no=alone.application_no,
            full_name=alone.full_name,
            expected_subject=alone.expected_subject,
        )
    ruling = standing.ruling
    verdict, copy = in_the_light_of(
        past,
        verdict,
        submission,
        key,
        number,
        copied=copied,
        merged=bool(kept),
        decided=ruling is not None and (ruling.accept or ruling.send_back),
    )
    if kept and verdict.outcome is not Outcome.DUPLICATE:
        assert before is not None
        own = own_files(submission)
        told = _merged(before, own, kept, verdict, programme)
        verdict = replace(verdict, findings=(*verdict.findings, told))
    verdict = replace(verdict, findings=tuple(softened(verdict.findings, standing.ruling)))
    stands = stands_from(past, submission, merged=bool(kept))
    return Revision(number, submission, verdict, copy, stands, key, past, before, programme)


def builds_upon(past: History, alone: Verdict) -> bool:
    """Whether the mail can be tied to its application, and something of that is in force."""
    if alone.application_no is None or past.in_force is None:
        return False
    return past.in_force.outcome in (*REGISTERED, Outcome.LATE_PENDING)


def _is_a_part(
    submission: Submission, alone: Verdict, programme: Programme, standing: Standing
) -> bool:
    """Whether the mail is merged into what came before: it lacks something by itself, whatever a
    clerk has made of it. A mail that brings everything replaces the whole set."""
    if programme.resubmission.policy != "merge":
        return False
    ruling = standing.ruling
    if ruling is not None and (ruling.accept or ruling.send_back):
        without = replace(ruling, accept=False, send_back=False)
        alone = judge(submission, programme, replace(standing, ruling=without))
    return alone.outcome in MERGEABLE and any(one.state in LACKING for one in alone.checklist)


def _merged(
    before: InForce, own: tuple[SubmittedFile, ...], kept: tuple[SubmittedFile, ...],
    verdict: Verdict, programme: Programme,
) -> Finding:  # fmt: skip
    made = changes(before, own, verdict, programme)
    counts = {change: sum(one is change for one, _ in made.values()) for change in Change}
    params = {
        "added": str(counts[Change.ADDED]),
        "replaced": str(counts[Change.REPLACED]),
        "unchanged": str(counts[Change.UNCHANGED] + len(kept)),
    }
    return Finding("revision.merged", params=params)
