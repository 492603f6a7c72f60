"""From a file to a `Document`: which reader reads what.

`read_document` is to be called in a child process with limits: the readers hold what they can
count (pages, characters, inflated bytes, cells), the process holds memory and time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from model.document import Document, ReadLimits, ReadRequest
from model.finding import Finding
from parsers.documents import zip_kind
from parsers.documents.detect import EMPTY, PDF, UNKNOWN, detect
from parsers.documents.docx import read_docx
from parsers.documents.html import read_html
from parsers.documents.ole_directory import ENCRYPTED_OOXML
from parsers.documents.pdf import read_pdf
from parsers.documents.text import read_csv, read_text
from parsers.documents.text_kind import CSV, HTML, PLAIN

Reader = Callable[[Path, ReadRequest, str], Document]

READERS: dict[str, Reader] = {
    zip_kind.DOCX: read_docx,
    zip_kind.DOCM: read_docx,
    zip_kind.DOTX: read_docx,
    zip_kind.DOTM: read_docx,
    PDF: read_pdf,
    PLAIN: read_text,
    CSV: read_csv,
    HTML: read_html,
}

_NO_READER: dict[str, str] = {
    EMPTY: "document.empty",
    UNKNOWN: "document.unknown_type",
    ENCRYPTED_OOXML: "document.encrypted",
}
"""What is said of kinds that cannot be read, where it is more than "not read"."""

_DEFAULT_LIMITS = ReadLimits()


def read_document(
    path: Path,
    limits: ReadLimits = _DEFAULT_LIMITS,
    media_type: str | None = None,
    *,
    passwords: tuple[str, ...] = (),
    into: Path | None = None,
) -> Document:
    """Everything that can be read out of the file at `path`; its name is not looked at.

    media_type: by content, where the caller knows it already. passwords: tried in order where the
    file is closed. into: an empty private folder for files within it. Findings have no `about`; see
    `about_file`. What is hostile or broken in the file is a finding.

    Raises: OSError where the file cannot be read from the disk.
    """
    kind = media_type or detect(path)
    reader = READERS.get(kind)
    if reader is not None:
        return reader(path, ReadRequest(limits, passwords, into), kind)
    code = _NO_READER.get(kind, "document.not_read")
    params = {"media_type": kind} if code == "document.not_read" else {}
    return Document(kind, findings=(Finding(code, params=params),), readable=False)


def about_file(document: Document, name: str) -> Document:
    """The same document, its findings saying which file they are about."""
    return replace(
        document,
        findings=tuple(
            finding if finding.about else replace(finding, about=name)
            for finding in document.findings
        ),
    )
