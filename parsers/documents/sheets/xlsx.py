"""Reads .xlsx, .xlsm and .xltx: the sheets of a workbook, cell by cell, as a person sees them.

Source: ECMA-376 part 1, 18.2 (workbook), 18.3 (worksheets), 18.4 (shared strings), 18.7
(comments), 18.8 (styles).

Why not a library: python-calamine is four times faster, but it knows no number format but dates,
no hidden row and no comment, and makes room for every cell between the first and the last;
openpyxl knows them and is slower than this.

Residual risks: a formula is never reckoned: its last value is read, or its text where it has
none. White text on white is not told apart.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from lxml import etree

from model.document import BlockKind, Document, ReadRequest
from model.finding import Finding
from parsers.documents.embedded import Sink
from parsers.documents.ooxml.names import A, R
from parsers.documents.ooxml.package import Package, Relation, Unreadable, unless_broken
from parsers.documents.ooxml.parts import (
    drawn_texts,
    main_part,
    package_properties,
    take_extras,
    targets,
)
from parsers.documents.ooxml.stream import elements
from parsers.documents.sheets.grid import MAX_SHEETS, Full, Sheet, SheetBudget, sheet_document
from parsers.documents.sheets.xlsx_cells import CellReader, rich_text, shared_strings
from parsers.documents.sheets.xlsx_styles import cell_formats

_MARGINS = {
    "oddHeader": BlockKind.HEADER, "evenHeader": BlockKind.HEADER,
    "firstHeader": BlockKind.HEADER, "oddFooter": BlockKind.FOOTER,
    "evenFooter": BlockKind.FOOTER, "firstFooter": BlockKind.FOOTER,
}  # fmt: skip
_SHEETS = ("worksheet", "chartsheet", "dialogsheet", "xlMacrosheet")


def read_xlsx(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The whole of one workbook; what cannot be read is a finding."""

    def read() -> Document:
        with Package(path, request.limits) as package:
            return _Workbook(package, request, media_type).document()

    return unless_broken(media_type, read)


class _Workbook:
    """One workbook while it is read."""

    def __init__(self, package: Package, request: ReadRequest, media_type: str) -> None:
        self._package = package
        self._limits = request.limits
        self._media_type = media_type
        self._sink = Sink(request)
        self._budget = SheetBudget.of(request.limits)
        self._findings: list[Finding] = []

    def document(self) -> Document:
        main = main_part(self._package, "xl/workbook.xml")
        root = self._package.xml(main)
        relations = self._relations(main)
        properties = root.find("{*}workbookPr")
        since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        strings = self._strings(relations)
        styles = self._xml(targets(relations, "styles"))
        reader = CellReader(strings, cell_formats(styles), self._budget, since_1904=since_1904)
        sheets: list[Sheet] = []
        # The budget remembers what was cut, and the document tells it.
        with suppress(Full):
            self._all_sheets(root, relations, reader, sheets)
        extras = take_extras(self._package, self._sink)
        self._findings += [one for one in extras if one not in self._findings]
        return sheet_document(
            sheets, self._budget, self._limits, self._media_type,
            properties=package_properties(self._package), embedded=self._sink.found,
            findings=self._findings,
        )  # fmt: skip

    def _all_sheets(
        self,
        root: etree._Element,
        relations: tuple[Relation, ...],
        reader: CellReader,
        sheets: list[Sheet],
    ) -> None:
        parts = {one.id: one for one in relations if one.kind in _SHEETS and not one.external}
        for element in root.iterfind("{*}sheets/{*}sheet"):
            relation = parts.get(element.get(R + "id", ""))
            name = element.get("name", "")
            if relation is None:
                self._tell(Finding("document.broken_part", params={"part": name}))
                continue
            if len(sheets) >= MAX_SHEETS:
                # One part may be listed as a sheet any number of times.
                self._budget.cells_cut = True
                return
            hidden = element.get("state", "visible") != "visible"
            sheet = Sheet(name, relation.target, hidden=hidden)
            sheets.append(sheet)
            self._sheet(sheet, reader)

    def _sheet(self, sheet: Sheet, reader: CellReader) -> None:
        try:
            data = self._package.read(sheet.source)
            for tag, element in elements(
                data, sheet.source, ("row", "col", "mergeCell", "sheetFormatPr", *_MARGINS)
            ):
                if tag == "row":
                    reader.row(element, sheet)
                elif tag == "col":
                    reader.column(element, sheet)
                elif tag == "mergeCell":
                    reader.merged(element, sheet)
                elif tag in _MARGINS and element.text:
                    sheet.margin(_MARGINS[tag], element.text, self._budget)
        except Unreadable as error:
            self._tell(error.finding)
        for relation in self._relations(sheet.source):
            if relation.external:
                continue
            if relation.kind == "comments":
                self._comments(relation.target, sheet)
            elif relation.kind == "drawing":
                self._drawing(relation.target, sheet)

    def _comments(self, part: str, sheet: Sheet) -> None:
        root = self._xml([part])
        for comment in () if root is None else root.iterfind("{*}commentList/{*}comment"):
            text = comment.find("{*}text")
            said = "" if text is None else rich_text(text).strip()
            if said:
                self._budget.take(said)
                sheet.remarks.append((comment.get("ref", "")[:20], said))

    def _drawing(self, part: str, sheet: Sheet) -> None:
        root = self._xml([part])
        if root is None:
            return
        for text in drawn_texts(root):
            self._extra(sheet, BlockKind.TEXT_BOX, text)
        related = {one.id: one.target for one in self._relations(part) if not one.external}
        for blip in root.iter(A + "blip"):
            target = related.get(blip.get(R + "embed", ""))
            if target:
                sheet.pictures.append(target)
        for chart in targets(self._relations(part), "chart", "diagramData"):
            drawn = self._xml([chart])
            for text in () if drawn is None else drawn_texts(drawn):
                self._extra(sheet, BlockKind.TEXT_BOX, text)

    def _extra(self, sheet: Sheet, kind: BlockKind, text: str) -> None:
        if text:
            self._budget.take(text)
            sheet.extras.append((kind, text))

    def _strings(self, relations: tuple[Relation, ...]) -> list[str]:
        found: list[str] = []
        for part in targets(relations, "sharedStrings")[:1]:
            try:
                found += shared_strings(self._package.read(part), part)
            except Unreadable as error:
                self._tell(error.finding)
        return found

    def _relations(self, part: str) -> tuple[Relation, ...]:
        try:
            return self._package.relations(part)
        except Unreadable as error:
            self._tell(error.finding)
            return ()

    def _xml(self, parts: list[str]) -> etree._Element | None:
        try:
            return self._package.xml(parts[0]) if parts else None
        except Unreadable as error:
            self._tell(error.finding)
            return None

    def _tell(self, finding: Finding) -> None:
        if finding not in self._findings:
            self._findings.append(finding)
