"""What a mail's archives have cost so far, and what they may still cost.

Residual risk: bytes that are read and thrown away (links, members over their limit) cost time,
not budget; the wall and processor limits end that.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from model.container import Unpacked, UnpackLimits


@dataclass(slots=True)
class Spent:
    """The budget shared by all archives of one mail, counted up as they are unpacked.

    `unpack` counts up the one it is given. Where it runs in another process, that is a copy:
    `charge` the original with what came back. packed, unpacked: bytes. members: entries listed.
    passwords: candidates tried.
    opened_with: those that opened something, tried first and for nothing from then on.
    began: `time.monotonic()` of the first archive, 0.0 before that.
    """

    packed: int = 0
    unpacked: int = 0
    members: int = 0
    passwords: int = 0
    opened_with: list[str] = field(default_factory=list, repr=False)
    began: float = 0.0

    def begin(self, packed_bytes: int) -> None:
        """Count one more outermost archive and, with the first, start the clock."""
        self.packed += packed_bytes
        self.began = self.began or time.monotonic()

    def charge(self, packed_bytes: int, unpacked: Unpacked) -> None:
        """Count an archive that another process unpacked; its password trials are not known."""
        self.begin(packed_bytes)
        self.unpacked += sum(member.size for member in unpacked.members if member.stored)
        self.members += len(unpacked.members)

    def total_bytes(self, limits: UnpackLimits) -> int:
        """How many bytes all archives of the mail together may unpack to."""
        by_ratio = max(limits.total_floor_bytes, limits.ratio * self.packed)
        return min(limits.total_bytes, by_ratio)

    def deadline(self, limits: UnpackLimits) -> float:
        """The `time.monotonic()` at which everything stops."""
        return self.began + limits.wall_seconds


def in_words(size: int) -> str:
    """A number of bytes as a person reads it, in units of 1,024."""
    value = float(size)
    for unit in ("字节", "KB", "MB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if value == int(value) else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GB"
