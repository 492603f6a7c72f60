"""RAR 1.5 to 4: stored, names in code pages and UTF-16, encrypted, comments."""

from __future__ import annotations

from dataclasses import replace

from tests.builders.archive_set.case import BASIC, NOISE, SHEET, TEXT, case
from tests.builders.archive_set.rar4_writer import (
    LARGE,
    SIGNATURE,
    SOLID,
    Item,
    closed,
    folder,
    link,
    rar4,
)

ITEMS = tuple(
    Item(name.replace("/", "\\").encode("gbk"), data, unicode=name.replace("/", "\\"))
    for name, data in BASIC
)
_GBK = tuple(replace(item, unicode="") for item in ITEMS)
_PASSWORD = "海天123"
_LOCKED = tuple(replace(item, password=_PASSWORD) for item in ITEMS)

CASES = (
    case("rar4: stored, Unicode names", rar4(ITEMS), "file flag 0x200: both forms of the name",
         wanted=BASIC, kind="rar4"),
    case("rar4: GBK names", rar4(_GBK), "without the flag the name is in the OEM code page",
         wanted=BASIC),
    case("rar4: UTF-8 names", rar4([
        Item("推荐表.txt".encode(), TEXT, host=3, attributes=0o100644)]),
         "rar on Linux writes the locale's bytes", wanted=[("推荐表.txt", TEXT)]),
    case("rar4: version 1.5", rar4([replace(i, version=15, unicode="") for i in ITEMS]),
         "unpack version 15", wanted=BASIC),
    case("rar4: version 2.0", rar4([replace(i, version=20) for i in ITEMS]), "unpack version 20",
         wanted=BASIC),
    case("rar4: folders", rar4([folder("空".encode("gbk")), Item(b"a.txt", TEXT)]),
         "file flags 0xE0", wanted=[("a.txt", TEXT)]),
    case("rar4: large sizes", rar4([Item(b"a.txt", TEXT, large=True), ITEMS[0]]),
         "file flag 0x100: high halves of the sizes", wanted=[("a.txt", TEXT), BASIC[0]]),
    case("rar4: size of a petabyte", rar4([Item(b"a.txt", TEXT, large=True, size=1 << 50),
                                           ITEMS[0]]), "over any limit",
         wanted=[BASIC[0]], told=[("limit_member|limit_total|member_damaged", "a.txt")],
         strict=False),
    case("rar4: encrypted", rar4(_LOCKED), "AES-128, no check of the password but the CRC",
         passwords=("no", _PASSWORD), wanted=BASIC),
    case("rar4: encrypted, no password", rar4(_LOCKED), "said on the package",
         told=["encrypted"], strict=False),
    case("rar4: encrypted names", lambda: closed(_LOCKED, _PASSWORD), "main flag 0x80",
         passwords=("no", _PASSWORD), wanted=BASIC),
    case("rar4: encrypted names, no password", lambda: closed(_LOCKED, _PASSWORD),
         "main flag 0x80: lists as empty", told=["encrypted"]),
    case("rar4: comment", rar4(ITEMS, note="材料共三份".encode("gbk")), "sub block CMT",
         wanted=BASIC),
    case("rar4: password in the comment",
         rar4(_LOCKED, note=f"解压密码：{_PASSWORD}".encode("gbk")),
         "applicants write it there", wanted=BASIC, told=["password_used|password_in_comment"]),
    case("rar4: solid flag", rar4(ITEMS, flags=SOLID), "main flag 0x08 over stored members",
         wanted=BASIC),
    case("rar4: behind MZ", rar4(ITEMS, before=b"MZ" + bytes(60_000)), "SFX", opens="申报.exe",
         wanted=BASIC, kind="rar4"),
    case("rar4: symbolic link", rar4([Item(b"a.txt", TEXT), link(b"l", b"/etc/passwd"), ITEMS[0]]),
         "Unix host, mode 0120000, the target is the data", wanted=[("a.txt", TEXT), BASIC[0]],
         told=[("link_member", "l")], strict=False),
    case("rar4: wrong CRC", rar4([Item(b"a.txt", TEXT, crc=1), *ITEMS[:2]]), "that member only",
         wanted=BASIC[:2], told=[("member_damaged", "a.txt"), "partial"]),
    case("rar4: wrong CRC, GBK names", rar4([Item("坏.txt".encode("gbk"), TEXT, crc=1),
                                             *_GBK[:2]]),
         "the rest is asked for by names that the engine writes in its own way",
         wanted=BASIC[:2], told=[("member_damaged", "坏.txt"), "partial"]),
    case("rar4: size too large", rar4([Item(b"a.txt", TEXT, size=len(TEXT) + 100), *ITEMS[:2]]),
         "the stream is short", wanted=BASIC[:2], told=[("member_damaged", "a.txt")],
         strict=False),
    case("rar4: cut", rar4(ITEMS)[:-15_000], "the first two are whole", wanted=BASIC[:2],
         told=[("member_damaged", BASIC[2][0])], strict=False),
    case("rar4: method that is none", rar4([Item(b"a.txt", TEXT, method=0x3F), *ITEMS[:2]]),
         "methods are 0x30 to 0x35", wanted=BASIC[:2], told=[("member_damaged", "a.txt")],
         strict=False),
    case("rar4: noise as packed bytes", rar4([
        Item(b"a.bin", NOISE, packed=NOISE[:5000], method=0x33), *ITEMS[:2]]),
         "the decoder fails", wanted=BASIC[:2], told=[("member_damaged", "a.bin")], strict=False),
    case("rar4: nothing in it", rar4([]), "read whole", told=["empty"]),
    case("rar4: only the signature", SIGNATURE, "cut", told=["broken"]),
    case("rar4: name longer than its header", rar4([Item(b"a" * 3000 + b".txt", TEXT)]),
         "a name of 3,004 bytes: out under a shorter one with its ending",
         wanted=[(None, TEXT)], told=["name_unsafe|limit_name"], strict=False),
    case("rar 1.4", b"RE~^" + b"\x07\0" + bytes([0]) + SHEET,
         "before 1.5: the engine has no reader", told=["format_not_supported"], bare=True),
    case("rar4: zero-length file with the LARGE flag", rar4([Item(b"e.txt", b"", flags=LARGE)]),
         "flag without the eight bytes it promises: the name is read short",
         told=["broken|member_damaged|partial|name_unsafe"], strict=False, bare=True),
)  # fmt: skip
