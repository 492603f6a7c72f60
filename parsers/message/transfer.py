"""Transfer encodings as streams: blocks in, decoded blocks out.

Source: RFC 2045 6.7, POSIX uuencode; base64 has a module of its own. Each decoder keeps at most
one line (64 KiB).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Sequence

from parsers.message.base64_stream import Base64, is_base64
from parsers.message.decoder import GARBAGE, TRUNCATED, Decoder, Write

_LINE_BYTES = 64 << 10


class Identity:
    """7bit, 8bit, binary, and what nobody knows."""

    def __init__(self, write: Write, *faults: str) -> None:
        self.faults: set[str] = set(faults)
        self.complete = False
        self._write = write

    def feed(self, block: bytes) -> None:
        self._write(block)

    def close(self) -> None:
        """Nothing is held back."""


_LOST_BREAK = re.compile(rb"=(?==[0-9A-Fa-f]{2})")
"""A soft line break of which the line end was taken away: a sign of its own would be "=3D"."""


class QuotedPrintable:
    """Decoded line by line; a line without end is cut where no escape is in the way."""

    def __init__(self, write: Write) -> None:
        self.faults: set[str] = set()
        self.complete = False
        self._write = write
        self._held = b""

    def feed(self, block: bytes) -> None:
        text = self._held + block
        cut = text.rfind(b"\n") + 1
        if not cut and len(text) > _LINE_BYTES:
            escape = text.rfind(b"=", len(text) - 3)
            cut = escape if escape >= 0 else len(text)
            # White space at the end of a line is dropped, and this is not the end of one.
            cut = len(text[:cut].rstrip(b" \t\r")) or cut
        self._held = text[cut:]
        if cut:
            self._decode(text[:cut])

    def close(self) -> None:
        self._decode(self._held)
        self._held = b""

    def _decode(self, text: bytes) -> None:
        if b"==" in text and _LOST_BREAK.search(text):
            self.faults.add(GARBAGE)
            text = _LOST_BREAK.sub(b"", text)
        self._write(binascii.a2b_qp(_bare(text)))


def _bare(text: bytes) -> bytes:
    """White space before a line end was added on the way (RFC 2045 6.7 rule 3)."""
    if (
        b" \n" not in text
        and b" \r\n" not in text
        and b"\t\n" not in text
        and b"\t\r\n" not in text
    ):
        return text
    *lines, last = text.split(b"\n")
    ends = (b"\r\n" if line.endswith(b"\r") else b"\n" for line in lines)
    return (
        b"".join(line.rstrip(b" \t\r") + end for line, end in zip(lines, ends, strict=True)) + last
    )


class Uuencode:
    """A part that is declared uuencoded: from its "begin" line to its "end" line."""

    def __init__(self, write: Write) -> None:
        self.faults: set[str] = set()
        self.complete = False
        self._write = write
        self._held = b""
        self._begun = False

    def feed(self, block: bytes) -> None:
        *lines, self._held = (self._held + block).split(b"\n")
        for line in lines:
            self._line(line.rstrip(b"\r"))
        if len(self._held) > _LINE_BYTES:
            self._line(self._held)
            self._held = b""

    def close(self) -> None:
        if self._held:
            self._line(self._held)
        if not self.complete:
            self.faults.add(TRUNCATED)

    def _line(self, line: bytes) -> None:
        if not self._begun:
            self._begun = UU_BEGIN.match(line) is not None
        elif line.strip() == b"end":
            self.complete = True
        elif not self.complete:
            data = uu_line(line)
            if data is None:
                if line.strip():
                    self.faults.add(GARBAGE)
            else:
                self._write(data)


UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} (\S[^\r\n]{0,999})$")


def uu_line(line: bytes, *, strict: bool = False) -> bytes | None:
    """The bytes of one line, None if it is no uuencoded line.

    Length and characters are checked, because `binascii` takes nearly everything. Unless
    strict, white space at the end may have been lost on the way. A checksum letter may follow.
    """
    if not line or not 0x20 <= line[0] <= 0x60:
        return None
    size = (line[0] - 0x20) & 0x3F
    wanted = 1 + (size + 2) // 3 * 4
    if len(line) > wanted + 2 or len(line) < (wanted if strict else min(wanted, 2)):
        return None
    if not size:
        return b"" if len(line) <= 2 else None
    body = line[:wanted].ljust(wanted)
    if any(not 0x20 <= byte <= 0x60 for byte in body):
        return None
    # What fills the last group may be anything; `binascii` takes only blanks there.
    return binascii.a2b_uu(body[: 1 + (size * 8 + 5) // 6])


_DECODERS: dict[str, Callable[[Write], Decoder]] = {
    "": Identity, "7bit": Identity, "8bit": Identity, "binary": Identity,
    "base64": Base64, "quotedprintable": QuotedPrintable,
    "uuencode": Uuencode, "xuuencode": Uuencode, "xuue": Uuencode, "uue": Uuencode,
}  # fmt: skip


def decoder_for(encodings: Sequence[str], start: bytes) -> Callable[[Write], Decoder] | None:
    """By the values of the header as they stand, None if the encoding is unknown.

    start: the first bytes of what it is for. Of several encodings the first counts, unless the
    bytes say another; bytes that cannot be base64 are kept as they are.
    """
    names = [re.sub(r"\([^()]*\)|[\"'\s;,-]", "", one).lower() for one in encodings] or [""]
    chosen = _DECODERS.get(names[0])
    if chosen is Identity and "base64" in names and is_base64(start):
        chosen = Base64
    if chosen is Base64 and _is_8bit(start):
        return lambda write: Identity(write, GARBAGE)
    return chosen


def _is_8bit(start: bytes) -> bool:
    """A few such bytes are damage."""
    return sum(byte >= 0x80 for byte in start) * 5 > len(start)
