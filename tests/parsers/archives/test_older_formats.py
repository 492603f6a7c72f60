"""CAB, LHA, ARJ, cpio, ISO 9660, Zstandard, compress; split ZIPs; archives behind a program."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from console.demo.rar import rar5
from parsers.archives import archive_format, true_media_type
from tests.builders.archives import engine_archive, tar
from tests.builders.old_archives import arj, cab, compress, cpio, iso, lzh, zstandard
from tests.parsers.archives.conftest import Open, codes, contents, outcomes

MEMBERS = ((b"A.TXT", b"text " * 300), ("合同.DOC".encode("gbk"), b"%PDF-1.4 " * 9000))
LATIN = ((b"A.TXT", b"text " * 300), (b"B.DOC", b"%PDF-1.4 " * 9000))
FILES = {name.decode("gbk"): data for name, data in MEMBERS}
Build = Callable[[object], bytes]
STUB = b"MZ" + bytes(range(256)) * 300


@pytest.mark.parametrize(
    ("build", "kind"), [(cab, "cab"), (lzh, "lzh"), (arj, "arj"), (cpio, "cpio")]
)
def test_older_kinds(open_archive: Open, build: Build, kind: str) -> None:
    unpacked = open_archive(build(MEMBERS), "申报材料.rar")
    assert contents(unpacked) == FILES
    assert codes(unpacked) == ["package.name_repaired"]
    (container,) = unpacked.containers
    assert (container.format, container.complete) == (kind, True)
    assert container.members[1].raw_name == MEMBERS[1][0].hex()
    assert container.members[0].modified is not None
    assert container.members[0].modified.strftime("%Y-%m-%d") == "2021-05-17"
    if kind == "arj":
        assert container.members[0].crc
    if kind in ("lzh", "arj"):
        assert (container.members[0].packed_size, container.members[0].method != "") == (1500, True)


@pytest.mark.parametrize("build", [lzh, arj])
def test_one_of_two_is_damaged(open_archive: Open, build: Build) -> None:
    archive = bytearray(build(LATIN))
    archive[archive.index(b"text ") + 9] ^= 1
    unpacked = open_archive(bytes(archive))
    assert outcomes(unpacked) == {"A.TXT": "damaged", "B.DOC": "stored"}
    assert "package.partial" in codes(unpacked)


@pytest.mark.parametrize("build", [cab, lzh, arj, cpio])
def test_cut_off(open_archive: Open, build: Build) -> None:
    unpacked = open_archive(build(LATIN)[:-30000])
    assert not unpacked.containers[0].complete
    assert "B.DOC" not in contents(unpacked)
    assert {"package.partial", "package.broken"} & set(codes(unpacked))


def test_a_disc(open_archive: Open) -> None:
    unpacked = open_archive(iso(LATIN))
    assert contents(unpacked) == {name.decode(): data for name, data in LATIN}
    assert unpacked.findings == ()
    assert unpacked.containers[0].format == "iso"


@pytest.mark.skipif(not shutil.which("genisoimage"), reason="genisoimage is not here")
@pytest.mark.parametrize(("words", "kind"), [(("-J", "-R"), "iso"), (("-J", "-udf"), "udf")])
def test_discs_with_chinese_names(
    open_archive: Open, tmp_path: Path, words: tuple[str, ...], kind: str
) -> None:
    source = tmp_path / "source" / "材料"
    source.mkdir(parents=True)
    (source / "推荐表.pdf").write_bytes(b"%PDF-1.4 " * 900)
    command = ["genisoimage", "-quiet", "-input-charset", "utf-8", *words, "-o"]
    subprocess.run([*command, tmp_path / "a.iso", source.parent], check=True, capture_output=True)
    unpacked = open_archive(tmp_path / "a.iso")
    assert contents(unpacked) == {"材料/推荐表.pdf": b"%PDF-1.4 " * 900}
    assert unpacked.containers[0].format == kind


@pytest.mark.parametrize(("pack", "kind"), [(zstandard, "zst"), (compress, "Z")])
def test_streams(open_archive: Open, pack: Callable[[bytes], bytes], kind: str) -> None:
    data = b"text " * 9000
    unpacked = open_archive(pack(data), f"说明.txt.{kind}")
    assert contents(unpacked) == {"说明.txt": data}
    assert unpacked.containers[0].format == kind
    assert codes(open_archive(pack(data)[: 900 if kind == "Z" else -9], "a")) in (
        ["package.broken", "package.member_damaged"],
        [],  # .Z has neither length nor checksum
    )
    packed = open_archive(pack(tar([("材料/a.txt", b"1" * 99)])), "材料.bin")
    assert contents(packed) == {"材料/a.txt": b"1" * 99}
    assert packed.containers[0].format == f"tar.{kind}"


def test_a_stream_with_bytes_after_it(open_archive: Open) -> None:
    """Mail programs add line ends; the stream's own checksum is right."""
    assert contents(open_archive(gzip.compress(b"abc" * 99) + b"\r\n", "a.gz")) == {
        "a": b"abc" * 99
    }


def test_a_gzip_tells_its_checksum_and_size(open_archive: Open) -> None:
    (member,) = open_archive(gzip.compress(b"abc" * 99), "a.gz").members
    assert (member.crc != "", member.method, member.size) == (True, "deflate", 297)
    two = gzip.compress(b"abc") + gzip.compress(b"def")
    (member,) = open_archive(two, "a.gz").members
    assert (member.crc, member.size) == ("", 6)


def test_damage_behind_the_end_of_a_tar(open_archive: Open) -> None:
    """The stream around it has a checksum of its own."""
    packed = bytearray(tar([("a.txt", b"1" * 99)], mode="w:gz"))
    packed[-8] ^= 1
    unpacked = open_archive(bytes(packed))
    assert not unpacked.containers[0].complete
    assert codes(unpacked) == ["package.partial"]


def split_zip(archive: Path, piece_bytes: int, stem: str) -> dict[str, Path]:
    """A ZIP cut into pieces in WinZip's way: the places in the directory are counted by disk."""
    data = b"PK\x07\x08" + archive.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    directory = int.from_bytes(data[end + 16 : end + 20], "little") + 4
    out = bytearray(data)
    with zipfile.ZipFile(archive) as opened:
        places = [info.header_offset + 4 for info in opened.infolist()]
    at = directory
    for place in places:
        out[at + 34 : at + 36] = (place // piece_bytes).to_bytes(2, "little")
        out[at + 42 : at + 46] = (place % piece_bytes).to_bytes(4, "little")
        at += 46 + sum(int.from_bytes(out[at + n : at + n + 2], "little") for n in (28, 30, 32))
    last = (len(data) - 1) // piece_bytes
    assert directory // piece_bytes == last == end // piece_bytes
    out[end + 4 : end + 8] = last.to_bytes(2, "little") * 2
    out[end + 16 : end + 20] = (directory % piece_bytes).to_bytes(4, "little")
    siblings = {}
    for number in range(last + 1):
        name = f"{stem}.zip" if number == last else f"{stem}.z{number + 1:02d}"
        path = archive.with_name(f"{number}.piece")
        path.write_bytes(out[number * piece_bytes : (number + 1) * piece_bytes])
        siblings[name] = path
    return siblings


def test_a_split_zip(open_archive: Open, tmp_path: Path) -> None:
    data = bytes(range(256)) * 200
    members = (("材料/扫描件.bin", data), ("b.txt", b"text"))
    archive = engine_archive(tmp_path, members, "-tzip", "-mx0", name="a.zip")
    siblings = split_zip(archive, 20_000, "某单位")
    names = list(siblings)
    assert names == ["某单位.z01", "某单位.z02", "某单位.zip"]
    unpacked = open_archive(siblings["某单位.z01"], "某单位.z01", siblings=siblings)
    assert contents(unpacked) == dict(members)
    assert unpacked.containers[0].complete
    for name in names[1:]:
        assert true_media_type(siblings["某单位.zip"]) == "application/zip"
        later = open_archive(siblings[name], name, siblings=siblings)
        assert codes(later) == ["package.volume_part"]


@pytest.mark.parametrize(
    ("gone", "asked"),
    [("z02", "z01"), ("z01", "zip"), ("zip", "z01")],
)
def test_a_split_zip_that_is_not_whole(
    open_archive: Open, tmp_path: Path, gone: str, asked: str
) -> None:
    members = (("a.bin", bytes(range(256)) * 200),)
    archive = engine_archive(tmp_path, members, "-tzip", "-mx0", name="a.zip")
    siblings = split_zip(archive, 20_000, "a")
    del siblings[f"a.{gone}"]
    unpacked = open_archive(siblings[f"a.{asked}"], f"a.{asked}", siblings=siblings)
    assert [(f.code, f.params["missing"]) for f in unpacked.findings] == [
        ("package.volume_missing", f"a.{gone}")
    ]


@pytest.mark.parametrize("kind", ["rar5", "7z", "zip"])
def test_behind_a_program(open_archive: Open, tmp_path: Path, kind: str) -> None:
    members = (("推荐表.pdf", b"%PDF-1.4 " * 900),)
    if kind == "rar5":
        body = rar5(members)
    else:
        body = engine_archive(tmp_path, members, f"-t{kind}", name=f"a.{kind}").read_bytes()
    unpacked = open_archive(STUB + body, "申报材料.exe")
    assert contents(unpacked) == dict(members)
    assert unpacked.containers[0].format == kind
    (tmp_path / "a.exe").write_bytes(STUB + body)
    assert (
        true_media_type(tmp_path / "a.exe")
        == {
            "rar5": "application/vnd.rar",
            "7z": "application/x-7z-compressed",
            "zip": "application/zip",
        }[kind]
    )
    inside = open_archive(rar5([("a.exe", STUB + body)]))
    assert contents(inside)["a.exe/推荐表.pdf"] == b"%PDF-1.4 " * 900


def test_a_program_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.exe").write_bytes(
        STUB + b"7z\xbc\xaf\x27\x1c" + bytes(99) + b"PK\x05\x06" + bytes(18)
    )
    assert archive_format(tmp_path / "a.exe") is None
    assert true_media_type(tmp_path / "a.exe") == "application/vnd.microsoft.portable-executable"


def test_a_jar_and_a_text_are_no_archives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.jar", "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
        jar.writestr("A.class", b"\xca\xfe\xba\xbe")
    with zipfile.ZipFile(tmp_path / "a.epub", "w") as book:
        book.writestr("mimetype", "application/epub+zip")
    (tmp_path / "a.txt").write_text("070701 是日期，不是归档")
    assert [archive_format(tmp_path / f"a.{end}") for end in ("jar", "epub", "txt")] == [None] * 3
