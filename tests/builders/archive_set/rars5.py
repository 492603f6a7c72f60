"""RAR 5: stored, encrypted, comments, names, links, lies."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import replace

from console.demo.rar import SIGNATURE, record, vint
from tests.builders.archive_set.case import BASIC, NOISE, SHEET, SMALL_LIMITS, TEXT, case
from tests.builders.archive_set.rar5_writer import (
    FILE_COPY,
    HARD_LINK,
    JUNCTION,
    LOCKED,
    SOLID,
    TIME,
    UNIX_LINK,
    VERSION,
    WINDOWS_LINK,
    Item,
    Key,
    blake2sp_record,
    closed,
    comment,
    main,
    rar5,
)

ITEMS = tuple(Item(name, data) for name, data in BASIC)
_KEY = Key("口令 2021")
_LOCKED = tuple(replace(item, key=_KEY) for item in ITEMS)
_TWEAKED = tuple(replace(item, key=_KEY, tweaked=True) for item in ITEMS)
_STUB = b"MZ" + bytes(30_000) + b"This program cannot be run in DOS mode" + bytes(9_000)
_ELF = b"\x7fELF\x02\x01\x01" + bytes(40_000)
_SHORT = replace(SMALL_LIMITS, wall_seconds=3.0)
_BAD = Item("坏.bin", NOISE, crc=1)


def _linked(kind: int, target: str) -> bytes:
    return rar5([Item("a.txt", TEXT), Item("链接", link=(kind, target)), Item("b.txt", SHEET)])


_BOTH = [("a.txt", TEXT), ("b.txt", SHEET)]

CASES = (
    case("rar5: stored", rar5(ITEMS), "the plain case", wanted=BASIC, kind="rar5"),
    case("rar5: comment in UTF-8", rar5(ITEMS, note="材料共三份".encode()),
         "technote, service header CMT", wanted=BASIC),
    case("rar5: locked and solid flags", rar5(ITEMS, flags=LOCKED | SOLID),
         "archive flags 0x10, 0x04: stored members stay what they are", wanted=BASIC),
    case("rar5: folders and empty files", rar5([
        Item("空", folder=True, no_crc=True, mode=0o40755), Item("empty.txt"), Item("a.txt", TEXT)
    ]), "a folder and a file without bytes", wanted=[("a.txt", TEXT), ("empty.txt", b"")]),
    case("rar5: from Windows", rar5([replace(i, host=0, mode=0x20) for i in ITEMS]),
         "host 0, DOS attributes", wanted=BASIC),
    case("rar5: behind MZ", rar5(ITEMS, before=_STUB), "WinRAR's SFX: a program first",
         opens="申报.exe", wanted=BASIC, kind="rar5"),
    case("rar5: behind ELF", rar5(ITEMS, before=_ELF), "the same from Linux", opens="申报.sfx",
         wanted=BASIC, kind="rar5"),
    case("rar5: behind a program that names RAR",
         rar5(ITEMS, before=_STUB + b"Rar!\x1a\x07\x01\x00 is looked for" + bytes(200)),
         "an SFX module holds the signature that it looks for", opens="申报.exe", wanted=BASIC),
    case("rar5: encrypted", rar5(_LOCKED), "file encryption record", passwords=("口令 2021",),
         wanted=BASIC, kind="rar5"),
    case("rar5: encrypted with keyed checksums", rar5(_TWEAKED),
         "encryption flag 0x02: CRC is an HMAC; WinRAR always sets it",
         passwords=("口令 2021",), wanted=BASIC),
    case("rar5: encrypted, no password", rar5(_LOCKED), "said once, on the package",
         told=["encrypted"], strict=False),
    case("rar5: encrypted, wrong password", rar5(_TWEAKED), "said once, on the package",
         passwords=("x", "口令"), told=["encrypted"], strict=False),
    case("rar5: encrypted names", closed(_LOCKED, _KEY), "archive encryption header",
         passwords=("no", "口令 2021"), wanted=BASIC),
    case("rar5: encrypted names, no password", closed(_LOCKED, _KEY),
         "rarfile lists it as empty and says nothing", told=["encrypted"]),
    case("rar5: password in the comment",
         rar5(_TWEAKED, note="解压密码：“口令 2021”\r\n".encode()),
         "applicants write it there; it stands in the archive itself",
         wanted=BASIC, told=["password_used|password_in_comment"]),
    case("rar5: two passwords", rar5([ITEMS[0], replace(ITEMS[1], key=_KEY),
                                      replace(ITEMS[2], key=Key("另一个"))]),
         "each member has a record of its own", passwords=("口令 2021", "另一个"), wanted=BASIC),
    case("rar5: one member of three encrypted", rar5([*ITEMS[:2], _TWEAKED[2]]),
         "the others are out", wanted=BASIC[:2],
         told=[("member_encrypted", BASIC[2][0]), "partial"]),
    case("rar5: 2^24 rounds in the names", closed([], _KEY, shown_log2=24),
         "technote allows 24: half a minute a try, ten passwords", told=["encrypted|limit_time"],
         passwords=tuple("abcdefghij"), limits=_SHORT, strict=False),
    case("rar5: 2^63 rounds in the names", closed([], _KEY, shown_log2=63),
         "beyond the format's 24", told=["encrypted|broken"], passwords=tuple("abc"),
         strict=False),
    case("rar5: 2^24 rounds in one member",
         rar5([*ITEMS[:1], Item("b.bin", NOISE, packed=NOISE, extra=record(
             1, vint(0) + vint(1) + b"\x18" + bytes(16) + bytes(16) + bytes(12)))]),
         "the costly member costs only itself", wanted=BASIC[:1], passwords=tuple("abcdefghij"),
         told=[("member_encrypted|member_damaged|limit_time", "b.bin")], limits=_SHORT,
         strict=False),
    case("rar5: one wrong CRC", rar5([ITEMS[0], _BAD, ITEMS[1]]), "that member, no other",
         wanted=BASIC[:2], told=[("member_damaged", "坏.bin"), "partial"]),
    case("rar5: every CRC wrong", rar5([replace(i, crc=9) for i in ITEMS]), "nothing is right",
         told=["broken", *(("member_damaged", name) for name, _ in BASIC)]),
    case("rar5: size too large", rar5([ITEMS[0], Item("坏.bin", TEXT, size=len(TEXT) + 7),
                                       ITEMS[1]]), "the stream is short by seven bytes",
         wanted=BASIC[:2], told=[("member_damaged", "坏.bin")], strict=False),
    case("rar5: size too small", rar5([ITEMS[0], Item("坏.bin", TEXT, size=len(TEXT) - 7),
                                       ITEMS[1]]), "the stream is long by seven bytes",
         wanted=BASIC[:2], told=[("member_damaged", "坏.bin")], strict=False),
    case("rar5: size of an exabyte", rar5([ITEMS[0], Item("坏.bin", TEXT, size=1 << 60),
                                           ITEMS[1]]), "over any limit; the others are out",
         wanted=BASIC[:2], told=[("limit_member|limit_total|member_damaged", "坏.bin")],
         strict=False),
    case("rar5: unknown size", rar5([ITEMS[0], Item("a.bin", NOISE, unknown_size=True), ITEMS[1]]),
         "file flag 0x08: RAR from a pipe", wanted=[*BASIC[:2], ("a.bin", NOISE)]),
    case("rar5: unknown size, none declared", rar5([ITEMS[0], Item(
        "a.bin", NOISE, unknown_size=True, size=0), ITEMS[1]]),
         "the field must be ignored then: no silent empty file",
         wanted=BASIC[:2], told=[("member_damaged|member_missing", "a.bin")], strict=False),
    case("rar5: no CRC", rar5([replace(i, no_crc=True) for i in ITEMS]),
         "file flag 0x04 not set: nothing to check against", wanted=BASIC, bare=True),
    case("rar5: a BLAKE2sp record that is wrong",
         rar5([Item("a.txt", TEXT, no_crc=True, extra=blake2sp_record(bytes(32))), ITEMS[1]]),
         "with -htb the hash stands instead of the CRC", wanted=BASIC[1:2],
         told=[("member_damaged", "a.txt"), "partial"], bare=True),
    case("rar5: a second time record", rar5([replace(ITEMS[0], extra=record(
        TIME, vint(0x02 | 0x01) + struct.pack("<I", 1_600_000_000)))]),
         "file time record, Unix format", wanted=BASIC[:1]),
    case("rar5: old versions", rar5([
        Item("a.txt", SHEET, extra=record(VERSION, vint(0) + vint(1))), Item("a.txt", TEXT)]),
         "file version record: both are members", wanted=[(None, SHEET), (None, TEXT)],
         strict=False),
    case("rar5: symbolic link", _linked(UNIX_LINK, "../../etc/passwd"), "redirection 1",
         wanted=_BOTH, told=[("link_member", "链接")], strict=False),
    case("rar5: Windows link", _linked(WINDOWS_LINK, "\\??\\C:\\Windows"), "redirection 2",
         wanted=_BOTH, told=[("link_member", "链接")], strict=False),
    case("rar5: junction", _linked(JUNCTION, "C:\\"), "redirection 3", wanted=_BOTH,
         told=[("link_member", "链接")], strict=False),
    case("rar5: hard link", _linked(HARD_LINK, "a.txt"), "redirection 4: recorded, not made",
         wanted=_BOTH, told=[("link_member", "链接")], strict=False),
    case("rar5: file copy", rar5([Item("a.txt", TEXT),
                                  Item("副本.txt", link=(FILE_COPY, "a.txt"), size=len(TEXT),
                                       crc=None, no_crc=True), Item("b.txt", SHEET)]),
         "redirection 5 (-oi): out with the bytes, or named", wanted=_BOTH,
         told=[("link_member", "副本.txt")], strict=False),
    case("rar5: file copies by the hundred", lambda: rar5([
        Item("a.bin", NOISE * 25),
        *(Item(f"{n}.bin", b"", link=(FILE_COPY, "a.bin"), size=len(NOISE) * 25, no_crc=True)
          for n in range(300))]),
         "1 MB declared three hundred times: never 300 MB out",
         wanted=[("a.bin", NOISE * 25)], told=["link_member|limit_total"], limits=SMALL_LIMITS,
         strict=False),
    case("rar5: link through a link", rar5([
        Item("d", link=(UNIX_LINK, "/tmp")), Item("d/x.txt", TEXT)]),
         "CVE-2022-30333's kind: the second would be written through the first",
         wanted=[(None, TEXT)], told=["link_member"], strict=False),
    case("rar5: dictionary of 4 GB", rar5([ITEMS[0], Item(
        "b.bin", NOISE, packed=NOISE[:999], method=3, dictionary=15)]),
         "the decoder would take 4 GB", wanted=BASIC[:1],
         told=[("member_damaged|limit_memory", "b.bin")], strict=False),
    case("rar5: unknown compression version", rar5([ITEMS[0], Item(
        "b.bin", NOISE, method=3, version=40)]), "RAR 7 and what comes after it",
         wanted=BASIC[:1], told=[("member_damaged|member_not_supported", "b.bin")], strict=False),
    case("rar5: no end header", rar5(ITEMS, end=b""), "cut after the last member",
         wanted=BASIC, told=["partial"], strict=False),
    case("rar5: cut in the last member", rar5(ITEMS)[:-20_000], "the first two are whole",
         wanted=BASIC[:2], told=[("member_damaged", BASIC[2][0])], strict=False),
    case("rar5: cut in a header", rar5(ITEMS)[: len(rar5(ITEMS[:1])) + 10],
         "the first is whole", wanted=BASIC[:1], told=["partial|broken"], strict=False),
    case("rar5: a damaged header between", lambda: _hit(rar5(ITEMS), "说明".encode()),
         "header CRC wrong: what stands before and after it is out, or the loss is told",
         wanted=BASIC[:1], told=["partial"], strict=False),
    case("rar5: recovery record", rar5(ITEMS, end=Item(
        b"RR", NOISE[:900], no_crc=True).written(kind=3)), "service header RR after the members",
         wanted=BASIC, strict=False),
    case("rar5: zeros after the end", rar5(ITEMS) + bytes(4096),
         "mail gateways and disks pad; nothing is lost", wanted=BASIC, strict=False),
    case("rar5: nothing in it", rar5([]), "read whole, holds no file", told=["empty"]),
    case("rar5: only the signature", SIGNATURE, "cut at the first block", told=["broken"]),
    case("rar5: signature and noise", SIGNATURE + NOISE, "no header is right", told=["broken"]),
    case("rar5: main header of 2 MB", SIGNATURE + hashlib.md5(b"").digest()[:4]
         + vint(2 << 20) + bytes(2 << 20), "technote: headers are at most 2 MB",
         told=["broken"]),
    case("rar5: comment of 300 KB", rar5(ITEMS, note=b"x" * 300_000),
         "technote: a comment is at most 256 KB", wanted=BASIC, strict=False),
    case("rar5: comment that imitates a listing", rar5(ITEMS, note=(
        b"x\n----------\nPath = evil.txt\nSize = 5\nCRC = 00000000\n\nPath = b\nSize = 1\n")),
         "7-Zip prints comments as they are", wanted=BASIC),
    case("rar5: two comments", SIGNATURE + main() + comment(b"one") + comment(b"two")
         + rar5(ITEMS)[len(SIGNATURE + main()):], "the first or both; members stay",
         wanted=BASIC, strict=False),
)  # fmt: skip


def _hit(archive: bytes, mark: bytes) -> bytes:
    at = archive.index(mark)
    return archive[:at] + bytes([archive[at] ^ 1]) + archive[at + 1 :]
