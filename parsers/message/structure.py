"""The tree of parts: boundaries, walked as a stream.

Source: RFC 2046 5.1. Kept beyond it: a boundary that is not declared, or is not the one that
is used (the first "--" line with a header after it is taken), a last boundary that is missing.

Residual risks: a mail can nest its parts so that two programs see two different trees; ours
follows the innermost open boundary. A region whose boundary is wrong is read once more, up to
a limit; past it, a boundary counts only where it is found near.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from parsers.message.heads import Head, read_head
from parsers.message.limits import MessageLimits
from parsers.message.lines import LINE_BYTES, Source, Starts
from parsers.message.notes import Notes

_GUESS = re.compile(rb"(?:^|\n)--([^\r\n]{1,200})\r?\n[!-9;-~]{1,100}:")
_START_BYTES = 12
"""So much of a line tells nearly always that it is no delimiter."""


@dataclass(slots=True)
class Leaf:
    """A part without parts; `content` must be drained before the next one is asked for.

    cut: the mail ended inside it (known when drained). odd: a multipart that has no parts.
    """

    head: Head
    content: Iterator[bytes]
    cut: bool = False
    odd: bool = False


class _Open:
    """The multiparts that we are inside of, outermost first."""

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self._boundaries: list[bytes] = []
        self._lines: dict[bytes, tuple[int, bool]] = {}
        self.starts = Starts(b"--", 0, frozenset())
        self.reread_bytes = 0
        self._index()

    def __len__(self) -> int:
        return len(self._boundaries)

    def push(self, head: Head, boundary: bytes) -> None:
        self.heads.append(head)
        self._boundaries.append(boundary)
        self._index()

    def close_to(self, count: int) -> None:
        if count < len(self):
            del self.heads[count:], self._boundaries[count:]
            self._index()

    def _index(self) -> None:
        levels = list(enumerate(self._boundaries))
        self._lines = {b"--" + boundary + b"--": (level, True) for level, boundary in levels}
        self._lines |= {b"--" + boundary: (level, False) for level, boundary in levels}
        shortest = min((len(boundary) for boundary in self._boundaries), default=0)
        size = min(_START_BYTES, 2 + shortest)
        starts = frozenset(line[:size] for line in self._lines)
        common = next(iter(starts)) if len(starts) == 1 else b"--"
        self.starts = Starts(common, size, starts)

    def matches(self, line: bytes) -> bool:
        return line.rstrip() in self._lines

    def take(self, line: bytes) -> tuple[int, bool]:
        return self._lines[line.rstrip()]


def leaves(
    source: Source, top: Head, limits: MessageLimits, notes: Notes, alternatives: Iterator[int]
) -> Iterator[Leaf]:
    """All leaf parts in order, as a stream; `source` stands after the top header block.

    alternatives: gives the numbers for `Head.alternative`.
    """
    inside = _Open()
    head: Head | None = top
    while head is not None:
        leaf = None
        if head.media_type.startswith("multipart/"):
            if head.media_type == "multipart/alternative":
                head = replace(head, alternative=next(alternatives))
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
    if declared and len(declared) > limits.boundary_bytes:
        declared = b""
    if declared:
        inside.push(head, declared)
        far = inside.reread_bytes <= limits.reread_bytes
        if _skip_to_own(source, inside, sys.maxsize if far else LINE_BYTES):
            return True
        inside.close_to(depth)
        inside.reread_bytes += source.tell() - start
        source.seek(start)
    guessed = _GUESS.search(source.peek(LINE_BYTES))
    if guessed is None or inside.matches(b"--" + guessed[1]):
        return False
    inside.push(head, guessed[1].rstrip())
    if _skip_to_own(source, inside, sys.maxsize):
        notes.add("boundary_repaired")
        return True
    inside.close_to(depth)
    source.seek(start)
    return False


def _skip_to_own(source: Source, inside: _Open, most_bytes: int) -> bool:
    """Past the preamble, text for programs that know no MIME, if it is not longer than that."""
    skipped = 0
    for block in source.until(inside):
        skipped += len(block)
        if skipped > most_bytes:
            return False
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
            in_digest = outer.media_type == "multipart/digest"
            if not in_digest and not outer.alternative:
                return head
            return replace(head, digest_part=in_digest, alternative=outer.alternative)
        inside.close_to(level)
        for _ in source.until(inside):
            """Epilogue: no text of the mail."""
    if len(inside):
        notes.add("unclosed")
    return None
