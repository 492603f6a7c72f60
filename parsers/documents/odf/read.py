"""Reads OpenDocument files: .odt, .ods and .odp.

Source: OpenDocument 1.3 part 2 (packages), part 3: 3.3 to 3.10 (document types), 9.1 (tables),
10.2.4 (slides), 20.261 (table:display), 20.390 (presentation:visibility).

Residual risks: an encrypted package is told by its manifest; one whose manifest lies is broken.
Embedded objects that are folders of the package are named, not taken out. Scripts are not run.
"""

from __future__ import annotations

import posixpath
from contextlib import suppress
from pathlib import Path

from lxml import etree

from model.document import UNSEEN, Block, BlockKind, Document, Page, ReadRequest, Table
from model.finding import Finding
from parsers.documents.docx.walk import Budget
from parsers.documents.embedded import Sink
from parsers.documents.odf.sheets import SheetReader
from parsers.documents.odf.slides import read_slides
from parsers.documents.odf.text import OFFICE, STYLE, TEXT, Found, OdfWalker, hidden_styles
from parsers.documents.ole.objects import add_object
from parsers.documents.ooxml.package import Package, Unreadable, unless_broken
from parsers.documents.ooxml.parts import links_finding, take_pictures
from parsers.documents.sheets.grid import Full, SheetBudget, sheet_document
from parsers.documents.slides.show import FEW_CHARACTERS, SlideShow

CONTENT = "content.xml"
_MAX_CELLS = 1_000_000
_META = {
    "title": "title", "subject": "subject", "initial-creator": "creator",
    "creator": "modified_by", "creation-date": "created", "date": "modified",
    "generator": "application",
}  # fmt: skip


def read_odf(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one OpenDocument file; what cannot be read is a finding."""

    def read() -> Document:
        with Package(path, request.limits) as package:
            return _Reading(package, request, media_type).document()

    return unless_broken(media_type, read)


class _Reading:
    """One document while it is read."""

    def __init__(self, package: Package, request: ReadRequest, media_type: str) -> None:
        self._package = package
        self._limits = request.limits
        self._media_type = media_type
        self._sink = Sink(request)
        self._findings: list[Finding] = []

    def document(self) -> Document:
        if b"encryption-data" in self._manifest():
            raise Unreadable("document.encrypted")
        if "spreadsheet" in self._media_type:
            return self._sheets()
        root = self._package.xml(CONTENT)
        if "presentation" in self._media_type:
            return self._slides(root)
        return self._text(root)

    def _text(self, root: etree._Element) -> Document:
        budget = Budget(self._limits.characters, _MAX_CELLS, self._limits.table_columns)
        styles = self._side("styles.xml")
        walker = OdfWalker(CONTENT, budget, hidden_styles(root, styles))
        body = root.find(f"{OFFICE}body/{OFFICE}text")
        blocks = [] if body is None else list(walker.walk(body))
        if styles is not None:
            margins = OdfWalker("styles.xml", budget, hidden_styles(root, styles))
            for kind, tag in ((BlockKind.HEADER, "header"), (BlockKind.FOOTER, "footer")):
                for part in styles.iter(STYLE + tag, f"{STYLE}{tag}-left", f"{STYLE}{tag}-first"):
                    blocks += margins.walk(part, kind)
        found = walker.found
        # A change that begins is either one or the other; deletions are told by their region.
        if found.insertions or found.deletions:
            inserted = str(sum(1 for _ in root.iter(TEXT + "insertion")))
            deleted = str(found.deletions)
            self._findings.append(
                Finding(
                    "document.tracked_changes",
                    params={"inserted": inserted, "deleted": deleted},
                )
            )
        self._count(blocks)
        seen = [one for one in blocks if one.text and UNSEEN.isdisjoint(one.flags)]
        text = "\n".join(block.text for block in seen)
        pictures = [block.source for block in blocks if block.kind is BlockKind.IMAGE]
        if pictures and len("".join(text.split())) <= FEW_CHARACTERS:
            take_pictures(self._package, self._sink, pictures)
            count = str(len(pictures))
            self._findings.append(Finding("document.pictures_only", params={"count": count}))
        if budget.text_cut:
            limit = str(self._limits.characters)
            self._findings.append(Finding("document.limit_text", params={"limit": limit}))
        if budget.cells_cut:
            self._findings.append(Finding("document.limit_cells"))
        self._extras(found)
        return Document(
            self._media_type, blocks=tuple(blocks), pages=(Page(1, text),),
            tables=tuple(Table(0, one.rows) for one in seen if one.rows),
            properties=self._properties(), embedded=self._sink.found,
            findings=tuple(self._findings),
        )  # fmt: skip

    def _count(self, blocks: list[Block]) -> None:
        comments = sum(block.kind is BlockKind.COMMENT for block in blocks)
        hidden = sum("hidden" in block.flags for block in blocks)
        if comments:
            self._findings.append(Finding("document.comments", params={"count": str(comments)}))
        if hidden:
            self._findings.append(Finding("document.hidden_text", params={"count": str(hidden)}))

    def _sheets(self) -> Document:
        budget = SheetBudget.of(self._limits)
        reader = SheetReader(budget)
        with suppress(Full):
            try:
                reader.read(self._package.read(CONTENT), CONTENT)
            except Unreadable as error:
                if not reader.sheets:
                    raise
                self._findings.append(error.finding)
        self._extras(Found(links=reader.links))
        return sheet_document(
            reader.sheets, budget, self._limits, self._media_type,
            properties=self._properties(), embedded=self._sink.found, findings=self._findings,
        )  # fmt: skip

    def _slides(self, root: etree._Element) -> Document:
        show = SlideShow(self._limits)
        budget = Budget(self._limits.characters, _MAX_CELLS, self._limits.table_columns)
        walker = OdfWalker(CONTENT, budget, hidden_styles(root))
        count = read_slides(root, walker, show)
        show.text_cut |= budget.text_cut
        show.cells_cut |= budget.cells_cut
        take_pictures(self._package, self._sink, show.pictures)
        self._extras(walker.found)
        return show.document(
            self._media_type, count=count, properties=self._properties(),
            embedded=self._sink.found, findings=tuple(self._findings),
        )  # fmt: skip

    def _extras(self, found: Found) -> None:
        """Objects within, macros and links to outside."""
        for part in dict.fromkeys(found.objects):
            name = posixpath.basename(part)
            if part in self._package:
                try:
                    link = add_object(self._sink, self._package.read(part), name, part)
                except Unreadable:
                    self._sink.refuse(name, part)
                else:
                    found.links += [link] if link else []
            elif not self._is_drawing(part):
                self._sink.refuse(name, part)
        if any(name.startswith(("Basic/", "Scripts/")) for name in self._package.names):
            self._findings.append(Finding("document.macros"))
        self._findings += links_finding(found.links)
        self._findings += self._sink.findings

    def _is_drawing(self, folder: str) -> bool:
        """Whether an object is a chart or formula: part of the page, not a file of its own."""
        root = self._side(f"{folder}/{CONTENT}")
        if root is None:
            return True
        kinds = root.find(OFFICE + "body")
        return kinds is None or kinds.find(OFFICE + "chart") is not None

    def _manifest(self) -> bytes:
        try:
            return self._package.read("META-INF/manifest.xml")
        except Unreadable:
            return b""

    def _side(self, part: str) -> etree._Element | None:
        if part not in self._package:
            return None
        try:
            return self._package.xml(part)
        except Unreadable as error:
            if error.finding not in self._findings:
                self._findings.append(error.finding)
            return None

    def _properties(self) -> dict[str, str]:
        found: dict[str, str] = {}
        root = self._side("meta.xml")
        for element in () if root is None else root.iterfind(f"{OFFICE}meta/*"):
            name = _META.get(etree.QName(element).localname)
            if name and element.text and element.text.strip():
                found[name] = element.text.strip()[:1000]
        return found
