"""Opens the ledger's database and its transactions: SQLite in one file, or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

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
        parsed, engine = _engine(url)
        try:
            if _is_file(engine) and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            migrate.upgrade(engine)
        except (DBAPIError, OSError) as error:
            engine.dispose()
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise LedgerError(
                f"The ledger at {parsed.render_as_string(hide_password=True)} "
                f"cannot be opened: {reason}.",
                "Is the folder writable, the disk not full, the database server up?",
            ) from error
        except LedgerError:
            engine.dispose()
            raise
        return cls(engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may change rows: all of it is kept, or nothing."""
        with _told_to_the_operator(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view."""
        options: dict[str, Any] = {"read_only": True}
        if not _is_file(self.engine):
            # Its default shows every statement what has been committed until then.
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with _told_to_the_operator(), self.engine.connect() as connection:
            connection = connection.execution_options(**options)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> tuple[URL, Engine]:
    try:
        parsed = make_url(url)
        is_file = parsed.get_backend_name() == "sqlite"
        arguments: dict[str, Any] = {"timeout": BUSY_SECONDS} if is_file else {}
        engine = create_engine(parsed, connect_args=arguments, pool_pre_ping=not is_file)
    except (ArgumentError, ImportError) as error:
        raise LedgerError(
            f"The ledger's URL cannot be used: {error}.",
            "Set ledger_url to sqlite:////path/ledger.db or postgresql+psycopg://user@host/name.",
        ) from error
    if is_file:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return parsed, engine


def _is_file(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


@contextmanager
def _told_to_the_operator() -> Iterator[None]:
    """A database that goes away in the middle is nobody's bug and no mail's fault."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise LedgerError(
            f"The ledger's database gave way in the middle of a transaction: {error.orig}.",
            "Is the disk not full, the database server up? What was under way is done again.",
        ) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """WAL lets readers go on beside a writer; FULL makes a committed row survive a power cut."""
    # The driver's own idea of when a transaction begins is switched off: _begin_sqlite decides.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    _switch_to_wal(cursor)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """The first to open a new file changes it. For that lock alone SQLite does not wait itself:
    where several open it at once, all but one are told that it is locked."""
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: taken in the middle, it could only fail."""
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
