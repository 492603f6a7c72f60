"""The register in the ledger: whole imports, the newest of them in force."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from model.register import NO_REGISTER, Register, RegisterEntry
from model.verdict import Outcome
from storage.ledger import Ledger, filing
from storage.ledger import register as rows
from storage.ledger.schema import register_entry
from tests.builders.ledger_rows import PROGRAMME, record
from tests.builders.registers import an_import, uscc

ONE = RegisterEntry(
    "ZB-001", "山东泰山机械制造有限公司", uscc(1), "泰安市", "泰安市工信局", "王工", "13800000001",
    "qy@example.com", ("山东泰山机械厂",),
)  # fmt: skip
TWO = RegisterEntry("zb-002", "青岛海辰电子科技有限公司")
THREE = RegisterEntry("ZB-003", "烟台蓝海装备股份有限公司")


def test_without_an_import_it_is_empty(ledger: Ledger) -> None:
    with ledger.read() as tx:
        assert rows.load(tx, PROGRAMME) == NO_REGISTER
        assert rows.imported_version(tx, PROGRAMME) == 0
        assert rows.newest_import(tx, PROGRAMME) is None
        assert rows.programmes(tx) == []


def test_the_newest_import_is_in_force_as_a_whole(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert rows.enter(tx, an_import(1, ONE, TWO))
        assert rows.load(tx, PROGRAMME) == Register((ONE, TWO), 1)
        assert rows.enter(tx, an_import(2, THREE, ONE))
    with ledger.read() as tx:
        register = rows.load(tx, PROGRAMME)
        assert register == Register((THREE, ONE), 2)
        assert register.entry("zb-００１") == ONE
        assert [one.version for one in rows.imports(tx, PROGRAMME)] == [1, 2]
        assert rows.load(tx, "gaoxin-2021") == NO_REGISTER


def test_an_import_that_is_entered_already_changes_nothing(ledger: Ledger) -> None:
    with ledger.write() as tx:
        rows.enter(tx, an_import(1, ONE))
        assert not rows.enter(tx, an_import(1, TWO))
        assert rows.load(tx, PROGRAMME).entries == (ONE,)


def test_an_older_import_that_is_entered_late_is_not_in_force(ledger: Ledger) -> None:
    with ledger.write() as tx:
        rows.enter(tx, an_import(2, TWO))
        assert rows.enter(tx, an_import(1, ONE))
        assert rows.load(tx, PROGRAMME) == Register((TWO,), 2)


def test_all_of_an_import_or_nothing(ledger: Ledger) -> None:
    with ledger.write() as tx:
        rows.enter(tx, an_import(1, ONE))

    def killed() -> None:
        with ledger.write() as tx:
            rows.enter(tx, an_import(2, TWO, THREE))
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        killed()
    with ledger.read() as tx:
        assert rows.load(tx, PROGRAMME) == Register((ONE,), 1)
        assert tx.execute(select(func.count()).select_from(register_entry)).scalar_one() == 1


def test_applications_are_those_that_are_somebodys(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, record("one"), 1)
        filing.record(tx, record("two", object_id="ZB-002", outcome=Outcome.RETURNED), 1)
        filing.record(tx, record("three", object_id="ZB-003", outcome=Outcome.IGNORED), 1)
        filing.record(tx, record("four", programme="gaoxin-2021"), 1)
        found = rows.applications_of(tx, PROGRAMME)
    assert {row.outcome for row in found} == {"complete", "returned"}
    assert len(found) == 2
