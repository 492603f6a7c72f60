"""Moving messages into other folders, on servers with MOVE and on those without.

A move must not lose a message and should not leave two: where there is no MOVE (RFC 6851), the
copy comes first, the mark \\Deleted next, and only the marked ones of ours are expunged, by their
UIDs (RFC 4315). A plain EXPUNGE would take along what a person has marked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mail.folders import list_folders, open_folder
from mail.lookup import holds_message_id, message_id_of
from model.account import ImapAccount
from model.errors import MailboxBusy, MailboxError

logger = logging.getLogger(__name__)

# How far back a copy of an earlier try is looked for in the target folder.
NEWEST_LOOKED_AT = 5000


def ensure_folder(client: Any, account: ImapAccount, name: str) -> str:
    """Make the folder where it is missing; gives its name as the server has it.

    name: levels parted by "/". Servers that keep all folders below INBOX, or part levels by
    another sign, get it as they want it (RFC 2342). Raises: MailboxError with advice.
    """
    there = {one.name for one in list_folders(client)}
    if name in there:
        return name
    prefix, delimiter = _name_space(client)
    real = name.replace("/", delimiter)
    if not real.startswith(prefix):
        real = prefix + real
    if real in there:
        return real
    try:
        client.create_folder(real)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if "[alreadyexists]" not in str(error).lower():
            raise MailboxError(
                f"Mailbox {account.name}: the server does not make the folder {real!r}: {error}",
                "Make it by hand in the mailbox's web page, or name one that there is.",
            ) from error
    _subscribe(client, real)
    return real


def move(
    client: Any, account: ImapAccount, source: str, uids: Sequence[int], target: str, retried: bool
) -> frozenset[int]:
    """Move messages of the folder `source`, open for filing; see `ImapMailbox.move`."""
    there = _present(client, uids)
    if not there:
        return frozenset()
    copied = _copied_before(client, account, source, there, target) if retried else frozenset()
    rest = [uid for uid in there if uid not in copied]
    if rest and client.has_capability("MOVE"):
        told = _with_copyuid(client, lambda: client.move(rest, target))
        done = told if told is not None else frozenset(rest) - frozenset(_present(client, rest))
    elif rest:
        told = _with_copyuid(client, lambda: client.copy(rest, target))
        # Without COPYUID: those that were there before and after it were there for the copy.
        done = told if told is not None else frozenset(_present(client, rest))
        _take_away(client, sorted(done))
    else:
        done = frozenset()
    if copied:
        _take_away(client, sorted(copied))
    return (done | copied) & frozenset(uids)


def _present(client: Any, uids: Sequence[int]) -> list[int]:
    """Those of `uids` that the open folder has."""
    if not uids:
        return []
    # A session goes on seeing an expunged message until it gives the server leave to say so.
    client.noop()
    answers = client.fetch(list(uids), ["FLAGS"])
    return [uid for uid in uids if b"FLAGS" in answers.get(uid, {})]


def _with_copyuid(client: Any, command: Callable[[], object]) -> frozenset[int] | None:
    """The source UIDs that the server says it copied (RFC 4315); None where it says nothing.

    Raises: MailboxError where the target is not there.
    """
    said = client._imap.untagged_responses
    said.pop("COPYUID", None)
    try:
        command()
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if "[trycreate]" in str(error).lower() or "[nonexistent]" in str(error).lower():
            raise MailboxError(
                f"The server has no such folder to file mail into: {error}",
                "It is made anew by the next round; see that nothing removes it.",
            ) from error
        raise
    told = said.pop("COPYUID", None)
    if not told:
        return None
    try:
        return frozenset(uid for one in told for uid in _uid_set(bytes(one).split()[1]))
    except (IndexError, ValueError):
        logger.warning("The server's COPYUID cannot be read: %r", told)
        return None


def _uid_set(text: bytes) -> list[int]:
    """RFC 3501's uid-set: "3,7:9"."""
    found: list[int] = []
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        ends = int(first), int(last or first)
        if abs(ends[0] - ends[1]) > 1_000_000:
            raise ValueError("a range that no command of ours named")
        found.extend(range(min(ends), max(ends) + 1))
    return found


def _take_away(client: Any, uids: list[int]) -> None:
    if not uids:
        return
    client.add_flags(uids, [b"\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)


def _copied_before(
    client: Any, account: ImapAccount, source: str, uids: list[int], target: str
) -> frozenset[int]:
    """Those that an earlier try has copied to `target` already, by their Message-ID."""
    wanted = {uid: message_id_of(client, uid) for uid in uids}
    validity = open_folder(client, account, source, for_filing=True).uid_validity
    exists = open_folder(client, account, target).exists
    found = frozenset(
        uid
        for uid, message_id in wanted.items()
        if message_id and holds_message_id(client, exists, message_id, NEWEST_LOOKED_AT)
    )
    if open_folder(client, account, source, for_filing=True).uid_validity != validity:
        raise MailboxBusy(f"{source} was numbered anew.", "The next round looks again.")
    return found


def _name_space(client: Any) -> tuple[str, str]:
    """The prefix of one's own folders, and what parts their levels."""
    if client.has_capability("NAMESPACE"):
        try:
            personal = client.namespace().personal
        except IMAPClientAbortError:
            raise
        except (IMAPClientError, ValueError, TypeError, IndexError) as error:
            logger.info("The server's NAMESPACE cannot be read: %s", error)
        else:
            if personal:
                return str(personal[0][0] or ""), str(personal[0][1] or "/")
    for _, delimiter, _ in client.list_folders("", "INBOX"):
        if delimiter:
            return "", bytes(delimiter).decode("ascii", "replace")
    return "", "/"


def _subscribe(client: Any, folder: str) -> None:
    """So that mail programs show it; a server that will not is no reason to stop."""
    try:
        client.subscribe_folder(folder)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        logger.info("The folder %s was not subscribed to: %s", folder, error)
