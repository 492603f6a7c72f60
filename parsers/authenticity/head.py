"""A mail's header block as the signer saw it, byte for byte, and where its body begins."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import dkim

HEADER_BYTES = 1 << 20
HEADERS = 5_000
"""More of them, and picking the signed ones out could take minutes."""
_LEADER = re.compile(rb"\xef\xbb\xbf|(?:[ \t]*\r?\n){1,1000}|>?From [^\r\n]{0,998}\r?\n")
_END = re.compile(rb"\n\r?\n")


class HeadTooLarge(Exception):
    """The header block is larger than what is looked at."""


class HeadMalformed(Exception):
    """A line of the header block is no header, so nobody can say what was signed."""


class Head(NamedTuple):
    """headers: (name, value), the value with its folds and a CRLF at each line's end.
    body_at: offset in the file of the body's first byte."""

    headers: list[tuple[bytes, bytes]]
    body_at: int

    def values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key.lower() == name]


def read_head(path: Path) -> Head:
    """Past what storage may have put in front (byte order mark, empty lines, "From ").

    Raises: HeadTooLarge; HeadMalformed; OSError.
    """
    with path.open("rb") as file:
        data = file.read(HEADER_BYTES + 1)
    start = 0
    while leader := _LEADER.match(data, start):
        start = leader.end()
    end = _END.search(data, start)
    if end is None and len(data) > HEADER_BYTES:
        raise HeadTooLarge
    block = data[start : end.start() + 1 if end else len(data)]
    if block.count(b"\n") > HEADERS * 20:
        raise HeadTooLarge
    try:
        headers, _ = dkim.rfc822_parse(block.rstrip(b"\r\n"))
    except (dkim.MessageFormatError, IndexError) as error:
        raise HeadMalformed from error
    if len(headers) > HEADERS:
        raise HeadTooLarge
    return Head([(name, value) for name, value in headers], end.end() if end else len(data))


def one_line(value: bytes) -> str:
    """A header's value unfolded; raw bytes that are no UTF-8 become U+FFFD."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", value.decode("utf-8", "replace")).strip()
