"""The files of one mail: their names, their faults, and where they lie."""

from __future__ import annotations

from pathlib import Path

from model.message import Attachment
from parsers.message.charsets import UNREADABLE, printable
from parsers.message.decoder import GARBAGE, SEGMENTS, TRUNCATED, UNPADDED, Decoder, Write
from parsers.message.headers import decode_header, unfold
from parsers.message.heads import Head, read_head, skip_leader
from parsers.message.limits import MessageLimits
from parsers.message.lines import Source
from parsers.message.names import described_name, named_by
from parsers.message.notes import Notes
from parsers.message.sinks import FileSink, Folder
from parsers.message.structure import Leaf
from parsers.message.transfer import Identity, decoder_for
from parsers.message.yenc import ENCODINGS as YENC

UNTYPED = "application/octet-stream"
MAIL_TYPES = ("message/rfc822", "message/global")
_LOST_LETTERS = 2
_START_BYTES = 4 << 10
BODY_TYPES = ("text/plain", "text/html")


class Files:
    """Gives out files and keeps what is written to them as attachments."""

    def __init__(self, into: Path, limits: MessageLimits, notes: Notes) -> None:
        self.attachments: list[Attachment] = []
        self._folder = Folder(into, limits.parts)
        self._limits = limits
        self._notes = notes

    @property
    def full(self) -> bool:
        return self._folder.full

    def scratch(self) -> FileSink:
        """A file that is no attachment; the caller removes it."""
        return self._folder.scratch()

    def open(self) -> FileSink | None:
        """A file for an attachment; None, and told, where there are too many."""
        if self._folder.full:
            self._notes.add("limit_parts", limit=self._limits.parts)
            return None
        return self._folder.sink()

    def name_of(self, head: Head, nearby: str) -> str:
        """The first that is there of all that may hold it. nearby: see `read_parameters`."""
        lost = ""
        for parameters, key in named_by(head, nearby):
            name, repaired = parameters.get(key)
            if name and name.count("?") >= _LOST_LETTERS:  # another place may still have it
                lost = lost or name
            elif name:
                if lost:
                    self._notes.add("name_disagrees", name, other=lost)
                if repaired:
                    self._notes.add("charset_repaired", name)
                elif UNREADABLE in name:
                    self._notes.add("characters_replaced", name)
                if key in parameters.plain:
                    self._notes.add("name_disagrees", name, other=parameters.plain[key])
                return name
        return lost or described_name(head)

    def drain(self, leaf: Leaf, write: Write, about: str) -> Decoder:
        """Read a leaf to its end, decoded; returns the decoder with its faults."""
        start = next(leaf.content, b"")
        decoder = self._decoder(leaf.head, write, about, start)
        decoder.feed(start)
        for block in leaf.content:
            decoder.feed(block)
        decoder.close()
        return decoder

    def _decoder(self, head: Head, write: Write, about: str, start: bytes) -> Decoder:
        values = [one.value for one in head.headers if one.name == "content-transfer-encoding"]
        encodings = [unfold(value).decode("ascii", "replace") for value in values[:10]]
        decoder = decoder_for(encodings, start[:_START_BYTES])
        if decoder is not None:
            return decoder(write)
        declared = encodings[0]
        if declared.strip().lower() in YENC:
            self._notes.add("yenc_refused", about)
        else:
            self._notes.add("encoding_unknown", about, encoding=printable(declared)[:40])
        return Identity(write)

    def keep(self, sink: FileSink, name: str, head: Head) -> None:
        """A leaf part that was written to `sink`."""
        if not name and head.media_type in MAIL_TYPES:
            name = self._inner_name(sink.path)
        elif not name:
            self._notes.add("nameless_part", sink.path.name, media_type=head.media_type)
        value = head.disposition.value
        self.add(
            sink,
            name,
            head.media_type,
            # An unknown value counts as "attachment" (RFC 2183 2.8).
            disposition=value if value in ("", "inline") else "attachment",
            content_id=decode_header(head.first("content-id")).text.strip("<> "),
        )

    def add(
        self,
        sink: FileSink,
        name: str,
        media_type: str = UNTYPED,
        *,
        disposition: str = "",
        content_id: str = "",
    ) -> None:
        if not sink.size:
            self._notes.add("part_empty", name or sink.path.name)
        self.attachments.append(
            Attachment(
                name=name,
                size=sink.size,
                sha256=sink.sha256,
                media_type=media_type,
                path=sink.path,
                disposition=disposition,
                content_id=content_id,
            )
        )

    def tell_faults(self, leaf: Leaf, decoder: Decoder, about: str) -> None:
        faults = decoder.faults
        if TRUNCATED in faults or (leaf.cut and not decoder.complete):
            self._notes.add("part_truncated", about)
        elif UNPADDED in faults:
            self._notes.add("base64_unpadded", about)
        if SEGMENTS in faults:
            self._notes.add("base64_segments", about)
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
