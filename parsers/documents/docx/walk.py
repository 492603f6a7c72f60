"""Walks one story of a .docx (body, header, notes, …) in its own order and gives blocks.

Source: ECMA-376 part 1, 17.2 (body), 17.4 (tables), 17.5.2 (content controls).

Residual risks: text under a picture is not told apart from other text. Nothing is rendered, so
order is that of the file, not of the laid out page.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from model.document import UNSEEN, Block, BlockKind, Rows, Table
from parsers.documents.docx.look import Sheet, cell_shaded, frame_is_off
from parsers.documents.docx.numbering import Numbering
from parsers.documents.docx.runs import NO_MARKS, Marks, RunReader, Runs, chosen_content
from parsers.documents.docx.styles import Styles, list_place, outline_level
from parsers.documents.ooxml.names import MC, R, W, number, value

_SKIPPED = {W + "tcPr", W + "tblPr", W + "trPr", W + "tblGrid", W + "sdtPr", W + "sectPr"}
_KINDS_WITH_TEXT = (
    BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TABLE,
    BlockKind.NOTE, BlockKind.HEADER, BlockKind.FOOTER, BlockKind.COMMENT,
)  # fmt: skip


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

    def walk(self, root: etree._Element, story: Story, marks: Marks = NO_MARKS) -> None:
        """Appends the blocks, tables and foreign parts under `root` to `story`."""
        for element in root:
            tag = element.tag
            if not isinstance(tag, str) or tag in _SKIPPED:
                continue
            if self._budget.text_cut:
                return
            if tag == W + "p":
                self._paragraph(element, story, marks)
            elif tag == W + "tbl":
                self._table(element, story, marks)
            elif tag == MC + "AlternateContent":
                chosen = chosen_content(element)
                if chosen is not None:
                    self.walk(chosen, story, marks)
            elif tag == W + "altChunk":
                story.foreign.append((len(story.blocks), element.get(R + "id", "")))
            elif tag in (W + "del", W + "moveFrom"):
                self.walk(element, story, marks.as_deleted())
            elif tag in (W + "ins", W + "moveTo"):
                self.walk(element, story, marks.as_inserted())
            else:
                self.walk(element, story, marks)

    def _paragraph(self, element: etree._Element, story: Story, marks: Marks) -> None:
        properties = element.find(W + "pPr")
        style = self._styles.of_paragraph(value(properties, "pStyle"))
        place = list_place(properties) or style.numbering
        label = self._numbering.label(place)
        if frame_is_off(properties, self._sheet) and "off_page" not in marks.odd:
            odd = (*marks.odd, "off_page")
            marks = Marks(marks.hidden, marks.deleted, marks.inserted, odd, marks.shaded)
        if self._dark and not marks.shaded:
            marks = Marks(marks.hidden, marks.deleted, marks.inserted, marks.odd, shaded=True)
        runs = self._runs.read(element, marks, style)
        text = "".join(runs.visible)
        if text.strip():
            text = label + text
        level = outline_level(properties) or style.level
        kind = story.kind
        if kind is BlockKind.PARAGRAPH and level:
            kind = BlockKind.HEADING
        flags = ("inserted",) if runs.inserted else ()
        self._add(story, kind, text, flags, level if kind is BlockKind.HEADING else 0)
        for odd, pieces in runs.odd.items():
            self._add(story, story.kind, "".join(pieces), odd)
        self._add(story, story.kind, "".join(runs.hidden), ("hidden",))
        self._add(story, story.kind, "".join(runs.deleted), ("deleted",))
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
        about = element.find(W + "tblPr")
        if self._styles.shades(value(about, "tblStyle")) or cell_shaded(about):
            marks = Marks(marks.hidden, marks.deleted, marks.inserted, marks.odd, shaded=True)
        for row, row_marks in _parts(element, W + "tr", marks):
            changes = row.find(W + "trPr")
            if changes is not None and changes.find(W + "del") is not None:
                row_marks = row_marks.as_deleted()
            cells: list[str] = [""] * self._columns(changes, "gridBefore", 0, flags)
            for cell, cell_marks in _parts(row, W + "tc", row_marks):
                inner = Story(story.source, pictures=story.pictures)
                properties = cell.find(W + "tcPr")
                if cell_shaded(properties):
                    cell_marks = Marks(
                        cell_marks.hidden, cell_marks.deleted, cell_marks.inserted,
                        cell_marks.odd, shaded=True,
                    )  # fmt: skip
                self.walk(cell, inner, cell_marks)
                texts, others = _split(inner.blocks)
                after += others
                nested += inner.tables
                _take(story, inner)
                span = self._columns(properties, "gridSpan", 1, flags)
                cells += ["\n".join(texts), *[""] * (span - 1)]
                if any("inserted" in block.flags for block in inner.blocks):
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
        self, properties: etree._Element | None, tag: str, default: int, flags: set[str]
    ) -> int:
        """A count of grid columns; one beyond what a table may have is no count at all."""
        most = self._budget.columns
        columns = number(value(properties, tag), default, least=default, most=most + 1)
        if columns > most:
            flags.add("repaired")
            return default
        return columns


def _parts(parent: etree._Element, tag: str, marks: Marks) -> list[tuple[etree._Element, Marks]]:
    """The rows of a table or the cells of a row, through content controls and tracked changes."""
    found: list[tuple[etree._Element, Marks]] = []
    for element in parent:
        name = element.tag
        if name == tag:
            found.append((element, marks))
        elif name in (W + "sdt", W + "sdtContent", W + "customXml", W + "smartTag"):
            found += _parts(element, tag, marks)
        elif name in (W + "ins", W + "moveTo"):
            found += _parts(element, tag, marks.as_inserted())
        elif name in (W + "del", W + "moveFrom"):
            found += _parts(element, tag, marks.as_deleted())
        elif name == MC + "AlternateContent":
            chosen = chosen_content(element)
            if chosen is not None:
                found += _parts(chosen, tag, marks)
    return found


def _take(story: Story, inner: Story) -> None:
    """What an inner story found beside its blocks; an inserted document stands after them."""
    story.foreign += [(len(story.blocks), relation) for _before, relation in inner.foreign]
    story.scans += inner.scans


def _split(blocks: list[Block]) -> tuple[list[str], list[Block]]:
    """The plain text of a cell, and the blocks that cannot stand inside a cell."""
    texts: list[str] = []
    others: list[Block] = []
    for block in blocks:
        seen = UNSEEN.isdisjoint(block.flags)
        if seen and block.kind in _KINDS_WITH_TEXT:
            texts.append(block.text)
        else:
            others.append(block)
    return texts, others
