"""Documents of a mail on their way into archive and ledger: files within them, fields, seals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook

from console.demo.papers import pdf_scan
from console.demo.smtp_sink import SmtpSink
from intake.batch import process_waiting
from intake.contents import RECORD, decode_facts, decode_record
from intake.sheets.export import export_sheet
from model.record import FiledFile, Record
from parsers.isolation import Readers
from storage.archive import FiledVersion
from storage.ledger import search
from tests.builders.season import PROGRAMME, SeasonMail, _Applicant, papers
from tests.intake.conftest import Desk

NUMBER = "ZB20210001"
NAME = "山东第一机械有限公司"


@pytest.fixture(scope="module")
def looking() -> Iterator[Readers]:
    """Processes that read pictures before the receipt goes, as outside of tests."""
    with Readers(1, scanners=1) as children:
        yield children


@pytest.fixture
def open_eyes(
    tmp_path: Path, smtp_sink: SmtpSink, looking: Readers, empty_ledger: Path
) -> Iterator[Desk]:
    made = Desk(tmp_path, smtp_sink, looking)
    made.settings.data_dir.mkdir()
    yield made
    made.close()


def filed(desk: Desk) -> tuple[Record, FiledVersion]:
    head = desk.place().archive(PROGRAMME).head(NUMBER)
    assert head is not None
    return decode_record(head.path(RECORD).read_bytes()), head


def file_of(record: Record, ending: str) -> FiledFile:
    return next(one for one in record.files if one.path.endswith(ending))


def mail_with(more: list[tuple[str, bytes]], *, form: bool = True) -> SeasonMail:
    content = [one for one in papers() if form or one[0] != "推荐表.pdf"]
    return _Applicant(1).mail("papers", [*content, *more])


def sheet_inside() -> bytes:
    book, target = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["年度", "营业收入"])
    book.active.append(["2020", "内嵌数字一二三"])
    book.save(target)
    return target.getvalue()


def paper_with(inner: bytes) -> bytes:
    """A Word file that carries a workbook."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    document, target = docx.Document(), io.BytesIO()
    document.add_paragraph("检测报告，附表见内嵌工作簿。")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    part = Part(PackURI("/word/embeddings/book1.xlsx"), kind, inner, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.PACKAGE)
    document.save(target)
    return target.getvalue()


def test_a_file_within_a_document_is_filed_beside_it_and_found(desk: Desk) -> None:
    inner = sheet_inside()
    desk.take_in(mail_with([("证明材料/检测报告.docx", paper_with(inner))]))
    place = desk.place()
    process_waiting(place)
    record, version = filed(desk)
    outer = file_of(record, "检测报告.docx")
    within = next(one for one in record.files if one.container == outer.path)
    assert within.path.startswith(f"{outer.path}.内嵌/")
    assert version.path(within.filed_as).read_bytes() == inner
    facts = decode_facts(version.path(within.facts).read_bytes())
    assert facts.tables[0].rows[1] == ("2020", "内嵌数字一二三")
    with place.ledger.read() as tx:
        assert len(search.find(tx, "内嵌数字一二三")) == 1
    # It is nobody's material, and no file of the set that duplicates are told by.
    assert all(within.path not in item.files for item in record.checklist)


def test_a_sealed_scan_gives_fields_seal_and_name(open_eyes: Desk) -> None:
    lines = ["质量标杆推荐表", f"企业名称：{NAME}", f"申报编号：{NUMBER}", "联系人：王建国",
             "手机：13805310001"]  # fmt: skip
    scan = pdf_scan(lines=lines, seal_name=NAME)
    open_eyes.take_in(mail_with([("推荐表.pdf", scan)], form=False))
    place = open_eyes.place()
    process_waiting(place)
    record, version = filed(open_eyes)
    form = file_of(record, "推荐表.pdf")
    values = {one.name: one.value for one in form.fields}
    assert values["full_name"] == NAME
    assert values["mobile"] == "13805310001"
    (seal,) = form.seals
    assert seal.text == NAME
    assert version.path(str(seal.image)).read_bytes().startswith(b"\x89PNG")
    assert form.unread == ()
    # The other form came without a seal, which is for a person to look at.
    seals = [(one.code, one.about) for one in record.findings if one.code.startswith("seal.")]
    assert seals == [("seal.seen", "推荐表"), ("seal.not_seen", "承诺书")]
    assert record.needs_person
    assert NAME in version.path(form.text).read_text("utf-8")
    sheet = open_eyes.folder / "台账.csv"
    export_sheet(place, sheet)
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["联系人"], row["手机"]) == ("王建国", "13805310001")
    assert row["盖章核验"] == "承诺书：未见；推荐表：已见印章"
    assert row["状态"] == "材料齐全"
