"""Four real processes that do the same to one ledger at the same moment.

What they do stands here as well, because a spawned process imports it by name.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Any

from storage.ledger import Ledger, filing, leases, numbers, outbox, receiving, work
from tests.builders.ledger_rows import LENGTH, NOW, PROGRAMME, add, letter, raw, record, sha

PROCESSES = 4
WAIT_SECONDS = 60

_together: Barrier


class Crowd:
    """Four processes that wait for one another before each job."""

    def __init__(self) -> None:
        self._pool = _pool()

    def run(self, job: Callable[..., Any], *arguments: Any) -> list[Any]:
        """What `job(number, *arguments)` gave in each process, number 0 to 3.

        Raises: what one of them raised.
        """
        futures = [
            self._pool.submit(_at_once, job, number, arguments) for number in range(PROCESSES)
        ]
        errors = [error for future in futures if (error := future.exception(WAIT_SECONDS))]
        if errors:
            self.close()
            self._pool = _pool()
            # The others only say that there was nobody left to wait for.
            raise min(errors, key=lambda error: isinstance(error, BrokenBarrierError))
        return [future.result() for future in futures]

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def _pool() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(
        PROCESSES, context, initializer=_join, initargs=(context.Barrier(PROCESSES),)
    )


def _join(barrier: Barrier) -> None:
    global _together  # the one way in for what a pool's process shares
    _together = barrier


def _at_once(job: Callable[..., Any], number: int, arguments: tuple[Any, ...]) -> Any:
    try:
        _together.wait(WAIT_SECONDS)
        return job(number, *arguments)
    except BaseException:
        _together.abort()
        raise


def open_first(_number: int, urls: list[str]) -> None:
    """Open databases that have no tables yet."""
    for url in urls:
        _together.wait(WAIT_SECONDS)
        Ledger.open(url).close()


def claim_all(number: int, url: str, most: int) -> list[str]:
    """Take waiting mail until there is none."""
    ledger, taken = Ledger.open(url), []
    _together.wait(WAIT_SECONDS)
    while True:
        with ledger.write() as tx:
            claims = work.claim(tx, f"worker-{number}", NOW, LENGTH, most=most)
        if not claims:
            return taken
        taken += [claim.sha256 for claim in claims]


def claim_each(number: int, url: str, digests: list[str]) -> list[str]:
    """Take mails by their digests."""
    ledger, taken = Ledger.open(url), []
    for sha256 in digests:
        _together.wait(WAIT_SECONDS)
        with ledger.write() as tx:
            taken += work.claim_one(tx, sha256, f"worker-{number}", NOW, LENGTH)
    return [claim.sha256 for claim in taken]


def add_same(_number: int, url: str, words: list[str]) -> int:
    """Receive mails that the other processes receive as well; how many were new."""
    ledger, new = Ledger.open(url), 0
    for word in words:
        _together.wait(WAIT_SECONDS)
        with ledger.write() as tx:
            new += receiving.add_message(tx, raw(word), PROGRAMME, NOW)
    return new


def record_same(_number: int, url: str, words: list[str]) -> None:
    """Enter versions that the other processes enter as well."""
    ledger = Ledger.open(url)
    for word in words:
        made = record(word, letter(f"R-{word}", word), object_id=word)
        _together.wait(WAIT_SECONDS)
        with ledger.write() as tx:
            filing.record(tx, made, 1)


def draw(number: int, url: str, name: str, times: int) -> list[int]:
    """Draw serial numbers in two threads; every third transaction falls after it has drawn."""

    def draw_some(thread: int) -> list[int]:
        ledger, kept = Ledger.open(url), []
        for turn in range(times):
            try:
                with ledger.write() as tx:
                    value = numbers.next_serial(tx, name)
                    if (turn + thread + number) % 3 == 0:
                        raise ZeroDivisionError
                kept.append(value)
            except ZeroDivisionError:
                continue
        ledger.close()
        return kept

    with ThreadPoolExecutor(2) as threads:
        return [value for kept in threads.map(draw_some, range(2)) for value in kept]


def take_leases(number: int, url: str, names: list[str]) -> list[str]:
    """Take leases that nobody has had before; those that were got."""
    ledger, got = Ledger.open(url), []
    for name in names:
        _together.wait(WAIT_SECONDS)
        with ledger.write() as tx:
            if leases.take(tx, name, f"owner-{number}", NOW, LENGTH):
                got.append(name)
    return got


def send_all(number: int, url: str) -> list[str]:
    """Take letters that are owed until there is none."""
    ledger, taken = Ledger.open(url), []
    _together.wait(WAIT_SECONDS)
    while True:
        with ledger.write() as tx:
            row = outbox.claim_next(tx, f"sender-{number}", NOW, LENGTH)
        if row is None:
            return taken
        taken.append(row.receipt_no)


def write_much(number: int, url: str, times: int) -> int:
    """Many short transactions, each with a look first; how many were kept."""
    ledger = Ledger.open(url)
    _together.wait(WAIT_SECONDS)
    for turn in range(times):
        with ledger.write() as tx:
            work.states(tx)
            add(tx, f"{number}-{turn}")
            numbers.next_serial(tx, f"of-{number}")
    return times


def die_holding(url: str, words: list[str]) -> None:
    """Write, do not commit, say so, and wait to be killed."""
    ledger = Ledger.open(url)
    with ledger.write() as tx:
        add(tx, *words)
        numbers.next_serial(tx, "receipts")
        work.claim(tx, "dying", NOW, LENGTH, most=100)
        print("ready", flush=True)
        time.sleep(WAIT_SECONDS)


def die_working(url: str, word: str) -> None:
    """Take a mail, begin, and be killed by it."""
    ledger = Ledger.open(url)
    with ledger.write() as tx:
        work.claim(tx, f"pid-{os.getpid()}", NOW, LENGTH, most=1)
    with ledger.write() as tx:
        work.start(tx, sha(word), f"pid-{os.getpid()}", NOW, LENGTH)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    {"holding": die_holding, "working": die_working}[sys.argv[1]](
        sys.argv[2], sys.argv[3] if sys.argv[1] == "working" else sys.argv[3:]
    )
