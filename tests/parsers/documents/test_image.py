"""Image files as documents: pages still to be read, and what the file says of itself."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.document import ReadLimits
from parsers.documents.read import read_document


def saved(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "推荐表.doc"
    path.write_bytes(data)
    return path


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    chance = np.random.default_rng(seed)
    return Image.fromarray(chance.integers(0, 255, (height, width, 3)).astype(np.uint8))


def test_a_photograph(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[271], exif[272], exif[274] = "HUAWEI\x00", "P60 Pro", 6
    exif.get_ifd(0x8769)[36867] = "2021:06:10 09:30:00"
    document = read_document(saved(tmp_path, encoded(noise(800, 600), "JPEG", exif=exif)))
    assert (document.media_type, document.readable) == ("image/jpeg", True)
    assert document.scanned == (1,)
    assert [(page.number, page.text) for page in document.pages] == [(1, "")]
    # On its side as stored: as shown it is upright, the longer side taken for A4's.
    assert (document.pages[0].width, document.pages[0].height) == (600.0, 800.0)
    assert document.properties == {
        "pixels": "600×800", "camera": "HUAWEI P60 Pro", "taken": "2021:06:10 09:30:00",
    }  # fmt: skip
    assert document.findings == ()


def test_a_scan_of_many_pages_up_to_the_limit(tmp_path: Path) -> None:
    sheet = Image.new("1", (1654, 2339), 1)
    data = encoded(sheet, "TIFF", save_all=True, append_images=[sheet] * 3,
                   dpi=(200, 200), compression="group4")  # fmt: skip
    document = read_document(saved(tmp_path, data))
    assert document.scanned == (1, 2, 3, 4)
    assert document.properties["dpi"] == "200×200"
    assert document.pages[3].height == pytest.approx(842.04)
    document = read_document(saved(tmp_path, data), ReadLimits(pages=3))
    assert document.scanned == (1, 2, 3)
    assert [finding.code for finding in document.findings] == ["document.limit_pages"]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (encoded(noise(400, 300), "JPEG")[:9000], ["scan.truncated"]),
        (encoded(noise(400, 300), "PNG")[:9000], ["scan.truncated"]),
        (encoded(noise(40, 30), "GIF", save_all=True, append_images=[noise(40, 30, 2)]),
         ["scan.animation"]),
        (encoded(noise(2000, 1500), "PNG"), ["scan.too_large"]),
        (b"\xff\xd8\xff\xe0" + b"junk" * 20, ["document.broken"]),
    ],
    ids=["jpeg cut", "png cut", "animation", "too large", "broken"],
)  # fmt: skip
def test_what_is_wrong_with_it_is_told(data: bytes, codes: list[str], tmp_path: Path) -> None:
    document = read_document(saved(tmp_path, data), ReadLimits(image_pixels=2_900_000))
    assert [finding.code for finding in document.findings] == codes
    assert document.readable == (codes != ["document.broken"])
    assert all(finding.text for finding in document.findings)


def test_reading_an_image_stays_light(tmp_path: Path) -> None:
    """A process that reads text loads neither the engine nor what works on pictures."""
    path = saved(tmp_path, encoded(noise(40, 30), "PNG"))
    script = (
        "import sys; from pathlib import Path; from parsers.documents.read import read_document;"
        f"read_document(Path({str(path)!r}));"
        "print([name for name in ('cv2', 'rapidocr', 'onnxruntime') if name in sys.modules])"
    )
    root = Path(sys.modules["parsers.documents"].__path__[0]).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
