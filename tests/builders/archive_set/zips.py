"""ZIP as it is usually written: methods, names, times, comments."""

from __future__ import annotations

import struct
import zlib

from tests.builders.archive_set.case import BASIC, NOISE, SHEET, TEXT, ArchiveCase, case
from tests.builders.archive_set.engine import alone
from tests.builders.archive_set.singles import zstd_stored
from tests.builders.archive_set.zip_writer import (
    DEFLATED,
    STREAMED,
    UTF8,
    Item,
    field,
    unicode_path,
    zipped,
)

_RARE = "朱镕基龑.txt"
_BIG5 = "推薦表.txt".encode("big5")
ITEMS = tuple(Item(name.encode(), data, DEFLATED, flags=UTF8) for name, data in BASIC)


def _named(name: bytes, **more: object) -> bytes:
    return zipped([Item(name, TEXT, DEFLATED, **more)])  # type: ignore[arg-type]


def _by_engine(method: str, *words: str) -> ArchiveCase:
    return case(
        f"zip: {method}",
        alone(BASIC, "-tzip", f"-mm={method}", *words, name="a.zip"),
        "APPNOTE 4.4.5 lists the method, and 7-Zip and WinZip write it",
        wanted=BASIC,
        kind="zip",
    )


def _zstd() -> bytes:
    items = [
        Item(name.encode(), data, 93, packed=zstd_stored(data), flags=UTF8) for name, data in BASIC
    ]
    return zipped(items)


CASES = (
    case("zip: stored", zipped([Item(n.encode(), d, flags=UTF8) for n, d in BASIC]),
         "APPNOTE 4.4.5, method 0", wanted=BASIC, kind="zip"),
    case("zip: deflated", zipped(ITEMS), "APPNOTE 4.4.5, method 8", wanted=BASIC, kind="zip"),
    _by_engine("Deflate64"),
    _by_engine("BZip2"),
    _by_engine("LZMA"),
    _by_engine("PPMd"),
    _by_engine("Deflate", "-mx9"),
    case("zip: Zstandard, method 93", _zstd, "APPNOTE 4.4.5 (93); RFC 8878 raw blocks",
         wanted=BASIC, kind="zip"),
    case("zip: xz, method 95",
         alone([("a.txt", TEXT)], "-tzip", "-mm=xz", name="a.zip"),
         "APPNOTE 4.4.5 (95); 7-Zip writes it", wanted=[("a.txt", TEXT)], kind="zip"),
    case("zip: a method nobody has", zipped([Item(b"a.txt", TEXT, 77), Item(b"b.txt", SHEET)]),
         "APPNOTE 4.4.5 does not give 77: only that member is lost",
         wanted=[("b.txt", SHEET)], told=[("member_damaged|member_not_supported", "a.txt"),
                                          "partial"]),
    case("zip: GBK name", _named("材料\\推荐表.txt".encode("gbk")),
         "Windows' own compressor writes the system's code page, without bit 11",
         wanted=[("材料/推荐表.txt", TEXT)]),
    case("zip: GBK name with an ASCII tail byte", _named("俓鱸.txt".encode("gbk")),
         "the second byte of 俓 is a backslash; it is no separator",
         wanted=[("俓鱸.txt", TEXT)]),
    case("zip: rare characters in GB18030", _named("张㐀𠮷.txt".encode("gb18030")),
         "GB 18030 takes four bytes for what GBK lacks", wanted=[("张㐀𠮷.txt", TEXT)]),
    case("zip: GBK name of 镕", _named(_RARE.encode("gbk")),
         "GBK has what GB2312 lacks", wanted=[(_RARE, TEXT)]),
    case("zip: UTF-8 name without the flag", _named("推荐表.txt".encode()),
         "macOS writes UTF-8 and does not set bit 11", wanted=[("推荐表.txt", TEXT)]),
    case("zip: UTF-8 name with the flag", _named("推荐表.txt".encode(), flags=UTF8),
         "APPNOTE 4.4.4, bit 11", wanted=[("推荐表.txt", TEXT)]),
    case("zip: decomposed name of macOS", _named("e\u0301te\u0301.txt".encode(), flags=UTF8),
         "names of HFS+ are NFD; a path of ours is NFC", wanted=[("été.txt", TEXT)]),
    case("zip: flag set on a GBK name", _named("推荐表.txt".encode("gbk"), flags=UTF8),
         "bit 11 lies where a program converts no name; the bytes still read as GBK",
         wanted=[("推荐表.txt", TEXT)]),
    case("zip: 0x7075 beside a GBK name",
         _named("推荐表.txt".encode("gbk"),
                extra=unicode_path("推荐表.txt".encode("gbk"), "推荐表.txt")),
         "APPNOTE 4.6.9: Info-ZIP and WinRAR write both", wanted=[("推荐表.txt", TEXT)]),
    case("zip: 0x7075 that is stale",
         _named("新.txt".encode("gbk"),
                extra=unicode_path("旧.txt".encode("gbk"), "旧.txt")),
         "APPNOTE 4.6.9: with a wrong checksum of the name the field is ignored",
         wanted=[("新.txt", TEXT)]),
    case("zip: 0x7075 beside a name of question marks",
         _named(b"???.txt", extra=unicode_path(b"???.txt", "推荐表.txt")),
         "a program whose code page has no Chinese writes ? and the field",
         wanted=[("推荐表.txt", TEXT)]),
    case("zip: cp437 name", _named("café.txt".encode("cp437")),
         "APPNOTE D.1: without the flag the name is IBM 437; these bytes are no GB 18030",
         wanted=[("café.txt", TEXT)]),
    case("zip: Big5 name stays under some name", _named(_BIG5),
         "the code page is not told, so any name that is marked as guessed will do",
         wanted=[(None, TEXT)], strict=False),
    case("zip: name with trailing NUL", _named(b"a.txt\0.exe"),
         "a NUL ends no name of ours; it is data, made visible",
         wanted=[(None, TEXT)], strict=False),
    case("zip: data descriptors", zipped([
        Item(n.encode(), d, DEFLATED, flags=UTF8 | STREAMED) for n, d in BASIC]),
         "APPNOTE 4.3.9: sizes after the bytes, as streaming writers do", wanted=BASIC),
    case("zip: comment in GBK", zipped(ITEMS, comment="材料共三份".encode("gbk")),
         "WinRAR writes the comment in the system's code page", wanted=BASIC),
    case("zip: comment that holds an end record",
         zipped(ITEMS, comment=b"PK\x05\x06" + bytes(16) + b"\x04\0" + b"note"),
         "APPNOTE 4.3.16: a comment is any text; the archive must not read as empty",
         wanted=BASIC, strict=False),
    case("zip: folders and empty files", zipped([
        Item("空/".encode(), mode=0o40755, flags=UTF8), Item(b"empty.txt"), Item(b"a.txt", TEXT)]),
         "an empty file is a member with no bytes", wanted=[("a.txt", TEXT), ("empty.txt", b"")]),
    case("zip: only a folder", zipped([Item("材料/".encode(), mode=0o40755, flags=UTF8)]),
         "nothing is in it, and that is said", told=["empty"]),
    case("zip: nothing at all", zipped([]), "APPNOTE 4.3.16: the end record alone",
         told=["empty"]),
    case("zip: no date", _named(b"a.txt", when=0), "DOS date 0 is month 0: no time is shown",
         wanted=[("a.txt", TEXT)], bare=True),
    case("zip: NTFS times", _named(b"a.txt", extra=field(
        0x0A, bytes(4) + struct.pack("<HH", 1, 24) + struct.pack("<QQQ", *[132_656_832 * 10**9] * 3)
    )), "APPNOTE 4.5.5", wanted=[("a.txt", TEXT)]),
    case("zip: UTF-16 wrongly in the name", _named("推荐.txt".encode("utf-16-le")),
         "seen from home-made programs: kept under a name without control characters",
         wanted=[(None, TEXT)], strict=False),
    case("zip: named .rar", zipped(ITEMS), "half of all packages with a lying ending are this",
         opens="ZB20210137+某单位.rar", wanted=BASIC, kind="zip"),
    case("zip: named .pdf", zipped(ITEMS), "bytes decide", opens="材料.pdf", wanted=BASIC,
         kind="zip"),
    case("zip: members of one CRC and size", zipped([
        Item(b"1.bin", NOISE), Item(b"2.bin", NOISE), Item(b"3.bin", NOISE)]),
         "the same bytes under three names are three members",
         wanted=[("1.bin", NOISE), ("2.bin", NOISE), ("3.bin", NOISE)]),
    case("zip: deflate of level 0", zipped([
        Item(b"a.bin", NOISE, DEFLATED, packed=zlib.compress(NOISE, 0)[2:-4])]),
         "RFC 1951 3.2.4, stored blocks", wanted=[("a.bin", NOISE)]),
)  # fmt: skip
