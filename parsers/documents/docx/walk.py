"""Walks one story of a .docx (body, header, notes, …) in its own order and gives blocks.

Source: ECMA-376 part 1, 17.2 (body), 17.4 (tables), 17.5.2 (content controls).

Residual risks: text under a picture is not told apart from other text. Nothing is rendered, so
order is that of the file, not of the laid out page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from model.document import Block, BlockKind, Rows, Table
from parsers.documents.docx.cells import parts_of, split_cell
from parsers.documents.docx.look import NO_LOOK, Sheet, cell_shaded, frame_is_off, look_of
from parsers.documents.docx.numbering import Numbering
from parsers.documents.docx.runs import NO_MARKS, Marks, RunReader, Runs, chosen_content
from parsers.documents.docx.styles import Styles, list_place, outline_level
from parsers.documents.ooxml.names import MC, VAL, R, W, children_of, number

_SKIPPED = {W + "tcPr", W + "tblPr", W + "trPr", W + "tblGrid", W + "sdtPr", W + "sectPr"}
_PARAGRAPH, _TABLE, _ROW, _CELL = W + "p", W + "tbl", W + "tr", W + "tc"
_PARAGRAPH_PROPERTIES, _PARAGRAPH_STYLE = W + "pPr", W + "pStyle"
_TABLE_PROPERTIES, _TABLE_STYLE = W + "tblPr", W + "tblStyle"
_ROW_PROPERTIES, _CELL_PROPERTIES = W + "trPr", W + "tcPr"
_ALTERNATE, _INSERTED_PART = MC + "AlternateContent", W + "altChunk"
_DELETED = {W + "del", W + "moveFrom"}
_INSERTED = {W + "ins", W + "moveTo"}


@dataclass(slots=True)
class Budget:
    """What is left to spend on one document, over all its stories."""

    characters: int
    cells: int
    columns: int
    text_cut: bool = False
    cells_cut: bool = False


@dataclass(slots=True)
class Story:
    """One part while it is walked. kind: what a paragraph of it is. foreign: how many blocks stand
    before an inserted document, and its relationship. scans: pictures that fill a page."""

    source: str
    kind: BlockKind = BlockKind.PARAGRAPH
    pictures: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    foreign: list[tuple[int, str]] = field(default_factory=list)
    scans: list[str] = field(default_factory=list)

    def empty(self) -> None:
        """Forgets what was found."""
        self.blocks.clear()
        self.tables.clear()
        self.foreign.clear()
        self.scans.clear()


class Walker:
    """Turns WordprocessingML into blocks. One for a document: lists count across stories.

    sheet: the paper. dark: the pages are not white.
    """

    def __init__(
        self,
        styles: Styles,
        numbering: Numbering,
        budget: Budget,
        sheet: Sheet = Sheet(),  # noqa: B008 (frozen)
        *,
        dark: bool = False,
    ) -> None:
        self._styles = styles
        self._numbering = numbering
        self._budget = budget
        self._runs = RunReader(styles)
        self._runs.sheet = sheet
        self._sheet = sheet
        self._dark = dark

    def walk(self, root: Iterable[etree._Element], story: Story, marks: Marks = NO_MARKS) -> None:
        """Appends the blocks, tables and foreign parts under `root` (an element, or the children
        of one) to `story`."""
        for element in root:
            tag = element.tag
            if self._budget.text_cut:
                return
            if tag == _PARAGRAPH:
                self._paragraph(element, story, marks)
            elif not isinstance(tag, str) or tag in _SKIPPED:
                continue
            elif tag == _TABLE:
                self._table(element, story, marks)
            elif tag == _ALTERNATE:
                chosen = chosen_content(element)
                if chosen is not None:
                    self.walk(chosen, story, marks)
            elif tag == _INSERTED_PART:
                story.foreign.append((len(story.blocks), element.get(R + "id", "")))
            elif tag in _DELETED:
                self.walk(element, story, marks.as_deleted())
            elif tag in _INSERTED:
                self.walk(element, story, marks.as_inserted())
            else:
                self.walk(element, story, marks)

    def in_order_called(self, entries: Iterable[etree._Element]) -> list[etree._Element]:
        """The entries of a part of notes as the text walked so far calls them; others after."""
        return sorted(entries, key=self._runs.calls)

    def _paragraph(self, element: etree._Element, story: Story, marks: Marks) -> None:
        children = list(element)
        names = children_of(children, _PARAGRAPH_PROPERTIES)
        style_id, level, place, own = None, 0, None, NO_LOOK
        if names:
            named = names.get(_PARAGRAPH_STYLE)
            style_id = None if named is None else named.get(VAL)
            place, level, own = list_place(names), outline_level(names), look_of(names)
            if frame_is_off(names, self._sheet) and "off_page" not in marks.odd:
                odd = (*marks.odd, "off_page")
                marks = Marks(marks.hidden, marks.deleted, marks.inserted, odd, marks.shaded)
        style = self._styles.of_paragraph(style_id)
        place = place or style.numbering
        label = self._numbering.label(place) if place else ""
        if self._dark and not marks.shaded:
            marks = Marks(marks.hidden, marks.deleted, marks.inserted, marks.odd, shaded=True)
        runs = self._runs.read(children, marks, style, own)
        text = "".join(runs.visible)
        if label and text.strip():
            text = label + text
        level = level or style.level
        kind = story.kind
        if kind is BlockKind.PARAGRAPH and level:
            kind = BlockKind.HEADING
        flags = ("inserted",) if runs.inserted else ()
        self._add(story, kind, text, flags, level if kind is BlockKind.HEADING else 0)
        for odd, pieces in runs.odd.items():
            self._add(story, story.kind, "".join(pieces), odd)
        if runs.hidden:
            self._add(story, story.kind, "".join(runs.hidden), ("hidden",))
        if runs.deleted:
            self._add(story, story.kind, "".join(runs.deleted), ("deleted",))
        if runs.pictures or runs.boxes:
            self._hanging(runs, story)

    def _hanging(self, runs: Runs, story: Story) -> None:
        for relation, fills_page in runs.pictures:
            target = story.pictures.get(relation)
            if target:
                if fills_page:
                    story.scans.append(target)
                story.blocks.append(Block(BlockKind.IMAGE, "", source=target, method="image"))
        for box, marks in runs.boxes:
            inner = Story(story.source, BlockKind.TEXT_BOX, story.pictures)
            self.walk(box, inner, marks)
            _take(story, inner)
            story.blocks += inner.blocks
            story.tables += inner.tables

    def _add(
        self, story: Story, kind: BlockKind, text: str, flags: tuple[str, ...] = (), level: int = 0
    ) -> None:
        if not text.strip():
            return
        if len(text) > self._budget.characters:
            text = text[: self._budget.characters]
            self._budget.text_cut = True
        self._budget.characters -= len(text)
        if text:
            story.blocks.append(Block(kind, text, source=story.source, flags=flags, level=level))

    def _table(self, element: etree._Element, story: Story, marks: Marks) -> None:
        rows: list[tuple[str, ...]] = []
        after: list[Block] = []
        nested: list[Table] = []
        flags: set[str] = set()
        inner = Story(story.source, pictures=story.pictures)
        about = children_of(element, _TABLE_PROPERTIES)
        styled = about.get(_TABLE_STYLE)
        style_id = None if styled is None else styled.get(VAL)
        if self._styles.shades(style_id) or cell_shaded(about):
            marks = Marks(marks.hidden, marks.deleted, marks.inserted, marks.odd, shaded=True)
        for row, row_marks in parts_of(element, _ROW, marks):
            of_row = list(row)
            changes = children_of(of_row, _ROW_PROPERTIES)
            if W + "del" in changes:
                row_marks = row_marks.as_deleted()
            cells: list[str] = [""] * self._columns(changes, W + "gridBefore", 0, flags)
            for cell, cell_marks in parts_of(of_row, _CELL, row_marks):
                inner.empty()
                of_cell = list(cell)
                properties = children_of(of_cell, _CELL_PROPERTIES)
                if cell_shaded(properties):
                    cell_marks = Marks(
                        cell_marks.hidden, cell_marks.deleted, cell_marks.inserted,
                        cell_marks.odd, shaded=True,
                    )  # fmt: skip
                self.walk(of_cell, inner, cell_marks)
                texts, others = split_cell(inner.blocks)
                after += others
                nested += inner.tables
                _take(story, inner)
                span = self._columns(properties, W + "gridSpan", 1, flags)
                cells += ["\n".join(texts), *[""] * (span - 1)]
                for block in inner.blocks:
                    if "inserted" in block.flags:
                        flags.add("inserted")
            if row_marks.deleted and not any(cells):
                continue
            if len(cells) > self._budget.columns:
                if any(cells[self._budget.columns :]):
                    self._budget.cells_cut = True
                cells = cells[: self._budget.columns]
                flags.add("repaired")
            self._budget.cells -= len(cells)
            if self._budget.cells < 0:
                self._budget.cells_cut = True
                break
            rows.append(tuple(cells))
        table: Rows = tuple(rows)
        if any(any(row) for row in table):
            text = "\n".join("\t".join(row) for row in table)
            # Its characters were counted when the cells were walked, but each table around
            # a table holds the inner text once more.
            if nested:
                self._budget.characters = max(self._budget.characters - len(text), 0)
                self._budget.text_cut |= not self._budget.characters
            story.blocks.append(
                Block(BlockKind.TABLE, text, story.source, flags=tuple(sorted(flags)), rows=table)
            )
            story.tables.append(Table(0, table))
        story.blocks += after
        story.tables += nested

    def _columns(
        self, names: dict[str, etree._Element], tag: str, default: int, flags: set[str]
    ) -> int:
        """A count of grid columns; one beyond what a table may have is no count at all."""
        said = names.get(tag)
        if said is None:
            return default
        most = self._budget.columns
        columns = number(said.get(VAL), default, least=default, most=most + 1)
        if columns > most:
            flags.add("repaired")
            return default
        return columns


def _take(story: Story, inner: Story) -> None:
    """What an inner story found beside its blocks; an inserted document stands after them."""
    if inner.foreign:
        story.foreign += [(len(story.blocks), relation) for _before, relation in inner.foreign]
    story.scans += inner.scans
