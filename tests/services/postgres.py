"""A private PostgreSQL, as root or as an ordinary user: on a Unix socket, without fsync."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from storage.ledger import Ledger
from storage.ledger.schema import metadata

START_SECONDS = 30.0
_USER = "intake"
_TEMPLATE = "with_tables"
# No durability: a test kills clients, never the machine.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "100",
    "deadlock_timeout": "200ms",
    "log_min_messages": "warning",
}


def find_postgres() -> Path | None:
    """The folder with `postgres` and `initdb`; None where it is not installed."""
    beside = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    for folder in (*beside, *reversed(debian), Path("/usr/local/bin")):
        if all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
            return folder
    return None


class Postgres:
    """One server with as many databases as are asked for; `start`, use, `stop`."""

    def __init__(self) -> None:
        # A socket's path may have only 107 bytes.
        self._root = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self._made = 0
        self._shared: str | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers. Raises: RuntimeError with its log."""
        programs = find_postgres()
        if programs is None:
            raise RuntimeError("postgresql is not installed; tests/services/ensure installs it")
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:  # which PostgreSQL refuses to run as
            nobody = pwd.getpwnam("nobody")
            os.chown(self._root, nobody.pw_uid, nobody.pw_gid)
            as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._run(
            [
                *(str(programs / "initdb"), "-D", str(self._root / "data"), "-U", _USER),
                *("-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"),
            ],
            as_user,
        ).wait(START_SECONDS)
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        self._process = self._run(
            [
                *(str(programs / "postgres"), "-D", str(self._root / "data")),
                *("-k", str(self._root), *settings),
            ],
            as_user,
        )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop it and remove all it had."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once: nothing is worth saving
            self._process.wait(20)
            self._process = None
        shutil.rmtree(self._root)

    def log(self) -> str:
        """What the server wrote to its log."""
        path = self._root / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def url(self, name: str) -> str:
        """How the ledger is told of a database."""
        return f"postgresql+psycopg://{_USER}@/{name}?host={self._root}"

    def database(self) -> str:
        """A new, empty database."""
        return self._create("template1")

    def ledger(self) -> str:
        """A new database with the ledger's tables in it, copied."""
        with self.connect() as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]
            ).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
                Ledger.open(self.url(_TEMPLATE)).close()
        return self._create(_TEMPLATE)

    def emptied(self) -> str:
        """The one database with the ledger's tables in which every test may begin: no rows."""
        if self._shared is None:
            self._shared = self.ledger()
        with self.connect(self._shared.partition("@/")[2].partition("?")[0]) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            tables = [sql.Identifier(name) for name in (*metadata.tables, "search_text")]
            connection.execute(
                sql.SQL("TRUNCATE {} RESTART IDENTITY").format(sql.SQL(", ").join(tables))
            )
        return self._shared

    def connect(self, name: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of our own, each statement a transaction."""
        return psycopg.connect(
            user=_USER, dbname=name, host=str(self._root), autocommit=True, connect_timeout=5
        )

    def _create(self, template: str) -> str:
        self._made += 1
        name = f"test_{self._made}"
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.url(name)

    def _run(self, command: list[str], as_user: dict[str, Any]) -> subprocess.Popen[bytes]:
        with (self._root / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A zone that is neither UTC nor (on most test machines) the machine's own.
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "Asia/Shanghai"},
                **as_user,
            )

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        limit = time.monotonic() + START_SECONDS
        while time.monotonic() < limit and self._process.poll() is None:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"PostgreSQL does not start:\n{self.log()}")
