"""Workbooks of the old format, from records made by hand."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
import python_calamine

from model.document import BlockKind, Document, ReadLimits
from parsers.documents.read import read_document
from parsers.documents.sheets.biff import _unpacked
from tests.builders.ole_properties import SUMMARY, endless_summary
from tests.builders.sheets import biff8, record, strings_table, wide, xls

TEXT = "山东某某机械有限公司"


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits())


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x0203, struct.pack("<3Hd", row, column, style, value))


def shared(row: int, column: int, index: int) -> bytes:
    return record(0x00FD, struct.pack("<3HI", row, column, 0, index))


def rk(value: int, *, hundredth: bool = False) -> int:
    return (value << 2 | 2 | hundredth) & 0xFFFFFFFF


FORMATS = record(0x041E, struct.pack("<H", 164) + wide('yyyy"年"m"月"d"日"')) + b"".join(
    record(0x00E0, struct.pack("<HH", 0, index) + bytes(16)) for index in (0, 164, 10)
)


def test_every_kind_of_cell(tmp_path: Path) -> None:
    cells = (
        shared(0, 0, 0) + shared(0, 1, 1)
        + number(1, 0, 44348.0, 1) + number(1, 1, 0.125, 2)
        + record(0x027E, struct.pack("<3HI", 2, 0, 0, rk(12345, hundredth=True)))
        + record(0x00BD, struct.pack("<HH", 2, 1) + struct.pack("<HIHI", 0, rk(7), 0, rk(-8))
                 + struct.pack("<H", 2))
        + record(0x0006, struct.pack("<3H8sHI", 3, 0, 0, b"\0\0\0\0\0\0\xff\xff", 0, 0))
        + record(0x0207, wide("公式文字"))
        + record(0x0006, struct.pack("<3HdHI", 3, 1, 0, 6.0, 0, 0))
        + record(0x0205, struct.pack("<3HBB", 3, 2, 0, 1, 0))
        + record(0x0205, struct.pack("<3HBB", 3, 3, 0, 0x2A, 1))
        + record(0x0204, struct.pack("<3H", 4, 0, 0) + wide("旧式"))
    )  # fmt: skip
    stream = biff8([("统计表", 0, cells)], table=strings_table("企业", TEXT, cut=8), more=FORMATS)
    document = read(xls(stream), tmp_path)
    assert document.media_type == "application/vnd.ms-excel"
    assert document.tables[0].rows == (
        ("企业", TEXT, "", ""),
        ("2021-06-01", "12.50%", "", ""),
        ("123.45", "7", "-8", ""),
        ("公式文字", "6", "TRUE", "#N/A"),
        ("旧式", "", "", ""),
    )
    assert document.blocks[0].text == "统计表"
    assert document.findings == ()


def test_a_string_cut_in_the_middle_of_a_character(tmp_path: Path) -> None:
    """No program writes it; what is there is read, nothing falls over."""
    for cut in range(2 * len(TEXT)):
        stream = biff8([("表", 0, shared(0, 0, 0))], table=strings_table(TEXT, cut=cut))
        document = read(xls(stream), tmp_path)
        assert document.readable
        if cut % 2 == 0:
            assert document.tables[0].rows == ((TEXT,),)


def test_hidden_sheets_rows_and_columns_and_comments(tmp_path: Path) -> None:
    cells = b"".join(shared(row, column, 0) for row in range(2) for column in range(2))
    cells += record(0x0208, struct.pack("<6HI", 1, 0, 2, 255, 0, 0, 0x20))
    cells += record(0x007D, struct.pack("<6H", 1, 1, 2000, 0, 1, 0))
    cells += record(0x005D, struct.pack("<4H", 0x15, 0x12, 0x19, 5) + bytes(14))
    cells += record(0x01B6, struct.pack("<HH6sHH4s", 0, 0, bytes(6), 4, 0, bytes(4)))
    cells += record(0x003C, b"\x01" + "请核对数".encode("utf-16-le"))
    cells += record(0x001C, struct.pack("<4H", 0, 1, 0, 5) + wide("某"))
    stream = biff8([("表", 0, cells), ("底稿", 2, shared(0, 0, 0))], table=strings_table("字"))
    document = read(xls(stream), tmp_path)
    assert document.tables[0].rows == (("字",),)
    assert [(b.kind, b.text) for b in document.blocks if b.kind is BlockKind.COMMENT] == [
        (BlockKind.COMMENT, "B1：请核对数")
    ]
    hidden = [b.rows for b in document.blocks if "hidden" in b.flags and b.rows]
    assert hidden == [(("", "字"), ("字", "字")), (("字",),)]


def test_before_biff8_text_is_in_the_code_page(tmp_path: Path) -> None:
    text = TEXT.encode("gb18030")
    head = record(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0))
    head += record(0x0042, struct.pack("<H", 936))
    name = "统计表".encode("gb18030")
    place = len(head) + 4 + 7 + len(name) + 4
    head += record(0x0085, struct.pack("<IBBB", place, 0, 0, len(name)) + name) + record(0x000A)
    body = record(0x0809, struct.pack("<HHHH", 0x0500, 0x10, 0, 0))
    body += record(0x0204, struct.pack("<4H", 0, 0, 0, len(text)) + text) + record(0x000A)
    document = read(xls(head + body, "Book"), tmp_path)
    assert document.text == f"统计表\n{TEXT}"


def test_agrees_with_calamine(tmp_path: Path) -> None:
    cells = b"".join(shared(row, 0, row % 2) + number(row, 1, row * 1.5) for row in range(50))
    stream = biff8([("表", 0, cells)], table=strings_table("甲", "乙公司"))
    document = read(xls(stream), tmp_path)
    rows = python_calamine.CalamineWorkbook.from_path(tmp_path / "member").get_sheet_by_index(0)
    assert [(row[0], float(row[1])) for row in document.tables[0].rows] == [
        (row[0], float(str(row[1]))) for row in rows.to_python()
    ]


@pytest.mark.parametrize(
    ("packed", "value"), [(rk(5), 5.0), (rk(-5), -5.0), (rk(150, hundredth=True), 1.5),
                          (0x3FF00000, 1.0), (0x40590001, 1.0)],
)  # fmt: skip
def test_packed_numbers(packed: int, value: float) -> None:
    assert _unpacked(packed) == value


@pytest.mark.parametrize("count", [3, 0xFFFFFFFF])
def test_properties_that_promise_more_than_there_is(count: int, tmp_path: Path) -> None:
    stream = biff8([("表", 0, number(0, 0, 7))])
    document = read(xls(stream, others={SUMMARY: endless_summary("统计表", count=count)}), tmp_path)
    assert (document.text, document.properties) == ("表\n7", {"title": "统计表"})


def test_a_stream_that_promises_more_than_the_file(tmp_path: Path) -> None:
    data = bytearray(xls(biff8([("表", 0, b"")]) + bytes(5000)))
    size = data.index("Workbook".encode("utf-16-le")) + 120
    data[size : size + 4] = struct.pack("<I", 200 << 20)
    document = read(bytes(data), tmp_path)
    assert (document.readable, codes(document)) == (False, ["document.broken_part"])


def test_encrypted_ones_are_named(tmp_path: Path) -> None:
    stream = biff8([("表", 0, b"")], more=record(0x002F, bytes(54)))
    document = read(xls(stream), tmp_path)
    assert (document.readable, codes(document)) == (False, ["document.encrypted"])


def test_a_corner_cell_takes_no_room(tmp_path: Path) -> None:
    """What takes a library 400 MB: one cell in each corner, on several sheets."""
    cells = number(0, 0, 1) + number(65535, 255, 2)
    document = read(xls(biff8([(f"表{n}", 0, cells) for n in range(20)])), tmp_path)
    assert [table.rows for table in document.tables] == [
        (("1", *[""] * 255), ("", *[""] * 254, "2"))
    ] * 20


def test_macros_and_objects(tmp_path: Path) -> None:
    native = (
        b"\x02\x00" + "清单.txt".encode("gb18030") + b"\0C:\\a.txt\0" + struct.pack("<HHI", 0, 3, 1)
    )
    native += b"\0" + struct.pack("<I", 4) + "正文".encode("gb18030")
    data = xls(
        biff8([("表", 0, number(0, 0, 1))]),
        others={
            "_VBA_PROJECT_CUR/VBA/dir": b"x",
            "MBD00000001/\x01Ole10Native": struct.pack("<I", len(native)) + native,
            "MBD00000002/Workbook": biff8([("内", 0, number(0, 0, 9))]),
        },
    )
    into = tmp_path / "into"
    into.mkdir()
    path = tmp_path / "member"
    path.write_bytes(data)
    document = read_document(path, into=into)
    assert codes(document) == ["document.macros", "document.embedded"]
    assert [one.name for one in document.embedded] == ["a.txt", "MBD00000002"]
    stored = [one.stored for one in document.embedded]
    assert stored[0] is not None
    assert stored[1] is not None
    assert stored[0].read_bytes().decode("gb18030") == "正文"
    assert read_document(stored[1]).text == "内\n9"


@pytest.mark.parametrize("stream", [b"", b"\x09\x08", b"junk" * 200, record(0x0809, b"\0\6\5\0")])
def test_no_workbook_at_all(stream: bytes, tmp_path: Path) -> None:
    document = read(xls(stream), tmp_path)
    assert document.findings or not document.blocks
