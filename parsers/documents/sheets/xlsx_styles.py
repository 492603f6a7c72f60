"""Which number format each cell style of a workbook has.

Source: ECMA-376 part 1, 18.8.30 (numFmt), 18.8.10 (cellXfs).
"""

from __future__ import annotations

from lxml import etree

from parsers.documents.ooxml.names import number
from parsers.documents.sheets.number_format import BUILT_IN, GENERAL


def cell_formats(root: etree._Element | None) -> list[str]:
    """The format code of each cell style, by its index; [] without styles."""
    if root is None:
        return []
    own = {
        number(element.get("numFmtId"), -1): element.get("formatCode", GENERAL)
        for element in root.iterfind("{*}numFmts/{*}numFmt")
    }
    return [
        _code(number(element.get("numFmtId"), 0), own)
        for element in root.iterfind("{*}cellXfs/{*}xf")
    ]


def _code(index: int, own: dict[int, str]) -> str:
    return own.get(index) or BUILT_IN.get(index, GENERAL)
