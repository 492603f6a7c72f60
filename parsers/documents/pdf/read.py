"""Reads PDF: the text of each page in reading order, tables, forms, seals, and what is a scan.

Text by pdfium, in the order in which the page was written; tables (pdf/tables.py) only on pages
that have ruling lines. Source: ISO 32000-2.

Residual risks: what pdfium does with hostile bytes below its interface (memory, time, crashes)
is held by the child process this runs in, not here. Tables without lines are left as text. Text
of layers that are switched off is read like other text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from model.document import Block, BlockKind, Document, Page, ReadRequest, Seal, Signature, Table
from model.finding import Finding
from parsers.documents.embedded import Sink
from parsers.documents.pages import page_list
from parsers.documents.pdf.files import actions, take, take_attachments
from parsers.documents.pdf.notes import files_of
from parsers.documents.pdf.objects import clean
from parsers.documents.pdf.page import ReadPage, letters, read_page
from parsers.documents.pdf.plumbed import read_tables
from parsers.documents.pdf.plumber import NO_MAP, over_pages, plain_text
from parsers.documents.pdf.tables import PageTables

_MAX_PLUMBED = 200
"""Pages that pdfplumber is asked about, for tables and for lost text each; 0.1 s a page."""
_MAX_TREE = 5_000
"""Pages of a file that it is asked about at all: it walks the whole tree first."""
_MAX_PASSWORDS = 10
_NOTICE_CHARACTERS = 1_500
"""What a dynamic form shows in other programs is a notice no longer than this."""
_LOCKED = {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}
_PROPERTIES = {
    "Title": "title", "Author": "creator", "Subject": "subject", "Creator": "application",
    "Producer": "producer", "CreationDate": "created", "ModDate": "modified",
}  # fmt: skip


def read_pdf(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one PDF, up to the limits; what cannot be read is a finding."""
    opened = _open(path, request.passwords)
    if isinstance(opened, str):
        return Document(media_type, findings=(Finding(opened),), readable=False)
    pdf, password = opened
    with closing(pdf):
        # Fields are known only where this comes before the first page is loaded.
        with suppress(pdfium.PdfiumError):
            pdf.init_forms()
        count = len(pdf)
        if not count:
            return Document(media_type, findings=(Finding("document.broken"),), readable=False)
        reading = _Reading(pdf, path, request, password)
        reading.read_pages(count)
        reading.repair(count)
        tables = reading.read_tables(count)
        seals, signatures = reading.signatures()
        embedded = reading.files()
        reading.sum_up()
        return Document(
            media_type,
            blocks=tuple(reading.blocks(tables)),
            pages=tuple(
                Page(page.number, page.text, "text", page.width, page.height)
                for page in reading.pages
            ),
            tables=tuple(
                Table(page.number, table.rows)
                for page in reading.pages
                for table in tables.get(page.number, PageTables()).tables
            ),
            seals=tuple(seals),
            signatures=tuple(signatures),
            embedded=embedded.found,
            scanned=tuple(reading.pictures()),
            properties={"pages": str(count), **_properties(pdf)},
            findings=(*reading.findings, *embedded.findings),
            readable=bool(reading.pages),
        )


class _Reading:
    """One PDF while it is read. pages: those that could be; broken: numbers of those not."""

    def __init__(
        self, pdf: pdfium.PdfDocument, path: Path, request: ReadRequest, password: str | None
    ) -> None:
        self._pdf = pdf
        self._path = path
        self._request = request
        self._limits = request.limits
        self._password = password
        self._lost: list[int] = []
        self.pages: list[ReadPage] = []
        self.broken: list[int] = []
        self.findings: list[Finding] = []
        if password:
            self._find("pdf.opened_with_password")

    def read_pages(self, count: int) -> None:
        """Text and marks of each page, until a limit is reached."""
        most = self._limits.pages
        if count > most:
            self._find("document.limit_pages", pages=str(count), limit=str(most))
        left = self._limits.characters
        for number in range(1, min(count, most) + 1):
            try:
                page, cut = read_page(self._pdf, number, left, self._limits.table_columns)
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

    def repair(self, count: int) -> None:
        """Takes pdfplumber's text of pages where pdfium lost characters and that has more."""
        doubtful = [page.number for page in self.pages if page.marks.lost]
        asked = doubtful[:_MAX_PLUMBED] if count <= _MAX_TREE else []
        found, _failed = over_pages(self._path, asked, plain_text, self._password)
        for place, page in enumerate(self.pages):
            if not page.marks.lost:
                continue
            text = clean(found.get(page.number, NO_MAP))
            if NO_MAP in text:
                # Not a name for every character there either.
                self._lost.append(page.number)
            elif letters(text) > letters(page.text) and page.careful is None:
                self.pages[place] = replace(page, text=text, repaired=True)
        if self._lost:
            self._find("document.text_lost", pages=page_list(self._lost))

    def read_tables(self, count: int) -> dict[int, PageTables]:
        """The tables by page number, for those pages that are ruled; pdfplumber's where the page's
        own lines leave a doubt."""
        drawn = {page.number: page.tables for page in self.pages if page.tables is not None}
        ruled = [
            page.number for page in self.pages if page.marks.ruled and page.number not in drawn
        ]
        left_out = [page.number for page in self.pages if page.marks.too_complex]
        if count > _MAX_TREE:
            left_out, ruled = sorted({*left_out, *ruled}), []
        left_out += ruled[_MAX_PLUMBED:]
        found, failed = read_tables(
            self._path, self._pdf, {page.number: page for page in self.pages},
            ruled[:_MAX_PLUMBED], self._limits, self._password,
        )  # fmt: skip
        left_out = sorted({*left_out, *failed})
        found.update(drawn)
        if left_out:
            self._find("document.tables_not_read", pages=page_list(left_out))
        if any(tables.cut for tables in found.values()):
            self._find("document.limit_cells")
        return found

    def pictures(self) -> Iterator[int]:
        """Pages that have to be read as pictures."""
        lost = set(self._lost)
        for page in self.pages:
            if page.scan or page.layer or page.garbled or page.number in lost:
                yield page.number

    def signatures(self) -> tuple[list[Seal], list[Signature]]:
        """Electronic signatures, and the pictures that stand for them on the page."""
        if pdfium_c.FPDF_GetSignatureCount(self._pdf.raw) <= 0:
            return [], []
        # pyHanko takes half a second to import, and few files are signed.
        from parsers.documents.pdf.seals import seals_and_signatures

        seals, signatures, changed = seals_and_signatures(
            self._pdf, self._path, self.pages, self._request, self._password
        )
        if changed:
            self._find("pdf.changed_after_signing", signers="、".join(changed))
        return seals, signatures

    def files(self) -> Sink:
        """Files within, of the document's list and of the pages."""
        sink = Sink(self._request)
        limits = self._limits
        take_attachments(self._pdf, sink, limits.embedded_files, limits.embedded_bytes)
        for page in self.pages:
            if page.notes and page.notes.files_at:
                # Handles are good only while their page is open.
                with closing(self._pdf[page.number - 1]) as again:
                    for handle in files_of(again, page.notes):
                        take(handle, sink, f"page {page.number}", limits.embedded_bytes)
        return sink

    def sum_up(self) -> None:
        """What is to be said of the pages together."""
        every = self.pages
        self._tell("document.scanned", pages=[one for one in every if one.scan and not one.layer])
        self._tell("document.text_layer", pages=[one for one in every if one.layer])
        self._tell("document.garbled", pages=[one for one in every if one.garbled])
        odd = [one for one in every if one.marks.unseen and not one.layer]
        self._tell("document.odd_text", pages=odd)
        noted = [page.notes for page in self.pages if page.notes]
        values = sum(len(notes.values) for notes in noted)
        comments = sum(len(notes.comments) for notes in noted)
        links = list(dict.fromkeys(link for notes in noted for link in notes.links))
        started = actions(self._path, self._pdf, (one for notes in noted for one in notes.actions))
        if values:
            self._find("pdf.form_values", count=str(values))
        if comments:
            self._find("document.comments", count=str(comments))
        if links:
            told = "、".join(link[:80] for link in links[:3])
            self._find("document.external_links", count=str(len(links)), targets=told)
        if started:
            self._find("pdf.scripts", kinds="、".join(started))
        dynamic = self._pdf.get_formtype() == pdfium_c.FORMTYPE_XFA_FULL
        text = sum(letters(page.text) for page in self.pages)
        if dynamic and not values and text <= _NOTICE_CHARACTERS:
            self._find("pdf.xfa_only")

    def blocks(self, tables: dict[int, PageTables]) -> Iterable[Block]:
        """Each page as its text and tables from top to bottom, then what stands beside them."""
        for page in self.pages:
            source = f"page {page.number}"
            on_page = tables.get(page.number)
            if on_page is not None and on_page.tables:
                yield from on_page.blocks(page.number, source, page.text)
            elif page.text.strip():
                flags = ("repaired",) if page.repaired else ()
                method = "text layer" if page.layer else "text"
                yield Block(
                    BlockKind.PARAGRAPH, page.text.strip(), source, page.number, None, method,
                    flags=flags,
                )  # fmt: skip
            for flag, (text, bounds) in page.careful.unseen.items() if page.careful else ():
                if text.strip():
                    yield Block(
                        BlockKind.PARAGRAPH, clean(text), source, page.number, page.box(bounds),
                        flags=(flag,),
                    )  # fmt: skip
            for text, bounds, shown in page.notes.comments if page.notes else ():
                flags = () if shown else ("hidden",)
                yield Block(
                    BlockKind.COMMENT, clean(text), source, page.number, page.box(bounds),
                    flags=flags,
                )  # fmt: skip

    def _tell(self, code: str, pages: Sequence[ReadPage]) -> None:
        if pages:
            self._find(code, pages=page_list(page.number for page in pages))

    def _find(self, code: str, **params: str) -> None:
        self.findings.append(Finding(code, params=params))


def _open(path: Path, passwords: tuple[str, ...]) -> tuple[pdfium.PdfDocument, str | None] | str:
    """The open file and the password that opened it; else the code of a finding."""
    for password in (None, *passwords[:_MAX_PASSWORDS]):
        try:
            return pdfium.PdfDocument(path, password=password), password
        except pdfium.PdfiumError as error:
            if error.err_code not in _LOCKED:
                return "document.broken"
    return "document.encrypted"


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


__all__ = ["page_list", "read_pdf"]
