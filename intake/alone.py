"""One process at a time: a named lease, given back at the end, and taken over from the dead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection

from intake.ownership import is_dead, part_owner
from intake.workplace import Workplace
from storage.ledger import leases


@contextmanager
def alone(place: Workplace, name: str, length: timedelta) -> Iterator[str | None]:
    """The owner under which the lease is held; None where another process is at it.

    Work that may take longer than the lease renews it with `leases.take`.
    """
    owner = part_owner(place.owner)
    with place.ledger.write() as tx:
        taken = take_from_the_dead(place, tx, name, owner, length)
    try:
        yield owner if taken else None
    finally:
        with place.ledger.write() as tx:
            leases.drop(tx, name, owner)


def take_from_the_dead(
    place: Workplace, tx: Connection, name: str, owner: str, length: timedelta
) -> bool:
    """Take a lease that is free, has run out, or is held by a process that has ended."""
    holder = leases.holder(tx, name, place.clock())
    if holder is not None and is_dead(holder):
        leases.drop(tx, name, holder)
    return leases.take(tx, name, owner, place.clock(), length)
