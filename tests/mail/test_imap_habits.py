"""The mailbox against servers with habits: those of NetEase, and those of bad networks."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from console.demo.imap_server import EmbeddedImapServer, Quirks
from mail import connection
from mail.backoff import retrying
from mail.download import PIECE_BYTES
from mail.imap import Described, ImapMailbox, MessageVanished
from mail.refusals import wants_authorisation_code
from model.account import ImapAccount, Security
from model.errors import MailboxBusy, MailboxError

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


def test_a_message_expunged_between_two_pieces(imap_server: EmbeddedImapServer) -> None:
    imap_server.quirks = Quirks(expunge_after_partials=3)
    imap_server.add("INBOX", letter(1, 5 * PIECE_BYTES), NOON)
    imap_server.add("INBOX", letter(2), NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        into = io.BytesIO()
        with pytest.raises(MessageVanished) as caught:
            mailbox.download(1, len(letter(1, 5 * PIECE_BYTES)), into)
        assert caught.value.uid == 1
        assert len(into.getvalue()) == 2 * PIECE_BYTES
        assert fetch(mailbox, 2) == letter(2)


def test_a_message_expunged_after_exactly_its_last_piece_is_whole(
    imap_server: EmbeddedImapServer,
) -> None:
    sent = letter(1).ljust(PIECE_BYTES, b"x")
    imap_server.quirks = Quirks(expunge_after_partials=2)
    imap_server.add("INBOX", sent, NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        into = io.BytesIO()
        assert mailbox.download(1, PIECE_BYTES, into) == PIECE_BYTES
    assert into.getvalue() == sent


def test_broken_connections_are_taken_up_again(imap_server: EmbeddedImapServer) -> None:
    sent = letter(1, 3 * PIECE_BYTES)
    imap_server.add("INBOX", sent, NOON)
    imap_server.quirks = Quirks(drop_after_partials=2, drops=2)
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


@contextmanager
def scripted(*answers: bytes, lines: list[bytes] | None = None) -> Iterator[int]:
    """A server that answers each line with the next of `answers`; %t is the command's tag.

    lines: where the client's lines are put.
    """

    def serve() -> None:
        talk, _ = listener.accept()
        with talk, talk.makefile("rb") as incoming:
            talk.sendall(b"* OK ready\r\n")
            for answer in answers:
                line = incoming.readline()
                if lines is not None:
                    lines.append(line)
                talk.sendall(answer.replace(b"%t", line.split(b" ")[0]))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()


CAPABILITY = b"* CAPABILITY IMAP4rev1\r\n%t OK done\r\n"
LOGIN = b"%t OK [CAPABILITY IMAP4rev1] in\r\n"


def here(port: int, **changes: Any) -> ImapAccount:
    settings: dict[str, Any] = {"security": Security.NONE, "port": port, "timeout_seconds": 5.0}
    return ImapAccount("test", "127.0.0.1", "intake", "intake", **(settings | changes))


@pytest.mark.parametrize(
    ("answer", "busy", "advice"),
    [
        (b"%t NO [UNAVAILABLE] backend is down\r\n", True, "again later"),
        (b"%t NO [PRIVACYREQUIRED] plaintext is off\r\n", False, "starttls"),
        (b"%t NO LOGIN Login error, ERR.LOGIN.REQCODE\r\n", False, "授权码"),
        (b"%t NO Login fail. Account is abnormal, service is not open\r\n", False, "授权码"),
        (b"%t NO too many connections\r\n", True, "again later"),
        (b"* BYE shutting down\r\n", True, ""),
        (b"", True, ""),
    ],
)
def test_what_a_refused_login_means(answer: bytes, busy: bool, advice: str) -> None:
    with scripted(CAPABILITY, answer) as port, pytest.raises(MailboxError) as caught:
        ImapMailbox(here(port)).connect()
    assert isinstance(caught.value, MailboxBusy) is busy
    assert advice in caught.value.advice


def test_a_server_that_goes_silent_is_busy() -> None:
    with scripted(CAPABILITY, LOGIN, b"* 1 EXISTS\r\n", b"") as port:
        mailbox = ImapMailbox(here(port, timeout_seconds=0.5))
        mailbox.connect()
        with pytest.raises(MailboxBusy, match="no answer within"):
            mailbox.open("INBOX")


OPENED = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n%t OK [READ-WRITE] in\r\n"


def test_a_folder_without_uidvalidity_is_refused() -> None:
    with scripted(CAPABILITY, LOGIN, b"* 1 EXISTS\r\n%t OK in\r\n") as port:
        mailbox = ImapMailbox(here(port))
        mailbox.connect()
        with pytest.raises(MailboxError, match="UIDVALIDITY"):
            mailbox.open("INBOX")
        mailbox._client.shutdown()


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\n%t OK done\r\n", MailboxBusy, "no more come"),
        (b"* 1 FETCH (UID 1 BODY[]<9> {1}\r\nx)\r\n%t OK done\r\n", MailboxBusy, "no more come"),
        (b"%t NO [SERVERBUG] cannot\r\n", MailboxBusy, "no more come"),
        (b"* 1 FETCH (UID 1 BODY[]<0> {3}\r\nab", MailboxBusy, "failed while fetching"),
        (b"* 1 FETCH (UID 1 BODY[]<0> (\r\n%t OK done\r\n", MailboxBusy, "failed while fetching"),
    ],
)
def test_answers_that_are_no_message(answer: bytes, error: type[Exception], words: str) -> None:
    there = b"* 1 FETCH (UID 1 RFC822.SIZE 3)\r\n%t OK done\r\n"
    rest = (b"%t OK noop\r\n", there) if words == "no more come" else ()
    with scripted(CAPABILITY, LOGIN, OPENED, answer, *rest) as port:
        mailbox = ImapMailbox(here(port))
        mailbox.connect()
        mailbox.open("INBOX")
        with pytest.raises(error, match=words):
            mailbox.download(1, 3, io.BytesIO())


def test_a_server_that_ignores_pieces_is_not_believed() -> None:
    whole = b"x" * (PIECE_BYTES + 1)
    answer = b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%b)\r\n%%t OK done\r\n" % (len(whole), whole)
    with scripted(CAPABILITY, LOGIN, OPENED, answer) as port:
        mailbox = ImapMailbox(here(port))
        mailbox.connect()
        mailbox.open("INBOX")
        with pytest.raises(MailboxBusy, match="keep to the piece"):
            mailbox.download(1, len(whole), io.BytesIO())


def test_a_message_without_a_date_is_not_passed_over() -> None:
    answer = b'* 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE "some day")\r\n%t OK done\r\n'
    with scripted(CAPABILITY, LOGIN, OPENED, answer) as port:
        mailbox = ImapMailbox(here(port))
        mailbox.connect()
        mailbox.open("INBOX")
        assert list(mailbox.describe([1])) == [Described(1, 3, None)]
        mailbox._client.shutdown()


def test_folders_are_examined_and_bodies_peeked_at() -> None:
    lines: list[bytes] = []
    answer = b"* 1 FETCH (UID 1 BODY[]<0> {3}\r\nabc)\r\n%t OK done\r\n"
    with scripted(CAPABILITY, LOGIN, OPENED, answer, lines=lines) as port:
        mailbox = ImapMailbox(here(port))
        mailbox.connect()
        mailbox.open("INBOX")
        assert mailbox.download(1, 3, io.BytesIO()) == 3
        mailbox._client.shutdown()
    # Either alone keeps \\Seen away from most servers; both together from all of them.
    assert lines[2].split(b" ", 1)[1] == b'EXAMINE "INBOX"\r\n'
    assert b"BODY.PEEK[]<0.1048576>" in lines[3]
