"""Every kind of filing, each object judged by ocfl-py."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from unicodedata import normalize

import pytest

from model.errors import ArchiveError
from storage.archive import Archive, Content, FiledVersion, VersionConflict

File = Callable[..., FiledVersion]
FIRST = {
    "message.eml": b"From: a@example.com\r\n\r\none",
    "files/推荐表.pdf": b"%PDF-1.4",
    "record.json": b"{}",
}


def content_of(version: FiledVersion) -> dict[str, bytes]:
    return {path: version.path(path).read_bytes() for path in version.state}


def stored_in(version: FiledVersion) -> list[str]:
    folder = version.folder / f"v{version.number}" / "content"
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_new_object_is_on_disk_as_described(archive: Archive, file: File) -> None:
    filed = file("ZB20210137", FIRST)
    assert filed.number == 1
    assert content_of(filed) == FIRST
    assert filed.folder == archive.root / "ZB20210137"
    assert sorted(path.name for path in filed.folder.iterdir()) == [
        "0=ocfl_object_1.1",
        "inventory.json",
        "inventory.json.sha512",
        "v1",
    ]
    assert (filed.folder / "v1/content/files/推荐表.pdf").read_bytes() == b"%PDF-1.4"
    assert (filed.folder / "v1/inventory.json").read_bytes() == (
        filed.folder / "inventory.json"
    ).read_bytes()
    assert sorted(path.name for path in archive.root.iterdir()) == [
        "0=ocfl_1.1",
        "ZB20210137",
        "ocfl_layout.json",
    ]
    layout = json.loads((archive.root / "ocfl_layout.json").read_text("utf-8"))
    assert layout["extension"] == "0002-flat-direct-storage-layout"
    assert archive.validate("ZB20210137") == ()
    assert list(archive.verify()) == []


def test_the_inventory_says_who_when_why_and_both_digests(archive: Archive, file: File) -> None:
    file("ZB1", FIRST)
    inventory = json.loads((archive.root / "ZB1/inventory.json").read_text("utf-8"))
    assert inventory["id"] == "ZB1"
    assert inventory["digestAlgorithm"] == "sha512"
    assert "contentDirectory" not in inventory
    version = inventory["versions"]["v1"]
    assert version["created"] == "2021-06-16T12:00:00+08:00"
    assert version["message"] == "收到一份材料"
    assert version["user"] == {"name": "intake", "address": "mailto:intake@example.org"}
    sha256s = {
        path: digest for digest, paths in inventory["fixity"]["sha256"].items() for path in paths
    }
    assert sha256s == {
        f"v1/content/{path}": hashlib.sha256(data).hexdigest() for path, data in FIRST.items()
    }


def test_what_did_not_change_is_not_stored_again(archive: Archive, file: File) -> None:
    file("ZB1", FIRST)
    second = file(
        "ZB1",
        {
            "message.eml": b"From: a@example.com\r\n\r\ntwo",
            "files/推荐表.pdf": FIRST["files/推荐表.pdf"],
            "files/承诺书.pdf": b"%PDF-1.5",
            "files/推荐表（副本）.pdf": FIRST["files/推荐表.pdf"],
        },
    )
    assert second.number == 2
    assert stored_in(second) == ["files/承诺书.pdf", "message.eml"]
    assert second.path("files/推荐表.pdf") == second.folder / "v1/content/files/推荐表.pdf"
    assert second.path("files/推荐表（副本）.pdf").read_bytes() == b"%PDF-1.4"
    assert "record.json" not in second.state
    assert content_of(archive.versions("ZB1")[0]) == FIRST
    assert archive.validate("ZB1") == ()


def test_a_version_that_stores_nothing_has_no_content_folder(archive: Archive, file: File) -> None:
    file("ZB1", FIRST)
    second = file("ZB1", {"message.eml": FIRST["message.eml"]})
    assert [path.name for path in sorted((second.folder / "v2").iterdir())] == [
        "inventory.json",
        "inventory.json.sha512",
    ]
    assert archive.validate("ZB1") == ()


def test_content_taken_out_and_put_back_is_found_again(archive: Archive, file: File) -> None:
    file("ZB1", FIRST)
    file("ZB1", {"message.eml": b"other"})
    third = file("ZB1", FIRST)
    assert third.number == 3
    assert content_of(third) == FIRST
    assert not (third.folder / "v3/content").exists()
    assert archive.validate("ZB1") == ()


@pytest.mark.parametrize(
    "files",
    [
        {"空.txt": b"", "也空.txt": b""},
        {"一" * 85: b"255 bytes", f"files/{'长' * 85}/{'名' * 85}": b"long all the way"},
        {f"files/材料/{n % 7}/{n:04d}.txt": str(n % 50).encode() for n in range(400)},
        {
            name: name.encode()
            for name in (
                "a b.txt", " 前后空格 ", "100%.txt", "#1?.txt", "*[x].txt", "~a", "c:d", "x::y",
                "back\\slash", "..a", "a..", "'\"<>|", "𠮷野家.doc", "🗂.txt", "ﬁ＋（）.pdf",
                "v1/content/v1", "inventory.json", "0=ocfl_object_1.1", "content",
            )
        },
    ],
    ids=["empty", "long", "many", "odd names"],
)  # fmt: skip
def test_unusual_content_is_filed_and_valid(
    archive: Archive, file: File, files: dict[str, bytes]
) -> None:
    filed = file("ZB1", files)
    assert content_of(filed) == files
    assert archive.validate("ZB1") == ()
    again = file("ZB1", {**files, "message.eml": b"new"})
    assert stored_in(again) == ["message.eml"]
    assert content_of(again) == {**files, "message.eml": b"new"}
    assert list(archive.verify()) == []


def test_names_are_filed_composed(archive: Archive, file: File) -> None:
    decomposed = normalize("NFD", "Café.pdf")
    assert decomposed != "Café.pdf"
    filed = file("ZB1", {decomposed: b"x"})
    assert list(filed.state) == ["Café.pdf"]
    assert filed.path(decomposed).read_bytes() == b"x"
    assert archive.version_with("ZB1", decomposed, hashlib.sha256(b"x").hexdigest()) == filed


def test_the_first_version_with_these_bytes_is_found(archive: Archive, file: File) -> None:
    sha256 = hashlib.sha256(FIRST["message.eml"]).hexdigest()
    assert archive.version_with("ZB1", "message.eml", sha256) is None
    file("ZB1", FIRST)
    file("ZB1", {**FIRST, "record.json": b'{"again": 1}'})
    found = archive.version_with("ZB1", "message.eml", sha256.upper())
    assert found is not None
    assert found.number == 1
    assert archive.version_with("ZB1", "record.json", sha256) is None
    assert archive.version_with("ZB1", "other.eml", sha256) is None


def test_what_is_read_is_what_was_filed(archive: Archive, file: File) -> None:
    one, two = file("ZB1", FIRST), file("ZB1", {"message.eml": b"two"}, message="第二次")
    assert archive.head("ZB1") == two
    assert archive.versions("ZB1") == (one, two)
    assert [version.message for version in archive.versions("ZB1")] == ["收到一份材料", "第二次"]
    assert one.sha256("record.json") == hashlib.sha256(b"{}").hexdigest()
    assert two.created == datetime(2021, 6, 16, 4, tzinfo=UTC)
    assert (two.user, two.user_address) == ("intake", "mailto:intake@example.org")


def test_an_archive_without_anything_is_read_without_being_made(archive: Archive) -> None:
    assert list(archive.object_ids()) == []
    assert archive.versions("ZB1") == ()
    assert archive.head("ZB1") is None
    assert archive.recover("ZB1") is False
    assert not archive.root.exists()
    assert not archive.staging.exists()


def test_object_ids_are_sorted(archive: Archive, file: File) -> None:
    for object_id in ("ZB2", "2022-173ZD-001", "ZB1", "编号一"):
        file(object_id, {"a": b"a"})
    (archive.root / "not-an-object").mkdir()
    assert list(archive.object_ids()) == ["2022-173ZD-001", "ZB1", "ZB2", "编号一"]


def test_the_same_filing_again_gives_the_version_it_made(archive: Archive, file: File) -> None:
    first = file("ZB1", FIRST)
    assert file("ZB1", FIRST) == first
    assert file("ZB1", FIRST, expects=1) == first
    assert len(archive.versions("ZB1")) == 1


def test_another_message_or_an_asked_number_is_another_version(
    archive: Archive, file: File
) -> None:
    file("ZB1", FIRST)
    assert file("ZB1", FIRST, expects=2).number == 2
    assert file("ZB1", FIRST, message="经办人决定").number == 3
    assert archive.validate("ZB1") == ()


@pytest.mark.parametrize("expects", [0, 1, 3])
def test_a_number_that_is_not_next_is_a_conflict(
    archive: Archive, file: File, expects: int, left_in_staging: Callable[[], list[str]]
) -> None:
    file("ZB1", FIRST)
    with pytest.raises(VersionConflict):
        file("ZB1", {"message.eml": b"two"}, expects=expects)
    assert len(archive.versions("ZB1")) == 1
    assert left_in_staging() == []
    assert list(archive.verify()) == []


def test_a_version_of_an_object_that_is_not_there_is_a_conflict(
    archive: Archive, file: File
) -> None:
    with pytest.raises(VersionConflict):
        file("ZB1", FIRST, expects=2)
    assert list(archive.object_ids()) == []


@pytest.mark.parametrize(
    "object_id",
    [
        *("", ".", "..", ".a", "a/b", "a\\b", "/a", "a\n", "a\x00", "\x7f", "a\x85", "\ud800"),
        *("extensions", "ocfl_layout.json", "0=ocfl_1.1", "0=x", "号" * 86, "e\u0301"),
    ],
)
def test_an_id_that_cannot_be_a_folder_is_refused(
    archive: Archive, file: File, object_id: str
) -> None:
    with pytest.raises(ArchiveError, match="Object id"):
        file(object_id, FIRST)
    with pytest.raises(ArchiveError, match="Object id"):
        archive.versions(object_id)
    with pytest.raises(ArchiveError, match="Object id"):
        archive.validate(object_id)
    assert not archive.root.exists()


def test_no_content_and_no_zone_are_our_own_bugs(archive: Archive, file: File) -> None:
    with pytest.raises(ValueError, match="one or more files"):
        file("ZB1", {})
    with pytest.raises(ValueError, match="zone"):
        archive.file(
            "ZB1",
            {"a": Content(data=b"a")},
            created=datetime(2021, 6, 16),  # noqa: DTZ001 - the bug in question
            message="",
            user_name="",
            user_address="",
        )
    with pytest.raises(ValueError, match="either"):
        Content()
    with pytest.raises(ValueError, match="either"):
        Content(path=Path("a"), data=b"a")


def test_an_offset_with_seconds_becomes_utc(archive: Archive) -> None:
    local_mean_time = timezone(timedelta(hours=8, minutes=5, seconds=43))
    moment = datetime(1900, 1, 1, 12, tzinfo=local_mean_time)
    filed = archive.file(
        "ZB1",
        {"a": Content(data=b"a")},
        created=moment,
        message="",
        user_name="甲",
        user_address="",
    )
    assert filed.created == moment
    assert archive.validate("ZB1") == ()


def test_staging_and_root_may_not_lie_in_one_another(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="in one another"):
        Archive(tmp_path / "a", tmp_path / "a" / "staging")
    with pytest.raises(ArchiveError, match="in one another"):
        Archive(tmp_path / "a" / "b", tmp_path / "a")


def test_a_folder_with_other_things_is_not_made_an_archive(archive: Archive, file: File) -> None:
    archive.root.mkdir(parents=True)
    (archive.root / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(ArchiveError, match="not an OCFL"):
        file("ZB1", FIRST)
    assert [path.name for path in archive.root.iterdir()] == ["holiday.jpg"]


def test_an_archive_that_lost_its_declaration_is_not_mended_silently(
    archive: Archive, file: File
) -> None:
    file("ZB1", FIRST)
    (archive.root / "0=ocfl_1.1").unlink()
    with pytest.raises(ArchiveError, match="not an OCFL"):
        file("ZB2", FIRST)
    assert ("", "0=ocfl_1.1 is missing") in list(archive.verify())


def test_a_full_or_forbidden_disk_is_an_operators_error(archive: Archive, file: File) -> None:
    archive.staging.parent.mkdir(exist_ok=True)
    archive.staging.write_bytes(b"a file where the folder should be")
    with pytest.raises(ArchiveError, match="ZB1 could not be filed") as caught:
        file("ZB1", FIRST)
    assert "safe to do it again" in caught.value.advice


def test_a_message_and_user_without_address_are_valid(archive: Archive, file: File) -> None:
    filed = archive.file(
        "ZB1",
        {"a": Content(data=b"a")},
        created=datetime(2021, 6, 16, 1, 2, 3, 456789, tzinfo=UTC),
        message='引号"与\n换行',
        user_name="经办人 王",
        user_address="",
    )
    assert archive.head("ZB1") == filed
    assert archive.validate("ZB1") == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_an_operators_error(
    archive: Archive, file: File
) -> None:
    file("ZB1", FIRST)
    archive.root.chmod(0o555)
    try:
        with pytest.raises(ArchiveError, match="ZB2 could not be filed"):
            file("ZB2", FIRST)
    finally:
        archive.root.chmod(0o755)
    assert list(archive.verify()) == []
