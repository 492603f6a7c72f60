"""Whose mail one may be, by its head alone, long before it is read."""

from __future__ import annotations

import logging
from collections.abc import Collection

from intake.workplace import Workplace
from model.errors import ProgrammeError, ReaderFailed
from parsers.subject import read_subject
from storage.ledger import work

logger = logging.getLogger(__name__)

NUMBER_CHARACTERS = 255
SENDER_CHARACTERS = 320


def whose(place: Workplace, programmes: Collection[str], sha256: str) -> tuple[str, str]:
    """Application number and sender's address of a spooled mail; "" each where it is not told.

    programmes: those that it may belong to, of which the first that reads a number is believed.
    """
    try:
        rules = [naming for one in programmes if (naming := place.programme(one).naming)]
        head = place.readers.read_head(place.spool.path(sha256))
    except (ReaderFailed, ProgrammeError) as failure:  # told when the mail itself has its turn
        logger.warning("Nothing is known of %s beforehand: %s", sha256, failure)
        return "", ""
    numbers = (read_subject(head.subject, naming).application_no for naming in rules)
    number = next((one for one in numbers if one), "")[:NUMBER_CHARACTERS]
    return number, head.sender.lower()[:SENDER_CHARACTERS]


def note_whose(place: Workplace) -> int:
    """Look at the head of every mail that waits and that nobody has looked at; how many."""
    with place.ledger.read() as tx:
        rows = work.without_hint(tx)
    noted = 0
    for row in rows:
        if not place.spool.path(row.sha256).is_file():
            continue  # processed meanwhile
        known = (row.programme,) if row.programme else ()
        programmes = known or place.settings.programmes_of(row.mailbox, row.folder)
        number, sender = whose(place, programmes, row.sha256)
        with place.ledger.write() as tx:
            noted += work.hint_if_none(tx, row.sha256, number, sender)
    return noted
