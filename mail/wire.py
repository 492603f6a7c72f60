"""Commands whose answers are read straight from the connection: waiting, and large literals.

imapclient and imaplib read whole answers into memory before anything can be done with them, and
cannot wait for news without losing track of a connection that ends. What is sent and read here
goes over the same connection, between their commands.

Residual risks: those of `mail.connection`.
"""

from __future__ import annotations

import select
import ssl
from collections.abc import Callable
from typing import Any

from imapclient.exceptions import IMAPClientAbortError

LONGEST_LINE_BYTES = 1_000_000
BLOCK_BYTES = 1 << 18


def send(client: Any, command: bytes) -> bytes:
    """Send a command; gives its tag."""
    tag: bytes = client._imap._new_tag()
    # imaplib waits for the tags that it knows of, and this one is answered here.
    del client._imap.tagged_commands[tag]
    client._imap.send(tag + b" " + command + b"\r\n")
    return tag


def read_line(client: Any) -> bytes:
    """The next line, without its end. Raises: IMAPClientAbortError at the connection's end."""
    line: bytes = client._imap.file.readline(LONGEST_LINE_BYTES)
    if not line.endswith(b"\n"):
        raise IMAPClientAbortError(
            "the connection ended" if len(line) < LONGEST_LINE_BYTES else "an endless line"
        )
    return line.rstrip(b"\r\n")


def read_literal(client: Any, size: int, take: Callable[[bytes], object]) -> None:
    """Hand the next `size` bytes to `take`, block by block.

    Raises: IMAPClientAbortError where the connection ends before.
    """
    stream = client._imap.file
    while size:
        block: bytes = stream.read(min(size, BLOCK_BYTES))
        if not block:
            raise IMAPClientAbortError("the connection ended in the middle of a literal")
        take(block)
        size -= len(block)


def readable(client: Any, seconds: float) -> bool:
    """Whether there is something to read within so many seconds.

    Raises: IMAPClientAbortError where what comes is the connection's end.
    """
    if _buffered(client):
        return True
    poller = select.poll()
    poller.register(client.socket(), select.POLLIN)
    if not poller.poll(seconds * 1000):
        return False
    try:
        if _peek(client):
            return True
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return False  # a piece of a TLS record, or a session ticket
    raise IMAPClientAbortError("the connection ended")


def _buffered(client: Any) -> bool:
    try:
        return bool(_peek(client))
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return False


def _peek(client: Any) -> bytes:
    """What has come already, without waiting; b"" for nothing, and at the end."""
    sock = client.socket()
    timeout = sock.gettimeout()
    sock.setblocking(False)
    try:
        peeked: bytes = client._imap.file.peek(1)
    finally:
        sock.settimeout(timeout)
    return peeked
