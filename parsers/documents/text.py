"""Reads plain text and tables of values (.txt, .csv) in whatever encoding they came.

Order of encodings: charset.py. Source for tables: RFC 4180.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from model.document import Block, BlockKind, Document, Page, ReadLimits, ReadRequest, Rows, Table
from model.finding import Finding
from parsers.documents.charset import likely_encoding, text_encoding
from parsers.documents.text_kind import delimiter_of

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MAX_CELLS = 1_000_000


def read_text(path: Path, request: ReadRequest, media_type: str) -> Document:
    """A text file as one paragraph and one page."""
    text, findings = load_text(path, request.limits)
    return text_document(text, media_type, findings)


def read_csv(path: Path, request: ReadRequest, media_type: str) -> Document:
    """A file of delimited values as one table; as plain text where its quoting is broken."""
    limits = request.limits
    text, findings = load_text(path, limits)
    delimiter = delimiter_of(text, whole=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    cells = ended = 0
    cut = False
    values = csv.reader(text.splitlines(keepends=True), delimiter=delimiter or ",")
    try:
        for row in values:
            begins, ended = ended + 1, values.line_num
            cut = cut or any(row[limits.table_columns :])
            kept = tuple(cell.strip() for cell in row[: limits.table_columns])
            cells += len(kept)
            if cells > _MAX_CELLS:
                cut = True
                break
            if any(kept):
                rows.append(kept)
                lines.append(begins)
    except csv.Error:
        # A field beyond the module's own limit: no table that a person made.
        return text_document(text, media_type, findings)
    if cut:
        findings = (*findings, Finding("document.limit_cells"))
    if not rows:
        return text_document(text, media_type, findings)
    table: Rows = tuple(rows)
    shown = "\n".join("\t".join(row) for row in table)
    return Document(
        media_type,
        blocks=(Block(BlockKind.TABLE, shown, rows=table, lines=tuple(lines)),),
        pages=(Page(1, shown),),
        tables=(Table(0, table),),
        findings=findings,
    )


def load_text(path: Path, limits: ReadLimits) -> tuple[str, tuple[Finding, ...]]:
    """The file's text with lines ended by "\\n", and what had to be cut or repaired."""
    with path.open("rb") as file:
        data = file.read(limits.part_bytes + 1)
    whole = len(data) <= limits.part_bytes
    data = data[: limits.part_bytes]
    findings: list[Finding] = []
    encoding = text_encoding(data, whole=whole)
    if encoding:
        text = data.decode(encoding, "strict" if whole else "ignore")
    else:
        encoding = likely_encoding(data)
        text = data.decode(encoding, "replace")
        bad = text.count("\ufffd") + len(_CONTROLS.findall(text))
        findings.append(
            Finding("document.charset_repaired", params={"count": str(bad), "encoding": encoding})
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > limits.characters or not whole:
        text = text[: limits.characters]
        limit = str(min(limits.characters, len(text)))
        findings.append(Finding("document.limit_text", params={"limit": limit}))
    return _CONTROLS.sub("", text), tuple(findings)


def text_document(text: str, media_type: str, findings: tuple[Finding, ...]) -> Document:
    """A document that is one run of text."""
    blocks = (Block(BlockKind.PARAGRAPH, text),) if text.strip() else ()
    return Document(media_type, blocks=blocks, pages=(Page(1, text),), findings=findings)
