"""A form as it comes off a scanner, sealed: read by OCR, then field by field."""

from __future__ import annotations

from pathlib import Path

from model.document import Document, Page, ScanRequest
from model.full_name import normal_name
from parsers.fields import read_fields
from parsers.ocr import read_scans
from programmes import find_programme
from tests.builders.forms import YEARS, as_scan, form


def test_the_fields_of_a_sealed_scan(tmp_path: Path) -> None:
    values, rows = form("pairs", 2)
    path = tmp_path / "推荐表.pdf"
    path.write_bytes(as_scan(rows))
    (page,) = read_scans(path, "application/pdf", ScanRequest(text=(1,)))
    document = Document(
        "application/pdf", blocks=page.blocks, pages=(Page(1, page.text, source="ocr"),)
    )
    found = {one.name: one for one in read_fields(document, find_programme("national-2021").fields)}
    right = [
        name
        for name, value in values.items()
        # Of commas OCR gives the narrow one as well as the wide one.
        if name in found and normal_name(found[name].value) == normal_name(value)
    ]
    assert len(right) >= len(values) - 1
    assert all("ocr" in one.method and one.page == 1 for one in found.values())
    assert {found[f"revenue_{year}"].unit for year in YEARS} == {"元"}
