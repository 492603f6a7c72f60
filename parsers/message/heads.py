"""Header blocks: where one ends, which lines are headers, and what they say of the content.

Source: RFC 5322 2.2, RFC 2045. Kept beyond them: lines among the headers that are none, a body
that begins without an empty line, two Content-Types of which one is right.

Residual risk: a line that is no header counts as the rest of the one before, or is left out
where that holds addresses or a date; both are told, neither can be known to be right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from parsers.message.headers import RawHeader
from parsers.message.limits import MessageLimits
from parsers.message.lines import LINE_BYTES, Source
from parsers.message.notes import Notes
from parsers.message.parameters import Parameters, read_parameters

_HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*")
_END = re.compile(rb"\n\r?\n|\n(?=--)")
_MEDIA_TYPE = re.compile(r"^[!#$&^_.+a-z0-9-]+/[!#$&^_.+a-z0-9-]+$")
_MANY_EMPTY_LINES = 1_000
_MOST_TYPES = 10
_NOTHING = read_parameters(b"")
_NEVER_CONTINUED = frozenset(
    {"from", "sender", "reply-to", "to", "cc", "date", "message-id", "in-reply-to", "references",
     "received", "return-path", "mime-version"}
)  # fmt: skip
"""Headers of which another line without a fold would only spoil what stands there."""


@dataclass(frozen=True, slots=True)
class Head:
    """One header block. digest_part: inside multipart/digest, where a bare part is a mail.
    alternative: number of the multipart/alternative around it, 0 for none."""

    headers: tuple[RawHeader, ...]
    content: Parameters = field(default=_NOTHING)
    disposition: Parameters = field(default=_NOTHING)
    digest_part: bool = False
    alternative: int = 0

    def first(self, name: str) -> bytes:
        return next((header.value for header in self.headers if header.name == name), b"")

    @property
    def media_type(self) -> str:
        declared = self.content.value
        if _MEDIA_TYPE.match(declared):
            return declared
        if not declared and self.digest_part:
            return "message/rfc822"
        # "text" alone is seen, and means plain text; so does nothing at all (RFC 2045 5.2).
        return "text/plain" if declared in ("", "text") else "application/octet-stream"

    @property
    def boundary(self) -> bytes:
        return self.content.get("boundary").text.encode("utf-8", "replace").rstrip()


def read_head(source: Source, limits: MessageLimits, notes: Notes, about: str = "") -> Head:
    """Take one header block and the empty line after it.

    A line that is no header is taken for a broken fold if a header follows, else for the body.
    """
    found: list[tuple[str, bytearray]] = []
    size = 0
    whole_line = True
    if source.peek(1) in (b" ", b"\t") and _header_follows(source, len(source.peek_line())):
        notes.add("header_broken", about)
        source.line()
    while line := source.peek_line():
        if whole_line and not line.strip(b"\r\n"):
            source.skip(len(line))
            break
        match = _HEADER.match(line) if whole_line else None
        folded = not whole_line or (line[:1] in b" \t" and bool(found))
        if match is None and not folded:
            if line.startswith(b"--") or not _header_follows(source, len(line)):
                break
            notes.add("header_broken", about)
            # With a colon it is a header whose name is none; without, it may be a lost fold.
            folded = bool(found) and found[-1][0] not in _NEVER_CONTINUED and b":" not in line
        source.skip(len(line))
        whole_line = line.endswith(b"\n")
        size += len(line)
        if size > limits.header_bytes or (match and len(found) >= limits.headers):
            most = (limits.headers, "行") if match else (limits.header_bytes, "字节")
            notes.add("limit_headers", about, limit=f"{most[0]}{most[1]}")
            _skip_rest(source)
            break
        if match is not None:
            name = match[1].decode("ascii").lower()
            found.append((name, bytearray(line[match.end() :])))
        elif folded and found:
            found[-1][1].extend(line)
    return _head_of(
        tuple(RawHeader(name, bytes(value).rstrip(b"\r\n")) for name, value in found), source
    )


def _head_of(headers: tuple[RawHeader, ...], source: Source) -> Head:
    if not headers:
        return Head(headers)
    types = [header.value for header in headers if header.name == "content-type"]
    contents = [read_parameters(value) for value in types[:_MOST_TYPES]] or [_NOTHING]
    disposition = next((one.value for one in headers if one.name == "content-disposition"), b"")
    return Head(
        headers,
        content=_right_one(contents, source) if len(contents) > 1 else contents[0],
        disposition=read_parameters(disposition) if disposition else _NOTHING,
    )


def _right_one(contents: list[Parameters], source: Source) -> Parameters:
    """Of several Content-Types the first, unless only another one explains the body."""
    body = source.peek(LINE_BYTES)
    for content in contents:
        boundary = content.get("boundary").text.encode("utf-8", "replace").rstrip()
        if content.value.startswith("multipart/") and boundary and b"--" + boundary in body:
            return content
    return contents[0]


def _skip_rest(source: Source) -> None:
    """Past what is left of a header block that is too large, without looking at its lines."""
    source.skip(-1)  # the line end that was just taken may be half of the end
    while block := source.peek(LINE_BYTES):
        end = _END.search(block)
        if end:
            source.skip(end.end())
            return
        source.skip(max(1, len(block) - 2))


def _header_follows(source: Source, size: int) -> bool:
    """Whether a header stands in the line after the one that was peeked at."""
    after = source.peek(size + 300)[size:]
    return size < LINE_BYTES and _HEADER.match(after) is not None


def skip_leader(source: Source) -> None:
    """Past what may stand before the first header: a byte order mark, empty lines, "From "."""
    if source.peek(3) == b"\xef\xbb\xbf":
        source.skip(3)
    for _ in range(_MANY_EMPTY_LINES):
        line = source.peek_line()
        if line and not line.strip(b"\r\n"):
            source.skip(len(line))
        else:
            break
    line = source.peek_line()
    if line.startswith((b"From ", b">From ")) and _HEADER.match(
        source.peek(len(line) + 300)[len(line) :]
    ):
        source.skip(len(line))
