"""Where bytes come from: copied, moved, refused, given back."""

from __future__ import annotations

import errno
import hashlib
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from model.errors import ArchiveError
from storage.archive import Archive, Content, FiledVersion, VersionConflict, durable

File = Callable[..., FiledVersion]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_a_file_is_copied_and_left_alone(archive: Archive, file: File, work: Path) -> None:
    source = work / "a"
    source.write_bytes(b"bytes")
    filed = file("ZB1", {"a": Content(path=source)})
    assert filed.path("a").read_bytes() == b"bytes"
    assert filed.path("a").stat().st_ino != source.stat().st_ino
    assert archive.validate("ZB1") == ()


def test_a_file_given_away_is_renamed(archive: Archive, file: File, work: Path) -> None:
    source = work / "a"
    source.write_bytes(b"bytes")
    source.chmod(0o600)
    number = source.stat().st_ino
    filed = file("ZB1", {"a": Content(path=source, move=True), "b": b"written"})
    assert filed.path("a").stat().st_ino == number
    assert filed.path("a").stat().st_mode == filed.path("b").stat().st_mode
    assert not source.exists()
    assert filed.sha256("a") == hashlib.sha256(b"bytes").hexdigest()
    assert archive.validate("ZB1") == ()


def test_a_file_given_away_that_the_object_has_stays(file: File, work: Path) -> None:
    source = work / "a"
    source.write_bytes(b"bytes")
    file("ZB1", {"a": b"bytes"})
    filed = file("ZB1", {"a": Content(path=source, move=True), "message.eml": b"2"})
    assert filed.path("a") == filed.folder / "v1/content/a"
    assert source.exists()


def test_a_file_with_a_second_name_is_copied(archive: Archive, file: File, work: Path) -> None:
    source = work / "a"
    source.write_bytes(b"bytes")
    (work / "b").hardlink_to(source)
    filed = file("ZB1", {"a": Content(path=source, move=True)})
    assert filed.path("a").stat().st_nlink == 1
    assert source.exists()
    assert archive.validate("ZB1") == ()


def test_a_file_of_another_file_system_is_copied(
    archive: Archive, file: File, monkeypatch: pytest.MonkeyPatch, work: Path
) -> None:
    source = work / "a"
    source.write_bytes(b"bytes")
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self == source:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    filed = file("ZB1", {"a": Content(path=source, move=True)})
    assert filed.path("a").read_bytes() == b"bytes"
    assert source.exists()
    assert archive.validate("ZB1") == ()


def test_moved_files_are_put_back_when_filing_fails(
    archive: Archive, file: File, work: Path, left_in_staging: Callable[[], list[str]]
) -> None:
    sources = [work / name for name in "ab"]
    for source in sources:
        source.write_bytes(source.name.encode())
    content = {source.name: Content(path=source, move=True) for source in sources}
    file("ZB1", {"a": b"1"})
    with pytest.raises(VersionConflict):
        file("ZB1", content, expects=1)
    with pytest.raises(ArchiveError, match="No such file"):
        file("ZB1", {**content, "c": Content(path=work / "missing")})
    assert [source.read_bytes() for source in sources] == [b"a", b"b"]
    assert left_in_staging() == []
    assert list(archive.verify()) == []
    assert file("ZB1", content).number == 2


@pytest.mark.parametrize("move", [False, True])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_regular_files_are_filed(
    archive: Archive, file: File, work: Path, kind: str, move: bool
) -> None:
    source = work / "odd"
    if kind == "link":
        (work / "secret").write_bytes(b"secret")
        source.symlink_to(work / "secret")
    elif kind == "pipe":
        os.mkfifo(source)
    else:
        source.mkdir()
    with pytest.raises(ArchiveError, match="not a regular file"):
        file("ZB1", {"a": Content(path=source, move=move)})
    assert list(archive.object_ids()) == []
    assert source.is_symlink() or source.exists()


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 1000])
@pytest.mark.parametrize("fails_at", [None, 0, 1, 3])
def test_a_copy_is_whole_wherever_the_kernel_stops_helping(
    monkeypatch: pytest.MonkeyPatch, work: Path, size: int, fails_at: int | None
) -> None:
    data = bytes(n % 251 for n in range(size))
    (work / "a").write_bytes(data)
    monkeypatch.setattr(durable, "KERNEL_COPY_BYTES", 100)
    monkeypatch.setattr(durable, "READ_BYTES", 30)
    real, calls = os.copy_file_range, []

    def limited(source: int, target: int, count: int) -> int:
        calls.append(count)
        if fails_at is not None and len(calls) > fails_at:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return real(source, target, count)

    monkeypatch.setattr(os, "copy_file_range", limited)
    digests = durable.copy_file(work / "a", work / "b")
    assert calls
    assert (work / "b").read_bytes() == data
    assert digests == durable.digests_of(data)
    assert digests == durable.hash_file(work / "a")
    assert digests.size == size


def test_other_errors_of_the_kernels_copy_are_not_hidden(
    monkeypatch: pytest.MonkeyPatch, work: Path
) -> None:
    (work / "a").write_bytes(b"a")

    def full(source: int, target: int, count: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "copy_file_range", full)
    with pytest.raises(OSError, match="No space"):
        durable.copy_file(work / "a", work / "b")


def test_a_large_file_is_never_in_memory(archive: Archive, file: File, work: Path) -> None:
    source = work / "large"
    with source.open("wb") as stream:
        for n in range(64):
            stream.write(bytes([n]) * (1 << 20))
    tracemalloc.start()
    try:
        filed = file("ZB1", {"a": Content(path=source)})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert filed.path("a").stat().st_size == 64 << 20
    assert peak < 8 << 20


def test_a_file_that_changes_while_it_is_filed_is_refused(
    archive: Archive, file: File, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = work / "a"
    source.write_bytes(b"12345678")
    real = durable.copy_file

    def changed(path: Path, target: Path) -> durable.Digests:
        path.write_bytes(b"message")
        return real(path, target)

    monkeypatch.setattr(durable, "copy_file", changed)
    with pytest.raises(ArchiveError, match="changed by somebody"):
        file("ZB1", {"message.eml": b"message", "a": Content(path=source)})
    assert list(archive.object_ids()) == []


def test_everything_is_on_the_disk_before_it_is_moved_in(
    archive: Archive, file: File, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    checked: list[str] = []
    real_sync, real_rename = os.fsync, durable.rename_folder

    def fsync(descriptor: int) -> None:
        real_sync(descriptor)
        synced.add(os.fstat(descriptor).st_ino)

    def rename(source: Path, target: Path) -> None:
        for path in (source, *source.rglob("*")):
            assert path.stat().st_ino in synced, path
            checked.append(path.name)
        synced.clear()
        real_rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(durable, "rename_folder", rename)
    (work / "a").write_bytes(b"moved")
    filed = file("ZB1", {"files/a": Content(path=work / "a", move=True), "b": b"b"})
    assert archive.root.stat().st_ino in synced
    assert {"a", "b", "files", "content", "v1", "inventory.json", "0=ocfl_object_1.1"} <= set(
        checked
    )
    checked.clear()
    file("ZB1", {"c": b"c"})
    assert {"c", "content", "v2", "inventory.json", "inventory.json.sha512"} == set(checked)
    for path in (filed.folder, filed.folder / "inventory.json"):
        assert path.stat().st_ino in synced
