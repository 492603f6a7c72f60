"""Damage of every kind is found, and nothing is mended that is not understood."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from ocfl.storage_root import StorageRoot

from model.errors import ArchiveError
from storage.archive import Archive, FiledVersion

File = Callable[..., FiledVersion]
Folder = Path


@pytest.fixture
def folder(archive: Archive, file: File) -> Folder:
    """An object of two versions, beside a sound one."""
    file("ZB0", {"message.eml": b"sound"})
    file("ZB1", {"message.eml": b"mail one", "files/推荐表.pdf": b"%PDF-1.4"})
    return file("ZB1", {"message.eml": b"mail two", "files/推荐表.pdf": b"%PDF-1.4"}).folder


def flip(file: Path, position: int = 3) -> None:
    data = bytearray(file.read_bytes())
    data[position] ^= 1
    file.write_bytes(data)


def a_byte(folder: Folder) -> None:
    flip(folder / "v1/content/files/推荐表.pdf")


def a_lost_file(folder: Folder) -> None:
    (folder / "v1/content/message.eml").unlink()


def an_added_file(folder: Folder) -> None:
    (folder / "v2/content/extra").write_bytes(b"x")


def a_file_in_the_object(folder: Folder) -> None:
    (folder / "Thumbs.db").write_bytes(b"x")


def an_inventory_byte(folder: Folder) -> None:
    flip(folder / "inventory.json", 200)


def a_version_inventory_byte(folder: Folder) -> None:
    flip(folder / "v2/inventory.json", 200)


def a_first_inventory_byte(folder: Folder) -> None:
    flip(folder / "v1/inventory.json", 200)


def a_sidecar_byte(folder: Folder) -> None:
    flip(folder / "inventory.json.sha512")


def a_lost_sidecar(folder: Folder) -> None:
    (folder / "v2/inventory.json.sha512").unlink()


def a_lost_root_inventory(folder: Folder) -> None:
    (folder / "inventory.json").unlink()


def a_folder_for_an_inventory(folder: Folder) -> None:
    a_lost_root_inventory(folder)
    (folder / "inventory.json").mkdir()


def a_lost_declaration(folder: Folder) -> None:
    (folder / "0=ocfl_object_1.1").unlink()


def a_lost_last_version(folder: Folder) -> None:
    (folder / "v2").rename(folder.parents[2] / "elsewhere")


def a_lost_first_version(folder: Folder) -> None:
    (folder / "v1").rename(folder.parents[2] / "elsewhere")


def a_symbolic_link(folder: Folder) -> None:
    file = folder / "v1/content/message.eml"
    copy = folder.parents[2] / "copy"
    file.rename(copy)
    file.symlink_to(copy)


def a_hard_link(folder: Folder) -> None:
    (folder.parents[2] / "second name").hardlink_to(folder / "v1/content/message.eml")


def a_pipe(folder: Folder) -> None:
    os.mkfifo(folder / "v2/pipe")


def a_pipe_for_content(folder: Folder) -> None:
    a_lost_file(folder)
    os.mkfifo(folder / "v1/content/message.eml")


def an_empty_folder(folder: Folder) -> None:
    (folder / "v1/content/empty").mkdir()


DAMAGE = [
    a_byte,
    a_lost_file,
    an_added_file,
    a_file_in_the_object,
    an_inventory_byte,
    a_version_inventory_byte,
    a_first_inventory_byte,
    a_sidecar_byte,
    a_lost_sidecar,
    a_lost_root_inventory,
    a_folder_for_an_inventory,
    a_lost_declaration,
    a_lost_last_version,
    a_lost_first_version,
    a_symbolic_link,
    a_hard_link,
    a_pipe,
    a_pipe_for_content,
    an_empty_folder,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_only_there(
    archive: Archive, folder: Folder, damage: Callable[[Folder], None]
) -> None:
    assert list(archive.verify()) == []
    damage(folder)
    assert archive.validate("ZB1")
    assert archive.validate("ZB0") == ()
    assert {object_id for object_id, _ in archive.verify()} == {"ZB1"}


def test_a_corrupt_byte_is_named(archive: Archive, folder: Folder) -> None:
    a_byte(folder)
    problems = archive.validate("ZB1")
    assert any("v1/content/files/推荐表.pdf" in problem for problem in problems)


def test_the_whole_root_is_not_left_to_ocfl_py(archive: Archive, folder: Folder) -> None:
    """Its validation of a storage root says yes with a corrupt object inside; ours must not."""
    a_byte(folder)
    root = StorageRoot(root=str(archive.root))
    assert root.validate() is True
    assert (root.num_objects, root.good_objects) == (2, 1)
    assert [object_id for object_id, _ in archive.verify()].count("ZB1") >= 1


def test_ocfl_py_reads_the_root_and_its_layout(archive: Archive, folder: Folder) -> None:
    root = StorageRoot(root=str(archive.root))
    assert dict(root.list_objects()) == {"ZB0": "ZB0", "ZB1": "ZB1"}
    assert root.layout_name == "0002-flat-direct-storage-layout"
    assert root.validate() is True
    assert root.num_objects == root.good_objects == 2


def snapshot(root: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None
        for path in sorted(root.rglob("*"))
    }


@pytest.mark.parametrize(
    "damage",
    [
        an_inventory_byte,
        a_version_inventory_byte,
        a_sidecar_byte,
        a_lost_sidecar,
        a_lost_root_inventory,
        a_folder_for_an_inventory,
        a_lost_last_version,
        a_lost_first_version,
    ],
)
def test_damage_is_not_mistaken_for_a_kill(
    archive: Archive, folder: Folder, file: File, damage: Callable[[Folder], None]
) -> None:
    damage(folder)
    before = snapshot(archive.root)
    with pytest.raises(ArchiveError, match="ZB1"):
        file("ZB1", {"message.eml": b"mail three"})
    with pytest.raises(ArchiveError, match="ZB1"):
        archive.recover("ZB1")
    with pytest.raises(ArchiveError, match="ZB1"):
        archive.versions("ZB1")
    assert [object_id for object_id, _ in archive.recover_all().problems] == ["ZB1"]
    assert snapshot(archive.root) == before


def test_an_object_under_another_name_is_found(archive: Archive, folder: Folder) -> None:
    folder.rename(archive.root / "ZB9")
    assert any("belongs to another" in text for name, text in archive.verify() if name == "ZB9")
    with pytest.raises(ArchiveError, match="belongs to another"):
        archive.head("ZB9")


@pytest.mark.parametrize("name", ["readme.txt", "陌生.doc"])
def test_strays_in_the_root_are_found(archive: Archive, folder: Folder, name: str) -> None:
    (archive.root / name).write_bytes(b"x")
    assert list(archive.verify()) == [("", f"{name} does not belong here")]


def test_folders_that_are_no_objects_are_found(archive: Archive, folder: Folder) -> None:
    (archive.root / "empty").mkdir()
    (archive.root / ".hidden").mkdir()
    (archive.root / "extensions").mkdir()
    os.mkdir(os.fsencode(archive.root) + b"/\xff\xfe")  # noqa: PTH102 - a name that is no text
    (archive.root / "linked").symlink_to(folder)
    problems = list(archive.verify())
    assert {name for name, _ in problems} == {
        "",
        "empty",
        ".hidden",
        "extensions",
        "\\udcff\\udcfe",
    }
    assert ("", "linked does not belong here") in problems
    for name, text in problems:
        assert (name + text).encode()


@pytest.mark.parametrize("name", ["0=ocfl_1.1", "ocfl_layout.json"])
def test_the_roots_own_files_are_checked(archive: Archive, folder: Folder, name: str) -> None:
    (archive.root / name).write_bytes(b"ocfl_1.0\n")
    assert list(archive.verify()) == [("", f"{name} does not say what it must")]
    (archive.root / name).unlink()
    assert list(archive.verify()) == [("", f"{name} is missing")]


def test_a_root_that_is_not_there_is_a_problem(archive: Archive) -> None:
    assert [name for name, _ in archive.verify()] == [""]


def test_an_object_that_is_not_there_is_a_problem(archive: Archive, folder: Folder) -> None:
    assert archive.validate("ZB7") == ("there is no object ZB7",)


def test_a_validator_that_stumbles_is_a_problem(archive: Archive, folder: Folder) -> None:
    (folder / "inventory.json").write_bytes(b"7")
    assert any("validator stopped" in problem for problem in archive.validate("ZB1"))


def test_the_processs_logging_is_left_alone(
    archive: Archive, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    assert archive.validate("ZB1") == ()
    assert logging.root.handlers == []


def test_a_filing_that_was_not_rolled_forward_is_told(archive: Archive, folder: Folder) -> None:
    for name in ("inventory.json", "inventory.json.sha512"):
        (folder / name).write_bytes((folder / "v1" / name).read_bytes())
    assert any("not yet in the object's root" in text for text in archive.validate("ZB1"))
    assert archive.head("ZB1") == archive.versions("ZB1")[1]
    assert archive.recover("ZB1") is True
    assert archive.recover("ZB1") is False
    assert list(archive.verify()) == []
