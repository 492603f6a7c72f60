"""What a PDF carries beside its pages: files within it, and the means to start something.

Sources: ISO 32000-2, 7.11.4 (embedded files), 12.6.4 (action types).

Residual risk: pdfium unpacks a file within before its size is known; the child process holds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from parsers.documents.embedded import Sink
from parsers.documents.pdf.notes import attachment

_LOOKED_AT_BYTES = 32 << 20
_ACTIONS = ((b"/JavaScript", "JavaScript"), (b"/Launch", "Launch"))


def take_attachments(pdf: pdfium.PdfDocument, sink: Sink, most_files: int, most_bytes: int) -> None:
    """The files of the document's own list, which is what a portfolio is."""
    number = pdfium_c.FPDFDoc_GetAttachmentCount(pdf.raw)
    for index in range(number):
        source = f"attachment {index + 1}"
        handle = pdfium_c.FPDFDoc_GetAttachment(pdf.raw, index)
        if index >= most_files or not handle:
            sink.refuse("", source)
            continue
        take(handle, sink, source, most_bytes)


def take(handle: object, sink: Sink, source: str, most: int) -> None:
    """One of them, by pdfium's handle."""
    name, data = attachment(handle, most)
    if data is None:
        sink.refuse(name, source)
    else:
        sink.add(name, data, source)


def actions(path: Path, pdf: pdfium.PdfDocument, on_pages: Iterable[str]) -> list[str]:
    """Kinds of actions that would start something, each once; none of them is run."""
    found = set(on_pages)
    if pdfium_c.FPDFDoc_GetJavaScriptActionCount(pdf.raw) > 0:
        found.add("JavaScript")
    with path.open("rb") as file:
        data = file.read(_LOOKED_AT_BYTES)
    found |= {kind for mark, kind in _ACTIONS if mark in data}
    return sorted(found)
