"""What single answers of a server are taken for."""

from __future__ import annotations

import io

import pytest

from mail.imap import Described, ImapMailbox
from model.errors import MailboxBusy, MailboxError
from tests.services.scripted import CAPABILITY, LOGIN, OPENED, here, scripted


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
        (b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\n%t OK done\r\n", MailboxBusy, "gives none"),
        (b"* 1 FETCH (UID 1 BODY[]<9> {1}\r\nx)\r\n%t OK done\r\n", MailboxBusy, "something else"),
        (b"* 1 FETCH (UID 7 BODY[] {1}\r\nx)\r\n%t OK done\r\n", MailboxBusy, "something else"),
        (b"* 1 FETCH (UID 1 BODY[] {1}\r\nx\r\n%t OK done\r\n", MailboxBusy, "without its end"),
        (b"* 1 FETCH (UID 1 X {9999999}\r\n", MailboxBusy, "nobody asked"),
        (b"nonsense\r\n", MailboxBusy, "unexpected answer"),
        (b"* BYE System busy\r\n", MailboxBusy, "System busy"),
        (b"x" * 1_000_001, MailboxBusy, "endless"),
        (b"%t NO [SERVERBUG] cannot\r\n", MailboxBusy, "gives none"),
        (b"* 1 FETCH (UID 1 BODY[]<0> {3}\r\nab", MailboxBusy, "failed while fetching"),
    ],
)
def test_answers_that_are_no_message(answer: bytes, error: type[Exception], words: str) -> None:
    there = b"* SEARCH 1\r\n%t OK done\r\n"
    rest = (b"%t OK noop\r\n", there) if words == "gives none" else ()
    with scripted(CAPABILITY, LOGIN, OPENED, answer, *rest) as port:
        mailbox = ImapMailbox(here(port))
        mailbox.connect()
        mailbox.open("INBOX")
        with pytest.raises(error, match=words):
            mailbox.download(1, 3, io.BytesIO())


def test_a_server_that_ignores_pieces_is_not_believed() -> None:
    whole = b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n%t OK done\r\n"
    with scripted(CAPABILITY, LOGIN, OPENED, whole, whole) as port:
        mailbox = ImapMailbox(here(port))
        mailbox.connect()
        mailbox.open("INBOX")
        with pytest.raises(MailboxBusy, match="something else"):
            mailbox.download(1, 900, io.BytesIO())


@pytest.mark.parametrize(
    "answer",
    [
        b'* 1 FETCH (UID 1 BODY[] "a\\"b")\r\n',
        b'* 1 FETCH (FLAGS (\\Seen) BODY[] "a\\"b" UID 1)\r\n',
        b'* 1 FETCH (BODY[]<0> {3}\r\na"b UID 1)\r\n',
        b'* 9 FETCH (UID 5 FLAGS ())\r\n* 1 FETCH (BODY[] {3}\r\na"b)\r\n* 1 FETCH (FLAGS ())\r\n',
        b'* OK {note\r\n* 4 EXISTS\r\n* 1 FETCH (X {4}\r\nBODY BODY[] {3+}\r\na"b UID 1)\r\n',
    ],
)
def test_a_body_comes_in_many_forms(answer: bytes) -> None:
    with scripted(CAPABILITY, LOGIN, OPENED, answer + b"%t OK done\r\n") as port:
        mailbox = ImapMailbox(here(port))
        mailbox.connect()
        mailbox.open("INBOX")
        into = io.BytesIO()
        assert mailbox.download(1, 3, into) == 3
        assert into.getvalue() == b'a"b'
        mailbox._client.shutdown()


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
    assert b"BODY.PEEK[])" in lines[3]
