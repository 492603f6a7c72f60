"""The one entrance: the table of readers, kinds without a reader, and hostile bytes."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.demo.papers import docx, pdf_text
from model.document import Document, ReadLimits
from model.finding import Effect, Finding, finding_kinds
from parsers.documents.about import about_file
from parsers.documents.markdown import to_markdown
from parsers.documents.read import READERS, read_document
from tests.builders.papers import ole, paragraph, raw_docx, ruled_pdf

DOCX = docx("申报材料", ["一", "二"], [["企业名称", "甲"], ["联系人", "乙"]])
RICH = raw_docx(
    "<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r></w:p>"
    "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/><w:vMerge/></w:tcPr>"
    + paragraph("格", "<w:numPr><w:ilvl w:val='1'/><w:numId w:val='1'/></w:numPr>")
    + "</w:tc></w:tr></w:tbl>"
)
LIMITS = ReadLimits(part_bytes=4 << 20, total_bytes=16 << 20)


@pytest.mark.parametrize(
    ("data", "media_type", "code"),
    [
        (b"", "application/x-empty", "document.empty"),
        (bytes(range(256)), "application/octet-stream", "document.unknown_type"),
        (ole("EncryptedPackage"), "application/x-ooxml-encrypted", "document.encrypted"),
        (ole("WordDocument"), "application/msword", "document.broken"),
    ],
)
def test_kinds_without_a_reader(data: bytes, media_type: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "推荐表.docx"
    path.write_bytes(data)
    document = read_document(path)
    assert (document.media_type, document.readable) == (media_type, False)
    assert [finding.code for finding in document.findings] == [code]


def test_findings_say_which_file_they_are_about() -> None:
    kept = Finding("document.broken", about="另一个")
    document = Document("x/y", findings=(Finding("document.empty"), kept))
    told = about_file(document, "材料/承诺书.pdf")
    assert told.findings == (Finding("document.empty", about="材料/承诺书.pdf"), kept)
    assert told.findings[0].text == "文件“材料/承诺书.pdf”是空文件（0字节），没有任何内容。"


def test_the_table_of_findings() -> None:
    rows = {code: kind for code, kind in finding_kinds().items() if code.startswith("document.")}
    for code in ("document.reader_failed", "document.not_read", "document.limit_text"):
        assert code in rows
    for kind in rows.values():
        assert "{about}" in kind.text
        assert kind.advice or kind.effect is Effect.NOTE
    reason = Finding("document.reader_failed", "a.pdf", {"reason": "超时"})
    assert reason.text == "读取文件“a.pdf”时程序中断（原因：超时），文件已原样存档。"


def test_every_finding_is_made_with_what_its_row_needs() -> None:
    """The source names each code with its parameters as keywords or as a `params` dictionary."""
    folder = Path(sys.modules["parsers.documents"].__path__[0])
    source = "\n".join(file.read_text("utf-8") for file in sorted(folder.rglob("*.py")))
    for code, kind in finding_kinds().items():
        if not code.startswith("document.") or code == "document.reader_failed":
            continue
        wanted = set(re.findall(r"{(\w+)}", kind.text + kind.advice)) - {"about"}
        places = [found.end() for found in re.finditer(f'"{re.escape(code)}"', source)]
        assert places, f"{code} is never made"
        if wanted:
            assert any(
                all(re.search(rf'\b{name}\b"?\s*[=:]', source[at : at + 160]) for name in wanted)
                for at in places
            ), code


def _spoilt(data: bytes, changes: list[tuple[int, int]], cut: int) -> bytes:
    spoilt = bytearray(data)
    for place, byte in changes:
        spoilt[place % len(spoilt)] = byte
    return bytes(spoilt[: len(spoilt) - cut % len(spoilt)] if cut else spoilt)


CHANGES = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=12)


def _survives(data: bytes, media_type: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "member"
        path.write_bytes(data)
        document = read_document(path, LIMITS, media_type)
    assert document.readable or document.findings
    assert all(finding.text for finding in document.findings)
    to_markdown(document)
    assert len(document.text) <= LIMITS.characters


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES, cut=st.integers(0, 2000), rich=st.booleans(), forced=st.booleans())
def test_spoilt_word_files(
    changes: list[tuple[int, int]], cut: int, rich: bool, forced: bool
) -> None:
    kind = next(iter(READERS)) if forced else None
    _survives(_spoilt(RICH if rich else DOCX, changes, cut), kind)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=CHANGES)
def test_spoilt_markup_inside_a_sound_package(changes: list[tuple[int, int]]) -> None:
    body = (
        "<w:p><w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r>"
        "<w:t>一</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>"
        "<w:p/></w:tc></w:tr></w:tbl>"
    )
    _survives(raw_docx(_spoilt(body.encode(), changes, 0).decode("latin-1")), None)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("gb18030")),
    kind=st.sampled_from([None, "text/plain", "text/csv", "text/html"]),
)
def test_any_bytes_as_text(data: bytes, kind: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "member"
        path.write_bytes(data)
        document = read_document(path, LIMITS, kind)
        to_markdown(document)
    assert document.media_type


SPOIL_PDFS = """
import random, sys
from pathlib import Path
from model.document import ReadLimits
from parsers.documents.markdown import to_markdown
from parsers.documents.read import read_document
chance = random.Random(int(sys.argv[2]))
source = Path(sys.argv[1])
data = source.read_bytes()
for number in range(60):
    spoilt = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    if chance.random() < 0.3:
        del spoilt[chance.randrange(len(spoilt)):]
    path = source.with_suffix(".spoilt")
    path.write_bytes(spoilt)
    document = read_document(path, ReadLimits(), "application/pdf")
    to_markdown(document)
    assert document.readable or document.findings, number
print("all read")
"""


@pytest.mark.parametrize("made", ["text", "table"])
def test_spoilt_pdfs(made: str, tmp_path: Path) -> None:
    """In a process of their own: what pdfium does with them is not Python's to catch."""
    path = tmp_path / "a.pdf"
    path.write_bytes(
        pdf_text([["质量标杆", "第二行"], ["第二页"]])
        if made == "text"
        else ruled_pdf([["企业名称", "甲"], ["联系人", "乙"]])
    )
    run = subprocess.run(
        [sys.executable, "-c", SPOIL_PDFS, str(path), "7"],
        cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.stdout == "all read\n", run.stderr
