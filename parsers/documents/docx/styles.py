"""What a style says that matters for reading: heading level, numbering, hidden text.

Source: ECMA-376 part 1, 17.7 (styles), 17.3.1.20 (outlineLvl), 17.3.2.41 (vanish).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from parsers.documents.docx.look import NO_LOOK, Look, is_shaded, look
from parsers.documents.ooxml.names import VAL, W, by_name, first, number, toggle, value

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLES = {"title", "标题"}
_MAX_ANCESTORS = 32
_LIST, _OUTLINE = W + "numPr", W + "outlineLvl"


@dataclass(frozen=True, slots=True)
class Style:
    """One style with what it inherits. level: 1 to 9, 0 for no heading.
    numbering: numId and level, None where the style has no list."""

    level: int = 0
    numbering: tuple[str, int] | None = None
    hidden: bool | None = None
    look: Look = NO_LOOK


NO_STYLE = Style()


class Styles:
    """All styles of a document, by id; unknown ids have the empty style."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements: dict[str, list[etree._Element]] = {}
        self._resolved: dict[str, Style] = {}
        self._default = ""
        self._shading: dict[str, bool] = {}
        self.look = NO_LOOK
        if root is None:
            return
        self.look = look(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        for element in root.iter(W + "style"):
            style_id = element.get(W + "styleId", "")
            self._elements.setdefault(style_id, []).append(element)
            default = element.get(W + "default") in ("1", "true")
            if default and not self._default and element.get(W + "type") == "paragraph":
                self._default = style_id

    def of_paragraph(self, style_id: str | None) -> Style:
        """The paragraph style, the default one where the paragraph names none."""
        return self.get(self._default if style_id is None else style_id)

    def shades(self, style_id: str | None) -> bool:
        """Whether a table of that style may have rows on a ground that is not white."""
        if style_id is None or style_id not in self._elements:
            return False
        if style_id not in self._shading:
            self._shading[style_id] = any(
                is_shaded(shading)
                for element in self._elements[style_id]
                for shading in element.iter(W + "shd")
            )
        return self._shading[style_id]

    def get(self, style_id: str | None) -> Style:
        """The style of that id."""
        if style_id is None:
            return NO_STYLE
        style = self._resolved.get(style_id)
        if style is None:
            known = style_id in self._elements
            style = self._resolve(style_id) if known else NO_STYLE
            self._resolved[style_id] = style
        return style

    def _resolve(self, style_id: str) -> Style:
        level = 0
        numbering: tuple[str, int] | None = None
        hidden: bool | None = None
        looks = NO_LOOK
        seen: set[str] = set()
        current: str | None = style_id
        while current in self._elements and current not in seen and len(seen) < _MAX_ANCESTORS:
            seen.add(current)
            element = self._elements[current][0]
            of_runs, of_paragraph = first(element, W + "rPr"), first(element, W + "pPr")
            names = by_name(of_paragraph)
            level = level or _level(element, names)
            if hidden is None:
                hidden = toggle(of_runs, "vanish")
            looks = looks.over(look(of_runs)).over(look(of_paragraph))
            if numbering is None:
                numbering = list_place(names)
            current = value(element, "basedOn")
        return Style(level, numbering, hidden, looks)


def list_place(names: dict[str, etree._Element]) -> tuple[str, int] | None:
    """numId and level of a `w:pPr`, by its children; None where it names no list. numId "0" ends
    a list."""
    place = names.get(_LIST)
    if place is None:
        return None
    num_id = value(place, "numId")
    if num_id is None:
        return None
    return num_id, number(value(place, "ilvl"), 0, most=8)


def outline_level(names: dict[str, etree._Element]) -> int:
    """The outline level of a `w:pPr` from 1, by its children; 0 for body text."""
    outline = names.get(_OUTLINE)
    level = 9 if outline is None else number(outline.get(VAL), 9)
    return level + 1 if level < 9 else 0


def _level(element: etree._Element, names: dict[str, etree._Element]) -> int:
    if element.get(W + "type") not in (None, "paragraph"):
        return 0
    name = (value(element, "name") or "").strip()
    found = _HEADING.fullmatch(name)
    if found:
        return int(found.group(1))
    if name.lower() in _TITLES:
        return 1
    return outline_level(names)
