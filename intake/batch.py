"""Step 2: claims a batch of waiting mail and processes it, several mails side by side.

The applicant's fault is a finding, the operator's ends the batch with advice and the mail waits,
our own bug quarantines that one mail with its traceback; the others go on.
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from intake.ownership import is_dead
from intake.process import Processed, process
from intake.workplace import Workplace
from model.errors import IntakeError, LeaseLost, ReaderFailed
from parsers.archives.engine import ready
from parsers.subject import read_subject
from storage.ledger import work
from storage.ledger.work import Claim

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a run's table: what a clerk would want to read of it."""

    application_no: str
    full_name: str
    outcome: str
    receipt_no: str
    sha256: str


@dataclass(slots=True)
class Batch:
    """What came of a run. outcomes: how many mails of each; lost: taken over by another worker."""

    outcomes: Counter[str] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    quarantined: int = 0
    lost: int = 0

    @property
    def processed(self) -> int:
        return sum(self.outcomes.values())

    def add(self, other: Batch) -> None:
        self.outcomes.update(other.outcomes)
        self.rows.extend(other.rows)
        self.quarantined += other.quarantined
        self.lost += other.lost


Progress = Callable[[Processed | None], None]


def process_waiting(
    place: Workplace, *, most: int | None = None, progress: Progress | None = None
) -> Batch:
    """Process what waits, batch by batch, until nothing does or `most` mails are done.

    Raises: IntakeError where the operator has to mend something first.
    """
    total = Batch()
    done = 0
    while most is None or done < most:
        size = place.settings.batch if most is None else min(place.settings.batch, most - done)
        claims = claim_batch(place, size)
        if not claims:
            break
        total.add(process_batch(place, claims, progress))
        done += len(claims)
    return total


def claim_batch(place: Workplace, most: int) -> list[Claim]:
    """Take waiting mail, and that of workers known to be dead."""
    with place.ledger.write() as tx:
        now = place.clock()
        for owner in work.owners(tx):
            if is_dead(owner):
                work.free(tx, owner, now)
        return work.claim(tx, place.owner, now, place.settings.lease, most=most)


def process_batch(place: Workplace, claims: list[Claim], progress: Progress | None = None) -> Batch:
    """Process claimed mail. Raises: IntakeError, after the mails under way have ended."""
    ready()  # a missing engine is the operator's to mend, not a finding on somebody's package
    place.readers.warm()
    _hint(place, claims)
    total = Batch()
    trouble: list[IntakeError] = []

    def work_on(claim: Claim) -> None:
        if trouble:
            _give_back(place, claim, str(trouble[0]))
            return
        try:
            done = _one(place, claim)
        except LeaseLost:
            total.lost += 1
            return
        except IntakeError as error:
            trouble.append(error)
            _give_back(place, claim, str(error))
            return
        if done is None:
            total.quarantined += 1
        else:
            total.outcomes[done.record.outcome.value] += 1
            total.rows.append(_row(done))
        if progress:
            progress(done)

    with ThreadPoolExecutor(place.settings.workers, "intake") as pool:
        list(pool.map(work_on, claims))
    if trouble:
        raise trouble[0]
    return total


def _hint(place: Workplace, claims: list[Claim]) -> None:
    """Note whose mail each one may be, so that mails of one applicant are filed in order."""
    for claim in claims:
        number = sender = ""
        naming = place.programme(claim.programme).naming
        try:
            head = place.readers.read_head(place.spool.path(claim.sha256))
        except ReaderFailed as failure:  # told as a finding when the mail itself is read
            logger.warning("The head of %s cannot be read: %s", claim.sha256, failure)
        else:
            sender = head.sender.lower()[:320]
            if naming is not None:
                number = (read_subject(head.subject, naming).application_no or "")[:255]
        with place.ledger.write() as tx:
            work.hint(tx, claim.sha256, place.owner, number, sender)


def _one(place: Workplace, claim: Claim) -> Processed | None:
    """One mail, or None where a bug of ours has sent it to quarantine."""
    with place.ledger.write() as tx:
        work.start(tx, claim.sha256, place.owner, place.clock(), place.settings.lease)
    try:
        return process(place, claim)
    except IntakeError:
        raise
    except Exception:  # our own bug: the mail is set aside with the traceback, the run goes on
        logger.exception("A mail could not be processed and was quarantined: %s", claim.sha256)
        with place.ledger.write() as tx:
            work.quarantine(tx, claim.sha256, place.owner, traceback.format_exc(limit=-12))
        return None


def _give_back(place: Workplace, claim: Claim, error: str) -> None:
    with place.ledger.write() as tx:
        work.give_back(tx, claim.sha256, place.owner, error)


def _row(done: Processed) -> Row:
    record = done.record
    return Row(
        application_no=record.application_no,
        full_name=record.full_name,
        outcome=record.outcome.value,
        receipt_no=record.answer.receipt_no,
        sha256=record.message.sha256,
    )
