"""Pages of PDFs: sizes, turned pages, the limit, fields and annotations, passwords."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from console.demo.papers import pdf_file, stream
from parsers.pages import PageUnreadable, open_pages
from parsers.pages.picture import picture_dpi
from tests.builders.papers import locked_pdf

PDF = "application/pdf"
LIMIT = 10_000_000


def saved(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "申报材料.pdf"
    path.write_bytes(data)
    return path


def drawn(size: tuple[float, float] = (595, 842), **options: object) -> Canvas:
    canvas = Canvas(io.BytesIO(), pagesize=size, **options)
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(0, size[1] - 100, 100, 100, stroke=0, fill=1)
    return canvas


def finished(canvas: Canvas) -> bytes:
    canvas.save()
    return canvas._filename.getvalue()


def turned_pdf() -> bytes:
    """A page lying on its side, a red square in its corner, a blue annotation in its middle."""
    return pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Rotate 90 /Contents 4 0 R "
            b"/Annots [5 0 R] >>",
            stream(b"1 0 0 rg 0 495 100 100 re f"),
            b"<< /Type /Annot /Subtype /Square /F 4 /Rect [400 250 500 350] /AP << /N 6 0 R >> >>",
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 100 100] /Length 27 >>\n"
            b"stream\n0 0 1 rg 0 0 100 100 re f \nendstream",
        ]
    )


def test_pages_are_shown_as_the_file_turns_them_with_their_annotations(tmp_path: Path) -> None:
    with open_pages(saved(tmp_path, turned_pdf()), PDF) as pages:
        assert pages.count == 1
        assert pages.size(1) == pytest.approx((595, 842))
        picture = pages.render(1, 144, LIMIT)
        assert picture.shape == (1684, 1190, 3)
        assert picture.dtype == np.uint8
        assert tuple(picture[100, 1090]) == (0, 0, 255)
        assert tuple(picture[900, 590]) == (255, 0, 0)
        assert tuple(picture[100, 100]) == (255, 255, 255)
        with pytest.raises(PageUnreadable):
            pages.render(2, 144, LIMIT)


def test_the_limit_of_pixels_lowers_the_resolution(tmp_path: Path) -> None:
    path = saved(tmp_path, finished(drawn((14_000, 14_000))))
    with open_pages(path, PDF) as pages:
        picture = pages.render(1, 200, 1_000_000)
        assert 900_000 < picture.shape[0] * picture.shape[1] <= 1_010_000
        assert picture_dpi(picture, pages.size(1)) == pytest.approx(5.14, abs=0.02)


def test_fields_of_a_form_are_drawn(tmp_path: Path) -> None:
    canvas = drawn()
    canvas.acroForm.textfield(
        value="MMMMMMMM", x=200, y=400, width=200, height=40, fontSize=30, borderWidth=0
    )
    with open_pages(saved(tmp_path, finished(canvas)), PDF) as pages:
        picture = pages.render(1, 72, LIMIT)
    assert (picture[402:442, 200:400].min(axis=2) < 100).sum() > 500


def test_a_password_that_is_known(tmp_path: Path) -> None:
    closed = finished(drawn(encrypt=pdfencrypt.StandardEncryption("2021zlbg")))
    path = saved(tmp_path, closed)
    with open_pages(path, PDF, ("wrong", "2021zlbg")) as pages:
        assert tuple(pages.render(1, 72, LIMIT)[50, 50]) == (0, 0, 255)
    for data in (closed, locked_pdf()):
        with pytest.raises(PageUnreadable) as told:
            open_pages(saved(tmp_path, data), PDF, ("wrong",))
        assert told.value.finding.code == "document.encrypted"


def test_what_is_no_pdf(tmp_path: Path) -> None:
    with pytest.raises(PageUnreadable) as told:
        open_pages(saved(tmp_path, b"%PDF-1.4\nnothing"), PDF)
    assert told.value.finding.code == "document.broken"
