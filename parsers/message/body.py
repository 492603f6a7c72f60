"""What becomes of each leaf part: body text, an attachment on disk, or what is wrapped in it.

Source: RFC 2183, RFC 2046 5.2.2 and 5.2.3.

Residual risk: a wrapping is opened within the same process, so its limits are the mail's own.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

from model.message import Attachment, CloudLink
from parsers.message.charsets import printable
from parsers.message.decoder import GARBAGE, TRUNCATED
from parsers.message.files import BODY_TYPES, Files
from parsers.message.headers import decode_header
from parsers.message.heads import Head, read_head
from parsers.message.limits import MessageLimits
from parsers.message.lines import Source
from parsers.message.notes import Notes
from parsers.message.sinks import FileSink
from parsers.message.structure import Leaf, leaves
from parsers.message.texts import BODY, Texts
from parsers.message.uublocks import UuFilter
from parsers.message.wrappings import Unwrapping
from parsers.message.yenc import YencWatch


class Reading:
    """Takes the leaves of one mail one after the other and keeps what they give."""

    def __init__(self, into: Path, limits: MessageLimits, notes: Notes) -> None:
        self._files = Files(into, limits, notes)
        self._texts = Texts(limits, notes)
        self._unwrapping = Unwrapping(self._files, self._texts, limits, notes)
        self._limits = limits
        self._notes = notes
        self._parts = 0
        self._wrapped = 0
        self._alternatives = count(1)

    @property
    def attachments(self) -> list[Attachment]:
        return self._files.attachments

    @property
    def charset(self) -> str:
        """What the first body text declares, "" if nothing."""
        return self._texts.charset

    def text(self) -> str:
        return self._texts.text()

    def links(self) -> tuple[CloudLink, ...]:
        return self._texts.links()

    def read(self, source: Source, head: Head) -> None:
        """All parts of an entity whose header block was taken from `source`."""
        parts = leaves(source, head, self._limits, self._notes, self._alternatives)
        for leaf in parts:
            if not self._take(leaf):
                break

    def _take(self, leaf: Leaf) -> bool:
        """Read a leaf to its end. False, with nothing read, where there are too many."""
        self._parts += 1
        if self._parts > self._limits.parts or self._files.full:
            self._notes.add("limit_parts", limit=self._limits.parts)
            return False
        head = leaf.head
        name = self._files.name_of(head, self.charset)
        is_body = (
            head.media_type in BODY_TYPES
            and not name
            and head.disposition.value != "attachment"
            and not leaf.odd
        )
        if is_body:
            self._take_text(leaf)
        else:
            self._take_file(leaf, name)
        return True

    def _take_file(self, leaf: Leaf, name: str) -> None:
        head = leaf.head
        sink = self._files.open()
        if sink is None:
            return
        with sink:
            decoder = self._files.drain(leaf, sink.write, name or sink.path.name)
        self._files.tell_faults(leaf, decoder, name or sink.path.name)
        self._tell_kind(head, name or sink.path.name)
        opened = self._unwrapping.open(sink, name, head, depth=self._wrapped)
        if opened.entity is not None:
            self._read_inside(opened.entity)
        if opened.replaces:
            sink.path.unlink()
        else:
            self._files.keep(sink, name, head)

    def _tell_kind(self, head: Head, about: str) -> None:
        """What is only a piece of a file, or says where one lies."""
        if head.media_type == "message/partial":
            number, total, mail_id = (
                head.content.get(key).text[:200] or "？" for key in ("number", "total", "id")
            )
            self._notes.add("partial_message", about, number=number, total=total, id=mail_id)
        elif head.media_type == "message/external-body":
            place = next(
                (text for key in ("url", "site", "server") if (text := head.content.get(key).text)),
                head.content.get("access-type").text,
            )
            self._notes.add("external_body", about, place=place[:500] or "？")

    def _read_inside(self, path: Path) -> None:
        """What is wrapped is parts of this mail, as if they stood here."""
        self._wrapped += 1
        with path.open("rb") as file:
            source = Source(file)
            self.read(source, read_head(source, self._limits, self._notes))
        self._wrapped -= 1
        path.unlink()

    def _take_text(self, leaf: Leaf) -> None:
        head = leaf.head
        html = head.media_type == "text/html"
        sink = self._texts.sink()
        uu = UuFilter(sink.write, self._files.open, self._close_uu)
        watch = YencWatch(uu.write, self._limits.parts)
        decoder = self._files.drain(leaf, sink.write if html else watch.write, BODY)
        uu.close()
        for raw_name in watch.names:
            self._notes.add("yenc_refused", printable(decode_header(raw_name).text))
        if {TRUNCATED, GARBAGE} & decoder.faults:
            self._notes.add("text_damaged", BODY)
        self._texts.keep(sink, head.content.get("charset").text, head.alternative, html=html)

    def _close_uu(self, sink: FileSink, raw_name: bytes, whole: bool) -> None:
        with sink:
            name = printable(decode_header(raw_name).text)
        self._notes.add("uuencoded", name)
        if not whole:
            self._notes.add("part_truncated", name)
        self._files.add(sink, name)
