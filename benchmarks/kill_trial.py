"""Kills `intake poll` at random moments, again and again, and counts what is lost or done twice.

    python -m benchmarks.kill_trial [--mails 200] [--kills 50] [--seed 2021]

A season of mixed mails arrives in portions in a private Dovecot; an SMTP server files a copy of
each letter it takes in the mailbox's sent folder. Before each start a portion is delivered, and
the whole process group is killed with SIGKILL: some time after its start, or some milliseconds
after it has begun to receive, to file or to send, so that the short steps are hit as well. At the
end the process runs undisturbed until nothing is left to do, and everything is compared with what
was to come of it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from model.errors import LedgerError
from storage.ledger import outbox, work
from storage.ledger.schema import message, reservation, revision
from tests.builders.season import PROGRAMME, SeasonMail, season
from tests.services.dovecot import Dovecot
from tests.services.mailroom import Mailroom
from tests.services.reckoning import differences

MOST_LAST_RUNS = 12
LONGEST_SECONDS = 3.0
"""Beyond the time of a run without work: the latest moment for a kill by time."""
AFTER_SECONDS = 0.03
"""The longest time between the beginning of a step and the kill aimed at it."""


@dataclass(slots=True)
class Trial:
    """What happened. during: how many kills came while mail was still to be received, processed,
    filed, sent (one kill may be several of these). quarantined: mails that a person had to let
    go on, because three of the kills hit them while they were being read."""

    kills: int = 0
    runs: int = 0
    seconds: float = 0.0
    during: Counter[str] = field(default_factory=Counter)
    quarantined: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def trial(room: Mailroom, mails: list[SeasonMail], kills: int, seed: int) -> Trial:
    """Deliver, kill, start again; then let it end, and compare."""
    chance = random.Random(seed)
    begun = time.monotonic()
    result = Trial()
    idle = _time_of_an_idle_run(room)
    longest = LONGEST_SECONDS
    delivered = 0
    while result.kills < kills:
        until = len(mails) * (result.kills + 1) // kills
        room.deliver(mails[delivered:until])
        delivered = until
        aim = AIMS[result.runs % len(AIMS)]
        process = room.begin("poll", "--json")
        result.runs += 1
        if aim is None:
            ended = _ends_within(process, chance.uniform(idle * 0.6, idle + longest))
            longest = max(longest * 0.8, 0.2) if ended else min(longest * 1.1, LONGEST_SECONDS)
        else:
            ended = _ends_before(process, room, aim)
            time.sleep(chance.uniform(0, AFTER_SECONDS))
        if not ended:
            kill(process)
            result.kills += 1
            result.during.update(_unfinished(room, delivered))
    _let_it_end(room, result)
    result.differences = differences(room, mails)
    result.seconds = time.monotonic() - begun
    return result


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _ends_before(process: subprocess.Popen[bytes], room: Mailroom, aim: Callable[..., int]) -> bool:
    """Whether the process ends before what `aim` counts has grown."""
    before = aim(room)
    while process.poll() is None:
        if aim(room) > before:
            return False
        time.sleep(0.001)
    process.communicate()
    return True


def _received(room: Mailroom) -> int:
    return _entries(room.data / "spool")


def _filed(room: Mailroom) -> int:
    return _entries(room.data / "archive" / ".staging" / PROGRAMME)


def _sent(room: Mailroom) -> int:
    return len(room.smtp.letters)


def _entries(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


AIMS: tuple[Callable[[Mailroom], int] | None, ...] = (None, _received, None, _filed, _sent)
"""What a kill waits for, run by run; None waits for a time."""


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the whole process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _time_of_an_idle_run(room: Mailroom) -> float:
    begun = time.monotonic()
    room.run("poll")
    return time.monotonic() - begun


def _unfinished(room: Mailroom, delivered: int) -> list[str]:
    """Which steps the kill has interrupted, by what the ledger holds."""
    found = []
    try:
        with room.place() as place, place.ledger.read() as tx:
            held = dict(
                tx.execute(select(message.c.state, func.count()).group_by(message.c.state)).all()
            )
            unrecorded = tx.execute(
                select(func.count())
                .select_from(reservation)
                .where(reservation.c.sha256.not_in(select(revision.c.sha256)))
            ).scalar_one()
            letters = outbox.states(tx)
    except LedgerError:
        return ["starting"]
    if sum(held.values()) < delivered:
        found.append("receiving")
    if held.get("working"):
        found.append("processing")
    if unrecorded:
        found.append("filing")
    if letters.get("owed") or letters.get("sending"):
        found.append("sending")
    if letters.get("sending"):
        found.append("a letter on its way")
    return found or ["nothing under way"]


def _let_it_end(room: Mailroom, result: Trial) -> None:
    for _ in range(MOST_LAST_RUNS):
        done = room.run("poll", code=None)
        result.runs += 1
        with room.place() as place, place.ledger.read() as tx:
            states = dict(
                tx.execute(select(message.c.state, func.count()).group_by(message.c.state)).all()
            )
            letters = outbox.states(tx)
            aside = [row.sha256 for row in work.in_state(tx, "quarantined")]
        if aside:
            result.quarantined.extend(aside)
            room.run("reprocess", "--state", "quarantined", code=None)
        elif set(states) == {"processed"} and set(letters) <= {"sent"} and not done["sent"]:
            return
        time.sleep(0.6)  # as long as a letter of unknown fate has to wait


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2021)
    asked = parser.parse_args()
    mails = season(asked.mails)
    dovecot = Dovecot()
    with tempfile.TemporaryDirectory() as folder:
        try:
            dovecot.start()
            room = Mailroom(dovecot, Path(folder))
            room.start()
            try:
                result = trial(room, mails, asked.kills, asked.seed)
                letters = room.letters()
            finally:
                room.stop()
        finally:
            dovecot.stop()
    owed = sum(mail.receipt != "none" for mail in mails)
    print(f"{len(mails)} mails, {result.kills} kills, {result.runs} runs, {result.seconds:.0f} s")
    print(f"letters owed {owed}, taken by the server {len(letters)}, "
          f"distinct {len({letter.message_id for letter in letters})}")  # fmt: skip
    print("killed during: " + ", ".join(f"{what} {n}" for what, n in result.during.most_common()))
    named = " ".join(one[:8] for one in result.quarantined)
    print(f"quarantined and let go on by hand: {len(result.quarantined)} {named}".rstrip())
    print(f"lost or done twice: {len(result.differences)}")
    for one in result.differences:
        print(f"  {one}")


if __name__ == "__main__":
    main()
