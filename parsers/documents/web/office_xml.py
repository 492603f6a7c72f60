"""Reads the XML files of Word and Excel 2003, which web systems still send as .doc and .xls.

Three forms: SpreadsheetML 2003, WordprocessingML 2003, and a package laid flat in one file.
Sources: Microsoft, "XML Spreadsheet Reference" (ss:Row, ss:Cell, ss:NumberFormat), "Overview of
WordprocessingML"; ECMA-376 part 2 annex (Flat OPC, as Word writes it). Any other XML is read as
plain text.

Residual risks: lists of WordprocessingML 2003 are not numbered, its pictures are not taken out.
"""

from __future__ import annotations

import base64
import binascii
import re
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

from lxml import etree

from model.document import UNSEEN, Document, Page, ReadRequest
from model.finding import Finding
from parsers.documents.docx.numbering import Numbering
from parsers.documents.docx.styles import Styles
from parsers.documents.docx.walk import Budget, Story, Walker
from parsers.documents.ooxml.names import W, number
from parsers.documents.ooxml.package import Unreadable, parse_xml
from parsers.documents.ooxml.stream import elements
from parsers.documents.sheets.grid import (
    MAX_COLUMN,
    MAX_ROW,
    Full,
    Sheet,
    SheetBudget,
    cell_name,
    sheet_document,
)
from parsers.documents.sheets.number_format import GENERAL, shown
from parsers.documents.text import load_text, text_document

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SS_NAME = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{{{_SS_NAME}}}"
_WORD_2003 = "http://schemas.microsoft.com/office/word/2003/wordml"
_FLAT = "http://schemas.microsoft.com/office/2006/xmlPackage"
_PKG = f"{{{_FLAT}}}"
_HEAD = 4096
_MAX_CELLS = 1_000_000
_NAMED = {
    "Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00", "Currency": "¥#,##0.00",
    "General Number": GENERAL, "General Date": "yyyy-mm-dd", "Short Date": "yyyy-mm-dd",
    "Medium Date": "yyyy-mm-dd", "Long Date": "yyyy-mm-dd",
}  # fmt: skip
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d))?.*")


def read_office_xml(path: Path, request: ReadRequest, media_type: str) -> Document:
    """A workbook or word processor document in XML; other XML as the text it is."""
    text, findings = load_text(path, request.limits)
    head = text[:_HEAD]
    # What was decoded here is no longer in the encoding that it declares.
    data = _DECLARATION.sub("", text).encode("utf-8", "replace")
    try:
        if _SS_NAME in head:
            return _workbook(data, request, media_type)
        if _WORD_2003 in head:
            return _word(data, request, media_type)
        if _FLAT in head:
            return _flat(data, request, media_type)
    except Unreadable as error:
        return Document(media_type, findings=(*findings, error.finding), readable=False)
    return text_document(text, media_type, findings)


def _word(data: bytes, request: ReadRequest, media_type: str) -> Document:
    name = W[1:-1].encode()
    root = parse_xml(data.replace(_WORD_2003.encode(), name), "XML")
    limits = request.limits
    budget = Budget(limits.characters, _MAX_CELLS, limits.table_columns)
    walker = Walker(Styles(root.find(W + "styles")), Numbering(None), budget)
    story = Story("XML")
    body = root.find(W + "body")
    try:
        walker.walk(root if body is None else body, story)
    except RecursionError:
        budget.text_cut = True
    findings: list[Finding] = []
    if budget.text_cut:
        findings.append(Finding("document.limit_text", params={"limit": str(limits.characters)}))
    if budget.cells_cut:
        findings.append(Finding("document.limit_cells"))
    seen = [one.text for one in story.blocks if one.text and UNSEEN.isdisjoint(one.flags)]
    return Document(
        media_type,
        blocks=tuple(story.blocks),
        pages=(Page(1, "\n".join(seen)),),
        tables=tuple(story.tables),
        findings=tuple(findings),
    )


def _flat(data: bytes, request: ReadRequest, media_type: str) -> Document:
    """Puts the parts into a package as it should be, and has that read."""
    # Imported here: the table of readers holds the reader that asks.
    from parsers.documents.read import READERS
    from parsers.documents.zip_kind import ZIP, zip_kind

    root = parse_xml(data, "XML")
    with tempfile.TemporaryDirectory(prefix="flat-") as folder:
        path = Path(folder) / "package"
        types = ""
        with zipfile.ZipFile(path, "w") as package:
            for part in root.iterfind(_PKG + "part"):
                name = part.get(_PKG + "name", "").lstrip("/")
                content = part.find(f"{_PKG}xmlData/*")
                packed = part.findtext(_PKG + "binaryData")
                made = b""
                if content is not None:
                    made = etree.tostring(content, with_tail=False)
                elif packed is not None:
                    with suppress(binascii.Error, ValueError):
                        made = base64.b64decode(packed)
                if name:
                    package.writestr(zipfile.ZipInfo(name), made)
                    types += part.get(_PKG + "contentType", "") + " "
            package.writestr(zipfile.ZipInfo("[Content_Types].xml"), types)
        kind = zip_kind(path, b"")
        reader = READERS.get(kind)
        if kind == ZIP or reader is None:
            raise Unreadable("document.broken")
        return reader(path, request, media_type)


def _workbook(data: bytes, request: ReadRequest, media_type: str) -> Document:
    budget = SheetBudget.of(request.limits)
    reader = _Sheets(budget)
    findings: list[Finding] = []
    with suppress(Full):
        try:
            reader.read(data)
        except Unreadable as error:
            if not reader.sheets:
                raise
            findings.append(error.finding)
    return sheet_document(reader.sheets, budget, request.limits, media_type, findings=findings)


class _Sheets:
    """The sheets of a SpreadsheetML 2003 file, row by row."""

    def __init__(self, budget: SheetBudget) -> None:
        self._budget = budget
        self._codes: dict[str, str] = {}
        self._current: etree._Element | None = None
        self._row = 0
        self.sheets: list[Sheet] = []

    def read(self, data: bytes) -> None:
        """Raises: Full, Unreadable as `elements`."""
        for tag, element in elements(data, "XML", ("Style", "Row", "Column")):
            if tag == "Style":
                form = element.find(_SS + "NumberFormat")
                if form is not None:
                    code = form.get(_SS + "Format", GENERAL)
                    self._codes[element.get(_SS + "ID", "")] = _NAMED.get(code, code)
                continue
            sheet = next(element.iterancestors(_SS + "Worksheet"), None)
            if sheet is None:
                continue
            if sheet is not self._current:
                self._current = sheet
                self._row = 0
                name = sheet.get(_SS + "Name", "")
                self.sheets.append(Sheet(name, name))
            if tag == "Row":
                self._one_row(element)
            elif element.get(_SS + "Hidden") == "1":
                first = number(element.get(_SS + "Index"), 1, least=1, most=MAX_COLUMN) - 1
                span = number(element.get(_SS + "Span"), 0, most=MAX_COLUMN)
                self.sheets[-1].hidden_columns.append((first, first + span))

    def _one_row(self, element: etree._Element) -> None:
        sheet = self.sheets[-1]
        row = number(element.get(_SS + "Index"), self._row + 1, least=1, most=MAX_ROW + 2) - 1
        self._row = row + 1 + number(element.get(_SS + "Span"), 0, most=MAX_ROW)
        if element.get(_SS + "Hidden") == "1":
            sheet.hidden_rows.add(row)
        column = 0
        for cell in element.iterfind(_SS + "Cell"):
            column = number(cell.get(_SS + "Index"), column + 1, least=1, most=MAX_COLUMN + 2) - 1
            style = cell.get(_SS + "StyleID") or element.get(_SS + "StyleID") or ""
            sheet.put(row, column, self._text(cell, style), self._budget)
            remark = cell.find(f"{_SS}Comment/{_SS}Data")
            said = "" if remark is None else _plain(remark).strip()
            if said:
                self._budget.take(said)
                sheet.remarks.append((cell_name(row, column), said))
            column += 1 + number(cell.get(_SS + "MergeAcross"), 0, most=MAX_COLUMN)

    def _text(self, cell: etree._Element, style: str) -> str:
        value = cell.find(_SS + "Data")
        if value is None:
            return ""
        text = _plain(value)
        kind = value.get(_SS + "Type", "String")
        if kind == "Number":
            with suppress(ValueError, OverflowError):
                return shown(float(text), self._codes.get(style, GENERAL))
        found = _DATE.fullmatch(text) if kind == "DateTime" else None
        if found:
            day, minutes, seconds = found.groups()
            clock = minutes if seconds in (None, "00") else f"{minutes}:{seconds}"
            return day if clock == "00:00" else f"{day} {clock}"
        if kind == "Boolean":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        return text


def _plain(element: etree._Element) -> str:
    return "".join(str(piece) for piece in element.itertext())
