"""The PDF 回执: its bytes, its claim, what stands on its pages, and hostile names on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

import receipts.pdf
from model.errors import SettingsError
from model.verdict import ReceiptKind
from receipts.code import write_code
from receipts.glyphs import drawable
from receipts.pdf import Sheet, render_pages, render_pdf
from receipts.signing import SigningKey
from tests.builders.letters import ANSWERS, CLERK, MADE, NUMBER_OF_LETTER, Written, each_kind, write
from tests.builders.submissions import NAME, NUMBER, PACKAGE, file, full_set, programme, submission

KEY = SigningKey.throwaway()
PRINT_SCALE = 300 / 72
"""Of a page scanned at 300 dots per inch."""
HOSTILE = [
    "#set page(fill: red) *粗* _斜_ $x$ `c` [q] <l> @r // /* 注释.pdf",
    "\u202egnp.exe\u200b\x00\r\n回执编号：HZ1.pdf",
    "😀 مرحبا 𠮷田 e\u0301\ufe0f.pdf",
    "a" * 220 + ".pdf",
    "文" * 150 + ".docx",
]


def _sheet(written: Written, **more: object) -> Sheet:
    code = write_code("national-2021", NUMBER_OF_LETTER, NUMBER, MADE, written.letter.facts, KEY)
    return Sheet(written.letter.facts, code, MADE, **more)  # type: ignore[arg-type]


def _pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def _squeezed(texts: list[str]) -> str:
    return re.sub(r"\s+", "", "".join(texts))


def _with_files(names: list[str]) -> Written:
    rules = programme(receipt=CLERK)
    more = [file(f"{PACKAGE}/{name}") for name in names]
    return write(submission(rules, files=[*full_set(), *more]), rules)


@pytest.fixture(scope="module")
def letters() -> dict[ReceiptKind, Written]:
    return each_kind()


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_tells_what_its_letter_tells(
    letters: dict[ReceiptKind, Written], kind: ReceiptKind
) -> None:
    written = letters[kind]
    words = _squeezed(_pages(render_pdf(_sheet(written))))
    for line in written.letter.text.splitlines():
        if (
            line.startswith(("- ", "随信附", "（本邮件", "材料清单（", "正确的"))
            or "：" in line[:6]
        ):
            continue  # laid out in another way, or of the mail alone
        line = re.sub(r"^\d+\. ", "", line)
        assert re.sub(r"\s+", "", line) in words, line
    for one in (NUMBER_OF_LETTER, *CLERK.values(), "（北京时间）"):
        assert one in words
    for package in written.submission.packages:
        assert package.sha256 in words
    for one in written.submission.files:
        assert one.sha256 in words
        assert one.path in words
    for row in ("推荐表", "承诺书", "申报材料") if written.submission.files else ():
        assert row in words


def test_the_same_letter_is_the_same_bytes_and_claims_pdf_a() -> None:
    sheet = _sheet(_with_files([]))
    pdf = render_pdf(sheet)
    assert pdf == render_pdf(sheet)
    assert pdf != render_pdf(replace(sheet, made_at=MADE.replace(second=1)))
    assert re.search(rb"pdfaid:part>2<", pdf)
    assert re.search(rb"pdfaid:conformance>B<", pdf)
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.get_metadata_dict()["CreationDate"] == "D:20210517020000Z"
        assert document.get_metadata_dict()["Title"] == f"材料接收回执 {NUMBER_OF_LETTER}"
        assert document[0].get_size() == pytest.approx((595.3, 841.9), abs=0.5)


def _read_code(document: pypdfium2.PdfDocument) -> str:
    """As whoever scans it gets it: where the detector sees nothing, it is held nearer."""
    for scale in (PRINT_SCALE, PRINT_SCALE * 0.7, PRINT_SCALE * 1.3, PRINT_SCALE * 1.8):
        picture = np.ascontiguousarray(document[0].render(scale=scale).to_numpy())
        read, _, _ = cv2.QRCodeDetector().detectAndDecode(picture)
        if read:
            return str(read)
    return ""


@pytest.mark.parametrize("address", ["", "https://verify.example.gov.cn/receipts"])
def test_the_qr_code_reads_as_the_code(address: str) -> None:
    sheet = _sheet(_with_files([]), verify_url=address)
    with pypdfium2.PdfDocument(render_pdf(sheet)) as document:
        read = _read_code(document)
    if address:
        assert read == f"{address}?code={sheet.code.replace('|', '%7C')}"
    else:
        assert read == sheet.code


def test_hostile_names_are_only_text() -> None:
    written = _with_files(HOSTILE)
    pages = _pages(render_pdf(_sheet(written)))
    words = _squeezed(pages)
    assert re.sub(r"\s+", "", HOSTILE[0]) in words
    assert "□gnp.exe□□□□回执编号：HZ1.pdf" in words
    assert "〔U+1F600〕" in words
    assert "〔U+20BB7〕田" in words
    assert "a" * 220 + ".pdf" in words
    assert "文" * 150 + ".docx" in words
    assert not set("".join(pages)) & set("\u202e\u200b\x00")


def test_long_names_stay_on_the_page() -> None:
    for written in (_with_files(["a" * 220 + ".pdf"]), _with_files(["_" * 250])):
        with pypdfium2.PdfDocument(render_pdf(_sheet(written))) as document:
            for page in document:
                text = page.get_textpage()
                right = [text.get_charbox(place)[2] for place in range(text.count_chars())]
                assert max(right) < page.get_width() - 40


def test_a_long_list_flows_over_numbered_pages() -> None:
    pages = _pages(render_pdf(_sheet(_with_files([f"附件{n:03}.pdf" for n in range(150)]))))
    assert len(pages) > 4
    for number, page in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in re.sub(r"\s+", "", page)
        assert NUMBER_OF_LETTER in page
    assert all(f"附件{n:03}.pdf" in _squeezed(pages) for n in range(150))


def test_of_more_files_than_it_names_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts.pdf, "MOST_FILES", 8)
    written = _with_files([f"{n}.pdf" for n in range(6)])
    words = _squeezed(_pages(render_pdf(_sheet(written))))
    assert "收到的文件（共10个）" in words
    assert "其余2个文件" in words
    last = written.submission.files[-1].sha256
    assert last not in words
    assert last in written.letter.facts.decode()


def test_a_sample_is_marked(letters: dict[ReceiptKind, Written]) -> None:
    sheet = _sheet(letters[ReceiptKind.COMPLETE])
    assert "样张" not in _squeezed(_pages(render_pdf(sheet)))
    assert "样张" in _squeezed(_pages(render_pdf(replace(sheet, sample=True))))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [("山东Ａ é①㎡—“”", "山东Ａ é①㎡—“”"), ("\ufffd", "□"), ("𠮷", "〔U+20BB7〕"), ("", "")],
)
def test_what_no_font_holds_is_written_as_its_code(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


def test_the_operators_own_template(tmp_path: Path) -> None:
    own = (
        '#let d = json(bytes(sys.inputs.data))\n#set text(font: "Noto Sans SC")\n编号#d.receipt_no'
    )
    (tmp_path / "receipt.typ").write_text(own, "utf-8")
    sheet = replace(_sheet(_with_files([])), templates=tmp_path)
    assert _squeezed(_pages(render_pdf(sheet))) == f"编号{NUMBER_OF_LETTER}"


@pytest.mark.parametrize(
    "source", ["#nobody", "#let x = (", "#json(bytes(sys.inputs.data)).nothing"],
    ids=["name", "syntax", "field"],
)  # fmt: skip
@pytest.mark.parametrize("render", [render_pdf, render_pages], ids=["pdf", "png"])
def test_a_fault_in_it_is_told_to_the_operator(
    tmp_path: Path, source: str, render: Callable[[Sheet], object]
) -> None:
    (tmp_path / "receipt.typ").write_text(source, "utf-8")
    with pytest.raises(SettingsError, match=re.escape(str(tmp_path / "receipt.typ"))):
        render(replace(_sheet(_with_files([])), templates=tmp_path))


def test_without_packages_it_still_names_all_files() -> None:
    rules = programme("gaoxin-2021", receipt=CLERK)
    loose = [file(f"申报材料{n}.pdf") for n in range(30)]
    written = write(submission(rules, subject="申报材料", packages=(), files=loose), rules)
    words = _squeezed(_pages(render_pdf(_sheet(written))))
    assert all(one.sha256 in words for one in loose)
    assert NAME not in words
