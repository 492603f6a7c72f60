"""Brings a ledger to the newest table layout; Alembic's scripts stand in `storage/migrations`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from model.errors import LedgerError

SCRIPTS = Path(__file__).parents[1] / "migrations"
NEWEST = "0004"
"""The newest revision, so that an up-to-date ledger opens without importing Alembic."""
LOCK = 0x696E74616B65
"""Key of the advisory lock under which PostgreSQL's tables are made: "intake" in ASCII."""


def upgrade(engine: Engine) -> None:
    """Make or upgrade the tables, once, however many processes start at the same time.

    Raises: LedgerError where the ledger is of a newer layout than this software knows.
    """
    with engine.connect() as connection:
        connection = connection.execution_options(read_only=True)
        with connection.begin():
            if _current(connection) == NEWEST:
                return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # SQLite: the transaction itself is alone
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if _current(connection) != NEWEST:
            _run_alembic(connection)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _run_alembic(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise LedgerError(
            f"The ledger's layout is not known to this version of the software: {error}.",
            "Start the newer version, or rebuild the ledger with `intake ledger rebuild`.",
        ) from error
