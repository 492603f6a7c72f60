"""What is known of a message before its download: size, arrival, and who it is.

Residual risks: a sender may give two messages the same identity. It only tells which messages
need no second download after a folder was numbered anew; bytes are told apart by their digest.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from mail.fetch import Memory, Refused, fetch

logger = logging.getLogger(__name__)

IDENTITY_FIELDS = (b"message-id", b"date", b"from", b"subject")
_ITEMS = b"RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)]"
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d+)", re.IGNORECASE)
_ARRIVAL = re.compile(rb'[( ]INTERNALDATE "([^"]*)"', re.IGNORECASE)
_DATE_TIME = re.compile(rb"(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTHS = b"janfebmaraprmayjunjulaugsepoctnovdec"
# More than any mail program writes; a header beyond it has no identity.
_LARGEST_HEADER_BYTES = 1 << 20
_FIELD_END = re.compile(rb"\r?\n(?![ \t])")
_WHITE = re.compile(rb"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Described:
    """A message before its download.

    size: bytes, as the server announces them, 0 where it does not. received_at: INTERNALDATE in
    the server's zone, None where it gives none that can be read. identity: see `identity_of`.
    """

    uid: int
    size: int
    received_at: datetime | None
    identity: str = ""


def identity_of(header: bytes) -> str:
    """Who a message is, by its header: the same on every server that holds a copy.

    header: raw header fields. Gives the SHA-256, lower-case hex, over "name:value" and LF for
    every field named Message-ID, Date, From or Subject, in this order of names and in the
    message's order within one; names in lower case, values raw but unfolded, each run of white
    space one space. "" where there is no Message-ID: what is left would fit too many messages.
    """
    values: dict[bytes, list[bytes]] = {name: [] for name in IDENTITY_FIELDS}
    for field in _FIELD_END.split(header):
        name, colon, value = field.partition(b":")
        known = values.get(name.strip().lower())
        if colon and known is not None:
            known.append(_WHITE.sub(b" ", value).strip(b" "))
    if not any(values[b"message-id"]):
        return ""
    lines = (b"%b:%b\n" % (name, value) for name in IDENTITY_FIELDS for value in values[name])
    return hashlib.sha256(b"".join(lines)).hexdigest()


def describe(client: Any, uids: list[int]) -> Iterator[Described]:
    """Each of `uids` in the open folder, in their order; the vanished are simply absent.

    uids: as many as one command may name. Raises: fetch.Refused where the server says no to one
    that is there.
    """
    try:
        return iter(_asked(client, uids))
    except Refused as error:
        # Some servers refuse the whole command for one message that was expunged meanwhile.
        logger.info("%d messages at once: %s", len(uids), error)
        if len(uids) > 1:
            return (one for uid in uids for one in describe(client, [uid]))
        if still_there(client, uids[0]):
            raise
        return iter(())


def still_there(client: Any, uid: int) -> bool:
    """Whether a message of the open folder has not been expunged."""
    # A session goes on seeing an expunged message until it gives the server leave to say so.
    client.noop()
    return uid in client.search(["UID", str(uid)])


def _asked(client: Any, uids: list[int]) -> list[Described]:
    found: dict[int, Described] = {}
    memory = Memory(_LARGEST_HEADER_BYTES)
    for answer in fetch(client, uids, _ITEMS, memory.sink_for):
        header = memory.take()
        size, arrival = _SIZE.search(answer.text), _ARRIVAL.search(answer.text)
        # An unasked-for FETCH (flags changed elsewhere) has neither item.
        if size or arrival:
            found[answer.uid] = Described(
                answer.uid,
                int(size[1]) if size else 0,
                _moment(answer.uid, arrival[1]) if arrival else _moment(answer.uid, b""),
                identity_of(header),
            )
    return [found[uid] for uid in uids if uid in found]


def _moment(uid: int, text: bytes) -> datetime | None:
    """RFC 3501's date-time; None where it cannot be read."""
    told = _DATE_TIME.fullmatch(text.strip())
    month = _MONTHS.find(told[2].lower()) if told else -1
    if told and month >= 0 and month % 3 == 0:
        ends = timedelta(hours=int(told[8]), minutes=int(told[9]))
        try:
            zone = timezone(-ends if told[7] == b"-" else ends)
            day, year, hour, minute, second = (int(told[group]) for group in (1, 3, 4, 5, 6))
            return datetime(year, month // 3 + 1, day, hour, minute, min(second, 59), tzinfo=zone)
        except ValueError:
            told = None
    logger.warning("Message %d has no date of the server that can be read: %r", uid, text)
    return None
