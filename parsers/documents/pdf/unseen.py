"""Why nobody sees a piece of text on a PDF page: white, transparent, tiny, covered, off the page.

Residual risks: only images and filled rectangles cover; a cover's clip is not followed, so that
an image of which only a corner is shown counts as whole. Pictures of which a part is transparent
(a seal over a signature) cover nothing.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import pypdfium2.raw as pdfium_c

from parsers.documents.pdf import calls as pdf_calls
from parsers.documents.pdf.bounds import Bounds
from parsers.documents.unseen import FAINT_ALPHA, is_white, lies_in, lies_off

_MAX_COVERS = 60
_MAX_IMAGES_LOOKED_AT = 8
_MAX_IMAGE_PIXELS = 40_000_000
_SMALLEST_COVER = 4.0
_BOX_SEGMENTS = (4, 5, 6)
_OPAQUE = 250

Written = tuple[int, Sequence[float], int, str]
"""Objects still to be drawn after it, bounds, address, and the flag that its own looks give it."""
Cover = tuple[int, Sequence[float], int, bool, bool]
"""Objects still to be drawn, bounds, address (0 where it hides nothing), whether it is an image,
whether white letters can be read on it."""


def cover_of(handle: int, bounds: Sequence[float], left: int, image: bool) -> Cover | None:
    """What could hide text, or what white text can be read on; None for anything else."""
    if min(bounds[2] - bounds[0], bounds[3] - bounds[1]) < _SMALLEST_COVER:
        return None
    if image:
        return left, bounds, handle, True, True
    dark = _dark(handle)
    if pdf_calls.segments(handle) not in _BOX_SEGMENTS:
        # White letters may well stand on a shape that is no rectangle, but it hides nothing.
        return (left, bounds, 0, False, True) if dark else None
    return left, bounds, handle, False, dark


def flags_of(
    document: object, written: Sequence[Written], covers: list[Cover], page: Bounds
) -> dict[int, str]:
    """The flags of those pieces that nobody sees, by the address of the object.

    document: the handle of the open file, which pdfium needs for drawing images.
    """
    flags: dict[int, str] = {}
    if len(covers) > _MAX_COVERS:
        # The largest decide, where a drawing has thousands.
        covers = sorted(covers, key=lambda one: -_area(one[1]))[:_MAX_COVERS]
    x0, y0, x1, y1 = page
    looked: dict[int, bool] = {}
    for left, bounds, handle, why in written:
        if why == "white" and _on_dark(left, bounds, covers):
            why = ""
        if not why and (bounds[0] < x0 or bounds[1] < y0 or bounds[2] > x1 or bounds[3] > y1):
            why = "off_page" if lies_off(bounds, page) else ""
        if covers and not why and _covered(document, left, bounds, covers, looked):
            why = "covered"
        if why:
            flags[handle] = why
    return flags


def _on_dark(left: int, bounds: Sequence[float], covers: Sequence[Cover]) -> bool:
    """The last thing drawn below decides."""
    below = [one for one in covers if one[0] > left and lies_in(bounds, one[1])]
    return bool(below) and min(below, key=lambda one: one[0])[4]


def _covered(
    document: object,
    left: int,
    bounds: Sequence[float],
    covers: Sequence[Cover],
    looked: dict[int, bool],
) -> bool:
    for at, box, handle, image, _on in covers:
        if at > left or not handle or not lies_in(bounds, box):
            continue
        if at not in looked:
            if image and len(looked) >= _MAX_IMAGES_LOOKED_AT:
                continue
            looked[at] = _is_opaque(document, handle, image)
        if looked[at]:
            return True
    return False


def _is_opaque(document: object, handle: int, image: bool) -> bool:
    if pdf_calls.is_transparent(handle):
        return False
    if image:
        return _image_is_opaque(document, ctypes.cast(handle, pdfium_c.FPDF_PAGEOBJECT))
    colour = pdf_calls.fill_colour(handle)
    return pdf_calls.draw_mode(handle)[0] and colour is not None and colour[3] >= _OPAQUE


def _image_is_opaque(document: object, handle: object) -> bool:
    """Whether no part of it lets through what lies below: pdfium draws it, in its size on paper,
    with an alpha channel where it has a mask."""
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium_c.FPDFImageObj_GetImagePixelSize(handle, width, height):
        return False
    if width.value * height.value > _MAX_IMAGE_PIXELS:
        return True
    bitmap = pdfium_c.FPDFImageObj_GetRenderedBitmap(document, None, handle)
    if not bitmap:
        return False
    try:
        if pdfium_c.FPDFBitmap_GetFormat(bitmap) != pdfium_c.FPDFBitmap_BGRA:
            return True
        rows, across = pdfium_c.FPDFBitmap_GetHeight(bitmap), pdfium_c.FPDFBitmap_GetWidth(bitmap)
        stride = pdfium_c.FPDFBitmap_GetStride(bitmap)
        data = ctypes.string_at(pdfium_c.FPDFBitmap_GetBuffer(bitmap), stride * rows)
        alpha = b"".join(
            data[row * stride + 3 : row * stride + 4 * across : 4] for row in range(rows)
        )
        return sum(alpha) >= _OPAQUE * max(len(alpha), 1)
    finally:
        pdfium_c.FPDFBitmap_Destroy(bitmap)


def _dark(handle: int) -> bool:
    """Whether white letters can be read on it; a pattern is taken for something that serves."""
    if not pdf_calls.draw_mode(handle)[0]:
        return False
    colour = pdf_calls.fill_colour(handle)
    return colour is None or (not is_white(colour[:3]) and colour[3] > FAINT_ALPHA)


def _area(bounds: Sequence[float]) -> float:
    return (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
