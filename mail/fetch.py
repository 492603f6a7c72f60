"""FETCH (RFC 3501), its answers read straight from the connection and its literals streamed.

An answer's bare text, outside quotes and literals, is the server's own; what a sender wrote
stands in literals and quotes only.

Residual risks: those of `mail.connection`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from imapclient.exceptions import IMAPClientAbortError

from mail import wire

Sink = Callable[[bytes], object]
SinkFor = Callable[[int], Sink]

_LITERAL = re.compile(rb"~?\{(\d+)\+?\}$")
_FETCH = re.compile(rb"\* \d+ FETCH \(", re.IGNORECASE)
_EXISTS = re.compile(rb"\* (\d+) EXISTS$", re.IGNORECASE)
_BODY = re.compile(rb"BODY\[[^\]]*\](?:<(\d+)>)? $", re.IGNORECASE)
_QUOTED_BODY = re.compile(rb'BODY\[[^\]]*\](?:<(\d+)>)? "((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_UID = re.compile(rb"[( ]UID (\d+)", re.IGNORECASE)
# A literal that nobody asked for; a larger one can only be a mistake.
_LARGEST_OTHER_BYTES = 1 << 20


class Refused(Exception):
    """The server answered the command with NO or BAD, in its words."""


@dataclass(slots=True)
class Answer:
    """One message's FETCH answer. uid: 0 where it stands nowhere in it. text: what stands
    outside literals. origins: for each BODY item that was handed to a sink, the offset that the
    server says it begins at."""

    uid: int = 0
    text: bytes = b""
    origins: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Memory:
    """A sink that keeps what comes. most: bytes; of a larger body nothing is kept."""

    most: int
    blocks: list[bytes] = field(default_factory=list)

    def sink_for(self, size: int) -> Sink:
        self.blocks = []
        return self.blocks.append if size <= self.most else len

    def take(self) -> bytes:
        """All that came since the last body began; forgets it."""
        blocks, self.blocks = self.blocks, []
        return b"".join(blocks)


def fetch(client: Any, uids: list[int], items: bytes, sink_for: SinkFor) -> Iterator[Answer]:
    """Ask for `items` of messages in the open folder; each answer as it has come in whole.

    items: FETCH items; UID is asked for in front of them. sink_for: called with the size of each
    body as it begins, gives what takes its blocks. The answers come in the server's order; some
    may be of other messages, or hold nothing that was asked for. They must be read to the end.
    Raises: Refused; IMAPClientAbortError, OSError where the connection breaks; what a sink raises.
    """
    named = b",".join(b"%d" % uid for uid in uids)
    tag = wire.send(client, b"UID FETCH %b (UID %b)" % (named, items))
    while True:
        line = wire.read_line(client)
        if line.startswith(b"* "):
            if _FETCH.match(line):
                yield _answer(client, line, sink_for)
            else:
                _other(client, line)
        elif line.startswith(tag + b" "):
            words = line[len(tag) + 1 :]
            if words[:2].upper() != b"OK":
                raise Refused(words.decode("utf-8", "replace"))
            return
        else:
            raise IMAPClientAbortError(f"unexpected answer: {line[:80]!r}")


def _answer(client: Any, line: bytes, sink_for: SinkFor) -> Answer:
    answer, text = Answer(), []
    while True:
        if quoted := _QUOTED_BODY.search(line):
            body = re.sub(rb"\\(.)", rb"\1", quoted[2])
            sink_for(len(body))(body)
            answer.origins.append(int(quoted[1] or 0))
            line = line[: quoted.start()] + line[quoted.end() :]
        text.append(line)
        literal = _LITERAL.search(line)
        if literal is None:
            break
        size = int(literal[1])
        if body_item := _BODY.search(line, 0, literal.start()):
            wire.read_literal(client, size, sink_for(size))
            answer.origins.append(int(body_item[1] or 0))
        else:
            _skip(client, size)
        line = wire.read_line(client)
    if not line.endswith(b")"):
        raise IMAPClientAbortError(f"an answer without its end: {line[-80:]!r}")
    answer.text = b" ".join(text)
    if told := _UID.search(answer.text):
        answer.uid = int(told[1])
    return answer


def _other(client: Any, line: bytes) -> None:
    """News among the answers: kept for who asks for news. A good-bye ends the connection."""
    if line[:6].upper() == b"* BYE ":
        raise IMAPClientAbortError(line.decode("utf-8", "replace"))
    if exists := _EXISTS.match(line):
        client._imap.untagged_responses["EXISTS"] = [exists[1]]
    while literal := _LITERAL.search(line):
        _skip(client, int(literal[1]))
        line = wire.read_line(client)


def _skip(client: Any, size: int) -> None:
    if size > _LARGEST_OTHER_BYTES:
        raise IMAPClientAbortError(f"a literal of {size} bytes that nobody asked for")
    wire.read_literal(client, size, len)
