"""One page of an OFD as what is drawn on it, in the order in which it is drawn.

The reader takes the text from it, the renderer draws it. Lengths are millimetres from the upper
left corner of the paper. Source: GB/T 33190-2016, 7.7 (pages), 8 (graphics), 9 (paths), 10
(images), 11 (text), 13 (composite objects), 15 (annotations).

Residual risks: clips, patterns and shadings are not followed; a shading counts as a colour of its
own. Characters whose code is a glyph's number only (11.4, CGTransform over a font without
Unicode) come out as those codes; `ofd/read.py` finds such pages garbled.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from parsers.documents.ofd.file import (
    OfdFile,
    PageRef,
    Resources,
    area_of,
    child,
    children,
    content,
    local,
    resolve,
)
from parsers.documents.ofd.geometry import (
    BoxMm,
    Matrix,
    Point,
    combined,
    deltas,
    matrix,
    number,
    numbers,
    placed,
    scale_of,
    subpaths,
)
from parsers.documents.ofd.objects import (
    BLACK,
    Colour,
    OfdImage,
    OfdObject,
    OfdPath,
    OfdText,
    byte,
    colour_of,
)

_MAX_OBJECTS = 20_000
_MAX_POINTS = 50_000
_MAX_NESTING = 16
_ASCENT, _DESCENT = 0.88, 0.12


@dataclass(slots=True)
class OfdPage:
    """What one page shows. width, height: of the paper. cut: objects were left out at a limit.
    remarks: what annotations say beside what they draw."""

    number: int
    width: float
    height: float
    objects: list[OfdObject] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fonts: dict[str, tuple[str, str]] = field(default_factory=dict)
    cut: bool = False


def read_page(ofd: OfdFile, ref: PageRef) -> OfdPage:
    """The objects of one page: templates behind, body, templates in front, annotations.

    Raises: Unreadable where the page's own part cannot be read.
    """
    root = ofd.package.xml(ref.part)
    document = ref.document
    area = area_of(child(root, "Area")) or document.area
    own = [resolve(ref.part, content(one)) for one in children(root, "PageRes")]
    resources = document.resources.over(ofd.resources(own)) if own else document.resources
    page = OfdPage(ref.number, area[2] - area[0], area[3] - area[1], fonts=resources.fonts)
    walk = _Walk(page, resources)
    origin: Matrix = (1.0, 0.0, 0.0, 1.0, -area[0], -area[1])
    behind: list[etree._Element | None] = []
    before: list[etree._Element | None] = []
    for template in children(root, "Template"):
        part = document.templates.get(template.get("TemplateID", ""), "")
        in_front = template.get("ZOrder", "") == "Foreground"
        (before if in_front else behind).append(child(ofd.side(part), "Content"))
    for layers in (*behind, child(root, "Content"), *before):
        if layers is not None:
            walk.layers(layers, origin)
    notes = ofd.side(document.notes.get(ref.id, ""))
    for note in children(notes, "Annot"):
        walk.annotation(note, origin)
    return page


class _Walk:
    """Fills a page from its markup."""

    def __init__(self, page: OfdPage, resources: Resources) -> None:
        self._page = page
        self._resources = resources
        self._points = _MAX_POINTS
        self._objects = _MAX_OBJECTS
        self._note = False

    def layers(self, element: etree._Element, origin: Matrix) -> None:
        for layer in children(element, "Layer"):
            self._objects_of(layer, origin, [layer.get("DrawParam", "")], 0)

    def annotation(self, note: etree._Element, origin: Matrix) -> None:
        remark = content(child(note, "Remark"))
        if remark:
            self._page.remarks.append(remark)
        self._linked(note)
        shown = child(note, "Appearance")
        if shown is None or note.get("Visible", "true") == "false":
            return
        box = numbers(shown.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
        self._note = True
        self._objects_of(shown, combined(origin, (1, 0, 0, 1, box[0], box[1])), [], 0)
        self._note = False

    def _objects_of(
        self, element: etree._Element, outer: Matrix, params: list[str], nesting: int
    ) -> None:
        for one in element:
            if self._objects <= 0 or nesting > _MAX_NESTING:
                self._page.cut = True
                return
            name = local(one)
            if name in ("PageBlock", "Layer"):
                self._objects_of(one, outer, params, nesting + 1)
                continue
            if not name.endswith("Object"):
                continue
            self._objects -= 1
            actions = child(one, "Actions")
            if actions is not None:
                self._linked(actions)
            box = numbers(one.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
            at = combined(outer, (1, 0, 0, 1, box[0], box[1]))
            own = [one.get("DrawParam", ""), *params]
            if name == "TextObject":
                self._page.objects += self._texts(one, at, own, box[2])
            elif one.get("Visible", "true") == "false":
                continue
            elif name == "ImageObject":
                self._image(one, at, box)
            elif name == "PathObject":
                self._path(one, at, own)
            elif name == "CompositeObject":
                unit = self._resources.units.get(one.get("ResourceID", ""))
                inner = child(unit, "Content")
                if inner is not None:
                    within = combined(at, matrix(one.get("CTM")))
                    self._objects_of(inner, within, own, nesting + 1)

    def _linked(self, element: etree._Element) -> None:
        for one in element.iter():
            if local(one) == "URI" and one.get("URI"):
                self._page.links.append(one.get("URI", ""))

    def _texts(
        self, element: etree._Element, at: Matrix, params: list[str], width: float
    ) -> Iterator[OfdText]:
        by = combined(at, matrix(element.get("CTM")))
        along, across = scale_of(by)
        size = number(element.get("Size"), 3.0)
        stretch = number(element.get("HScale"), 1.0) or 1.0
        colour, alpha = self._colour(element, "FillColor", params, BLACK)
        if element.get("Fill", "true") == "false":
            colour = None
            if element.get("Stroke", "false") == "true":
                colour, alpha = self._colour(element, "StrokeColor", params, BLACK)
        alpha = min(alpha, byte(element.get("Alpha")))
        x = y = 0.0
        for code in children(element, "TextCode"):
            text = code.text or ""
            x, y = number(code.get("X"), x), number(code.get("Y"), y)
            if not text.strip():
                continue
            steps_x = deltas(code.get("DeltaX"), len(text) - 1)
            steps_y = deltas(code.get("DeltaY"), len(text) - 1)
            vertical = any(steps_y) and not any(steps_x)
            if not steps_x and not steps_y and len(text) > 1:
                # No steps given: the font's own widths, which only the boundary hints at.
                step = min(size * stretch, width / len(text) if width > 0 else size)
                steps_x = [step] * (len(text) - 1)
            places: list[Point] = []
            place_x, place_y = x, y
            for index in range(len(text)):
                places.append(placed(by, place_x, place_y))
                place_x += steps_x[index] if index < len(steps_x) else 0.0
                place_y += steps_y[index] if index < len(steps_y) else 0.0
            wide = _advance(text[-1]) * size * stretch * along
            high = size * across
            yield OfdText(
                element.get("ID", ""), text, tuple(places), high, wide,
                _text_box(places, high, wide), colour, alpha, element.get("Font", ""),
                vertical, element.get("Visible", "true") != "false", self._note,
                math.degrees(math.atan2(by[1], by[0])),
            )  # fmt: skip

    def _image(self, element: etree._Element, at: Matrix, box: tuple[float, ...]) -> None:
        own = element.get("CTM")
        by = combined(at, matrix(own) if own else (box[2], 0.0, 0.0, box[3], 0.0, 0.0))
        corners = [placed(by, x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        part = self._resources.media.get(element.get("ResourceID", ""), "")
        alpha = byte(element.get("Alpha"))
        self._page.objects.append(OfdImage(part, by, _around(corners), alpha, self._note))

    def _path(self, element: etree._Element, at: Matrix, params: list[str]) -> None:
        data = child(element, "AbbreviatedData")
        by = combined(at, matrix(element.get("CTM")))
        lines: list[tuple[Point, ...]] = []
        for line in subpaths(content(data), self._points):
            self._points -= len(line)
            lines.append(tuple(placed(by, x, y) for x, y in line))
        if not lines:
            return
        if self._points <= 0:
            self._page.cut = True
        stroke, alpha = self._colour(element, "StrokeColor", params, BLACK)
        fill, fill_alpha = self._colour(element, "FillColor", params, None)
        filled = element.get("Fill", "false") == "true"
        stroked = element.get("Stroke", "true") != "false"
        self._page.objects.append(
            OfdPath(
                tuple(lines),
                stroke if stroked else None,
                (fill or BLACK) if filled else None,
                number(self._given(element, "LineWidth", params), 0.353) * max(scale_of(by)),
                min(byte(element.get("Alpha")), fill_alpha if filled else alpha),
                _around([point for line in lines for point in line]),
                self._note,
            )
        )

    def _params(self, params: list[str]) -> Iterator[etree._Element]:
        """The drawing parameters that apply, nearest first, with those they build on."""
        for start in params:
            key, seen = start, 0
            while key in self._resources.params and seen < _MAX_NESTING:
                yield self._resources.params[key]
                key, seen = self._resources.params[key].get("Relative", ""), seen + 1

    def _given(self, element: etree._Element, name: str, params: list[str]) -> str | None:
        for one in (element, *self._params(params)):
            if one.get(name):
                return one.get(name)
        return None

    def _colour(
        self, element: etree._Element, name: str, params: list[str], default: Colour | None
    ) -> tuple[Colour | None, int]:
        for one in (element, *self._params(params)):
            found = child(one, name)
            if found is not None:
                return colour_of(found), byte(found.get("Alpha"))
        return default, 255


def _advance(sign: str) -> float:
    """A guess at a character's width in heads: Latin letters are half as wide."""
    return 0.5 if ord(sign) < 0x2E80 else 1.0


def _text_box(places: list[Point], size: float, last: float) -> BoxMm:
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return min(xs), min(ys) - size * _ASCENT, max(xs) + last, max(ys) + size * _DESCENT


def _around(points: list[Point]) -> BoxMm:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
