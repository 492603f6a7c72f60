"""The shapes of one slide as blocks, in the order in which a person reads them.

Order: the title, then from the top down, shapes on one height from left to right. Shapes in a
group stay together. Source: ECMA-376 part 1, 19.3.1 (shape tree), 20.1.7.6 (xfrm), 21.1.2 (text),
21.1.3 (tables).

Residual risks: text that is white or covered by another shape is not told apart, because what
lies behind it is not known without drawing the slide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from model.document import Block, BlockKind, Box, Rows
from parsers.documents.docx.runs import chosen_content
from parsers.documents.ooxml.names import MC, A, M, R, number

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
EMU_PER_POINT = 12_700.0
_SKIPPED = {"sldNum", "dt"}
_TITLES = {"title", "ctrTitle"}
_TINY = 200
"""Size of text in hundredths of a point, from which down it is not meant to be read."""
_SAME_HEIGHT = 0.04
"""Shapes whose tops differ by less than this part of the slide's height lie side by side."""
_MAX_DEPTH = 32
_FAR = 1_000_000_000

Place = tuple[float, float, float, float]
"""Left, top, width, height in EMU."""


@dataclass(frozen=True, slots=True)
class _Shape:
    place: Place | None
    blocks: tuple[Block, ...]
    title: bool = False


class ShapeReader:
    """Reads the shapes of one slide.

    size: of the slide in EMU, 0 where unknown. related: relationship id → part. layout: places of
    the layout's placeholders, by their index and by their type. drawn: the texts of a chart or
    diagram, by its part.
    """

    def __init__(
        self,
        source: str,
        size: tuple[float, float],
        related: Mapping[str, str],
        layout: Mapping[str, Place],
        drawn: Callable[[str], list[str]],
        columns: int,
    ) -> None:
        self._source = source
        self._size = size
        self._related = related
        self._layout = layout
        self._drawn = drawn
        self._columns = columns
        self.cells_cut = False

    def blocks(self, tree: etree._Element) -> Iterator[Block]:
        """The blocks of all shapes in a `p:spTree`."""
        for shape in self._ordered(list(self._shapes(tree, 0, ()))):
            yield from shape.blocks

    def _ordered(self, shapes: list[_Shape]) -> list[_Shape]:
        titles = [shape for shape in shapes if shape.title]
        rest = [shape for shape in shapes if not shape.title]
        if any(shape.place is None for shape in rest) or not self._size[1]:
            return titles + rest
        placed = [(shape.place or (0.0, 0.0, 0.0, 0.0), shape) for shape in rest]
        placed.sort(key=lambda one: one[0][1])
        band = 0.0
        start: float | None = None
        keyed: list[tuple[float, float, _Shape]] = []
        for (left, top, _width, _height), shape in placed:
            if start is None or top > start + self._size[1] * _SAME_HEIGHT:
                start = top
                band += 1
            keyed.append((band, left, shape))
        keyed.sort(key=lambda one: one[:2])
        return titles + [shape for _band, _left, shape in keyed]

    def _shapes(self, tree: etree._Element, depth: int, flags: tuple[str, ...]) -> Iterator[_Shape]:
        if depth > _MAX_DEPTH:
            return
        for element in tree:
            tag = element.tag
            if tag == MC + "AlternateContent":
                chosen = chosen_content(element)
                if chosen is not None:
                    yield from self._shapes(chosen, depth + 1, flags)
            elif tag == P + "grpSp":
                place = _place(element.find(f"{P}grpSpPr/{A}xfrm"))
                own = flags + self._odd(element, place, inside=depth > 0)
                inner = self._ordered(list(self._shapes(element, depth + 1, own)))
                yield _Shape(place, tuple(block for one in inner for block in one.blocks))
            elif tag in (P + "sp", P + "graphicFrame", P + "pic", P + "cxnSp"):
                shape = self._shape(element, depth, flags)
                if shape is not None:
                    yield shape

    def _shape(self, element: etree._Element, depth: int, flags: tuple[str, ...]) -> _Shape | None:
        holder = element.find(f"*/{P}nvPr/{P}ph")
        kind = "" if holder is None else holder.get("type", "body")
        if kind in _SKIPPED:
            return None
        place = _place(element.find(f"{P}spPr/{A}xfrm"))
        if place is None:
            place = _place(element.find(P + "xfrm"))
        if place is None and holder is not None:
            place = self._layout.get("#" + holder.get("idx", "")) or self._layout.get(kind)
        own = flags + self._odd(element, place, inside=depth > 0)
        # A place within a group is in the group's own measure.
        box = _box(place) if depth == 0 else None
        if kind in _TITLES:
            blocks = self._text(element, BlockKind.HEADING, box, own)
        elif kind in ("ftr", "hdr"):
            block_kind = BlockKind.FOOTER if kind == "ftr" else BlockKind.HEADER
            blocks = self._text(element, block_kind, box, own)
        else:
            block_kind = BlockKind.PARAGRAPH if holder is not None else BlockKind.TEXT_BOX
            blocks = [*self._text(element, block_kind, box, own), *self._others(element, box, own)]
        return _Shape(place, tuple(blocks), title=kind in _TITLES)

    def _odd(
        self, element: etree._Element, place: Place | None, *, inside: bool
    ) -> tuple[str, ...]:
        flags: tuple[str, ...] = ()
        about = element.find(f"*/{P}cNvPr")
        if about is not None and about.get("hidden") in ("1", "true"):
            flags += ("hidden",)
        width, height = self._size
        if place is not None and width and height and not inside:
            left, top, wide, high = place
            if left >= width or top >= height or left + wide <= 0 or top + high <= 0:
                flags += ("off_page",)
        return flags

    def _text(
        self, element: etree._Element, kind: BlockKind, box: Box | None, flags: tuple[str, ...]
    ) -> list[Block]:
        body = element.find(P + "txBody")
        if body is None:
            return []
        level = 1 if kind is BlockKind.HEADING else 0
        lines: list[str] = []
        tiny: list[str] = []
        for paragraph in body.iterfind(A + "p"):
            text, small = paragraph_text(paragraph)
            lines.append(text)
            if small:
                tiny.append(small)
        made = [
            Block(
                kind, "\n".join(lines).strip("\n"), self._source, box=box, flags=flags, level=level
            )
        ]
        if tiny:
            marks = (*flags, "tiny")
            made.append(Block(kind, "\n".join(tiny), self._source, box=box, flags=marks))
        return made

    def _others(
        self, element: etree._Element, box: Box | None, flags: tuple[str, ...]
    ) -> Iterator[Block]:
        for table in element.iterfind(f"{A}graphic/{A}graphicData/{A}tbl"):
            rows = self._rows(table)
            text = "\n".join("\t".join(row) for row in rows)
            yield Block(BlockKind.TABLE, text, self._source, box=box, flags=flags, rows=rows)
        for blip in element.iter(A + "blip"):
            part = self._related.get(blip.get(R + "embed", ""))
            if part:
                yield Block(BlockKind.IMAGE, "", part, box=box, method="image", flags=flags)
        for data in element.iterfind(f"{A}graphic/{A}graphicData/*"):
            for attribute in (R + "id", R + "dm"):
                part = self._related.get(data.get(attribute, ""))
                for text in self._drawn(part) if part else ():
                    yield Block(BlockKind.TEXT_BOX, text, part or "", box=box, flags=flags)

    def _rows(self, table: etree._Element) -> Rows:
        rows: list[tuple[str, ...]] = []
        for row in table.iterfind(A + "tr"):
            cells: list[str] = []
            for cell in row.iterfind(A + "tc"):
                merged = cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true")
                body = cell.find(A + "txBody")
                lines = [] if body is None or merged else body.findall(A + "p")
                cells.append("\n".join("".join(paragraph_text(line)) for line in lines))
            if len(cells) > self._columns:
                self.cells_cut |= any(cells[self._columns :])
                cells = cells[: self._columns]
            rows.append(tuple(cells))
        return tuple(rows)


def paragraph_text(paragraph: etree._Element) -> tuple[str, str]:
    """The text of an `a:p`, and apart from it what is too small to be read."""
    seen: list[str] = []
    tiny: list[str] = []
    for element in paragraph.iter(A + "t", A + "br", A + "tab", M + "t"):
        if element.tag == A + "br":
            seen.append("\n")
            continue
        run = element.getparent()
        properties = None if run is None else run.find(A + "rPr")
        size = _TINY + 1 if properties is None else number(properties.get("sz"), _TINY + 1)
        (tiny if size <= _TINY else seen).append(element.text or "")
    return "".join(seen), "".join(tiny)


def placeholder_places(root: etree._Element) -> dict[str, Place]:
    """Where a layout puts its placeholders: by "#" and index, and by type."""
    places: dict[str, Place] = {}
    for shape in root.iter(P + "sp"):
        holder = shape.find(f"*/{P}nvPr/{P}ph")
        place = _place(shape.find(f"{P}spPr/{A}xfrm"))
        if holder is not None and place is not None:
            places.setdefault("#" + holder.get("idx", ""), place)
            places.setdefault(holder.get("type", "body"), place)
    return places


def _place(transform: etree._Element | None) -> Place | None:
    if transform is None:
        return None
    offset, extent = transform.find(A + "off"), transform.find(A + "ext")
    if offset is None or extent is None:
        return None
    left, top = (number(offset.get(name), 0, least=-_FAR, most=_FAR) for name in "xy")
    wide, high = (number(extent.get(name), 0, most=_FAR) for name in ("cx", "cy"))
    return float(left), float(top), float(wide), float(high)


def _box(place: Place | None) -> Box | None:
    if place is None:
        return None
    left, top, wide, high = (one / EMU_PER_POINT for one in place)
    return left, top, left + wide, top + high
