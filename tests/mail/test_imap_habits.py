"""The mailbox against servers with habits: those of NetEase, and those of bad networks."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from console.demo.imap_server import EmbeddedImapServer, Quirks
from mail import connection
from mail.backoff import retrying
from mail.download import PIECE_BYTES
from mail.imap import ImapMailbox, MessageVanished
from mail.refusals import wants_authorisation_code
from model.account import ImapAccount, Security
from model.errors import MachineError, MailboxBusy, MailboxError

NOON = datetime(2021, 6, 16, 12, 0, 5, tzinfo=timezone(timedelta(hours=8)))


def letter(number: int, size: int = 100) -> bytes:
    head = f"Subject: {number}\r\nMESSAGE-id:\r\n <{number}@example.test>\r\n\r\n".encode()
    return head + b"x" * size + b"\r\n"


def account(server: EmbeddedImapServer, **changes: Any) -> ImapAccount:
    settings: dict[str, Any] = {
        "name": "test",
        "host": "127.0.0.1",
        "username": "intake",
        "password": "intake",
        "port": server.port,
        "security": Security.NONE,
        "timeout_seconds": 20.0,
    }
    return ImapAccount(**(settings | changes))


def fetch(mailbox: ImapMailbox, uid: int) -> bytes:
    into = io.BytesIO()
    [described] = mailbox.describe([uid])
    mailbox.download(uid, described.size, into)
    return into.getvalue()


def test_a_whole_round_against_netease(imap_server: EmbeddedImapServer) -> None:
    imap_server.quirks = Quirks.netease()
    sent = [letter(1), letter(2, 2 * PIECE_BYTES), letter(3)]
    for one in sent:
        imap_server.add("INBOX", one, NOON)
    imap_server.add("病毒文件夹", letter(4), NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        assert "病毒文件夹" in mailbox.list_folders()
        assert mailbox.open("INBOX").exists == 3
        assert mailbox.new_uids(0) == [1, 2, 3]
        assert [fetch(mailbox, uid) for uid in (1, 2, 3)] == sent
        assert next(mailbox.describe([1])).received_at.isoformat() == NOON.isoformat()
        assert mailbox.open("病毒文件夹").exists == 1
        assert fetch(mailbox, 1) == letter(4)
    assert imap_server.flags("INBOX", 1) == frozenset()


def test_a_client_that_does_not_name_itself_is_told_what_to_do(
    imap_server: EmbeddedImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap_server.quirks = Quirks(need_id=True)
    monkeypatch.setattr(connection, "_introduce", lambda client, account: None)
    with ImapMailbox(account(imap_server)) as mailbox:
        with pytest.raises(MailboxError, match="Unsafe Login") as caught:
            mailbox.open("INBOX")
        assert not isinstance(caught.value, MailboxBusy)
        assert "授权码" in caught.value.advice


def test_a_web_password_is_answered_with_the_authorisation_code(
    imap_server: EmbeddedImapServer,
) -> None:
    imap_server.quirks = Quirks(authorisation_code=True)
    with pytest.raises(MailboxError, match="Login error") as caught:
        ImapMailbox(account(imap_server)).connect()
    assert "授权码" in caught.value.advice
    assert not isinstance(caught.value, MailboxBusy)


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("imap.163.com", True),
        ("imap.exmail.qq.com", True),
        ("126.com.", True),
        ("imap.example.test", False),
        ("not163.com", False),
    ],
)
def test_which_providers_want_a_code(host: str, wanted: bool) -> None:
    assert wants_authorisation_code(host) is wanted


def test_news_show_on_an_open_connection(imap_server: EmbeddedImapServer) -> None:
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        assert mailbox.new_uids(0) == []
        imap_server.add("INBOX", letter(1), NOON)
        assert mailbox.new_uids(0) == [1]
        assert mailbox.new_uids(1) == []


@pytest.mark.parametrize("blind", [False, True])
def test_a_sent_letter_is_found_whatever_search_is_worth(
    imap_server: EmbeddedImapServer, blind: bool
) -> None:
    imap_server.quirks = Quirks(header_search_blind=blind)
    for number in range(1, 451):
        imap_server.add("已发送", letter(number), NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        for number in (1, 225, 450):
            assert mailbox.find_message_id("已发送", f"<{number}@example.test>")
        assert not mailbox.find_message_id("已发送", "<451@example.test>")
        # Part of an identifier matches a search, but is not the letter.
        assert not mailbox.find_message_id("已发送", "<50@example.tes>")
        assert not mailbox.find_message_id("INBOX", "<1@example.test>")
        assert mailbox.find_message_id("已发送", "<1@example.test>", newest=100) is not blind
        assert mailbox.open("INBOX").exists == 0


@pytest.mark.parametrize("answer", ["nil", "silent", "no"])
def test_a_message_expunged_as_it_is_asked_for(
    imap_server: EmbeddedImapServer, answer: str
) -> None:
    imap_server.quirks = Quirks(expunge_at_body=1, expunged_answer=answer)
    for number in (1, 2):
        imap_server.add("INBOX", letter(number), NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        into = io.BytesIO()
        with pytest.raises(MessageVanished) as caught:
            mailbox.download(1, len(letter(1)), into)
        assert caught.value.uid == 1
        assert into.getvalue() == b""
        # The connection is as good as before.
        assert fetch(mailbox, 2) == letter(2)


@pytest.mark.parametrize("cut", [0, 10, 2 * PIECE_BYTES])
def test_broken_connections_are_taken_up_again(imap_server: EmbeddedImapServer, cut: int) -> None:
    sent = letter(1, 3 * PIECE_BYTES)
    imap_server.add("INBOX", sent, NOON)
    imap_server.quirks = Quirks(drop_at_body=1, drop_in_literal=cut, drops=2)
    waits: list[float] = []
    mailbox = ImapMailbox(account(imap_server))

    def take() -> bytes:
        mailbox.connect()
        mailbox.open("INBOX")
        return fetch(mailbox, 1)

    got = retrying(
        take,
        attempts=3,
        first_wait_seconds=4,
        longest_wait_seconds=6,
        sleep=waits.append,
        random=lambda: 0.5,
    )
    mailbox.close()
    assert got == sent
    assert waits == [3.0, 4.5]


@pytest.mark.parametrize(("told", "waits"), [(5.0, [5.0]), (0.5, [1.0]), (None, [1.0])])
def test_a_server_that_wants_a_longer_wait_gets_it(told: float | None, waits: list[float]) -> None:
    waited: list[float] = []

    def fail() -> None:
        raise MailboxBusy("busy", retry_after_seconds=told)

    def again() -> None:
        retrying(
            fail,
            attempts=2,
            first_wait_seconds=2,
            longest_wait_seconds=30,
            sleep=waited.append,
            random=lambda: 0.0,
        )

    with pytest.raises(MailboxBusy):
        again()
    assert waited == waits
    # One that is longer than anybody here wants to wait is for whoever polls.
    told, waited = 300.0, []
    with pytest.raises(MailboxBusy) as caught:
        again()
    assert (waited, caught.value.retry_after_seconds) == ([], 300.0)


def test_trying_again_ends_with_the_last_error() -> None:
    calls: list[int] = []
    waits: list[float] = []

    def fail() -> None:
        calls.append(1)
        raise MailboxBusy(f"attempt {len(calls)}")

    def again(attempts: int) -> None:
        retrying(
            fail,
            attempts=attempts,
            first_wait_seconds=1,
            longest_wait_seconds=60,
            sleep=waits.append,
            random=lambda: 0.0,
        )

    with pytest.raises(MailboxBusy, match="attempt 4"):
        again(4)
    assert waits == [0.5, 1.0, 2.0]
    with pytest.raises(ValueError, match="attempts"):
        again(0)


def test_what_would_fail_again_is_not_tried_again() -> None:
    waits: list[float] = []

    def fail() -> None:
        raise MailboxError("the password is wrong")

    with pytest.raises(MailboxError, match="password"):
        retrying(
            fail,
            attempts=5,
            first_wait_seconds=1,
            longest_wait_seconds=60,
            sleep=waits.append,
            random=lambda: 0.0,
        )
    assert waits == []


def test_a_new_uidvalidity_is_seen_on_opening(imap_server: EmbeddedImapServer) -> None:
    for number in (1, 2):
        imap_server.add("INBOX", letter(number), NOON)
    imap_server.remove("INBOX", 1)
    mailbox = ImapMailbox(account(imap_server))
    mailbox.connect()
    before = mailbox.open("INBOX")
    assert mailbox.new_uids(0) == [2]
    imap_server.renumber()
    with pytest.raises(MailboxBusy):
        mailbox.new_uids(0)
    mailbox.connect()
    after = mailbox.open("INBOX")
    assert after.uid_validity != before.uid_validity
    assert mailbox.new_uids(0) == [1]
    assert fetch(mailbox, 1) == letter(2)
    mailbox.close()


def test_a_disk_that_fails_in_mid_answer_ends_the_connection(
    imap_server: EmbeddedImapServer,
) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise MachineError("the disk is full")

    imap_server.add("INBOX", letter(1, 5000), NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        with pytest.raises(MachineError):
            mailbox.download(1, 5000, Full())
        assert not mailbox.is_connected
        mailbox.connect()
        mailbox.open("INBOX")
        assert fetch(mailbox, 1) == letter(1, 5000)
