"""Peak memory of `intake poll` for one large message, received, unpacked and filed.

    python -m benchmarks.memory [--megabytes 100]

The message holds a RAR with one stored member and the usual papers; base64 makes it a third
larger than that. Resident memory (RSS) of the whole process tree is summed every 20 ms; pages that
processes share are counted once for each of them.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.builders.season import SeasonMail, good_mail
from tests.services.dovecot import Dovecot
from tests.services.mailroom import Mailroom

SAMPLE_SECONDS = 0.02
MOST_MIB = 400
"""What one message of 100 MB may cost."""


@dataclass(slots=True)
class Peak:
    """rss: bytes, all processes together, at the worst moment. by: what each of them had then."""

    message_bytes: int
    rss: int = 0
    by: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def large_mail(megabytes: int, number: int = 1) -> SeasonMail:
    """A message of about so many million bytes."""
    # A line of base64 carries 57 bytes in 78.
    stored = megabytes * 1_000_000 * 57 // 78
    return good_mail(number, big=random.Random(megabytes).randbytes(stored))


def measure(room: Mailroom, mail: SeasonMail) -> Peak:
    """One poll over the mail. Raises: RuntimeError where it does not end well."""
    # Straight into the maildir: APPEND through a client would cost the server's memory, not ours.
    room.dovecot.drop(room.user, [(mail.data, mail.received_at)])
    peak = Peak(len(mail.data))
    begun = time.monotonic()
    process = room.begin("poll", "--json")
    tree = psutil.Process(process.pid)
    while process.poll() is None:
        now = _resident(tree)
        if sum(now.values()) > peak.rss:
            peak.rss, peak.by = sum(now.values()), now
        time.sleep(SAMPLE_SECONDS)
    out, errors = process.communicate()
    peak.seconds = time.monotonic() - begun
    if process.returncode != 0 or b'"complete": 1' not in out:
        raise RuntimeError(f"the poll failed:\n{out.decode()}\n{errors.decode()}")
    return peak


def _resident(tree: psutil.Process) -> dict[str, int]:
    found = {}
    with contextlib.suppress(psutil.Error):
        for process in [tree, *tree.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                found[f"{process.name()} {process.pid}"] = process.memory_info().rss
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=100)
    asked = parser.parse_args()
    mail = large_mail(asked.megabytes)
    dovecot = Dovecot()
    with tempfile.TemporaryDirectory() as folder:
        try:
            dovecot.start()
            room = Mailroom(dovecot, Path(folder))
            room.start()
            try:
                peak = measure(room, mail)
            finally:
                room.stop()
        finally:
            dovecot.stop()
    mib = peak.rss / (1 << 20)
    print(f"message {peak.message_bytes / 1e6:.1f} MB, {peak.seconds:.1f} s, "
          f"peak {mib:.0f} MiB of {MOST_MIB}")  # fmt: skip
    for name, rss in peak.by.items():
        print(f"  {name}: {rss / (1 << 20):.0f} MiB")
    if mib > MOST_MIB:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
