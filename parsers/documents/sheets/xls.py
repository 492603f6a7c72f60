"""Reads .xls and .et: workbooks in an OLE compound file.

Source: [MS-XLS] 2.1.2 (streams of the file), 2.1.7.1 (embedded objects in storages `MBD…`).

Residual risks: macros are only seen to be there. Pictures on sheets are not taken out.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from model.document import Document, ReadRequest
from model.finding import Finding
from parsers.documents.embedded import Sink
from parsers.documents.ole.file import open_ole, stream
from parsers.documents.ole.objects import has_macros, take_objects
from parsers.documents.ole.summary import ole_summary
from parsers.documents.ooxml.package import Unreadable
from parsers.documents.ooxml.parts import links_finding
from parsers.documents.sheets.biff import Biff, Encrypted, NoWorkbook
from parsers.documents.sheets.grid import Full, SheetBudget, sheet_document


def read_xls(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one workbook; what cannot be read is a finding."""
    sink = Sink(request)
    budget = SheetBudget.of(request.limits)
    try:
        with open_ole(path) as ole:
            names = ["/".join(one) for one in ole.listdir(streams=True, storages=True)]
            name = next((one for one in ("Workbook", "Book") if ole.exists(one)), None)
            if name is None:
                return _unread(media_type, "document.broken")
            whole = replace(request.limits, part_bytes=request.limits.total_bytes)
            workbook = Biff(stream(ole, name, whole), budget)
            with suppress(Full):
                workbook.read()
            take_objects(ole, "MBD", sink)
            properties = ole_summary(ole, request.limits)
    except Encrypted:
        return _unread(media_type, "document.encrypted")
    except Unreadable as error:
        return Document(media_type, findings=(error.finding,), readable=False)
    except (NoWorkbook, OSError, ValueError, IndexError, TypeError, AttributeError):
        # olefile raises its own OSError for a broken file, and these where it does not notice.
        return _unread(media_type, "document.broken")
    findings = [*links_finding(workbook.links), *sink.findings]
    if workbook.macros or has_macros(names):
        findings.insert(0, Finding("document.macros"))
    return sheet_document(
        workbook.sheets, budget, request.limits, media_type,
        properties=properties, embedded=sink.found, findings=findings,
    )  # fmt: skip


def _unread(media_type: str, code: str) -> Document:
    return Document(media_type, findings=(Finding(code),), readable=False)
