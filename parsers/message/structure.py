"""The tree of parts: header blocks and boundaries, walked as a stream.

Source: RFC 2046 5.1. Kept beyond it: a boundary that is not declared, or is not the one that
is used (the first "--" line with a header after it is taken), a last boundary that is missing,
a body that begins without an empty line, lines among the headers that are none.

Residual risks: a mail can nest its parts so that two programs see two different trees; ours
follows the innermost open boundary. A region whose boundary is wrong is read once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from parsers.message.headers import RawHeader
from parsers.message.limits import MessageLimits
from parsers.message.lines import LINE_BYTES, Source
from parsers.message.notes import Notes
from parsers.message.parameters import Parameters, read_parameters

_HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*")
_GUESS = re.compile(rb"(?:^|\n)--([^\r\n]{1,200})\r?\n[!-9;-~]{1,100}:")
_MEDIA_TYPE = re.compile(r"^[!#$&^_.+a-z0-9-]+/[!#$&^_.+a-z0-9-]+$")
_MANY_EMPTY_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Head:
    """One header block. digest_part: inside multipart/digest, where a bare part is a mail.
    alternative: number of the multipart/alternative around it, 0 for none."""

    headers: tuple[RawHeader, ...]
    content: Parameters = field(default_factory=lambda: read_parameters(b""))
    disposition: Parameters = field(default_factory=lambda: read_parameters(b""))
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


@dataclass(slots=True)
class Leaf:
    """A part without parts; `content` must be drained before the next one is asked for.

    cut: the mail ended inside it (known when drained). odd: a multipart that has no parts.
    """

    head: Head
    content: Iterator[bytes]
    cut: bool = False
    odd: bool = False


def read_head(source: Source, limits: MessageLimits, notes: Notes, about: str = "") -> Head:
    """Take one header block and the empty line after it.

    A line that is no header is taken for a broken fold if a header follows, else for the body.
    """
    found: list[tuple[str, list[bytes]]] = []
    size = 0
    whole_line = True
    while line := source.peek_line():
        if whole_line and not line.strip(b"\r\n"):
            source.skip(len(line))
            break
        match = _HEADER.match(line) if whole_line else None
        folded = not whole_line or (line[:1] in b" \t" and bool(found))
        if match is None and not folded:
            if not found or line.startswith(b"--") or not _header_follows(source, len(line)):
                break
            notes.add("header_broken", about)
            folded = True
        source.skip(len(line))
        whole_line = line.endswith(b"\n")
        size += len(line)
        if size > limits.header_bytes:
            notes.add("limit_headers", about, limit=limits.header_bytes)
        elif match is not None:
            name = match[1].decode("ascii").lower()
            found.append((name, [line[match.end() :]]))
        elif folded:
            found[-1][1].append(line)
    headers = tuple(RawHeader(name, b"".join(lines).rstrip(b"\r\n")) for name, lines in found)
    head = Head(headers)
    return replace(
        head,
        content=read_parameters(head.first("content-type")),
        disposition=read_parameters(head.first("content-disposition")),
    )


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


class _Open:
    """The multiparts that we are inside of, outermost first."""

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self._boundaries: list[bytes] = []
        self._lines: dict[bytes, tuple[int, bool]] = {}

    def __len__(self) -> int:
        return len(self._boundaries)

    def push(self, head: Head, boundary: bytes) -> None:
        self.heads.append(head)
        self._boundaries.append(boundary)
        self._index()

    def close_to(self, count: int) -> None:
        del self.heads[count:], self._boundaries[count:]
        self._index()

    def _index(self) -> None:
        levels = list(enumerate(self._boundaries))
        self._lines = {b"--" + boundary + b"--": (level, True) for level, boundary in levels}
        self._lines |= {b"--" + boundary: (level, False) for level, boundary in levels}

    @property
    def prefixes(self) -> tuple[bytes, ...]:
        return tuple(b"--" + boundary for boundary in self._boundaries)

    def matches(self, line: bytes) -> bool:
        return line.rstrip() in self._lines

    def take(self, line: bytes) -> tuple[int, bool]:
        return self._lines[line.rstrip()]


def leaves(source: Source, top: Head, limits: MessageLimits, notes: Notes) -> Iterator[Leaf]:
    """All leaf parts in order, as a stream; `source` stands after the top header block."""
    inside = _Open()
    alternatives = 0
    head: Head | None = top
    while head is not None:
        leaf = None
        if head.media_type.startswith("multipart/"):
            if head.media_type == "multipart/alternative":
                alternatives += 1
                head = replace(head, alternative=alternatives)
            if len(inside) >= limits.depth:
                notes.add("limit_depth", limit=limits.depth)
                leaf = Leaf(head, source.until(inside), odd=True)
            elif not _enter(source, inside, head, limits, notes):
                notes.add("boundary_missing")
                leaf = Leaf(head, source.until(inside), odd=True)
        else:
            leaf = Leaf(head, source.until(inside))
        if leaf is not None:
            leaf.content = _watched(leaf, leaf.content, source, inside)
            yield leaf
            for _ in leaf.content:
                """Whatever the caller left of it."""
        head = _next_head(source, inside, limits, notes)


def _watched(
    leaf: Leaf, content: Iterator[bytes], source: Source, inside: _Open
) -> Iterator[bytes]:
    yield from content
    leaf.cut = source.ended and len(inside) > 0


def _enter(source: Source, inside: _Open, head: Head, limits: MessageLimits, notes: Notes) -> bool:
    """Open a multipart: skip its preamble up to its first boundary, the declared or a guessed one.

    False, with nothing taken, where it has none.
    """
    start = source.tell()
    depth = len(inside)
    declared = head.boundary
    if declared and len(declared) <= limits.boundary_bytes:
        inside.push(head, declared)
        if _skip_to_own(source, inside):
            return True
        inside.close_to(depth)
        source.seek(start)
    guessed = _GUESS.search(source.peek(LINE_BYTES))
    if guessed is None or inside.matches(b"--" + guessed[1]):
        return False
    inside.push(head, guessed[1].rstrip())
    if _skip_to_own(source, inside):
        notes.add("boundary_repaired")
        return True
    inside.close_to(depth)
    source.seek(start)
    return False


def _skip_to_own(source: Source, inside: _Open) -> bool:
    for _ in source.until(inside):
        """Preamble: text for programs that know no MIME."""
    line = source.peek_line()
    return inside.matches(line) and inside.take(line)[0] == len(inside) - 1


def _next_head(source: Source, inside: _Open, limits: MessageLimits, notes: Notes) -> Head | None:
    """From the boundary line that we stand at to the next part's head; None at the end."""
    while line := source.peek_line():
        level, closing = inside.take(line)
        source.skip(len(line))
        if not closing:
            inside.close_to(level + 1)
            head = read_head(source, limits, notes)
            outer = inside.heads[-1]
            return replace(
                head,
                digest_part=outer.media_type == "multipart/digest",
                alternative=outer.alternative,
            )
        inside.close_to(level)
        for _ in source.until(inside):
            """Epilogue: no text of the mail."""
    if len(inside):
        notes.add("unclosed")
    return None
