"""Letters out: what is known of each, whatever the server does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.demo.imap_server import EmbeddedImapServer
from console.demo.smtp_sink import SmtpSink
from mail.imap import ImapMailbox
from mail.smtp import SmtpSender
from model.account import ImapAccount, Security, SmtpAccount
from model.errors import SendError
from tests.services.certificates import Certificates, make_certificates

LETTER = (
    b"Message-ID: <1@intake.test>\r\nSubject: =?utf-8?b?5Zue5omn?=\r\n\r\n"
    b".a dot\r\n..two\r\n.\r\n\r\n  spaces \t\r\nend\r\n"
)


def account(port: int, **changes: Any) -> SmtpAccount:
    settings: dict[str, Any] = {
        "host": "127.0.0.1",
        "sender": "intake@example.test",
        "port": port,
        "security": Security.NONE,
        "timeout_seconds": 10.0,
    }
    return SmtpAccount(**(settings | changes))


def send_error(port: int, letter: bytes = LETTER, to: str = "a@example.test") -> SendError:
    with pytest.raises(SendError) as caught, SmtpSender(account(port)) as sender:
        sender.send(to, letter)
    return caught.value


def kept(sink: SmtpSink) -> list[bytes]:
    return [path.read_bytes() for path in sink.letters]


def test_many_letters_go_over_one_connection_byte_for_byte(smtp_sink: SmtpSink) -> None:
    letters = [LETTER, LETTER.replace(b"end", "末尾".encode()), LETTER * 500]
    with SmtpSender(account(smtp_sink.port)) as sender:
        answers = [sender.send("a@example.test", letter).answer for letter in letters]
    assert kept(smtp_sink) == letters
    assert answers == [f"250 2.0.0 taken as {number}" for number in (1, 2, 3)]
    assert smtp_sink.connections == 1


def test_line_ends_are_the_only_thing_that_changes(smtp_sink: SmtpSink) -> None:
    with SmtpSender(account(smtp_sink.port)) as sender:
        sender.send("a@example.test", b"Subject: x\n\nline\r\n.\nlast")
    assert kept(smtp_sink) == [b"Subject: x\r\n\r\nline\r\n.\r\nlast\r\n"]


def test_the_envelope_is_the_accounts_and_the_recipients(tmp_path: Path) -> None:
    seen: list[tuple[str, list[str], bytes]] = []
    sink = SmtpSink(tmp_path, lambda *message: seen.append(message))
    sink.start()
    try:
        with SmtpSender(account(sink.port)) as sender:
            sender.send("o'brien+x@example.test", LETTER)
    finally:
        sink.stop()
    assert seen == [("intake@example.test", ["o'brien+x@example.test"], LETTER)]


@pytest.mark.parametrize(
    "letter",
    [b"Subject: x\r\n\r\n" + b"y" * 999, b"a\r\n\r\nb\rc\r\n", b"a\r\n\r\n\0\r\n"],
)
def test_what_smtp_cannot_carry_is_our_bug(smtp_sink: SmtpSink, letter: bytes) -> None:
    with SmtpSender(account(smtp_sink.port)) as sender:
        with pytest.raises(ValueError, match="letter"):
            sender.send("a@example.test", letter)
        sender.send("a@example.test", b"Subject: x\r\n\r\n" + b"y" * 998 + b"\r\n")
    assert len(smtp_sink.letters) == 1


@pytest.mark.parametrize(
    "to",
    ["", "nobody", "a@example.test>\r\nRCPT TO:<b@example.test", "a b@example.test", "<a@b.test>"],
)
def test_an_address_that_could_carry_a_command_is_refused(smtp_sink: SmtpSink, to: str) -> None:
    error = send_error(smtp_sink.port, to=to)
    assert (error.certain, error.lasting) == (True, True)
    assert smtp_sink.letters == ()


@pytest.mark.parametrize("stage", ["refuse_mail", "refuse_rcpt", "refuse_data"])
@pytest.mark.parametrize(
    ("answer", "lasting"), [("451 4.7.1 later", False), ("550 5.1.1 unknown", True)]
)
def test_a_refusal_is_certain_and_the_connection_goes_on(
    smtp_sink: SmtpSink, stage: str, answer: str, lasting: bool
) -> None:
    with SmtpSender(account(smtp_sink.port)) as sender:
        setattr(smtp_sink.faults, stage, answer)
        with pytest.raises(SendError, match=answer[:3]) as caught:
            sender.send("a@example.test", LETTER)
        assert (caught.value.certain, caught.value.lasting) == (True, lasting)
        assert caught.value.advice
        assert smtp_sink.letters == ()
        setattr(smtp_sink.faults, stage, "")
        sender.send("a@example.test", LETTER)
    assert kept(smtp_sink) == [LETTER]
    assert smtp_sink.connections == 1


@pytest.mark.parametrize(("fault", "taken"), [("before", 0), ("after", 1)])
def test_a_break_after_the_body_is_uncertain_either_way(
    smtp_sink: SmtpSink, fault: str, taken: int
) -> None:
    setattr(smtp_sink.faults, f"drop_{fault}_accepting", 1)
    with SmtpSender(account(smtp_sink.port)) as sender:
        with pytest.raises(SendError, match="broke off") as caught:
            sender.send("a@example.test", LETTER)
        assert (caught.value.certain, caught.value.lasting) == (False, False)
        assert "Message-ID" in caught.value.advice
        assert len(smtp_sink.letters) == taken
        # Nothing was sent again by itself, and the next letter gets a connection of its own.
        sender.send("b@example.test", LETTER)
    assert len(smtp_sink.letters) == taken + 1


def test_an_uncertain_letter_is_found_in_the_sent_folder(
    tmp_path: Path, imap_server: EmbeddedImapServer
) -> None:
    def file_copy(_mail_from: str, _rcpt_tos: list[str], letter: bytes) -> None:
        imap_server.add("已发送", letter, datetime(2021, 6, 16, tzinfo=UTC))

    sink = SmtpSink(tmp_path / "smtp", file_copy)
    sink.start()
    try:
        sink.faults.drop_after_accepting = 1
        assert not send_error(sink.port).certain
        sink.faults.drop_before_accepting = 1
        assert not send_error(sink.port, LETTER.replace(b"<1@", b"<2@")).certain
    finally:
        sink.stop()
    mailbox = ImapAccount(
        *("test", "127.0.0.1", "intake", "intake"), port=imap_server.port, security=Security.NONE
    )
    with ImapMailbox(mailbox) as sent:
        assert sent.find_message_id("已发送", "<1@intake.test>")
        assert not sent.find_message_id("已发送", "<2@intake.test>")


def test_a_connection_closed_between_letters_is_made_anew(smtp_sink: SmtpSink) -> None:
    smtp_sink.faults.close_after = 2
    with SmtpSender(account(smtp_sink.port)) as sender:
        for _ in range(5):
            sender.send("a@example.test", LETTER)
    assert kept(smtp_sink) == [LETTER] * 5
    assert smtp_sink.connections == 3


def test_a_used_up_connection_is_left_when_netease_says_so(smtp_sink: SmtpSink) -> None:
    smtp_sink.faults.refuse_mail = "450 MI:DMC 163 smtp1"
    error = send_error(smtp_sink.port)
    assert (error.certain, error.lasting) == (True, False)
    assert "new one" in error.advice


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_login_is_made_and_a_wrong_one_is_not_lasting(tmp_path: Path) -> None:
    sink = SmtpSink(tmp_path, login=("intake", "secret"))
    sink.start()
    try:
        login = {"username": "intake", "password": "secret"}
        with SmtpSender(account(sink.port, **login)) as sender:
            sender.send("a@example.test", LETTER)
        assert kept(sink) == [LETTER]
        for wrong in ("wrong", "密码"):
            with pytest.raises(SendError) as caught:
                SmtpSender(account(sink.port, **login | {"password": wrong})).__enter__()
            assert (caught.value.certain, caught.value.lasting) == (True, False)
            assert "password" in caught.value.advice
            assert wrong not in str(caught.value)
        error = send_error(sink.port)
        assert (error.certain, error.lasting) == (True, False)
    finally:
        sink.stop()
    assert len(sink.letters) == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_certificates_are_verified(
    tmp_path: Path, certificates: Certificates, security: Security
) -> None:
    context = certificates.server_context()
    tls = {"tls": context} if security is Security.TLS else {"starttls": context}
    sink = SmtpSink(tmp_path / "smtp", **tls)
    sink.start()
    try:
        for ca_file in (None, make_certificates(tmp_path).ca):
            unknown = account(sink.port, security=security, ca_file=ca_file)
            with pytest.raises(SendError, match="CERTIFICATE_VERIFY_FAILED") as caught:
                SmtpSender(unknown).__enter__()
            assert (caught.value.certain, caught.value.lasting) == (True, False)
            assert "ca_file" in caught.value.advice
        known = account(sink.port, security=security, ca_file=certificates.ca)
        with SmtpSender(known) as sender:
            sender.send("a@example.test", LETTER)
    finally:
        sink.stop()
    assert kept(sink) == [LETTER]


def test_a_server_without_starttls_gets_no_letter(smtp_sink: SmtpSink) -> None:
    with pytest.raises(SendError, match="STARTTLS") as caught:
        SmtpSender(account(smtp_sink.port, security=Security.STARTTLS)).__enter__()
    assert caught.value.certain
    assert smtp_sink.letters == ()


def test_no_encryption_is_refused_away_from_this_machine() -> None:
    with pytest.raises(SendError, match="no encryption"):
        SmtpSender(account(25, host="smtp.example.test")).__enter__()


def test_a_port_where_nobody_listens(smtp_sink: SmtpSink) -> None:
    error = send_error(1)
    assert (error.certain, error.lasting) == (True, False)


def test_eight_bits_and_chinese_addresses_need_the_extension() -> None:
    for letter, to in ((LETTER + b"\xe6\x9c\xab\r\n", "a@b.test"), (LETTER, "王@b.test")):
        with scripted(b"250 plain server\r\n", b"221 bye\r\n") as port:
            error = send_error(port, letter, to)
        assert (error.certain, error.lasting) == (True, True)
        assert "does not offer" in error.problem


def test_a_chinese_address_arrives(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    with scripted(
        b"250-s\r\n250 SMTPUTF8\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", lines=seen
    ) as port:
        send_error(port, LETTER, "王@例子.test")
    assert "RCPT TO:<王@例子.test>\r\n".encode() in b"".join(map(bytes, seen))


START = (b"250 s\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n", b"354 go on\r\n", b"9" * 9000 + b"\r\n"])
def test_an_end_that_says_nothing_is_uncertain(answer: bytes) -> None:
    with scripted(*START, answer) as port:
        error = send_error(port)
    assert (error.certain, error.lasting) == (False, False)


def test_silence_after_the_body_is_uncertain() -> None:
    with (
        scripted(*START, None) as port,
        pytest.raises(SendError) as caught,
        SmtpSender(account(port, timeout_seconds=0.5)) as sender,
    ):
        sender.send("a@example.test", LETTER)
    assert (caught.value.certain, caught.value.lasting) == (False, False)


@pytest.mark.parametrize("stage", [0, 1, 2, 3])
def test_a_break_before_the_body_is_certain(stage: int) -> None:
    with scripted(*START[:stage], b"") as port:
        error = send_error(port)
    assert (error.certain, error.lasting) == (True, False)


@contextmanager
def scripted(*answers: bytes | None, lines: list[Any] | None = None) -> Iterator[int]:
    """A server that answers each command (or body) with the next of `answers`, then hangs up.

    None: no answer until the client has gone.
    """

    def serve() -> None:
        talk, _ = listener.accept()
        with talk, talk.makefile("rb") as incoming:
            talk.sendall(b"220 ready\r\n")
            body = False
            for answer in answers:
                line = incoming.readline()
                if lines is not None:
                    lines.append(line)
                while body and line not in {b".\r\n", b""}:
                    line = incoming.readline()
                if answer is None:
                    incoming.read()
                    return
                talk.sendall(answer)
                body = answer.startswith(b"354")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()
