"""Formats that are rarely sent: ISO, CAB, LHA, ARJ, and those that nothing here reads."""

from __future__ import annotations

import struct

from tests.builders.archive_set.case import NOISE, SHEET, TEXT, ArchiveCase, case, under
from tests.builders.archive_set.disc_writer import SECTOR, cab, iso
from tests.builders.archive_set.engine import alone
from tests.builders.archive_set.old_writer import arj, lha
from tests.builders.archive_set.zip_writer import Item, zipped

FLAT = (("推荐表.pdf", SHEET), ("说明.txt", TEXT), ("扫描件.bin", NOISE))
_UTF8 = [(name.encode(), data) for name, data in FLAT]
_GBK = [(name.encode("gbk"), data) for name, data in FLAT]
_ASCII = [(b"a.pdf", SHEET), (b"b.txt", TEXT)]
_ASCII_OUT = [("a.pdf", SHEET), ("b.txt", TEXT)]

_SET = {
    "甲.cab": cab(_UTF8[2:], following="乙.cab".encode()),
    "乙.cab": cab(_UTF8[1:2], before="甲.cab".encode()),
}


def _unread(name: str, data: bytes, label: str, told: str = "format_not_supported") -> ArchiveCase:
    return case(f"not read: {name}", data, f"{label}: named, never silent", opens=name,
                told=[told], bare=True)  # fmt: skip


def _cpio(members: list[tuple[bytes, bytes]]) -> bytes:
    """The new ASCII form ("070701"), cpio(5)."""
    out = b""
    for number, (name, data) in enumerate([*members, (b"TRAILER!!!", b"")], 1):
        numbers = (number, 0o100644, 0, 0, 1, 1_621_209_600, len(data), 0, 0, 0, 0, len(name) + 1)
        head = b"070701" + b"".join(b"%08X" % n for n in (*numbers, 0)) + name + b"\0"
        out += head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
    return out


CASES = (
    case("iso: Joliet", iso(FLAT), "ECMA-119 with Joliet names", opens="申报.iso", wanted=FLAT,
         kind="iso"),
    case("iso: plain", iso(FLAT, joliet=False), "ECMA-119 level 1", opens="申报.iso",
         wanted=[(f"F{n:05d}.BIN", data) for n, (_, data) in enumerate(FLAT)], kind="iso"),
    case("iso: named .rar", iso(FLAT), "bytes decide: the mark stands at 32,769", wanted=FLAT),
    case("iso: cut", iso(FLAT)[: 26 * SECTOR], "the last file is not there whole",
         opens="申报.iso", wanted=FLAT[:1], told=["partial", ("member_damaged", "说明.txt"),
         ("member_damaged", "扫描件.bin")]),
    case("iso: places beyond the end", iso(FLAT, lie=1 << 20), "two gigabytes away",
         opens="申报.iso", told=["member_damaged|broken|member_missing"], strict=False),
    case("iso: empty", iso([]), "no file", opens="申报.iso", told=["empty"], bare=True),
    case("cab: stored", cab(_UTF8), "[MS-CAB], names in UTF-8 by attribute 0x80",
         opens="申报.cab", wanted=FLAT, kind="cab", bare=True),
    case("cab: MSZIP", cab(_UTF8, packed=True), "[MS-MCI]: deflate blocks of 32 KB",
         opens="申报.cab", wanted=FLAT, bare=True),
    case("cab: reserved fields", cab(_UTF8, reserved=b"x" * 20), "[MS-CAB] flag 0x0004: as signed "
         "cabinets have", opens="申报.cab", wanted=FLAT, bare=True),
    case("cab: paths", cab([("材料\\推荐表.pdf".encode(), SHEET)]), "a backslash separates",
         opens="申报.cab", wanted=[("材料/推荐表.pdf", SHEET)], bare=True),
    case("cab: leads outside", cab([(b"..\\..\\x.txt", TEXT)]), "the name is data",
         opens="申报.cab", wanted=[(None, TEXT)], told=["name_unsafe"], bare=True),
    case("cab: wrong checksum", cab(_UTF8)[:-1] + b"?", "CFDATA csum of the last block",
         opens="申报.cab", told=["member_damaged|broken"], strict=False, bare=True),
    case("cab: first size too large", cab(_UTF8, lie=9), "it overlaps the second file: 7-Zip "
         "refuses the cabinet, others take both; never silent", opens="申报.cab", strict=False,
         bare=True, wanted=FLAT[1:], unless="package.broken"),
    case("cab: cut", cab(_UTF8)[:20_000], "the first two are whole", opens="申报.cab",
         told=["member_damaged|broken|partial"], strict=False, bare=True),
    case("cab: two that name one another", _SET, "[MS-CAB] 2.1: szCabinetNext", opens="甲.cab",
         wanted=FLAT[1:], bare=True),
    case("cab: the second of two", _SET, "it is taken with the first", opens="乙.cab",
         told=["volume_part"]),
    case("cab: the second is missing", {"甲.cab": _SET["甲.cab"]}, "named as the header names it",
         opens="甲.cab", told=["volume_missing"]),
    case("cab: the first is missing", {"乙.cab": _SET["乙.cab"]}, "the same, by szCabinetPrev",
         opens="乙.cab", told=["volume_missing"]),
    case("cab: it names itself", cab(_UTF8, following="申报.cab".encode()), "no chain goes round",
         opens="申报.cab", strict=False, bare=True),
    case("lha: level 0", lha(_ASCII), "header.doc: DOS time, 8-bit checksum", opens="申报.lzh",
         wanted=_ASCII_OUT, unless="package.format_not_supported"),
    case("lha: level 1", lha(_ASCII, level=1), "with an empty list of extensions",
         opens="申报.lzh", wanted=_ASCII_OUT, unless="package.format_not_supported"),
    case("lha: level 2", lha(_UTF8, level=2), "name in extension 1, UTF-8", opens="申报.lzh",
         wanted=FLAT, unless="package.format_not_supported"),
    case("lha: level 2, GBK", lha(_GBK, level=2), "name in extension 1, code page",
         opens="申报.lzh", wanted=FLAT, unless="package.format_not_supported"),
    case("lha: GBK", lha(_GBK), "the system's code page", opens="申报.lzh", wanted=FLAT,
         unless="package.format_not_supported"),
    case("lha: wrong checksum", lha(_ASCII, crc=1), "CRC-16 of the first member",
         opens="申报.lzh", wanted=_ASCII_OUT[1:], told=["member_damaged|format_not_supported"],
         unless="package.format_not_supported", strict=False),
    case("lha: cut", lha(_ASCII)[:-300], "the second is short, the first is proven by its CRC-16",
         opens="申报.lzh", wanted=_ASCII_OUT[:1], told=["partial", ("member_damaged", "b.txt")]),
    case("arj: stored", arj(_ASCII), "ARJ TECHNOTE, method 0", opens="申报.arj",
         wanted=_ASCII_OUT, unless="package.format_not_supported"),
    case("arj: GBK", arj(_GBK), "the system's code page", opens="申报.arj", wanted=FLAT,
         unless="package.format_not_supported"),
    case("arj: wrong CRC", arj(_ASCII, crc=1), "of the first member", opens="申报.arj",
         wanted=_ASCII_OUT[1:], told=["member_damaged|format_not_supported"],
         unless="package.format_not_supported", strict=False),
    case("arj: in a zip", zipped([Item(b"x.arj", arj(_ASCII)), Item(b"c.txt", TEXT)]),
         "the inner archive is opened, or named", wanted=[*under("x.arj", _ASCII_OUT),
                                                          ("c.txt", TEXT)],
         unless="package.member_not_supported"),
    case("wim", alone(_ASCII_OUT, "-twim", name="a.wim"), "Windows Imaging: opened or told",
         opens="a.wim", wanted=_ASCII_OUT, unless="package.format_not_supported", strict=False,
         bare=True),
    case("cpio", _cpio(_ASCII), "cpio(5): opened or told", opens="a.cpio", wanted=_ASCII_OUT,
         unless="package.format_not_supported", bare=True),
    case("deb", b"!<arch>\ndebian-binary   1621209600  0     0     100644  4         `\n2.0\n",
         "ar(5): opened or told", opens="a.deb", wanted=[("debian-binary", b"2.0\n")],
         unless="package.format_not_supported", bare=True),
    _unread("a.ace", b"\0" * 7 + b"**ACE**" + bytes(40), "no free reader"),
    _unread("a.sit", b"StuffIt (c)1997-2002 Aladdin Systems" + bytes(60), "StuffIt 5"),
    _unread("a.zoo", b"ZOO 2.10 Archive.\x1a" + bytes(60), "ZOO"),
    _unread("a.alz", b"ALZ\x01" + bytes(60), "ALZip"),
    _unread("a.egg", b"EGGA" + struct.pack("<HII", 0x100, 1, 0) + bytes(60), "ALZip EGG"),
    _unread("a.rar", b"not an archive at all", "text named as a package", "not_an_archive"),
    _unread("空.rar", b"", "a file of no bytes", "not_an_archive"),
    _unread("b.rar", b"<html><body>login</body></html>", "what a web mail's download gave",
            "not_an_archive"),
)  # fmt: skip
