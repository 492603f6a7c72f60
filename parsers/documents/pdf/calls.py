"""The calls of pdfium that are made for every object of a page, with as little between as possible.

Handles are plain addresses here, and results come back in buffers that are used again: half the
time of the generated bindings, which is what a page with a thousand objects spends. The buffers
make this module unfit for threads. Source: pdfium `fpdf_edit.h`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium_c

_ADDRESS, _INT = ctypes.c_void_p, ctypes.c_int


Get = Callable[[int, int], int]


def _call(function: object, result: Any, *arguments: Any) -> Callable[..., int]:
    place = ctypes.cast(function, _ADDRESS).value  # type: ignore[arg-type]
    # PYFUNCTYPE: these calls take a microsecond, and no other thread waits for us.
    return ctypes.PYFUNCTYPE(result, *arguments)(place)  # type: ignore[arg-type]


get_object = _call(pdfium_c.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _INT)
form_object = _call(pdfium_c.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong)
form_count = _call(pdfium_c.FPDFFormObj_CountObjects, _INT, _ADDRESS)
object_type = _call(pdfium_c.FPDFPageObj_GetType, _INT, _ADDRESS)
render_mode = _call(pdfium_c.FPDFTextObj_GetTextRenderMode, _INT, _ADDRESS)
segments = _call(pdfium_c.FPDFPath_CountSegments, _INT, _ADDRESS)
_segment = _call(pdfium_c.FPDFPath_GetPathSegment, _ADDRESS, _ADDRESS, _INT)
_segment_type = _call(pdfium_c.FPDFPathSegment_GetType, _INT, _ADDRESS)
_segment_point = _call(pdfium_c.FPDFPathSegment_GetPoint, _INT, *[_ADDRESS] * 3)
_segment_closes = _call(pdfium_c.FPDFPathSegment_GetClose, _INT, _ADDRESS)
is_transparent = _call(pdfium_c.FPDFPageObj_HasTransparency, _INT, _ADDRESS)
font_of = _call(pdfium_c.FPDFTextObj_GetFont, _ADDRESS, _ADDRESS)
font_embedded = _call(pdfium_c.FPDFFont_GetIsEmbedded, _INT, _ADDRESS)
_bounds = _call(pdfium_c.FPDFPageObj_GetBounds, _INT, *[_ADDRESS] * 5)
_fill_colour = _call(pdfium_c.FPDFPageObj_GetFillColor, _INT, *[_ADDRESS] * 5)
_draw_mode = _call(pdfium_c.FPDFPath_GetDrawMode, _INT, *[_ADDRESS] * 3)
_font_size = _call(pdfium_c.FPDFTextObj_GetFontSize, _INT, *[_ADDRESS] * 2)
_matrix = _call(pdfium_c.FPDFPageObj_GetMatrix, _INT, *[_ADDRESS] * 2)

_floats = (ctypes.c_float * 6)()
_words = (ctypes.c_uint * 4)()
_AT_FLOAT = ctypes.addressof(_floats)
_FLOATS = tuple(_AT_FLOAT + 4 * place for place in range(4))
_AT_WORD = ctypes.addressof(_words)
_WORDS = tuple(_AT_WORD + 4 * place for place in range(4))


def address(handle: object) -> int:
    """The address behind a handle of the generated bindings."""
    return ctypes.cast(handle, _ADDRESS).value or 0  # type: ignore[arg-type]


def bounds(handle: int) -> list[float] | None:
    """left, bottom, right, top."""
    return _floats[:4] if _bounds(handle, *_FLOATS) else None


def fill_colour(handle: int) -> list[int] | None:
    """Red, green, blue, alpha, each 0 to 255; None for a pattern."""
    return _words[:] if _fill_colour(handle, *_WORDS) else None


def draw_mode(handle: int) -> tuple[bool, bool]:
    """Whether a path is filled, and whether it is stroked."""
    _words[0] = _words[1] = 0
    _draw_mode(handle, _WORDS[0], _WORDS[1])
    return bool(_words[0]), bool(_words[1])


def font_size(handle: int) -> float:
    """Of a text object, before its matrix; 0 where it is not known."""
    return _floats[0] if _font_size(handle, _AT_FLOAT) else 0.0


def matrix(handle: int) -> list[float] | None:
    """a, b, c, d, e, f."""
    return _floats[:] if _matrix(handle, _AT_FLOAT) else None


def segment(handle: int, index: int) -> tuple[int, float, float, bool]:
    """Of a path: kind, x and y before the path's matrix, and whether it closes its part."""
    place = _segment(handle, index)
    if not place or not _segment_point(place, *_FLOATS[:2]):
        return pdfium_c.FPDF_SEGMENT_UNKNOWN, 0.0, 0.0, False
    x, y, *_rest = _floats
    return _segment_type(place), x, y, bool(_segment_closes(place))
