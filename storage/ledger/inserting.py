"""An INSERT that can give way to a row that is there already: one statement, so no race.

Looked up first and inserted then, two processes on PostgreSQL would both find nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert_into(tx: Connection, table: Table, **values: Any) -> Insert:
    """To be completed by `on_conflict_do_nothing` or `on_conflict_do_update`, which SQLAlchemy
    has in each database's own INSERT only."""
    return insert_many(tx, table).values(**values)


def insert_many(tx: Connection, table: Table) -> Insert:
    """The same for many rows in one execution: SQLAlchemy compiles these statements anew each
    time that they are executed, which costs more than the row itself."""
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
