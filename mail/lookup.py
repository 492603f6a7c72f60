"""Is a letter of ours in a folder? By its Message-ID, whatever the server's search is worth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

MESSAGES_PER_FETCH = 200
_MESSAGE_ID = re.compile(rb"<[^<>]*>")


def holds_message_id(client: Any, exists: int, message_id: str, newest: int) -> bool | None:
    """Whether the open folder of `exists` messages has one with `message_id` (with its <>).

    None: it was not seen, but not every message was looked at, so nobody can say.
    Search hits are only candidates: some servers ignore the criterion and give every message.
    """
    wanted = message_id.strip().encode("ascii")
    try:
        hits = client.search(["HEADER", "Message-ID", wanted])
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        # A server may know no search by header; the headers themselves decide below.
        hits = []
    if wanted in _message_ids(client, sorted(hits)[-newest:]):
        return True
    oldest = max(1, exists - newest + 1)
    client.use_uid = False
    try:
        if wanted in _message_ids(client, range(oldest, exists + 1)):
            return True
        return False if oldest == 1 else None
    finally:
        client.use_uid = True


def message_id_of(client: Any, uid: int) -> str:
    """A message's Message-ID with its <>; "" where it has none, or none that can be searched."""
    found = next(_message_ids(client, [uid]), b"")
    return found.decode("ascii") if found.isascii() else ""


def _message_ids(client: Any, messages: Iterable[int]) -> Iterator[bytes]:
    """The Message-IDs of `messages`, newest first, fetched as they are asked for."""
    newest_first = sorted(messages, reverse=True)
    for start in range(0, len(newest_first), MESSAGES_PER_FETCH):
        batch = newest_first[start : start + MESSAGES_PER_FETCH]
        answers = client.fetch(batch, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
        for answer in answers.values():
            for name, value in answer.items():
                if name.startswith(b"BODY[HEADER.FIELDS") and isinstance(value, bytes):
                    # A header may be folded, with white space inside only around the brackets.
                    yield from _MESSAGE_ID.findall(value)
