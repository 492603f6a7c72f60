"""归档目录: one row for each computer file of each application (DA/T 22-2015, GB/T 18894-2016).

The item (件) is the application; its files stand in the order in which a reader takes them up: the
materials, the mail that brought them, our answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from intake.contents import LETTER, MESSAGE
from intake.sheets.application import Application
from intake.sheets.layout import Cell, Column, Kind, Layout, columns, joined
from intake.sheets.statistics import NOT_READABLE
from intake.sheets.words import FORMAT_NAMES
from model.material import FORMATS

LAYOUT = Layout(
    "归档目录",
    (
        Column("件号", 7, Kind.NUMBER),
        Column("档号", 24),
        *columns(Kind.WORDS, ("题名", 46), ("责任者", 30)),
        Column("日期", 15, Kind.DAY),
        *columns(Kind.TEXT, ("保管期限", 10), ("密级", 8)),
        Column("页数", 7, Kind.NUMBER),
        Column("文件名", 60, Kind.WORDS),
        Column("格式", 9),
        Column("大小", 12, Kind.NUMBER),
        Column("SHA-256", 66),
        Column("备注", 36, Kind.WORDS),
    ),
    held=2,
)

MAIL, ANSWER, PDF_ANSWER = "原始邮件", "材料接收回执", "材料接收回执（PDF）"
OTHER = "其他文件"
PLACE = "归档位置：{object_id}/v{version}"

WITH_PAGES = frozenset(
    media_type for name in ("pdf", "ofd", "image", "slides") for media_type in FORMATS[name]
)
"""Of all others the file itself does not say how many pages it has."""


def catalogue_rows(one: Application, item: int) -> Iterator[list[Cell]]:
    """The files in force of one application. item: its 件号 in this catalogue."""
    fields = one.archival
    start: list[Cell] = [
        item, fields.code, fields.title, fields.responsible, fields.made_on, fields.retention,
        fields.classification,
    ]  # fmt: skip
    held = one.holding
    if held is None:
        yield [*start, None, "", "", None, "", NOT_READABLE.format(trouble=one.trouble)]
        return
    labels = {material.id: material.label for material in one.rules.materials}
    for file in held.files:
        known, version = file.filed, file.version
        place = PLACE.format(object_id=version.object_id, version=version.number)
        yield [
            *start,
            (known.pages or None) if known.media_type in WITH_PAGES else None,
            file.path,
            FORMAT_NAMES.get(known.media_type) or _ending(known.filed_as),
            known.size,
            known.sha256,
            joined((labels.get(file.material, OTHER), place)),
        ]
    answer = held.record.answer
    letters = ((answer.filed_as or LETTER, ANSWER), (answer.pdf_as, PDF_ANSWER))
    for path, what in ((MESSAGE, MAIL), *letters):
        if path in held.version.state:
            place = PLACE.format(object_id=one.row.object_id, version=held.version.number)
            yield [
                *start,
                None,
                path,
                _ending(path),
                held.version.path(path).stat().st_size,
                held.version.sha256(path),
                joined((what, place)),
            ]


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.removeprefix(".").upper()
