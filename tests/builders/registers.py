"""Files of issued numbers: as offices send them, with what goes wrong in them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from model.register import RegisterEntry
from model.register_import import SCHEMA, ImportMode, RegisterImport
from model.uscc import check_character
from tests.builders.ledger_rows import NOW, PROGRAMME, sha

HEAD = ("申报编号", "申报单位全称", "统一社会信用代码", "市", "联系人", "手机", "邮箱")


def uscc(number: int) -> str:
    first = f"91370100{number:09d}"
    return first + check_character(first)


def workbook(rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD, title: str = "") -> bytes:
    """One sheet; a str is a text cell, whatever it looks like, and a number a number."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if title:
        sheet.append([title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head))
        sheet.append([])
    for row in (head, *rows):
        sheet.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def an_import(version: int, *entries: RegisterEntry, programme: str = PROGRAMME) -> RegisterImport:
    return RegisterImport(
        schema=SCHEMA,
        programme=programme,
        version=version,
        at=NOW,
        by="李工",
        mode=ImportMode.REPLACE,
        file_name="登记册.xlsx",
        size=1,
        sha256=sha(f"register {version}"),
        original="original/登记册.xlsx",
        entries=entries,
    )
