"""Waiting for news: with IDLE, without it, and on connections that end."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from console.demo.imap_server import EmbeddedImapServer, Quirks
from mail import idle
from mail.imap import ImapMailbox
from model.account import ImapAccount, Security
from model.errors import MailboxBusy
from tests.services.dovecot import Dovecot

NOON = datetime(2021, 6, 16, 12, 0, 5, tzinfo=timezone(timedelta(hours=8)))
LETTER = b"Message-ID: <1@example.test>\r\nSubject: 1\r\n\r\nbody\r\n"


def account(server: EmbeddedImapServer, **changes: Any) -> ImapAccount:
    settings: dict[str, Any] = {"security": Security.NONE, "timeout_seconds": 5.0}
    return ImapAccount("test", "127.0.0.1", "intake", "intake", server.port, **(settings | changes))


def later(seconds: float, action: Any) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.start()
    return timer


@pytest.mark.parametrize("security", list(Security))
def test_dovecot_tells_of_a_new_message_within_a_second(
    dovecot: Dovecot, security: Security
) -> None:
    user = dovecot.user()
    with ImapMailbox(dovecot.account(user, security)) as mailbox:
        mailbox.open("INBOX")
        assert mailbox.can_idle
        assert mailbox.new_uids(0) == []
        for number in (1, 2):
            arrived: list[float] = []

            def deliver(arrived: list[float] = arrived) -> None:
                dovecot.append(user, LETTER, NOON)
                arrived.append(time.monotonic())

            timer = later(0.3, deliver)
            assert mailbox.wait(20) is True
            noticed = time.monotonic()
            timer.join()
            assert noticed - arrived[0] < 1.0
            assert mailbox.new_uids(0) == list(range(1, number + 1))
        # What is known already is no news.
        assert mailbox.wait(0.6) is False
        dovecot.expunge(user, 1)
        assert mailbox.wait(20) is True
        assert mailbox.new_uids(0) == [2]


def test_what_came_between_two_waits_is_told_at_once(dovecot: Dovecot) -> None:
    user = dovecot.user()
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.open("INBOX")
        assert mailbox.new_uids(0) == []
        dovecot.append(user, LETTER, NOON)
        begun = time.monotonic()
        assert mailbox.wait(20) is True
        assert time.monotonic() - begun < 5
        # It may also come beside the answer to another command, and then not again.
        dovecot.append(user, LETTER, NOON)
        assert list(mailbox.describe([77])) == []
        assert mailbox.wait(20) is True
        assert mailbox.new_uids(0) == [1, 2]


def test_the_embedded_server_tells_too(imap_server: EmbeddedImapServer) -> None:
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        timer = later(0.3, lambda: imap_server.add("INBOX", LETTER, NOON))
        assert mailbox.wait(20) is True
        timer.join()
        assert mailbox.new_uids(0) == [1]
        timer = later(0.3, lambda: imap_server.remove("INBOX", 1))
        assert mailbox.wait(20) is True
        timer.join()
        assert mailbox.new_uids(0) == []


def test_waiting_stops_when_it_is_told_to(imap_server: EmbeddedImapServer) -> None:
    for quirks in (Quirks(), Quirks(no_idle=True)):
        imap_server.quirks = quirks
        with ImapMailbox(account(imap_server)) as mailbox:
            mailbox.open("INBOX")
            stop = threading.Event()
            later(0.2, stop.set)
            begun = time.monotonic()
            assert mailbox.wait(30, stop.is_set) is False
            assert time.monotonic() - begun < 5
            assert mailbox.alive()


@pytest.mark.parametrize("quirks", [Quirks(no_idle=True), Quirks(idle_refused=True)])
def test_without_idle_the_time_is_slept_through(
    imap_server: EmbeddedImapServer, quirks: Quirks
) -> None:
    imap_server.quirks = quirks
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        imap_server.add("INBOX", LETTER, NOON)
        begun = time.monotonic()
        assert mailbox.wait(0.7) is False
        assert time.monotonic() - begun >= 0.7
        assert not mailbox.can_idle
        assert mailbox.new_uids(0) == [1]


def test_idle_is_renewed(imap_server: EmbeddedImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "RENEWED_AFTER_SECONDS", 0.1)
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        timer = later(0.6, lambda: imap_server.add("INBOX", LETTER, NOON))
        assert mailbox.wait(20) is True
        timer.join()


@pytest.mark.parametrize("security", [Security.NONE, Security.TLS])
def test_a_connection_that_ends_while_waiting_is_busy(dovecot: Dovecot, security: Security) -> None:
    with ImapMailbox(dovecot.account(dovecot.user(), security)) as mailbox:
        mailbox.open("INBOX")
        sock = mailbox._client.socket()
        later(0.3, lambda: sock.shutdown(2))
        with pytest.raises(MailboxBusy):
            mailbox.wait(30)
        assert not mailbox.is_connected


def test_a_server_that_goes_away_while_we_wait(imap_server: EmbeddedImapServer) -> None:
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        later(0.3, imap_server.cut_connections)
        with pytest.raises(MailboxBusy):
            mailbox.wait(30)


def test_whether_a_connection_lives(imap_server: EmbeddedImapServer) -> None:
    mailbox = ImapMailbox(account(imap_server))
    assert not mailbox.alive()
    mailbox.connect()
    assert mailbox.alive()
    mailbox.open("INBOX")
    imap_server.add("INBOX", LETTER, NOON)
    assert mailbox.alive()
    assert mailbox.new_uids(0) == [1]
    imap_server.cut_connections()
    assert not mailbox.alive()
    assert not mailbox.is_connected
    mailbox.connect()
    assert mailbox.alive()
    mailbox.close()
