"""What a poll costs: nothing new and ten new messages, in mailboxes of growing size.

    python -m benchmarks.poll

A private Dovecot on this machine; each figure is the median of many polls over one open
connection (`ImapMailbox.new_uids`), with the bytes that TCP carried each way. The last column
is what a poll that lists the whole mailbox would cost.
"""

from __future__ import annotations

import socket
import statistics
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mail.imap import ImapMailbox
from tests.services.dovecot import Dovecot

SIZES = (100, 2_000, 20_000)
NEW = 10
POLLS = 200
START = datetime(2021, 6, 1, tzinfo=UTC)


def main() -> None:
    """Fill one mailbox step by step and print a line at each size."""
    dovecot = Dovecot()
    try:
        dovecot.start()
        user = dovecot.user()
        print(f"median of {POLLS} polls over one connection; bytes are sent/received")
        print(f"{'messages':>9} {'nothing new':>24} {f'{NEW} new':>24} {'all listed':>26}")
        there = 0
        for size in SIZES:
            dovecot.drop(user, (_letter(number) for number in range(there, size)))
            there = size
            with ImapMailbox(dovecot.account(user)) as mailbox:
                mailbox.open("INBOX")
                last = mailbox.new_uids(0)[-1]
                cells = [
                    _cost(mailbox, lambda box, after=after: box.new_uids(after), polls)
                    for after, polls in ((last, POLLS), (last - NEW, POLLS), (0, POLLS // 10))
                ]
            print(f"{size:>9,} {cells[0]:>24} {cells[1]:>24} {cells[2]:>26}")
    finally:
        dovecot.stop()


def _letter(number: int) -> tuple[bytes, datetime]:
    text = f"Message-ID: <{number}@example.test>\r\nSubject: {number}\r\n\r\nbody\r\n"
    return text.encode(), START + timedelta(seconds=number)


def _cost(mailbox: ImapMailbox, poll: Callable[[ImapMailbox], list[int]], polls: int) -> str:
    times = []
    before = _traffic(mailbox)
    for _ in range(polls):
        begun = time.perf_counter()
        poll(mailbox)
        times.append(time.perf_counter() - begun)
    sent, received = (
        (now - then) // polls for now, then in zip(_traffic(mailbox), before, strict=True)
    )
    return f"{statistics.median(times) * 1000:.2f} ms {sent}/{received} B"


def _traffic(mailbox: ImapMailbox) -> tuple[int, int]:
    """Bytes acknowledged and received: Linux's tcp_info, fields tcpi_bytes_acked and _received."""
    # The mailbox offers no socket, and only this measurement wants it.
    info = mailbox._client.socket().getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 136)
    acked, received = struct.unpack_from("QQ", info, 120)
    return acked, received


if __name__ == "__main__":
    main()
