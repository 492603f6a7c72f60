"""Whose fault it is decides what happens: the mail's, the operator's, or ours."""

from __future__ import annotations

import errno
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select, update

import intake.batch
import intake.process
from intake.batch import claim_batch, process_waiting
from model.errors import ArchiveError, IntakeError
from storage.ledger import queries, work
from storage.ledger.schema import message, revision
from tests.builders.season import good_mail
from tests.intake.conftest import Desk
from tests.services.mailroom import Mailroom


def test_our_bug_sets_one_mail_aside_and_the_others_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = desk.take_in(*(good_mail(number) for number in range(1, 5)))
    real = intake.process.examine

    def examine(raw: Any, *more: Any) -> Any:
        if raw.sha256 == digests[1]:
            raise KeyError("a bug of ours")
        return real(raw, *more)

    monkeypatch.setattr(intake.process, "examine", examine)
    batch = process_waiting(desk.place())
    assert (batch.quarantined, batch.processed) == (1, 3)
    place = desk.place()
    with place.ledger.read() as tx:
        row = work.find(tx, digests[1])
    assert row is not None
    assert row.state == "quarantined"
    assert "KeyError: 'a bug of ours'" in row.error
    assert "in examine" in row.error
    assert place.spool.held() == [digests[1]]
    assert list(place.work_folder.iterdir()) == []


def test_a_full_disk_is_the_operators_and_the_mail_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(good_mail(1), good_mail(2))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(intake.process, "filed_files", full)
        with pytest.raises(IntakeError, match="No space left") as caught:
            process_waiting(desk.place())
    assert caught.value.exit_code == 2
    assert caught.value.advice
    assert _states(desk) == {"waiting": 2}
    assert process_waiting(desk.place()).processed == 2


def test_an_archive_that_cannot_be_written(desk: Desk) -> None:
    desk.take_in(good_mail(1), good_mail(2))
    place = desk.place()
    obstacle = place.settings.data_dir / "archive"
    obstacle.write_text("in the way")
    with pytest.raises(ArchiveError) as caught:
        process_waiting(place)
    assert caught.value.advice
    assert _states(desk) == {"waiting": 2}
    obstacle.unlink()
    assert process_waiting(desk.place()).processed == 2
    with desk.place().ledger.read() as tx:
        rows = tx.execute(select(revision).order_by(revision.c.receipt_no)).all()
        assert [row.receipt_no for row in rows] == ["HZ2021-00001", "HZ2021-00002"]
        assert [row.error for row in tx.execute(select(message))] == ["", ""]


def test_the_command_ends_with_advice(room: Mailroom) -> None:
    room.deliver([good_mail(1)])
    room.data.mkdir()
    (room.data / "archive").write_text("in the way")
    said = room.run("poll", code=2)
    assert "Not a directory" in said["errors"]
    assert "safe to do it again" in said["errors"]


def test_a_programme_that_is_gone_puts_its_mail_off_and_no_other(desk: Desk) -> None:
    lost, good = desk.take_in(good_mail(1), good_mail(2))
    place = desk.place()
    with place.ledger.write() as tx:
        of_lost = message.c.sha256 == lost
        tx.execute(update(message).where(of_lost).values(programme="gone-2021"))
    batch = process_waiting(place)
    assert (batch.processed, list(batch.put_off)) == (1, [lost])
    with place.ledger.read() as tx:
        row, other = work.find(tx, lost), work.find(tx, good)
    assert row is not None
    assert other is not None
    assert (row.state, row.lease_owner, other.state) == ("waiting", "", "processed")
    assert "gone-2021" in row.error


def test_what_keeps_a_whole_batch_from_beginning_gives_every_mail_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(good_mail(1), good_mail(2))

    def no_engine() -> None:
        raise IntakeError("no engine", "Install it.")

    with monkeypatch.context() as patch:
        patch.setattr(intake.batch, "ready", no_engine)
        with pytest.raises(IntakeError, match="no engine"):
            process_waiting(desk.place())
    assert _states(desk) == {"waiting": 2}
    assert process_waiting(desk.place()).processed == 2


def test_a_lease_that_has_gone_to_another_worker_ends_the_work(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow worker reads while its lease runs out; what it had in hand is the other's now."""
    (sha256,) = desk.take_in(good_mail(1))
    slow, other = desk.place(owner="one/0|1|1"), desk.place(owner="other/0|1|1")
    real = intake.process.examine

    def examine(*arguments: Any) -> Any:
        found = real(*arguments)
        monkeypatch.setattr(intake.process, "examine", real)
        desk.clock.pass_by(hours=1)
        assert process_waiting(other).processed == 1
        return found

    monkeypatch.setattr(intake.process, "examine", examine)
    batch = intake.batch.process_batch(slow, claim_batch(slow, 10))
    assert (batch.processed, batch.lost) == (0, 1)
    with slow.ledger.read() as tx:
        assert len(queries.by_message(tx, sha256)) == 1
    assert len(slow.archive("national-2021").versions("ZB20210001")) == 1


def test_what_dead_workers_left_is_cleared_and_the_livings_is_not(desk: Desk) -> None:
    (done,) = desk.take_in(good_mail(1))
    process_waiting(desk.place())
    place = desk.place()
    machine, pid, _ = place.owner.split("|")
    mine, dead = (
        place.work_folder / (quote(owner, safe="") + "~x")
        for owner in (place.owner, f"{machine}|{pid}|1")
    )
    for folder in (mine, dead):
        (folder / "parts").mkdir(parents=True)
    copy = place.spool.path(done)
    copy.write_bytes(good_mail(1).data)
    unknown = place.spool.path("f" * 64)
    unknown.write_bytes(b"on its way in")
    process_waiting(place)
    assert list(place.work_folder.iterdir()) == [mine]
    assert place.spool.held() == ["f" * 64]


def _states(desk: Desk) -> dict[str, int]:
    with desk.place().ledger.read() as tx:
        return work.states(tx)
