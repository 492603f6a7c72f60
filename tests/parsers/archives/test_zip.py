from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.builders.archives import ZipEntry, engine_archive, unicode_path, zip_raw
from tests.builders.old_archives import zstandard
from tests.parsers.archives.conftest import Open, codes, contents, outcomes

MEMBERS = (("材料/推荐表.pdf", b"%PDF-1.4 " * 900), ("说明.txt", b"text " * 300), ("空.txt", b""))


def zipped(members: object = MEMBERS, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:  # type: ignore[attr-defined]
            archive.writestr(name, data)
        archive.comment = "申报材料".encode("gbk")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "method",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
)
def test_each_method(open_archive: Open, method: int) -> None:
    unpacked = open_archive(zipped(method=method))
    assert contents(unpacked) == dict(MEMBERS)
    assert unpacked.findings == ()
    assert unpacked.containers[0].format == "zip"
    assert unpacked.containers[0].comment == "申报材料"


@pytest.mark.parametrize("switch", ["-mm=Deflate64", "-mm=PPMd", "-mm=XZ", "-mm=LZMA"])
def test_what_zipfile_cannot(open_archive: Open, tmp_path: Path, switch: str) -> None:
    archive = engine_archive(tmp_path, MEMBERS, "-tzip", switch, name="a.zip")
    assert contents(open_archive(archive)) == dict(MEMBERS)


def test_zstandard_inside(open_archive: Open) -> None:
    data = b"text " * 9000
    packed = zstandard(data)
    entry = ZipEntry(b"a.txt", packed, size=len(data), crc=zlib.crc32(data))
    archive = bytearray(zip_raw([entry, ZipEntry(b"b.txt", b"2")]))
    for place in (8, archive.index(b"PK\x01\x02") + 10):
        archive[place : place + 2] = (93).to_bytes(2, "little")
    unpacked = open_archive(bytes(archive))
    assert contents(unpacked) == {"a.txt": data, "b.txt": b"2"}


def test_sizes_of_64_bits(open_archive: Open) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in MEMBERS:
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(data)
    assert contents(open_archive(buffer.getvalue())) == dict(MEMBERS)


def test_a_large_one_goes_through_the_engine_with_the_same_result(open_archive: Open) -> None:
    members = [(f"材料/{n}.pdf", b"%PDF-1.4 " * 50_000 + b"%d" % n) for n in range(20)]
    archive = bytearray(zipped(members, zipfile.ZIP_STORED))
    archive[archive.index(b"%PDF-1.4 ", 5_000_000) + 500] ^= 1
    unpacked = open_archive(bytes(archive))
    good = contents(unpacked)
    assert len(good) == 19
    assert all(dict(members)[path] == data for path, data in good.items())
    assert sorted(codes(unpacked)) == ["package.member_damaged", "package.partial"]
    assert unpacked.containers[0].comment == "申报材料"


@pytest.mark.parametrize("switch", ["-mem=AES256", "-mem=ZipCrypto"])
def test_passwords(open_archive: Open, tmp_path: Path, switch: str) -> None:
    words = ("-tzip", switch, "-p123")
    archive = engine_archive(tmp_path, MEMBERS, *words, name="a.zip")
    assert "package.encrypted" in codes(open_archive(archive, passwords=("1234",)))
    unpacked = open_archive(archive, passwords=("1234", "123"))
    assert contents(unpacked) == dict(MEMBERS)


def test_one_member_encrypted(open_archive: Open, tmp_path: Path) -> None:
    engine_archive(tmp_path / "1", MEMBERS[:1], "-tzip", "-p123", name="../a.zip")
    engine_archive(tmp_path / "2", MEMBERS[1:], "-tzip", name="../a.zip")
    unpacked = open_archive(tmp_path / "a.zip")
    assert contents(unpacked) == dict(MEMBERS[1:])
    assert codes(unpacked) == ["package.partial", "package.member_encrypted"]
    assert len(contents(open_archive(tmp_path / "a.zip", passwords=("123",)))) == 3


def test_names(open_archive: Open) -> None:
    gbk = "合同.doc".encode("gbk")
    unpacked = open_archive(
        zip_raw(
            [
                ZipEntry(gbk, b"1"),
                ZipEntry("盖章.doc".encode(), b"2", flags=0x800),
                ZipEntry("无标志.doc".encode(), b"3"),
                ZipEntry(b"\xba\xcf", b"4", extra=unicode_path(b"\xba\xcf", "字段.doc")),
                ZipEntry("材料\\表.doc".encode("gbk"), b"5"),
                ZipEntry(b"caf\x82.doc", b"6"),
            ]
        )
    )
    assert list(contents(unpacked)) == [
        "合同.doc",
        "盖章.doc",
        "无标志.doc",
        "字段.doc",
        "材料/表.doc",
        "café.doc",
    ]
    assert codes(unpacked) == ["package.name_repaired"] * 3
    assert unpacked.members[0].raw_name == gbk.hex()


def test_a_name_that_is_not_what_its_flag_says(open_archive: Open) -> None:
    unpacked = open_archive(zip_raw([ZipEntry("合同.doc".encode("gbk"), b"1", flags=0x800)]))
    assert list(contents(unpacked).values()) == [b"1"]


def test_links_traversal_and_duplicates(open_archive: Open) -> None:
    unpacked = open_archive(
        zip_raw(
            [
                ZipEntry(b"link", b"../../etc", mode=stat.S_IFLNK | 0o777),
                ZipEntry(b"link/../../../x.txt", b"1"),
                ZipEntry(b"a.txt", b"2"),
                ZipEntry(b"a.txt", b"3"),
                ZipEntry(b"a.txt/b.txt", b"4"),
            ]
        )
    )
    assert unpacked.members[0].outcome == "link"
    assert unpacked.members[0].link_target == "../../etc"
    assert sorted(contents(unpacked).values()) == [b"1", b"2", b"3", b"4"]


def test_a_lie_about_the_checksum(open_archive: Open) -> None:
    unpacked = open_archive(
        zip_raw([ZipEntry(b"a", b"1"), ZipEntry(b"b", b"2", crc=7), ZipEntry(b"c", b"3")])
    )
    assert outcomes(unpacked) == {"a": "stored", "b": "damaged", "c": "stored"}


def test_cut_off(open_archive: Open) -> None:
    archive = zipped()
    unpacked = open_archive(archive[: len(archive) - 200])
    assert contents(unpacked)["材料/推荐表.pdf"] == MEMBERS[0][1]
    assert not unpacked.containers[0].complete
    assert "package.partial" in codes(unpacked)


def test_gbk_names_of_a_zip_that_is_cut_off(open_archive: Open) -> None:
    archive = zip_raw([ZipEntry("合同.doc".encode("gbk"), b"12345"), ZipEntry(b"b", b"2")])
    unpacked = open_archive(archive[:-60])
    assert contents(unpacked)["合同.doc"] == b"12345"


def test_empty(open_archive: Open) -> None:
    assert codes(open_archive(zipped(()))) == ["package.empty"]


def test_a_document_is_no_archive(open_archive: Open) -> None:
    types = (
        '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    docx = zipped((("[Content_Types].xml", types), ("word/document.xml", "<x/>")))
    assert codes(open_archive(docx)) == ["package.not_an_archive"]
    unpacked = open_archive(zipped((("申报材料.docx", docx),)))
    assert outcomes(unpacked) == {"申报材料.docx": "stored"}
    assert len(unpacked.containers) == 1
