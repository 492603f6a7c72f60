"""档号: drawn once for each application, without gaps, and known again after a rebuild."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError
from sqlalchemy import delete, select

from intake.archival import archival_fields, restore_code
from intake.rebuild import rebuild
from model.archival import ArchivalFields
from model.policies import Archival
from model.programme import Programme
from storage.ledger.schema import archival_code, revision
from tests.builders.filed import file_application
from tests.builders.submissions import programme
from tests.intake.conftest import Desk

CODE = "{fonds}-WS·{year}-{retention}-{department}-{serial:04d}"
RULES = programme(
    archival={"code": CODE, "fonds": "0123", "department": "ZLC", "retention": "30年",
              "classification": "内部"},
)  # fmt: skip
EVENING = datetime(2021, 6, 15, 17, 0, tzinfo=UTC)


def _draw(desk: Desk, number: str, rules: Programme = RULES) -> ArchivalFields:
    with desk.place().ledger.write() as tx:
        return archival_fields(
            tx, rules, number, full_name="甲公司", application_no=number, first_received_at=EVENING
        )


def test_the_fields_are_those_of_the_standard(desk: Desk) -> None:
    assert _draw(desk, "ZB1") == ArchivalFields(
        code="0123-WS·2021-D30-ZLC-0001",
        title="甲公司2021年全国质量标杆推荐申报材料",
        responsible="甲公司",
        made_on=date(2021, 6, 16),
        retention="30年",
        classification="内部",
        department="ZLC",
        fonds="0123",
        year=2021,
    )


def test_a_code_is_drawn_once_and_given_back_where_the_transaction_falls(desk: Desk) -> None:
    assert _draw(desk, "ZB1").code == _draw(desk, "ZB1").code
    with suppress(ZeroDivisionError), desk.place().ledger.write() as tx:
        archival_fields(
            tx, RULES, "ZB2", full_name="", application_no="ZB2", first_received_at=EVENING
        )
        raise ZeroDivisionError
    assert _draw(desk, "ZB3").code.endswith("-0002")


def test_programmes_of_one_series_count_on_together(desk: Desk) -> None:
    other = RULES.model_copy(update={"id": "provincial-2021"})
    apart = RULES.model_copy(
        update={"id": "gaoxin-2021", "archival": RULES.archival.model_copy(
            update={"retention": "10年"})}
    )  # fmt: skip
    codes = [_draw(desk, "ZB1", rules).code[-4:] for rules in (RULES, other, apart)]
    assert codes == ["0001", "0002", "0001"]


def test_no_code_where_the_programme_draws_none(desk: Desk) -> None:
    assert _draw(desk, "ZB1", programme()).code == ""


def test_a_ledger_that_forgot_learns_the_code_from_the_archive(desk: Desk) -> None:
    archival = f'[archival]\ncode = "{CODE}"\nfonds = "0123"\ndepartment = "ZLC"\n\n[late]'
    desk.change_rules(("[late]", archival))
    place = desk.place()
    rules = place.programme("national-2021")
    with place.ledger.write() as tx:
        fields = archival_fields(
            tx,
            rules,
            "ZB20210137",
            full_name="甲公司",
            application_no="",
            first_received_at=EVENING,
        )
    fields = replace(fields, code=fields.code.replace("0001", "0007"))
    file_application(place, "a", archival=fields)
    for path in desk.settings.data_dir.glob("ledger.db*"):
        path.unlink()
    place = desk.place()
    assert rebuild(place).versions == 1
    with place.ledger.read() as tx:
        assert tx.execute(select(revision.c.archival_code)).scalar() == fields.code
    assert _draw(desk, "ZB20210137", rules).code == fields.code
    assert _draw(desk, "ZB2", rules).code.endswith("-0008")


def test_an_older_code_does_not_turn_the_counter_back(desk: Desk) -> None:
    for number in ("ZB1", "ZB2", "ZB3"):
        _draw(desk, number)
    with desk.place().ledger.write() as tx:
        tx.execute(delete(archival_code).where(archival_code.c.object_id == "ZB1"))
        restore_code(tx, RULES, "ZB1", "0123-WS·2021-D30-ZLC-0001")
        restore_code(tx, RULES, "ZB9", "of another pattern")
    assert _draw(desk, "ZB4").code.endswith("-0004")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"code": "{fonds}-{year}"}, "serial"),
        ({"code": "{serial:,}"}, "serial"),
        ({"code": "{serial}{serial}"}, "once"),
        ({"code": "{series}"}, "use"),
        ({"code": "x" * 100 + "{serial}"}, "longer"),
        ({"title": "{name}"}, "title"),
    ],
    ids=["no-serial", "commas", "twice", "unknown", "long", "title"],
)
def test_a_pattern_that_cannot_be_used_is_refused(rule: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Archival.model_validate(rule)


@pytest.mark.parametrize(
    ("code", "serial"),
    [("A*1-2021-0012", 12), ("A*1-2021-12345", 12345), ("A*1-2021-12", None), ("B-2021-0012", None),
     ("A*1-2021-", None), ("A*1-2021-1x", None)],
)  # fmt: skip
def test_the_serial_within_a_code(code: str, serial: int | None) -> None:
    rule = Archival(code="{fonds}-{year}-{serial:04d}", fonds="A*1")
    assert rule.serial_of(code, 2021) == serial
