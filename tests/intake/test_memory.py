"""A large message costs no more memory than a small one."""

from __future__ import annotations

from benchmarks.memory import large_mail, measure
from tests.services.mailroom import Mailroom


def test_twenty_megabytes(room: Mailroom) -> None:
    peak = measure(room, large_mail(20))
    # 196 MiB were measured at 20 MB and at 100 MB alike; one copy of the message would show.
    assert peak.rss < 300 << 20, peak.by
