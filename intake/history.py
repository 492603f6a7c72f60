"""What earlier mails of an application change in the verdict on a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from model.finding import Finding
from model.programme import Programme
from model.submission import Submission
from model.verdict import Outcome, Verdict, weight
from storage.ledger import filing
from storage.ledger.history import History, Mail

REPEATABLE = (Outcome.COMPLETE, Outcome.CORRECTION, Outcome.LATE_PENDING, Outcome.LATE_REFUSED)
"""Outcomes that a second mail with the same content only repeats. What was returned is looked
at anew each time: it is not registered, so there is nothing to be a duplicate of."""


def in_the_light_of(
    past: History,
    verdict: Verdict,
    submission: Submission,
    key: str,
    number: int,
    *,
    copied: bool,
    merged: bool = False,
    decided: bool = False,
) -> tuple[Verdict, bool]:
    """What earlier mails change: a duplicate, a later revision, another sender, the same letter.

    number: of the revision that the mail is. copied: the very same letter came before. merged: it
    was judged with what is in force. decided: a clerk has said what it comes to.
    """
    if verdict.outcome is Outcome.IGNORED:
        return verdict, False  # registered by none, so there is nothing that it could repeat
    sender = _sender(submission)
    if copied and not decided:
        return replace(verdict, outcome=Outcome.DUPLICATE), True
    if verdict.application_no is None or past.last is None:
        return verdict, False
    repeated = None if decided else _repeated(past, verdict, key)
    if repeated is not None:
        earlier = f"（{repeated.receipt_no}）" if repeated.receipt_no else ""
        verdict = replace(verdict, outcome=Outcome.DUPLICATE)
        added = [Finding("revision.duplicate", params={"earlier": earlier})]
    else:
        added = list(_told_of_revision(past, past.last, verdict, submission, number, merged))
        if past.last.decided and past.last.content_key == key:
            added.append(Finding("revision.returned_before"))
    known = past.in_force or past.last
    # What was sent back was nobody's: it says nothing of who writes for the unit.
    if (
        known.outcome != Outcome.RETURNED
        and known.sender
        and sender.lower() != known.sender.lower()
    ):
        params = {"sender": sender, "earlier": known.sender}
        added.append(Finding("revision.other_sender", params=params))
    return replace(verdict, findings=(*verdict.findings, *added)), False


def is_copy(tx: Connection, programme: Programme, submission: Submission, key: str) -> bool:
    """Whether the very same letter came before. Whoever forwards one is somebody else than its
    sender, and has no answer yet."""
    if submission.raw.forwarded is not None:
        return False
    message_id, sha256 = submission.message.message_id, submission.raw.sha256
    letter = filing.same_letter(tx, programme.id, message_id, key, _sender(submission), sha256)
    return letter is not None


def stands_from(past: History, submission: Submission, *, merged: bool) -> datetime:
    """What the mail is ordered by among its equals: its arrival; a mail that was merged into what
    was in force never stands before that."""
    received = submission.raw.received_at
    if not merged or past.in_force is None:
        return received
    return max(received, past.in_force.stands_from or past.in_force.received_at)


def _told_of_revision(
    past: History,
    last: Mail,
    verdict: Verdict,
    submission: Submission,
    number: int,
    merged: bool,
) -> Iterator[Finding]:
    """What is to be said of a mail that is neither the first nor a duplicate."""
    before = past.in_force
    newest = max(one.received_at for one in (before, last) if one)
    if submission.raw.received_at < newest:
        yield Finding("revision.out_of_order")
        if not merged:
            return
    if before is None:
        return
    params = {"revision": str(number)}
    if before.outcome == Outcome.RETURNED or verdict.outcome is Outcome.RETURNED:
        return  # what was sent back is nothing that could be superseded, and supersedes nothing
    if weight(verdict.outcome) >= weight(before.outcome):
        yield Finding("revision.superseding", params=params)
        if before.outcome == Outcome.COMPLETE and verdict.outcome != Outcome.COMPLETE:
            yield Finding("revision.less_complete", params=params)
    else:
        yield Finding("revision.not_in_force", params=params)


def _repeated(past: History, verdict: Verdict, key: str) -> Mail | None:
    """The earlier mail that this one only repeats: the same files came to the same. Being late
    the second time changes nothing. What was returned before, and is not now, is not registered
    yet and so no duplicate."""
    late = (Outcome.LATE_PENDING, Outcome.LATE_REFUSED)
    for mail in (past.in_force, past.last):
        if mail is None or mail.content_key != key or mail.outcome not in REPEATABLE:
            continue
        if mail.decided or verdict.outcome == mail.outcome or verdict.outcome in late:
            return mail
    return None


def _sender(submission: Submission) -> str:
    return submission.message.sender[0].address if submission.message.sender else ""
