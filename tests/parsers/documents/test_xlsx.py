"""Workbooks of the new format: cells as people see them, hidden ones apart, bombs held."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import python_calamine

from model.document import BlockKind, Document, ReadLimits
from parsers.documents.read import read_document
from tests.builders.papers import OFFICE
from tests.builders.sheets import raw_xlsx, statistics_table

ROW = '<row r="{r}">{cells}</row>'


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits())


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_a_statistics_table(tmp_path: Path) -> None:
    data, truth = statistics_table()
    document = read(data, tmp_path)
    assert document.tables[0].rows == tuple(truth)
    kinds = BlockKind
    assert [(b.kind, b.page, b.flags) for b in document.blocks] == [
        (kinds.HEADING, 1, ()), (kinds.TABLE, 1, ()), (kinds.HEADER, 1, ()),
        (kinds.TEXT_BOX, 1, ()), (kinds.COMMENT, 1, ()),
        (kinds.HEADING, 2, ("hidden",)), (kinds.TABLE, 2, ("hidden",)),
        (kinds.HEADING, 3, ()), (kinds.TABLE, 3, ()), (kinds.TABLE, 3, ("hidden",)),
    ]  # fmt: skip
    texts = [b.text for b in document.blocks if not b.rows]
    assert texts == [
        "申报企业统计表",
        "山东省 质量标杆",
        "填表说明",
        "B2：请核对单位全称",
        "底稿",
        "部分",
    ]
    assert document.tables[1].rows == (("格00", "格01"), ("格20", "格21"), ("合并", ""))
    assert document.blocks[-1].rows == (
        ("", "", "格02"),
        ("格10", "格11", "格12"),
        ("", "", "格22"),
    )
    assert "内部数据" not in document.text
    assert codes(document) == ["document.comments", "document.hidden_text"]
    assert [page.number for page in document.pages] == [1, 2, 3]


def test_agrees_with_two_libraries_on_where_cells_are(tmp_path: Path) -> None:
    data, _truth = statistics_table(rows=20)
    document = read(data, tmp_path)
    rows = python_calamine.CalamineWorkbook.from_path(tmp_path / "member").get_sheet_by_index(0)
    names = [[row[1], row[2]] for row in rows.to_python()]
    assert [[row[1], row[2]] for row in document.tables[0].rows] == names
    (tmp_path / "a.xlsx").write_bytes(data)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["申报企业统计表"]
    values = [cell.value for cell in sheet["A"]]
    assert [row[0] for row in document.tables[0].rows] == [str(value) for value in values]


def test_rich_and_escaped_strings_without_their_pronunciation(tmp_path: Path) -> None:
    cells = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>9</v></c>'
    data = raw_xlsx(
        [ROW.format(r=1, cells=cells)],
        strings=[
            "<r><t>质量</t></r><r><t>标杆</t></r><rPh><t>zhi</t></rPh>",
            "<t>一_x000D_\n二</t>",
        ],
    )
    assert read(data, tmp_path).tables[0].rows == (("质量标杆", "一\n二"),)


def test_cells_without_places_errors_and_formulas_without_values(tmp_path: Path) -> None:
    cells = (
        "<c><v>1</v></c><c t='e'><v>#DIV/0!</v></c><c><f>SUM(A1)</f></c><c t='b'><v>1</v></c>"
        "<c t='str'><f>x</f><v>文</v></c><c><v>oops</v></c>"
    )
    assert read(raw_xlsx([f"<row>{cells}</row>"]), tmp_path).tables[0].rows == (
        ("1", "#DIV/0!", "=SUM(A1)", "TRUE", "文", "oops"),
    )


def test_dates_that_count_from_1904(tmp_path: Path) -> None:
    data = raw_xlsx(
        ['<row r="1"><c r="A1" s="1"><v>42886</v></c></row>'],
        styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
        properties='<workbookPr date1904="1"/>',
    )
    assert read(data, tmp_path).text == "表1\n2021-06-01"


def test_macros_links_and_embedded_files(tmp_path: Path) -> None:
    relations = (
        f'<Relationship Id="a" Type="{OFFICE}/vbaProject" Target="vbaProject.bin"/>'
        f'<Relationship Id="b" Type="{OFFICE}/externalLinkPath" TargetMode="External" '
        'Target="file:///D:/台账.xlsx"/>'
        f'<Relationship Id="c" Type="{OFFICE}/package" Target="embeddings/附件.docx"/>'
        f'<Relationship Id="d" Type="{OFFICE}/hyperlink" TargetMode="External" Target="http://x"/>'
    )
    data = raw_xlsx(
        [ROW.format(r=1, cells=text_cell("A1", "甲"))],
        relations=relations, parts={"xl/embeddings/附件.docx": b"PK"},
    )  # fmt: skip
    document = read(data, tmp_path)
    assert codes(document) == [
        "document.macros", "document.external_links", "document.embedded",
    ]  # fmt: skip
    assert document.findings[1].params["targets"] == "file:///D:/台账.xlsx"
    assert [(one.name, one.size) for one in document.embedded] == [("附件.docx", 2)]


def test_a_broken_sheet_spoils_no_other(tmp_path: Path) -> None:
    good = ROW.format(r=1, cells=text_cell("A1", "好"))
    data = raw_xlsx([good + "<row r='2'><c r='A2'", good])
    document = read(data, tmp_path)
    assert codes(document) == ["document.broken_part"]
    assert [table.rows for table in document.tables] == [(("好",),), (("好",),)]


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (ROW.format(r=1, cells=text_cell("A1", "甲"))
         + ROW.format(r=1048576, cells=text_cell("XFD1048576", "乙")), None),
        ("".join(ROW.format(r=n, cells=text_cell(f"A{n}", "字")) for n in range(1, 60)),
         "document.limit_cells"),
        (ROW.format(r=1, cells="".join(f"<c><v>{n}</v></c>" for n in range(30))),
         "document.limit_cells"),
        (ROW.format(r=1, cells=text_cell("A1", "长" * 3000)), "document.limit_text"),
        ('<row r="99999999999"><c r="A99999999"><v>1</v></c></row>', "document.limit_cells"),
    ],
)  # fmt: skip
def test_what_is_too_much_is_cut_and_told(sheet: str, code: str | None, tmp_path: Path) -> None:
    limits = ReadLimits(sheet_cells=40, table_columns=20, characters=2000)
    document = read(raw_xlsx([sheet]), tmp_path, limits)
    assert codes(document) == ([code] if code else [])
    assert sum(len(row) for table in document.tables for row in table.rows) <= 160
    if code is None:
        assert document.tables[0].rows == (("甲", ""), ("", "乙"))


def test_one_long_string_in_every_cell_is_held(tmp_path: Path) -> None:
    row = "<row>" + '<c t="s"><v>0</v></c>' * 200 + "</row>"
    data = raw_xlsx([row * 200], strings=["<t>" + "字" * 30_000 + "</t>"])
    document = read(data, tmp_path, ReadLimits(characters=1_000_000))
    assert codes(document) == ["document.limit_text"]
    assert 0 < len(document.text) <= 1_000_000


def test_one_part_listed_as_sheet_after_sheet_is_held(tmp_path: Path) -> None:
    properties = "<sheets>" + '<sheet name="表" r:id="rId1"/>' * 1500 + "</sheets>"
    document = read(raw_xlsx([ROW.format(r=1, cells=text_cell("A1", "甲"))],
                             properties=properties), tmp_path)  # fmt: skip
    assert codes(document) == ["document.limit_cells"]
    assert len(document.pages) == 1000


def test_a_dtd_is_refused(tmp_path: Path) -> None:
    data = raw_xlsx([""], parts={"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY x "y">]><a/>'})
    assert codes(read(data, tmp_path)) == ["document.dtd_refused"]
