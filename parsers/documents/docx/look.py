"""What in a .docx can hardly be seen: white on white, tiny, beyond the page's edge.

Source: ECMA-376 part 1, 17.3.2.6 (color), 17.3.2.38 (sz), 17.3.2.32 and 17.3.1.31 (shd), 17.3.2.15
(highlight), 17.6.13 (pgSz), 20.4.2.3 (anchor), 20.4.2.10 and 20.4.2.11 (positions); VML 14.1.2.19
(style of a shape).

Residual risks: nothing is laid out. White is told by the run, its styles and the shading around
it, not by a picture behind it; where a table's style shades rows, white in that table counts as
seen. A box placed from its paragraph is off the page only where no paragraph could bring it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from parsers.documents.ooxml.names import VAL, V, W, number

WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_COLOR, _SIZE, _SHADING, _HIGHLIGHT = W + "color", W + "sz", W + "shd", W + "highlight"
_FRAME, _INDENT = W + "framePr", W + "ind"
_SAYING = frozenset((_COLOR, _SIZE, _SHADING, _HIGHLIGHT))
_NEARLY_WHITE = 0xF8
_TINY_HALF_POINTS = 4
_EMU = 12_700.0
_TWIPS = 20.0
_MUST_FILL_WIDTH, _MUST_FILL_HEIGHT = 0.6, 0.55
"""Parts of the page that a picture takes at least to count as a scan of one."""
_LENGTH = re.compile(r"(-?\d{0,6}(?:\.\d{1,6})?)(pt|in|cm|mm|px|)")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75, "": 0.75}
_LIGHT_THEME = {"background1", "light1", "lt1", "bg1"}
_FAR = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks, as far as it is said; None where it is not. shaded: on a ground that is not
    white."""

    white: bool | None = None
    tiny: bool | None = None
    shaded: bool | None = None

    def over(self, below: Look) -> Look:
        """This look where it says something, else that below it."""
        if below is NO_LOOK:
            return self
        if self is NO_LOOK:
            return below
        return Look(
            below.white if self.white is None else self.white,
            below.tiny if self.tiny is None else self.tiny,
            below.shaded if self.shaded is None else self.shaded,
        )


NO_LOOK = Look()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper, in points."""

    width: float = 595.3
    height: float = 841.9
    left: float = 90.0
    top: float = 72.0


def look(properties: etree._Element | None) -> Look:
    """What a `w:rPr` or `w:pPr` says itself."""
    return NO_LOOK if properties is None else _look(properties)


def look_of(names: dict[str, etree._Element]) -> Look:
    """As `look`, of properties whose children are known by name."""
    if names.keys().isdisjoint(_SAYING):
        return NO_LOOK
    parent = next(iter(names.values())).getparent()
    return NO_LOOK if parent is None else _look(parent)


def _look(properties: etree._Element) -> Look:
    white = tiny = shaded = None
    for child in properties:
        tag = child.tag
        if tag == _COLOR:
            white = _is_white(child)
        elif tag == _SIZE:
            tiny = number(child.get(VAL), 99) <= _TINY_HALF_POINTS
        elif tag == _SHADING:
            shaded = shaded or is_shaded(child)
        elif tag == _HIGHLIGHT:
            shaded = shaded or child.get(VAL) not in ("none", "white", None)
    if white is None and tiny is None and shaded is None:
        return NO_LOOK
    return Look(white, tiny, shaded)


def _is_white(color: etree._Element) -> bool:
    value = color.get(W + "val", "auto")
    if color.get(W + "themeColor", "") in _LIGHT_THEME and not color.get(W + "themeShade"):
        return True
    return _nearly_white(value)


def _nearly_white(value: str) -> bool:
    if len(value) != 6:
        return False
    try:
        parts = bytes.fromhex(value)
    except ValueError:
        return False
    return min(parts) >= _NEARLY_WHITE


def is_shaded(shading: etree._Element | None) -> bool:
    """Whether a `w:shd` puts a ground that is not white behind text."""
    if shading is None:
        return False
    if shading.get(W + "val", "clear") not in ("clear", "nil"):
        return True
    if shading.get(W + "themeFill") and shading.get(W + "themeFill") not in _LIGHT_THEME:
        return True
    fill = shading.get(W + "fill", "auto")
    return fill.lower() != "auto" and not _nearly_white(fill)


def cell_shaded(names: dict[str, etree._Element]) -> bool:
    """Whether a `w:tcPr` or `w:tblPr` shades, by its children."""
    return is_shaded(names.get(_SHADING))


def paper(body: etree._Element) -> Sheet:
    """The largest paper of the document's sections; A4 where none says."""
    found: list[Sheet] = []
    for section in body.iter(W + "sectPr"):
        size, margin = section.find(W + "pgSz"), section.find(W + "pgMar")
        if size is None:
            continue
        width, height = (number(size.get(W + name), 0) / _TWIPS for name in "wh")
        left, top = (
            number(None if margin is None else margin.get(W + name), 1440, least=-_FAR) / _TWIPS
            for name in ("left", "top")
        )
        if width > 0 and height > 0:
            found.append(Sheet(width, height, left, top))
    return max(found, key=lambda one: one.width * one.height, default=Sheet())


def box_flags(box: etree._Element, sheet: Sheet) -> tuple[tuple[str, ...], bool]:
    """Flags of the drawing that holds a text box, and whether the box has a ground of its own."""
    flags: tuple[str, ...] = ()
    filled = False
    for element in box.iterancestors():
        tag = element.tag
        if tag == WPS + "wsp":
            shape = element.find(WPS + "spPr")
            filled = shape is not None and any(
                shape.find(_A + name) is not None
                for name in ("solidFill", "gradFill", "blipFill", "pattFill")
            )
        elif tag in (WP + "anchor", WP + "inline"):
            about = element.find(WP + "docPr")
            if about is not None and about.get("hidden") in ("1", "true"):
                flags += ("hidden",)
            if tag == WP + "anchor" and _anchor_is_off(element, sheet):
                flags += ("off_page",)
            break
        elif tag.startswith(V):
            style = _style(element)
            filled = filled or element.get("filled") not in ("f", "false")
            if style.get("visibility") == "hidden":
                flags += ("hidden",)
            if style.get("position") == "absolute" and _style_is_off(style, sheet):
                flags += ("off_page",)
        elif tag == W + "p":
            break
    return tuple(dict.fromkeys(flags)), filled


def frame_is_off(names: dict[str, etree._Element], sheet: Sheet) -> bool:
    """Whether a paragraph stands beside the paper by its frame or indent (17.3.1.11, 17.3.1.12).

    names: the children of its properties.
    """
    frame = names.get(_FRAME)
    if frame is not None:
        left = number(frame.get(W + "x"), 0, least=-_FAR) / _TWIPS
        top = number(frame.get(W + "y"), 0, least=-_FAR) / _TWIPS
        if abs(left) > 2 * sheet.width or abs(top) > 2 * sheet.height:
            return True
        if left >= sheet.width or top >= sheet.height:
            return True
    indent = names.get(_INDENT)
    if indent is not None:
        start = indent.get(W + "left") or indent.get(W + "start")
        return abs(number(start, 0, least=-_FAR)) / _TWIPS > 1.5 * sheet.width
    return False


def is_page_sized(picture: etree._Element, sheet: Sheet) -> bool:
    """Whether the drawing around a picture takes most of the page."""
    for element in picture.iterancestors():
        tag = element.tag
        if tag in (WP + "anchor", WP + "inline"):
            extent = element.find(WP + "extent")
            if extent is None:
                return False
            wide, high = (number(extent.get(name), 0, most=_FAR) / _EMU for name in ("cx", "cy"))
            return _fills(wide, high, sheet)
        if tag.startswith(V):
            style = _style(element)
            wide, high = (_points(style.get(name, "")) for name in ("width", "height"))
            return _fills(wide, high, sheet)
        if tag == W + "p":
            break
    return False


def _fills(wide: float, high: float, sheet: Sheet) -> bool:
    return wide >= sheet.width * _MUST_FILL_WIDTH and high >= sheet.height * _MUST_FILL_HEIGHT


def _anchor_is_off(anchor: etree._Element, sheet: Sheet) -> bool:
    extent = anchor.find(WP + "extent")
    sizes = [0.0, 0.0]
    if extent is not None:
        sizes = [number(extent.get(name), 0, most=_FAR) / _EMU for name in ("cx", "cy")]
    for tag, size, room, margin in (
        ("positionH", sizes[0], sheet.width, sheet.left),
        ("positionV", sizes[1], sheet.height, sheet.top),
    ):
        position = anchor.find(WP + tag)
        offset = None if position is None else position.findtext(WP + "posOffset")
        if position is None or offset is None:
            continue
        start = number(offset, 0, least=-_FAR, most=_FAR) / _EMU
        origin = position.get("relativeFrom", "")
        slack = room if origin in ("paragraph", "line", "character") else 0.0
        if origin in ("margin", "column", "leftMargin", "topMargin"):
            start += margin if origin in ("margin", "column") else 0.0
        if start >= room or start + size <= -slack:
            return True
    return False


def _style_is_off(style: dict[str, str], sheet: Sheet) -> bool:
    left = _points(style.get("margin-left", "")) + _points(style.get("left", ""))
    top = _points(style.get("margin-top", "")) + _points(style.get("top", ""))
    wide, high = _points(style.get("width", "")), _points(style.get("height", ""))
    return (
        left >= sheet.width
        or top >= sheet.height
        or left + wide <= -sheet.left
        or top + high <= -sheet.height
    )


def _style(element: etree._Element) -> dict[str, str]:
    pairs = (piece.partition(":") for piece in element.get("style", "")[:2000].split(";"))
    return {name.strip().lower(): text.strip().lower() for name, _colon, text in pairs}


def _points(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    if not found or found.group(1) in ("", "-"):
        return 0.0
    return float(found.group(1)) * _POINTS[found.group(2)]
