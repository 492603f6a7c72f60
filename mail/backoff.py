"""Trying again after the network or the server gave way, ever more slowly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from model.errors import MailboxBusy

logger = logging.getLogger(__name__)

T = TypeVar("T")

MOST_DOUBLINGS = 30
"""Of the first wait; the longest one is reached before, and a larger power would overflow."""


def retrying(
    action: Callable[[], T],
    *,
    attempts: int,
    first_wait_seconds: float,
    longest_wait_seconds: float,
    sleep: Callable[[float], None],
    random: Callable[[], float],
) -> T:
    """Call `action` until it succeeds, at most `attempts` times, waiting in between.

    The wait doubles each time up to `longest_wait_seconds`; of each wait one half is fixed and
    one half is drawn, so that several pollers cut off together do not come back together, and
    none comes back at once (NetEase throttles quick reconnects). A server that wants us to stay
    away longer (`MailboxBusy.retry_after_seconds`) is obeyed; where that is more than
    `longest_wait_seconds`, the error is raised at once and says how long.
    action: must make its own connection, or `connect()` an `ImapMailbox` anew.
    sleep: seconds → None. random: () → [0, 1).
    Raises: MailboxBusy of the last attempt; any other error at once, since it would come again.
    """
    if attempts < 1:
        raise ValueError("attempts must be at least 1")
    for attempt in range(1, attempts):
        try:
            return action()
        except MailboxBusy as busy:
            wait = wait_seconds(attempt, first_wait_seconds, longest_wait_seconds, random)
            told = busy.retry_after_seconds or 0.0
            if told > longest_wait_seconds:
                raise
            wait = max(wait, told)
            logger.warning("%s Attempt %d of %d; again in %.1f s.", busy, attempt, attempts, wait)
            sleep(wait)
    return action()


def wait_seconds(
    attempt: int, first_seconds: float, longest_seconds: float, random: Callable[[], float]
) -> float:
    """How long to wait after the attempt of this number, from 1; see `retrying`."""
    whole = min(longest_seconds, first_seconds * 2.0 ** min(attempt - 1, MOST_DOUBLINGS))
    return whole / 2 + random() * whole / 2
