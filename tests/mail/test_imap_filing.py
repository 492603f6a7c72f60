"""Moving messages: with MOVE, with COPY and UID EXPUNGE, and with neither."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from console.demo.imap_server import EmbeddedImapServer, Quirks
from mail import filing
from mail.imap import ImapMailbox
from model.account import ImapAccount, Security
from model.errors import MailboxBusy, MailboxError
from tests.services.dovecot import Dovecot

NOON = datetime(2021, 6, 16, 12, 0, 5, tzinfo=timezone(timedelta(hours=8)))
TARGET = "处理/已登记"


def letter(number: int) -> bytes:
    return f"Message-ID: <{number}@example.test>\r\nSubject: {number}\r\n\r\nbody\r\n".encode()


def account(server: EmbeddedImapServer, **changes: Any) -> ImapAccount:
    settings: dict[str, Any] = {"security": Security.NONE, "timeout_seconds": 5.0}
    return ImapAccount("test", "127.0.0.1", "intake", "intake", server.port, **(settings | changes))


def subjects(server: EmbeddedImapServer, folder: str) -> list[bytes]:
    found = (server.folders.message(folder, uid) for uid in server.folders.uids(folder))
    return [one.path.read_bytes().split(b"\r\n")[1] for one in found if one is not None]


def test_dovecot_moves_into_a_folder_with_a_chinese_name(dovecot: Dovecot) -> None:
    user = dovecot.user()
    for number in range(1, 6):
        dovecot.append(user, letter(number), NOON)
    with ImapMailbox(dovecot.account(user)) as mailbox:
        assert mailbox.can_move
        mailbox.ensure_folder(TARGET)
        mailbox.ensure_folder(TARGET)
        assert TARGET in mailbox.list_folders()
        mailbox.open_for_filing("INBOX")
        dovecot.expunge(user, 4)
        assert mailbox.move([2, 4, 5, 99], TARGET) == {2, 5}
        assert mailbox.new_uids(0) == [1, 3]
        assert mailbox.move([2], TARGET) == frozenset()
        assert mailbox.open(TARGET).exists == 2
        for number in (2, 5):
            assert mailbox.find_message_id(TARGET, f"<{number}@example.test>")
    with dovecot.session(user) as client:
        assert TARGET in [name for _, _, name in client.list_sub_folders()]


@pytest.mark.parametrize(
    "capabilities",
    [{"MOVE", "UIDPLUS"}, {"MOVE"}, {"UIDPLUS"}, set()],
    ids=lambda one: "+".join(sorted(one)) or "neither",
)
def test_dovecot_as_a_server_that_can_less(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, capabilities: set[str]
) -> None:
    user = dovecot.user()
    for number in (1, 2, 3):
        dovecot.append(user, letter(number), NOON)
    with dovecot.session(user) as client:
        client.select_folder("INBOX")
        client.add_flags([3], [b"\\Deleted"])
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.ensure_folder(TARGET)
        mailbox.open_for_filing("INBOX")
        real = mailbox._client.has_capability
        monkeypatch.setattr(
            mailbox._client,
            "has_capability",
            lambda name: real(name) and (name not in {"MOVE", "UIDPLUS"} or name in capabilities),
        )
        assert mailbox.move([1, 2], TARGET) == {1, 2}
        assert mailbox.open(TARGET).exists == 2
        # What a person has marked is never expunged by us.
        left = {3} if capabilities else {1, 2, 3}
        mailbox.open("INBOX")
        assert set(mailbox.new_uids(0)) == left
    assert all(b"\\Deleted" in flags for flags in dovecot.flags(user).values())


@pytest.mark.parametrize(
    "quirks",
    [
        {},
        {"no_move": True},
        {"no_uidplus": True},
        {"no_move": True, "no_uidplus": True},
        {"name_prefix": "INBOX."},
        {"name_prefix": "INBOX.", "no_namespace": True},
    ],
    ids=str,
)
def test_filing_on_servers_of_all_kinds(
    imap_server: EmbeddedImapServer, quirks: dict[str, Any]
) -> None:
    imap_server.quirks = Quirks(**quirks)
    for number in (1, 2, 3):
        imap_server.add("INBOX", letter(number), NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        name = "INBOX.已登记" if "no_namespace" in quirks else "已登记"
        mailbox.ensure_folder(name)
        mailbox.open_for_filing("INBOX")
        imap_server.remove("INBOX", 2)
        assert mailbox.move([1, 2], name) == {1}
    assert subjects(imap_server, "已登记") == [b"Subject: 1"]
    if "no_move" in quirks and "no_uidplus" in quirks:
        assert imap_server.flags("INBOX", 1) == {r"\Deleted"}
        assert imap_server.folders.uids("INBOX") == [1, 3]
    else:
        assert imap_server.folders.uids("INBOX") == [3]


def test_a_second_try_makes_no_second_copy(
    imap_server: EmbeddedImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap_server.quirks = Quirks(no_move=True, header_search_blind=True)
    for number in (1, 2, 3):
        imap_server.add("INBOX", letter(number), NOON)
    mailbox = ImapMailbox(account(imap_server))
    mailbox.connect()
    mailbox.ensure_folder("已登记")
    mailbox.open_for_filing("INBOX")
    with monkeypatch.context() as patched:
        patched.setattr(filing, "_take_away", lambda *_: imap_server.cut_connections())
        mailbox.move([1, 2], "已登记")
    with pytest.raises(MailboxBusy):
        mailbox.new_uids(0)
    assert imap_server.folders.uids("INBOX") == [1, 2, 3]
    mailbox.connect()
    mailbox.open_for_filing("INBOX")
    assert mailbox.move([1, 2, 3], "已登记", retried=True) == {1, 2, 3}
    assert subjects(imap_server, "已登记") == [b"Subject: 1", b"Subject: 2", b"Subject: 3"]
    assert imap_server.folders.uids("INBOX") == []
    mailbox.close()


def test_a_folder_that_cannot_be_made(imap_server: EmbeddedImapServer) -> None:
    imap_server.quirks = Quirks(no_create=True)
    imap_server.add("INBOX", letter(1), NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open_for_filing("INBOX")
        with pytest.raises(MailboxError, match="does not make the folder") as caught:
            mailbox.move([1], "已登记")
        assert "web page" in caught.value.advice
        assert not isinstance(caught.value, MailboxBusy)
        assert mailbox.new_uids(0) == [1]


def test_messages_are_moved_only_where_that_was_asked_for(imap_server: EmbeddedImapServer) -> None:
    imap_server.add("INBOX", letter(1), NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        with pytest.raises(RuntimeError, match="for filing"):
            mailbox.move([1], "已登记")


def test_more_messages_than_one_command_takes(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.drop(user, ((letter(number), NOON) for number in range(450)))
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.ensure_folder("退回")
        mailbox.open_for_filing("INBOX")
        assert mailbox.move(range(1, 451), "退回") == frozenset(range(1, 451))
        assert mailbox.open("退回").exists == 450
