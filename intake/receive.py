"""Step 1: what is new in a mailbox comes into the spool, and only then is it ours.

A broken connection is made anew with growing waits; a folder that cannot be opened does not keep
the others waiting. What went wrong stands in the result: whoever polls goes on to process and
answer, and tells it afterwards.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from intake.alone import alone
from intake.filing_away import file_away
from intake.folder import take_folder
from intake.taking import Counts
from intake.workplace import Workplace
from mail.backoff import retrying
from mail.imap import Folder, ImapMailbox
from model.account import ImapAccount
from model.errors import IntakeError, MailboxBusy, MailboxError, SettingsError
from storage.ledger import leases

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=30)
RENEWED_AFTER_SECONDS = 30.0
ATTEMPTS = 3
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Received:
    """What one poll of a mailbox brought. new: messages that are ours now; known: messages whose
    bytes were ours already; vanished: gone before they could be taken; failed: to be tried again;
    bytes: downloaded. busy: another process was polling, so this one did nothing.
    trouble: what kept some of it from being received, None where nothing did."""

    mailbox: str
    new: int = 0
    known: int = 0
    vanished: int = 0
    failed: int = 0
    bytes: int = 0
    busy: bool = False
    trouble: IntakeError | None = None


Progress = Callable[[Received, int], None]
"""Called after each message with the counts so far and how many are still to come."""


def receive(place: Workplace, mailbox: str, progress: Progress | None = None) -> Received:
    """Take in what is new in all folders of one mailbox; see `trouble` for what went wrong.

    Raises: SettingsError where no mailbox has that name; MachineError, LedgerError.
    """
    account = account_of(place, mailbox)
    with alone(place, lease_name(mailbox), LEASE) as owner:
        if owner is None:
            return Received(mailbox, busy=True)
        with closing(ImapMailbox(account)) as connection:
            return receive_over(place, connection, owner, progress)


def receive_over(
    place: Workplace, connection: ImapMailbox, owner: str, progress: Progress | None = None
) -> Received:
    """The same over a connection that the caller keeps, who holds the mailbox's lease as `owner`;
    the lease is renewed meanwhile. What has been handled by then is filed away.

    Raises: MachineError, LedgerError.
    """
    account = connection.account
    counts = Counts()

    renewed = time.monotonic()

    def on_message(left: int) -> None:
        nonlocal renewed
        if time.monotonic() - renewed > RENEWED_AFTER_SECONDS:
            renewed = time.monotonic()
            with place.ledger.write() as tx:
                leases.take(tx, lease_name(account.name), owner, place.clock(), LEASE)
        if progress:
            progress(_received(account.name, counts, None), left)

    done: set[str] = set()
    try:
        trouble = retrying(
            lambda: _folders(place, connection, done, counts, on_message),
            attempts=ATTEMPTS,
            first_wait_seconds=FIRST_WAIT_SECONDS,
            longest_wait_seconds=LONGEST_WAIT_SECONDS,
            sleep=time.sleep,
            random=random.random,
        )
        file_away(place, connection)
    except MailboxError as error:
        trouble = error
    return _received(account.name, counts, trouble)


def receive_all(
    place: Workplace, mailboxes: list[str], progress: Progress | None = None
) -> list[Received]:
    """Take in what is new in several mailboxes; none keeps the others waiting."""
    return [receive(place, name, progress) for name in mailboxes]


def raise_trouble(received: list[Received]) -> None:
    """Once everything else is done: tell what went wrong, all of it.

    Raises: MailboxError.
    """
    troubles = [one.trouble for one in received if one.trouble is not None]
    if troubles:
        raise MailboxError(
            "\n".join(one.problem for one in troubles),
            "\n".join(dict.fromkeys(one.advice for one in troubles if one.advice)),
        )


def account_of(place: Workplace, mailbox: str) -> ImapAccount:
    """Raises: SettingsError where no mailbox has that name."""
    known = place.settings.mailboxes
    if mailbox not in known:
        names = ", ".join(sorted(known)) or "none is configured"
        raise SettingsError(
            f"There is no mailbox {mailbox!r} in the settings ({names}).",
            "Add [mailboxes.NAME] with host, username and password_file to intake.toml.",
        )
    return known[mailbox].account(mailbox)


def _folders(
    place: Workplace,
    connection: ImapMailbox,
    done: set[str],
    counts: Counts,
    on_message: Callable[[int], None],
) -> MailboxError | None:
    """The folders still to be done, over one connection.

    Raises: MailboxBusy where the connection breaks.
    """
    trouble = None
    connection.connect()
    for folder in folders_of(place, connection):
        if folder.name in done:
            continue
        try:
            take_folder(place, connection, connection.account.name, folder, counts, on_message)
        except MailboxBusy:
            raise
        except MailboxError as error:
            logger.warning("%s/%s: %s", connection.account.name, folder.name, error)
            trouble = trouble or error
        done.add(folder.name)
    return trouble


def folders_of(place: Workplace, connection: ImapMailbox) -> list[Folder]:
    """The folders to be polled, in the order of the settings; behind them those in which the
    provider puts what it takes for junk, since submissions are found there too.

    Raises: MailboxError, MailboxBusy.
    """
    account = connection.account
    there = {folder.name: folder for folder in connection.folders()}
    wanted = [there.get(name, Folder(name, junk=False, sent=False)) for name in account.folders]
    if place.settings.mailboxes[account.name].junk:
        wanted += [one for one in there.values() if one.junk and one.name not in account.folders]
    return wanted


def _received(mailbox: str, counts: Counts, trouble: IntakeError | None) -> Received:
    return Received(
        mailbox,
        counts.new,
        counts.known,
        counts.vanished,
        counts.failed,
        counts.bytes,
        trouble=trouble,
    )


def lease_name(mailbox: str) -> str:
    """Under which one process at a time polls a mailbox."""
    return f"mailbox:{mailbox}"
