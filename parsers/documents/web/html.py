"""Reads HTML: web pages, and the "Word" and "Excel" files that web systems make of them.

Source: HTML Living Standard, 15.3 (which elements begin a line), 13.2.3.2 (declared encodings),
4.9 (tables).

Residual risks: of styles only those written on the element itself are looked at, and of these
only what hides it; what is white or tiny is read as text. Nothing is fetched.
"""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree, html

from model.document import UNSEEN, Block, BlockKind, Document, Page, ReadLimits, ReadRequest, Table
from model.finding import Finding
from parsers.documents.ooxml.parts import links_finding
from parsers.documents.text import load_text
from parsers.documents.web.html_tables import TableBuilder

_SKIPPED = {"script", "style", "head", "template", "noscript", "svg"}
_LINES = {
    "address", "article", "blockquote", "br", "caption", "center", "dd", "div", "dl", "dt",
    "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "ol", "option", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_LOADED = {"img": "src", "iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_CELLS = {"td", "th"}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
_OUTSIDE = re.compile(r"\s*(?:https?:|ftp:|file:|//|\\\\)", re.IGNORECASE)
_MAX_TABLE_DEPTH = 8


def read_html(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The page's headings, lines and tables, in its order."""
    source, findings = load_text(path, request.limits)
    return html_document(source, request.limits, media_type, findings)


def html_document(
    source: str, limits: ReadLimits, media_type: str, findings: tuple[Finding, ...] = ()
) -> Document:
    """As `read_html`, from the page's text."""
    builder = _Builder(limits)
    try:
        # lxml takes no text that still declares an encoding of its own.
        parser = html.HTMLParser(huge_tree=True)
        root = html.document_fromstring(_DECLARATION.sub("", source), parser=parser)
        builder.read(root)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        broken = Finding("document.broken")
        return Document(media_type, findings=(*findings, broken), readable=False)
    # The parser drops what is nested deeper than it goes, and only its log says so.
    builder.text_cut |= any("depth" in entry.message.lower() for entry in parser.error_log)
    blocks = builder.blocks
    hidden = sum("hidden" in block.flags for block in blocks)
    told = list(findings)
    if hidden:
        told.append(Finding("document.hidden_text", params={"count": str(hidden)}))
    told += links_finding(builder.links)
    if builder.text_cut:
        told.append(Finding("document.limit_text", params={"limit": str(limits.characters)}))
    if builder.cells_cut:
        told.append(Finding("document.limit_cells"))
    seen = [block for block in blocks if block.text and UNSEEN.isdisjoint(block.flags)]
    return Document(
        media_type,
        blocks=tuple(blocks),
        pages=(Page(1, "\n".join(block.text for block in seen)),),
        tables=tuple(Table(0, rows) for rows in builder.tables),
        findings=tuple(told),
    )


class _Builder:
    """Makes blocks by events, because nesting may be as deep as the file."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._left = limits.characters
        self._cells = limits.sheet_cells
        self._line: list[str] = []
        self._level = 0
        self._open: list[TableBuilder] = []
        self._skipping: etree._Element | None = None
        self._hiding: etree._Element | None = None
        self._unseen: list[str] = []
        self.blocks: list[Block] = []
        self.tables: list[tuple[tuple[str, ...], ...]] = []
        self.links: list[str] = []
        self.text_cut = False
        self.cells_cut = False

    def read(self, root: etree._Element) -> None:
        """Everything under the root."""
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                self._start(element, tag)
                continue
            if event == "end":
                self._end(element, tag)
            if self._skipping is None and element is not root:
                self._add(element.tail)
        self._flush()
        while self._open:
            self._close_table()

    def _start(self, element: etree._Element, tag: str) -> None:
        if self._skipping is not None:
            return
        if tag in _SKIPPED:
            self._skipping = element
            return
        if self._hiding is None and _is_hidden(element):
            self._flush()
            self._hiding = element
        if tag in _LOADED:
            self._loaded(element.get(_LOADED[tag]) or "")
        if self._hiding is not None:
            self._unseen.append(element.text or "")
            return
        if tag in _LINES:
            self._flush()
        if tag == "table" and len(self._open) < _MAX_TABLE_DEPTH:
            self._open.append(TableBuilder(self._limits.table_columns))
        elif self._open and tag == "tr":
            self._open[-1].row()
        elif self._open and tag in _CELLS:
            self._open[-1].cell(element)
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._level = int(tag[1])
        self._add(element.text)

    def _end(self, element: etree._Element, tag: str) -> None:
        if self._skipping is element:
            self._skipping = None
            return
        if self._skipping is not None:
            return
        if self._hiding is not None:
            if self._hiding is element:
                self._hiding = None
                self._put(BlockKind.PARAGRAPH, " ".join("".join(self._unseen).split()), hidden=True)
                self._unseen = []
            return
        if tag in _LINES or tag in _CELLS:
            self._flush()
        if self._level and len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._level = 0
        if self._open and tag in _CELLS:
            self._open[-1].end_cell()
        elif self._open and tag == "table":
            self._close_table()

    def _loaded(self, target: str) -> None:
        if _OUTSIDE.match(target):
            self.links.append(target.strip())

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._hiding is not None:
            self._unseen.append(text)
        else:
            self._line.append(_SPACES.sub(" ", text))

    def _flush(self) -> None:
        """Ends the line that is being written."""
        text = _SPACES.sub(" ", "".join(self._line)).strip(" ")
        self._line = []
        if text:
            self._put(BlockKind.HEADING if self._level else BlockKind.PARAGRAPH, text)

    def _put(self, kind: BlockKind, text: str, *, hidden: bool = False) -> None:
        if not text:
            return
        if len(text) + 1 > self._left:
            text = text[: max(self._left - 1, 0)]
            self.text_cut = True
        self._left -= len(text) + 1
        if not text:
            return
        if self._open and not hidden:
            self._open[-1].text(text)
            return
        level = self._level if kind is BlockKind.HEADING else 0
        flags = ("hidden",) if hidden else ()
        self.blocks.append(Block(kind, text, flags=flags, level=level))

    def _close_table(self) -> None:
        builder = self._open.pop()
        rows = builder.rows()
        self.cells_cut |= builder.cut
        self._cells -= sum(len(row) for row in rows)
        if self._cells < 0:
            self.cells_cut = True
            return
        if not rows:
            return
        text = "\n".join("\t".join(row) for row in rows)
        self.tables.append(rows)
        if not self._open:
            self.blocks.append(Block(BlockKind.TABLE, text, rows=rows))
        elif len(text) <= self._left:
            # A table in a cell is text of that cell as well.
            self._left -= len(text)
            self._open[-1].text(text)
        else:
            self.text_cut = True


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style")
    if style is not None and _HIDING.search(style[:2000]):
        return True
    return element.get("hidden") is not None or (
        element.tag == "input" and element.get("type", "").lower() == "hidden"
    )
