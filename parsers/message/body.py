"""What becomes of each leaf part: body text, or an attachment on disk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from model.message import Attachment, CloudLink
from parsers.message.charsets import decode, printable
from parsers.message.headers import decode_header, unfold
from parsers.message.limits import MessageLimits
from parsers.message.lines import Source
from parsers.message.links import links_in, merge
from parsers.message.notes import Notes
from parsers.message.plain import Flow, flow_of, urls_of
from parsers.message.sinks import FileSink, Folder, TextSink
from parsers.message.structure import Head, Leaf, read_head, skip_leader
from parsers.message.transfer import (
    GARBAGE,
    TRUNCATED,
    UNPADDED,
    Decoder,
    Identity,
    Write,
    decoder_for,
)
from parsers.message.uublocks import UuFilter

BODY = "正文"
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_META_BYTES = 4 << 10


class _Text(NamedTuple):
    """A body part as decoded. alternative: see `Head`."""

    flow: Flow
    html: bool
    alternative: int

    @property
    def plain(self) -> str:
        return self.flow.tidy if self.html else self.flow.text


class Reading:
    """Takes the leaves of one mail one after the other and keeps what they give."""

    def __init__(self, into: Path, limits: MessageLimits, notes: Notes) -> None:
        self.attachments: list[Attachment] = []
        self._texts: list[_Text] = []
        self._folder = Folder(into, limits.parts)
        self._limits = limits
        self._notes = notes
        self._parts = 0
        self._text_room = limits.text_bytes

    def take(self, leaf: Leaf) -> bool:
        """Read a leaf to its end. False, with nothing read, where there are too many."""
        self._parts += 1
        if self._parts > self._limits.parts or self._folder.full:
            self._notes.add("limit_parts", limit=self._limits.parts)
            return False
        head = leaf.head
        name = self._name(head)
        disposition = head.disposition.value
        is_body = (
            head.media_type in ("text/plain", "text/html")
            and not name
            and disposition != "attachment"
            and not leaf.odd
        )
        if is_body:
            self._take_text(leaf)
        else:
            self._take_file(leaf, name)
        return True

    def text(self) -> str:
        """All body text joined; of an alternative the plain form, else the HTML form."""
        plain = {text.alternative for text in self._texts if not text.html and text.plain.strip()}
        chosen = [
            text.plain
            for text in self._texts
            if not (text.html and text.alternative and text.alternative in plain)
        ]
        return "\n".join(text for text in chosen if text.strip())

    def links(self) -> tuple[CloudLink, ...]:
        """File links of all bodies, also of those whose text another one stands for."""
        # HTML first: it names the files more surely.
        texts = sorted(self._texts, key=lambda text: not text.html)
        found = merge(
            links_in(flow, name_before=not text.html) for text in texts for flow in (_flows(text))
        )
        if len(found) > self._limits.links:
            self._notes.add("limit_links", limit=self._limits.links)
        return found[: self._limits.links]

    def _name(self, head: Head) -> str:
        for parameters, key in ((head.disposition, "filename"), (head.content, "name")):
            name, repaired = parameters.get(key)
            if name:
                if repaired:
                    self._notes.add("charset_repaired", name)
                if key in parameters.plain:
                    self._notes.add("name_disagrees", name, other=parameters.plain[key])
                return name
        return ""

    def _decoder(self, head: Head, write: Write, about: str) -> Decoder:
        declared = unfold(head.first("content-transfer-encoding")).decode("ascii", "replace")
        decoder = decoder_for(declared)
        if decoder is None:
            self._notes.add("encoding_unknown", about, encoding=printable(declared)[:40])
            return Identity(write)
        return decoder(write)

    def _take_file(self, leaf: Leaf, name: str) -> None:
        head = leaf.head
        with self._folder.sink() as sink:
            decoder = self._decoder(head, sink.write, name)
            for block in leaf.content:
                decoder.feed(block)
            decoder.close()
        if not name and head.media_type == "message/rfc822":
            name = self._inner_name(sink.path)
        elif not name:
            self._notes.add("nameless_part", sink.path.name, media_type=head.media_type)
        about = name or sink.path.name
        self._tell_faults(leaf, decoder, about)
        if not sink.size:
            self._notes.add("part_empty", about)
        self._add(sink, name, head)

    def _add(self, sink: FileSink, name: str, head: Head | None) -> None:
        content_id = "" if head is None else decode_header(head.first("content-id")).text
        self.attachments.append(
            Attachment(
                name=name,
                size=sink.size,
                sha256=sink.sha256,
                media_type="application/octet-stream" if head is None else head.media_type,
                path=sink.path,
                disposition=self._disposition(head),
                content_id=content_id.strip("<> "),
            )
        )

    @staticmethod
    def _disposition(head: Head | None) -> str:
        if head is None:
            return ""
        value = head.disposition.value
        # An unknown value counts as "attachment" (RFC 2183 2.8).
        return value if value in ("", "inline") else "attachment"

    def _tell_faults(self, leaf: Leaf, decoder: Decoder, about: str) -> None:
        faults = decoder.faults
        if TRUNCATED in faults or (leaf.cut and not decoder.complete):
            self._notes.add("part_truncated", about)
        elif UNPADDED in faults:
            self._notes.add("base64_unpadded", about)
        if GARBAGE in faults:
            self._notes.add("base64_garbage", about)

    def _inner_name(self, path: Path) -> str:
        """A mail within the mail is named by its subject."""
        with path.open("rb") as file:
            source = Source(file)
            skip_leader(source)
            inner = read_head(source, self._limits, Notes())
        subject = decode_header(inner.first("subject")).text
        return f"{subject or 'message'}.eml"

    def _take_text(self, leaf: Leaf) -> None:
        head = leaf.head
        html = head.media_type == "text/html"
        sink = TextSink(self._text_room)
        uu = None if html else UuFilter(sink.write, self._open_uu, self._close_uu)
        decoder = self._decoder(head, sink.write if uu is None else uu.write, BODY)
        for block in leaf.content:
            decoder.feed(block)
        decoder.close()
        if uu is not None:
            uu.close()
        if {TRUNCATED, GARBAGE} & decoder.faults:
            self._notes.add("text_damaged", BODY)
        if sink.over:
            self._notes.add("limit_text", BODY, limit=self._limits.text_bytes)
        self._text_room -= len(sink.data)
        self._keep(sink, head, html=html)

    def _keep(self, sink: TextSink, head: Head, *, html: bool) -> None:
        data = bytes(sink.data)
        declared = head.content.get("charset").text
        if html and not declared:
            meta = _META_CHARSET.search(data[:_META_BYTES])
            declared = meta[1].decode("ascii") if meta else ""
        text, repaired = decode(data, declared)
        if repaired and not sink.over:  # our own cut may go through a character
            self._notes.add("charset_repaired", BODY)
        text = printable(text.removeprefix("\ufeff")).replace("\r\n", "\n").replace("\r", "\n")
        if text.strip():
            flow = flow_of(text) if html else Flow(text, list(urls_of(text)))
            self._texts.append(_Text(flow, html, head.alternative))

    def _open_uu(self) -> FileSink | None:
        if self._folder.full:
            self._notes.add("limit_parts", limit=self._limits.parts)
            return None
        return self._folder.sink()

    def _close_uu(self, sink: FileSink, raw_name: bytes, whole: bool) -> None:
        with sink:
            name = printable(decode_header(raw_name).text)
        self._notes.add("uuencoded", name)
        if not whole:
            self._notes.add("part_truncated", name)
        self._add(sink, name, None)


def _flows(text: _Text) -> list[Flow]:
    """An HTML body may show addresses as text too: they count where they are no link."""
    if not text.html:
        return [text.flow]
    return [text.flow, Flow(text.flow.text, list(urls_of(text.flow.text)))]
