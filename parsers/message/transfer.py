"""Transfer encodings as streams: blocks in, decoded blocks out.

Source: RFC 2045 6.7 and 6.8, POSIX uuencode. Each decoder keeps at most one line (64 KiB).

Residual risk: base64 ends at its padding, as the RFC says; programs that go on after it see
another file than we do. What stands there is reported, not read.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from typing import Protocol

Write = Callable[[bytes], object]

GARBAGE = "garbage"
"""Characters that are not of the encoding, or data after its end."""
TRUNCATED = "truncated"
UNPADDED = "unpadded"

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LINE_BYTES = 64 << 10


class Decoder(Protocol):
    """faults: GARBAGE, TRUNCATED, UNPADDED. complete: the encoding itself said that it ended."""

    faults: set[str]
    complete: bool

    def feed(self, block: bytes) -> None: ...

    def close(self) -> None: ...


class Identity:
    """7bit, 8bit, binary, and what nobody knows."""

    def __init__(self, write: Write) -> None:
        self.faults: set[str] = set()
        self.complete = False
        self._write = write

    def feed(self, block: bytes) -> None:
        self._write(block)

    def close(self) -> None:
        """Nothing is held back."""


class Base64:
    """Padding may be missing; other characters are left out, and told."""

    def __init__(self, write: Write) -> None:
        self.faults: set[str] = set()
        self.complete = False
        self._write = write
        self._held = b""

    def feed(self, block: bytes) -> None:
        text = block.translate(None, b" \t\r\n")
        if text.translate(None, _ALPHABET + b"="):
            self.faults.add(GARBAGE)
            text = re.sub(rb"[^A-Za-z0-9+/=]+", b"", text)
        if self.complete:
            if text.strip(b"="):
                self.faults.add(GARBAGE)
            return
        text, padding, rest = text.partition(b"=")
        text = self._held + text
        if padding:
            self.complete = True
            if rest.strip(b"="):
                self.faults.add(GARBAGE)
        whole = len(text) // 4 * 4
        self._held = text[whole:]
        if whole:
            self._write(binascii.a2b_base64(text[:whole]))

    def close(self) -> None:
        if len(self._held) == 1:
            self.faults.add(TRUNCATED)
        elif self._held:
            if not self.complete:
                self.faults.add(UNPADDED)
            self._write(binascii.a2b_base64(self._held + b"=" * (4 - len(self._held))))
        self._held = b""


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
            self._write(binascii.a2b_qp(_bare(text[:cut])))

    def close(self) -> None:
        self._write(binascii.a2b_qp(_bare(self._held)))
        self._held = b""


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
    return binascii.a2b_uu(body)


_DECODERS: dict[str, Callable[[Write], Decoder]] = {
    "": Identity, "7bit": Identity, "8bit": Identity, "binary": Identity,
    "base64": Base64, "quoted-printable": QuotedPrintable,
    "uuencode": Uuencode, "x-uuencode": Uuencode, "x-uue": Uuencode, "uue": Uuencode,
}  # fmt: skip


def decoder_for(encoding: str) -> Callable[[Write], Decoder] | None:
    """By the header's value as it stands, None if the encoding is unknown."""
    name = re.sub(r"\([^()]*\)|[\"'\s;,]", "", encoding).lower()
    return _DECODERS.get(name)
