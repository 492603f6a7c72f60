"""Where the stories of a Word binary file lie and what hangs on positions of the body.

Sources: [MS-DOC] 2.3 (document parts), 2.8.18 (PlcffndRef), 2.8.15 (PlcfendRef), 2.8.20 (Plcfhdd),
2.8.30 (PlcfSpa), 2.8.32 (PlcftxbxTxt).
"""

from __future__ import annotations

from dataclasses import dataclass

from model.document import BlockKind
from parsers.documents.doc.fib import (
    BOXES,
    ENDNOTE_REFS,
    FOOTNOTE_REFS,
    HEADERS,
    SHAPES,
    STORIES,
    Fib,
    plc,
)

_SHAPE_BYTES, _BOX_BYTES = 26, 22
_SEPARATORS = 6
"""Stories in front of the headers that are lines between text and notes."""
_HEADER_ORDER = (
    BlockKind.HEADER, BlockKind.HEADER, BlockKind.FOOTER, BlockKind.FOOTER,
    BlockKind.HEADER, BlockKind.FOOTER,
)  # fmt: skip
"""Of each section: even and odd headers, even and odd footers, first page's header and footer."""
_KINDS = {
    "footnotes": BlockKind.NOTE, "endnotes": BlockKind.NOTE, "comments": BlockKind.COMMENT,
    "header boxes": BlockKind.TEXT_BOX,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """Positions of one story or a part of it."""

    name: str
    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The body, then the others in the order they are read. anchored: text boxes by the position
    of the sign they hang on. notes: labels of references by position."""

    body: Range
    others: tuple[Range, ...]
    anchored: dict[int, Range]
    notes: dict[int, str]


def plan(fib: Fib, table: bytes, length: int) -> Plan:
    """length: positions of the whole text."""
    places: dict[str, tuple[int, int]] = {}
    start = 0
    for name, count in zip(STORIES, fib.counts, strict=True):
        places[name] = (min(start, length), min(start + count, length))
        start += count
    if not any(fib.counts):
        places["body"] = (0, length)

    def part(number: int) -> bytes:
        offset, size = fib.pair(number)
        return table[offset : offset + size]

    anchored, boxes = _boxes(part(SHAPES), part(BOXES), *places["boxes"], places["body"][1])
    if fib.old:
        anchored, boxes = {}, [Range("boxes", BlockKind.TEXT_BOX, *places["boxes"])]
        headers = [Range("headers", BlockKind.HEADER, *places["headers"])]
    else:
        headers = _headers(part(HEADERS), *places["headers"])
    simple = [
        Range(name, _KINDS[name], *places[name]) for name in ("footnotes", "endnotes", "comments")
    ]
    last = Range("header boxes", BlockKind.TEXT_BOX, *places["header boxes"])
    notes = _labels(part(FOOTNOTE_REFS), 2, "注") | _labels(part(ENDNOTE_REFS), 2, "尾注")
    return Plan(
        Range("body", BlockKind.PARAGRAPH, *places["body"]),
        (*simple, *headers, *boxes, last),
        anchored,
        notes,
    )


def _labels(data: bytes, size: int, word: str) -> dict[int, str]:
    places, _ = plc(data, size)
    return {place: f"[{word}{number}]" for number, place in enumerate(places[:-1], 1)}


def _headers(data: bytes, start: int, end: int) -> list[Range]:
    """Headers in front of footers, each in the order of the sections."""
    places, _ = plc(data, 0)
    found: list[Range] = []
    for number in range(_SEPARATORS, len(places) - 1):
        kind = _HEADER_ORDER[(number - _SEPARATORS) % 6]
        low, high = start + places[number], min(start + places[number + 1], end)
        if low < high:
            found.append(Range("headers", kind, low, high))
    if not found and start < end:
        return [Range("headers", BlockKind.HEADER, start, end)]
    return sorted(_apart(found), key=lambda one: one.kind is BlockKind.FOOTER)


def _apart(ranges: list[Range]) -> list[Range]:
    """Those that do not lie over an earlier one, so that no text is read twice."""
    kept: list[Range] = []
    for one in ranges:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _boxes(
    shapes: bytes, boxes: bytes, start: int, end: int, body_end: int
) -> tuple[dict[int, Range], list[Range]]:
    """Text boxes by their anchors, and those without one."""
    ends, entries = plc(boxes, _BOX_BYTES)
    ranges: list[Range] = []
    by_shape: dict[int, Range] = {}
    for number in range(len(ends) - 1):
        low, high = start + ends[number], min(start + ends[number + 1], end)
        if low < high and (not ranges or low >= ranges[-1].end):
            ranges.append(Range("boxes", BlockKind.TEXT_BOX, low, high))
            shape = int.from_bytes(entries[_BOX_BYTES * number + 14 :][:4], "little")
            by_shape.setdefault(shape, ranges[-1])
    if not ranges and start < end:
        return {}, [Range("boxes", BlockKind.TEXT_BOX, start, end)]
    places, spots = plc(shapes, _SHAPE_BYTES)
    anchored: dict[int, Range] = {}
    for number, place in enumerate(places[:-1]):
        shape = int.from_bytes(spots[_SHAPE_BYTES * number :][:4], "little")
        # Only the body: a box within a box would be no tree.
        if shape in by_shape and place not in anchored and place < body_end:
            anchored[place] = by_shape.pop(shape)
    taken = {one.start for one in anchored.values()}
    return anchored, [one for one in ranges if one.start not in taken]
