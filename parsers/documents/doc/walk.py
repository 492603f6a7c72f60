"""Walks the stories of a Word binary file, paragraph by paragraph, and gives blocks.

Source: [MS-DOC] 2.4.3 (paragraph boundaries), 2.4.4 (cells, rows and depth), 1.3.1 (special
characters).

Residual risks: nothing is laid out, so text under a picture is not told apart from other text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from model.document import Block, Table
from parsers.documents.doc.fields import (
    BEGIN,
    END,
    SEPARATOR,
    Field,
    outside,
    shown,
    sound_signs,
    ticked,
)
from parsers.documents.doc.formats import Formats, Paragraph
from parsers.documents.doc.pieces import readable
from parsers.documents.doc.stories import Range
from parsers.documents.doc.styles import PLAIN, Look, Styles
from parsers.documents.docx.symbols import in_symbol_font, symbol
from parsers.documents.office_blocks import Line, OfficeBudget, Story

_CELL = "\x07"
_ENDS = re.compile("[\r\x07\x0c]")
_SPECIAL = re.compile("[\x01\x02\x08\x13-\x15]")
_CONTROL = re.compile("[\x00-\x06\x08\x0b\x0e-\x1f\ud800-\udfff]")
"""Signs that are more than text; ends of paragraphs are not among them."""
_SIGNS = dict.fromkeys(range(32), "") | {9: "\t", 10: "\n", 11: "\n", 14: "\n", 30: "-"}
_EDGE_BYTES = 2


class Walker:
    """Reads the stories of one document; notes and anchored boxes by their positions.

    label: the number of a paragraph in a list, called once a paragraph in order. links: what
    fields take in from outside.
    """

    def __init__(
        self,
        text: str,
        formats: Formats,
        styles: Styles,
        data: bytes,
        budget: OfficeBudget,
        notes: dict[int, str],
        anchored: dict[int, Range],
        label: Callable[[Paragraph], str],
    ) -> None:
        self._text, self._formats, self._styles = text, formats, styles
        self._data, self._budget = data, budget
        self._notes, self._anchored, self._label = notes, anchored, label
        self._manners: dict[Paragraph, tuple[bool, int]] = {}
        self.links: list[str] = []

    def walk(self, place: Range) -> tuple[list[Block], list[Table]]:
        """The blocks and tables of one story."""
        story = Story(place.name, place.kind, self._budget)
        reader = _LineReader(self, place)
        text, start = self._text, place.start
        all_plain = self._formats.all_plain
        controls = (found.start() for found in _CONTROL.finditer(text, start, place.end))
        control = next(controls, place.end)
        while start < place.end and not self._budget.text_cut:
            found = _ENDS.search(text, start, place.end)
            end = found.start() if found else place.end
            mark = text[end] if found else ""
            while control < start:
                control = next(controls, place.end)
            block = self._formats.paragraph(end)
            looks = [] if all_plain else self._formats.looks(start, end, block.style)
            if control < end or looks or block.depth or mark == _CELL or reader.codes:
                self._paragraph(story, reader, (start, end), mark, block, looks)
            elif not (plain := text[start:end]).isspace() and plain:
                label, level = self._manner(block)
                story.plain(self._label(block) + plain if label else plain, level)
            start = end + 1
        story.close()
        return story.blocks, story.tables

    def _paragraph(
        self,
        story: Story,
        reader: _LineReader,
        place: tuple[int, int],
        mark: str,
        block: Paragraph,
        looks: list[tuple[int, int, Look]],
    ) -> None:
        start, end = place
        depth = max(block.depth, 1) if mark == _CELL else block.depth
        if block.row_end and depth and (mark == _CELL or depth > 1):
            struck = self._formats.looks(end, end + 1, block.style)
            deleted = any(look.deleted for _, _, look in struck)
            story.end_row(depth, cell_edges(block.cells), deleted=deleted)
            return
        line, boxes = reader.read(start, end, looks)
        if line.parts or line.pictures or boxes or depth:
            label, level = self._manner(block)
            parts = line.parts.get("")
            if label and parts and any(not part.isspace() for part in parts):
                parts.insert(0, self._label(block))
            story.paragraph(line, depth, level, self._boxes(story, boxes))
        if depth and (mark == _CELL or block.cell_end):
            story.end_cell(depth)

    def _manner(self, block: Paragraph) -> tuple[bool, int]:
        """Whether such paragraphs may have a label, and the level of a heading."""
        found = self._manners.get(block)
        if found is None:
            style = self._styles.get(block.style)
            level = block.level if block.level >= 0 else style.level
            found = self._manners[block] = (bool(block.place or style.place), level)
        return found

    def _boxes(self, story: Story, anchors: list[int]) -> list[Block]:
        blocks: list[Block] = []
        for anchor in anchors:
            box = self._anchored.pop(anchor, None)
            if box is not None:
                inner, tables = self.walk(box)
                blocks += inner
                story.tables += tables
        return blocks

    @property
    def loose(self) -> list[Range]:
        """Text boxes whose anchor was never met."""
        return list(self._anchored.values())


class _LineReader:
    """Reads the characters of one story; keeps the fields that are open across paragraphs.

    codes: how many fields are open of which the code is not at its end.
    """

    def __init__(self, walker: Walker, place: Range) -> None:
        self._walker = walker
        self._text = walker._text
        self._styles = walker._styles
        self._sound = sound_signs(self._text, place.start, place.end)
        self._fields: list[Field] = []
        self.codes = 0

    def read(
        self, start: int, end: int, looks: list[tuple[int, int, Look]]
    ) -> tuple[Line, list[int]]:
        """The paragraph between two positions, and the anchors of text boxes in it."""
        line, anchors = Line(), list[int]()
        place = start
        for low, high, look in looks:
            self._run(line, anchors, place, low, PLAIN)
            self._run(line, anchors, low, high, look)
            place = high
        self._run(line, anchors, place, end, PLAIN)
        return line, anchors

    def _run(self, line: Line, anchors: list[int], start: int, end: int, look: Look) -> None:
        if start >= end:
            return
        if look.symbol is not None and not self.codes:
            font, code = look.symbol
            name = self._styles.fonts[font] if font < len(self._styles.fonts) else ""
            self._add(line, symbol(name, f"{code:X}") * (end - start), look)
            return
        place = start
        for found in _SPECIAL.finditer(self._text, start, end):
            at = found.start()
            if place < at:
                self._words(line, place, at, look)
            self._special(line, anchors, at, look)
            place = at + 1
        if place < end:
            self._words(line, place, end, look)

    def _words(self, line: Line, start: int, end: int, look: Look) -> None:
        text = self._text[start:end]
        if _CONTROL.search(text):
            text = readable(text).translate(_SIGNS)
        if self.codes:
            self._fields[-1].code.append(text)
            return
        self._add(line, in_symbol_font(text, look.font) if look.font else text, look)

    def _special(self, line: Line, anchors: list[int], at: int, look: Look) -> None:
        sign = self._text[at]
        if sign in (BEGIN, SEPARATOR, END):
            if at in self._sound:
                self._field(line, sign, look)
        elif self.codes:
            if look.data and look.picture >= 0:
                self._fields[-1].data = look.picture
        elif sign == "\x02":
            label = self._walker._notes.get(at)
            if label:
                self._add(line, label, look)
        elif sign == "\x08":
            if at in self._walker._anchored:
                anchors.append(at)
            else:
                line.pictures.append("drawing")
        elif look.picture >= 0 and not look.data:
            line.pictures.append(f"picture at {look.picture}")

    def _field(self, line: Line, sign: str, look: Look) -> None:
        if sign == BEGIN:
            self._fields.append(Field())
            self.codes += 1
            return
        if not self._fields:
            return
        current = self._fields[-1]
        if sign == SEPARATOR:
            self.codes -= current.in_code
            current.in_code = False
            return
        self._fields.pop()
        self.codes -= current.in_code
        instruction = "".join(current.code)
        if target := outside(instruction):
            self._walker.links.append(target)
        box = ticked(self._walker._data, current.data)
        text = shown(instruction, ticked=box, result=not current.in_code)
        if text and self.codes:
            self._fields[-1].code.append(text)
        elif text:
            self._add(line, text, look)

    @staticmethod
    def _add(line: Line, text: str, look: Look) -> None:
        if look is PLAIN:
            line.add(text)
            return
        flag = "deleted" if look.deleted else "hidden" if look.hidden else ""
        flag = flag or ("white" if look.white else "tiny" if look.tiny else "")
        line.add(text, flag)
        if look.inserted and not flag and not text.isspace():
            line.inserted = True


def cell_edges(operand: bytes) -> tuple[int, ...]:
    """Edges of a row's cells, in twentieths of a point ([MS-DOC] 2.9.316, TDefTableOperand)."""
    if not operand:
        return ()
    count = operand[0] + 1
    if len(operand) < 1 + _EDGE_BYTES * count:
        return ()
    return tuple(
        int.from_bytes(operand[1 + 2 * at : 3 + 2 * at], "little", signed=True)
        for at in range(count)
    )
