"""The mails that lay inside another one become mails of ours, each with its own turn.

Their bytes are taken from the filed outer mail, and they are entered in the same transaction that
records it: before, none of them is ours, and afterwards all are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection

from intake.taking import drop_known
from intake.workplace import Workplace
from model.finding import Finding
from model.forwarded import Forwarded, InnerMail
from model.message import RawMessage
from model.record import Record
from model.submission import Submission
from receipts.policy import reason_not_to_answer, recipient
from storage.archive import FiledVersion
from storage.ledger import receiving, work


def as_recorded(submission: Submission, own_addresses: Collection[str]) -> tuple[InnerMail, ...]:
    """The inner mails with how they came: everything that entering them needs."""
    raw, message = submission.raw, submission.message
    came = Forwarded(
        outer_sha256=raw.sha256,
        by=recipient(message),
        by_name=message.sender[0].name if message.sender else "",
        message_id=message.message_id,
        subject=message.subject,
        alone=len(submission.forwarded) == 1,
        depth=raw.forwarded.depth + 1 if raw.forwarded else 1,
        unanswerable=reason_not_to_answer(message, own_addresses),
    )
    if raw.forwarded is not None:
        # Whoever sent us the outermost mail is the one to be answered, and the only one we know.
        came = replace(
            came,
            by=raw.forwarded.by,
            by_name=raw.forwarded.by_name,
            message_id=raw.forwarded.message_id,
            unanswerable=raw.forwarded.unanswerable,
        )
    return tuple(
        replace(one, stored=None, came=replace(came, quoted=one.quoted))
        for one in submission.forwarded
    )


def received_before(tx: Connection, submission: Submission) -> tuple[Finding, ...]:
    """What is told of inner mails that were ours already, not by way of this very mail."""
    known = []
    for one in submission.forwarded:
        row = work.find(tx, one.sha256)
        if row is not None:
            outer = (row.forwarded or {}).get("outer_sha256")
            known += [one] if outer != submission.raw.sha256 else []
    if not known:
        return ()
    subjects = "；".join(one.subject or one.name for one in known)
    return (Finding("forward.known", params={"count": str(len(known)), "subjects": subjects}),)


def hold(place: Workplace, record: Record, version: FiledVersion) -> list[RawMessage]:
    """Have the inner mails' bytes in the spool, ready to be entered; those that are ours already
    are left out."""
    held = []
    for one in record.forwarded:
        with place.ledger.read() as tx:
            row = work.find(tx, one.sha256)
        if row is None:
            filed_as = next(file.filed_as for file in record.files if file.sha256 == one.sha256)
            spooled = place.spool.receive_file(version.path(filed_as))
            held.append(
                RawMessage(
                    sha256=spooled.sha256,
                    size=spooled.size,
                    path=spooled.path,
                    received_at=record.message.received_at,
                    received_source="forwarded",
                    mailbox=record.message.mailbox,
                    folder=record.message.folder,
                    server=record.message.server,
                    junk=record.message.junk,
                    forwarded=one.came,
                )
            )
    return held


def enter(tx: Connection, place: Workplace, record: Record, held: list[RawMessage]) -> None:
    """The mails are ours from here on, of the same programme as the mail around them; where that
    one's was chosen among several, each of them is told apart by itself."""
    chosen = any(one.code.startswith("programme.") for one in record.findings)
    programme = "" if chosen else record.programme
    for raw in held:
        if not receiving.add_message(tx, raw, programme, place.clock()):
            # It came by another way since `hold`, and may have been processed by now.
            drop_known(place, raw.sha256)
