"""What is new in the open folder, without UIDNEXT, STATUS or \\Seen."""

from __future__ import annotations

from typing import Any

from imapclient.exceptions import IMAPClientAbortError

# imaplib gives up on an answer line of a million bytes; a UID takes at most 11 of them.
UIDS_PER_SEARCH = 50_000


def look(client: Any, exists: int) -> int:
    """Give the server leave to tell of news (NOOP); gives the number of messages there are.

    exists: as known so far. Without a command of its own between, a server need not show what
    came in.
    """
    told_meanwhile(client, exists)
    for response in _noop(client):
        if response[1:2] == (b"EXISTS",):
            exists = int(response[0])
        elif response[1:2] == (b"EXPUNGE",):
            exists = max(0, exists - 1)
    _forget(client)
    return exists


def _noop(client: Any) -> list[tuple[Any, ...]]:
    try:
        answers: list[tuple[Any, ...]] = client.noop()[1]
        return answers
    except IMAPClientAbortError as error:
        # imapclient waits for the end after a good-bye, and reports the end alone.
        said = client._imap.untagged_responses.get("BYE")
        if said:
            raise IMAPClientAbortError(said[-1].decode("utf-8", "replace")) from error
        raise


def told_meanwhile(client: Any, exists: int) -> bool:
    """Whether the server has told of another number of messages beside other answers."""
    told = client._imap.untagged_responses.get("EXISTS") or []
    _forget(client)
    return any(int(count or 0) != exists for count in told)


def uids_after(client: Any, after: int, exists: int) -> list[int]:
    """The UIDs above `after`, ascending. exists: the number of messages in the folder."""
    spans: tuple[str, ...] = (f"{after + 1}:*",)
    if exists > UIDS_PER_SEARCH:
        last = max(client.search(["UID", "*"]), default=0)
        spans = tuple(
            f"{first}:{min(first + UIDS_PER_SEARCH - 1, last)}"
            for first in range(after + 1, last + 1, UIDS_PER_SEARCH)
        )
    found = {uid for span in spans for uid in client.search(["UID", span])}
    # "n:*" means "from n to the last, whichever is greater", so it always has the last one.
    return sorted(uid for uid in found if uid > after)


def _forget(client: Any) -> None:
    client._imap.untagged_responses.pop("EXISTS", None)
