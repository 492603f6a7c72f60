"""What every transfer decoder is, and the names of its faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Write = Callable[[bytes], object]

GARBAGE = "garbage"
"""Characters that are not of the encoding, or data after its end."""
TRUNCATED = "truncated"
UNPADDED = "unpadded"
SEGMENTS = "segments"
"""Several encodings one after the other, joined."""


class Decoder(Protocol):
    """faults: of the names above. complete: the encoding itself said that it ended."""

    faults: set[str]
    complete: bool

    def feed(self, block: bytes) -> None: ...

    def close(self) -> None: ...
