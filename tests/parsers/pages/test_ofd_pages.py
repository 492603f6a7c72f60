"""Pages of an OFD as pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from console.demo.papers import jpeg, scan_picture
from parsers.documents.signing import sm2
from parsers.pages import open_pages
from parsers.pages.ofd import OfdPages
from parsers.pages.source import PageUnreadable
from tests.builders.ofd_writer import Ofd, fill, image, line, rectangle, sealed_ofd, text
from tests.builders.papers import package


def opened(ofd: Ofd | bytes, folder: Path) -> OfdPages:
    path = folder / "member"
    path.write_bytes(ofd if isinstance(ofd, bytes) else ofd.bytes())
    return OfdPages(path)


def test_size_and_shapes(tmp_path: Path) -> None:
    body = rectangle(50, 50, 40, 20, "200 10 20") + line(20, 150, 180, 150)
    path = tmp_path / "member"
    path.write_bytes(Ofd([body, ""], size=(210, 297)).bytes())
    with open_pages(path, "application/ofd") as pages:
        assert pages.count == 2
        assert pages.size(1) == pytest.approx((595.28, 841.89), abs=0.1)
        picture = pages.render(1, 100, 10**8)
        small = pages.render(2, 1000, 10_000)
    assert picture.shape == (1169, 826, 3)
    assert picture.dtype == np.uint8
    scale = 826 / 210
    assert picture[round(60 * scale), round(70 * scale)].tolist() == [20, 10, 200]
    assert picture[round(150 * scale) - 1 : round(150 * scale) + 2, round(90 * scale)].min() < 60
    assert picture[round(250 * scale), round(70 * scale)].tolist() == [255, 255, 255]
    assert small.shape[0] * small.shape[1] <= 10_000
    assert small.min() == 255


def test_text_is_drawn_where_it_stands(tmp_path: Path) -> None:
    body = text(30, 40, "质量标杆", size=10) + text(30, 100, "看不见", inner=fill("0 0 0", alpha=0))
    with opened(Ofd([body]), tmp_path) as pages:
        picture = pages.render(1, 72, 10**8)
        lacking = bool(pages.findings)
    mm = 72 / 25.4
    dark = np.asarray((picture < 128).all(axis=2))
    if not lacking:  # the machine has a Chinese font
        inked = dark[round(41 * mm) : round(52 * mm), round(30 * mm) : round(70 * mm)]
        assert inked.mean() > 0.05
    assert not dark[round(60 * mm) :].any()
    assert not dark[: round(38 * mm)].any()


def test_images_fill_their_place(tmp_path: Path) -> None:
    scan = scan_picture(210, 297)
    ofd = Ofd([image(0, 0, 210, 297, 80)], images={80: ("a.jpg", jpeg(scan, 95))})
    with opened(ofd, tmp_path) as pages:
        picture = pages.render(1, 25.4, 10**8)
    expected = np.asarray(scan)[:, :, ::-1]
    assert picture.shape == expected.shape
    assert np.abs(picture.astype(int) - expected).mean() < 12


@pytest.mark.skipif(not sm2.has_sm3(), reason="this OpenSSL has no SM3")
@pytest.mark.parametrize("kind", ["png", "ofd"])
def test_stamps_are_drawn_over_the_page(kind: str, tmp_path: Path) -> None:
    drawing = Ofd([rectangle(11, 11, 20, 20, "220 20 30")], size=(42, 42)).bytes()
    picture = drawing if kind == "ofd" else None
    data = sealed_ofd(Ofd([rectangle(140, 220, 42, 42, "0 200 0")]), picture=picture, kind=kind)
    with opened(data, tmp_path) as pages:
        drawn = pages.render(1, 72, 10**8)
    mm = 72 / 25.4
    blue, green, red = drawn[round(241 * mm), round(161 * mm)].tolist()
    assert red > 150 > max(blue, green)
    # What the stamp leaves free shows the page.
    assert drawn[round(222 * mm), round(142 * mm)].tolist() == [0, 200, 0]


def test_what_cannot_be_drawn_is_told(tmp_path: Path) -> None:
    ofd = Ofd([image(0, 0, 50, 50, 80)], images={80: ("a.jb2", b"\x97JB2 no picture")})
    with opened(ofd, tmp_path) as pages:
        assert pages.render(1, 50, 10**6).min() == 255
        assert [(f.code, dict(f.params)) for f in pages.findings] == [
            ("ofd.not_all_drawn", {"pages": "1"})
        ]


def test_pages_that_are_none(tmp_path: Path) -> None:
    parts = Ofd(["", ""]).parts()
    parts["Doc_0/Pages/Page_2/Content.xml"] = "<broken"
    with opened(package(parts), tmp_path) as pages:
        pages.render(1, 20, 10**6)
        for number in (0, 2, 3):
            with pytest.raises(PageUnreadable):
                pages.render(number, 20, 10**6)
    with pytest.raises(PageUnreadable):
        opened(b"PK no", tmp_path)


def test_hostile_sizes(tmp_path: Path) -> None:
    body = text(20, 20, "字", size=9e5) + line(-9e5, 5, 9e5, 5) + rectangle(0, 0, 9e5, 9e5, "9 9 9")
    body += image(-9e5, -9e5, 9.9e5, 9.9e5, 80)
    ofd = Ofd([body], images={80: ("a.jpg", jpeg(scan_picture(20, 30)))})
    with opened(ofd, tmp_path) as pages:
        assert pages.render(1, 50, 10**6).shape == (584, 413, 3)
