"""What a mail's archives have cost so far, and what they may still cost.

Residual risk: bytes that are read and thrown away (links, members over their limit) cost time,
not budget; the wall and processor limits end that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from model.container import Cost, UnpackLimits

_TELL_SECONDS = 0.1


@dataclass(slots=True)
class Spent:
    """The budget shared by all archives of one mail, counted up as they are unpacked.

    packed, unpacked: bytes. members: entries listed. heard: passwords that stood in comments and
    were tried; heard_before: how many of earlier packages. opened_with: passwords that opened
    something, tried first from then on.
    began: `time.monotonic()` of the first archive, 0.0 before that. tell: who is told how many
    bytes have come and are expected.
    """

    packed: int = 0
    unpacked: int = 0
    members: int = 0
    heard: list[str] = field(default_factory=list, repr=False)
    heard_before: int = 0
    opened_with: list[str] = field(default_factory=list, repr=False)
    began: float = 0.0
    tell: Callable[[int, int], None] | None = field(default=None, repr=False, compare=False)
    _expected: int = field(default=0, compare=False)
    _came: int = field(default=0, compare=False)

    def begin(self, packed_bytes: int) -> None:
        """Count one more outermost archive and, with the first, start the clock."""
        self.packed += packed_bytes
        self.began = self.began or time.monotonic()

    @classmethod
    def of(cls, cost: Cost) -> Self:
        """The budget of a mail whose earlier packages have cost so much."""
        return cls(cost.packed, cost.unpacked, cost.members, heard_before=cost.passwords)

    def cost(self) -> Cost:
        """What there is to tell the mail's next package."""
        passwords = self.heard_before + len(self.heard)
        return Cost(self.packed, self.unpacked, self.members, passwords)

    def total_bytes(self, limits: UnpackLimits) -> int:
        """How many bytes all archives of the mail together may unpack to."""
        by_ratio = max(limits.total_floor_bytes, limits.ratio * self.packed)
        return min(limits.total_bytes, by_ratio)

    def deadline(self, limits: UnpackLimits) -> float:
        """The `time.monotonic()` at which everything stops."""
        return self.began + limits.wall_seconds

    def expect(self, size: int) -> None:
        """So many bytes more are to come, by what an archive declares."""
        self._expected += size

    def told(self, size: int) -> None:
        """So many bytes more have come, kept or not."""
        self._came += size
        if self.tell is not None:
            self.tell(self._came, self._expected if self._expected >= self._came else 0)


def told_in(path: Path) -> Callable[[int, int], None]:
    """Write the two numbers of bytes into a file, for another process to read now and then; the
    second is 0 where it is not known."""
    last = 0.0

    def tell(came: int, expected: int) -> None:
        nonlocal last
        if time.monotonic() - last > _TELL_SECONDS:
            last = time.monotonic()
            # Progress is a comfort; a full disk shows itself where it matters.
            with suppress(OSError):
                path.write_text(f"{came} {expected}\n", encoding="ascii")

    return tell


def in_words(size: int) -> str:
    """A number of bytes as a person reads it, in units of 1,024."""
    value = float(size)
    for unit in ("字节", "KB", "MB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if value == int(value) else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GB"
