"""Runs Alembic inside the transaction that the ledger has opened."""

from __future__ import annotations

from alembic import context

from storage.ledger.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
