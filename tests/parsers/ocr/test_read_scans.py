"""Files whose pages are pictures: what is asked of which page, and what is said of bad ones."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from model.document import ScanRequest
from parsers.ocr import read_scans
from tests.builders.scans import scan_page

TIFF = "image/tiff"


def saved(tmp_path: Path, *pages: np.ndarray) -> Path:
    path = tmp_path / "扫描件.tif"
    first, *others = [Image.fromarray(np.ascontiguousarray(page[:, :, ::-1])) for page in pages]
    first.save(path, save_all=True, append_images=others, dpi=(200, 200))
    return path


def blank() -> np.ndarray:
    """A sheet with a scanner's tint, grain, a shadow at its edge and two punched holes."""
    chance = np.random.default_rng(1)
    page = 244 + chance.normal(0, 3, (2339, 1654, 3))
    page[:, :12] = 120
    sheet = page.clip(0, 255).astype(np.uint8)
    for y in (900, 1400):
        cv2.circle(sheet, (22, y), 18, (60, 60, 60), -1)
    return sheet


def test_pages_asked_for_with_their_seals_and_a_report(tmp_path: Path) -> None:
    sealed, truth = scan_page("pledge", 8, seal=True)
    path = saved(tmp_path, sealed, blank(), sealed)
    report, into = tmp_path / "report", tmp_path / "seals"
    into.mkdir()
    request = ScanRequest(text=(2, 1, 9), seals=(1,), into=into)
    read = read_scans(path, TIFF, request, report)
    assert [page.number for page in read] == [1, 2]
    first, second = read
    assert (first.width, first.height) == pytest.approx((595.44, 842.04))
    assert first.text.startswith("承诺书\n")
    assert truth.text.split("\n")[-1] in first.text
    assert first.colour
    assert first.findings == ()
    for block in first.blocks:
        assert block.page == 1
        assert block.box is not None
        assert 0 <= block.box[0] < block.box[2] <= 595.44
        assert 0 <= block.box[1] < block.box[3] <= 842.04
    (seal,) = first.seals
    assert (seal.page, seal.kind, seal.ink, seal.over_edge) == (1, "round", "red", False)
    assert seal.image is not None
    assert list(into.iterdir()) == [seal.image]
    with Image.open(seal.image) as cut:
        assert min(cut.size) > 280
    assert (second.blocks, second.seals, second.text) == ((), (), "")
    assert [finding.code for finding in second.findings] == ["scan.blank"]
    told = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    assert told == [{"page": 1, "done": 1, "of": 2}, {"page": 2, "done": 2, "of": 2}]


def test_pages_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    page, _ = scan_page("pledge", 9, medium="plain")
    blurred = cv2.GaussianBlur(page[300:1300], (0, 0), 9)
    drawing = np.full((1000, 1654, 3), 250, np.uint8)
    cv2.circle(drawing, (800, 500), 300, (30, 30, 30), 4)
    read = read_scans(saved(tmp_path, blurred, drawing), TIFF, ScanRequest(text=(1, 2)))
    codes = [[finding.code for finding in page.findings] for page in read]
    assert codes == [["scan.blurred"], ["scan.no_text"]]
    assert "模糊" in read[0].findings[0].text


def test_a_file_that_cannot_be_opened_says_so_on_every_page(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0" + b"junk" * 20)
    read = read_scans(path, "image/jpeg", ScanRequest(text=(1, 2)))
    assert [(page.number, page.findings[0].code) for page in read] == [
        (1, "document.broken"), (2, "document.broken"),
    ]  # fmt: skip


def test_a_page_beyond_the_limit_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path, blank())
    (page,) = read_scans(path, TIFF, ScanRequest(text=(1,), pixels=1_000_000))
    assert [finding.code for finding in page.findings] == ["scan.too_large"]
    assert page.findings[0].params["size"] == "1654×2339"
