"""One message's bytes, a piece at a time, and how we know that they are all there.

RFC822.SIZE is not trusted blindly: some servers estimate it. Pieces are asked for until one
comes back short and the announced size is reached, or until one comes back empty, which is the
server's word that nothing lies beyond. A message expunged meanwhile answers with NIL, or not
at all, or with NO, according to the server; so wherever the end is not where it was announced,
the server is asked whether the message is still there.
"""

from __future__ import annotations

import logging
from typing import Any, Protocol

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from model.errors import MailboxBusy

logger = logging.getLogger(__name__)

# Memory stays at a few of these whatever the message's size; smaller pieces cost round trips.
PIECE_BYTES = 1 << 20


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


def download(client: Any, uid: int, size: int, into: Writable) -> int:
    """Write message `uid` of the open folder to `into`; gives the number of bytes.

    Raises: MessageVanished; MailboxBusy where the message is there but its bytes are not.
    """
    offset = 0
    while True:
        piece = _piece(client, uid, offset)
        if not piece:
            break
        into.write(piece)
        offset += len(piece)
        if len(piece) < PIECE_BYTES and offset == size:
            return offset
    if offset == size and offset:
        return offset
    if not _still_there(client, uid):
        raise MessageVanished(uid)
    if piece is None or not offset:
        raise MailboxBusy(
            f"Message {uid} is in the folder, but after {offset} of {size} bytes no more come.",
            "It is tried again later; look at the message in the mailbox's web page if this stays.",
        )
    logger.warning("Message %d: announced as %d bytes, is %d.", uid, size, offset)
    return offset


def _piece(client: Any, uid: int, offset: int) -> bytes | None:
    """The piece from `offset` on, b"" at the end, None where the server has nothing to give."""
    try:
        answers = client.fetch([uid], [f"BODY.PEEK[]<{offset}.{PIECE_BYTES}>"])
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        logger.info("Message %d at %d: %s", uid, offset, error)
        return None
    answer = answers.get(uid, {})
    # RFC 3501, section 7.4.2: the answer names the origin octet; some servers leave out a zero.
    names = [b"BODY[]<%d>" % offset] + ([b"BODY[]"] if offset == 0 else [])
    piece = next((answer[name] for name in names if name in answer), None)
    if piece is None:
        return None
    if not isinstance(piece, bytes) or len(piece) > PIECE_BYTES:
        raise MailboxBusy(
            f"Message {uid}: the server does not keep to the piece that it was asked for.",
            "Use a server that speaks IMAP4rev1 in full.",
        )
    return piece


def _still_there(client: Any, uid: int) -> bool:
    # A session goes on seeing an expunged message until it gives the server leave to say so.
    client.noop()
    return b"RFC822.SIZE" in client.fetch([uid], ["RFC822.SIZE"]).get(uid, {})
