"""Bombs, and what one mail may cost."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import time
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from console.demo.rar import rar5
from model.container import UnpackLimits
from parsers.archives import unpack
from parsers.archives.engine import OutOfTime, Run
from parsers.archives.limits import Spent, in_words
from parsers.archives.program import ready
from tests.builders.archives import Raw, engine_archive, rar5_raw, tar
from tests.parsers.archives.conftest import Open, codes, contents, outcomes

SMALL = UnpackLimits(member_bytes=1000, total_bytes=2500, total_floor_bytes=2500, members=50)
FIVE = [(f"{n}.txt", b"%d" % n * 900) for n in range(5)]


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def seven(members: list[tuple[str, bytes]], folder: Path) -> bytes:
    return engine_archive(folder, members).read_bytes()


@pytest.fixture(params=["rar", "zip", "7z", "tar"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    return {
        "rar": rar5,
        "zip": zipped,
        "7z": lambda members: seven(members, tmp_path / "source"),
        "tar": tar,
    }[request.param]


def test_a_member_too_large(open_archive: Open, make: object) -> None:
    members = [("a.txt", b"1" * 900), ("b.txt", b"2" * 1001), ("c.txt", b"3" * 900)]
    unpacked = open_archive(make(members), limits=SMALL)  # type: ignore[operator]
    assert outcomes(unpacked) == {"a.txt": "stored", "b.txt": "over_limit", "c.txt": "stored"}
    (finding,) = [f for f in unpacked.findings if f.code == "package.limit_member"]
    assert dict(finding.params) == {"size": in_words(1001), "limit": in_words(1000)}
    assert not unpacked.containers[0].complete


def test_all_together_too_large(open_archive: Open, make: object) -> None:
    unpacked = open_archive(make(FIVE), limits=SMALL)  # type: ignore[operator]
    assert list(outcomes(unpacked).values()).count("stored") == 2
    assert codes(unpacked).count("package.limit_total") == 3


def test_too_many_members(open_archive: Open, make: object) -> None:
    members = [(f"{n}.txt", b"x") for n in range(80)]
    unpacked = open_archive(make(members), limits=SMALL)  # type: ignore[operator]
    assert len(unpacked.members) == 50
    (finding,) = [f for f in unpacked.findings if f.code == "package.limit_members"]
    assert dict(finding.params) == {"count": "80", "limit": "50"}
    assert not unpacked.containers[0].complete


def test_a_stream_too_large(open_archive: Open) -> None:
    unpacked = open_archive(gzip.compress(bytes(5000)), "零.bin.gz", limits=SMALL)
    assert outcomes(unpacked) == {"零.bin": "over_limit"}


def test_a_bomb_is_not_unpacked(open_archive: Open, tmp_path: Path) -> None:
    inner = zipped([("0.bin", bytes(40 << 20))])
    archive = zipped([(f"{n}.zip", inner) for n in range(4)])
    limits = UnpackLimits(total_floor_bytes=50 << 20)
    unpacked = open_archive(archive, limits=limits)
    assert codes(unpacked).count("package.limit_total") == 3
    written = sum(path.stat().st_size for path in (tmp_path / "out").iterdir())
    assert written < limits.total_floor_bytes


def test_the_ratio_counts_beyond_the_floor() -> None:
    limits = UnpackLimits(total_bytes=10_000, total_floor_bytes=100, ratio=10)
    spent = Spent()
    spent.begin(5)
    assert spent.total_bytes(limits) == 100
    spent.begin(45)
    assert spent.total_bytes(limits) == 500
    spent.begin(5000)
    assert spent.total_bytes(limits) == 10_000


def test_a_larger_size_than_declared(open_archive: Open, tmp_path: Path) -> None:
    """The bytes count, not what is said of them."""
    archive = bytearray(zipped([("a", bytes(100_000))]))
    for at in (archive.index(b"PK\x03\x04") + 22, archive.index(b"PK\x01\x02") + 24):
        archive[at : at + 4] = (10).to_bytes(4, "little")
    unpacked = open_archive(bytes(archive), limits=SMALL)
    assert outcomes(unpacked)["a"] in ("damaged", "over_limit")


def test_archives_of_one_mail_share_the_budget(tmp_path: Path) -> None:
    (tmp_path / "a.rar").write_bytes(rar5(FIVE[:2]))
    into = tmp_path / "out"
    first = unpack(tmp_path / "a.rar", into, limits=SMALL, prefix="1")
    second = unpack(tmp_path / "a.rar", into, limits=SMALL, cost=first.cost, prefix="2")
    assert codes(first) == []
    assert codes(second).count("package.limit_total") == 2
    assert second.cost.members == 4
    assert second.cost.packed == 2 * (tmp_path / "a.rar").stat().st_size
    assert len(contents(first)) == 2


def test_passwords_are_tried_so_often_and_no_more(open_archive: Open) -> None:
    archive = rar5(FIVE[:1], password="last")
    limits = replace(UnpackLimits(), passwords=2)
    assert "package.encrypted" in codes(
        open_archive(archive, passwords=("a", "b", "last"), limits=limits)
    )
    archive = rar5(FIVE[:1], password="b")
    assert contents(open_archive(archive, passwords=("a", "b", "last"), limits=limits))


def test_a_password_that_opened_one_is_tried_first_on_the_next(open_archive: Open) -> None:
    archive = rar5(FIVE[:1], password="good")
    members = [(f"{n}.rar", archive) for n in range(4)]
    unpacked = open_archive(rar5(members), passwords=("bad", "good"))
    assert codes(unpacked) == ["package.password_used"] * 4


def test_deep_folders(open_archive: Open) -> None:
    name = "/".join(["层"] * 40) + "/a.pdf"
    unpacked = open_archive(rar5([(name, b"1")]))
    assert codes(unpacked) == ["package.limit_depth"]
    assert dict(unpacked.findings[0].params) == {"depth": "41", "limit": "32"}
    assert len(contents(unpacked)) == 1


def test_out_of_time(open_archive: Open) -> None:
    unpacked = open_archive(rar5(FIVE), limits=UnpackLimits(wall_seconds=0.0))
    assert codes(unpacked) == ["package.limit_time"]
    assert not unpacked.containers[0].complete


def test_the_engine_is_killed_at_the_deadline() -> None:
    begun = time.monotonic()
    run = Run(("b", "-mmt1", "30"), "", UnpackLimits(), begun + 0.5)
    with run, pytest.raises(OutOfTime):
        list(run.lines())
    assert time.monotonic() - begun < 10
    assert run._process.poll() is not None


def test_the_engine_is_held_to_its_processor_time() -> None:
    with Run(("b", "-mmt1", "30"), "", UnpackLimits(cpu_seconds=1), time.monotonic() + 60) as run:
        while run.read(1 << 20):
            pass
        assert run.end().cut_short == "cpu"


def test_the_engine_is_held_to_its_memory(open_archive: Open, tmp_path: Path) -> None:
    archive = bytearray(engine_archive(tmp_path, FIVE, "-m0=PPMd", "-mhc=off").read_bytes())
    # The properties of PPMd, method 03 04 01: an order and how many bytes its model takes.
    memory = archive.index(b"\x03\x04\x01\x05") + 5
    archive[memory : memory + 4] = (1 << 30).to_bytes(4, "little")
    # 7zFormat.txt: the header's place, size and CRC-32 from byte 12, their own CRC before them.
    place, size = struct.unpack_from("<QQ", archive, 12)
    struct.pack_into("<I", archive, 28, zlib.crc32(archive[32 + place : 32 + place + size]))
    struct.pack_into("<I", archive, 8, zlib.crc32(archive[12:32]))
    assert len(contents(open_archive(bytes(archive)))) == len(FIVE)
    limits = UnpackLimits(memory_bytes=512 << 20)
    unpacked = open_archive(bytes(archive), limits=limits)
    assert "package.limit_memory" in codes(unpacked)
    assert set(outcomes(unpacked).values()) == {"over_limit"}


def test_ready_is_asked_once() -> None:
    assert ready() is ready()


def test_what_comes_back_can_cross_processes(open_archive: Open) -> None:
    unpacked = open_archive(rar5_raw([Raw("../a", b"1"), Raw("b", b"2", crc=1)]), limits=SMALL)
    assert pickle.loads(pickle.dumps(unpacked)) == unpacked
    assert pickle.loads(pickle.dumps(unpack)) is unpack
