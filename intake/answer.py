"""Step 7: the outbox. owed → sending → sent | failed | unknown.

`sending` is committed before the first byte goes out. Where the connection breaks after the
server may have taken a letter, it is looked for in the sent folder before anything is sent
again; without a sent folder to look in, a person decides.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from intake.alone import alone
from intake.answering import smtp_settings
from intake.hints import note_whose
from intake.ownership import is_dead
from intake.receive import account_of
from intake.reminders.cause import last_look
from intake.reminders.letters import letters_archive
from intake.workplace import Workplace
from mail.imap import ImapMailbox
from mail.smtp import SmtpSender
from model.errors import ArchiveError, MailboxError, SendError
from model.verdict import ReceiptKind
from storage.ledger import leases, outbox, reminders

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=2)
ATTEMPTS = 60
"""After so many refusals that were said to pass (some five days), a person sees to the letter."""
DOUBLINGS = 10
"""Of the first wait, before the longest one is reached in any case."""
REFUSALS_IN_A_ROW = 3
"""One refusal may be about one recipient; so many in a row are about us, and the run ends."""


@dataclass(slots=True)
class Sent:
    """What a run of the outbox did. verified: of unknown fate, found in the sent folder;
    again: of unknown fate, not found there, so owed again; waiting: unknown at the end."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    unknown: int = 0
    verified: int = 0
    again: int = 0
    waiting: int = 0
    busy: bool = False


Progress = Callable[[Sent], None]


def answer(place: Workplace, progress: Progress | None = None) -> Sent:
    """Send everything that is owed and due; settle what is unknown first.

    Raises: SettingsError without [smtp].
    """
    smtp = smtp_settings(place.settings)
    done = Sent()
    with alone(place, f"smtp:{smtp.sender}", LEASE) as owner:
        if owner is None:
            done.busy = True
            return done
        _take_over(place)
        try:
            _settle_unknown(place, done)
        except MailboxError as error:
            # The letters that nobody has tried yet do not wait for a look into the sent folder.
            logger.warning("Letters of unknown fate wait: %s", error)
        with place.ledger.read() as tx:
            reminded = reminders.are_owed(tx)
        if reminded:  # none goes while mail that may answer it lies unread
            note_whose(place)
        # Connects with the first letter: a look into an empty outbox costs no login.
        with closing(SmtpSender(smtp.account())) as sender:
            refused = 0
            while refused < REFUSALS_IN_A_ROW and (row := _next(place, owner)) is not None:
                postponed = done.postponed
                if not _send(place, sender, row, owner, done):
                    break
                refused = refused + 1 if done.postponed > postponed else 0
                if progress:
                    progress(done)
    with place.ledger.read() as tx:
        done.waiting = outbox.states(tx).get("unknown", 0)
    return done


def _take_over(place: Workplace) -> None:
    """What a dead sender had in hand is of unknown fate now."""
    with place.ledger.write() as tx:
        now = place.clock()
        for owner in outbox.owners(tx):
            if is_dead(owner):
                outbox.free(tx, owner, now)
        outbox.abandon(tx, now)


def _next(place: Workplace, owner: str) -> Row[Any] | None:
    with place.ledger.write() as tx:
        now = place.clock()
        smtp = smtp_settings(place.settings)
        if not leases.take(tx, f"smtp:{smtp.sender}", owner, now, LEASE):
            return None  # this process slept so long that another one sends now
        return outbox.claim_next(tx, owner, now, LEASE, lambda row: last_look(place, tx, row))


def _send(place: Workplace, sender: SmtpSender, row: Row[Any], owner: str, done: Sent) -> bool:
    """One letter. False where the run had better end."""
    number = row.receipt_no
    try:
        taken = sender.send(row.recipient, letter_of(place, row), copy_to=row.copy_to)
    except (ArchiveError, ValueError) as error:
        # Nothing went out. ValueError: SMTP cannot carry what we composed; a person has to see it,
        # and the letters behind it go out all the same.
        logger.exception("Receipt %s cannot be sent", number)
        with place.ledger.write() as tx:
            outbox.mark_failed(tx, number, owner, str(error))
        done.failed += 1
        return True
    except SendError as error:
        return _not_sent(place, row, owner, error, done)
    evidence = f"SMTP: {taken.answer}"
    with place.ledger.write() as tx:
        if not outbox.mark_sent(
            tx, number, owner, place.clock(), evidence, without_copy=taken.no_copy
        ):
            # It took so long that another process has given us up; what it does not know, we do.
            logger.warning("Receipt %s was taken after its lease had run out", number)
            outbox.resolve_unknown(tx, number, place.clock(), found=True, evidence=evidence)
    done.sent += 1
    return True


def _not_sent(place: Workplace, row: Row[Any], owner: str, error: SendError, done: Sent) -> bool:
    logger.warning("Receipt %s was not sent: %s", row.receipt_no, error)
    with place.ledger.write() as tx:
        if not error.certain:
            # Whatever breaks there would make the next letters unknown as well.
            outbox.mark_unknown(tx, row.receipt_no, owner, str(error))
            done.unknown += 1
            return False
        if error.lasting or row.attempts + 1 >= ATTEMPTS:
            outbox.mark_failed(tx, row.receipt_no, owner, str(error))
            done.failed += 1
            return True
        wait = min(FIRST_WAIT * 2 ** min(row.attempts, DOUBLINGS), LONGEST_WAIT)
        outbox.mark_again(tx, row.receipt_no, owner, place.clock() + wait, str(error))
        done.postponed += 1
    return True


def letter_of(place: Workplace, row: Row[Any]) -> bytes:
    """The letter's bytes as filed.

    Raises: ArchiveError where they are not what was composed.
    """
    unasked = row.kind == ReceiptKind.NOT_SENT_REMINDER
    archive = letters_archive(place, row.programme) if unasked else place.archive(row.programme)
    for version in archive.versions(row.object_id):
        if version.number == row.version and row.filed_as in version.state:
            try:
                data = version.path(row.filed_as).read_bytes()
            except OSError as error:
                logger.warning("The letter %s cannot be read: %s", row.receipt_no, error)
                break
            if hashlib.sha256(data).hexdigest() == row.letter_sha256:
                return data
    raise ArchiveError(
        f"The letter {row.receipt_no} in {row.programme}/{row.object_id} v{row.version} "
        "is not the one that was composed.",
        "Run `intake verify`; restore the object from a backup, then `intake receipts retry`.",
    )


def _settle_unknown(place: Workplace, done: Sent) -> None:
    """Look for letters of unknown fate where the server keeps what it took."""
    smtp = smtp_settings(place.settings)
    wait = timedelta(seconds=smtp.verify_after_seconds)
    with place.ledger.read() as tx:
        rows = outbox.unknown(tx, place.clock() - wait)
    if not rows:
        return
    account = account_of(place, smtp.verify_in) if smtp.verify_in else None
    if account is None or not account.sent_folder:
        return
    with ImapMailbox(account) as mailbox:
        for row in rows:
            found = mailbox.find_message_id(account.sent_folder, row.message_id)
            if not found and (found is None or row.tried_at is None):
                # Too many messages to have looked at all, or a letter of which a rebuilt ledger
                # knows no attempt: to be absent proves nothing, so a person decides.
                continue
            place_name = f"{account.name}/{account.sent_folder}"
            said = f"{'found' if found else 'not found'} in {place_name}"
            with place.ledger.write() as tx:
                outbox.resolve_unknown(
                    tx, row.receipt_no, place.clock(), found=found, evidence=said
                )
            if found:
                done.verified += 1
            else:
                done.again += 1
