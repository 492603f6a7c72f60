"""Workbooks: an .xlsx as an office sends it, single parts of one, and a hand-made BIFF8 stream."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime

import xlsxwriter

from tests.builders.ole_writer import ole
from tests.builders.papers import OFFICE, package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = (
    "序号",
    "申报单位全称",
    "统一社会信用代码",
    "成立日期",
    "增长率",
    "营业收入",
    "编号",
    "合计",
    "是否",
)


def statistics_table(rows: int = 3) -> tuple[bytes, list[tuple[str, ...]]]:
    """An .xlsx of a 统计表 with every kind of cell, and what a person reads in it."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("申报企业统计表")
    forms = {
        name: book.add_format({"num_format": code})
        for name, code in (
            ("day", 'yyyy"年"m"月"d"日"'), ("part", "0.0%"), ("money", "¥#,##0.00"),
            ("number", "000000"),
        )
    }  # fmt: skip
    sheet.write_row(0, 0, HEAD)
    truth: list[tuple[str, ...]] = [HEAD]
    for number in range(1, rows + 1):
        name = f"山东某某{number}机械（集团）有限公司"
        code = f"91370100{number:010d}"
        sheet.write_number(number, 0, number)
        sheet.write_string(number, 1, name)
        sheet.write_string(number, 2, code)
        sheet.write_datetime(number, 3, datetime(2021, 6, number), forms["day"])  # noqa: DTZ001
        sheet.write_number(number, 4, number / 1000, forms["part"])
        sheet.write_number(number, 5, number * 1234.5, forms["money"])
        sheet.write_number(number, 6, number, forms["number"])
        sheet.write_formula(number, 7, f"=A{number + 1}*2", None, number * 2)
        sheet.write_boolean(number, 8, number % 2 == 0)
        truth.append(
            (
                str(number), name, code, f"2021-06-{number:02d}", f"{number / 10:.1f}%",
                f"¥{number * 1234.5:,.2f}", f"{number:06d}", str(number * 2),
                "TRUE" if number % 2 == 0 else "FALSE",
            )
        )  # fmt: skip
    sheet.write_comment("B2", "请核对单位全称")
    sheet.set_header('&L山东省&C&"宋体"&10质量标杆&R&P')
    sheet.insert_textbox("L2", "填表说明")
    hidden = book.add_worksheet("底稿")
    hidden.write_string(0, 0, "内部数据")
    hidden.hide()
    partly = book.add_worksheet("部分")
    for row in range(3):
        for column in range(3):
            partly.write_string(row, column, f"格{row}{column}")
    partly.set_row(1, None, None, {"hidden": True})
    partly.set_column(2, 2, None, None, {"hidden": True})
    partly.merge_range("A5:B5", "合并")
    book.close()
    return target.getvalue(), truth


def raw_xlsx(
    sheets: Sequence[str],
    *,
    strings: Sequence[str] = (),
    styles: str = "",
    states: Sequence[str] = (),
    parts: Mapping[str, str | bytes] | None = None,
    relations: str = "",
    properties: str = "",
) -> bytes:
    """An .xlsx of these `sheetData` contents. strings: contents of `si`. parts: more members."""
    states = states or ["visible"] * len(sheets)
    listed = "".join(
        f'<sheet name="表{number}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, state in enumerate(states, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    related += f'<Relationship Id="rIdS" Type="{OFFICE}/sharedStrings" Target="strings.xml"/>'
    related += f'<Relationship Id="rIdT" Type="{OFFICE}/styles" Target="styles.xml"/>'
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.'
            'main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}'
            f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{related}'
            f"{relations}</Relationships>",
            "xl/strings.xml": f'<sst xmlns="{MAIN}">'
            + "".join(f"<si>{one}</si>" for one in strings)
            + "</sst>",
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
            **{
                f"xl/worksheets/sheet{number}.xml": f'<worksheet xmlns="{MAIN}">'
                f"<sheetData>{content}</sheetData></worksheet>"
                for number, content in enumerate(sheets, 1)
            },
            **(parts or {}),
        }
    )


def record(kind: int, data: bytes = b"") -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(data)) + data


def wide(text: str) -> bytes:
    """XLUnicodeString: length, flags, characters of two bytes."""
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def biff8(
    sheets: Sequence[tuple[str, int, bytes]], *, table: bytes = b"", more: bytes = b""
) -> bytes:
    """A workbook stream. sheets: name, visibility, records between BOF and EOF. table: the SST
    record and those that continue it. more: further records of the globals."""
    head = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + more
    names = [
        struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name, _seen, _data in sheets
    ]
    offset = len(head) + sum(10 + len(name) for name in names) + len(table) + 4
    bodies = b""
    places = b""
    for (_name, seen, data), name in zip(sheets, names, strict=True):
        places += record(0x0085, struct.pack("<IBB", offset + len(bodies), seen, 0) + name)
        bodies += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
        bodies += data + record(0x000A)
    return head + places + table + record(0x000A) + bodies


def xls(stream: bytes, name: str = "Workbook", others: Mapping[str, bytes] | None = None) -> bytes:
    """The compound file around a workbook stream."""
    return ole({name: stream, **(others or {})})


def strings_table(*texts: str, cut: int = 0) -> bytes:
    """An SST record of these strings; cut: after so many bytes of characters of the last one a
    Continue record begins, which says anew that characters are wide."""
    data = struct.pack("<II", len(texts), len(texts)) + b"".join(wide(text) for text in texts)
    if not cut:
        return record(0x00FC, data)
    place = len(data) - len(texts[-1]) * 2 + cut
    return record(0x00FC, data[:place]) + record(0x003C, b"\x01" + data[place:])
