"""The programme of a claimed mail, chosen once where its mailbox serves several.

A mail of such a mailbox is received under no programme at all. The choice is made by the worker
that has it, before anything is filed, and stands in the ledger from then on: whoever does the mail
again, after a kill or for another reason, finds it chosen.

What it costs: the head of the mail once more (milliseconds), and two look-ups in the
ledger for each number read. Only where the subject does not tell the programmes apart, the whole
mail is taken apart for its attachments' names, once more than it will be: about a second for
100 MB. Where there is one programme, none of this happens.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from intake.telling_apart import Arrival, Choice, Sign, choose
from intake.tidy import private_folder
from intake.workplace import Workplace
from model.errors import ReaderFailed
from model.message import RawMessage
from model.programme import Programme
from parsers.isolation import Readers
from storage.ledger import known_numbers, work
from storage.ledger.work import Claim

logger = logging.getLogger(__name__)


def routed(place: Workplace, claim: Claim) -> Claim:
    """The claim with its programme, chosen and noted where that has not been done yet.

    Raises: LeaseLost where another worker has the mail by now; ProgrammeError where one of the
    programmes cannot be used.
    """
    if claim.programme:
        return claim
    choice = _choose(place, claim)
    with place.ledger.write() as tx:
        work.choose(tx, claim.sha256, place.owner, choice.programme.id, choice.why)
    raw = replace(claim.raw, routed=choice.why)
    return replace(claim, programme=choice.programme.id, raw=raw)


def routed_file(
    raw: RawMessage,
    programmes: Sequence[Programme],
    readers: Readers,
    folder: Path,
    carrier: str = "",
) -> tuple[Programme, RawMessage]:
    """The same for a mail that is only asked about: no ledger knows its number. folder: where its
    parts may be put for their names. carrier: see `Arrival`."""
    if len(programmes) == 1:
        return programmes[0], raw
    arrival = Arrival(
        subject=_subject(readers, raw.path),
        received_at=raw.received_at,
        names=lambda: _names(readers, raw.path, folder),
        carrier=carrier,
    )
    choice = choose(arrival, programmes)
    return choice.programme, replace(raw, routed=choice.why)


def _choose(place: Workplace, claim: Claim) -> Choice:
    raw, path = claim.raw, place.spool.path(claim.sha256)
    names = place.settings.programmes_of(raw.mailbox, raw.folder)

    def known(programme: str, number: str) -> Sign:
        with place.ledger.read() as tx:
            registered = known_numbers.is_registered(tx, programme, number)
            filed = known_numbers.is_filed(tx, programme, number)
        return (Sign.REGISTERED if registered else Sign(0)) | (Sign.FILED if filed else Sign(0))

    def names_of_parts() -> Sequence[str]:
        with private_folder(place) as folder:
            return _names(place.readers, path, folder)

    arrival = Arrival(
        subject=_subject(place.readers, path),
        received_at=raw.received_at,
        names=names_of_parts,
        carrier=_carrier(place, claim),
    )
    return choose(arrival, [place.programme(name) for name in names], known)


def _subject(readers: Readers, path: Path) -> str:
    """A head that cannot be read shows nothing: the window decides, and a person looks."""
    try:
        return readers.read_head(path).subject
    except ReaderFailed as failure:
        logger.warning("The head of %s cannot be read: %s", path.name, failure)
        return ""


def _names(readers: Readers, path: Path, folder: Path) -> Sequence[str]:
    try:
        folder.mkdir(exist_ok=True)
        message = readers.read_message(path, folder / "parts")
    except ReaderFailed as failure:  # told when the mail itself is read
        logger.warning("The parts of %s cannot be read: %s", path.name, failure)
        return ()
    return [one.name for one in message.attachments]


def _carrier(place: Workplace, claim: Claim) -> str:
    """The programme of the mail that this one lay in."""
    if claim.raw.forwarded is None:
        return ""
    with place.ledger.read() as tx:
        outer = work.find(tx, claim.raw.forwarded.outer_sha256)
    return str(outer.programme) if outer is not None else ""
