"""Walks OpenDocument text and gives blocks: paragraphs, tables, notes, boxes, deleted text.

Source: OpenDocument 1.3 part 3: 5 (text), 5.5.2 (tracked changes), 6.1 (white space), 6.3 (notes),
9 (tables), 10.4 (frames), 14.1 (annotations), 20.416 (text:display).

Residual risks: the labels of numbered lists are made by the list's style and are not read. A
field shows what it showed when the file was saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from model.document import Block, BlockKind, Rows
from parsers.documents.docx.walk import Budget
from parsers.documents.ooxml.names import number

_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, DRAW, OFFICE, STYLE = (
    f"{_NS}{one}:1.0}}" for one in ("text", "table", "drawing", "office", "style")
)
PRESENTATION = _NS + "presentation:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
_SPACES = {TEXT + "tab": "\t", TEXT + "line-break": "\n"}
_SILENT = {
    TEXT + "note-citation", TEXT + "tracked-changes", TEXT + "ruby-text", TEXT + "sequence-decls",
    TEXT + "variable-decls", TEXT + "user-field-decls", OFFICE + "forms",
    TEXT + "alphabetical-index-auto-mark-file", TEXT + "bibliography-mark",
}  # fmt: skip
_WHITE = re.compile(r"[ \t\r\n]+")
_DRAWN = {TABLE + "table", DRAW + "object", DRAW + "object-ole"}
_MAX_SPACES = 1_000
_MAX_DEPTH = 200
_SHOW_FLAGS = ("false", "none")


@dataclass(slots=True)
class Found:
    """What hangs on a text beside its blocks: links to outside, objects by their path."""

    links: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    insertions: int = 0
    deletions: int = 0


@dataclass(slots=True)
class _Line:
    """One paragraph while it is read. after: what stands behind it (notes, boxes, pictures)."""

    seen: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)


class OdfWalker:
    """Turns OpenDocument text into blocks. hidden: names of styles whose text is not shown."""

    def __init__(self, source: str, budget: Budget, hidden: set[str]) -> None:
        self._source = source
        self._budget = budget
        self._hidden = hidden
        self.found = Found()

    def walk(
        self, parent: etree._Element, kind: BlockKind = BlockKind.PARAGRAPH, depth: int = 0
    ) -> Iterator[Block]:
        """The blocks under an element, in the file's order."""
        if depth > _MAX_DEPTH:
            self._budget.text_cut = True
            return
        for element in parent:
            tag = element.tag
            if not isinstance(tag, str) or (tag in _SILENT and tag != TEXT + "tracked-changes"):
                continue
            if self._budget.text_cut:
                return
            if tag in (TEXT + "p", TEXT + "h"):
                yield from self._paragraph(element, kind, depth)
            elif tag == TABLE + "table":
                yield from self._table(element, depth)
            elif tag == TEXT + "tracked-changes":
                yield from self._changes(element, depth)
            elif tag == DRAW + "frame":
                yield from self._frame(element, depth)
            elif tag == OFFICE + "annotation":
                yield from self._apart(element, BlockKind.COMMENT, depth)
            else:
                self._note_links(element)
                yield from self.walk(element, kind, depth + 1)

    def _paragraph(self, element: etree._Element, kind: BlockKind, depth: int) -> Iterator[Block]:
        line = _Line()
        hidden = element.get(TEXT + "style-name", "") in self._hidden
        self._inline(element, line, depth, hidden=hidden)
        level = 0
        if element.tag == TEXT + "h" and kind is BlockKind.PARAGRAPH:
            kind = BlockKind.HEADING
            level = number(element.get(TEXT + "outline-level"), 1, least=1, most=9)
        yield from self._block(kind, "".join(line.seen), (), level)
        yield from self._block(kind, "".join(line.hidden), ("hidden",), level)
        yield from line.after

    def _block(
        self, kind: BlockKind, text: str, flags: tuple[str, ...], level: int = 0
    ) -> Iterator[Block]:
        if not text.strip():
            return
        if len(text) > self._budget.characters:
            text = text[: self._budget.characters]
            self._budget.text_cut = True
        self._budget.characters -= len(text)
        if text:
            yield Block(kind, text, self._source, flags=flags, level=level)

    def _inline(self, element: etree._Element, line: _Line, depth: int, *, hidden: bool) -> None:
        """Text under an element; white space is one space however much of it there is (6.1.2)."""
        if depth > _MAX_DEPTH:
            self._budget.text_cut = True
            return
        into = line.hidden if hidden else line.seen
        _add(into, element.text)
        for child in element:
            tag = child.tag
            if isinstance(tag, str) and tag not in _SILENT:
                self._child(child, tag, line, depth, hidden=hidden)
            _add(into, child.tail)

    def _child(
        self, child: etree._Element, tag: str, line: _Line, depth: int, *, hidden: bool
    ) -> None:
        into = line.hidden if hidden else line.seen
        if tag == TEXT + "s":
            into.append(" " * number(child.get(TEXT + "c"), 1, least=1, most=_MAX_SPACES))
        elif tag in _SPACES:
            into.append(_SPACES[tag])
        elif tag == TEXT + "note":
            into.append("[注" + (child.findtext(TEXT + "note-citation") or "").strip() + "]")
            line.after += self._apart(child, BlockKind.NOTE, depth)
        elif tag == OFFICE + "annotation":
            line.after += self._apart(child, BlockKind.COMMENT, depth)
        elif tag == DRAW + "frame":
            line.after += self._frame(child, depth)
        elif tag.startswith(DRAW) and tag != DRAW + "a":
            line.after += self.walk(child, BlockKind.TEXT_BOX, depth + 1)
        elif tag == TEXT + "change-start":
            self.found.insertions += 1
        elif tag in (TEXT + "hidden-text", TEXT + "hidden-paragraph"):
            line.hidden.append(child.get(TEXT + "string-value") or _plain(child))
        else:
            inner = hidden or child.get(TEXT + "style-name", "") in self._hidden
            self._inline(child, line, depth + 1, hidden=inner)

    def _apart(self, element: etree._Element, kind: BlockKind, depth: int) -> list[Block]:
        """A note or comment as one block, and whatever else lies in it."""
        inner = list(self.walk(element, kind, depth + 1))
        text = "\n".join(block.text for block in inner if block.kind is kind)
        rest = [block for block in inner if block.kind is not kind]
        return ([Block(kind, text, self._source)] if text else []) + rest

    def _frame(self, element: etree._Element, depth: int) -> Iterator[Block]:
        self._note_links(element)
        # Beside a table or an object stands a picture of it, for programs that cannot draw it.
        drawn = any(child.tag in _DRAWN for child in element)
        for child in element:
            tag = child.tag
            if tag == DRAW + "text-box":
                yield from self.walk(child, BlockKind.TEXT_BOX, depth + 1)
            elif tag == DRAW + "image" and not drawn:
                target = self._target(child)
                if target and not target.startswith("ObjectReplacements/"):
                    yield Block(BlockKind.IMAGE, "", target, method="image")
            elif tag in (DRAW + "object", DRAW + "object-ole"):
                target = self._target(child)
                if target:
                    self.found.objects.append(target)
            elif tag == TABLE + "table":
                yield from self._table(child, depth)

    def _target(self, element: etree._Element) -> str:
        """The part an element names; "" for one outside, which is noted."""
        target = element.get(XLINK + "href", "")
        if ":" in target:
            self.found.links.append(target)
            return ""
        return target.removeprefix("./")

    def _note_links(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in (TEXT + "section", TABLE + "table"):
            for source in element.iterfind("*"):
                if source.tag in (TEXT + "section-source", TABLE + "table-source"):
                    self.found.links.append(source.get(XLINK + "href", ""))

    def _changes(self, element: etree._Element, depth: int) -> Iterator[Block]:
        for deletion in element.iter(TEXT + "deletion"):
            self.found.deletions += 1
            for block in self.walk(deletion, BlockKind.PARAGRAPH, depth + 1):
                # The record of who deleted it and when is no text of the document.
                yield replace(block, flags=("deleted",))

    def _table(self, element: etree._Element, depth: int) -> Iterator[Block]:
        self._note_links(element)
        rows: list[tuple[str, ...]] = []
        after: list[Block] = []
        for row in element.iter(TABLE + "table-row"):
            if next(row.iterancestors(TABLE + "table"), None) is not element:
                continue
            cells: list[str] = []
            for cell in row:
                if cell.tag not in (TABLE + "table-cell", TABLE + "covered-table-cell"):
                    continue
                text = "\n".join(self._cell(cell, after, depth))
                times = number(cell.get(TABLE + "number-columns-repeated"), 1, least=1)
                room = max(self._budget.columns - len(cells), 0)
                self._budget.cells_cut |= times > room and bool(text)
                self._budget.characters -= len(text) * (min(times, room) - 1) if room else 0
                cells += [text] * min(times, room)
            self._budget.cells -= len(cells)
            if self._budget.cells < 0 or self._budget.characters < 0:
                self._budget.cells_cut |= self._budget.cells < 0
                self._budget.text_cut |= self._budget.characters < 0
                break
            rows.append(tuple(cells))
        table: Rows = tuple(rows)
        if any(any(row) for row in table):
            text = "\n".join("\t".join(row) for row in table)
            yield Block(BlockKind.TABLE, text, self._source, rows=table)
        yield from after

    def _cell(self, cell: etree._Element, after: list[Block], depth: int) -> list[str]:
        texts: list[str] = []
        for block in self.walk(cell, BlockKind.PARAGRAPH, depth + 1):
            plain = block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TABLE)
            if plain and not block.flags:
                texts.append(block.text)
            else:
                after.append(block)
        return texts


def _add(into: list[str], text: str | None) -> None:
    if text:
        into.append(_WHITE.sub(" ", text))


def _plain(element: etree._Element) -> str:
    return "".join(str(piece) for piece in element.itertext())


def hidden_styles(*roots: etree._Element | None) -> set[str]:
    """The names of paragraph and text styles whose text is not displayed (20.416)."""
    names: set[str] = set()
    for root in roots:
        for style in () if root is None else root.iter(STYLE + "style"):
            properties = style.find(STYLE + "text-properties")
            if properties is not None and properties.get(TEXT + "display") in _SHOW_FLAGS:
                names.add(style.get(STYLE + "name", ""))
    return names
