"""The digest of a mail's body, canonicalised as a stream: memory is bounded whatever its size.

Source: RFC 6376 3.4.3, 3.4.4. Equal, byte for byte, to what dkimpy makes of a body held whole
(tests compare the two); bare LF counts as a line end, as mail is kept with LF on many disks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class BodyQuestion:
    """One signature's way of looking at the body. length: its tag l=, None without one."""

    relaxed: bool
    algorithm: str
    length: int | None


@dataclass(frozen=True, slots=True)
class BodyDigest:
    """digest: of the bytes that were asked about. beyond: how many bytes come after these."""

    digest: bytes
    beyond: int


def body_digests(path: Path, at: int, questions: Sequence[BodyQuestion]) -> list[BodyDigest]:
    """One digest for each question, all in one pass over the file. Raises: OSError."""
    # SHA-1 only tells whether a signature of the old kind agrees; it never makes one valid.
    hashers = [hashlib.new(one.algorithm, usedforsecurity=False) for one in questions]
    sizes = [0] * len(questions)
    streams = {relaxed: Canonical(relaxed=relaxed) for relaxed in {q.relaxed for q in questions}}

    def take(relaxed: bool, chunks: Iterator[bytes]) -> None:
        for chunk in chunks:
            for number, question in enumerate(questions):
                if question.relaxed is relaxed:
                    room = len(chunk)
                    if question.length is not None:
                        room = min(max(question.length - sizes[number], 0), room)
                    hashers[number].update(chunk[:room])
                    sizes[number] += len(chunk)

    with path.open("rb") as file:
        file.seek(at)
        while block := file.read(BLOCK_BYTES):
            for relaxed, stream in streams.items():
                take(relaxed, stream.feed(block))
    for relaxed, stream in streams.items():
        take(relaxed, stream.close())
    return [
        BodyDigest(hasher.digest(), 0 if one.length is None else max(size - one.length, 0))
        for hasher, size, one in zip(hashers, sizes, questions, strict=True)
    ]


class Canonical:
    """Takes a body in blocks of any size and gives its canonical form in chunks."""

    def __init__(self, *, relaxed: bool) -> None:
        self._relaxed = relaxed
        self._cr = b""  # a CR at a block's end: its LF may come next
        self._space = b""  # white space at a block's end: it may be the line's end
        self._line_ends = 0  # empty lines that are no text unless something follows
        self._any = False

    def feed(self, block: bytes) -> Iterator[bytes]:
        block = self._cr + block
        self._cr = b"\r" if block.endswith(b"\r") else b""
        if self._cr:
            block = block[:-1]
        block = block.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        if self._relaxed:
            block = self._squeezed(self._space + block)
        yield from self._out(block)

    def close(self) -> Iterator[bytes]:
        """What is left. A body that does not end in a line end is given one."""
        last, self._cr = self._space + self._cr, b""
        yield from self._out(last)
        if self._any or not self._relaxed:
            yield b"\r\n"

    def _squeezed(self, block: bytes) -> bytes:
        block = block.replace(b"\t", b" ")
        while b"  " in block:
            block = block.replace(b"  ", b" ")
        self._space = b" " if block.endswith(b" ") else b""
        return block.removesuffix(b" ").replace(b" \r\n", b"\r\n")

    def _out(self, block: bytes) -> Iterator[bytes]:
        text = block.rstrip(b"\r\n")
        tail = block[len(text) :]
        # All LFs have their CR by now, so a CR before another one, or at the end, is text.
        pairs_at = len(tail) if tail.endswith(b"\r") else tail.rfind(b"\r\r") + 1
        text += tail[:pairs_at]
        if text:
            while self._line_ends:
                some = min(self._line_ends, BLOCK_BYTES)
                self._line_ends -= some
                yield b"\r\n" * some
            self._any = True
            yield text
        self._line_ends += (len(tail) - pairs_at) // 2
