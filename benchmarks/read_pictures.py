"""Scans and photographs of the reading benchmark: drawn pages, stamped, then scanned."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import cv2
import numpy as np
from PIL import Image

from benchmarks.read_case import Case, Stamp, Workshop
from tests.builders import forms, scanner, scans, seal_cases, seals

DPI = 200
_A4_INCHES = 210 / 25.4
_TIME = datetime(2021, 6, 1, 9, tzinfo=UTC).timetuple()


def scan_case(
    shop: Workshop,
    name: str,
    rows: Sequence[forms.Row],
    form: tuple[tuple[str, str], ...],
    seed: int,
    *,
    photo: bool,
) -> Case:
    """The rows on A4 pages at 200 dpi with a seal over the text of the last one.

    Every fourth seal is faint, every fifth oval. photo: in perspective, badly lit, one page as a
    .jpg; else a scan of all pages as a PDF, a little askew.
    """
    sheets = [
        np.ascontiguousarray(np.asarray(picture)[..., ::-1])
        for picture in forms.as_pictures(rows, dpi=DPI, seal=False)
    ]
    stamp = _stamped(sheets[-1], len(sheets), seed, photo=photo)
    take = scanner.photographed if photo else scanner.scanned
    taken = [take(sheet, seed) for sheet in sheets]
    if photo and len(taken) == 1:
        path = shop.keep(f"photo/{name}.jpg", _jpeg(taken[0]))
    else:
        path = shop.keep(f"{'photo' if photo else 'scan'}/{name}.pdf", _pdf(taken))
    return Case(path, row_text(rows), form=form, picture=True, stamps=(stamp,))


def drawn_case(shop: Workshop, kind: scans.Kind, seed: int, *, turned: int = 0) -> Case:
    """A page of another kind than rows can make: columns, statistics, a page lying wrong."""
    sheet, truth = scans.scan_page(kind, seed, seal=not turned, turned=turned)
    path = shop.keep(f"scan/{kind}-{seed}-{turned}.pdf", _pdf([sheet]))
    stamps = (Stamp(1, None, "round"),) if truth.sealed else ()
    return Case(path, truth.text, picture=True, stamps=stamps)


def seal_case(shop: Workshop, kind: str, seed: int) -> Case:
    """A page with seals of a class of seal_cases.CLASSES, or with what only looks like one."""
    page = seal_cases.seal_page(kind, seed) if kind != "none" else seal_cases.distractor_page(seed)
    # A camera tells no resolution: the picture is taken to be as wide as A4.
    dpi = page.dpi or page.picture.shape[1] / _A4_INCHES
    path = shop.keep(f"seals/{kind}-{seed}.pdf", _pdf([page.picture], dpi))
    stamps = []
    for truth, box in zip(page.truths, page.boxes, strict=True):
        x0, y0, x1, y1 = (value * 72 / dpi for value in box)
        stamps.append(Stamp(1, (x0, y0, x1, y1), truth.kind, kind == "faint"))
    return Case(path, "", picture=True, seals_only=True, stamps=tuple(stamps))


def row_text(rows: Sequence[forms.Row]) -> str:
    """What stands in the rows, line by line and cell by cell."""
    return "\n".join(
        row if isinstance(row, str) else "\n".join(cell.text for cell in row) for row in rows
    )


def _stamped(sheet: seals.Picture, page: int, seed: int, *, photo: bool) -> Stamp:
    kind: seals.Kind = "oval" if seed % 5 == 4 else "round"
    faint = seed % 5 == 3
    truth = seals.draw_seal(
        sheet, centre=(sheet.shape[1] * 0.6, sheet.shape[0] * (0.35 + 0.08 * (seed % 5))),
        diameter=seals.pixels(40, DPI), kind=kind, strength=0.35 if faint else 0.85, seed=seed,
        angle=float(seed * 37 % 41 - 20),
    )  # fmt: skip
    x0, y0, x1, y1 = (value * 72 / DPI for value in truth.box)
    # The camera moves it: of a photograph only the page is known.
    return Stamp(page, None if photo else (x0, y0, x1, y1), kind, faint)


def _jpeg(sheet: seals.Picture) -> bytes:
    done, data = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, 85])
    assert done
    return data.tobytes()


def _pdf(sheets: Sequence[seals.Picture], dpi: float = DPI) -> bytes:
    first, *rest = (Image.fromarray(np.ascontiguousarray(sheet[..., ::-1])) for sheet in sheets)
    target = io.BytesIO()
    first.save(
        target, "PDF", resolution=dpi, save_all=True, append_images=rest, quality=85,
        creationDate=_TIME, modDate=_TIME,
    )  # fmt: skip
    return target.getvalue()
