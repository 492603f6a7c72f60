"""Several folders and mailboxes at once, each with its programme; and the provider's junk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import select

import intake.folder
from console.demo.imap_server import EmbeddedImapServer, Quirks
from console.demo.mails import compose
from intake.answer import answer
from intake.batch import process_waiting
from intake.receive import receive, receive_all
from intake.settings import MailboxSettings
from model.account import Security
from storage.ledger.schema import finding, revision
from tests.builders.season import MAILBOX, good_mail
from tests.intake.conftest import Desk

SETTINGS: dict[str, Any] = {
    "host": "127.0.0.1", "security": Security.NONE, "username": "intake",
    "password": SecretStr("intake"),
}  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedImapServer]:
    server = EmbeddedImapServer(
        tmp_path / "imap", Quirks.netease(), folders=("INBOX", "高新区", "垃圾邮件")
    )
    server.start()
    yield server
    server.stop()


def _deliver(server: EmbeddedImapServer, folder: str, number: int) -> None:
    one = good_mail(number)
    server.add(folder, one.data, one.received_at)


def _rows(desk: Desk) -> list[Any]:
    with desk.place().ledger.read() as tx:
        return list(tx.execute(select(revision).order_by(revision.c.programme, revision.c.id)))


def test_each_folder_and_mailbox_has_its_programme(desk: Desk, server: EmbeddedImapServer) -> None:
    first = MailboxSettings(
        port=server.port, folders=("INBOX", "高新区"),
        folder_programmes={"高新区": "gaoxin-2021"}, **SETTINGS,
    )  # fmt: skip
    second = MailboxSettings(port=server.port, programme="provincial-2021", **SETTINGS)
    desk.change(mailboxes={"first": first})
    _deliver(server, "INBOX", 1)
    _deliver(server, "高新区", 2)
    assert [one.new for one in receive_all(desk.place(), ["first"])] == [2]
    desk.change(mailboxes={"first": first, "second": second})
    _deliver(server, "INBOX", 3)
    received = receive_all(desk.place(), ["second", "first"])
    assert [(one.mailbox, one.new, one.known) for one in received] == [
        ("second", 1, 1), ("first", 0, 1),
    ]  # fmt: skip
    process_waiting(desk.place())
    assert [row.programme for row in _rows(desk)] == [
        "gaoxin-2021", "national-2021", "provincial-2021",
    ]  # fmt: skip


def test_a_submission_among_the_junk_is_taken_and_answered(
    desk: Desk, server: EmbeddedImapServer
) -> None:
    desk.change(mailboxes={"main": MailboxSettings(port=server.port, **SETTINGS)})
    _deliver(server, "垃圾邮件", 1)
    assert receive(desk.place(), "main").new == 1
    process_waiting(desk.place())
    assert answer(desk.place()).sent == 1
    (row,) = _rows(desk)
    with desk.place().ledger.read() as tx:
        codes = set(tx.execute(select(finding.c.code)).scalars())
    assert (row.outcome, "mail.from_junk" in codes) == ("complete", True)


def test_spam_is_not_answered(desk: Desk, server: EmbeddedImapServer) -> None:
    desk.change(mailboxes={"main": MailboxSettings(port=server.port, **SETTINGS)})
    for folder, subject in (("垃圾邮件", "代开发票，诚信经营"), ("INBOX", "请问如何申报")):
        mail = compose(
            subject=subject, sender="win@spam.example", sender_name="财务", to=MAILBOX,
            date=good_mail(1).received_at, text="请联系我们。",
        )  # fmt: skip
        server.add(folder, mail, good_mail(1).received_at)
    assert receive(desk.place(), "main").new == 2
    process_waiting(desk.place())
    assert answer(desk.place()).sent == 1  # what stands in INBOX may be an enterprise's
    rows = _rows(desk)
    assert sorted((row.outcome, row.answer_reason) for row in rows) == [
        ("returned", ""), ("returned", "junk"),
    ]  # fmt: skip


def test_the_junk_may_be_left_out(desk: Desk, server: EmbeddedImapServer) -> None:
    desk.change(mailboxes={"main": MailboxSettings(port=server.port, junk=False, **SETTINGS)})
    _deliver(server, "垃圾邮件", 1)
    assert receive(desk.place(), "main").new == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"folder_programmes": {"高新": "gaoxin-2021"}}, "高新"),
        ({"filing": {"complete": "INBOX"}}, "INBOX"),
        ({"filing": {"done": "已登记"}}, "done|complete"),
        ({"poll_seconds": 1}, "5"),
    ],
)
def test_settings_that_contradict_one_another(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MailboxSettings(**SETTINGS, **more)


def test_a_look_that_finds_nothing_new_writes_nothing(
    desk: Desk, server: EmbeddedImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.change(mailboxes={"main": MailboxSettings(port=server.port, **SETTINGS)})
    _deliver(server, "INBOX", 1)
    assert receive(desk.place(), "main").new == 1
    closed = []
    monkeypatch.setattr(
        intake.folder.receiving, "close_position", lambda *words, **_: closed.append(words)
    )
    assert receive(desk.place(), "main").new == 0
    assert closed == []
    _deliver(server, "INBOX", 2)
    assert receive(desk.place(), "main").new == 1
    assert len(closed) == 1
