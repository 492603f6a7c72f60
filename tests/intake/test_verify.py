"""Each kind of disagreement between mailbox, ledger, archive and spool is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, update

import intake.process
from intake.batch import process_waiting
from intake.receive import receive
from intake.verify import Problem, verify
from storage.ledger.schema import message, revision, sighting
from tests.builders.season import PROGRAMME, good_mail
from tests.intake.conftest import Desk
from tests.services.mailroom import Mailroom


@pytest.fixture
def filed(desk: Desk) -> Desk:
    """Two mails are processed, a third waits."""
    desk.take_in(good_mail(1), good_mail(2))
    process_waiting(desk.place())
    desk.take_in(good_mail(3))
    assert _problems(desk) == []
    return desk


def _problems(desk: Desk) -> list[Problem]:
    return list(verify(desk.place(), mailboxes=False))


def _object(desk: Desk, number: int = 1) -> Path:
    return desk.settings.data_dir / "archive" / PROGRAMME / f"ZB2021{number:04d}"


def _all_advise(problems: list[Problem]) -> bool:
    return bool(problems) and all(one.advice for one in problems)


def test_a_changed_byte_in_the_archive(filed: Desk) -> None:
    path = _object(filed) / "v1" / "content" / "message.eml"
    path.write_bytes(path.read_bytes().replace(b"Subject", b"subject", 1))
    problems = _problems(filed)
    assert {one.where for one in problems} == {f"archive {PROGRAMME}/ZB20210001"}
    assert _all_advise(problems)


def test_a_damaged_inventory_does_not_hide_the_others(filed: Desk) -> None:
    (_object(filed) / "inventory.json").write_text("{}")
    (_object(filed) / "v1" / "inventory.json").write_text("{}")
    (_object(filed, 2) / "v1" / "content" / "message.eml").write_bytes(b"")
    found = {one.where for one in _problems(filed)}
    assert {f"archive {PROGRAMME}/ZB2021000{number}" for number in (1, 2)} <= found


def test_a_version_that_the_ledger_lacks(filed: Desk) -> None:
    with filed.place().ledger.write() as tx:
        tx.execute(delete(revision).where(revision.c.object_id == "ZB20210001"))
    problems = _problems(filed)
    assert "version 1 is not in the ledger" in [one.problem for one in problems]
    assert _all_advise(problems)


def test_an_object_that_the_archive_lacks(filed: Desk) -> None:
    shutil.rmtree(_object(filed))
    (problem,) = _problems(filed)
    assert "no version in the archive holds its bytes" in problem.problem
    assert problem.advice


def test_a_version_that_the_archive_lacks(filed: Desk) -> None:
    with filed.place().ledger.write() as tx:
        tx.execute(update(revision).where(revision.c.object_id == "ZB20210001").values(version=2))
    found = [one.problem for one in _problems(filed)]
    assert "version 1 is not in the ledger" in found
    assert "version 2 is not in the archive" in found


def test_the_whole_archive_lost(filed: Desk) -> None:
    shutil.rmtree(filed.settings.data_dir / "archive")
    assert len(_problems(filed)) == 2


def test_a_waiting_mail_that_the_spool_lacks(filed: Desk) -> None:
    place = filed.place()
    (waiting,) = place.spool.held()
    place.spool.remove(waiting)
    (problem,) = _problems(filed)
    assert problem.where == f"mail {waiting}"
    assert "not in the spool" in problem.problem


def test_changed_bytes_in_the_spool(filed: Desk) -> None:
    place = filed.place()
    (waiting,) = place.spool.held()
    place.spool.path(waiting).write_bytes(b"other")
    (problem,) = _problems(filed)
    assert (problem.where, problem.problem) == (f"spool {waiting}", "its bytes have changed")


def test_spooled_bytes_that_the_ledger_does_not_know(filed: Desk) -> None:
    filed.place().spool.path("f" * 64).write_bytes(b"received just before a kill")
    (problem,) = _problems(filed)
    assert "the ledger does not know it" in problem.problem


def test_a_quarantined_mail(filed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object) -> None:
        raise KeyError("a bug of ours")

    monkeypatch.setattr(intake.process, "examine", bug)
    process_waiting(filed.place())
    (problem,) = _problems(filed)
    assert "a bug of ours" in problem.problem
    assert "reprocess" in problem.advice


def test_messages_that_the_mailbox_has_and_we_lack(room: Mailroom) -> None:
    room.deliver([good_mail(1), good_mail(2)])
    with room.place() as place:
        receive(place, "main")
        with place.ledger.write() as tx:
            # As if the server had not given the first one so far.
            tx.execute(update(sighting).where(sighting.c.uid == 1).values(state="failed"))
            tx.execute(delete(message))
        for sha256 in place.spool.held():
            place.spool.remove(sha256)
        room.deliver([good_mail(3)])
        found = {one.where: one.problem for one in verify(place)}
    assert found == {
        "mailbox main/INBOX UID 1": "could not be received",
        "mailbox main/INBOX UID 3": "has not been received yet",
    }
