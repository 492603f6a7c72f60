"""Archives made to do harm: by shared bytes, by links, by key derivation, by their own number."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from console.demo.rar import rar5
from model.container import MemberOutcome, UnpackLimits
from parsers.archives import program
from parsers.archives.describe import memory_wanted
from parsers.archives.engine import Run
from parsers.archives.limits import Spent
from parsers.archives.readers import Purse
from parsers.archives.store import Store
from parsers.archives.unpack import _open_inner, _Result
from parsers.archives.whole import Archive
from tests.builders.archives import (
    FILE_COPY,
    HARD_LINK,
    Raw,
    ZipEntry,
    engine_archive,
    rar5_raw,
    zip_raw,
)
from tests.parsers.archives.conftest import Open, codes, contents, outcomes

PDF = b"%PDF-1.4 " * 900


def sharing_zip(count: int, kernel: bytes) -> bytes:
    """Many entries over one run of bytes, each quoting the headers of those after it.

    Source: D. Fifield, "A better zip bomb" (WOOT 2019), quoted overlap by stored blocks.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body, data, entries = packer.compress(kernel) + packer.flush(), kernel, []
    for number in reversed(range(count)):
        name = b"%04d.bin" % number
        header = b"PK\x03\x04" + struct.pack(
            "<HHHHHIIIHH", 20, 0, 8, 0, 0x52B1, zlib.crc32(data), len(body), len(data), len(name), 0
        )
        entries.append((name, zlib.crc32(data), len(body), len(data)))
        piece = header + name
        quoted = b"\0" + struct.pack("<HH", len(piece), len(piece) ^ 0xFFFF)
        if number:
            body, data = quoted + piece + body, piece + data
        else:
            body = piece + body
    directory, total = b"", len(body)
    for name, crc, packed, size in reversed(entries):
        place = total - packed - 30 - len(name)
        directory += b"PK\x01\x02" + struct.pack(
            "<HHHHHHIIIHHHHHII", 20, 20, 0, 8, 0, 0x52B1, crc, packed, size, len(name), 0, 0, 0, 0,
            0, place,
        ) + name  # fmt: skip
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), total, 0)
    return body + directory + b"PK\x05\x06" + end


def test_entries_that_share_their_bytes(open_archive: Open) -> None:
    archive = sharing_zip(200, bytes(1 << 20))
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert len(opened.read("0000.bin")) > 1 << 20  # it is a ZIP that others would unpack
    unpacked = open_archive(archive)
    assert not contents(unpacked)
    assert set(codes(unpacked)) == {"package.broken", "package.member_overlap"}
    assert codes(unpacked).count("package.member_overlap") == 200


def test_two_entries_of_one_place_and_one_of_its_own(open_archive: Open) -> None:
    archive = bytearray(zip_raw([ZipEntry(b"a", b"1"), ZipEntry(b"b", b"1"), ZipEntry(b"c", b"3")]))
    second = archive.index(b"PK\x01\x02", archive.index(b"PK\x01\x02") + 4)
    archive[second + 42 : second + 46] = bytes(4)
    unpacked = open_archive(bytes(archive))
    assert outcomes(unpacked) == {"a": "damaged", "b": "damaged", "c": "stored"}
    assert "package.partial" in codes(unpacked)


@pytest.mark.parametrize("kind", [HARD_LINK, FILE_COPY])
def test_links_by_the_hundred(open_archive: Open, kind: int) -> None:
    data = PDF * 20
    links = [Raw(f"{n}.pdf", size=len(data), link=(kind, "a.pdf")) for n in range(300)]
    unpacked = open_archive(rar5_raw([Raw("a.pdf", data), *links]))
    assert contents(unpacked) == {"a.pdf": data}
    assert codes(unpacked).count("package.link_member") == 300
    assert unpacked.cost.unpacked == len(data)


def test_an_archive_that_holds_itself(open_archive: Open, tmp_path: Path) -> None:
    """A member with the bytes of the archive around it is kept and not opened."""
    inner = rar5([("a.txt", b"1")])
    (member,) = open_archive(rar5([("r.rar", inner)])).containers[0].members
    member = replace(member, outcome=MemberOutcome.STORED)
    around, other = tmp_path / "around", tmp_path / "other"
    around.write_bytes(inner)
    other.write_bytes(inner[:-1] + b"x")
    for within, code in (((around,), ["package.holds_itself"]), ((other,), [])):
        limits, spent, result = UnpackLimits(), Spent(), _Result()
        spent.begin(len(inner))
        archive = Archive(other, "", "r.rar", "r.rar", 1, "rar5", {}, within)
        with Store(tmp_path / "out", limits, spent) as store:
            marked = _open_inner(archive, (member,), Purse(store, limits, (), spent), result)
        assert [finding.code for finding in result.findings] == code
        assert marked[0].outcome.value == ("stored" if code else "opened")


def test_twenty_thousand_members(open_archive: Open) -> None:
    members = [(f"材料/{n:05d}.txt", b"%d" % n) for n in range(20_000)]
    unpacked = open_archive(rar5(members))
    assert len(contents(unpacked)) == 20_000
    assert unpacked.findings == ()


def test_a_costly_key_derivation_ends_with_the_time(open_archive: Open) -> None:
    """RAR 5 may ask for 2^24 rounds, a thousand times what WinRAR does."""
    archive = bytearray(rar5([("a.txt", b"1" * 50)], password="x", encrypt_headers=True))
    # The archive encryption header: CRC-32, size, type 4, flags, version, flags, log2 of rounds.
    place = 8 + 4 + 5
    assert archive[place] == 15
    archive[place] = 24
    size = archive[12]
    archive[8:12] = struct.pack("<I", zlib.crc32(archive[12 : 13 + size]))
    begun = time.monotonic()
    unpacked = open_archive(
        bytes(archive),
        passwords=[f"p{n}" for n in range(10)],
        limits=UnpackLimits(wall_seconds=2.0, cpu_seconds=60),
    )
    assert time.monotonic() - begun < 30
    assert codes(unpacked) == ["package.limit_time"]
    assert not unpacked.containers[0].complete


def test_memory_that_is_asked_for_is_named(open_archive: Open, tmp_path: Path) -> None:
    archive = bytearray(
        engine_archive(tmp_path, (("a.pdf", PDF),), "-m0=LZMA2", "-mhc=off").read_bytes()
    )
    # LZMA2's one byte of properties: 40 is a dictionary of 4 GiB.
    archive[archive.index(b"\x21\x21\x01", 32) + 3] = 40
    place, size = struct.unpack_from("<QQ", archive, 12)
    struct.pack_into("<I", archive, 28, zlib.crc32(archive[32 + place : 32 + place + size]))
    struct.pack_into("<I", archive, 8, zlib.crc32(archive[12:32]))
    unpacked = open_archive(bytes(archive))
    assert set(codes(unpacked)) == {"package.limit_memory"}
    assert dict(unpacked.findings[0].params) == {"size": "约4.0 GB", "limit": "2.0 GB"}


@pytest.mark.parametrize(
    ("method", "size"),
    [
        ("LZMA2:27", 1 << 27), ("LZMA:1536m", 1536 << 20), ("m3:4G", 4 << 30),
        ("m3:128K", 128 << 10), ("PPMD:o6:mem30", 1 << 30), ("LZMA2:16 7zAES:19", 1 << 19),
        ("deflate", 0), ("", 0),
    ],
)  # fmt: skip
def test_memory_by_the_method(method: str, size: int) -> None:
    assert memory_wanted(method) == size


def test_a_long_name_is_told_with_its_length(open_archive: Open) -> None:
    name = "长" * 100 + ".pdf"
    unpacked = open_archive(rar5([(name, PDF)]))
    assert codes(unpacked) == ["package.limit_name"]
    assert (unpacked.findings[0].params["size"], unpacked.findings[0].params["limit"]) == (
        "304",
        "255",
    )
    (member,) = unpacked.members
    assert member.path.endswith(".pdf")
    assert len(member.path.encode()) <= 255
    assert bytes.fromhex(member.raw_name).decode() == name


@pytest.fixture(params=["sandbox", "alone"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """With bubblewrap and without it."""
    program.sandbox.cache_clear()
    if request.param == "alone":
        monkeypatch.setattr(program, "which", lambda _: None)
    elif not program.sandbox():
        pytest.skip("bubblewrap is not usable here")
    yield request.param
    program.sandbox.cache_clear()


def test_both_ways_of_running_the_engine(open_archive: Open, tmp_path: Path, way: str) -> None:
    members = (("材料/推荐表.pdf", PDF), ("b.txt", b"text"))
    archive = engine_archive(tmp_path, members, "-p口令", "-mhe=on")
    unpacked = open_archive(archive, passwords=("不对", "口令"))
    assert contents(unpacked) == dict(members)
    assert codes(unpacked) == ["package.password_used"]
    assert contents(open_archive(rar5(members))) == dict(members)
    assert bool(program.sandbox()) == (way == "sandbox")


def test_what_the_engine_is_cut_off_from(way: str) -> None:
    with Run(("b", "-mmt1", "100"), "", UnpackLimits(), time.monotonic() + 60) as run:
        until = time.monotonic() + 30
        while not (found := _engines(run)):
            assert time.monotonic() < until
            time.sleep(0.02)
        network = Path(f"/proc/{found[0].pid}/ns/net").readlink()
        run.kill()
    assert (network == Path("/proc/self/ns/net").readlink()) == (way == "alone")
    while found[0].is_running() and found[0].status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until
        time.sleep(0.02)


def _engines(run: Run) -> list[psutil.Process]:
    own = psutil.Process(run._process.pid)
    return [one for one in (own, *own.children(recursive=True)) if one.name() == "7zz"]


def test_limits_hold_both_ways(way: str) -> None:
    with Run(("b", "-mmt1", "30"), "", UnpackLimits(cpu_seconds=1), time.monotonic() + 60) as run:
        while run.read(1 << 20):
            pass
        assert run.end().cut_short == "cpu"
