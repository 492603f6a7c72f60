"""What a PDF page shows beside text: images, ruling lines, and text that nobody sees.

One look at each object's bounds and colour, with a fixed number of objects a page, so that what
is dear runs only on pages that need it. Sources: pdfium `fpdf_edit.h`; ISO 32000-2, 8 and 9.3.

Residual risks: objects beyond the number or the nesting looked at do not count. Text in the colour
of what lies under it is found only where it is white on paper; clips and layers that are switched
off are not followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from parsers.documents.pdf import calls as pdf_calls
from parsers.documents.pdf.bounds import IDENTITY, Bounds, Matrix, combined, matrix_of, moved
from parsers.documents.pdf.rules import Drawn
from parsers.documents.pdf.unseen import Cover, Written, cover_of, flags_of
from parsers.documents.unseen import FAINT_ALPHA, TINY_POINTS, WHITE

_MAX_OBJECTS = 20_000
_MAX_NESTING = 3
_MAX_RULES = 3_000
"""More lines than this is a drawing or a hatched chart, and costs the table reader minutes."""
_THIN = 3.0
_SHORTEST = 6.0
"""Points: a line is thinner than the one and longer than the other."""
_INVISIBLE = 3
"""Text rendering mode (ISO 32000-2, table 104)."""
_TEXT, _PATH = pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_PATH
_IMAGE, _FORM = pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM

_NO_EXTENT = 0.01
_HYPHENS = re.compile("[\x02\ufffe]")
"""What pdfium gives for a hyphen at the end of a line."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class PageMarks:
    """image_coverage: part of the page, 0 to 1. ruled: worth a look for tables.
    too_complex: ruled, but with more lines than the table reader should be given.
    lost: pieces of text without extent, in fonts that are not embedded: without a font to stand
    in, pdfium knows no glyph's box and drops a piece of one character from the page's text.
    texts: all pieces of text. unseen: why nobody sees one, by the address of its object."""

    image_coverage: float = 0.0
    ruled: bool = False
    too_complex: bool = False
    lost: int = 0
    unseen: dict[int, str] = field(default_factory=dict)
    texts: int = 0


class _Count:
    """The objects of one page while they are looked at."""

    __slots__ = (
        "covers",
        "flat",
        "image_area",
        "left",
        "lost",
        "odd",
        "page",
        "paths",
        "upright",
        "written",
    )

    def __init__(self, page: Bounds) -> None:
        self.page = page
        self.left = _MAX_OBJECTS
        self.image_area = 0.0
        self.flat = self.upright = self.lost = 0
        self.odd = False
        self.written: list[Written] = []
        self.covers: list[Cover] = []
        self.paths: list[Drawn] = []


def page_marks(page: pdfium.PdfPage) -> tuple[PageMarks, list[Written], list[Drawn]]:
    """The marks of one open page, its pieces of text in the order of writing, and its paths.

    Raises: PdfiumError where pdfium cannot tell the page's size.
    """
    left, bottom, right, top = page.get_bbox()
    area = max((right - left) * (top - bottom), 1.0)
    count = _Count((left, bottom, right, top))
    # Addresses are good as long as the page: the caller holds it.
    raw = pdf_calls.address(page.raw)
    number = pdfium_c.FPDFPage_CountObjects(page.raw)
    _walk(pdf_calls.get_object, raw, number, count, 0, IDENTITY)
    rules = count.flat + count.upright
    ruled = count.flat >= 2 and count.upright >= 2
    marks = PageMarks(
        image_coverage=min(count.image_area / area, 1.0),
        ruled=ruled and rules <= _MAX_RULES,
        too_complex=ruled and rules > _MAX_RULES,
        lost=count.lost,
        unseen=flags_of(page.pdf.raw, count.written, count.covers, count.page)
        if count.covers or count.odd
        else {},
        texts=len(count.written),
    )
    return marks, count.written, count.paths


def clean(text: str) -> str:
    """pdfium's text with plain line ends and hyphens, and without control characters."""
    text = _HYPHENS.sub("-", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub("", text)


def _walk(
    get: pdf_calls.Get, owner: int, number: int, count: _Count, nesting: int, outer: Matrix
) -> None:
    """Looks at the objects of a page or form; calls are many, so their names are kept near."""
    object_type, bounds_of = pdf_calls.object_type, pdf_calls.bounds
    render_mode, fill_colour = pdf_calls.render_mode, pdf_calls.fill_colour
    written = count.written
    left, bottom, right, top = count.page
    for index in range(min(number, count.left)):
        count.left -= 1
        if count.left <= 0:
            return
        handle = get(owner, index)
        if not handle:
            continue
        kind = object_type(handle)
        if kind == _FORM:
            if nesting < _MAX_NESTING:
                by = combined(outer, matrix_of(handle))
                inner = pdf_calls.form_count(handle)
                _walk(pdf_calls.form_object, handle, inner, count, nesting + 1, by)
            continue
        found = bounds_of(handle)
        if found is None:
            continue
        if outer is not IDENTITY:
            found = moved(found, outer)
        if kind == _PATH:
            count.paths.append((handle, found, outer))
        if kind != _TEXT:
            _shape(kind, handle, found, count)
            continue
        why = ""
        if render_mode(handle) == _INVISIBLE:
            why = "transparent"
        else:
            colour = fill_colour(handle)
            if colour is not None:
                if colour[3] <= FAINT_ALPHA:
                    why = "transparent"
                elif colour[0] >= WHITE and min(colour) >= WHITE:
                    why = "white"
        # A dash is flat in any size: only then is the size itself asked for.
        if found[3] - found[1] <= TINY_POINTS and not why and _is_tiny(handle, outer):
            why = "tiny"
        if found[2] - found[0] < _NO_EXTENT:
            font = pdf_calls.font_of(handle)
            count.lost += bool(font) and pdf_calls.font_embedded(font) == 0
        if why or found[0] < left or found[1] < bottom or found[2] > right or found[3] > top:
            count.odd = True
        written.append((count.left, found, handle, why))


def _shape(kind: int, handle: int, bounds: list[float], count: _Count) -> None:
    if kind == _IMAGE:
        page = count.page
        width = min(bounds[2], page[2]) - max(bounds[0], page[0])
        height = min(bounds[3], page[3]) - max(bounds[1], page[1])
        count.image_area += max(width, 0.0) * max(height, 0.0)
    elif kind != _PATH or _counts_as_rules(handle, bounds, count):
        return
    cover = cover_of(handle, bounds, count.left, kind == _IMAGE)
    if cover is not None:
        count.covers.append(cover)


def _is_tiny(handle: int, outer: Matrix) -> bool:
    by = combined(outer, matrix_of(handle))
    across = (by[2] ** 2 + by[3] ** 2) ** 0.5
    return bool(0 < abs(pdf_calls.font_size(handle)) * across <= TINY_POINTS)


def _counts_as_rules(handle: int, bounds: list[float], count: _Count) -> bool:
    """Whether the path is lines and nothing else; a filled frame counts as lines as well."""
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    if width < _THIN and height >= _SHORTEST:
        count.upright += 1
    elif height < _THIN and width >= _SHORTEST:
        count.flat += 1
    elif width >= _SHORTEST and height >= _SHORTEST:
        filled, stroked = pdf_calls.draw_mode(handle)
        if stroked:
            # A frame, or many lines in one path: at least half of its sides each way.
            sides = max(pdf_calls.segments(handle) // 2, 2)
            count.flat += sides
            count.upright += sides
        return not filled
    return True
