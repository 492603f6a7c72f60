"""From a file to a `Document`: which reader reads what.

`read_document` is to be called in a child process with limits: the readers hold what they can
count (pages, characters, inflated bytes, cells), the process holds memory and time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from model.document import Document, ReadLimits, ReadRequest
from model.finding import Finding
from parsers.documents import zip_kind
from parsers.documents.detect import EMPTY, PDF, UNKNOWN, detect
from parsers.documents.doc.old import WORD_2, WORKS, WRITE, refuse_old
from parsers.documents.doc.read import read_doc
from parsers.documents.docx.read import read_docx
from parsers.documents.image import read_image
from parsers.documents.odf.read import read_odf
from parsers.documents.ofd.read import read_ofd
from parsers.documents.ole.directory import ENCRYPTED_OOXML
from parsers.documents.ole.password import is_closed, read_closed
from parsers.documents.pdf.read import read_pdf
from parsers.documents.rtf.read import read_rtf
from parsers.documents.sheets.xls import read_xls
from parsers.documents.sheets.xlsx import read_xlsx
from parsers.documents.slides.ppt import read_ppt
from parsers.documents.slides.pptx import read_pptx
from parsers.documents.text import read_csv, read_text
from parsers.documents.text_kind import CSV, HTML, PLAIN, WEB_ARCHIVE, XML
from parsers.documents.web.html import read_html
from parsers.documents.web.mht import read_mht
from parsers.documents.web.office_xml import read_office_xml

Reader = Callable[[Path, ReadRequest, str], Document]

READERS: dict[str, Reader] = {
    zip_kind.DOCX: read_docx,
    zip_kind.DOCM: read_docx,
    zip_kind.DOTX: read_docx,
    zip_kind.DOTM: read_docx,
    PDF: read_pdf,
    zip_kind.OFD: read_ofd,
    zip_kind.XLSX: read_xlsx,
    zip_kind.XLSM: read_xlsx,
    zip_kind.XLTX: read_xlsx,
    zip_kind.XLTM: read_xlsx,
    "application/msword": read_doc,
    "application/rtf": read_rtf,
    WORKS: refuse_old,
    WRITE: refuse_old,
    WORD_2: refuse_old,
    "application/vnd.ms-excel": read_xls,
    zip_kind.PPTX: read_pptx,
    zip_kind.PPSX: read_pptx,
    zip_kind.POTX: read_pptx,
    zip_kind.PPTM: read_pptx,
    zip_kind.PPSM: read_pptx,
    "application/vnd.ms-powerpoint": read_ppt,
    zip_kind.ODT: read_odf,
    zip_kind.OTT: read_odf,
    zip_kind.ODS: read_odf,
    zip_kind.OTS: read_odf,
    zip_kind.ODP: read_odf,
    zip_kind.OTP: read_odf,
    PLAIN: read_text,
    CSV: read_csv,
    HTML: read_html,
    WEB_ARCHIVE: read_mht,
    XML: read_office_xml,
    "image/jpeg": read_image,
    "image/png": read_image,
    "image/tiff": read_image,
    "image/bmp": read_image,
    "image/gif": read_image,
    "image/webp": read_image,
    "image/heic": read_image,
    "image/avif": read_image,
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
    request = ReadRequest(limits, passwords, into)
    document = _read(path, request, media_type or detect(path))
    if is_closed(document):
        return read_closed(
            path, document, request, lambda plain: _read(plain, request, detect(plain))
        )
    return document


def _read(path: Path, request: ReadRequest, kind: str) -> Document:
    reader = READERS.get(kind)
    if reader is not None:
        return reader(path, request, kind)
    code = _NO_READER.get(kind, "document.not_read")
    params = {"media_type": kind} if code == "document.not_read" else {}
    return Document(kind, findings=(Finding(code, params=params),), readable=False)
