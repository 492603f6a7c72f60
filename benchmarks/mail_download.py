"""Download from one and the same Dovecot: ours, imap_tools, getmail6 and mbsync, in one run.

    python -m benchmarks.mail_download [--rounds 3] [--large 20] [--small 2000] [--memory-mb 200]

Figures are megabytes (10^6 bytes of mail) a second, the median of the rounds and the best of them;
each round fetches everything anew over a new connection. CPU is the client's own, in milliseconds
a megabyte, user and system; it tells what a loaded machine hides. What each of them has done when
its clock stops:

- ours: bytes exact on disk under their SHA-256, file and folder synced (`storage.spool`); and the
  same with what `intake.receive` adds, one ledger transaction a mail.
- imap_tools: `MailBox.fetch`, parsed; and with `obj.as_bytes()`, all in memory, nothing on disk.
- getmail6 and mbsync: a Maildir on disk, synced, with their own state; the program's start counts.
  getmail6 stops after 100 messages.

The peak memory is of a fresh interpreter that downloads one large message into the spool.
"""

from __future__ import annotations

import argparse
import base64
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.download_peers import Box, getmail, imap_tools_bytes, imap_tools_parsed, mbsync
from intake.receive import receive
from intake.settings import MailboxSettings, Settings
from intake.workplace import open_workplace
from mail.imap import ImapMailbox, in_batches
from model.account import Security
from storage.spool import Spool
from tests.services.dovecot import PASSWORD, Dovecot

START = datetime(2021, 6, 1, tzinfo=UTC)
TOGETHER_BYTES = 2 << 20
MOST_MIB = 64
"""What downloading a message of any size may cost, interpreter and all."""

_HEAD = (
    "Message-ID: <{number}@example.test>\r\nDate: Wed, 16 Jun 2021 12:00:00 +0800\r\n"
    "From: a@example.test\r\nTo: b@example.test\r\nSubject: ZB{number:08d}\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
    "text\r\n--b\r\nContent-Type: application/octet-stream; name=a.rar\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n"
)


def letters(count: int, size: int) -> Iterator[tuple[bytes, datetime]]:
    """Mails of about `size` bytes, nearly all of it base64, with their times of arrival."""
    for number in range(count):
        data = random.Random(number).randbytes(size * 57 // 78)
        body = base64.encodebytes(data).replace(b"\n", b"\r\n")
        mail = _HEAD.format(number=number).encode() + body + b"--b--\r\n"
        yield mail, START + timedelta(seconds=number)


def fill(dovecot: Dovecot, count: int, size: int) -> Box:
    """A new user's mailbox, and the server's own index of it warm."""
    user, total = dovecot.user(), 0

    def counted() -> Iterator[tuple[bytes, datetime]]:
        nonlocal total
        for mail, moment in letters(count, size):
            total += len(mail)
            yield mail, moment

    dovecot.drop(user, counted())
    with ImapMailbox(dovecot.account(user)) as mailbox:
        mailbox.open("INBOX")
        list(mailbox.describe(mailbox.new_uids(0)))
    return Box(dovecot, user, count, total)


def ours(box: Box, folder: Path) -> int:
    """As intake does it, without the ledger: small mails in batches, each large one streamed."""
    spool, total = Spool(folder / "spool"), 0
    with ImapMailbox(box.dovecot.account(box.user)) as mailbox:
        mailbox.open("INBOX")
        for batch in in_batches(mailbox.describe(mailbox.new_uids(0))):
            rest = {one.uid: one.size for one in batch}
            together: list[bytes] = []
            for uid, data in mailbox.download_small(batch) if len(batch) > 1 else ():
                del rest[uid]
                together.append(data)
                if sum(map(len, together)) > TOGETHER_BYTES:
                    total += _kept(spool, together)
            total += _kept(spool, together)
            for uid, size in rest.items():
                with spool.receive() as incoming:
                    mailbox.download(uid, size, incoming)
                    total += incoming.keep().size
    return total


def _kept(spool: Spool, together: list[bytes]) -> int:
    kept = sum(one.size for one in spool.receive_together(together)) if together else 0
    together.clear()
    return kept


def ours_with_ledger(box: Box, folder: Path) -> int:
    """The whole of step 1: position, message row and sighting in one transaction a mail."""
    with open_workplace(_settings(box, folder)) as place:
        return receive(place, "main").bytes


def make_ledger(box: Box, folder: Path) -> None:
    """An empty ledger, which is there once and for all where mail is polled."""
    with open_workplace(_settings(box, folder)):
        pass


def _settings(box: Box, folder: Path) -> Settings:
    account = box.dovecot.account(box.user)
    mailbox = MailboxSettings(
        host=account.host,
        port=account.port,
        username=account.username,
        password=account.password,  # type: ignore[arg-type]
        security=Security.NONE,
    )
    return Settings(data_dir=folder, mailboxes={"main": mailbox})


Peer = Callable[[Box, Path], int]
PEERS: dict[str, Peer] = {
    "ours": ours,
    "ours, with ledger": ours_with_ledger,
    "imap_tools parsed": lambda box, folder: imap_tools_parsed(box, folder, False),
    "imap_tools parsed, bulk": lambda box, folder: imap_tools_parsed(box, folder, True),
    "imap_tools as bytes": lambda box, folder: imap_tools_bytes(box, folder, False),
    "imap_tools as bytes, bulk": lambda box, folder: imap_tools_bytes(box, folder, True),
    "getmail6": getmail,
    "mbsync": mbsync,
}


@dataclass(slots=True)
class Speed:
    """One peer's figures, a number a round. speeds: MB/s. cpu: ms a MB."""

    speeds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def against(self, other: Speed) -> str:
        """How many times as fast as another: by the median, the best, and by CPU."""
        median = statistics.median(self.speeds) / statistics.median(other.speeds)
        best = max(self.speeds) / max(other.speeds)
        return f"{median:5.1f}x, best {best:5.1f}x, CPU {min(other.cpu) / min(self.cpu):5.1f}x"

    def __str__(self) -> str:
        median, best = statistics.median(self.speeds), max(self.speeds)
        return f"{median:8.1f} MB/s, best {best:8.1f}, CPU {min(self.cpu):6.1f} ms/MB"


def measure(box: Box, rounds: int, only: str = "") -> dict[str, Speed]:
    """Every peer; they take turns, so that a busy moment of the machine hits them all."""
    chosen = {name: peer for name, peer in PEERS.items() if name.startswith(only)}
    found = {name: Speed() for name in chosen}
    for _ in range(rounds):
        for name, peer in chosen.items():
            folder = Path(tempfile.mkdtemp(prefix="download"))
            try:
                if peer is ours_with_ledger:
                    make_ledger(box, folder)
                os.sync()
                begun, cpu = time.perf_counter(), _cpu_seconds()
                got = peer(box, folder)
                seconds, cpu = time.perf_counter() - begun, _cpu_seconds() - cpu
            finally:
                shutil.rmtree(folder)
            expected = box.bytes * min(1.0, 100 / box.count) if name == "getmail6" else box.bytes
            # Maildirs hold LF alone, imap_tools may fold a header anew.
            if abs(got - expected) > expected * 0.03:
                raise RuntimeError(f"{name} got {got} of {expected} bytes")
            found[name].speeds.append(expected / seconds / 1e6)
            found[name].cpu.append(cpu * 1e9 / expected)
    return found


def _cpu_seconds() -> float:
    """User and system time of this process and of the programs that it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


_CHILD = r"""
import re, sys
from pathlib import Path
from mail.imap import ImapMailbox, in_batches
from model.account import ImapAccount, Security
from storage.spool import Spool
account = ImapAccount("x", "127.0.0.1", sys.argv[2], sys.argv[3], int(sys.argv[1]), Security.NONE)
spool = Spool(Path(sys.argv[4]))

def peak():
    # ru_maxrss would be that of the process that started this one.
    return re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]

before = peak()
with ImapMailbox(account) as mailbox:
    mailbox.open("INBOX")
    for one in mailbox.describe(mailbox.new_uids(0)):
        with spool.receive() as incoming:
            mailbox.download(one.uid, one.size, incoming)
            print(incoming.keep().size)
print(before, peak())
"""


def peak_memory(box: Box) -> tuple[float, float]:
    """MiB that a fresh interpreter has with our modules imported, and at its worst moment."""
    with tempfile.TemporaryDirectory() as folder:
        account = box.dovecot.account(box.user)
        arguments = [str(account.port), box.user, PASSWORD, folder]
        answer = subprocess.run(
            [sys.executable, "-c", _CHILD, *arguments], check=True, capture_output=True, text=True
        ).stdout.split()
    if int(answer[0]) != box.bytes:
        raise RuntimeError(f"got {answer[0]} of {box.bytes} bytes")
    return int(answer[1]) / 1024, int(answer[2]) / 1024


def main() -> None:
    """Print the speeds, how ours stands to each, and our peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", type=int, default=20)
    parser.add_argument("--small", type=int, default=2000)
    parser.add_argument("--memory-mb", type=int, default=200)
    parser.add_argument("--only", default="", help="peers whose names begin so")
    asked = parser.parse_args()
    dovecot = Dovecot()
    try:
        dovecot.start()
        for count, size in ((asked.large, 10_000_000), (asked.small, 40_000)):
            if not count:
                continue
            found = measure(fill(dovecot, count, size), asked.rounds, asked.only)
            print(f"{count} messages of {size / 1e6:g} MB")
            for name, speed in found.items():
                ratio = f"  ours: {found['ours'].against(speed)}" if "ours" in found else ""
                print(f"  {name:<27}{speed}{ratio}", flush=True)
        if asked.memory_mb:
            before, peak = peak_memory(fill(dovecot, 1, asked.memory_mb * 1_000_000))
            print(f"one message of {asked.memory_mb} MB: peak {peak:.1f} MiB of {MOST_MIB}, "
                  f"{before:.1f} of it before the connection")  # fmt: skip
    finally:
        dovecot.stop()


if __name__ == "__main__":
    main()
