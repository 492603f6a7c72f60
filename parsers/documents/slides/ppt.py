"""Reads .ppt, .pps and .dps: presentations in an OLE compound file.

Source: [MS-PPT] 2.1.2 (reading order), 2.4.1 (DocumentContainer), 2.4.14.3 (SlideListWithText),
2.5.1 (SlideContainer), 2.5.6 (NotesContainer), 2.10.34 (ExOleObjStg).

Residual risks: where the list of live objects is broken, every slide in the stream is read, those
too that were deleted and only not yet swept up. Pictures are not taken out. What stands on a
slide only through its master is not read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from model.document import Block, BlockKind, Document, ReadRequest
from model.finding import Finding
from parsers.documents.embedded import Sink
from parsers.documents.ole.file import open_ole, stream
from parsers.documents.ole.objects import add_object
from parsers.documents.ole.summary import ole_summary
from parsers.documents.ooxml.package import Unreadable
from parsers.documents.ooxml.parts import links_finding
from parsers.documents.slides.ppt_records import (
    Encrypted,
    Record,
    children,
    descendants,
    integer,
    live_objects,
    record_at,
)
from parsers.documents.slides.ppt_shapes import SlideText, Text, comments, texts
from parsers.documents.slides.show import SlideShow

_STREAM = "PowerPoint Document"
_DOCUMENT, _SLIDE, _NOTES = 0x03E8, 0x03EE, 0x03F0
_SLIDE_LIST, _SLIDE_PERSIST, _NOTES_ATOM = 0x0FF0, 0x03F3, 0x03F1
_SLIDE_INFO, _SIZE, _OBJECT, _MACROS = 0x03F9, 0x03E9, 0x1011, 0x0400
_HIDDEN_FLAG = 4
_UNITS_PER_POINT = 8.0
"""Sizes are in 576ths of an inch ([MS-PPT] 2.2.15)."""


def read_ppt(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one presentation; what cannot be read is a finding."""
    try:
        with open_ole(path) as ole:
            if not ole.exists(_STREAM):
                return _unread(media_type, "document.broken")
            if ole.exists("EncryptedSummary"):
                return _unread(media_type, "document.encrypted")
            whole = replace(request.limits, part_bytes=request.limits.total_bytes)
            slides = stream(ole, _STREAM, whole)
            user = stream(ole, "Current User", request.limits, missing=b"")
            properties = ole_summary(ole, request.limits)
        return _Presentation(slides, user, request).document(media_type, properties)
    except Encrypted:
        return _unread(media_type, "document.encrypted")
    except Unreadable as error:
        return Document(media_type, findings=(error.finding,), readable=False)
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        # olefile raises its own OSError for a broken file, and these where it does not notice.
        return _unread(media_type, "document.broken")


def _unread(media_type: str, code: str) -> Document:
    return Document(media_type, findings=(Finding(code),), readable=False)


class _Presentation:
    """One presentation while it is read."""

    def __init__(self, stream: bytes, user: bytes, request: ReadRequest) -> None:
        """Raises: Encrypted."""
        self._stream = stream
        self._sink = Sink(request)
        self._show = SlideShow(request.limits)
        self._limits = request.limits
        self._objects, self._document_id = live_objects(stream, user)
        self._links: list[str] = []
        self._macros = False

    def document(self, media_type: str, properties: dict[str, str]) -> Document:
        document = self._record(self._document_id)
        if document is None or document.kind != _DOCUMENT:
            document = next(
                (one for one in children(self._stream, 0, len(self._stream))
                 if one.kind == _DOCUMENT),
                None,
            )  # fmt: skip
        listed = [] if document is None else list(self._listed(document, 0))
        slides = [(record, outline) for record, outline in listed if record.kind == _SLIDE]
        if not slides:
            slides = [
                (one, []) for one in children(self._stream, 0, len(self._stream))
                if one.kind == _SLIDE
            ]  # fmt: skip
        notes = self._notes(document)
        for record, outline in slides:
            if self._show.slide():
                self._slide(record, outline, notes)
        skipped = self._document_wide(document)
        self._embedded(skipped)
        findings = (
            *([Finding("document.macros")] if self._macros else []),
            *links_finding(self._links),
            *self._sink.findings,
        )
        if document is None and not slides:
            return _unread(media_type, "document.broken")
        return self._show.document(
            media_type, count=len(slides), properties=properties,
            embedded=self._sink.found, findings=findings,
        )  # fmt: skip

    def _record(self, number: int) -> Record | None:
        place = self._objects.get(number)
        return None if place is None else record_at(self._stream, place, len(self._stream))

    def _listed(self, document: Record, instance: int) -> Iterator[tuple[Record, list[Text]]]:
        """The slides (0) or notes (2) in the document's order, with the texts listed for each."""
        seen: set[int] = set()
        for record in children(self._stream, document.start, document.end):
            if record.kind != _SLIDE_LIST or record.instance != instance:
                continue
            current: Record | None = None
            run: list[Record] = []
            for one in children(self._stream, record.start, record.end):
                if one.kind != _SLIDE_PERSIST:
                    run.append(one)
                    continue
                if current is not None:
                    yield current, texts(self._stream, run)
                run = []
                current = self._record(integer(self._stream, one, 0))
                # One slide named twice would be read twice, and a thousand times as well.
                if current is not None and current.start in seen:
                    current = None
                if current is not None:
                    seen.add(current.start)
            if current is not None:
                yield current, texts(self._stream, run)

    def _notes(self, document: Record | None) -> dict[int, Record]:
        """The notes, by where their slide's data begins in the stream."""
        if document is None:
            return {}
        begins: dict[int, int] = {}
        for record in children(self._stream, document.start, document.end):
            if record.kind == _SLIDE_LIST and record.instance == 0:
                for one in children(self._stream, record.start, record.end):
                    place = self._objects.get(integer(self._stream, one, 0))
                    if one.kind == _SLIDE_PERSIST and place is not None:
                        begins[integer(self._stream, one, 12)] = place + 8
        found: dict[int, Record] = {}
        for record, _outline in self._listed(document, 2):
            for atom in children(self._stream, record.start, record.end):
                if record.kind == _NOTES and atom.kind == _NOTES_ATOM:
                    begin = begins.get(integer(self._stream, atom, 0))
                    if begin is not None:
                        found[begin] = record
        return found

    def _slide(self, slide: Record, outline: list[Text], notes: dict[int, Record]) -> None:
        source = f"{_STREAM}, {slide.start - 8}"
        flags: tuple[str, ...] = ()
        for record in children(self._stream, slide.start, slide.end):
            if record.kind == _SLIDE_INFO and integer(self._stream, record, 8) >> 16 & _HIDDEN_FLAG:
                flags = ("hidden",)
        reader = SlideText(self._stream, source, outline, self._limits.table_columns)
        blocks = reader.blocks(slide)
        blocks += [Block(BlockKind.COMMENT, one, source) for one in comments(self._stream, slide)]
        note = notes.get(slide.start)
        if note is not None:
            inner = SlideText(self._stream, source, (), self._limits.table_columns)
            blocks += [replace(block, kind=BlockKind.NOTE, level=0) for block in inner.blocks(note)]
        self._show.cells_cut |= reader.cells_cut
        for block in blocks:
            self._show.add(replace(block, flags=flags))

    def _document_wide(self, document: Record | None) -> set[int]:
        """The slides' size, whether there are macros; the objects that hold those macros."""
        projects: set[int] = set()
        for record in () if document is None else descendants(self._stream, document):
            if record.kind == _SIZE:
                wide, high = (integer(self._stream, record, at) for at in (0, 4))
                if 0 < wide < 1 << 20 and 0 < high < 1 << 20:
                    self._show.width = wide / _UNITS_PER_POINT
                    self._show.height = high / _UNITS_PER_POINT
            elif record.kind == _MACROS:
                projects.add(integer(self._stream, record, 0))
                self._macros |= bool(integer(self._stream, record, 4))
        return projects

    def _embedded(self, skipped: set[int]) -> None:
        for number, place in sorted(self._objects.items()):
            record = record_at(self._stream, place, len(self._stream))
            if record is None or record.kind != _OBJECT or number in skipped:
                continue
            name = f"object{number}"
            data = self._object(record)
            if data is None:
                self._sink.refuse(name, _STREAM)
                continue
            link = add_object(self._sink, data, name, f"{_STREAM}, {place}")
            if link:
                self._links.append(link)

    def _object(self, record: Record) -> bytes | None:
        """The bytes of an embedded object, unpacked where it is; None where it is too large."""
        data = self._stream[record.start : record.end]
        if record.instance != 1:
            return data
        unpacker = zlib.decompressobj()
        most = min(self._limits.part_bytes, self._sink.room)
        try:
            made = unpacker.decompress(data[4:], most + 1)
        except zlib.error:
            return None
        return made if len(made) <= most else None
