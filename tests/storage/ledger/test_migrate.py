"""The tables: made once, as the metadata say, whoever comes first; and never of newer software."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from model.errors import LedgerError
from storage.ledger import Ledger, migrate, receiving
from storage.ledger.receiving import Numbering, Position
from storage.ledger.schema import metadata
from tests.builders import ledger_crowd as jobs
from tests.builders.ledger_crowd import Crowd
from tests.builders.ledger_rows import add
from tests.services.postgres import Postgres

NOT_OF_THE_METADATA = ("search_text", "alembic_version")
"""The search index is each database's own; SQLite has further tables behind its one."""


def differences(ledger: Ledger) -> list[object]:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                # On SQLite Alembic takes the empty text for another one than itself.
                "compare_server_default": connection.dialect.name == "postgresql",
                "include_name": lambda name, kind, _parents: (
                    kind != "table" or not str(name).startswith(NOT_OF_THE_METADATA)
                ),
            },
        )
        return compare_metadata(context, metadata)


def test_an_empty_database_gets_the_tables_of_the_metadata(empty_urls: list[str]) -> None:
    ledger = Ledger.open(empty_urls[0])
    with ledger.read() as tx:
        assert (
            tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == migrate.NEWEST
        )
        made = set(inspect(tx).get_table_names())
    assert made >= {*metadata.tables, "search_text"}
    assert differences(ledger) == []
    ledger.close()


def test_a_difference_would_be_seen(own_url: str) -> None:
    ledger = Ledger.open(own_url)
    with ledger.write() as tx:
        tx.execute(text("ALTER TABLE lease ADD COLUMN remark VARCHAR(9)"))
        tx.execute(text("DROP INDEX ix_message_state"))
    found = str(differences(ledger))
    assert "remove_column" in found
    assert "ix_message_state" in found
    ledger.close()


def test_the_newest_script_is_the_one_that_opening_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.NEWEST]


def test_four_processes_open_the_same_new_database(empty_urls: list[str], crowd: Crowd) -> None:
    crowd.run(jobs.open_first, empty_urls)
    for url in empty_urls:
        ledger = Ledger.open(url)
        with ledger.write() as tx:
            add(tx, "one")
        ledger.close()


def test_opening_again_leaves_the_rows(url: str) -> None:
    first = Ledger.open(url)
    with first.write() as tx:
        add(tx, "one")
    first.close()
    second = Ledger.open(url)
    with second.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM message")).scalar() == 1
    second.close()


def test_a_ledger_of_newer_software_is_refused_and_left_alone(own_url: str) -> None:
    ledger = Ledger.open(own_url)
    with ledger.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="9999") as caught:
        Ledger.open(own_url)
    assert "newer version" in caught.value.advice
    with ledger.read() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    ledger.close()


def test_a_failed_upgrade_leaves_nothing(
    empty_urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def then_fail(connection: object, run: Callable[..., None] = migrate._run_alembic) -> None:
        run(connection)
        raise LedgerError("the power went", "")

    monkeypatch.setattr(migrate, "_run_alembic", then_fail)
    with pytest.raises(LedgerError, match="the power went"):
        Ledger.open(empty_urls[0])
    monkeypatch.undo()
    engine = create_engine(empty_urls[0])
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    Ledger.open(empty_urls[0]).close()


def test_opening_waits_for_no_writer_where_the_tables_are_there(ledger: Ledger, url: str) -> None:
    with ledger.write() as tx:
        add(tx, "one")
        Ledger.open(url).close()  # on SQLite it would wait for this very transaction


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("no url at all", "URL cannot be used"),
        ("oracle+nosuch://host/name", "URL cannot be used"),
        ("postgresql+psycopg://intake@/none?host=/nowhere", "cannot be opened"),
        ("sqlite:////proc/nowhere/ledger.db", "cannot be opened"),
    ],
)
def test_what_cannot_be_opened_is_the_operators(url: str, problem: str) -> None:
    with pytest.raises(LedgerError, match=problem) as caught:
        Ledger.open(url)
    assert caught.value.advice


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_text("序号,回执编号\n" * 1000)
    with pytest.raises(LedgerError, match="not a database"):
        Ledger.open(f"sqlite:///{path}")
    assert path.read_text() == "序号,回执编号\n" * 1000


def test_a_password_is_not_told(postgres: Postgres) -> None:
    url = postgres.url("none").replace("intake@", "intake:secret@")
    with pytest.raises(LedgerError, match="none") as caught:
        Ledger.open(url)
    assert "secret" not in str(caught.value)


def test_rows_survive_the_way_to_the_newest_layout_and_back(empty_urls: list[str]) -> None:
    """A ledger of the first layout, with a message on a server, is opened by this software."""
    Ledger.open(empty_urls[0]).close()
    engine = create_engine(empty_urls[0])
    _migrate(engine, "0001", down=True)
    with engine.begin() as tx:
        tx.execute(
            text(
                "INSERT INTO sighting (mailbox, folder, uid_validity, uid, state, sha256, tries,"
                " detail, seen_at) VALUES ('main', 'INBOX', 7, 5, 'held', 'ab', 1, '', :now)"
            ),
            {"now": "2021-06-01T00:00:00.000000+00:00"},
        )
        tx.execute(
            text(
                "INSERT INTO position (mailbox, folder, uid_validity, last_uid, seen_at)"
                " VALUES ('main', 'INBOX', 7, 5, :now)"
            ),
            {"now": "2021-06-01T00:00:00.000000+00:00"},
        )
    ledger = Ledger.open(empty_urls[0])
    with ledger.read() as tx:
        held = receiving.held_uids(tx, Numbering("main", "", "INBOX", 7), [5])
        position = receiving.read_position(tx, "main", "INBOX")
    assert held == {5}
    assert position == Position("", 7, 5, 0, None)
    assert differences(ledger) == []
    ledger.close()
    _migrate(engine, "0001", down=True)
    with engine.begin() as tx:
        assert tx.execute(text("SELECT uid, sha256 FROM sighting")).all() == [(5, "ab")]
    engine.dispose()
    Ledger.open(empty_urls[0]).close()


def _migrate(engine: Engine, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
