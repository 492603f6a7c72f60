"""Folders as they are found, and who a message is."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from console.demo.imap_server import EmbeddedImapServer, Quirks
from mail.described import identity_of
from mail.imap import Folder, ImapMailbox
from model.account import ImapAccount, Security
from tests.services.dovecot import Dovecot

NOON = datetime(2021, 6, 16, 12, 0, 5, tzinfo=timezone(timedelta(hours=8)))


def account(server: EmbeddedImapServer, **changes: Any) -> ImapAccount:
    settings: dict[str, Any] = {"security": Security.NONE, "timeout_seconds": 5.0}
    return ImapAccount("test", "127.0.0.1", "intake", "intake", server.port, **(settings | changes))


@pytest.mark.parametrize("marked", [True, False])
def test_which_folders_hold_junk_and_what_was_sent(tmp_path: Path, marked: bool) -> None:
    names = {
        "INBOX": "",
        "垃圾邮件": "junk",
        "病毒文件夹": "junk",
        "广告邮件": "junk",
        "Junk E-mail": "junk",
        "[Gmail]/Spam": "junk",
        "INBOX.JUNK": "junk",
        "Bulk Mail": "junk",
        "已发送": "sent",
        "Sent Items": "sent",
        "[Gmail]/已发邮件": "sent",
        "垃圾清运项目": "",
        "Spam/2021": "",
        "订阅邮件": "",
    }
    server = EmbeddedImapServer(tmp_path, Quirks(no_special_use=not marked), folders=tuple(names))
    server.start()
    try:
        with ImapMailbox(account(server)) as mailbox:
            assert mailbox.folders() == tuple(
                Folder(name, junk=use == "junk", sent=use == "sent") for name, use in names.items()
            )
    finally:
        server.stop()


def test_dovecots_folders(dovecot: Dovecot) -> None:
    user = dovecot.user()
    with dovecot.session(user) as client:
        client.create_folder("垃圾邮件")
    with ImapMailbox(dovecot.account(user)) as mailbox:
        found = {one.name: one for one in mailbox.folders()}
        assert found["Sent"].sent
        assert found["垃圾邮件"].junk
        assert found["INBOX"] == Folder("INBOX", junk=False, sent=False)
        assert mailbox.list_folders() == tuple(found)
        assert mailbox.server == f"{user}@127.0.0.1:{dovecot.port}"


def test_the_modification_sequence_grows(dovecot: Dovecot, imap_server: EmbeddedImapServer) -> None:
    user = dovecot.user()
    with ImapMailbox(dovecot.account(user)) as mailbox:
        before = mailbox.open("INBOX").highest_modseq
        assert before > 0
        assert mailbox.open("INBOX").highest_modseq == before
        dovecot.append(user, b"Subject: 1\r\n\r\nx\r\n", NOON)
        assert mailbox.open("INBOX").highest_modseq > before
    imap_server.quirks = Quirks(no_condstore=True)
    with ImapMailbox(account(imap_server)) as mailbox:
        assert mailbox.open("INBOX").highest_modseq == 0


HEADER = (
    b"Subject: =?gbk?B?xOO6ww==?=\r\n =?gbk?B?xOO6ww==?=\r\nX-Other: 1\r\n"
    b"from: a@example.test\r\nDATE: Wed, 16 Jun 2021 12:00:00 +0800\r\n"
    b"Message-Id:\r\n\t<1@example.test>\r\nsubject: \xc4\xe3\r\n\r\n"
)
PLAIN = (
    b"message-id:<1@example.test>\ndate:Wed, 16 Jun 2021 12:00:00 +0800\nfrom:a@example.test\n"
    b"subject:=?gbk?B?xOO6ww==?= =?gbk?B?xOO6ww==?=\nsubject:\xc4\xe3\n"
)


def test_an_identity_is_that_of_the_raw_headers() -> None:
    assert identity_of(HEADER) == hashlib.sha256(PLAIN).hexdigest()
    assert identity_of(HEADER.replace(b"\r\n", b"\n")) == identity_of(HEADER)
    for before, after in ((b"<1@", b"<2@"), (b"Wed", b"Thu"), (b" a@", b" b@"), (b"\xc4", b"\xc5")):
        assert identity_of(HEADER.replace(before, after)) not in {"", identity_of(HEADER)}
    assert identity_of(HEADER.replace(b"Message-Id", b"X-Id")) == ""
    assert identity_of(b"Message-ID: \r\nSubject: x\r\n\r\n") == ""
    assert identity_of(b"") == ""


def test_every_server_gives_a_message_the_same_identity(
    dovecot: Dovecot, imap_server: EmbeddedImapServer
) -> None:
    user = dovecot.user()
    mail = HEADER + b"body\r\n"
    dovecot.append(user, mail, NOON)
    dovecot.append(user, b"Subject: none\r\n\r\nbody\r\n", NOON)
    imap_server.add("INBOX", mail, NOON)
    for mine in (dovecot.account(user), account(imap_server)):
        with ImapMailbox(mine) as mailbox:
            mailbox.open("INBOX")
            identities = [one.identity for one in mailbox.describe(mailbox.new_uids(0))]
            assert identities[0] == identity_of(HEADER)
            assert identities[1:] in ([], [""])
