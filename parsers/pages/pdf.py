"""Pages of a PDF as pictures, by pdfium.

Residual risks: what pdfium does with hostile bytes (memory, time, crashes) is held by the child
process this runs in. Scripts and XFA forms are not run. Layers are drawn as the file sets them.
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from model.finding import Finding
from parsers.pages.picture import POINTS_PER_INCH, Picture, pixel_size
from parsers.pages.source import PageUnreadable

_LOCKED = {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}


class PdfPages:
    """An open PDF. One page is loaded at a time, and held while its handle is in use."""

    def __init__(self, path: Path, passwords: tuple[str, ...] = ()) -> None:
        """passwords: tried in order where it does not open without one. Raises: PageUnreadable."""
        self.findings: list[Finding] = []
        self._pdf = _open(path, passwords)
        # Fields of a form are drawn only where this comes before the first page is loaded.
        with suppress(pdfium.PdfiumError):
            self._pdf.init_forms()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pdf.close()

    @property
    def count(self) -> int:
        return len(self._pdf)

    def size(self, number: int) -> tuple[float, float]:
        with closing(self._page(number)) as page:
            width, height = page.get_size()
            return float(width), float(height)

    def render(self, number: int, dpi: float, max_pixels: int) -> Picture:
        with closing(self._page(number)) as page:
            size = page.get_size()
            across, down = pixel_size(number, size, dpi, max_pixels)
            scale = min(across / size[0], down / size[1], dpi / POINTS_PER_INCH)
            try:
                bitmap = page.render(scale=scale, draw_annots=True, may_draw_forms=True)
            except (pdfium.PdfiumError, ValueError) as error:
                raise PageUnreadable("scan.page_broken", pages=str(number)) from error
            with closing(bitmap):
                picture: Picture = np.array(bitmap.to_numpy()[:, :, :3], np.uint8, order="C")
            return picture

    def _page(self, number: int) -> pdfium.PdfPage:
        try:
            return self._pdf[number - 1]
        except (pdfium.PdfiumError, IndexError) as error:
            raise PageUnreadable("scan.page_broken", pages=str(number)) from error


def _open(path: Path, passwords: tuple[str, ...]) -> pdfium.PdfDocument:
    locked = False
    for password in (None, *passwords):
        try:
            return pdfium.PdfDocument(path, password=password)
        except pdfium.PdfiumError as error:
            if error.err_code not in _LOCKED:
                raise PageUnreadable("document.broken") from error
            locked = True
    raise PageUnreadable("document.encrypted" if locked else "document.broken")
