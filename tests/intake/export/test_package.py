"""The package for the jury: who is in it, what lies where, and that nothing half-made is left."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from intake.export import target
from intake.export.package import export_package
from model.errors import IntakeError
from model.revision import EffectiveFile
from model.verdict import ChecklistItem, FilePart, ItemState, Outcome
from tests.builders.filed import file_application, paper
from tests.intake.conftest import Desk, die

COMPLETE = frozenset({Outcome.COMPLETE})
NAME = "ZB20210137+山东某某机械有限公司"
PACKAGE = f"{NAME}.rar"


@pytest.fixture
def filed(desk: Desk) -> Desk:
    """One complete application, and one that asks for a correction."""
    place = desk.place()
    file_application(
        place, "a",
        [
            paper(f"{PACKAGE}/承诺书.pdf", material="commitment_letter"),
            paper(f"{PACKAGE}/推荐表.pdf", material="recommendation_form"),
            paper(f"{PACKAGE}/证明/专利/证书.pdf", material="supporting_document"),
            paper(f"{PACKAGE}/证明/奖项/证书.pdf", material="supporting_document"),
            paper(f"{PACKAGE}/目录.txt"),
        ],
    )  # fmt: skip
    file_application(place, "b", object_id="ZB2", application_no="ZB2", outcome=Outcome.CORRECTION)
    return desk


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _digests_hold(folder: Path) -> bool:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "manifest-sha256.txt"],
        cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


def test_materials_in_their_order_in_one_folder_for_each_applicant(
    filed: Desk, tmp_path: Path
) -> None:
    into = tmp_path / "评审"
    done = export_package(filed.place(), into, "national-2021", COMPLETE)
    assert (done.applicants, done.files, done.left_out) == (1, 5, ())
    files = _files(into)
    assert sorted(files) == sorted([
        f"{NAME}/1 推荐表/推荐表.pdf",
        f"{NAME}/2 承诺书/承诺书.pdf",
        f"{NAME}/4 证明材料/专利/证书.pdf",
        f"{NAME}/4 证明材料/奖项/证书.pdf",
        f"{NAME}/5 其他文件/目录.txt",
        "index.html", "index.xlsx", "manifest-sha256.txt",
    ])  # fmt: skip
    assert files[f"{NAME}/1 推荐表/推荐表.pdf"] == f"{PACKAGE}/推荐表.pdf".encode()
    assert _digests_hold(into)
    copied = into / NAME / "1 推荐表" / "推荐表.pdf"
    assert copied.stat().st_mode & 0o222 == 0, "read only"
    assert copied.stat().st_nlink == 1, "a copy: the archive's own file is not to be reached"


def test_the_index_leads_to_every_file(filed: Desk, tmp_path: Path) -> None:
    into = tmp_path / "p"
    export_package(filed.place(), into, "national-2021", COMPLETE)
    page = (into / "index.html").read_text("utf-8")
    assert "2021年全国质量标杆推荐" in page
    assert page.count('href="ZB20210137%2B') == 6
    sheet = openpyxl.load_workbook(into / "index.xlsx").active
    assert sheet is not None
    heads = {cell.value: cell.column for cell in sheet[1]}
    link = sheet.cell(2, heads["推荐表"])
    assert link.value == "推荐表.pdf"
    where = str(link.hyperlink.target).replace("%20", " ").replace("\\", "/")
    assert (into / where).is_file()
    assert sheet.cell(2, heads["申报单位全称"]).value == "山东某某机械有限公司"


def test_other_outcomes_when_they_are_asked_for(filed: Desk, tmp_path: Path) -> None:
    both = COMPLETE | {Outcome.CORRECTION}
    assert export_package(filed.place(), tmp_path / "p", "national-2021", both).applicants == 2
    assert (tmp_path / "p" / "ZB2+山东某某机械有限公司").is_dir()


def test_files_that_earlier_mails_brought_are_in_force_too(desk: Desk, tmp_path: Path) -> None:
    place = desk.place()
    form, form_bytes = paper("推荐表.pdf", material="recommendation_form")
    old, old_bytes = paper("承诺书.pdf", b"old", "commitment_letter")
    file_application(place, "a", [(form, form_bytes), (old, old_bytes)])
    new, new_bytes = paper("承诺书.pdf", b"new", "commitment_letter")
    file_application(
        place, "b", [(new, new_bytes)], revision=2,
        effective=(
            EffectiveFile(1, form.filed_as, "推荐表.pdf", form.sha256, "recommendation_form"),
            EffectiveFile(2, new.filed_as, "承诺书.pdf", new.sha256, "commitment_letter"),
        ),
    )  # fmt: skip
    export_package(place, tmp_path / "p", "national-2021", COMPLETE)
    files = _files(tmp_path / "p" / NAME)
    assert files == {
        "1 推荐表/推荐表.pdf": form_bytes[form.filed_as],
        "2 承诺书/承诺书.pdf": b"new",
    }


def test_a_material_within_another_file_is_pointed_at(desk: Desk, tmp_path: Path) -> None:
    item = ChecklistItem(
        "commitment_letter", "承诺书", ItemState.PRESENT, ("全套.pdf",),
        parts=(FilePart("全套.pdf", 3, 4),),
    )  # fmt: skip
    whole = paper("全套.pdf", material="recommendation_form")
    file_application(desk.place(), "a", [whole], checklist=(item,))
    export_package(desk.place(), tmp_path / "p", "national-2021", COMPLETE)
    page = (tmp_path / "p" / "index.html").read_text("utf-8")
    assert "见“1 推荐表/全套.pdf”第3-4页" in page


def test_one_zip_holds_the_same(filed: Desk, tmp_path: Path) -> None:
    export_package(filed.place(), tmp_path / "p", "national-2021", COMPLETE)
    export_package(filed.place(), tmp_path / "评审.zip", "national-2021", COMPLETE)
    with zipfile.ZipFile(tmp_path / "评审.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
    assert _digests_hold(tmp_path / "out" / "评审")
    assert _files(tmp_path / "out" / "评审").keys() == _files(tmp_path / "p").keys()


def test_a_zip_for_each(filed: Desk, tmp_path: Path) -> None:
    export_package(filed.place(), tmp_path / "p", "national-2021", COMPLETE, zip_each=True)
    assert _digests_hold(tmp_path / "p")
    with zipfile.ZipFile(tmp_path / "p" / f"{NAME}.zip") as archive:
        archive.extractall(tmp_path / "out")
    assert _digests_hold(tmp_path / "out" / NAME)
    with pytest.raises(IntakeError, match="One ZIP"):
        export_package(filed.place(), tmp_path / "q.zip", "national-2021", COMPLETE, zip_each=True)


@pytest.mark.parametrize("name", ["../../外/../x", "con", "甲\u202e乙", "长" * 300, ".", "a/b\\c"])
def test_no_name_leads_out_of_the_package(desk: Desk, tmp_path: Path, name: str) -> None:
    file_application(
        desk.place(), "a", [paper("推荐表.pdf", material="recommendation_form")], full_name=name
    )
    into = tmp_path / "in" / "p"
    before = set(tmp_path.iterdir())
    export_package(desk.place(), into, "national-2021", COMPLETE)
    assert set(tmp_path.iterdir()) - before == {tmp_path / "in"}
    assert list(into.parent.iterdir()) == [into]
    (folder,) = (one for one in into.iterdir() if one.is_dir())
    assert folder.name.startswith("ZB20210137+")
    assert len(folder.name.encode()) <= 255
    assert "\u202e" not in folder.name


def test_two_of_one_name_lie_apart(desk: Desk, tmp_path: Path) -> None:
    for number in ("zb1", "ZB1"):
        file_application(
            desk.place(), number, [paper("推荐表.pdf")], object_id=number, application_no=number
        )
    done = export_package(desk.place(), tmp_path / "p", "national-2021", COMPLETE)
    assert done.applicants == 2
    folders = {one.name.casefold() for one in (tmp_path / "p").iterdir() if one.is_dir()}
    assert len(folders) == 2, "also where a file system ignores case"


def test_damaged_bytes_keep_their_applicant_out_and_are_told(filed: Desk, tmp_path: Path) -> None:
    stored = next(
        filed.settings.data_dir.glob("archive/*/ZB20210137/v1/content/files/*/推荐表.pdf")
    )
    stored.chmod(0o644)
    stored.write_bytes(b"changed")
    both = COMPLETE | {Outcome.CORRECTION}
    done = export_package(filed.place(), tmp_path / "p", "national-2021", both)
    assert (done.applicants, len(done.left_out)) == (1, 1)
    assert "SHA-256" in done.left_out[0].reason
    assert not (tmp_path / "p" / NAME).exists()
    assert "未能导出" in (tmp_path / "p" / "index.html").read_text("utf-8")
    assert _digests_hold(tmp_path / "p")


def test_bytes_that_change_while_they_are_copied_stop_it(
    filed: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.export.package.check", lambda *_: None)
    stored = next(
        filed.settings.data_dir.glob("archive/*/ZB20210137/v1/content/files/*/推荐表.pdf")
    )
    stored.chmod(0o644)
    stored.write_bytes(b"changed")
    with pytest.raises(IntakeError, match="SHA-256"):
        export_package(filed.place(), tmp_path / "p", "national-2021", COMPLETE)
    assert not (tmp_path / "p").exists()
    assert not (tmp_path / ".p.part").exists()


@pytest.mark.parametrize("name", ["p", "p.zip"])
def test_nothing_is_written_over(filed: Desk, tmp_path: Path, name: str) -> None:
    into = tmp_path / name
    if name == "p":
        into.mkdir()
        (into / "mine").write_text("kept")
    else:
        into.write_text("kept")
    with pytest.raises(IntakeError, match="is there already"):
        export_package(filed.place(), into, "national-2021", COMPLETE)
    assert (into / "mine" if name == "p" else into).read_text() == "kept"


def test_an_empty_folder_may_be_given(filed: Desk, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    export_package(filed.place(), tmp_path / "p", "national-2021", COMPLETE)
    assert (tmp_path / "p" / "index.html").is_file()


@pytest.mark.parametrize("name", ["p", "p.zip"])
def test_a_killed_export_leaves_no_package_and_the_next_one_clears_up(
    filed: Desk, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / name
    with monkeypatch.context() as patched:
        patched.setattr("intake.export.package.write_workbook", die)
        filed.killed(lambda place: export_package(place, into, "national-2021", COMPLETE))
    assert not into.exists()
    assert (tmp_path / f".{name}.part").exists()
    export_package(filed.place(), into, "national-2021", COMPLETE)
    assert into.exists()
    assert not (tmp_path / f".{name}.part").exists()


def test_two_exports_into_one_folder_do_not_meet(filed: Desk, tmp_path: Path) -> None:
    with (
        target.built_beside(tmp_path / "q", folder=True),
        pytest.raises(IntakeError, match="Another export"),
    ):
        export_package(filed.place(), tmp_path / "p", "national-2021", COMPLETE)
