"""Pages of image files: every colour mode, turned as the file says, never beyond the limit."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from parsers.pages import PageUnreadable, open_pages, render_page

LIMIT = 10_000_000
pillow_heif.register_heif_opener()


def marked(width: int = 400, height: int = 600) -> Image.Image:
    """White with a blue mark in the upper left corner."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[: height // 6, : width // 8] = (0, 0, 255)
    return Image.fromarray(pixels)


def corner(picture: np.ndarray) -> str:
    """In which corner of a picture the mark is."""
    height, width = picture.shape[:2]
    for name, (x, y) in {
        "upper left": (9, 9), "upper right": (width - 9, 9),
        "lower right": (width - 9, height - 9), "lower left": (9, height - 9),
    }.items():  # fmt: skip
        blue, green, red = (int(one) for one in picture[y, x])
        if blue > red + 100 and blue > green + 100:
            return name
    return "none"


def rendered(path: Path, media_type: str, dpi: float = 200) -> np.ndarray:
    with open_pages(path, media_type) as pages:
        return pages.render(1, dpi, LIMIT)


@pytest.mark.parametrize(
    ("orientation", "where", "shape"),
    [
        (1, "upper left", (600, 400)), (2, "upper right", (600, 400)),
        (3, "lower right", (600, 400)), (4, "lower left", (600, 400)),
        (5, "upper left", (400, 600)), (6, "upper right", (400, 600)),
        (7, "lower right", (400, 600)), (8, "lower left", (400, 600)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["jpg", "png", "tif"])
def test_turned_as_the_file_says(
    orientation: int, where: str, shape: tuple[int, int], ending: str, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / f"拍照.{ending}"
    marked().save(path, exif=exif)
    media_type = {"jpg": "image/jpeg", "png": "image/png", "tif": "image/tiff"}[ending]
    with open_pages(path, media_type) as pages:
        picture = pages.render(1, 200, LIMIT)
        assert pages.size(1) == (float(shape[1]), float(shape[0]))
    assert picture.shape == (*shape, 3)
    assert corner(picture) == where


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "YCbCr", "RGBA", "LA", "I;16", "F"])
def test_every_colour_mode_is_dark_ink_on_white(mode: str, tmp_path: Path) -> None:
    grey = np.full((600, 400), 255, np.uint8)
    grey[:100, :100] = 0
    picture = Image.fromarray(grey)
    ending, media_type = "tif", "image/tiff"
    if mode == "I;16":
        picture = Image.fromarray(grey.astype(np.uint16) * 257)
    elif mode == "F":
        picture = Image.fromarray(grey.astype(np.float32) / 255)
    elif mode in ("RGBA", "LA"):
        # Ink where it is opaque, and black beneath what is transparent.
        picture = Image.merge("LA", (Image.new("L", (400, 600), 0), Image.fromarray(255 - grey)))
        picture = picture.convert(mode)
        ending, media_type = "png", "image/png"
    elif mode == "YCbCr":
        picture = picture.convert("RGB").convert(mode)
    else:
        picture = picture.convert("RGB").convert(mode)
    path = tmp_path / f"a.{ending}"
    picture.save(path)
    made = rendered(path, media_type)
    assert made.shape == (600, 400, 3)
    assert made[50, 50].max() < 30
    assert made[300, 300].min() > 225


@pytest.mark.parametrize(
    ("ending", "media_type"),
    [("webp", "image/webp"), ("bmp", "image/bmp"), ("gif", "image/gif"), ("heic", "image/heic")],
)
def test_kinds_that_offices_send(ending: str, media_type: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    marked().save(path)
    assert corner(rendered(path, media_type)) == "upper left"


def test_many_pages_of_a_tiff_each_with_its_size_but_no_thumbnails(tmp_path: Path) -> None:
    path = tmp_path / "扫描件.tif"
    small = marked(100, 150)
    small.encoderinfo = {"tiffinfo": {254: 1}}
    first = marked(1654, 2339)
    first.save(path, save_all=True, append_images=[small, marked(2339, 1654)], dpi=(200, 200))
    with open_pages(path, "image/tiff") as pages:
        assert pages.count == 2
        assert pages.size(1) == pytest.approx((595.44, 842.04))
        assert pages.size(2) == pytest.approx((842.04, 595.44))
        assert pages.render(2, 100, LIMIT).shape == (827, 1169, 3)
        with pytest.raises(PageUnreadable) as told:
            pages.render(3, 100, LIMIT)
    assert told.value.finding.code == "scan.page_broken"


@pytest.mark.parametrize(
    ("dpi", "size"),
    [
        ((300, 300), (396.96, 561.36)),
        ((204, 98), (583.76, 1718.57)),
        ((72, 72), (595.36, 841.89)),
        ((1, 1), (595.36, 841.89)),
        ((96, 96), (595.36, 841.89)),
    ],
)
def test_resolution_of_the_file_where_it_can_be_believed(
    dpi: tuple[int, int], size: tuple[float, float], tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (1654, 2339), 255).save(path, dpi=dpi)
    with open_pages(path, "image/png") as pages:
        assert pages.size(1) == pytest.approx(size, abs=0.1)


def test_a_render_is_never_larger_than_the_file_nor_than_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    marked(1000, 1400).save(path, dpi=(120, 120))
    with open_pages(path, "image/png") as pages:
        assert pages.render(1, 300, LIMIT).shape == (1400, 1000, 3)
        assert pages.render(1, 60, LIMIT).shape == (700, 500, 3)


def test_sixty_thousand_by_sixty_thousand_is_refused_by_its_header(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(1_000)))
        + chunk(b"IEND", b"")
    )
    with open_pages(path, "image/png") as pages, pytest.raises(PageUnreadable) as told:
        pages.render(1, 200, 120_000_000)
    finding = told.value.finding
    assert (finding.code, dict(finding.params)) == (
        "scan.too_large", {"pages": "1", "size": "60000×60000"},
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_what_breaks_off_is_read_as_far_as_it_goes(ending: str, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    noise = np.asarray(marked(), np.int16) - chance.integers(0, 60, (600, 400, 3))
    path = tmp_path / f"a.{ending}"
    Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    media_type = {"jpg": "image/jpeg", "png": "image/png"}[ending]
    with open_pages(path, media_type) as pages:
        picture = pages.render(1, 200, LIMIT)
        codes = [finding.code for finding in pages.findings]
    assert codes == ["scan.truncated"]
    assert corner(picture) == "upper left"
    assert picture[200, 200].min() > 150


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe0" + b"junk" * 20, b"II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"]
)
def test_what_is_no_image_says_so(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(PageUnreadable) as told:
        open_pages(path, "image/jpeg")
    assert told.value.finding.code == "document.broken"


def test_a_page_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    marked().save(path)
    into = tmp_path / "out"
    into.mkdir()
    made = render_page(path, "image/png", 1, 100, into)
    assert list(into.iterdir()) == [made]
    with Image.open(made) as picture:
        assert picture.format == "PNG"
        assert picture.getpixel((9, 9)) == (0, 0, 255)
    with pytest.raises(PageUnreadable):
        open_pages(path, "text/plain")
