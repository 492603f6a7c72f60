"""Which pages are read as pictures before the receipt goes, and in what order."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.documents import ReadFiles
from intake.pictures import Look, plan, with_inner_pages
from model.document import Block, BlockKind, Document, Page, Seal
from model.programme import Programme
from model.submission import SubmittedFile
from tests.builders.submissions import TYPES, programme


def scan(path: str, pages: int, *, text: str = "", container: str = "包.rar") -> SubmittedFile:
    """A file whose pages are all pictures, except that they bear `text`."""
    kind = TYPES[path.rsplit(".", 1)[-1]]
    document = Document(
        kind,
        blocks=(Block(BlockKind.PARAGRAPH, text, page=1),) if text else (),
        pages=tuple(Page(n, text) for n in range(1, pages + 1)),
        scanned=() if text else tuple(range(1, pages + 1)),
    )
    return SubmittedFile(path, 1, path, kind, Path("/nowhere"), container, document)


def rules(**reading: object) -> Programme:
    return programme(reading=reading)


def planned(files: list[SubmittedFile], within: list[SubmittedFile] | None = None,
            **reading: object) -> dict[str, Look]:  # fmt: skip
    return {one.path: one for one in plan(ReadFiles(files, within or []), rules(**reading))}


def test_forms_come_first_then_scans_that_nothing_names() -> None:
    files = [scan("扫描0001.pdf", 2), scan("检测报告.pdf", 9), scan("承诺书.pdf", 1)]
    looks = plan(ReadFiles(files), rules())
    assert [one.path for one in looks][:2] == ["承诺书.pdf", "扫描0001.pdf"]
    assert looks[0] == Look("承诺书.pdf", (1,), (1,))


def test_a_scan_that_is_known_to_be_no_form_waits() -> None:
    files = [scan("承诺书.pdf", 1), scan("申报材料.pdf", 300)]
    assert list(planned(files)) == ["承诺书.pdf"]
    assert list(planned(files, at_intake="all")) == ["承诺书.pdf", "申报材料.pdf"]
    assert planned(files, at_intake="none") == {}


def test_numbers_of_pages_hold() -> None:
    files = [scan("推荐表.pdf", 50), scan("承诺书.pdf", 50)]
    looks = planned(files, pages_per_file=12, pages_per_mail=15, seal_pages_per_file=20)
    assert [len(one.text) for one in looks.values()] == [12, 3]
    assert [len(one.seals) for one in looks.values()] == [20, 20]


def test_a_form_with_text_is_looked_through_for_its_seal_alone() -> None:
    looks = planned([scan("推荐表.pdf", 2, text="质量标杆推荐表")])
    assert looks == {"推荐表.pdf": Look("推荐表.pdf", (), (1, 2))}


@pytest.mark.parametrize("name", ["推荐表.docx", "推荐表.xlsx"])
def test_what_has_no_picture_is_not_looked_at(name: str) -> None:
    assert planned([scan(name, 1)]) == {}


def test_a_scan_pasted_into_a_word_file_is_read_as_its_page() -> None:
    paper = scan("推荐表.docx", 1, text=" ")
    inner = scan("推荐表.docx.内嵌/图1.jpg", 1, container="推荐表.docx")
    looks = planned([paper], [inner])
    assert list(looks) == ["推荐表.docx.内嵌/图1.jpg"]


def test_what_pictures_in_a_document_say_becomes_its_pages() -> None:
    paper = SubmittedFile(
        "推荐表.docx", 1, "a", TYPES["docx"], Path("/x"), "",
        Document(TYPES["docx"], pages=(Page(1, "见图"),)),
    )  # fmt: skip
    seal = Seal(1, (0, 0, 9, 9), "round", "泰山")
    picture = SubmittedFile(
        "推荐表.docx.内嵌/图1.jpg", 1, "b", TYPES["jpg"], Path("/y"), "推荐表.docx",
        Document(
            TYPES["jpg"],
            blocks=(Block(BlockKind.PARAGRAPH, "推荐表", page=1, method="ocr"),),
            pages=(Page(1, "推荐表", "ocr"),),
            seals=(seal,),
            looked_at=(1,),
        ),
    )  # fmt: skip
    document = with_inner_pages(paper, [picture]).document
    assert document is not None
    assert [one.number for one in document.pages] == [1, 2]
    assert document.blocks[-1].page == 2
    assert document.seals[0].page == 2
    assert document.looked_at == (2,)
