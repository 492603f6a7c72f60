"""What holds for every archive, checked each time one is opened."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from model.container import Member, MemberOutcome, Unpacked
from parsers.archives import unpack

OPEN = (MemberOutcome.STORED, MemberOutcome.OPENED)
Open = Callable[..., Unpacked]


def data_folder() -> Path:
    """The real archives, outside the project."""
    root = Path(__file__).parents[3]
    shared = os.environ.get("SHARED_TEST_DATA", str(root.parent / "shared" / "data"))
    return Path(shared, "archives")


def real(name: str) -> Path:
    path = data_folder() / name
    if not path.exists():
        pytest.skip(f"{path} is not there: real archives are kept outside the project")
    return path


def codes(unpacked: Unpacked) -> list[str]:
    return [finding.code for finding in unpacked.findings]


def contents(unpacked: Unpacked) -> dict[str, bytes]:
    """What was stored, by path."""
    return {m.path: m.stored.read_bytes() for m in unpacked.members if m.stored}


def outcomes(unpacked: Unpacked) -> dict[str, str]:
    return {member.path: member.outcome.value for member in unpacked.members}


@pytest.fixture
def open_archive(tmp_path: Path) -> Open:
    """Unpack bytes or a file, and check all that must hold whatever is in it."""

    def opened(source: bytes | Path, name: str = "ZB1+某单位.rar", **more: object) -> Unpacked:
        folder = tmp_path / "mail"
        folder.mkdir(exist_ok=True)
        path = source
        if isinstance(source, bytes):
            path = folder / "attachment.bin"
            path.write_bytes(source)
        into = tmp_path / "out"
        before = everything(tmp_path, into)
        earlier = set(into.rglob("*"))
        unpacked = unpack(path, into, name=name, **more)  # type: ignore[arg-type]
        assert everything(tmp_path, into) == before, "something was written outside the folder"
        left = set(into.rglob("*")) - earlier
        assert left == {m.stored for m in unpacked.members if m.stored}, "left over or lost"
        assert not any(path.is_symlink() for path in left)
        check(unpacked, into)
        return unpacked

    return opened


def everything(folder: Path, but: Path) -> set[tuple[Path, int]]:
    return {
        (path, path.lstat().st_size)
        for path in folder.rglob("*")
        if but not in (path, *path.parents)
    }


def check(unpacked: Unpacked, into: Path) -> None:
    """Every member is accounted for, under a path that leads nowhere else."""
    members = unpacked.members
    about = {finding.about for finding in unpacked.findings}
    assert len({m.path.casefold() for m in members}) == len(members)
    for member in members:
        parts = member.path.split("/")
        assert all(part not in ("", ".", "..") for part in parts)
        assert not any(ord(c) < 32 or c == "\\" for c in member.path)
        if member.outcome in OPEN:
            check_stored(member, into)
        elif member.outcome is not MemberOutcome.FOLDER:
            assert member.path in about, f"{member.path} is {member.outcome} without a finding"
            assert member.stored is None
    for finding in unpacked.findings:
        assert finding.text
        assert "{" not in finding.text + finding.advice


def check_stored(member: Member, into: Path) -> None:
    assert member.stored is not None
    assert member.stored.parent == into
    data = member.stored.read_bytes()
    assert len(data) == member.size
    assert hashlib.sha256(data).hexdigest() == member.sha256
    if member.crc:
        assert f"{zlib.crc32(data):08x}" == member.crc
    assert member.media_type
