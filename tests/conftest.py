"""Fixtures for everyone: real servers, and the demo's own loopback servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from console.demo.imap_server import EmbeddedImapServer
from console.demo.smtp_sink import SmtpSink
from tests.services.certificates import Certificates, make_certificates
from tests.services.dovecot import Dovecot, find_dovecot
from tests.services.postgres import Postgres, find_postgres


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A private Dovecot for the whole run; ask it for a `user()` of your own."""
    if find_dovecot() is None:
        pytest.skip("dovecot is not installed; tests/services/ensure installs it")
    server = Dovecot()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A private PostgreSQL for the whole run; ask it for a `ledger()` of your own."""
    if find_postgres() is None:
        pytest.skip("postgresql is not installed; tests/services/ensure installs it")
    server = Postgres()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate for localhost, and the authority that signed it."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def imap_server(tmp_path: Path) -> Iterator[EmbeddedImapServer]:
    """The demo's IMAP server, without quirks; user and password are "intake"."""
    server = EmbeddedImapServer(tmp_path / "imap")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_sink(tmp_path: Path) -> Iterator[SmtpSink]:
    """The demo's SMTP server, without faults or login."""
    sink = SmtpSink(tmp_path / "smtp")
    sink.start()
    yield sink
    sink.stop()


# The same examples every time: a run that fails can be repeated. Fuzzing has its own scripts.
settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("repeatable")
