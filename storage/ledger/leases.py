"""Named leases: one holder at a time, and nobody's for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.ledger.schema import lease


def take(tx: Connection, name: str, owner: str, now: datetime, length: timedelta) -> bool:
    """Take or renew a lease; False while another owner's is running."""
    until = now + length
    taken = tx.execute(
        update(lease)
        .where(lease.c.name == name)
        .where((lease.c.owner == owner) | (lease.c.until <= now))
        .values(owner=owner, until=until)
    )
    if taken.rowcount:
        return True
    if tx.execute(select(lease.c.name).where(lease.c.name == name)).first() is not None:
        return False
    try:
        with tx.begin_nested():
            tx.execute(insert(lease).values(name=name, owner=owner, until=until))
    except IntegrityError:  # another process was faster; it has the lease now
        return False
    return True


def drop(tx: Connection, name: str, owner: str) -> None:
    """Give a lease back; nothing happens where it is not the owner's any more."""
    tx.execute(delete(lease).where(lease.c.name == name, lease.c.owner == owner))


def holder(tx: Connection, name: str, now: datetime) -> str | None:
    """Who holds a running lease."""
    return tx.execute(
        select(lease.c.owner).where(lease.c.name == name, lease.c.until > now)
    ).scalar()
