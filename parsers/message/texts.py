"""The body texts of one mail: which of them is read, and the links of all."""

from __future__ import annotations

import re
from typing import NamedTuple

from model.message import CloudLink
from parsers.message.charsets import UNREADABLE, decode, printable
from parsers.message.limits import MessageLimits
from parsers.message.links import links_in, merge
from parsers.message.notes import Notes
from parsers.message.plain import Flow, flow_of, urls_of
from parsers.message.sinks import TextSink

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


class Texts:
    """Gathers body texts up to the limit of them all together."""

    def __init__(self, limits: MessageLimits, notes: Notes) -> None:
        self._limits = limits
        self._notes = notes
        self._texts: list[_Text] = []
        self._spare: list[_Text] = []
        self._room = limits.text_bytes
        self.charset = ""

    def sink(self) -> TextSink:
        """Takes as much of one text as there is room for."""
        return TextSink(self._room)

    def keep(self, sink: TextSink, declared: str, alternative: int = 0, *, html: bool) -> None:
        """A body part, as bytes. declared: its charset."""
        if sink.over:
            self._notes.add("limit_text", BODY, limit=self._limits.text_bytes)
        self._room -= len(sink.data)
        data = bytes(sink.data)
        if html and not declared:
            meta = _META_CHARSET.search(data[:_META_BYTES])
            declared = meta[1].decode("ascii") if meta else ""
        self.charset = self.charset or declared
        text, repaired = decode(data, declared)
        if repaired and not sink.over:  # our own cut may go through a character
            self._notes.add("charset_repaired", BODY)
        self._add(self._texts, text, alternative, html=html)

    def keep_spare(self, text: str, *, html: bool) -> None:
        """A text that counts only where the mail has no other."""
        self._add(self._spare, text, 0, html=html)

    def text(self) -> str:
        """All body text joined; of an alternative the plain form, else the HTML form."""
        texts = self._texts or self._spare
        plain = {text.alternative for text in texts if not text.html and text.plain.strip()}
        chosen = [
            text.plain
            for text in texts
            if not (text.html and text.alternative and text.alternative in plain)
        ]
        return "\n".join(text for text in chosen if text.strip())

    def links(self) -> tuple[CloudLink, ...]:
        """File links of all bodies, also of those whose text another one stands for."""
        # HTML first: it names the files more surely.
        texts = sorted(self._texts + self._spare, key=lambda text: not text.html)
        found = merge(
            links_in(flow, name_before=not text.html)
            for text in texts
            for flow in self._flows(text)
        )
        if len(found) > self._limits.links:
            self._notes.add("limit_links", limit=self._limits.links)
        return found[: self._limits.links]

    def _add(self, texts: list[_Text], text: str, alternative: int, *, html: bool) -> None:
        shown = printable(text.removeprefix("\ufeff"))
        if shown.count(UNREADABLE) > text.count(UNREADABLE):
            self._notes.add("characters_replaced", BODY)
        text = shown.replace("\r\n", "\n").replace("\r", "\n")
        if text.strip():
            flow = flow_of(text) if html else Flow(text, list(urls_of(text)))
            texts.append(_Text(self._looked_at(flow), html, alternative))

    def _looked_at(self, flow: Flow) -> Flow:
        if len(flow.anchors) > self._limits.anchors:
            self._notes.add("limit_links", limit=self._limits.anchors)
        return Flow(flow.text, flow.anchors[: self._limits.anchors])

    def _flows(self, text: _Text) -> list[Flow]:
        """An HTML body may show addresses as text too: they count where they are no link."""
        if not text.html:
            return [text.flow]
        shown = text.flow.text
        return [text.flow, self._looked_at(Flow(shown, list(urls_of(shown))))]
