"""The slides of an OpenDocument presentation.

Source: OpenDocument 1.3 part 3: 10.2.4 (draw:page), 10.3 (shapes), 15.1 (presentation:class),
20.390 (presentation:visibility).
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace

from lxml import etree

from model.document import Block, BlockKind
from parsers.documents.odf.text import DRAW, OFFICE, PRESENTATION, STYLE, OdfWalker
from parsers.documents.slides.show import SlideShow

_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(cm|mm|in|pt|px)")
_POINTS = {"cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "pt": 1.0, "px": 0.75}
_SKIPPED = {"page-number", "date-time", "page"}
_SAME_HEIGHT = 21.0
"""Points: shapes whose tops differ by less lie side by side."""


def read_slides(root: etree._Element, walker: OdfWalker, show: SlideShow) -> int:
    """Adds the slides under a content part's root to the show; how many there are."""
    hidden = {
        style.get(STYLE + "name", "")
        for style in root.iter(STYLE + "style")
        for properties in style.iterfind(STYLE + "drawing-page-properties")
        if properties.get(PRESENTATION + "visibility") == "hidden"
    }
    slides = root.findall(f"{OFFICE}body/{OFFICE}presentation/{DRAW}page")
    for slide in slides:
        if not show.slide():
            break
        flags = ("hidden",) if slide.get(DRAW + "style-name", "") in hidden else ()
        for block in _blocks(slide, walker):
            marks = tuple(dict.fromkeys((*block.flags, *flags)))
            show.add(replace(block, flags=marks))
    return len(slides)


def _blocks(slide: etree._Element, walker: OdfWalker) -> list[Block]:
    """The title, then from the top down, shapes on one height from left to right."""
    placed: list[tuple[bool, float, float, list[Block]]] = []
    last: list[Block] = []
    for shape in slide:
        if shape.tag == PRESENTATION + "notes":
            last += _notes(shape, walker)
            continue
        role = shape.get(PRESENTATION + "class", "")
        if role in _SKIPPED or not shape.attrib:
            continue
        holder = etree.Element("shape")
        title = role == "title"
        # The walker looks at what is under an element; a copy leaves the tree as it is.
        holder.append(_copied(shape))
        made = _joined(list(walker.walk(holder)), title=title)
        placed.append((not title, _points(shape, "y"), _points(shape, "x"), made))
    placed.sort(key=lambda one: one[:2])
    band, start = 0, None
    keyed: list[tuple[bool, int, float, list[Block]]] = []
    for below, top, left, made in placed:
        if start is None or not below or top > start + _SAME_HEIGHT:
            start, band = top, band + 1
        keyed.append((below, band, left, made))
    keyed.sort(key=lambda one: one[:3])
    return [block for *_key, made in keyed for block in made] + last


def _copied(shape: etree._Element) -> etree._Element:
    copied = deepcopy(shape)
    copied.tail = None
    return copied


def _joined(blocks: list[Block], *, title: bool) -> list[Block]:
    """The paragraphs of one shape as one block."""
    made: list[Block] = []
    for block in blocks:
        kind = block.kind
        if title and kind in (BlockKind.PARAGRAPH, BlockKind.TEXT_BOX):
            kind = BlockKind.HEADING
        plain = kind not in (BlockKind.TABLE, BlockKind.IMAGE, BlockKind.COMMENT)
        if made and plain and made[-1].kind is kind and made[-1].flags == block.flags:
            made[-1] = replace(made[-1], text=made[-1].text + "\n" + block.text)
        else:
            made.append(replace(block, kind=kind, level=1 if kind is BlockKind.HEADING else 0))
    return made


def _notes(notes: etree._Element, walker: OdfWalker) -> list[Block]:
    holder = etree.Element("shape")
    for shape in notes:
        if shape.attrib and shape.get(PRESENTATION + "class", "") not in _SKIPPED:
            holder.append(_copied(shape))
    return [
        replace(block, kind=BlockKind.NOTE, level=0)
        for block in _joined(list(walker.walk(holder)), title=False)
        if block.kind is not BlockKind.IMAGE
    ]


def _points(shape: etree._Element, name: str) -> float:
    found = _LENGTH.fullmatch(shape.get(_SVG + name, ""))
    return float(found.group(1)) * _POINTS[found.group(2)] if found else 0.0
