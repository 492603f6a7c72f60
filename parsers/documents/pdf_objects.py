"""What a PDF page shows beside text: how much of it is images, and whether it has ruling lines.

Only a look at bounds, with a fixed number of objects a page, so that the dear table reader runs
on pages that need it. Source: pdfium `fpdf_edit.h`.

Residual risk: objects beyond the number or the nesting looked at do not count.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_MAX_OBJECTS = 20_000
_MAX_NESTING = 3
_MAX_RULES = 3_000
"""More lines than this is a drawing or a hatched chart, and costs the table reader minutes."""
_THIN = 3.0
_SHORTEST = 6.0
"""Points: a line is thinner than the one and longer than the other."""

_NO_EXTENT = 0.01
_HYPHENS = re.compile("[\x02\ufffe]")
"""What pdfium gives for a hyphen at the end of a line."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class PageMarks:
    """image_coverage: part of the page, 0 to 1. ruled: worth a look for tables.
    too_complex: ruled, but with more lines than the table reader should be given.
    lost: pieces of text without extent, in fonts that are not embedded: without a font to stand
    in, pdfium knows no glyph's box and drops a piece of one character from the page's text."""

    image_coverage: float = 0.0
    ruled: bool = False
    too_complex: bool = False
    lost: int = 0


@dataclass(slots=True)
class _Count:
    left: int = _MAX_OBJECTS
    image_area: float = 0.0
    flat: int = 0
    upright: int = 0
    lost: int = 0


def page_marks(page: pdfium.PdfPage) -> PageMarks:
    """The marks of one open page.

    Raises: PdfiumError where pdfium cannot tell the page's size.
    """
    left, bottom, right, top = page.get_bbox()
    area = max((right - left) * (top - bottom), 1.0)
    count = _Count()
    # Raw handles live as long as the page: the caller holds it.
    raw = page.raw
    number = pdfium_c.FPDFPage_CountObjects(raw)
    for index in range(min(number, _MAX_OBJECTS)):
        _look(pdfium_c.FPDFPage_GetObject(raw, index), (left, bottom, right, top), count, 0)
        if count.left <= 0:
            break
    rules = count.flat + count.upright
    ruled = count.flat >= 2 and count.upright >= 2
    return PageMarks(
        image_coverage=min(count.image_area / area, 1.0),
        ruled=ruled and rules <= _MAX_RULES,
        too_complex=ruled and rules > _MAX_RULES,
        lost=count.lost,
    )


def clean(text: str) -> str:
    """pdfium's text with plain line ends and hyphens, and without control characters."""
    text = _HYPHENS.sub("-", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub("", text)


_Bounds = tuple[float, float, float, float]


def _look(handle: object, page: _Bounds, count: _Count, nesting: int) -> None:
    count.left -= 1
    if not handle or count.left <= 0:
        return
    kind = pdfium_c.FPDFPageObj_GetType(handle)
    if kind == pdfium_c.FPDF_PAGEOBJ_FORM and nesting < _MAX_NESTING:
        for index in range(min(pdfium_c.FPDFFormObj_CountObjects(handle), count.left)):
            _look(pdfium_c.FPDFFormObj_GetObject(handle, index), page, count, nesting + 1)
            if count.left <= 0:
                return
    elif kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
        bounds = _bounds(handle)
        if bounds is not None and bounds[2] - bounds[0] < _NO_EXTENT:
            font = pdfium_c.FPDFTextObj_GetFont(handle)
            count.lost += bool(font) and pdfium_c.FPDFFont_GetIsEmbedded(font) == 0
    elif kind in (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH):
        bounds = _bounds(handle)
        if bounds is None:
            return
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            _count_rules(handle, bounds, count)
            return
        width = min(bounds[2], page[2]) - max(bounds[0], page[0])
        height = min(bounds[3], page[3]) - max(bounds[1], page[1])
        count.image_area += max(width, 0.0) * max(height, 0.0)


def _bounds(handle: object) -> _Bounds | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium_c.FPDFPageObj_GetBounds(handle, left, bottom, right, top):
        return None
    return left.value, bottom.value, right.value, top.value


def _count_rules(handle: object, bounds: _Bounds, count: _Count) -> None:
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    if width < _THIN and height >= _SHORTEST:
        count.upright += 1
    elif height < _THIN and width >= _SHORTEST:
        count.flat += 1
    elif width >= _SHORTEST and height >= _SHORTEST:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(handle, fill, stroke)
        if stroke.value:
            # A frame, or many lines in one path: at least half of its sides each way.
            sides = max(pdfium_c.FPDFPath_CountSegments(handle) // 2, 2)
            count.flat += sides
            count.upright += sides
