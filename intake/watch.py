"""Mailboxes watched over one long-lived connection each: new mail is taken in as it comes.

Where the server tells of news (IDLE), that is within a second; elsewhere the mailbox is looked at
every `poll_seconds`, over the same connection, since providers throttle clients that come back
again and again. A watcher holds its mailbox's lease, so that nobody else connects meanwhile; what
it takes in is processed by others.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from contextlib import closing

from intake.alone import alone
from intake.receive import LEASE, Received, account_of, lease_name, receive_over
from intake.workplace import Workplace
from mail.backoff import wait_seconds
from mail.idle import sleep
from mail.imap import ImapMailbox
from model.errors import IntakeError, MailboxBusy, MailboxError
from storage.ledger import leases, receiving
from storage.ledger.receiving import Numbering

logger = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 600.0
AFTER_A_BREAK_SECONDS = 2.0

Stopped = Callable[[], bool]
OnReceived = Callable[[Received], None]


def watch(place: Workplace, mailbox: str, on_received: OnReceived, stopped: Stopped) -> None:
    """Take in what comes until `stopped`; `on_received` is told of every look that brought
    something, and of every trouble.

    No trouble ends the watch: it tries again, ever more slowly, and says each time what to do.
    Raises: SettingsError where no mailbox has that name.
    """
    account_of(place, mailbox)
    troubles = 0
    while not stopped():
        try:
            troubles = _one_connection(place, mailbox, on_received, stopped, troubles)
        except IntakeError as error:
            troubles += 1
            logger.error("Mailbox %s: %s", mailbox, error)  # noqa: TRY400 - the operator's, not ours
            on_received(Received(mailbox, trouble=error))
            sleep(_wait_seconds(error, troubles), stopped)


def _one_connection(
    place: Workplace, mailbox: str, on_received: OnReceived, stopped: Stopped, troubles: int
) -> int:
    """Watch over one connection while it lasts; gives how many troubles in a row there were.

    Raises: IntakeError, the trouble that ended it.
    """
    with alone(place, lease_name(mailbox), LEASE) as owner:
        if owner is None:
            sleep(place.settings.mailboxes[mailbox].poll_seconds, stopped)
            return troubles
        with closing(ImapMailbox(account_of(place, mailbox))) as connection:
            broken = False
            while not stopped():
                received = receive_over(place, connection, owner)
                if received.new or received.failed:
                    on_received(received)
                if received.trouble is not None:
                    raise received.trouble
                troubles = 0
                try:
                    _wait_for_news(place, connection, stopped)
                    broken = False
                except MailboxBusy as busy:
                    if broken:
                        raise
                    # Servers end silent connections now and then: no trouble, if it stays at one.
                    logger.info("Mailbox %s: %s", mailbox, busy.problem)
                    broken = True
                    sleep(AFTER_A_BREAK_SECONDS, stopped)
                with place.ledger.write() as tx:
                    if not leases.take(tx, lease_name(mailbox), owner, place.clock(), LEASE):
                        logger.warning("Mailbox %s: another process has taken it over", mailbox)
                        return troubles
    return troubles


def _wait_for_news(place: Workplace, connection: ImapMailbox, stopped: Stopped) -> None:
    """Until the server tells of news in the first folder, or it is time to look at all of them.

    Raises: MailboxError.
    """
    folder = connection.account.folders[0]
    state = connection.open(folder)
    at = Numbering(connection.account.name, connection.server, folder, state.uid_validity)
    with place.ledger.read() as tx:
        position = receiving.read_position(tx, at.mailbox, folder)
    reached = position.last_uid if position and position.uid_validity == at.uid_validity else 0
    # What came while other folders were looked at is there already, and no news any more.
    if not connection.new_uids(reached):
        connection.wait(place.settings.mailboxes[at.mailbox].poll_seconds, stopped)


def _wait_seconds(error: IntakeError, troubles: int) -> float:
    first = FIRST_WAIT_SECONDS
    if isinstance(error, MailboxError) and not isinstance(error, MailboxBusy):
        # Somebody has to change something first; to log in wrongly again and again locks accounts.
        first = LONGEST_WAIT_SECONDS
    asked = error.retry_after_seconds if isinstance(error, MailboxBusy) else None
    wait = wait_seconds(troubles, first, LONGEST_WAIT_SECONDS, random.random)
    return max(wait, asked or 0.0)
