"""Reads .doc, .dot and .wps files that are Word binary files, of Word 6 to 2007.

Order of the blocks: body with its text boxes, footnotes, endnotes, comments, headers, footers,
text boxes without a place. Source: [MS-DOC] 2.1 (streams), 2.4 (retrieving text and formatting).

Residual risks: macros are neither run nor read; links are never followed. Offsets are the
sender's: each is held to the bytes that are there, and what lies over something else is read
once. Text of formats before Word 6 is not read.
"""

from __future__ import annotations

from pathlib import Path

import olefile

from model.document import Block, Document, ReadLimits, ReadRequest, Table
from model.finding import Finding
from parsers.documents.doc.fib import FONTS, STYLES, Fib, read_fib
from parsers.documents.doc.formats import Formats
from parsers.documents.doc.lists import Lists
from parsers.documents.doc.pieces import Pieces
from parsers.documents.doc.stories import plan
from parsers.documents.doc.styles import Styles
from parsers.documents.doc.walk import Walker
from parsers.documents.embedded import Sink
from parsers.documents.office_blocks import OfficeBudget, finished
from parsers.documents.ole.file import open_ole, stream
from parsers.documents.ole.objects import has_macros, take_objects
from parsers.documents.ole.summary import ole_summary
from parsers.documents.ooxml.package import Unreadable
from parsers.documents.ooxml.parts import links_finding

_MAX_CELLS = 1_000_000
"""Cells of all tables together."""


def read_doc(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one Word binary file; what cannot be read is a finding."""
    try:
        with open_ole(path) as ole:
            return _read(ole, request, media_type)
    except Unreadable as error:
        return Document(media_type, findings=(error.finding,), readable=False)


def _read(ole: olefile.OleFileIO, request: ReadRequest, media_type: str) -> Document:
    limits = request.limits
    word = stream(ole, "WordDocument", limits)
    fib = read_fib(word)
    if fib.encrypted:
        raise Unreadable("document.encrypted")
    table, data = _table(ole, fib, limits, word), stream(ole, "Data", limits, missing=b"")
    pieces = Pieces(fib, word, table, limits.characters)
    styles = Styles(_part(fib, table, STYLES), _part(fib, table, FONTS), old=fib.old)
    formats = Formats(fib, word, table, data, pieces, styles)
    budget = OfficeBudget(limits.characters, _MAX_CELLS, limits.table_columns)
    stories = plan(fib, table, len(pieces.text))
    walker = Walker(
        pieces.text, formats, styles, data, budget, stories.notes, stories.anchored,
        Lists(fib, table, styles).label,
    )  # fmt: skip
    blocks: list[Block] = []
    tables: list[Table] = []
    for place in (stories.body, *stories.others):
        found, more = walker.walk(place)
        blocks += found
        tables += more
    for place in walker.loose:
        found, more = walker.walk(place)
        blocks += found
        tables += more
    sink = Sink(request)
    links = take_objects(ole, "ObjectPool/", sink)
    findings = [*_told(pieces, formats, budget, limits), *links_finding([*walker.links, *links])]
    if has_macros("/".join(one) for one in ole.listdir(streams=True, storages=True)):
        findings.append(Finding("document.macros"))
    document = Document(
        media_type,
        blocks=tuple(blocks),
        tables=tuple(tables),
        embedded=sink.found,
        properties=ole_summary(ole, limits),
    )
    return finished(document, (*findings, *sink.findings))


def _table(ole: olefile.OleFileIO, fib: Fib, limits: ReadLimits, word: bytes) -> bytes:
    """The stream with the structures; some writers name the other one than is there."""
    if fib.old:
        return word
    other = "0Table" if fib.table == "1Table" else "1Table"
    return stream(ole, fib.table if ole.exists(fib.table) else other, limits, missing=b"")


def _part(fib: Fib, table: bytes, number: int) -> bytes:
    offset, length = fib.pair(number)
    return table[offset : offset + length]


def _told(
    pieces: Pieces, formats: Formats, budget: OfficeBudget, limits: ReadLimits
) -> list[Finding]:
    told: list[Finding] = []
    if pieces.cut:
        told.append(Finding("office.text_missing"))
    if formats.cut:
        told.append(Finding("office.formatting_cut"))
    if pieces.over or budget.text_cut:
        told.append(Finding("document.limit_text", params={"limit": str(limits.characters)}))
    if budget.cells_cut:
        told.append(Finding("document.limit_cells"))
    return told
