"""The folders of a mailbox: which there are, what for, and how one is opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mail.refusals import folder_refused
from model.account import ImapAccount
from model.errors import MailboxError

# A name space's or a provider's root before the folder's own name.
_ROOT = re.compile(r"^(INBOX[./]|\[(Gmail|Google Mail)\]/)", re.IGNORECASE)

# Where a server does not mark its folders (RFC 6154), their names must do; lower case. NetEase,
# Tencent, Sina, Coremail, Aliyun; then Exchange, Gmail, Yahoo and mail programs.
_JUNK = frozenset(
    {
        *("垃圾邮件", "垃圾箱", "垃圾邮件箱", "病毒文件夹", "病毒邮件", "广告邮件", "隔离邮件"),
        *("可疑邮件", "不明邮件", "junk", "junk mail", "junk e-mail", "junk email", "junkmail"),
        *("spam", "bulk", "bulk mail", "virus", "quarantine", "junk messages"),
    }
)
_SENT = frozenset(
    {
        *("已发送", "已发送邮件", "已发邮件", "发件箱", "寄件备份", "已发信件", "sent"),
        *("sent messages", "sent items", "sent mail", "sent-mail", "sent e-mail"),
    }
)
_NOT_OPENED = {b"\\noselect", b"\\nonexistent"}


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder as it was when opened.

    exists: number of messages. highest_modseq: RFC 7162's HIGHESTMODSEQ, which grows with every
    change; 0 where the server keeps none.
    """

    name: str
    uid_validity: int
    exists: int
    highest_modseq: int = 0


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that can be opened. junk: where the provider puts what it distrusts. sent: copies
    of what was sent."""

    name: str
    junk: bool
    sent: bool


def list_folders(client: Any) -> tuple[Folder, ...]:
    """All folders that can be opened, in the server's order."""
    found = []
    for flags, _, name in client.list_folders():
        marks = {flag.lower() for flag in flags}
        if not _NOT_OPENED & marks:
            found.append(_folder(str(name), marks))
    return tuple(found)


def open_folder(
    client: Any, account: ImapAccount, folder: str, *, for_filing: bool = False
) -> FolderState:
    """EXAMINE, or SELECT for filing.

    Raises: MailboxError naming the folders there are when this one is not among them.
    """
    try:
        answer = client.select_folder(folder, readonly=not for_filing)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        there = tuple(one.name for one in list_folders(client))
        raise folder_refused(account, folder, str(error), there) from error
    if not answer.get(b"UIDVALIDITY"):
        raise MailboxError(
            f"Mailbox {account.name}: {folder} has no UIDVALIDITY, so a message cannot be told "
            "from the next.",
            "Use a server that speaks IMAP4rev1 in full.",
        )
    modseq = answer.get(b"HIGHESTMODSEQ", 0)
    return FolderState(folder, answer[b"UIDVALIDITY"], answer[b"EXISTS"], modseq)


def _folder(name: str, marks: set[bytes]) -> Folder:
    bare = _ROOT.sub("", name).strip().lower()
    return Folder(
        name,
        junk=bool({b"\\junk", b"\\spam"} & marks) or bare in _JUNK,
        sent=b"\\sent" in marks or bare in _SENT,
    )
