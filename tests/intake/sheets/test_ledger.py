"""What the ledger's row says of seals, decisions and clerks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from intake.sheets.ledger import COLUMNS, ledger_rows
from intake.sheets.words import DECISIONS, EFFECTS, OUTCOMES, SEALS, STATES
from model.decision import Decision, DecisionKind
from model.finding import Effect, finding_kinds
from model.record import FiledFinding, RecordKind
from model.verdict import ItemState, Outcome
from tests.builders.filed import file_application
from tests.intake.conftest import Desk

AT = datetime(2021, 6, 18, 1, 0, tzinfo=UTC)


def _row(desk: Desk) -> dict[str, Any]:
    (row,) = ledger_rows(desk.place())
    return dict(zip((one.name for one in COLUMNS), row, strict=True))


def _seal(code: str, about: str) -> FiledFinding:
    return FiledFinding(code, about, "note", "…", "")


def _decide(desk: Desk, name: str, kind: DecisionKind, by: str = "张三", revokes: str = "") -> None:
    made = Decision(name, kind, by, "已电话核实", AT, 1, revokes=revokes)
    file_application(desk.place(), name, kind=RecordKind.DECISION, decision=made, by=by)


@pytest.mark.parametrize(
    ("findings", "shown"),
    [
        ([], ""),
        ([("seal.seen", "推荐表"), ("seal.seen", "承诺书")], "已见印章"),
        ([("seal.seen", "推荐表"), ("seal.not_seen", "承诺书")], "承诺书：未见；推荐表：已见印章"),
        ([("seal.signed", "承诺书"), ("seal.other_name", "承诺书")],
         "名称不符、电子签名，内容未改动"),
        ([("material.seal_unchecked", "推荐表")], "待人工核验"),
    ],
    ids=["none", "same", "differ", "two", "unchecked"],
)  # fmt: skip
def test_seals(desk: Desk, findings: list[tuple[str, str]], shown: str) -> None:
    file_application(desk.place(), "a", findings=tuple(_seal(*one) for one in findings))
    assert _row(desk)["盖章核验"] == shown


def test_who_decided_is_the_clerk_and_the_decision_stands_in_the_remarks(desk: Desk) -> None:
    file_application(desk.place(), "a", outcome=Outcome.LATE_PENDING)
    _decide(desk, "d1", DecisionKind.ACCEPT_LATE)
    row = _row(desk)
    assert row["经办人"] == "张三"
    assert row["备注"] == "2021年6月18日 张三决定：接收逾期材料（已电话核实）"


def test_a_revoked_decision_is_shown_as_such_and_its_maker_is_no_clerk(desk: Desk) -> None:
    file_application(desk.place(), "a")
    _decide(desk, "d1", DecisionKind.RETURN)
    _decide(desk, "d2", DecisionKind.REVOKE, revokes="d1", by="李四")
    row = _row(desk)
    assert row["经办人"] == ""
    assert row["备注"] == (
        "2021年6月18日 张三决定：退回（已电话核实）［已撤销］；"
        "2021年6月18日 李四决定：撤销此前决定（已电话核实）"
    )


def test_checked_seals_say_who_checked(desk: Desk) -> None:
    file_application(desk.place(), "a", findings=(_seal("seal.seen", "推荐表"),))
    _decide(desk, "d1", DecisionKind.CHECKED)
    assert _row(desk)["盖章核验"] == "已人工核验（张三）"


def test_every_code_has_its_word() -> None:
    assert set(OUTCOMES) == {one.value for one in Outcome}
    assert set(STATES) == {one.value for one in ItemState}
    assert set(EFFECTS) == {one.value for one in Effect}
    assert set(DECISIONS) == {one.value for one in DecisionKind}
    known = {code for code in finding_kinds() if code.startswith("seal.")}
    assert set(SEALS) == known | {"material.seal_unchecked"}
