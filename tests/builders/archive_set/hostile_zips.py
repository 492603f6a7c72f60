"""ZIP as an attacker or a bad program writes it: lies, overlaps, links, encryption, wrappers."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

from tests.builders.archive_set.case import BASIC, NOISE, SHEET, SMALL_LIMITS, TEXT, case
from tests.builders.archive_set.engine import alone
from tests.builders.archive_set.rar5_writer import Item as RarItem
from tests.builders.archive_set.rar5_writer import rar5
from tests.builders.archive_set.zip_writer import (
    DEFLATED,
    ENCRYPTED,
    UTF8,
    Item,
    central,
    deflated,
    end,
    local,
    split_zip,
    zip_crypto,
    zipped,
)

ITEMS = tuple(Item(name.encode(), data, DEFLATED, flags=UTF8) for name, data in BASIC)
_GOOD = Item(b"good.txt", TEXT, DEFLATED)
_OUT = [("good.txt", TEXT)]
_ZEROS = bytes(3 << 20)
_PACKED = deflated(_ZEROS)
_CRC = zlib.crc32(_ZEROS)


def _locked(method: str, password: str = "zb 2021") -> bytes:
    return alone(BASIC, "-tzip", f"-mem={method}", f"-p{password}", name="a.zip")()


def _overlap(count: int) -> bytes:
    """Many central entries for one local member (Fifield's bomb in its plain form)."""
    item = Item(b"0", _ZEROS, DEFLATED, packed=_PACKED, crc=_CRC)
    body = local(item)
    directory = b"".join(central(replace(item, name=b"%d" % n), 0) for n in range(count))
    return body + directory + end(count, len(directory), len(body))


def _quoted(count: int) -> bytes:
    """Fifield's quoted overlap: each member is a stored block around the next local header."""
    kernel = local(Item(b"%03d" % count, _ZEROS, DEFLATED, packed=_PACKED, crc=_CRC))
    parts, items = [kernel], [(Item(b"%03d" % count, _ZEROS, packed=_PACKED, crc=_CRC,
                                    method=DEFLATED), 0)]  # fmt: skip
    inflated = _ZEROS
    for number in range(count - 1, 0, -1):
        nearest = parts[0]
        header = nearest[: 30 + 3]
        quote = b"\0" + struct.pack("<HH", len(header), 0xFFFF ^ len(header))
        inflated = header + inflated
        rest = b"".join(parts)[33:]
        body = quote + header + _stream_of(rest)
        item = Item(b"%03d" % number, inflated, DEFLATED, packed=body)
        parts.insert(0, local(item)[:33] + quote)
        items.append((item, 0))
    out = b"".join(parts)
    directory, at = b"", 0
    for (item, _), part in zip(reversed(items), parts, strict=True):
        directory += central(item, at)
        at += len(part)
    return out + directory + end(len(items), len(directory), len(out))


def _stream_of(rest: bytes) -> bytes:
    """The deflate bytes at the front of what follows a header: up to the kernel's end."""
    return rest[: rest.index(_PACKED) + len(_PACKED)]


def _directory_off(by: int) -> bytes:
    raw = bytearray(zipped(ITEMS))
    (place,) = struct.unpack_from("<I", raw, len(raw) - 6)
    struct.pack_into("<I", raw, len(raw) - 6, place + by)
    return bytes(raw)


CASES = (
    case("zip: AES-256", lambda: _locked("AES256"), "WinZip AE-2", passwords=("x", "zb 2021"),
         wanted=BASIC, kind="zip"),
    case("zip: AES-128", lambda: _locked("AES128"), "WinZip AE-2", passwords=("zb 2021",),
         wanted=BASIC),
    case("zip: AES-192", lambda: _locked("AES192"), "WinZip AE-2", passwords=("zb 2021",),
         wanted=BASIC),
    case("zip: ZipCrypto", lambda: _locked("ZipCrypto", "abc 1"), "APPNOTE 6.1",
         passwords=("x", "abc 1"), wanted=BASIC),
    *(case(f"zip: ZipCrypto with a password in {code}", zipped([Item(
        b"a.txt", TEXT, flags=ENCRYPTED, packed=zip_crypto(TEXT, "口令".encode(code)))]),
           "the password's bytes are what the writer's system had: out, or told",
           passwords=("口令",), wanted=[("a.txt", TEXT)], unless="package.encrypted",
           strict=False) for code in ("gbk", "utf-8")),
    case("zip: encrypted, no password", lambda: _locked("AES256"), "said on the package",
         told=["encrypted"], strict=False),
    case("zip: password in the comment", lambda: _commented(_locked("AES256", "zb2021"),
                                                           "解压密码：zb2021".encode("gbk")),
         "WinRAR shows the comment beside the list", wanted=BASIC,
         told=["password_used|password_in_comment"]),
    case("zip: one of two encrypted", zipped([_GOOD, Item(
        b"a.bin", NOISE, flags=ENCRYPTED, packed=bytes(12) + NOISE)]), "the other is out",
         wanted=_OUT, told=[("member_encrypted", "a.bin"), "partial"], strict=False),
    case("zip: strong encryption", zipped([_GOOD, Item(
        b"a.bin", NOISE, flags=0x41, packed=NOISE, extra=struct.pack("<HHH", 0x17, 2, 3))]),
         "APPNOTE 7.0, PKWARE's own: nobody else opens it", wanted=_OUT,
         told=[("member_encrypted|member_damaged|member_not_supported", "a.bin")], strict=False),
    case("zip: one wrong CRC", zipped([_GOOD, Item(b"bad.txt", SHEET, DEFLATED, crc=1), ITEMS[0]]),
         "that member, no other", wanted=[*_OUT, BASIC[0]],
         told=[("member_damaged", "bad.txt"), "partial"]),
    case("zip: wrong bytes in one", zipped([_GOOD, Item(b"bad.txt", SHEET, DEFLATED,
                                                        packed=NOISE[:800])]),
         "inflate fails", wanted=_OUT, told=[("member_damaged", "bad.txt"), "partial"]),
    case("zip: size too small", zipped([_GOOD, Item(b"bad.bin", NOISE, DEFLATED, size=100)]),
         "more comes out than is declared", wanted=_OUT, told=[("member_damaged", "bad.bin")],
         strict=False),
    case("zip: size too large", zipped([_GOOD, Item(b"bad.bin", NOISE, DEFLATED, size=1 << 29)]),
         "less comes out than is declared", wanted=_OUT,
         told=[("member_damaged|limit_total", "bad.bin")], strict=False),
    case("zip: local name differs", zipped([_GOOD, Item(b"b.txt", SHEET, local_name=b"evil.exe")]),
         "the directory is what Explorer and WinRAR show; the bytes are the same",
         wanted=[*_OUT, ("b.txt", SHEET)], unless="package.member_damaged", strict=False),
    case("zip: local size differs", zipped([_GOOD, Item(b"b.txt", SHEET, local_size=1)]),
         "the directory is right", wanted=[*_OUT, ("b.txt", SHEET)], strict=False),
    case("zip: a record too few in the count", zipped(ITEMS, count=2),
         "the end record says two, the directory holds three: all, or the loss is told",
         wanted=BASIC, unless="package.partial", strict=False),
    case("zip: a record too many in the count", zipped(ITEMS, count=4), "the other way round",
         wanted=BASIC, strict=False),
    case("zip: directory offset wrong", lambda: _shifted(zipped(ITEMS), 5),
         "a program that edits and forgets; 7-Zip looks where the directory ends", wanted=BASIC,
         unless="package.partial", strict=False),
    case("zip: no directory", zipped(ITEMS)[: zipped(ITEMS).index(b"PK\x01\x02")],
         "cut in the mail: the local headers still tell all", wanted=BASIC, told=["partial"],
         strict=False),
    case("zip: cut in the last member", zipped(ITEMS)[:20_000], "the first two are whole",
         wanted=BASIC[:2], told=["partial|member_damaged"], strict=False),
    case("zip: no end record", zipped(ITEMS)[:-22], "the directory itself is whole",
         wanted=BASIC, told=["partial"], strict=False),
    case("zip: bytes before it", zipped(ITEMS, before=b"#!/bin/sh\n" * 9, shift=False),
         "offsets count from the ZIP's own beginning", wanted=BASIC),
    case("zip: binary bytes before it", zipped(ITEMS, before=b"\0\1\2", shift=False),
         "the same", wanted=BASIC),
    case("zip: its first bytes lost", zipped(ITEMS)[3:], "only the first member's header is hurt",
         wanted=BASIC[1:], told=["partial", ("member_damaged", BASIC[0][0])]),
    *(case(f"zip: directory told {by} bytes off", _directory_off(by), "the members' places are "
           "right", wanted=BASIC) for by in (-7, 5, 3000)),
    case("zip: behind MZ", zipped(ITEMS, before=b"MZ" + bytes(9_000)),
         "a self-extracting ZIP, offsets corrected", opens="申报.exe", wanted=BASIC,
         unless="package.format_not_supported", strict=False),
    case("zip: bytes after it", zipped(ITEMS, after=b"\r\n--boundary--\r\n"),
         "a mail gateway's leftovers", wanted=BASIC, strict=False),
    case("zip: zeros after it", zipped(ITEMS, after=bytes(70_000)),
         "more than a comment can be long: the end record is searched for", wanted=BASIC,
         unless="package.broken", strict=False),
    case("zip: two zips in one file", zipped([_GOOD]) + zipped(ITEMS),
         "the last directory is the archive", wanted=BASIC, strict=False),
    case("zip: ZIP64 sizes", zipped([replace(item, zip64=True) for item in ITEMS]),
         "APPNOTE 4.5.3: sizes of 64 bits in the extra field", wanted=BASIC),
    case("zip: ZIP64 end records", zipped(ITEMS, far=True), "APPNOTE 4.3.14, 4.3.15",
         wanted=BASIC),
    case("zip: ZIP64 size of an exabyte", zipped([_GOOD, Item(b"b.bin", NOISE, zip64=True,
                                                              size=1 << 60)]),
         "over any limit", wanted=_OUT, told=[("limit_member|limit_total", "b.bin")],
         strict=False),
    case("zip: symbolic link", zipped([_GOOD, Item(b"l", b"/etc/passwd", mode=0o120777)]),
         "Unix mode 0120000: recorded, never made", wanted=_OUT, told=[("link_member", "l")],
         strict=False),
    case("zip: link and a file through it", zipped([
        Item(b"d", b"/tmp", mode=0o120777), Item(b"d/x.txt", TEXT)]), "the file is a file",
         wanted=[(None, TEXT)], told=["link_member"], strict=False),
    case("zip: a device", zipped([_GOOD, Item(b"d", b"", mode=0o020666)]), "no device is made",
         wanted=_OUT, strict=False),
    case("zip: overlapping members", lambda: _overlap(200), "600 MB out of 3 KB",
         told=["limit_total|member_damaged|member_overlap"], limits=SMALL_LIMITS, strict=False),
    case("zip: quoted overlap", lambda: _quoted(40), "D. Fifield, A better zip bomb (2019)",
         told=["limit_total|member_damaged|member_overlap"], limits=SMALL_LIMITS, strict=False),
    case("zip: member offset beyond the end", zipped([_GOOD, Item(b"b", TEXT, offset=1 << 30)]),
         "no local header there", wanted=_OUT, told=[("member_damaged", "b"), "partial"],
         strict=False),
    case("zip: holds a stored RAR", zipped([Item(b"x.rar", rar5([RarItem("a.txt", TEXT)]))]),
         "the RAR's mark stands in the ZIP's bytes; it is a ZIP",
         wanted=[("x.rar/a.txt", TEXT)], kind="zip"),
    case("zip: split", split_zip(ITEMS, 9_000), "APPNOTE 8: .z01, .z02, …, .zip: opened once",
         opens="申报.z01", wanted=BASIC, kind="zip"),
    case("zip: split, the last part opened", split_zip(ITEMS, 9_000), "noted, not opened twice",
         opens="申报.zip", told=["volume_part"]),
    case("zip: split, a part is missing", {
        name: data for name, data in split_zip(ITEMS, 9_000).items() if name != "申报.z02"},
         "named as sent", opens="申报.z01", told=["volume_missing"], strict=False),
    case("zip: split, only the last part", {"申报.zip": split_zip(ITEMS, 9_000)["申报.zip"]},
         "the directory is whole and lists what is not there", opens="申报.zip",
         told=["volume_missing"], strict=False),
    case("zip: pieces", lambda: {f"申报.zip.{n:03d}": zipped(ITEMS)[(n - 1) * 9000 : n * 9000]
                                 for n in range(1, 6) if zipped(ITEMS)[(n - 1) * 9000 :]},
         "7-Zip's pieces", opens="申报.zip.001", wanted=BASIC),
)  # fmt: skip


def _commented(archive: bytes, comment: bytes) -> bytes:
    return archive[:-2] + struct.pack("<H", len(comment)) + comment


def _shifted(archive: bytes, by: int) -> bytes:
    at = archive.rindex(b"PK\x05\x06") + 16
    (offset,) = struct.unpack_from("<I", archive, at)
    return archive[:at] + struct.pack("<I", offset + by) + archive[at + 4 :]
