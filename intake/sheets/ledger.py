"""台账: one row for each application, in the clerk's column order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from checks.window import ARRIVED_LATE
from intake.bounces import in_words
from intake.sheets.application import Application, applications
from intake.sheets.layout import Cell, Column, Kind, Layout, columns, joined
from intake.sheets.words import (
    CHECKED_SEALS,
    DAY,
    DECIDED,
    DECISIONS,
    FIRST_RECEIVED,
    LATE,
    MOMENT,
    OUTCOMES,
    REVOKED,
    SEALS,
    STATES,
)
from intake.workplace import Workplace
from model.decision import DecisionKind
from model.programme import Programme

FIXED_MATERIALS = {
    "recommendation_form": "推荐表",
    "commitment_letter": "承诺书",
    "application_document": "申报材料",
    "supporting_document": "证明材料",
}
"""Materials that have a column of their own in every ledger, by id."""

FORM_FIELDS = ("uscc", "city", "title", "contact", "mobile")
"""What is read off the forms, in the order of its columns."""

COLUMNS = (
    Column("序号", 5, Kind.NUMBER),
    *columns(Kind.WORDS, ("回执编号", 14), ("申报编号", 14), ("申报单位全称", 26)),
    Column("信用代码", 20),
    *columns(Kind.WORDS, ("市", 8), ("标杆名称", 20), ("联系人", 8)),
    *columns(Kind.WORDS, ("手机", 13), ("发件邮箱", 20)),
    Column("收到时间", 23, Kind.MOMENT),
    Column("版本", 5, Kind.NUMBER),
    Column("是否逾期", 6, Kind.STATE),
    *columns(Kind.STATE, *((name, 7) for name in FIXED_MATERIALS.values())),
    Column("盖章核验", 14, Kind.WORDS),
    Column("状态", 9, Kind.STATE),
    Column("缺项", 30, Kind.WORDS),
    Column("补正期限", 15, Kind.DAY),
    Column("回执时间", 23, Kind.MOMENT),
    *columns(Kind.WORDS, ("经办人", 8), ("档号", 16), ("备注", 32)),
)
"""The columns that every ledger has; further materials of a programme stand behind them."""


def layout(programmes: Iterable[Programme]) -> Layout:
    """The sheet for applications of these programmes."""
    more = tuple(Column(name, 9, Kind.STATE) for name in further_materials(programmes))
    return Layout("台账", (*COLUMNS, *more), held=4)


def further_materials(programmes: Iterable[Programme]) -> tuple[str, ...]:
    """Labels of the materials that have no column among the fixed ones, in order."""
    labels = (
        material.label
        for rules in programmes
        for material in rules.materials
        if _fixed_name(material.id, material.label) is None
    )
    return tuple(dict.fromkeys(labels))


def ledger_rows(place: Workplace, programme: str | None = None) -> Iterator[list[Cell]]:
    """Every row, from the ledger alone."""
    with place.ledger.read() as tx:
        further = further_materials(programmes_of(place, programme))
        for number, one in enumerate(applications(place, tx, programme), 1):
            yield ledger_row(number, one, further)


def programmes_of(place: Workplace, programme: str | None) -> list[Programme]:
    """The programme asked for, or every one that has something filed."""
    names = [programme] if programme else place.archived_programmes()
    return [place.programme(name) for name in names]


def ledger_row(number: int, one: Application, further: tuple[str, ...] = ()) -> list[Cell]:
    """The row of one application. further: columns of further materials, by their labels."""
    row, rules = one.row, one.rules
    codes = {finding.code for finding in one.findings}
    missing = [f.text for f in one.findings if f.effect in ("correct", "return")]
    materials = {
        _fixed_name(item["material"], item["label"]) or item["label"]: STATES[item["state"]]
        for item in row.checklist
    }
    return [
        number,
        row.letter_no or row.receipt_no,
        row.application_no,
        row.full_name,
        *((row.fields or {}).get(name, "") for name in FORM_FIELDS),
        row.sender,
        one.local(row.received_at),
        row.revision,
        LATE[any(code in ARRIVED_LATE for code in codes)],
        *(materials.get(name, "") for name in FIXED_MATERIALS.values()),
        _seals(one),
        OUTCOMES[row.outcome],
        joined(missing),
        one.due,
        one.local(row.sent_at),
        _clerk(one) or rules.receipt.clerk,
        row.archival_code,
        joined(_remarks(one)),
        *(materials.get(name, "") for name in further),
    ]


def _fixed_name(material: str, label: str) -> str | None:
    if material in FIXED_MATERIALS:
        return FIXED_MATERIALS[material]
    return label if label in FIXED_MATERIALS.values() else None


def _remarks(one: Application) -> Iterator[str]:
    first, received = one.row.first_received_at, one.row.received_at
    if first is not None and first != received:
        yield FIRST_RECEIVED.format(moment=MOMENT.format(one.local(first)))
    for finding in one.findings:
        if finding.effect in ("person", "pend", "refuse"):
            yield finding.text
    revoked = {made["revokes"] for made in one.decisions if made["revokes"]}
    for made in one.decisions:
        decided = _decided(one, made)
        yield REVOKED.format(decided=decided) if made["id"] in revoked else decided
    if one.mark is not None:
        yield in_words(one.mark, one.rules.zone)


def _decided(one: Application, made: dict[str, Any]) -> str:
    elsewhere = made["elsewhere"] or made["application_no"]
    return DECIDED.format(
        day=DAY.format(one.local(datetime.fromisoformat(made["at"]))),
        by=made["by"],
        what=DECISIONS[made["kind"]].format(elsewhere=elsewhere),
        reason=made["reason"],
    )


def _in_force(one: Application) -> list[dict[str, Any]]:
    """The decisions that still hold, oldest first."""
    revoked = {made["revokes"] for made in one.decisions}
    return [
        made
        for made in one.decisions
        if made["id"] not in revoked and made["kind"] != DecisionKind.REVOKE
    ]


def _clerk(one: Application) -> str:
    """Who decided last, "" where no person did."""
    made = _in_force(one)
    return str(made[-1]["by"]) if made else ""


def _seals(one: Application) -> str:
    """What was seen on each material that wants a seal; said once where it is the same on all."""
    seen: dict[str, list[str]] = {}
    for code, word in SEALS.items():
        for finding in one.findings:
            if finding.code == code and word not in seen.setdefault(finding.about, []):
                seen[finding.about].append(word)
    words = {about: "、".join(found) for about, found in seen.items() if found}
    if len(set(words.values())) == 1:
        told = next(iter(words.values()))
    else:
        told = joined(f"{about}：{found}" for about, found in words.items())
    checked = [made["by"] for made in _in_force(one) if made["kind"] == DecisionKind.CHECKED]
    return joined((CHECKED_SEALS.format(by=checked[-1]) if checked else "", told))
