"""统计表汇总: the 申报企业统计表 of all enterprises as one, each line with its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from intake.contents import decode_facts
from intake.holding import HeldFile
from intake.sheets.application import Application
from intake.sheets.layout import Cell, Column, Kind, Layout, columns, joined
from model.full_name import normal_name
from model.uscc import is_uscc

FIELDS = (
    "city", "full_name", "uscc", "title", "industry", "enterprise_type", "contact", "phone",
    "mobile", "email", "remarks",
)  # fmt: skip
"""Ids of the fields, in the order of their columns."""

LAYOUT = Layout(
    "统计表汇总",
    (
        Column("序号", 7, Kind.NUMBER),
        Column("市", 10, Kind.WORDS),
        Column("申报单位全称", 34, Kind.WORDS),
        Column("统一社会信用代码", 21),
        *columns(Kind.WORDS, ("标杆名称", 28), ("所属行业", 16), ("企业类型", 14), ("联系人", 10)),
        *columns(Kind.TEXT, ("电话", 15), ("手机", 14), ("邮箱", 26)),
        *columns(Kind.WORDS, ("备注", 24), ("申报编号", 18), ("来源文件", 40)),
        *columns(Kind.NUMBER, ("来源页", 8), ("来源行", 8)),
        Column("核对", 44, Kind.WORDS),
    ),
    held=3,
)

DOUBTFUL = 0.8
"""Confidence below which a value is to be compared with the paper."""

NO_CODE = "未填信用代码"
WRONG_CODE = "信用代码校验不符"
OTHER_NAME = "与申报单位“{full_name}”不同名"
SAME_CODE = "与第{others}行信用代码相同"
SAME_NAME = "与第{others}行单位名称相同"
READ_DOUBTFULLY = "识别把握较低，请对照原件"
FROM_MAIL = "表格中未识别到单位名称，按申报登记填写"
NO_FACTS = "材料中未识别到统计表或表格字段"
NOT_READABLE = "归档材料无法读取：{trouble}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One enterprise of one application. page, row: in the source, 0 where that has none."""

    values: dict[str, str]
    application_no: str
    source: str
    page: int = 0
    row: int = 0
    notes: tuple[str, ...] = ()

    def value(self, name: str) -> str:
        return self.values.get(name, "")


def entries(one: Application) -> Iterator[Entry]:
    """The lines of its statistics tables; where it has none, one line of what its forms say."""
    if not one.is_one:
        return
    if one.holding is None:
        yield _named(one, Entry({}, one.number, ""), NOT_READABLE.format(trouble=one.trouble))
        return
    tables = {material.id for material in one.rules.materials if material.statistics}
    found = 0
    for file in one.holding.files:
        if file.material not in tables or file.facts is None:
            continue
        for entry in _lines(one, file):
            found += 1
            yield entry
    if not found and (one.row.application_no or one.row.fields):
        yield _of_forms(one)


def statistics_rows(found: list[Entry]) -> Iterator[list[Cell]]:
    """The rows of the sheet: lines of one code or one name point at one another."""
    codes: dict[str, list[int]] = defaultdict(list)
    names: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(found, 1):
        codes[one.value("uscc").upper()].append(number)
        names[_key(one)].append(number)
    for number, one in enumerate(found, 1):
        code = one.value("uscc").upper()
        notes = list(one.notes)
        if not code:
            notes.append(NO_CODE)
        elif not is_uscc(code):
            notes.append(WRONG_CODE)
        same_code = [other for other in codes[code] if other != number] if code else []
        same_name = [
            other for other in names[_key(one)] if other != number and other not in same_code
        ]
        if same_code:
            notes.append(SAME_CODE.format(others=_listed(same_code)))
        if same_name and _key(one):
            notes.append(SAME_NAME.format(others=_listed(same_name)))
        yield [
            number,
            *(one.value(name) for name in FIELDS),
            one.application_no,
            one.source,
            one.page or None,
            one.row or None,
            joined(notes),
        ]


def _lines(one: Application, file: HeldFile) -> Iterator[Entry]:
    assert file.facts is not None
    try:
        document = decode_facts(file.facts.read_bytes())
    except (OSError, ValidationError):
        trouble = NOT_READABLE.format(trouble=file.filed.facts)
        yield _named(one, Entry({}, one.number, file.path), trouble)
        return
    for line in document.statistics:
        notes = (READ_DOUBTFULLY,) if line.confidence < DOUBTFUL else ()
        number = line.values.get("application_no") or one.number
        yield Entry(line.values, number, file.path, line.page, line.row, notes)


def _of_forms(one: Application) -> Entry:
    """What the forms say, with the first of them that says who it is as the source."""
    values = dict(one.row.fields or {})
    source, page = "", 0
    surest: dict[str, float] = {}
    for file in one.holding.files if one.holding else ():
        own = [field for field in file.filed.fields if values.get(field.name)]
        if not file.material or not own:
            continue
        for field in own:
            surest[field.name] = max(surest.get(field.name, 0.0), field.confidence)
        if not source:
            source, page = file.path, min((field.page for field in own if field.page), default=0)
    doubtful = any(surest.get(name, 1.0) < DOUBTFUL for name in FIELDS)
    entry = Entry(values, one.number, source, page, notes=(READ_DOUBTFULLY,) if doubtful else ())
    if not source:
        return _named(one, entry, NO_FACTS)
    named = values.get("full_name", "")
    if not named:
        return _named(one, entry, FROM_MAIL)
    if one.row.full_name and normal_name(named) != normal_name(one.row.full_name):
        note = OTHER_NAME.format(full_name=one.row.full_name)
        return Entry(values, one.number, source, page, notes=(*entry.notes, note))
    return entry


def _named(one: Application, entry: Entry, note: str) -> Entry:
    """The entry under the name that the application is registered with."""
    values = {"full_name": one.row.full_name} | entry.values
    values["full_name"] = values["full_name"] or one.row.full_name
    notes = (*entry.notes, note)
    return Entry(values, entry.application_no, entry.source, entry.page, entry.row, notes)


def _key(one: Entry) -> str:
    return normal_name(one.value("full_name")).casefold()


def _listed(numbers: list[int]) -> str:
    shown = "、".join(str(number) for number in numbers[:5])
    return f"{shown}等" if len(numbers) > 5 else shown
