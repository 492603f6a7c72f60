"""Waiting for news of the open folder: IDLE (RFC 2177), or sleep where there is none."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from imapclient.exceptions import IMAPClientAbortError

from mail import wire

# RFC 2177 lets a server hang up on a client that idles for 30 minutes; many routers forget a
# silent connection sooner.
RENEWED_AFTER_SECONDS = 9 * 60.0
SLICE_SECONDS = 0.5
_NEWS = re.compile(rb"\* (?:(\d+) (EXISTS|EXPUNGE)|VANISHED )", re.IGNORECASE)


class IdleRefused(Exception):
    """The server says that it can IDLE and does not."""


def never() -> bool:
    """Nobody wants the wait to stop."""
    return False


def sleep(seconds: float, stopped: Callable[[], bool]) -> None:
    """Sleep, looking at `stopped` every half second."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not stopped():
        time.sleep(min(left, SLICE_SECONDS))


def idle(client: Any, seconds: float, stopped: Callable[[], bool], exists: int) -> int | None:
    """Wait until the server tells of news; gives the number of messages there are then.

    exists: as it is known so far; an EXISTS that says the same is no news. None when the time is
    up or `stopped` says so. Raises: IdleRefused; IMAPClientAbortError, OSError where the
    connection ends.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not stopped():
        told = _idle_once(client, min(left, RENEWED_AFTER_SECONDS), stopped, exists)
        if told is not None:
            return told
    return None


def _idle_once(client: Any, seconds: float, stopped: Callable[[], bool], exists: int) -> int | None:
    tag = wire.send(client, b"IDLE")
    news = _News(exists)
    # Until the server has said "+", it may still refuse; and it may tell news before it.
    while not (line := wire.read_line(client)).startswith(b"+"):
        if line.startswith(tag + b" "):
            raise IdleRefused(line.decode("utf-8", "replace"))
        news.take(line)
    end = time.monotonic() + seconds
    while not news.any and (left := end - time.monotonic()) > 0 and not stopped():
        if wire.readable(client, min(left, SLICE_SECONDS)):
            news.take(wire.read_line(client))
    client._imap.send(b"DONE\r\n")
    while not (line := wire.read_line(client)).startswith(tag + b" "):
        news.take(line)
    return news.exists if news.any else None


@dataclass(slots=True)
class _News:
    """The number of messages, and whether the server has told of any change of it."""

    exists: int
    any: bool = False

    def take(self, line: bytes) -> None:
        if line[:6].upper() == b"* BYE ":
            raise IMAPClientAbortError(line.decode("utf-8", "replace"))
        told = _NEWS.match(line)
        if told is None:
            return
        # VANISHED comes only to who asked for it; that it came is what matters.
        count = int(told[1]) if (told[2] or b"").upper() == b"EXISTS" else self.exists - 1
        self.any = self.any or count != self.exists
        self.exists = count
