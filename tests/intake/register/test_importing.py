"""A register imported, filed, entered, killed on the way, rebuilt and verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import intake.register.importing
from intake.rebuild import rebuild
from intake.register.importing import carry_out, plan
from intake.register.in_force import (
    REGISTER,
    filed_imports,
    register_archive,
    register_of,
    verify_registers,
)
from intake.register.sheet import export_register
from intake.workplace import Workplace
from model.errors import IntakeError
from model.register import NO_REGISTER, RegisterEntry
from model.register_import import ImportMode, RegisterImport
from storage.archive.values import VersionConflict
from tests.builders.registers import HEAD, uscc, workbook
from tests.builders.season import PROGRAMME
from tests.intake.conftest import Desk, die

ONE = (
    "ZB20210001",
    "山东泰山机械制造有限公司",
    uscc(1),
    "泰安市",
    "王工",
    "13800000001",
    "a@example.com",
)
TWO = (
    "ZB20210002",
    "青岛海辰电子科技有限公司",
    uscc(2),
    "青岛市",
    "李工",
    "13800000002",
    "b@example.com",
)
THREE = ("ZB20210003", "烟台蓝海装备股份有限公司", "", "烟台市", "", "", "")


def _import(
    place: Workplace, folder: Path, *lines: Sequence[Any], mode: ImportMode = ImportMode.REPLACE
) -> RegisterImport | None:
    path = folder / "登记册.xlsx"
    path.write_bytes(workbook(lines, title="登记册"))
    with plan(place, path, PROGRAMME, mode) as planned:
        return carry_out(place, planned, "李工")


def _numbers(place: Workplace) -> list[str]:
    return [one.application_no for one in register_of(place, PROGRAMME).entries]


def test_an_import_is_filed_and_in_force(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    assert register_of(place, PROGRAMME) is NO_REGISTER
    made = _import(place, tmp_path, ONE, TWO)
    assert made is not None
    register = register_of(place, PROGRAMME)
    assert register.version == 1
    assert register.entry("zb20210001") == RegisterEntry(
        ONE[0], ONE[1], ONE[2], ONE[3], "", ONE[4], ONE[5], ONE[6]
    )
    assert register_of(place, PROGRAMME) is register, "it is not loaded a second time"
    ((filed, version),) = filed_imports(place, PROGRAMME)
    assert filed == made
    assert version.path(made.original).read_bytes() == (tmp_path / "登记册.xlsx").read_bytes()
    assert version.sha256(made.original) == made.sha256
    assert version.user == "李工"
    assert list(verify_registers(place)) == []


def test_a_file_replaces_the_register_or_adds_to_it(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    _import(place, tmp_path, ONE, TWO)
    _import(place, tmp_path, THREE, mode=ImportMode.ADD)
    assert _numbers(place) == [ONE[0], TWO[0], THREE[0]]
    renamed = (ONE[0], "山东泰山装备制造有限公司", *ONE[2:])
    made = _import(place, tmp_path, renamed, mode=ImportMode.ADD)
    assert made is not None
    assert _numbers(place) == [ONE[0], TWO[0], THREE[0]]
    assert register_of(place, PROGRAMME).entries[0].full_name == renamed[1]
    _import(place, tmp_path, TWO)
    assert _numbers(place) == [TWO[0]]
    assert register_of(place, PROGRAMME).version == 4


def test_what_changes_is_known_before(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    _import(place, tmp_path, ONE, TWO)
    path = tmp_path / "next.xlsx"
    path.write_bytes(workbook([(ONE[0], ONE[1], ONE[2], "济南市", *ONE[4:]), THREE]))
    with plan(place, path, PROGRAMME, ImportMode.REPLACE) as planned:
        found = planned.changes
    assert [one.application_no for one in found.added] == [THREE[0]]
    assert [one.application_no for one in found.removed] == [TWO[0]]
    assert [one.differences for one in found.changed] == [(("city", "泰安市", "济南市"),)]
    assert found.unchanged == 0
    assert _numbers(place) == [ONE[0], TWO[0]], "a plan writes nothing"
    assert list(place.work_folder.iterdir()) == []


def test_the_same_file_again_files_nothing(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    _import(place, tmp_path, ONE)
    assert _import(place, tmp_path, ONE) is None
    assert len(list(filed_imports(place, PROGRAMME))) == 1


def test_an_exported_register_is_the_same_when_imported(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    made = _import(place, tmp_path, ONE, TWO, THREE)
    assert made is not None
    former = replace(
        made.entries[0], former_names=("山东泰山机械厂", "泰山机械"), recommender="泰安市工信局"
    )
    desk_rows = (former, *made.entries[1:])
    with plan(place, tmp_path / "登记册.xlsx", PROGRAMME, ImportMode.REPLACE) as planned:
        changed = replace(
            planned, entries=desk_rows, changes=replace(planned.changes, added=desk_rows)
        )
        carry_out(place, changed, "李工")
    for ending in (".xlsx", ".csv"):
        path = tmp_path / f"out{ending}"
        assert export_register(place, PROGRAMME, path) == 3
        with plan(place, path, PROGRAMME, ImportMode.REPLACE) as planned:
            assert planned.read.refused == ()
            assert planned.entries == desk_rows
            assert not planned.changes


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "is not a table"), (b"%PDF-1.4 nothing", "is not a table"),
        ("一二三".encode(), "no table with columns"),
    ],
)  # fmt: skip
def test_what_is_no_register_is_the_operators_error(
    desk: Desk, tmp_path: Path, data: bytes, word: str
) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(data)
    with (
        pytest.raises(IntakeError, match=word),
        plan(desk.place(), path, PROGRAMME, ImportMode.REPLACE),
    ):
        pass


def test_a_register_without_entries_is_none(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    _import(place, tmp_path, ONE)
    with pytest.raises(IntakeError, match="No line of the file"):
        _import(place, tmp_path)
    assert _numbers(place) == [ONE[0]]


def test_of_two_imports_at_once_the_second_is_refused(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    path = tmp_path / "slow.xlsx"
    path.write_bytes(workbook([ONE], HEAD))
    with plan(place, path, PROGRAMME, ImportMode.REPLACE) as planned:
        _import(place, tmp_path, TWO)
        with pytest.raises(VersionConflict):
            carry_out(place, planned, "张工")
    assert _numbers(place) == [TWO[0]]


POINTS = {
    "planned": (intake.register.importing, "carry_out"),
    "about to file": (intake.register.importing, "encode_import"),
    "filed": (intake.register.importing.rows, "enter"),
}


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_importing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    _import(desk.place(), tmp_path, ONE)
    owner, name = POINTS[point]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, die)
        if name == "carry_out":
            patch.setitem(globals(), "carry_out", die)
        desk.killed(lambda place: _import(place, tmp_path, ONE, TWO))
    place = desk.place()
    assert _numbers(place) == [ONE[0]], "the old one is in force until the new one is entered"
    _import(place, tmp_path, ONE, TWO)
    assert _numbers(place) == [ONE[0], TWO[0]]
    assert register_of(place, PROGRAMME).version == 2
    assert len(list(filed_imports(place, PROGRAMME))) == 2
    assert list(verify_registers(place)) == []


def test_a_rebuilt_ledger_has_the_register(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    _import(place, tmp_path, ONE)
    _import(place, tmp_path, ONE, TWO)
    before = register_of(place, PROGRAMME)
    for file in desk.settings.data_dir.glob("ledger.db*"):
        file.rename(file.with_name(f"old-{file.name}"))
    place = desk.place()
    assert register_of(place, PROGRAMME) == NO_REGISTER
    assert [problem for _, problem, _ in verify_registers(place)] == [
        "import 1 is not in the ledger", "import 2 is not in the ledger",
    ]  # fmt: skip
    assert rebuild(place).registers == 1
    assert register_of(place, PROGRAMME) == before
    assert list(verify_registers(place)) == []


def test_a_changed_byte_is_found(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    _import(place, tmp_path, ONE)
    path = register_archive(place).versions(PROGRAMME)[0].path(REGISTER)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"ZB20210001", b"ZB20210009"))
    found = list(verify_registers(place))
    assert {where for where, _, _ in found} == {f"register {PROGRAMME}"}
    assert any(REGISTER in problem for _, problem, _ in found)
