"""Every mailbox watched by a thread of this process, until the process is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from intake.receive import Received
from intake.watch import OnReceived, watch
from intake.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Watching:
    """news: set where something is to be done, and by a signal. stop: set once it is to end."""

    news: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)


@contextmanager
def watching(
    place: Workplace, mailboxes: Iterable[str], on_received: OnReceived
) -> Iterator[Watching]:
    """Watch the mailboxes while the block runs; SIGTERM and SIGINT ask it to end.

    What brought something sets `news`, after `on_received` has been told.
    For the main thread only, as Python gives signals to no other.
    """
    told = Watching()

    def on_signal(_number: int, _frame: object) -> None:
        told.stop.set()
        told.news.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)

    def received(one: Received) -> None:
        on_received(one)
        if one.trouble is None:
            told.news.set()

    threads = [
        threading.Thread(target=watch, args=(place, name, received, told.stop.is_set), name=name)
        for name in mailboxes
    ]
    for one in threads:
        one.start()
    try:
        yield told
    finally:
        told.stop.set()
        for one in threads:
            one.join()
