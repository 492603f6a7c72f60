"""One raw mail on disk → one `Message`, its attachments on disk.

Residual risks: see the modules that meet the bytes. Nothing here fails on any input; what could
not be read right is a Finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from model.message import Message, MessageHead
from parsers.message.body import Reading
from parsers.message.headers import RawHeader, decode_header
from parsers.message.heads import Head, skip_leader
from parsers.message.heads import read_head as read_headers
from parsers.message.limits import MessageLimits
from parsers.message.lines import Source
from parsers.message.notes import Notes
from parsers.message.report import read_report
from parsers.message.skeleton import Envelope, read_envelope, received_at

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,998}>")
_SINGLE = frozenset(
    {"from", "sender", "reply-to", "to", "cc", "date", "subject", "message-id", "in-reply-to",
     "references", "content-type", "content-transfer-encoding", "content-disposition",
     "mime-version"}
)  # fmt: skip
"""Headers that may stand once (RFC 5322 3.6, RFC 2045)."""


def read_message(path: Path, into: Path, limits: MessageLimits | None = None) -> Message:
    """Read the mail at `path` as a stream; attachments are written to the folder `into`.

    Memory is bounded by the limits, not by the mail's size.

    Raises: OSError where the mail cannot be read or the folder not be written.
    """
    limits = limits or MessageLimits()
    notes = Notes()
    with path.open("rb") as file:
        source = Source(file)
        top = _read_top(source, limits, notes)
        reading = Reading(into, limits, notes)
        reading.read(source, top)
    headers = _decoded(top.headers, notes, reading.charset)
    envelope = read_envelope(top.headers, limits.address_bytes, reading.charset)
    _judge(top.headers, headers, envelope, notes)
    values = _Values(headers)
    message = Message(
        subject=values.first_filled("subject"),
        sender=envelope.addresses["from"],
        reply_to=envelope.addresses["reply-to"],
        to=envelope.addresses["to"],
        cc=envelope.addresses["cc"],
        sent_at=envelope.sent_at,
        message_id=values.message_id("message-id"),
        in_reply_to=values.message_id("in-reply-to"),
        references=tuple(_MESSAGE_ID.findall(values.first_filled("references"))),
        headers=headers,
        text=reading.text(),
        media_type=top.media_type,
        attachments=tuple(reading.attachments),
        links=reading.links(),
        findings=notes.findings(),
    )
    return replace(message, report=read_report(message))


def read_head(path: Path, limits: MessageLimits | None = None) -> MessageHead:
    """Subject, sender and topmost Received time of the mail at `path`; its body is not read."""
    limits = limits or MessageLimits()
    with path.open("rb") as file:
        raw = _read_top(Source(file), limits, Notes()).headers
    senders = read_envelope(raw, limits.address_bytes).addresses["from"]
    return MessageHead(
        subject=_Values(_decoded(raw, Notes())).first_filled("subject"),
        sender=senders[0].address if senders else "",
        received_at=received_at(raw),
    )


def _read_top(source: Source, limits: MessageLimits, notes: Notes) -> Head:
    skip_leader(source)
    return read_headers(source, limits, notes)


def _decoded(
    raw: Sequence[RawHeader], notes: Notes, nearby: str = ""
) -> tuple[tuple[str, str], ...]:
    headers = []
    for name, value in raw:
        text, repaired = decode_header(value, nearby)
        if repaired:
            notes.add("charset_repaired", name)
        headers.append((name, text))
    return tuple(headers)


def _judge(
    raw: Sequence[RawHeader],
    headers: Sequence[tuple[str, str]],
    envelope: Envelope,
    notes: Notes,
) -> None:
    """Findings about the header block as a whole."""
    if not raw:
        notes.add("headers_missing")
        return
    for name, count in Counter(header.name for header in raw).items():
        if count > 1 and name in _SINGLE:
            notes.add("header_duplicated", name, count=count)
    for name in envelope.cut:
        notes.add("limit_addresses", name)
    for name in envelope.repaired:
        notes.add("address_repaired", name)
    for name in envelope.unread:
        notes.add("address_unreadable", name)
    if not envelope.addresses["from"]:
        notes.add("sender_missing")
    if envelope.sent_at is None and any(name == "date" for name, _ in headers):
        notes.add(
            "date_unreadable", value=next(text for name, text in headers if name == "date")[:80]
        )


class _Values:
    def __init__(self, headers: Sequence[tuple[str, str]]) -> None:
        self._headers = headers

    def first_filled(self, name: str) -> str:
        return next((text for key, text in self._headers if key == name and text), "")

    def message_id(self, name: str) -> str:
        text = self.first_filled(name)
        found = _MESSAGE_ID.search(text)
        return found[0] if found else text.split(" ")[0][:998]
