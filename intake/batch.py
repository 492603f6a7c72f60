"""Step 2: claims a batch of waiting mail and processes it, several mails side by side.

The applicant's fault is a finding, the operator's ends the batch with advice and the mail waits,
our own bug quarantines that one mail with its traceback; the others go on.
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from intake.decisions.decide import carry_out_pending
from intake.heartbeat import kept_lease
from intake.hints import whose
from intake.ownership import is_dead
from intake.process import Processed, process
from intake.routing import routed
from intake.tidy import tidy
from intake.workplace import Workplace
from model.errors import (
    MACHINE_TROUBLE,
    ArchiveError,
    IntakeError,
    LeaseLost,
    MachineError,
    MailTrouble,
    ProgrammeError,
)
from parsers.archives.program import ready
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
    """What came of a run. outcomes: how many mails of each; lost: taken over by another worker;
    put_off: mails that alone cannot go on, with the reason; the next run tries them again."""

    outcomes: Counter[str] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    put_off: dict[str, MailTrouble] = field(default_factory=dict)
    quarantined: int = 0
    lost: int = 0

    @property
    def processed(self) -> int:
        return sum(self.outcomes.values())

    def add(self, other: Batch) -> None:
        self.outcomes.update(other.outcomes)
        self.rows.extend(other.rows)
        self.put_off.update(other.put_off)
        self.quarantined += other.quarantined
        self.lost += other.lost


Progress = Callable[[Processed | None], None]


def process_waiting(
    place: Workplace, *, most: int | None = None, progress: Progress | None = None
) -> Batch:
    """Process what waits, batch by batch, until nothing does or `most` mails are done.

    Raises: IntakeError where the operator has to mend something before anything can go on.
    """
    carry_out_pending(place)
    total = Batch()
    done = 0
    while most is None or done < most:
        size = place.settings.batch if most is None else min(place.settings.batch, most - done)
        claims = claim_batch(place, size, without=total.put_off)
        if not claims:
            break
        total.add(process_batch(place, claims, progress))
        done += len(claims)
    return total


def claim_batch(place: Workplace, most: int, without: Collection[str] = ()) -> list[Claim]:
    """Take waiting mail, and that of workers known to be dead; what they left is cleared away."""
    tidy(place)
    with place.ledger.write() as tx:
        now = place.clock()
        for owner in work.owners(tx):
            if is_dead(owner):
                work.free(tx, owner, now)
        return work.claim(
            tx, place.owner, now, place.settings.lease, most=most, without=tuple(without)
        )


def process_batch(place: Workplace, claims: list[Claim], progress: Progress | None = None) -> Batch:
    """Process claimed mail. Raises: IntakeError, after the mails under way have ended; those
    that were not begun wait again."""
    total = Batch()
    counting = Lock()
    trouble: list[IntakeError] = []

    def work_on(claim: Claim) -> None:
        if trouble:
            return
        try:
            done = _one(place, claim)
        except LeaseLost:
            with counting:
                total.lost += 1
        except MailTrouble as error:
            with counting:
                _put_off(place, claim, error, total)
        except IntakeError as error:
            trouble.append(error)
        else:
            with counting:
                if done is None:
                    total.quarantined += 1
                else:
                    total.outcomes[done.record.outcome.value] += 1
                    total.rows.append(_row(done))
                if progress:
                    progress(done)

    try:
        ready()  # a missing engine is the operator's to mend, not a finding on somebody's package
        place.readers.warm()
        claims = [_hint(place, claim) for claim in claims]
        with ThreadPoolExecutor(place.settings.workers, "intake") as pool:
            list(pool.map(work_on, claims))
    finally:
        # Nothing happens to those that are processed, quarantined, put off or another worker's.
        with place.ledger.write() as tx:
            for claim in claims:
                work.give_back(tx, claim.sha256, place.owner, str(trouble[0]) if trouble else "")
    if trouble:
        raise trouble[0]
    return total


def _hint(place: Workplace, claim: Claim) -> Claim:
    """Choose its programme where there are several, and note whose mail it may be, so that mails
    of one applicant are filed in order."""
    try:
        claim = routed(place, claim)
    except (ProgrammeError, LeaseLost) as failure:  # told when the mail itself has its turn
        logger.warning("The programme of %s is not chosen yet: %s", claim.sha256, failure)
    number, sender = whose(place, (claim.programme,), claim.sha256)
    with place.ledger.write() as tx:
        work.hint(tx, claim.sha256, place.owner, number, sender)
    return claim


def _one(place: Workplace, claim: Claim) -> Processed | None:
    """One mail, or None where a bug of ours has sent it to quarantine.

    Raises: LeaseLost; MailTrouble where only this mail cannot go on; IntakeError where none can.
    """
    with place.ledger.write() as tx:
        work.start(tx, claim.sha256, place.owner, place.clock(), place.settings.lease)
    try:
        with kept_lease(place, claim.sha256):
            return process(place, claim)
    except (ProgrammeError, ArchiveError) as error:
        if isinstance(error.__cause__, OSError):
            raise  # the disk, not this one object
        raise MailTrouble(error.problem, error.advice) from error
    except IntakeError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in MACHINE_TROUBLE:
            raise MachineError(
                f"The disk or the system gave way: {error}.",
                "Look at free space and at the disk itself; what was under way is done again.",
            ) from error
        # Our own bug: the mail is set aside with the traceback, the run goes on.
        logger.exception("A mail could not be processed and was quarantined: %s", claim.sha256)
        with place.ledger.write() as tx:
            work.quarantine(tx, claim.sha256, place.owner, traceback.format_exc(limit=-12))
        return None


def _put_off(place: Workplace, claim: Claim, error: MailTrouble, total: Batch) -> None:
    logger.error("The mail %s cannot go on: %s", claim.sha256, error)
    with place.ledger.write() as tx:
        quarantined = work.put_off(tx, claim.sha256, place.owner, str(error))
    total.put_off[claim.sha256] = error
    total.quarantined += quarantined


def _row(done: Processed) -> Row:
    record = done.record
    return Row(
        application_no=record.application_no,
        full_name=record.full_name,
        outcome=record.outcome.value,
        receipt_no=record.answer.receipt_no,
        sha256=record.message.sha256,
    )
