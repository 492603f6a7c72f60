"""Reads rich text (.rtf, and .doc files that are rich text).

Order of the blocks: body with its text boxes, footnotes, endnotes, comments, headers, footers.
Source: Rich Text Format Specification 1.9.1.

Residual risks: nothing is laid out; where a text is written twice for older readers, the newer
form is read. Bytes that declare no encoding, or a Western one, are taken for GBK where they look
it. Objects are handed over as they are; links are never followed.
"""

from __future__ import annotations

from pathlib import Path

from model.document import Document, ReadRequest
from model.finding import Finding
from parsers.documents.embedded import Sink
from parsers.documents.office_blocks import finished
from parsers.documents.ooxml.package import Unreadable
from parsers.documents.ooxml.parts import links_finding
from parsers.documents.rtf.actions import RtfActions


def read_rtf(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one rich text; what cannot be read is a finding."""
    limits = request.limits
    with path.open("rb") as file:
        data = file.read(limits.part_bytes + 1)
    if len(data) > limits.part_bytes:
        found = Finding("document.limit_parts", params={"part": "RTF"})
        return Document(media_type, findings=(found,), readable=False)
    sink = Sink(request)
    reader = RtfActions(data, limits, sink)
    try:
        reader.read()
    except Unreadable as error:
        return Document(media_type, findings=(error.finding,), readable=False)
    blocks, tables = reader.result()
    findings: list[Finding] = []
    if reader.cut:
        findings.append(Finding("office.text_missing"))
    if reader.too_deep:
        findings.append(Finding("office.too_deep"))
    if reader.budget.text_cut:
        findings.append(Finding("document.limit_text", params={"limit": str(limits.characters)}))
    if reader.budget.cells_cut:
        findings.append(Finding("document.limit_cells"))
    document = Document(
        media_type,
        blocks=tuple(blocks),
        tables=tuple(tables),
        embedded=sink.found,
        properties=reader.properties,
    )
    return finished(document, [*findings, *links_finding(reader.links), *sink.findings])
