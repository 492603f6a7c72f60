"""Archives inside archives."""

from __future__ import annotations

import gzip
from pathlib import Path

from console.demo.rar import rar5
from model.container import UnpackLimits
from tests.builders.archives import ZipEntry, engine_archive, rar5_volumes, tar, zip_raw
from tests.parsers.archives.conftest import Open, codes, contents, outcomes

PDF = b"%PDF-1.4 inner"


def test_every_level_is_opened_and_kept(open_archive: Open, tmp_path: Path) -> None:
    seven = engine_archive(tmp_path, (("推荐表.pdf", PDF),)).read_bytes()
    zipped = zip_raw([ZipEntry("内层.7z".encode(), seven, flags=0x800), ZipEntry(b"a.txt", b"1")])
    unpacked = open_archive(rar5([("材料/中层.zip", zipped), ("b.txt", b"2")]), prefix="p")
    assert outcomes(unpacked) == {
        "p/材料/中层.zip": "opened",
        "p/b.txt": "stored",
        "p/材料/中层.zip/内层.7z": "opened",
        "p/材料/中层.zip/a.txt": "stored",
        "p/材料/中层.zip/内层.7z/推荐表.pdf": "stored",
    }
    assert [c.path for c in unpacked.containers] == [
        "p",
        "p/材料/中层.zip",
        "p/材料/中层.zip/内层.7z",
    ]
    assert contents(unpacked)["p/材料/中层.zip"] == zipped
    assert unpacked.findings == ()


def test_so_deep_and_no_deeper(open_archive: Open) -> None:
    data = rar5([("a.txt", b"1")])
    for level in range(5):
        data = rar5([(f"{level}.rar", data)])
    unpacked = open_archive(data, limits=UnpackLimits(nesting=4))
    assert [c.path.count("/") for c in unpacked.containers if c.path] == [0, 1, 2]
    assert codes(unpacked) == ["package.limit_nesting"]
    assert dict(unpacked.findings[0].params) == {"level": "5", "limit": "4"}
    assert list(outcomes(unpacked).values()) == ["opened"] * 3 + ["stored"]


def test_faults_inside_are_not_faults_of_the_package(open_archive: Open) -> None:
    inner = rar5([("a.txt", b"1" * 99)])
    unpacked = open_archive(
        rar5(
            [
                ("broken.rar", inner[:20]),
                ("closed.rar", rar5([("a.txt", b"1")], password="x", encrypt_headers=True)),
                ("empty.rar", rar5([])),
                ("old.ace", b"0123456**ACE**" + bytes(60)),
                ("good.rar", inner),
            ]
        )
    )
    assert {finding.about: finding.code for finding in unpacked.findings} == {
        "broken.rar": "package.member_damaged",
        "closed.rar": "package.member_encrypted",
        "empty.rar": "package.nested_empty",
        "old.ace": "package.member_not_supported",
    }
    assert contents(unpacked)["good.rar/a.txt"] == b"1" * 99
    assert len(contents(unpacked)) == 6


def test_a_password_opens_inner_archives_too(open_archive: Open) -> None:
    inner = rar5([("a.txt", b"secret")], password="口令")
    unpacked = open_archive(rar5([("x.rar", inner)], password="口令"), passwords=("口令",))
    assert contents(unpacked)["x.rar/a.txt"] == b"secret"
    assert codes(unpacked) == ["package.password_used"] * 2


def test_volumes_inside(open_archive: Open) -> None:
    data = bytes(range(256)) * 40
    volumes = rar5_volumes("扫描件.bin", data, 4000)
    members = [(f"材料/x.part{n}.rar", volume) for n, volume in enumerate(volumes, 1)]
    unpacked = open_archive(rar5(members))
    assert contents(unpacked)["材料/x.part1.rar/扫描件.bin"] == data
    assert codes(unpacked) == ["package.volume_part"] * (len(volumes) - 1)
    assert outcomes(unpacked)["材料/x.part1.rar"] == "opened"
    missing = open_archive(rar5([members[0], members[2]]))
    assert "package.member_volume_missing" in codes(missing)


def test_a_tar_inside_gzip_inside_a_package(open_archive: Open) -> None:
    archive = rar5(
        [("a.tar.gz", tar([("b/c.txt", b"1")], mode="w:gz")), ("d.gz", gzip.compress(b"2"))]
    )
    unpacked = open_archive(archive)
    assert contents(unpacked)["a.tar.gz/b/c.txt"] == b"1"
    assert contents(unpacked)["d.gz/d"] == b"2"
