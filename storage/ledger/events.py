"""Who did what when: clerks' acts and what the system did of its own accord."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from storage.ledger.schema import event_log


def note(tx: Connection, at: datetime, by: str, what: str, about: str, detail: str = "") -> None:
    tx.execute(insert(event_log).values(at=at, by=by, what=what, about=about, detail=detail))


def about(tx: Connection, name: str) -> list[Row[Any]]:
    """Everything noted about one message, application or receipt, oldest first."""
    return list(
        tx.execute(select(event_log).where(event_log.c.about == name).order_by(event_log.c.id))
    )
