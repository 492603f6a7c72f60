"""A mail judged as what it is to its application: alone, merged into what came before, late or a
correction in time, a duplicate; and what is in force after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from checks import judge
from checks.window import ARRIVED_LATE
from intake.contents import content_key
from intake.effective import InForce, changes, in_force, merge, put_in_force
from intake.history import IN_FORCE, in_the_light_of, takes_effect
from intake.recall import own_files
from intake.workplace import Workplace
from model.finding import Finding
from model.programme import Programme
from model.record import FiledFile
from model.revision import Change, EffectiveFile
from model.standing import Standing
from model.submission import Submission, SubmittedFile
from model.verdict import Outcome, ReceiptKind, Verdict
from model.workdays import due_on
from storage.ledger.history import History

MERGEABLE = (Outcome.CORRECTION, Outcome.LATE_PENDING, Outcome.LATE_REFUSED)
"""Outcomes, of a mail alone, with which it may be only a part of what the application needs."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a mail is to its application.

    number: counts the application's mails, from 1. submission: with the files of earlier mails
    that stay in force beside its own. copy: the very same letter came before. counts: it is in
    force from here on. key: digest over the mail's own files. before: what was in force, None
    where nothing was.
    """

    number: int
    submission: Submission
    verdict: Verdict
    copy: bool
    counts: bool
    key: str
    past: History
    before: InForce | None
    programme: Programme

    @property
    def first_received_at(self) -> datetime:
        """The first arrival, kept where a correction came within its due date."""
        received = self.submission.raw.received_at
        known = self.past.in_force
        if known is None or known.outcome not in IN_FORCE:
            return received
        first = known.first_received_at or known.received_at
        in_time = not any(one.code in ARRIVED_LATE for one in self.verdict.findings)
        return first if known.outcome == Outcome.CORRECTION and in_time else received

    @property
    def earlier_receipt_no(self) -> str:
        known = self.past.in_force or self.past.last
        return known.receipt_no if known else ""

    def effective(self, filed: tuple[FiledFile, ...], version: int) -> tuple[EffectiveFile, ...]:
        """The files in force after it, none where it does not count. filed: its own, as they go
        into `version`."""
        if not self.counts or self.verdict.application_no is None:
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
    number: int | None = None,
) -> Revision:
    """Judge a mail in its application's light. The application's lock is held.

    alone: the verdict on the mail by itself, under the same register and ruling. number: of its
    revision, by default the next one.
    """
    key = content_key(submission)
    number = number or past.revisions + 1
    before = _before(place, programme, object_id, past, alone)
    kept: tuple[SubmittedFile, ...] = ()
    if before is not None and _is_a_part(alone, programme):
        kept = merge(before, submission.files, alone, programme)
    due = past.in_force.due if past.in_force and past.in_force.outcome == "correction" else None
    verdict = alone
    if kept or due:
        submission = replace(submission, files=(*submission.files, *kept))
        standing = replace(standing, due=due, merged=bool(kept))
        verdict = judge(submission, programme, standing)
        # The earlier mails' forms are no evidence of who sends this one.
        verdict = replace(
            verdict,
            application_no=alone.application_no,
            full_name=alone.full_name,
            expected_subject=alone.expected_subject,
        )
    verdict, copy = in_the_light_of(past, verdict, submission, key, programme, number, tx)
    if kept and verdict.outcome is not Outcome.DUPLICATE:
        assert before is not None
        own = own_files(submission)
        told = _merged(before, own, kept, verdict, programme)
        verdict = replace(verdict, findings=(*verdict.findings, told))
    counts = takes_effect(past, verdict, submission)
    return Revision(number, submission, verdict, copy, counts, key, past, before, programme)


def _before(
    place: Workplace, programme: Programme, object_id: str, past: History, alone: Verdict
) -> InForce | None:
    """What is in force, where the mail can be tied to its application and something is."""
    if alone.application_no is None or past.in_force is None:
        return None
    if past.in_force.outcome not in (*IN_FORCE, Outcome.LATE_PENDING):
        return None
    return in_force(place.archive(programme.id), object_id, past.in_force.version)


def _is_a_part(alone: Verdict, programme: Programme) -> bool:
    """Whether the mail is merged into what came before: it lacks something by itself."""
    return programme.resubmission.policy == "merge" and alone.outcome in MERGEABLE


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
