"""yEnc in a body text: seen, and not decoded.

yEnc writes bytes that mail servers change or drop on their way, so that what arrives cannot be
trusted. Source: yEnc draft 1.3.
"""

from __future__ import annotations

import re

from parsers.message.decoder import Write

_BEGIN = re.compile(
    rb"(?:^|[\r\n])=ybegin (?:[a-z]+=[^\s=]{1,20} ){0,6}name=([^\r\n]{1,500})[\r\n]"
)
_TAIL_BYTES = 1_000
ENCODINGS = frozenset({"yenc", "x-yenc"})


class YencWatch:
    """Passes text on as it is; names: of the files whose yEnc beginning went by, raw."""

    def __init__(self, write: Write, most: int) -> None:
        self.names: list[bytes] = []
        self._write = write
        self._most = most
        self._tail = b""

    def write(self, block: bytes) -> None:
        self._write(block)
        seen = self._tail + block
        end = 0
        if b"=ybegin " in seen:
            for match in _BEGIN.finditer(seen):
                if len(self.names) < self._most and match[1].strip() not in self.names:
                    self.names.append(match[1].strip())
                end = match.end() - 1
        self._tail = seen[max(end, len(seen) - _TAIL_BYTES) :]
