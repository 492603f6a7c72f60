"""The programs that `benchmarks.mail_download` runs beside ours, each in its natural use.

Each gives the bytes that it got; what it has done by then stands in that module's docstring.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imap_tools

from tests.services.dovecot import PASSWORD, Dovecot

_MBSYNC = """
IMAPAccount far
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account far

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns INBOX
Sync Pull
Create Near
SyncState *
"""
_GETMAIL = """
[retriever]
type = SimpleIMAPRetriever
server = 127.0.0.1
port = {port}
username = {user}
password = {password}
mailboxes = ("INBOX",)

[destination]
type = Maildir
path = {folder}/INBOX/

[options]
read_all = true
delete = false
delivered_to = false
received = false
verbose = 0
max_messages_per_session = 100
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox to download: so many messages, bytes in all, in a user's INBOX."""

    dovecot: Dovecot
    user: str
    count: int
    bytes: int


def imap_tools_parsed(box: Box, _folder: Path, bulk: bool | int) -> int:
    """Its natural use; the bytes are those that the server announced."""
    with imap_tools.MailBoxUnencrypted("127.0.0.1", box.dovecot.port).login(
        box.user, PASSWORD
    ) as mailbox:
        return sum(message.size for message in mailbox.fetch(bulk=bulk, mark_seen=False))


def imap_tools_bytes(box: Box, _folder: Path, bulk: bool | int) -> int:
    """The only bytes that it gives back: the parsed message, written out again."""
    with imap_tools.MailBoxUnencrypted("127.0.0.1", box.dovecot.port).login(
        box.user, PASSWORD
    ) as mailbox:
        return sum(
            len(message.obj.as_bytes()) for message in mailbox.fetch(bulk=bulk, mark_seen=False)
        )


def mbsync(box: Box, folder: Path) -> int:
    """Its default: every message synced (FSync yes)."""
    rc = _written(folder / "mbsyncrc", _MBSYNC, box)
    subprocess.run(["mbsync", "-q", "-c", str(rc), "all"], check=True)
    return _maildir_bytes(folder / "INBOX")


def getmail(box: Box, folder: Path) -> int:
    """Its default."""
    rc = _written(folder / "getmailrc", _GETMAIL, box)
    for part in ("cur", "new", "tmp"):
        (folder / "INBOX" / part).mkdir(parents=True)
    command = ["getmail", "--quiet", "--getmaildir", str(folder), "--rcfile", str(rc)]
    # It delivers nothing as root.
    rights: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        rights = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **rights)
    return _maildir_bytes(folder / "INBOX")


def _written(path: Path, template: str, box: Box) -> Path:
    path.write_text(
        template.format(port=box.dovecot.port, user=box.user, password=PASSWORD, folder=path.parent)
    )
    path.chmod(0o600)
    return path


def _maildir_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for part in ("cur", "new") for path in (folder / part).iterdir())
