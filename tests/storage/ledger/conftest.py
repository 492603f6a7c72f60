"""A ledger on each of the two databases, with its tables copied rather than made each time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.ledger import Ledger
from tests.builders.ledger_crowd import Crowd
from tests.services.postgres import Postgres

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    Ledger.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the ledger's tables, and no rows."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.emptied()
    path = tmp_path / "ledger.db"
    shutil.copyfile(request.getfixturevalue("sqlite_tables"), path)
    return f"sqlite:///{path}"


@pytest.fixture(params=DATABASES)
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with tables that the test may spoil."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.ledger()
    path = tmp_path / "own.db"
    shutil.copyfile(request.getfixturevalue("sqlite_tables"), path)
    return f"sqlite:///{path}"


@pytest.fixture(params=DATABASES)
def empty_urls(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """Databases without any tables."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return [server.database() for _ in range(3)]
    return [f"sqlite:///{tmp_path}/new/{number}.db" for number in range(8)]


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """An open ledger on SQLite, and one on PostgreSQL."""
    opened = Ledger.open(url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def crowd() -> Iterator[Crowd]:
    """Four processes for what must hold when everybody comes at once."""
    made = Crowd()
    yield made
    made.close()
