"""PDFs made to cost a reader its memory or its time: the child holds, and the next file is read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.demo.papers import pdf_file, pdf_of, pdf_text, stream, text_at
from model.document import Document, ReadLimits
from model.errors import ReaderFailed
from parsers.isolation import Readers
from tests.builders.odd_pdfs import OddPdf

LIMITS = ReadLimits(wall_seconds=40.0, pages=200, characters=100_000, embedded_bytes=1 << 20)


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(count=1, memory_bytes=700 << 20) as pool:
        yield pool


def nested_forms(depth: int, wide: int) -> bytes:
    """Each form draws the next one many times: 2 KB that unfold to wide ** depth pieces of text."""
    pdf = OddPdf()
    inner = b"/Font << /F1 3 0 R >>"
    number = pdf.add(
        stream(text_at(1, 1, "甲"), f"/Type /XObject /Subtype /Form /BBox [0 0 600 900] "
               f"/Resources << {inner.decode()} >>")
    )  # fmt: skip
    for _ in range(depth):
        entries = (
            "/Type /XObject /Subtype /Form /BBox [0 0 600 900] "
            f"/Resources << /XObject << /X {number} 0 R >> >>"
        )
        number = pdf.add(stream(b"/X Do " * wide, entries))
    pdf.page(b"/X Do", xobjects={"X": number})
    return pdf.bytes()


def packed_text(megabytes: int) -> bytes:
    """One page whose stream unfolds to so much text."""
    one = text_at(20, 400, "甲乙丙丁戊己庚辛壬癸" * 10, size=2)
    packer = zlib.compressobj(9)
    packed = b"".join(
        packer.compress(one * 1000) for _ in range((megabytes << 20) // len(one) // 1000)
    )
    packed += packer.flush()
    pdf = OddPdf()
    pdf.page(b"BT ET")
    return pdf.bytes().replace(stream(b"BT ET"), stream(packed, "/Filter /FlateDecode"))


def packed_attachment() -> bytes:
    """A file within of 60 MB that takes 60 KB."""
    pdf = OddPdf()
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(60)) + packer.flush()
    held = pdf.add(stream(packed, "/Type /EmbeddedFile /Filter /FlateDecode"))
    listed = pdf.add(b"<< /Type /Filespec /F (zeros.bin) /EF << /F %d 0 R >> >>" % held)
    pdf.catalogue(b"/Names << /EmbeddedFiles << /Names [(a) %d 0 R] >> >>" % listed)
    pdf.page(text_at(60, 700, "正文"))
    return pdf.bytes()


def shared_pages() -> bytes:
    kids = b" ".join([b"3 0 R"] * 200_000)
    return pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [%b] /Count 200000 >>" % kids,
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1000000 1000000] >>",
        ]
    )


def page_tree_that_holds_itself() -> bytes:
    return pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000000 >>",
        ]
    )


BOMBS = {
    "nested forms": nested_forms(8, 30),
    "much text": packed_text(25),
    "200,000 pages that are one": shared_pages(),
    "a page tree that holds itself": page_tree_that_holds_itself(),
    "a file within": packed_attachment(),
    "a page without end": pdf_of([text_at(60, 700, "正文")], (1e9, 1e9)),
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_a_bomb_costs_no_other_file(name: str, readers: Readers, tmp_path: Path) -> None:
    bomb, plain = tmp_path / "bomb", tmp_path / "plain"
    bomb.write_bytes(BOMBS[name])
    plain.write_bytes(pdf_text([["质量标杆申报材料"]]))
    told: Document | ReaderFailed
    try:
        # What unfolds without end is not waited for.
        wall = 5.0 if name in ("nested forms", "much text") else LIMITS.wall_seconds
        told = readers.read_document(bomb, replace(LIMITS, wall_seconds=wall))
    except ReaderFailed as error:
        told = error
    if isinstance(told, Document):
        # Read after all, within the limits, and whatever was left out is said.
        assert sum(len(page.text) for page in told.pages) <= LIMITS.characters
        assert len(told.pages) <= LIMITS.pages
        assert all(finding.text for finding in told.findings)
    else:
        assert told.reason in ("memory", "timeout", "crash")
    assert readers.read_document(plain, ReadLimits()).text == "质量标杆申报材料"


def test_a_file_within_beyond_the_limit_is_named(tmp_path: Path) -> None:
    path = tmp_path / "member"
    path.write_bytes(BOMBS["a file within"])
    with Readers(count=1) as roomy:
        document = roomy.read_document(path, ReadLimits(embedded_bytes=1 << 20))
    assert document.embedded == ()
    told = {finding.code: dict(finding.params) for finding in document.findings}
    assert told["document.limit_embedded"] == {"count": "1", "name": "zeros.bin"}
    assert document.text == "正文"
