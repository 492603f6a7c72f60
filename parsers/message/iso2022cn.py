"""ISO-2022-CN, which Python has no codec for.

Source: RFC 1922 4. GB 2312 is decoded; a character of CNS 11643 becomes U+FFFD.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    rb"\x1b\$([)*+])([A-Z])|([\x0e\x0f])|\x1b[NO](..)|\n|[^\x1b\x0e\x0f\n]+|.", re.S
)


def decode_iso2022cn(data: bytes) -> str:
    """Never fails: what is no character becomes U+FFFD."""
    out: list[str] = []
    gb2312, shifted = False, False
    for match in _TOKEN.finditer(data):
        place, charset, shift, single = match.groups()
        if place:
            gb2312 = charset == b"A" if place == b")" else gb2312
        elif shift:
            shifted = shift == b"\x0e"
        elif single:
            out.append("\ufffd")
        elif match[0] == b"\n":
            gb2312, shifted = False, False  # a designation holds for one line
            out.append("\n")
        elif not shifted:
            out.append(match[0].decode("ascii", "replace"))
        elif gb2312:
            high = bytes(byte | 0x80 for byte in match[0])
            out.append(high.decode("gb2312", "replace"))
        else:
            out.append("\ufffd" * ((len(match[0]) + 1) // 2))
    return "".join(out)
