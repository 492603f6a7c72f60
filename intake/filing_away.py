"""Handled mail moved into folders of the mailbox, by its outcome, where the operator wants that.

It is the last step of a mail's way and nothing depends on it: the archive has the mail. A message
is moved only under the very numbers under which it was taken; what a person has moved or removed
meanwhile is left alone.
"""

from __future__ import annotations

import logging
from collections import defaultdict

from intake.workplace import Workplace
from mail.imap import ImapMailbox
from model.errors import MailboxBusy, MailboxError
from model.verdict import Outcome
from storage.ledger import moving
from storage.ledger.receiving import Numbering

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100


def file_away(place: Workplace, connection: ImapMailbox) -> int:
    """Move what has been handled; gives the number of messages moved.

    A folder that cannot be made or opened is told in the log, and tried again next time.
    Raises: MailboxBusy where the connection breaks; what was moved until then is recorded.
    """
    mailbox = connection.account.name
    wanted = place.settings.mailboxes[mailbox].filing
    if not wanted:
        return 0
    done = 0
    for folder in connection.account.folders:
        try:
            done += _from_folder(place, connection, mailbox, folder, wanted)
        except MailboxBusy:
            raise
        except MailboxError as error:
            logger.warning("Handled mail stays in %s/%s: %s", mailbox, folder, error)
    return done


def _from_folder(
    place: Workplace,
    connection: ImapMailbox,
    mailbox: str,
    folder: str,
    wanted: dict[Outcome, str],
) -> int:
    with place.ledger.read() as tx:
        if not moving.handled(tx, mailbox, connection.server, folder, wanted, most=1):
            return 0
    state = connection.open_for_filing(folder)
    at = Numbering(mailbox, connection.server, folder, state.uid_validity)
    done = 0
    while True:
        with place.ledger.read() as tx:
            rows = moving.handled(
                tx, mailbox, connection.server, folder, wanted, most=MOST_AT_ONCE,
                uid_validity=state.uid_validity,
            )  # fmt: skip
        if not rows:
            return done
        groups: dict[tuple[str, bool], list[int]] = defaultdict(list)
        for row in rows:
            groups[row.target, row.begun].append(row.uid)
        for (target, begun), uids in groups.items():
            connection.ensure_folder(target)
            with place.ledger.write() as tx:
                moving.begin(tx, at, uids)
            moved = connection.move(uids, target, retried=begun)
            connection.open_for_filing(folder)
            rest = [uid for uid in uids if uid not in moved]
            left = {one.uid for one in connection.describe(rest)}
            with place.ledger.write() as tx:
                moving.end(tx, at, sorted(moved), target)
                # Gone from the folder by another's hand: there is nothing left to move.
                moving.end(tx, at, [uid for uid in rest if uid not in left], moving.BY_OTHERS)
            done += len(moved)
            if left:
                logger.warning("%s/%s: %d stay, moved next time", mailbox, folder, len(left))
                return done
