"""What earlier mails of an application change in the verdict on a new one."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from model.finding import Finding
from model.programme import Programme
from model.submission import Submission
from model.verdict import Outcome, Verdict
from storage.ledger import filing
from storage.ledger.filing import History

REPEATABLE = (Outcome.COMPLETE, Outcome.CORRECTION, Outcome.LATE_PENDING, Outcome.LATE_REFUSED)
"""Outcomes that a second mail with the same content only repeats. What was returned is looked
at anew each time: it is not registered, so there is nothing to be a duplicate of."""


def in_the_light_of(
    past: History,
    verdict: Verdict,
    submission: Submission,
    key: str,
    programme: Programme,
    tx: Connection,
) -> tuple[Verdict, bool]:
    """What earlier mails change: a duplicate, a later revision, another sender, the same letter."""
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
    if verdict.application_no is None or not past.newest_version:
        return verdict, False
    added: list[Finding] = []
    if past.content_key == key and _only_repeats(past, verdict):
        earlier = f"（{past.receipt_no}）" if past.receipt_no else ""
        verdict = replace(verdict, outcome=Outcome.DUPLICATE)
        added.append(Finding("revision.duplicate", params={"earlier": earlier}))
    elif past.received_at is not None and submission.raw.received_at < past.received_at:
        added.append(Finding("revision.out_of_order"))
    elif verdict.outcome is not Outcome.IGNORED:
        params = {"revision": str(past.revisions + 1)}
        added.append(Finding("revision.superseding", params=params))
    if past.sender and sender.lower() != past.sender.lower():
        params = {"sender": sender, "earlier": past.sender}
        added.append(Finding("revision.other_sender", params=params))
    return replace(verdict, findings=(*verdict.findings, *added)), False


def _only_repeats(past: History, verdict: Verdict) -> bool:
    """Whether the same files came to the same; being late the second time changes nothing. What
    was returned before, and is not now, is not registered yet and so no duplicate."""
    return past.outcome in REPEATABLE and (
        verdict.outcome == past.outcome
        or verdict.outcome in (Outcome.LATE_PENDING, Outcome.LATE_REFUSED)
    )
