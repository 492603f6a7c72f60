"""应报, 已报, 未报 and the quota: the register against what is in the ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks import judge
from intake.quota import quota_findings
from intake.register.groups import group_key, stated_group
from intake.register.report import Came, report
from intake.register.sheet import export_report, number_lines
from intake.workplace import Workplace
from model.document import Field
from model.record import FiledFile
from model.register import NO_REGISTER, Register, RegisterEntry
from model.verdict import Outcome
from parsers.documents.read import read_document
from storage.ledger import filing
from storage.ledger import register as rows
from tests.builders.ledger_rows import PROGRAMME, record, sha
from tests.builders.registers import an_import
from tests.builders.submissions import PACKAGE, file, full_set, programme, submission
from tests.intake.conftest import Desk

ENTRIES = tuple(
    RegisterEntry(number, f"{city}{number}有限公司", city=city, recommender=recommender)
    for number, city, recommender in (
        ("A1", "济南市", "机械协会"), ("A2", "山东省济南市", "机械协会"), ("A3", "济南", ""),
        ("B1", "青岛市", "电子协会"), ("B2", "青岛市", "机械协会"), ("C1", "", ""),
    )
)  # fmt: skip


def _send(
    place: Workplace, number: str, outcome: Outcome = Outcome.COMPLETE, city: str = ""
) -> None:
    made = record(number, object_id=number, outcome=outcome)
    fields = (Field("city", city),) if city else ()
    form = FiledFile(
        "推荐表.pdf", "", 1, sha(number), "application/pdf", material="form", fields=fields
    )
    made = replace(made, application_no=number, files=(form,))
    with place.ledger.write() as tx:
        filing.record(tx, made, 1)


@pytest.fixture
def place(desk: Desk) -> Workplace:
    place = desk.place()
    with place.ledger.write() as tx:
        rows.enter(tx, an_import(1, *ENTRIES))
    return place


def test_every_registered_unit_is_counted_once(place: Workplace) -> None:
    _send(place, "A1")
    _send(place, "a2", Outcome.CORRECTION)
    _send(place, "B1", Outcome.RETURNED)
    _send(place, "B2", Outcome.LATE_REFUSED)
    _send(place, "X9", city="青岛")
    _send(place, "Y9", Outcome.IGNORED)
    made = report(place, PROGRAMME)
    found = {
        one.name: (one.expected, one.sent, len(one.outstanding), one.others) for one in made.groups
    }
    assert found == {
        "济南市": (3, 2, 1, 0), "青岛市": (2, 0, 2, 1), "（未填）": (1, 0, 1, 0),
    }  # fmt: skip
    assert (made.expected, made.sent, len(made.outstanding), made.others) == (6, 2, 4, 1)
    came = {one.entry.application_no: one.came for one in made.outstanding}
    assert came == {
        "A3": Came.NOTHING, "B1": Came.RETURNED, "B2": Came.LATE, "C1": Came.NOTHING,
    }  # fmt: skip


def test_by_recommender(place: Workplace) -> None:
    _send(place, "B2")
    made = report(place, PROGRAMME, "recommender")
    assert [(one.name, one.expected, one.sent) for one in made.groups] == [
        ("机械协会", 3, 1), ("（未填）", 2, 0), ("电子协会", 1, 0),
    ]  # fmt: skip


def test_without_a_register_nobody_is_expected(desk: Desk) -> None:
    place = desk.place()
    _send(place, "A1", city="济南市")
    made = report(place, PROGRAMME)
    assert (made.version, made.expected, made.sent, made.others) == (0, 0, 0, 1)
    assert made.groups[0].name == "济南市"


def test_the_report_as_a_workbook(place: Workplace, desk: Desk) -> None:
    _send(place, "A1")
    made = report(place, PROGRAMME)
    path = desk.folder / "report.xlsx"
    export_report(made, path)
    numbers, outstanding, sent = (table.rows for table in read_document(path).tables)
    assert numbers[1:] == tuple(tuple(str(cell) for cell in line) for line in number_lines(made))
    assert [row[2] for row in outstanding[1:]] == ["A2", "A3", "B1", "B2", "C1"]
    assert [row[2] for row in sent[1:]] == ["A1"]


RULES = programme(number_register={"quota": 1})


def _quota(place: Workplace, number: str, *, register: Register, stated: str = "") -> str:
    with place.ledger.read() as tx:
        found = quota_findings(tx, RULES, register, number, number, stated=stated)
    assert len(found) < 2
    return found[0].text if found else ""


def test_a_city_with_more_than_its_quota(place: Workplace) -> None:
    register = Register(ENTRIES, 1)
    assert _quota(place, "A1", register=register) == ""
    _send(place, "A1")
    assert _quota(place, "A1", register=register) == "", "a new version takes no second place"
    text = _quota(place, "A2", register=register)
    assert "山东省济南市" in text
    assert "A1" in text
    assert _quota(place, "B1", register=register) == ""
    assert _quota(place, "C1", register=register) == "", "of an unknown city nothing is known"


def test_what_was_sent_back_takes_no_place(place: Workplace) -> None:
    _send(place, "A1", Outcome.RETURNED)
    assert _quota(place, "A2", register=Register(ENTRIES, 1)) == ""


def test_without_a_register_the_forms_say_the_city(desk: Desk) -> None:
    place = desk.place()
    _send(place, "X1", city="济南市")
    assert "X1" in _quota(place, "X2", register=NO_REGISTER, stated="山东省济南市")
    assert _quota(place, "X2", register=NO_REGISTER, stated="青岛市") == ""
    assert _quota(place, "X2", register=NO_REGISTER) == ""


def test_no_quota_no_finding(place: Workplace) -> None:
    rules = programme(number_register={"quota": None})
    _send(place, "A1")
    with place.ledger.read() as tx:
        assert quota_findings(tx, rules, Register(ENTRIES, 1), "A2", "A2") == ()


def test_the_surest_form_says_the_city() -> None:
    form = file(f"{PACKAGE}/推荐表.pdf")
    assert form.document is not None
    fields = (Field("city", "泰安市", confidence=0.5), Field("city", "济南市", confidence=0.9))
    form = replace(form, document=replace(form.document, fields=fields))
    stranger = replace(form, path="别的文件.pdf")
    made = submission(files=[form, *full_set()[1:], stranger])
    assert stated_group(made, judge(made, programme()), "city") == "济南市"
    assert stated_group(made, judge(made, programme()), "recommender") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("济南市", "济南"), ("山东省济南市", "济南 市"), ("内蒙古自治区包头市", "包头")],
)
def test_spellings_of_a_city(one: str, other: str) -> None:
    assert group_key(one, "city") == group_key(other, "city")


def test_cities_that_differ() -> None:
    assert group_key("济南市", "city") != group_key("济宁市", "city")
    assert group_key("市", "city") == "市"
