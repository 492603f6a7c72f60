"""What earlier mails of an application change in the verdict on a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection

from model.finding import Finding
from model.programme import Programme
from model.submission import Submission
from model.verdict import Outcome, Verdict
from storage.ledger import filing
from storage.ledger.history import History, Mail

REPEATABLE = (Outcome.COMPLETE, Outcome.CORRECTION, Outcome.LATE_PENDING, Outcome.LATE_REFUSED)
"""Outcomes that a second mail with the same content only repeats. What was returned is looked
at anew each time: it is not registered, so there is nothing to be a duplicate of."""

IN_FORCE = (Outcome.COMPLETE, Outcome.CORRECTION)
"""Outcomes of a mail that takes the place of what was in force before."""


def in_the_light_of(
    past: History,
    verdict: Verdict,
    submission: Submission,
    key: str,
    programme: Programme,
    number: int,
    tx: Connection,
) -> tuple[Verdict, bool]:
    """What earlier mails change: a duplicate, a later revision, another sender, the same letter.

    number: of the revision that the mail is.
    """
    if verdict.outcome is Outcome.IGNORED:
        return verdict, False  # registered by none, so there is nothing that it could repeat
    message = submission.message
    sender = message.sender[0].address if message.sender else ""
    copy = filing.same_letter(
        tx, programme.id, message.message_id, key, sender, submission.raw.sha256
    )
    # Whoever forwards a letter is somebody else than its sender, and has no answer yet.
    if copy is not None and submission.raw.forwarded is None:
        return replace(verdict, outcome=Outcome.DUPLICATE), True
    if verdict.application_no is None or past.last is None:
        return verdict, False
    repeated = _repeated(past, verdict, key)
    if repeated is not None:
        earlier = f"（{repeated.receipt_no}）" if repeated.receipt_no else ""
        verdict = replace(verdict, outcome=Outcome.DUPLICATE)
        added = [Finding("revision.duplicate", params={"earlier": earlier})]
    else:
        added = list(_told_of_revision(past, past.last, verdict, submission, number))
        if past.last.decided and past.last.content_key == key:
            added.append(Finding("revision.returned_before"))
    known = past.in_force or past.last
    if known.sender and sender.lower() != known.sender.lower():
        params = {"sender": sender, "earlier": known.sender}
        added.append(Finding("revision.other_sender", params=params))
    return replace(verdict, findings=(*verdict.findings, *added)), False


def takes_effect(past: History, verdict: Verdict, submission: Submission) -> bool:
    """Whether the mail takes the place of what was in force; where nothing was, whatever came
    does, so that it is shown."""
    if verdict.outcome in (Outcome.DUPLICATE, Outcome.IGNORED, Outcome.FORWARDED, Outcome.TIED):
        return False
    before = past.in_force
    if before is None:
        return True
    if submission.raw.received_at < before.received_at and before.outcome in IN_FORCE:
        return False
    return verdict.outcome in IN_FORCE or before.outcome not in IN_FORCE


def _told_of_revision(
    past: History, last: Mail, verdict: Verdict, submission: Submission, number: int
) -> Iterator[Finding]:
    """What is to be said of a mail that is neither the first nor a duplicate."""
    before = past.in_force
    newest = max(one.received_at for one in (before, last) if one)
    if submission.raw.received_at < newest:
        yield Finding("revision.out_of_order")
        return
    params = {"revision": str(number)}
    if takes_effect(past, verdict, submission):
        yield Finding("revision.superseding", params=params)
        if before and before.outcome == Outcome.COMPLETE and verdict.outcome != Outcome.COMPLETE:
            yield Finding("revision.less_complete", params=params)
    elif before is not None:
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
