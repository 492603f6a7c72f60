"""In which order mails are filed: one after the other for each application, by their arrival."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from intake.alone import take_from_the_dead
from intake.contents import MESSAGE, RECORD, decode_record, texts_of
from intake.ownership import is_dead, part_owner
from intake.workplace import Workplace
from model.record import Record
from storage.archive import FiledVersion
from storage.ledger import filing, leases, numbers, work

LOCK_LENGTH = timedelta(minutes=10)
LOCK_WAIT_SECONDS = 0.05


def wait_for_turn(place: Workplace, sha256: str, number: str, sender: str) -> None:
    """Mails of one applicant are filed in the order of their arrival, however long each takes to
    read. An earlier one whose worker is dead is not waited for; but what that worker had filed is
    entered first, so that it counts as what came before.

    number, sender: by which mails are known to be one applicant's.
    """
    patience = time.monotonic() + place.settings.lease_seconds
    while time.monotonic() < patience:
        with place.ledger.read() as tx:
            workers = work.workers_on_earlier(tx, sha256, place.clock(), number, sender)
        if all(is_dead(owner) for owner in workers):
            break
        time.sleep(LOCK_WAIT_SECONDS)
    with place.ledger.read() as tx:
        unfinished = work.unfinished_earlier(tx, sha256, number, sender)
    for earlier in unfinished:
        if (found := filed_version(place, earlier)) is not None:
            with place.ledger.write() as tx:
                filing.record(tx, found[0], found[1].number, texts=texts_of(*found))


@contextmanager
def application_lock(place: Workplace, programme: str, name: str) -> Iterator[None]:
    """Two mails for one application file one after the other."""
    name = f"application:{programme}:{name}"
    owner = part_owner(place.owner)
    while True:
        with place.ledger.write() as tx:
            if take_from_the_dead(place, tx, name, owner, LOCK_LENGTH):
                break
        time.sleep(LOCK_WAIT_SECONDS)
    try:
        yield
    finally:
        with place.ledger.write() as tx:
            leases.drop(tx, name, owner)


def filed_version(place: Workplace, sha256: str) -> tuple[Record, FiledVersion] | None:
    """What an earlier attempt at a mail has filed of it; the reservation says where."""
    with place.ledger.read() as tx:
        reserved = numbers.find_reservation(tx, sha256)
    if reserved is None:
        return None
    archive = place.archive(reserved.programme)
    archive.recover(reserved.object_id)
    version = archive.version_with(reserved.object_id, MESSAGE, sha256)
    if version is None:
        return None
    return decode_record(version.path(RECORD).read_bytes()), version
