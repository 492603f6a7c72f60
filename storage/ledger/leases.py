"""Named leases: one holder at a time, and nobody's for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from storage.ledger.inserting import insert_into
from storage.ledger.schema import lease


def take(tx: Connection, name: str, owner: str, now: datetime, length: timedelta) -> bool:
    """Take or renew a lease; False while another owner's is running."""
    values = {"owner": owner, "until": now + length}
    taken = tx.execute(
        insert_into(tx, lease, name=name, **values)
        .on_conflict_do_update(
            index_elements=[lease.c.name],
            set_=values,
            where=(lease.c.owner == owner) | (lease.c.until <= now),
        )
        .returning(lease.c.name)
    )
    return taken.first() is not None


def drop(tx: Connection, name: str, owner: str) -> None:
    """Give a lease back; nothing happens where it is not the owner's any more."""
    tx.execute(delete(lease).where(lease.c.name == name, lease.c.owner == owner))


def holder(tx: Connection, name: str, now: datetime) -> str | None:
    """Who holds a running lease."""
    return tx.execute(
        select(lease.c.owner).where(lease.c.name == name, lease.c.until > now)
    ).scalar()
