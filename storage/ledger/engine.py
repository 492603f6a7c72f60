"""Opens the ledger's database and its transactions: SQLite in one file, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError

from model.errors import LedgerError
from storage.ledger import migrate

BUSY_SECONDS = 60
"""How long a writer waits for another one's transaction; they last milliseconds."""


class Ledger:
    """An open ledger. `write()` and `read()` each give one transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> Ledger:
        """Open, making or upgrading the tables.

        url: an SQLAlchemy URL, `sqlite:////path/ledger.db` or `postgresql+psycopg://…`.
        Raises: LedgerError where it cannot be opened or was made by newer software.
        """
        parsed = make_url(url)
        is_file = parsed.get_backend_name() == "sqlite"
        if is_file and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        arguments: dict[str, Any] = {"timeout": BUSY_SECONDS} if is_file else {}
        engine = create_engine(parsed, connect_args=arguments, pool_pre_ping=not is_file)
        if is_file:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        try:
            migrate.upgrade(engine)
        except (OperationalError, DatabaseError) as error:
            raise LedgerError(
                f"The ledger at {parsed.render_as_string(hide_password=True)} "
                f"cannot be opened: {error.orig}.",
                "Is the folder writable, the disk not full, the database server up?",
            ) from error
        return cls(engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may change rows: all of it is kept, or nothing."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(read_only=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL lets readers go on beside a writer; FULL makes a committed row survive a power cut."""
    # The driver's own idea of when a transaction begins is switched off: _begin_sqlite decides.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: taken in the middle, it could only fail."""
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
