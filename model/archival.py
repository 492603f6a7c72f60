"""How a filed application is described for the archive (DA/T 22-2015, GB/T 18894-2016)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ArchivalFields:
    """The fields of one item (归档文件), named as DA/T 22 names them.

    code: 档号, "" where the programme draws none. title: 题名. responsible: 责任者.
    made_on: 日期, the day of the first arrival. department: 机构（问题）. retention: 保管期限.
    classification: 密级, "" where none is set. year: 年度. fonds: 全宗号.
    """

    code: str
    title: str
    responsible: str
    made_on: date
    retention: str
    classification: str = ""
    department: str = ""
    fonds: str = ""
    year: int = 0
