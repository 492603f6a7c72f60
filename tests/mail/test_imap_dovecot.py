"""The mailbox against a real server."""

from __future__ import annotations

import hashlib
import io
import random
import socket
import ssl
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from mail.download import PIECE_BYTES
from mail.imap import ImapMailbox, MessageVanished
from model.account import Security
from model.errors import MailboxBusy, MailboxError
from tests.services.certificates import Certificates, make_certificates
from tests.services.dovecot import Dovecot

NOON = datetime(2021, 6, 16, 12, 0, 5, tzinfo=timezone(timedelta(hours=8)))


def letter(number: int, size: int = 0) -> bytes:
    head = f"Message-ID: <{number}@example.test>\r\nSubject: {number}\r\n\r\n".encode()
    body = random.Random(number).randbytes(size).translate(None, delete=b"\0\r\n")
    lines = [body[at : at + 900] for at in range(0, len(body), 900)]
    return head + b"\r\n".join(lines) + b"\r\n"


@pytest.mark.parametrize("security", list(Security))
def test_download_gives_the_very_bytes_however_encrypted(
    dovecot: Dovecot, security: Security
) -> None:
    user = dovecot.user()
    sent = letter(1, 3 * PIECE_BYTES)
    dovecot.append(user, sent, NOON)
    with ImapMailbox(dovecot.account(user, security)) as mailbox:
        assert mailbox.open("INBOX").exists == 1
        [described] = mailbox.describe(mailbox.new_uids(0))
        into = io.BytesIO()
        assert mailbox.download(described.uid, described.size, into) == len(sent)
    assert into.getvalue() == sent


def test_thirty_megabytes_arrive_whole_in_bounded_memory(dovecot: Dovecot, tmp_path: Path) -> None:
    user = dovecot.user()
    sent = letter(2, 30_000_000)
    digest, size = hashlib.sha256(sent).hexdigest(), len(sent)
    dovecot.append(user, sent, NOON)
    del sent
    with (
        ImapMailbox(dovecot.account(user)) as mailbox,
        (tmp_path / "big.eml").open("wb") as into,
    ):
        mailbox.open("INBOX")
        tracemalloc.start()
        assert mailbox.download(1, size, into) == size
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert hashlib.sha256((tmp_path / "big.eml").read_bytes()).hexdigest() == digest
    assert peak < 8 * PIECE_BYTES


@pytest.mark.parametrize("announced", [0, 17, 10**9])
def test_a_wrong_size_does_not_spoil_a_download(dovecot: Dovecot, announced: int) -> None:
    user = dovecot.user()
    sent = letter(3, PIECE_BYTES + 5000)
    dovecot.append(user, sent, NOON)
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.open("INBOX")
        into = io.BytesIO()
        assert mailbox.download(1, announced, into) == len(sent)
    assert into.getvalue() == sent


def test_a_message_of_exactly_whole_pieces_ends_where_it_ends(dovecot: Dovecot) -> None:
    user = dovecot.user()
    sent = letter(4, 2 * PIECE_BYTES + 10_000)[: 2 * PIECE_BYTES - 2].rstrip(b"\r\n")
    sent = sent.ljust(2 * PIECE_BYTES - 2, b"x") + b"\r\n"
    dovecot.append(user, sent, NOON)
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.open("INBOX")
        into = io.BytesIO()
        assert mailbox.download(1, len(sent), into) == 2 * PIECE_BYTES
    assert into.getvalue() == sent


def test_an_unknown_certificate_is_refused_and_nothing_is_sent(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    user = dovecot.user()
    other = make_certificates(tmp_path).ca
    for security in (Security.TLS, Security.STARTTLS):
        for ca_file in (None, other):
            account = dovecot.account(user, security, ca_file=ca_file)
            with pytest.raises(MailboxError, match="not trusted") as caught:
                ImapMailbox(account).connect()
            assert not isinstance(caught.value, MailboxBusy)
            assert "ca_file" in caught.value.advice
    assert f"user=<{user}>" not in dovecot.log()


def test_a_host_that_no_name_service_knows_is_busy(dovecot: Dovecot) -> None:
    account = dovecot.account(dovecot.user(), Security.TLS, host="imap.example.invalid")
    with pytest.raises(MailboxBusy, match="not known here"):
        ImapMailbox(account).connect()


def test_a_certificate_for_another_name_is_refused(dovecot: Dovecot, tmp_path: Path) -> None:
    # The authority is trusted and the name is this machine's, but not the certificate's.
    made = make_certificates(tmp_path, "imap.example.test", address="127.0.0.9")
    with _tls_greeter(made) as port:
        account = dovecot.account("u", Security.TLS, port=port, ca_file=made.ca)
        with pytest.raises(MailboxError, match="not trusted") as caught:
            ImapMailbox(account).connect()
    assert "mismatch" in str(caught.value)


@contextmanager
def _tls_greeter(made: Certificates) -> Iterator[int]:
    """Something that shakes hands in TLS, once, and nothing more."""

    def greet() -> None:
        connection, _ = listener.accept()
        with connection, suppress(ssl.SSLError, OSError):
            made.server_context().wrap_socket(connection, server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=greet)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()


def test_an_unreadable_ca_file_is_the_operators_error(dovecot: Dovecot, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    account = dovecot.account(dovecot.user(), Security.TLS, ca_file=tmp_path / "ca.pem")
    with pytest.raises(MailboxError, match=r"ca\.pem"):
        ImapMailbox(account).connect()


def test_tls_towards_a_plain_port_names_the_remedy(dovecot: Dovecot) -> None:
    account = dovecot.account(dovecot.user(), Security.TLS, port=dovecot.port)
    with pytest.raises(MailboxError, match="does not speak TLS") as caught:
        ImapMailbox(account).connect()
    assert "993" in caught.value.advice


def test_no_encryption_is_refused_away_from_this_machine() -> None:
    dovecot = Dovecot()
    try:
        account = dovecot.account("u", host="imap.example.test")
        with pytest.raises(MailboxError, match="no encryption"):
            ImapMailbox(account).connect()
    finally:
        dovecot.stop()


def test_a_wrong_password_is_not_busy(dovecot: Dovecot) -> None:
    with pytest.raises(MailboxError, match="refused the login") as caught:
        ImapMailbox(dovecot.account(dovecot.user(), password="wrong")).connect()
    assert not isinstance(caught.value, MailboxBusy)
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize("password", ["pw\n", "密码", "ｐｗ", ""])
def test_a_password_that_login_cannot_carry_is_named(dovecot: Dovecot, password: str) -> None:
    with pytest.raises(MailboxError, match="password"):
        ImapMailbox(dovecot.account(dovecot.user(), password=password)).connect()


def test_a_missing_folder_is_answered_with_those_there_are(dovecot: Dovecot) -> None:
    user = dovecot.user()
    with dovecot.session(user) as client:
        client.create_folder("报送/质量标杆")
    with ImapMailbox(dovecot.account(user)) as mailbox:
        with pytest.raises(MailboxError, match="质量标杆") as caught:
            mailbox.open("收件箱")
        assert not isinstance(caught.value, MailboxBusy)
        assert mailbox.open("报送/质量标杆").exists == 0


def test_positions_in_an_empty_box_and_past_the_last(dovecot: Dovecot) -> None:
    user = dovecot.user()
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.open("INBOX")
        assert mailbox.new_uids(0) == []
        for number in (1, 2, 3):
            dovecot.append(user, letter(number), NOON)
        assert mailbox.new_uids(0) == [1, 2, 3]
        assert mailbox.new_uids(2) == [3]
        # "4:*" names message 3, the last there is.
        assert mailbox.new_uids(3) == []
        assert mailbox.new_uids(1000) == []


def test_arrival_keeps_the_servers_zone(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.append(user, letter(1), datetime(2021, 6, 16, 15, 59, 59, tzinfo=UTC))
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.open("INBOX")
        [described] = mailbox.describe([1])
    # Dovecot runs with TZ=Asia/Shanghai here, and that is what it shows.
    assert described.received_at.isoformat() == "2021-06-16T23:59:59+08:00"


def test_nothing_is_ever_marked_seen(dovecot: Dovecot) -> None:
    user = dovecot.user()
    for number in (1, 2):
        dovecot.append(user, letter(number, 2000), NOON)
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.open("INBOX")
        for described in mailbox.describe(mailbox.new_uids(0)):
            mailbox.download(described.uid, described.size, io.BytesIO())
        assert mailbox.find_message_id("INBOX", "<2@example.test>")
        assert not mailbox.find_message_id("INBOX", "<none@example.test>")
    assert set(dovecot.flags(user)) == {1, 2}
    assert all(b"\\Seen" not in flags for flags in dovecot.flags(user).values())


class ExpungingFile(io.BytesIO):
    """Expunges the message from elsewhere as soon as its first piece has come."""

    def __init__(self, dovecot: Dovecot, user: str) -> None:
        super().__init__()
        self.dovecot, self.user = dovecot, user

    def write(self, piece: object) -> int:
        if self.tell() == 0:
            self.dovecot.expunge(self.user, 1)
        return super().write(piece)  # type: ignore[arg-type]


def test_a_message_expunged_before_and_in_the_middle_of_its_download(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.append(user, letter(1, 30_000_000), NOON)
    dovecot.append(user, letter(2), NOON)
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.open("INBOX")
        into = ExpungingFile(dovecot, user)
        size = next(mailbox.describe([1])).size
        # Dovecot may hold the file open to the end; then every byte must be there.
        with suppress(MessageVanished):
            assert mailbox.download(1, size, into) == size
            assert into.getvalue() == letter(1, 30_000_000)
        with pytest.raises(MessageVanished):
            mailbox.download(1, size, io.BytesIO())
        # The connection is as good as before.
        assert [described.uid for described in mailbox.describe([1, 2])] == [2]
        assert mailbox.download(2, len(letter(2)), io.BytesIO()) == len(letter(2))


def test_the_connection_dying_is_busy_and_can_be_mended(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.append(user, letter(1), NOON)
    mailbox = ImapMailbox(dovecot.account(user))
    mailbox.connect()
    mailbox.open("INBOX")
    mailbox._client.socket().shutdown(2)
    with pytest.raises(MailboxBusy):
        mailbox.new_uids(0)
    with pytest.raises(MailboxBusy, match="not connected"):
        mailbox.new_uids(0)
    mailbox.connect()
    mailbox.open("INBOX")
    assert mailbox.new_uids(0) == [1]
    mailbox.close()
    mailbox.close()


def test_reading_without_an_open_folder_is_our_own_bug(dovecot: Dovecot) -> None:
    with (
        ImapMailbox(dovecot.account(dovecot.user())) as mailbox,
        pytest.raises(RuntimeError, match="open a folder"),
    ):
        mailbox.new_uids(0)


def test_a_port_where_nobody_listens_is_busy(dovecot: Dovecot) -> None:
    with pytest.raises(MailboxBusy, match="failed while connecting"):
        ImapMailbox(dovecot.account(dovecot.user(), port=1)).connect()


def test_twenty_thousand_messages(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    user = dovecot.user()
    dovecot.drop(user, ((letter(n), NOON + timedelta(seconds=n)) for n in range(1, 20_001)))
    with ImapMailbox(dovecot.account(user)) as mailbox:
        assert mailbox.open("INBOX").exists == 20_000
        uids = mailbox.new_uids(0)
        assert uids == list(range(1, 20_001))
        described = list(mailbox.describe(uids))
        assert [one.uid for one in described] == uids
        assert described[6_999].received_at == NOON + timedelta(seconds=7_000)
        assert mailbox.new_uids(19_990) == uids[19_990:]
        # The same in many spans, as in boxes too large for one answer line.
        monkeypatch.setattr("mail.news.UIDS_PER_SEARCH", 777)
        assert mailbox.new_uids(0) == uids
        assert mailbox.new_uids(19_999) == [20_000]
        assert mailbox.new_uids(20_000) == []
        assert mailbox.find_message_id("INBOX", "<20000@example.test>")
        assert mailbox.find_message_id("INBOX", "<3@example.test>")
