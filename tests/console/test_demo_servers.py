"""The demo's servers as other clients see them."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from imaplib import IMAP4
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from console.demo.imap_server import EmbeddedImapServer, Quirks
from console.demo.imap_wire import chosen
from console.demo.smtp_sink import SmtpSink

NOON = datetime(2021, 6, 6, 12, 0, 5, tzinfo=timezone(timedelta(hours=5, minutes=30)))
LETTER = b"Subject: one\r\nMessage-ID: <1@x.test>\r\n folded\r\n\r\nbody\r\nmore\r\n"


@contextmanager
def client(server: EmbeddedImapServer) -> Iterator[Any]:
    with IMAPClient("127.0.0.1", port=server.port, ssl=False, timeout=10) as one:
        one.normalise_times = False
        one.login("intake", "intake")
        yield one


def test_login_needs_the_password(imap_server: EmbeddedImapServer) -> None:
    with IMAPClient("127.0.0.1", port=imap_server.port, ssl=False, timeout=10) as one:
        with pytest.raises(IMAP4.error, match="AUTHENTICATIONFAILED"):
            one.login("intake", "other")
        with pytest.raises(IMAP4.error):
            one.select_folder("INBOX")


def test_append_search_and_fetch(imap_server: EmbeddedImapServer) -> None:
    with client(imap_server) as one:
        one.create_folder('台账 & "副本"')
        assert '台账 & "副本"' in [name for _, _, name in one.list_folders()]
        one.append('台账 & "副本"', LETTER, [r"\Flagged"], NOON)
        opened = one.select_folder('台账 & "副本"')
        assert (opened[b"EXISTS"], opened[b"UIDNEXT"]) == (1, 2)
        assert one.search(["HEADER", "Message-ID", "<1@x.test>"]) == [1]
        assert one.search(["HEADER", "Message-ID", "<2@x.test>"]) == []
        assert one.search("UNSEEN") == [1]
        items = ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[]", "BODY.PEEK[TEXT]"]
        got = one.fetch([1], [*items, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])[1]
        assert got[b"FLAGS"] == (rb"\Flagged",)
        assert got[b"INTERNALDATE"].isoformat() == NOON.isoformat()
        assert got[b"RFC822.SIZE"] == len(LETTER)
        assert got[b"BODY[]"] == LETTER
        assert got[b"BODY[TEXT]"] == b"body\r\nmore\r\n"
        header = got[b"BODY[HEADER.FIELDS (MESSAGE-ID)]"]
        assert header == b"Message-ID: <1@x.test>\r\n folded\r\n\r\n"
        assert one.fetch([1], ["BODY.PEEK[]<3.5>"])[1][b"BODY[]<3>"] == LETTER[3:8]
        assert one.fetch([1], ["BODY.PEEK[]<900.5>"])[1][b"BODY[]<900>"] == b""


def test_reading_without_peek_marks_seen_unless_examined(imap_server: EmbeddedImapServer) -> None:
    imap_server.add("INBOX", LETTER, NOON)
    with client(imap_server) as one:
        one.select_folder("INBOX", readonly=True)
        one.fetch([1], ["BODY[]"])
        assert imap_server.flags("INBOX", 1) == frozenset()
        one.select_folder("INBOX")
        one.fetch([1], ["BODY.PEEK[]"])
        assert imap_server.flags("INBOX", 1) == frozenset()
        one.fetch([1], ["BODY[]"])
        assert imap_server.flags("INBOX", 1) == {r"\Seen"}
        assert one.search("UNSEEN") == []


def test_another_clients_changes_show_after_noop(
    imap_server: EmbeddedImapServer, tmp_path: Path
) -> None:
    for _ in range(3):
        imap_server.add("INBOX", LETTER, NOON)
    with client(imap_server) as reader, client(imap_server) as writer:
        reader.select_folder("INBOX")
        writer.select_folder("INBOX")
        writer.delete_messages([2])
        writer.expunge([2])
        (tmp_path / "new.eml").write_bytes(LETTER)
        imap_server.add("INBOX", tmp_path / "new.eml", NOON)
        assert reader.fetch([2], ["BODY.PEEK[]"])[2][b"BODY[]"] is None
        assert reader.noop()[1] == [(2, b"EXPUNGE"), (3, b"EXISTS")]
        assert reader.search("ALL") == [1, 3, 4]
        assert reader.fetch([4], ["BODY.PEEK[]"])[4][b"BODY[]"] == LETTER
        assert (tmp_path / "new.eml").exists()


def test_quirks_of_netease(imap_server: EmbeddedImapServer) -> None:
    imap_server.add("INBOX", LETTER, NOON)
    imap_server.quirks = Quirks.netease()
    with client(imap_server) as one:
        with pytest.raises(IMAP4.error, match="Unsafe Login"):
            one.select_folder("INBOX")
        one.id_({"name": "someone"})
        assert b"UIDNEXT" not in one.select_folder("INBOX")
        assert one.search(["HEADER", "Message-ID", "<1@x.test>"]) == []
        # Not even imapclient makes anything of an empty answer to STATUS.
        with pytest.raises(IndexError):
            one.folder_status("INBOX", ["MESSAGES"])
    imap_server.quirks = Quirks()
    with client(imap_server) as one:
        assert one.folder_status("INBOX", ["MESSAGES", "UIDNEXT"])[b"UIDNEXT"] == 2


def test_sequence_sets() -> None:
    there = [2, 5, 9]
    assert chosen("1:*", there) == there
    assert chosen("100:*", there) == [9]
    assert chosen("*:6", there) == [9]
    assert chosen("5,2,2:3,7", there) == [2, 5]
    assert chosen("1:*", []) == []


@pytest.mark.parametrize(
    "line",
    [b"a FETCH", b"a1 LOGIN (", b"a1 LOGIN", b"\r", b"a1 UID", b"a1 NOSUCH x", b"\xff\xfe x"],
)
def test_nonsense_is_answered_not_obeyed(imap_server: EmbeddedImapServer, line: bytes) -> None:
    with socket.create_connection(("127.0.0.1", imap_server.port), 5) as talk:
        talk.settimeout(5)
        with talk.makefile("rb") as answers:
            assert answers.readline().startswith(b"* OK")
            talk.sendall(line + b"\r\n")
            answer = answers.readline()
    assert b" BAD " in answer or answer.startswith(b"* BYE")


def test_stopping_ends_every_connection_and_thread(tmp_path: Path) -> None:
    server = EmbeddedImapServer(tmp_path)
    before = set(threading.enumerate())
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), 5) as talk:
        assert talk.recv(4) == b"* OK"
        server.stop()
        talk.settimeout(5)
        while talk.recv(100):
            pass
    assert set(threading.enumerate()) <= before
    server.stop()


def test_the_sink_keeps_what_came_and_tells(tmp_path: Path) -> None:
    told: list[tuple[str, list[str], bytes]] = []
    sink = SmtpSink(tmp_path / "letters", lambda *message: told.append(message))
    sink.start()
    try:
        with smtplib.SMTP("127.0.0.1", sink.port, "localhost", timeout=10) as smtp:
            smtp.sendmail("a@x.test", ["b@x.test", "c@x.test"], LETTER)
    finally:
        sink.stop()
    assert [path.read_bytes() for path in sink.letters] == [LETTER]
    assert told == [("a@x.test", ["b@x.test", "c@x.test"], LETTER)]
    assert message_from_bytes(told[0][2])["Subject"] == "one"


def test_the_sink_can_file_into_a_sent_folder(
    tmp_path: Path, imap_server: EmbeddedImapServer
) -> None:
    def file_copy(_mail_from: str, _rcpt_tos: list[str], letter: bytes) -> None:
        imap_server.add("已发送", letter, NOON)

    sink = SmtpSink(tmp_path / "letters", file_copy)
    sink.start()
    try:
        with smtplib.SMTP("127.0.0.1", sink.port, "localhost", timeout=10) as smtp:
            smtp.sendmail("a@x.test", ["b@x.test"], LETTER)
    finally:
        sink.stop()
    with client(imap_server) as one:
        assert one.select_folder("已发送")[b"EXISTS"] == 1
