"""Transactions: whole or not at all, one view for a reader, and what a database gives way to."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from model.errors import LedgerError
from storage.ledger import Ledger, events, filing, numbers, queries, work
from storage.ledger.schema import event_log
from tests.builders import ledger_crowd as jobs
from tests.builders.ledger_crowd import PROCESSES, Crowd
from tests.builders.ledger_rows import (
    NOW,
    add,
    filed_file,
    filed_finding,
    letter,
    record,
    sha,
)
from tests.services.postgres import Postgres

CHECKOUT = Path(__file__).parents[3]


def test_a_transaction_is_kept_whole_or_not_at_all(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.write() as tx:
            add(tx, "one", "two")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ledger.write() as tx:
        assert work.states(tx) == {}
        add(tx, "three")
    with ledger.read() as tx:
        assert work.states(tx) == {"waiting": 1}


def test_a_reader_has_one_view_while_others_write(ledger: Ledger) -> None:
    with ledger.read() as reader:
        assert work.states(reader) == {}
        with ledger.write() as tx:
            add(tx, "one")
        assert work.states(reader) == {}
    with ledger.read() as reader:
        assert work.states(reader) == {"waiting": 1}


def test_a_killed_writer_leaves_nothing_and_holds_nobody_up(ledger: Ledger, url: str) -> None:
    with ledger.write() as tx:
        add(tx, "before")
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.builders.ledger_crowd", "holding", url, "a", "b"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    with writer.stdout:
        assert writer.stdout.readline() == b"ready\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    with ledger.write() as tx:
        assert work.states(tx) == {"waiting": 1}
        assert numbers.next_serial(tx, "receipts") == 1
        assert len(work.claim(tx, "living", NOW, jobs.LENGTH, most=10)) == 1


def test_many_writers_are_never_told_that_the_database_is_locked(
    ledger: Ledger, url: str, crowd: Crowd
) -> None:
    times = 50
    assert crowd.run(jobs.write_much, url, times) == [times] * PROCESSES
    with ledger.read() as tx:
        assert work.states(tx) == {"waiting": times * PROCESSES}
    with ledger.write() as tx:
        for number in range(PROCESSES):
            assert numbers.next_serial(tx, f"of-{number}") == times + 1


def test_hostile_text_is_taken_by_every_database(ledger: Ledger) -> None:
    """NUL, half of a surrogate pair, and lengths that no column was thought of for."""
    bad, shown = "甲\0乙\ud83d丙", "甲\ufffd乙\ufffd丙"
    # Not to be compressed, or an index would take it after all.
    long = "".join(sha(str(number)) for number in range(400))
    made = record(
        "one",
        letter("R-1", "one", subject=bad, recipient=f"{long}@example.test"),
        subject=bad,
        sender=f"{bad}@{long}",
        message_id=f"<{bad}{long}@example.test>",
        application_no=long,
        full_name=bad + long,
        by=bad + long,
        files=(
            filed_file(bad, media_type=long),
            filed_file(long),
            filed_file(long),  # a ZIP may have the same name twice
        ),
        findings=(filed_finding("material.missing", bad + long, about=long),),
    )
    with ledger.write() as tx:
        add(tx, "one")
        work.claim(tx, "w", NOW, jobs.LENGTH, most=1)
        work.hint(tx, sha("one"), "w", bad + long, long)
        work.quarantine(tx, sha("one"), "w", bad)
        filing.record(tx, made, 1)
        events.note(tx, NOW, bad, "release", "R-1", bad)
    with ledger.read() as tx:
        (row,) = queries.versions(tx, made.programme, made.object_id)
        assert (row.subject, row.full_name) == (shown, shown + long)
        assert [one.path for one in queries.files_of(tx, row.id)] == [shown, long, long]
        assert queries.findings_of(tx, row.id)[0].text == shown + long
        found = work.find(tx, sha("one"))
        assert found is not None
        assert found.error == shown
        assert events.about(tx, "R-1")[0].detail == shown
        copy = filing.same_letter(
            tx, made.programme, made.message.message_id, made.content_key, made.message.sender, "x"
        )
        assert copy is not None


def test_a_moment_without_a_zone_is_our_bug(ledger: Ledger) -> None:
    with pytest.raises(StatementError, match="without a zone"), ledger.write() as tx:
        events.note(tx, NOW.replace(tzinfo=None), "x", "y", "z")


def test_moments_come_back_as_they_went_in_and_sort(ledger: Ledger) -> None:
    beijing = timezone(timedelta(hours=8))
    moments = [
        NOW.replace(microsecond=1).astimezone(beijing),
        NOW,
        NOW.replace(microsecond=999_999),
        NOW - timedelta(hours=3),
    ]
    with ledger.write() as tx:
        for at in moments:
            tx.execute(insert(event_log).values(at=at, by="", what="", about="", detail=""))
    with ledger.read() as tx:
        found = list(tx.execute(select(event_log.c.at).order_by(event_log.c.at)).scalars())
    assert found == sorted(moments)


def test_a_server_that_goes_away_in_the_middle_is_the_operators(postgres: Postgres) -> None:
    ledger = Ledger.open(postgres.emptied())

    def lose_the_server() -> None:
        with ledger.write() as tx, postgres.connect() as other:
            add(tx, "one")
            own = tx.execute(text("SELECT pg_backend_pid()")).scalar()
            other.execute("SELECT pg_terminate_backend(%s)", [own])
            add(tx, "two")

    with pytest.raises(LedgerError, match="gave way") as caught:
        lose_the_server()
    assert isinstance(caught.value.__cause__, DBAPIError)
    assert isinstance(caught.value.__cause__.orig, psycopg.OperationalError)
    with ledger.write() as tx:  # the next one finds it back
        assert work.states(tx) == {}
    ledger.close()


def test_a_full_disk_is_the_operators(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")

    def fill() -> None:
        with ledger.write() as tx:
            pages = tx.execute(text("PRAGMA page_count")).scalar_one()
            tx.execute(text(f"PRAGMA max_page_count = {pages}"))
            add(tx, *(f"{number}" for number in range(500)))

    with pytest.raises(LedgerError, match="full"):
        fill()
    ledger.close()


def test_sqlite_is_safe_against_a_power_cut(tmp_path: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    with ledger.read() as tx:
        settings = {
            name: tx.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    ledger.close()


def test_the_folder_of_a_new_ledger_is_made(tmp_path: Path) -> None:
    path = tmp_path / "var" / "data" / "ledger.db"
    Ledger.open(f"sqlite:///{path}").close()
    assert path.stat().st_size
