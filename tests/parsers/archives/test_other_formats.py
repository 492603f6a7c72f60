"""7z, tar, gzip, bzip2, xz; what is none of them; and endings that do not fit."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from pathlib import Path

import pytest

from console.demo.rar import rar5
from parsers.archives import archive_format, is_archive
from tests.builders.archives import engine_archive, tar
from tests.parsers.archives.conftest import Open, codes, contents, outcomes

MEMBERS = (("材料/推荐表.pdf", b"%PDF-1.4 " * 900), ("说明.txt", b"text " * 300), ("空.txt", b""))


@pytest.mark.parametrize("words", [(), ("-ms=off",), ("-m0=PPMd",), ("-m0=Copy",)])
def test_7z(open_archive: Open, tmp_path: Path, words: tuple[str, ...]) -> None:
    unpacked = open_archive(engine_archive(tmp_path, MEMBERS, *words))
    assert contents(unpacked) == dict(MEMBERS)
    assert outcomes(unpacked)["材料"] == "folder"
    assert unpacked.containers[0].complete
    assert unpacked.containers[0].format == "7z"


@pytest.mark.parametrize("words", [("-p口令",), ("-p口令", "-mhe=on")])
def test_7z_with_a_password(open_archive: Open, tmp_path: Path, words: tuple[str, ...]) -> None:
    archive = engine_archive(tmp_path, MEMBERS, *words)
    assert "package.encrypted" in codes(open_archive(archive, passwords=("x",)))
    unpacked = open_archive(archive, passwords=("x", "口令"))
    assert contents(unpacked) == dict(MEMBERS)
    assert codes(unpacked) == ["package.password_used"]


def test_7z_in_pieces(open_archive: Open, tmp_path: Path) -> None:
    archive = engine_archive(tmp_path, MEMBERS, "-m0=Copy").read_bytes()
    folder = tmp_path / "pieces"
    folder.mkdir()
    for number in range(3):
        piece = archive[number * 4000 : (number + 1) * 4000 if number < 2 else None]
        (folder / f"x.7z.{number + 1:03d}").write_bytes(piece)
    assert contents(open_archive(folder / "x.7z.001", "x.7z.001")) == dict(MEMBERS)
    (folder / "x.7z.002").unlink()
    unpacked = open_archive(folder / "x.7z.001", "x.7z.001")
    assert [f.params.get("missing") for f in unpacked.findings] == ["x.7z.002"]


@pytest.mark.parametrize("at", [40, 1500])
def test_7z_damaged(open_archive: Open, tmp_path: Path, at: int) -> None:
    data = bytearray(engine_archive(tmp_path, MEMBERS, "-ms=off", "-m0=Copy").read_bytes())
    data[at] ^= 0xFF
    unpacked = open_archive(bytes(data))
    assert sorted(outcomes(unpacked).values()).count("damaged") == 1
    assert "package.partial" in codes(unpacked)


def test_7z_cut_off(open_archive: Open, tmp_path: Path) -> None:
    data = engine_archive(tmp_path, MEMBERS).read_bytes()
    assert codes(open_archive(data[:-20])) == ["package.broken"]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("w", "tar"), ("w:gz", "tar.gz"), ("w:bz2", "tar.bz2"), ("w:xz", "tar.xz")],
)
def test_tar(open_archive: Open, mode: str, kind: str) -> None:
    unpacked = open_archive(tar(MEMBERS, mode=mode))
    assert contents(unpacked) == dict(MEMBERS)
    assert unpacked.findings == ()
    assert unpacked.containers[0].format == kind
    assert unpacked.containers[0].complete


def test_tar_with_gbk_names(open_archive: Open) -> None:
    unpacked = open_archive(tar(MEMBERS, encoding="gbk"))
    assert contents(unpacked) == dict(MEMBERS)
    assert set(codes(unpacked)) == {"package.name_repaired"}


def test_tar_links_and_devices(open_archive: Open) -> None:
    links = (
        ("a", "/etc/passwd", tarfile.SYMTYPE),
        ("b", "说明.txt", tarfile.LNKTYPE),
        ("c", "", tarfile.FIFOTYPE),
        ("d", "", tarfile.CHRTYPE),
    )
    unpacked = open_archive(tar((*MEMBERS, ("../../e", b"5")), links))
    assert [outcomes(unpacked)[name] for name in "abcd"] == ["link"] * 4
    assert contents(unpacked)["__/__/e"] == b"5"


@pytest.mark.parametrize("cut", [700, 9000])
def test_tar_cut_off(open_archive: Open, cut: int) -> None:
    unpacked = open_archive(tar(MEMBERS)[:cut])
    assert not unpacked.containers[0].complete
    assert {"package.partial", "package.broken"} & set(codes(unpacked))


def test_tar_damaged_in_the_middle(open_archive: Open) -> None:
    archive = bytearray(tar(MEMBERS))
    second = archive.index("说明.txt".encode())
    archive[second + 100] ^= 0xFF
    unpacked = open_archive(bytes(archive))
    assert list(contents(unpacked)) == ["材料/推荐表.pdf"]
    assert codes(unpacked) == ["package.partial"]


@pytest.mark.parametrize(
    ("packed", "kind"),
    [
        (gzip.compress(b"text " * 999), "gz"),
        (bz2.compress(b"text " * 999), "bz2"),
        (lzma.compress(b"text " * 999), "xz"),
        (lzma.compress(b"text " * 500) + bytes(8) + lzma.compress(b"text " * 499), "xz"),
    ],
    ids=["gz", "bz2", "xz", "xz of two streams"],
)
def test_one_stream(open_archive: Open, packed: bytes, kind: str) -> None:
    unpacked = open_archive(packed, f"说明.txt.{kind}")
    assert contents(unpacked) == {"说明.txt": b"text " * 999}
    assert unpacked.containers[0].format == kind
    cut = open_archive(packed[:-9], f"说明.txt.{kind}")
    assert outcomes(cut) == {"说明.txt": "damaged"}
    assert "package.broken" in codes(cut)


def test_gzip_tells_its_name(open_archive: Open, tmp_path: Path) -> None:
    raw = "推荐表.doc".encode("gbk")
    packed = gzip.compress(b"abc")
    named = packed[:3] + b"\x08" + packed[4:10] + raw + b"\0" + packed[10:]
    assert contents(open_archive(named)) == {"推荐表.doc": b"abc"}


@pytest.mark.parametrize("ending", ["zip", "7z", "doc", "tar.gz"])
def test_the_ending_does_not_matter(open_archive: Open, ending: str) -> None:
    assert contents(open_archive(rar5(MEMBERS), f"a.{ending}")) == dict(MEMBERS)


def test_zip_that_is_called_rar(open_archive: Open, tmp_path: Path) -> None:
    archive = engine_archive(tmp_path, MEMBERS, "-tzip", name="a.zip")
    assert open_archive(archive, "ZB1+某单位.rar").containers[0].format == "zip"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"MSWIM\0\0\0" + bytes(60), "WIM"),
        (b"\x80\x81\x82\x83" * 9 + b"koly" + bytes(508), "DMG"),
        (b"RE~^" + bytes(60), "RAR 1.4"),
    ],
    ids=["wim", "dmg", "rar 1.4"],
)
def test_what_is_not_unpacked(open_archive: Open, data: bytes, shown: str) -> None:
    unpacked = open_archive(data)
    assert [(f.code, f.params["format"]) for f in unpacked.findings] == [
        ("package.format_not_supported", shown)
    ]
    assert not unpacked.containers[0].complete


def test_a_program_is_no_archive(open_archive: Open) -> None:
    unpacked = open_archive(b"MZ" + bytes(200))
    shown = "application/vnd.microsoft.portable-executable"
    assert [(f.code, f.params["format"]) for f in unpacked.findings] == [
        ("package.not_an_archive", shown)
    ]


def test_a_rar_inside_a_stored_zip_is_a_zip(tmp_path: Path) -> None:
    archive = engine_archive(tmp_path, (("a.rar", rar5(MEMBERS)),), "-tzip", "-mx0", name="a.zip")
    assert archive_format(archive) == "zip"


def test_media_types() -> None:
    assert is_archive("application/zip")
    assert is_archive("application/VND.RAR")
    assert is_archive("application/zstd")
    assert not is_archive("application/pdf")
    assert not is_archive("application/ofd")
