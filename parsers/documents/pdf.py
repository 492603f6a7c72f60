"""Reads PDF: the text of each page in reading order, tables, and which pages are scans.

Text by pdfium; tables (pdf_tables.py) only on pages that have ruling lines. Source: ISO 32000-2.

Residual risks: what pdfium does with hostile bytes below its interface (memory, time, crashes)
is held by the child process this runs in, not here. Text that is white, tiny, covered or off the
page is read like other text. Values of fillable form fields are not part of a page's text.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from model.document import Block, BlockKind, Document, Page, ReadLimits, ReadRequest, Table
from model.finding import Finding
from parsers.documents.pdf_objects import PageMarks, clean, page_marks
from parsers.documents.pdf_plumber import NO_MAP, over_pages, plain_text
from parsers.documents.pdf_tables import PageTables, read_tables

_FEW_CHARACTERS = 30
"""A scan may carry so many characters of text: a page number, the mark of a scanning app."""
_SCAN_COVERAGE = 0.5
_MAX_PLUMBED = 200
"""Pages that pdfplumber is asked about, for tables and for lost text each; 0.1 s a page."""
_MAX_TREE = 5_000
"""Pages of a file that it is asked about at all: it walks the whole tree first."""
_LOCKED = {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}
_PROPERTIES = {
    "Title": "title", "Author": "creator", "Subject": "subject", "Creator": "application",
    "Producer": "producer", "CreationDate": "created", "ModDate": "modified",
}  # fmt: skip


def read_pdf(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one PDF, up to the limits; what cannot be read is a finding."""
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        code = "document.encrypted" if error.err_code in _LOCKED else "document.broken"
        return Document(media_type, findings=(Finding(code),), readable=False)
    with closing(pdf):
        count = len(pdf)
        if not count:
            return Document(media_type, findings=(Finding("document.broken"),), readable=False)
        reading = _Reading(pdf, request.limits)
        reading.read_pages(count)
        reading.repair(path, count)
        tables = reading.read_tables(path, count)
        return Document(
            media_type,
            blocks=tuple(reading.blocks(tables)),
            pages=tuple(Page(page.number, page.text) for page in reading.pages),
            tables=tuple(
                Table(page.number, table.rows)
                for page in reading.pages
                for table in tables.get(page.number, PageTables()).tables
            ),
            scanned=tuple(page.number for page in reading.pages if _is_scan(page)),
            properties={"pages": str(count), **_properties(pdf)},
            findings=tuple(reading.findings),
            readable=bool(reading.pages),
        )


@dataclass(frozen=True, slots=True)
class _ReadPage:
    number: int
    text: str
    marks: PageMarks
    repaired: bool = False


class _Reading:
    """One PDF while it is read. pages: those that could be; broken: numbers of those not."""

    def __init__(self, pdf: pdfium.PdfDocument, limits: ReadLimits) -> None:
        self._pdf = pdf
        self._limits = limits
        self.pages: list[_ReadPage] = []
        self.broken: list[int] = []
        self.findings: list[Finding] = []

    def read_pages(self, count: int) -> None:
        """Text and marks of each page, until a limit is reached."""
        most = self._limits.pages
        if count > most:
            self._find("document.limit_pages", pages=str(count), limit=str(most))
        left = self._limits.characters
        for number in range(1, min(count, most) + 1):
            try:
                page, cut = self._read_page(number, left)
            except (pdfium.PdfiumError, AssertionError):
                # pypdfium2 asserts that pdfium's two counts of characters agree.
                self.broken.append(number)
                continue
            self.pages.append(page)
            left -= len(page.text)
            if cut:
                self._find("document.limit_text", limit=str(self._limits.characters))
                break
        if self.broken and not self.pages:
            self._find("document.broken")
        elif self.broken:
            self._find("document.broken_pages", pages=page_list(self.broken))

    def repair(self, path: Path, count: int) -> None:
        """Takes pdfplumber's text of pages where pdfium lost characters and that has more."""
        doubtful = [page.number for page in self.pages if page.marks.lost]
        asked = doubtful[:_MAX_PLUMBED] if count <= _MAX_TREE else []
        found, _failed = over_pages(path, asked, plain_text)
        lost: list[int] = []
        for place, page in enumerate(self.pages):
            if not page.marks.lost:
                continue
            text = clean(found.get(page.number, NO_MAP))
            if NO_MAP in text:
                # Not a name for every character there either.
                lost.append(page.number)
            elif _letters(text) > _letters(page.text):
                self.pages[place] = replace(page, text=text, repaired=True)
        if lost:
            self._find("document.text_lost", pages=page_list(lost))
        scans = [page.number for page in self.pages if _is_scan(page)]
        if scans:
            self._find("document.scanned", pages=page_list(scans))

    def read_tables(self, path: Path, count: int) -> dict[int, PageTables]:
        """The tables by page number, for those pages that are ruled."""
        ruled = [page.number for page in self.pages if page.marks.ruled]
        left_out = [page.number for page in self.pages if page.marks.too_complex]
        if count > _MAX_TREE:
            left_out, ruled = sorted({*left_out, *ruled}), []
        left_out += ruled[_MAX_PLUMBED:]
        repaired = {page.number for page in self.pages if page.repaired}
        found, failed = read_tables(path, self._pdf, ruled[:_MAX_PLUMBED], repaired, self._limits)
        left_out = sorted({*left_out, *failed})
        if left_out:
            self._find("document.tables_not_read", pages=page_list(left_out))
        if any(tables.cut for tables in found.values()):
            self._find("document.limit_cells")
        return found

    def blocks(self, tables: dict[int, PageTables]) -> Iterable[Block]:
        """Each page as its text and tables in order from top to bottom."""
        for page in self.pages:
            source = f"page {page.number}"
            on_page = tables.get(page.number)
            if on_page is not None and on_page.tables:
                yield from on_page.blocks(page.number, source, page.text)
            elif page.text.strip():
                flags = ("repaired",) if page.repaired else ()
                yield Block(
                    BlockKind.PARAGRAPH, page.text.strip(), source, page.number, flags=flags
                )

    def _read_page(self, number: int, left: int) -> tuple[_ReadPage, bool]:
        with closing(self._pdf[number - 1]) as page, closing(page.get_textpage()) as textpage:
            characters = max(textpage.count_chars(), 0)
            cut = characters > left
            text = textpage.get_text_range(0, min(characters, left)) if characters else ""
            return _ReadPage(number, clean(text), page_marks(page)), cut

    def _find(self, code: str, **params: str) -> None:
        self.findings.append(Finding(code, params=params))


def page_list(numbers: Iterable[int]) -> str:
    """Page numbers for a person: 1、3-7、9."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return "、".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def _is_scan(page: _ReadPage) -> bool:
    few = _letters(page.text) <= _FEW_CHARACTERS
    return few and page.marks.image_coverage >= _SCAN_COVERAGE


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _properties(pdf: pdfium.PdfDocument) -> dict[str, str]:
    try:
        found = pdf.get_metadata_dict(skip_empty=True)
    except pdfium.PdfiumError:
        return {}
    return {
        name: clean(found[key]).strip()[:1000]
        for key, name in _PROPERTIES.items()
        if found.get(key, "").strip()
    }
