"""A page as it is shown: turned as it is read, points from its upper left corner, y downwards.

Source: ISO 32000-2, 7.7.3.3 (Rotate).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from model.document import Box
from parsers.documents.pdf.bounds import Bounds, Matrix, moved


@dataclass(frozen=True, slots=True)
class View:
    """to: from the page's own points to what is shown; back: the other way."""

    to: Matrix
    back: Matrix

    def shown(self, bounds: Sequence[float]) -> Box:
        """Where the bounds are shown."""
        x0, y0, x1, y1 = moved(bounds, self.to)
        return x0, y0, x1, y1

    def bounds(self, box: Box) -> Bounds:
        """What is shown there."""
        x0, y0, x1, y1 = moved(box, self.back)
        return x0, y0, x1, y1


def view_of(page: pdfium.PdfPage) -> View:
    """The view of an open page."""
    left, bottom, right, top = page.get_bbox()
    turned = page.get_rotation()
    if turned == 90:
        return View((0.0, 1.0, 1.0, 0.0, -bottom, -left), (0.0, 1.0, 1.0, 0.0, left, bottom))
    if turned == 180:
        return View((-1.0, 0.0, 0.0, 1.0, right, -bottom), (-1.0, 0.0, 0.0, 1.0, right, bottom))
    if turned == 270:
        return View((0.0, -1.0, -1.0, 0.0, top, right), (0.0, -1.0, -1.0, 0.0, right, top))
    return View((1.0, 0.0, 0.0, -1.0, -left, top), (1.0, 0.0, 0.0, -1.0, left, top))
