"""One message's bytes, block by block, and how we know that they are all there.

The whole message is asked for at once and streamed from the connection as it comes: the literal's
own count is its length. RFC822.SIZE is not trusted, since some servers estimate it; where it
announces more than came, the server is asked for what lies beyond. A message expunged meanwhile
answers with NIL, or not at all, or with NO, according to the server; so wherever there are no
bytes, the server is asked whether the message is still there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from mail.described import Described, still_there
from mail.fetch import Memory, Refused, fetch
from model.errors import MailboxBusy

logger = logging.getLogger(__name__)

# What is asked for at a time beyond the end of a message that came shorter than announced.
PIECE_BYTES = 1 << 20
MESSAGES_AT_ONCE = 200
LARGEST_SMALL_BYTES = 4 << 20


class Writable(Protocol):
    """Anything that takes bytes: an open file, or the spool's incoming mail."""

    def write(self, data: bytes, /) -> int: ...


class MessageVanished(Exception):
    """The message was expunged before all of it had been read. For the caller to record."""

    def __init__(self, uid: int) -> None:
        super().__init__(f"message {uid} is gone from the server")
        self.uid = uid

    def __reduce__(self) -> tuple[type[MessageVanished], tuple[int]]:
        return type(self), (self.uid,)


def download(client: Any, uid: int, size: int, into: Writable) -> int | None:
    """Write message `uid` of the open folder to `into`; gives the number of bytes.

    size: as announced. None where the message is gone. Raises: MailboxBusy where it is there but
    its bytes are not; whatever `into` raises, and then the connection is of no more use.
    """
    got = _asked(client, uid, into)
    if not got:
        if not still_there(client, uid):
            return None
        raise MailboxBusy(
            f"Message {uid} is in the folder, and the server gives none of its {size} bytes.",
            "It is tried again later; look at the message in the mailbox's web page if this stays.",
        )
    while got < size:
        more = _asked(client, uid, into, got)
        got += more
        if more < PIECE_BYTES:
            break
    if got != size:
        logger.info("Message %d: announced as %d bytes, is %d.", uid, size, got)
    return got


def download_small(client: Any, messages: Sequence[Described]) -> Iterator[tuple[int, bytes]]:
    """UID and bytes of several small messages of the open folder, asked for in one command.

    Each is given as it comes, so that the server sends on while the last one is dealt with. A
    message that is not among them (gone, refused, larger than was said) is for `download`, which
    can tell why. Memory: one message. Raises: what `mail.fetch.fetch` raises, but Refused.
    """
    announced = {one.uid: one.size for one in messages}
    memory = Memory(LARGEST_SMALL_BYTES)
    try:
        for answer in fetch(client, list(announced), b"BODY.PEEK[]", memory.sink_for):
            data = memory.take()
            size = announced.get(answer.uid)
            # Shorter than announced: there may be more, and only `download` asks for it.
            if answer.origins == [0] and size is not None and data and len(data) >= size:
                del announced[answer.uid]
                yield answer.uid, data
    except Refused as error:
        logger.info("%d messages at once: %s", len(messages), error)


def in_batches(messages: Iterable[Described]) -> Iterator[list[Described]]:
    """The messages in their order: small ones together, up to `MESSAGES_AT_ONCE`; every other
    one, and one of unknown size, by itself."""
    batch: list[Described] = []
    for one in messages:
        small = 0 < one.size <= PIECE_BYTES
        if batch and (not small or len(batch) >= MESSAGES_AT_ONCE):
            yield batch
            batch = []
        if small:
            batch.append(one)
        else:
            yield [one]
    if batch:
        yield batch


def _asked(client: Any, uid: int, into: Writable, piece_from: int | None = None) -> int:
    """Ask for a message, or the piece of it from an offset on; gives the number of bytes written.

    Raises: MailboxBusy where something else comes than was asked for.
    """
    written = 0

    def sink(block: bytes) -> None:
        nonlocal written
        written += len(block)
        into.write(block)

    item = b"BODY.PEEK[]"
    if piece_from is not None:
        item += b"<%d.%d>" % (piece_from, PIECE_BYTES)
    try:
        answered = [
            (answer.uid or uid, origin)
            for answer in fetch(client, [uid], item, lambda _size: sink)
            for origin in answer.origins
        ]
    except Refused as error:
        logger.info("Message %d: %s", uid, error)
        return 0
    # RFC 3501, section 7.4.2: the answer names the origin octet.
    too_much = piece_from is not None and written > PIECE_BYTES
    if answered not in ([], [(uid, piece_from or 0)]) or too_much:
        raise MailboxBusy(
            f"Message {uid} was asked for, and the server gave something else ({answered}).",
            "Use a server that speaks IMAP4rev1 in full.",
        )
    return written
