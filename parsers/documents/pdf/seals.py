"""The signatures of a PDF as records, with the pictures that stand for them on its pages.

Residual risk: a picture in a signature's field is whatever the signer chose; it says nothing of
the signature's worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium

from model.document import Box, ReadRequest, Seal, Signature
from parsers.documents.pdf.bounds import Bounds
from parsers.documents.pdf.page import ReadPage
from parsers.documents.pdf.signatures import CHANGED_LATER, read_signatures

_CUT_OUT_DPI = 200.0
_MAX_PICTURES = 50
_LARGEST_SIDE = 2_000.0
"""Points; a larger field is no seal, and its picture would be huge."""


def seals_and_signatures(
    pdf: pdfium.PdfDocument,
    path: Path,
    pages: Sequence[ReadPage],
    request: ReadRequest,
    password: str | None,
) -> tuple[list[Seal], list[Signature], list[str]]:
    """Both in order, and the signers whose signature no longer fits the file."""
    places: dict[str, tuple[int, Box]] = {}
    shown: dict[str, tuple[int, Bounds, Box]] = {}
    for page in pages:
        for name, bounds, picture in page.notes.signed if page.notes else ():
            places.setdefault(name, (page.number, page.box(bounds)))
            if picture:
                shown.setdefault(name, (page.number, bounds, page.box(bounds)))
    signatures = read_signatures(path, password, places)
    seals: list[Seal] = []
    for number, (on_page, bounds, box) in enumerate(shown.values(), 1):
        image = None
        if request.into is not None and number <= _MAX_PICTURES:
            image = _cut_out(pdf, on_page, bounds, request.into / f"seal-pdf-{number:03d}.png")
        signer = next((one.signer for one in signatures if one.box == box), "")
        # The picture is not read here: the name is that of the certificate.
        seals.append(Seal(on_page, box, "electronic", signer, 1.0, 0.0, "", image))
    changed = [
        one.signer or "未知" for one in signatures
        if one.unchanged is False or CHANGED_LATER in one.note
    ]  # fmt: skip
    return seals, signatures, changed


def _cut_out(pdf: pdfium.PdfDocument, number: int, bounds: Bounds, target: Path) -> Path | None:
    """The place of the field, drawn with the page below it; None where it cannot be drawn."""
    from PIL import Image

    with closing(pdf[number - 1]) as page:
        left, bottom, right, top = page.get_bbox()
        crop = (
            max(bounds[0] - left, 0.0), max(bounds[1] - bottom, 0.0),
            max(right - bounds[2], 0.0), max(top - bounds[3], 0.0),
        )  # fmt: skip
        width, height = right - left - crop[0] - crop[2], top - bottom - crop[1] - crop[3]
        if not (1 <= width <= _LARGEST_SIDE and 1 <= height <= _LARGEST_SIDE):
            return None
        try:
            bitmap = page.render(
                scale=_CUT_OUT_DPI / 72, crop=crop, draw_annots=True, may_draw_forms=True
            )
        except (pdfium.PdfiumError, ValueError):
            return None
        with closing(bitmap):
            pixels = bitmap.to_numpy()[:, :, :3]
            Image.fromarray(pixels[:, :, ::-1]).save(target, "PNG")
    return target
