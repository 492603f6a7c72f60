"""Mail from files: each store, and where its time of arrival comes from."""

from __future__ import annotations

import mailbox
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from intake.batch import process_waiting
from intake.importing import Imported, import_paths
from model.errors import IntakeError
from storage.ledger.schema import message, revision
from tests.builders.season import PROGRAMME, SeasonMail, good_mail, season
from tests.intake.conftest import START, Desk

DELIVERED = datetime(2021, 5, 20, 3, 4, 5, tzinfo=UTC)


def _import(desk: Desk, *paths: Path, received: datetime | None = None) -> list[Imported]:
    return import_paths(desk.place(), list(paths), PROGRAMME, received)


def _eml(folder: Path, mail: SeasonMail, name: str = "a.eml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(mail.data)
    return path


def _with_received(mail: SeasonMail) -> SeasonMail:
    headers = (
        b"Received: from mx.example.net by mail.example.test; Thu, 20 May 2021 11:04:05 +0800\r\n"
        b"Received: from pc by mx.example.net; Thu, 20 May 2021 11:00:00 +0800\r\n"
    )
    return SeasonMail(mail.kind, headers + mail.data, mail.received_at, mail.application_no, "", "")


def _mbox(path: Path, *mails: SeasonMail) -> Path:
    lines = [
        b"From sender@example.com Thu May 20 03:04:05 2021\n"
        + mail.data.replace(b"\r\n", b"\n") + b"\n"
        for mail in mails
    ]  # fmt: skip
    path.write_bytes(b"".join(lines))
    return path


def _maildir(path: Path, *mails: SeasonMail) -> Path:
    store = mailbox.Maildir(path)
    for mail in mails:
        store.add(mail.data)
    for file in (path / "new").iterdir():
        os.utime(file, (DELIVERED.timestamp(), DELIVERED.timestamp()))
    return path


def test_an_eml_counts_from_its_topmost_received_header(desk: Desk, tmp_path: Path) -> None:
    (one,) = _import(desk, _eml(tmp_path / "in", _with_received(good_mail(1))))
    assert (one.received_at, one.received_source, one.new) == (DELIVERED, "received-header", True)


def test_an_eml_without_one_counts_from_now(desk: Desk, tmp_path: Path) -> None:
    (one,) = _import(desk, _eml(tmp_path / "in", good_mail(1)))
    assert one.received_source == "now"
    assert START < one.received_at <= desk.clock.now


@pytest.mark.parametrize("kind", ["eml", "mbox", "maildir"])
def test_a_given_time_goes_before_everything(desk: Desk, tmp_path: Path, kind: str) -> None:
    given = datetime(2021, 5, 20, 1, 0, tzinfo=UTC)
    mail = _with_received(good_mail(1))
    path = {
        "eml": lambda: _eml(tmp_path / "in", mail),
        "mbox": lambda: _mbox(tmp_path / "a.mbox", mail),
        "maildir": lambda: _maildir(tmp_path / "box", mail),
    }[kind]()
    (one,) = _import(desk, path, received=given)
    assert (one.received_at, one.received_source) == (given, "given")


@pytest.mark.parametrize("kind", ["mbox", "maildir"])
def test_a_store_says_when_a_mail_was_delivered(desk: Desk, tmp_path: Path, kind: str) -> None:
    mails = [_with_received(mail) for mail in season(3)]
    path = tmp_path / kind
    (_mbox if kind == "mbox" else _maildir)(path, *mails)
    imported = _import(desk, path)
    assert len(imported) == 3
    assert {(one.received_at, one.received_source) for one in imported} == {(DELIVERED, "store")}


def test_a_folder_of_everything(desk: Desk, tmp_path: Path) -> None:
    mails = season(7)
    folder = tmp_path / "season"
    _eml(folder, mails[0], "1.eml")
    _eml(folder / "deeper", mails[1], "2.EML")
    _mbox(folder / "3.mbox", *mails[2:4])
    _maildir(folder / "4", *mails[4:6])
    (folder / "notes.txt").write_text("no mail")
    imported = _import(desk, folder, _eml(tmp_path / "single", mails[6]))
    assert len(imported) == 7
    assert all(one.new for one in imported)
    batch = process_waiting(desk.place())
    assert batch.processed == 7
    with desk.place().ledger.read() as tx:
        outcomes = sorted(row.outcome for row in tx.execute(select(revision)))
        stored = {row.mailbox for row in tx.execute(select(message))}
    assert outcomes == sorted(
        # Where the time is now, or the mail's own, the window is still open.
        "complete" if mail.kind == "late" else mail.outcome
        for mail in mails
    )
    assert stored == {"import"}


def test_imported_twice_is_done_once(desk: Desk, tmp_path: Path) -> None:
    path = _eml(tmp_path / "in", good_mail(1))
    assert [one.new for one in _import(desk, path, path)] == [True, False]
    process_waiting(desk.place())
    (again,) = _import(desk, path)
    assert not again.new
    assert process_waiting(desk.place()).processed == 0
    assert desk.place().spool.held() == []


@pytest.mark.parametrize("what", ["nothing there", "an empty folder"])
def test_what_is_no_mail_is_told(desk: Desk, tmp_path: Path, what: str) -> None:
    path = tmp_path / "x"
    if what == "an empty folder":
        path.mkdir()
    with pytest.raises(IntakeError) as caught:
        _import(desk, path)
    assert caught.value.advice
