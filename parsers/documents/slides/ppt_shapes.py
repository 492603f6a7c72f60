"""The text on one slide of a binary presentation, shape by shape.

Source: [MS-PPT] 2.5.13 (DrawingContainer), 2.9.40 to 2.9.44 (text atoms), 2.9.78
(OutlineTextRefAtom); [MS-ODRAW] 2.2.16 (groups), 2.2.14 (shapes), 2.2.39 (ChildAnchor), 2.3.18
(group shapes: tables).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from model.document import Block, BlockKind, Rows
from parsers.documents.sheets.xlsx_cells import unescaped
from parsers.documents.slides.ppt_records import Record, children, descendants, integer

_GROUP, _SHAPE = 0xF003, 0xF004
_TEXT_BOX, _ANCHOR, _CHILD_ANCHOR = 0xF00D, 0xF010, 0xF00F
_TERTIARY = 0xF122
_OUTLINE_REFERENCE, TEXT_HEADER, TEXT_CHARS, TEXT_BYTES = 0x0F9E, 0x0F9F, 0x0FA0, 0x0FA8
_META = {0x0FD8, 0x0FF7, 0x0FF8, 0x0FF9, 0x0FFA, 0x1015}
"""Records that say what stands for a number, date, header or footer: "*" in the text."""
_TITLES = {0, 6}
_TABLE_PROPERTIES = 0x039F
_SAME_HEIGHT = 170
"""Shapes whose tops differ by less lie side by side; in 576ths of an inch, as places are."""
_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Text:
    """Text with its kind (`txType`, [MS-PPT] 2.13.33)."""

    kind: int
    text: str


@dataclass(frozen=True, slots=True)
class _Placed:
    block: Block
    left: int
    top: int
    title: bool


def texts(stream: bytes, records: Sequence[Record]) -> list[Text]:
    """The texts in a run of records: each header opens one."""
    found: list[Text] = []
    for record in records:
        data = stream[record.start : record.end]
        if record.kind == TEXT_HEADER:
            found.append(Text(integer(stream, record, 0), ""))
        elif record.kind in (TEXT_CHARS, TEXT_BYTES):
            wide = record.kind == TEXT_CHARS
            text = clean(data.decode("utf-16-le" if wide else "latin-1", "replace"))
            if not found:
                found.append(Text(4, ""))
            found[-1] = replace(found[-1], text=found[-1].text + text)
    return found


def clean(text: str) -> str:
    """Text with its line ends as "\\n"."""
    return unescaped(text.replace("\x0b", "\n")).strip("\n")


class SlideText:
    """Reads the shapes of one slide. outline: the slide's texts in the document's own list."""

    def __init__(self, stream: bytes, source: str, outline: Sequence[Text], columns: int) -> None:
        self._stream = stream
        self._source = source
        self._outline = outline
        self._columns = columns
        self.cells_cut = False

    def blocks(self, slide: Record) -> list[Block]:
        """The title, then from the top down, shapes on one height from left to right."""
        placed = list(self._walk(slide, 0))
        placed.sort(key=lambda one: (not one.title, one.top))
        band = 0
        start: int | None = None
        keyed: list[tuple[bool, int, int, Block]] = []
        for one in placed:
            if start is None or one.title or one.top > start + _SAME_HEIGHT:
                start = one.top
                band += 1
            keyed.append((not one.title, band, one.left, one.block))
        keyed.sort(key=lambda one: one[:3])
        return [block for _title, _band, _left, block in keyed]

    def _walk(self, parent: Record, depth: int) -> Iterator[_Placed]:
        if depth > _MAX_DEPTH:
            return
        for record in children(self._stream, parent.start, parent.end):
            if record.kind == _SHAPE:
                yield from self._shape(record)
            elif record.kind == _GROUP:
                yield from self._group(record, depth)
            elif record.holds:
                yield from self._walk(record, depth + 1)

    def _group(self, group: Record, depth: int) -> Iterator[_Placed]:
        inner = list(children(self._stream, group.start, group.end))
        if not inner or not self._is_table(inner[0]):
            yield from self._walk(group, depth + 1)
            return
        cells = [
            (one.top, one.left, one.block.text) for shape in inner[1:] for one in self._shape(shape)
        ]
        rows = self._rows(cells)
        if rows:
            left, top = self._place(inner[0])
            text = "\n".join("\t".join(row) for row in rows)
            yield _Placed(Block(BlockKind.TABLE, text, self._source, rows=rows), left, top, False)

    def _rows(self, cells: list[tuple[int, int, str]]) -> Rows:
        tops = sorted({top for top, _left, _text in cells})
        lefts = sorted({left for _top, left, _text in cells})
        if len(lefts) > self._columns:
            self.cells_cut = True
            lefts = lefts[: self._columns]
        if len(tops) * len(lefts) > 4 * len(cells) + 10_000:
            # No grid at all: cells anywhere. Their text is kept, one to a row.
            return tuple((text,) for _top, _left, text in sorted(cells))
        by_place = {(top, left): text for top, left, text in cells}
        return tuple(tuple(by_place.get((top, left), "") for left in lefts) for top in tops)

    def _is_table(self, shape: Record) -> bool:
        for record in children(self._stream, shape.start, shape.end):
            if record.kind == _TERTIARY:
                data = self._stream[record.start : record.end]
                for number in range(min(record.instance, len(data) // 6)):
                    name, value = struct.unpack_from("<HI", data, number * 6)
                    if name & 0x3FFF == _TABLE_PROPERTIES and value & 1:
                        return True
        return False

    def _place(self, shape: Record) -> tuple[int, int]:
        """Left and top of a shape."""
        for record in children(self._stream, shape.start, shape.end):
            data = self._stream[record.start : record.end]
            if record.kind == _CHILD_ANCHOR and len(data) >= 8:
                left, top = struct.unpack_from("<ii", data)
                return left, top
            if record.kind == _ANCHOR and len(data) >= 8:
                top, left = struct.unpack_from("<ii" if len(data) >= 16 else "<hh", data)
                return left, top
        return 0, 0

    def _shape(self, shape: Record) -> Iterator[_Placed]:
        left, top = self._place(shape)
        for record in children(self._stream, shape.start, shape.end):
            if record.kind != _TEXT_BOX:
                continue
            inner = list(children(self._stream, record.start, record.end))
            found = texts(self._stream, inner)
            for one in inner:
                if one.kind == _OUTLINE_REFERENCE:
                    index = integer(self._stream, one, 0)
                    if index < len(self._outline):
                        found.append(self._outline[index])
            meta = any(one.kind in _META for one in inner)
            for text in found:
                if not text.text.strip() or (meta and text.text.strip() == "*"):
                    continue
                title = text.kind in _TITLES
                kind = BlockKind.HEADING if title else BlockKind.PARAGRAPH
                block = Block(kind, text.text, self._source, level=1 if title else 0)
                yield _Placed(block, left, top, title)


def comments(stream: bytes, slide: Record) -> list[str]:
    """What reviewers wrote on a slide ([MS-PPT] 2.5.24: Comment10Container)."""
    found: list[str] = []
    for record in descendants(stream, slide):
        if record.kind == 0x138B:
            # The data of a tag is records too, though its head does not say so.
            inner = children(stream, record.start, record.end)
            found += [text for one in inner for text in _comment(stream, one)]
    return found


def _comment(stream: bytes, record: Record) -> Iterator[str]:
    if record.kind != 0x2EE0:
        return
    for child in children(stream, record.start, record.end):
        if child.kind == 0x0FBA and child.instance == 1:
            yield clean(stream[child.start : child.end].decode("utf-16-le", "replace"))
