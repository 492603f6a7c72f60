"""tar: v7, ustar, GNU, pax, links, devices, sparse files, damage, and inside compressors."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Sequence
from dataclasses import replace

from tests.builders.archive_set.case import (
    BASIC,
    NOISE,
    SHEET,
    SMALL_LIMITS,
    TEXT,
    ArchiveCase,
    case,
)
from tests.builders.archive_set.singles import zstd_stored

_SHORT = replace(SMALL_LIMITS, wall_seconds=3.0)
_WHEN = 1_621_209_600
_BOTH = [("a.txt", TEXT), ("b.txt", SHEET)]
Special = tuple[str, bytes, str]


def tar(
    members: Sequence[tuple[str, bytes]], *, form: int = tarfile.GNU_FORMAT,
    encoding: str = "utf-8", special: Sequence[Special] = (), pax: dict[str, str] | None = None,
) -> bytes:  # fmt: skip
    """A tar; special: name, type, target."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form, encoding=encoding) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), _WHEN
            info.pax_headers = dict(pax or {})
            archive.addfile(info, io.BytesIO(data))
        for name, kind, target in special:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.mtime = kind, target, _WHEN
            archive.addfile(info)
    return buffer.getvalue()


def header(name: bytes, size: int, *, kind: bytes = b"0", magic: bytes = b"ustar\x0000",
           size_field: bytes | None = None, link: bytes = b"") -> bytes:  # fmt: skip
    """One header block (POSIX pax, "ustar Interchange Format"); magic: b"" for v7."""
    block = name[:100].ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2
    block += b"%011o\0" % size if size_field is None else size_field
    block += b"%011o\0" % _WHEN + b" " * 8 + kind + link.ljust(100, b"\0")
    block = (block + magic).ljust(512, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def _v7(name: bytes, data: bytes) -> bytes:
    return header(name, len(data), kind=b"\0", magic=b"") + padded(data)


def _sparse() -> bytes:
    """GNU's old sparse file: 1 MB declared, one piece of 512 bytes at its beginning."""
    head = bytearray(header("稀疏.bin".encode(), 512, kind=b"S", magic=b"ustar  \0"))
    pieces = b"%011o\0%011o\0" % (0, 512) + b"%011o\0%011o\0" % (1 << 20, 0)
    head[386 : 386 + len(pieces)] = pieces
    head[483:495] = b"%011o\0" % (1 << 20)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + NOISE[:512] + bytes(1024)


def _in(kind: str, data: bytes, ending: str) -> ArchiveCase:
    return case(f"tar in {kind}", data, "one stream inside another; the members are the tar's",
                opens=f"申报.tar.{ending}", wanted=BASIC, kind=f"tar.{ending}")  # fmt: skip


_PLAIN = tar(BASIC)
_LONG = "很长的文件夹名称/" * 12 + "推荐表.txt"
_LINKS = (
    (b"2", "symbolic", "/etc/passwd"), (b"1", "hard", "a.txt"), (b"3", "character device", ""),
    (b"4", "block device", ""), (b"6", "fifo", ""),
)  # fmt: skip
_HUGE = b"\x80" + (1 << 50).to_bytes(11, "big")

CASES = (
    case("tar: GNU", _PLAIN, "GNU tar's default", opens="申报.tar", wanted=BASIC, kind="tar"),
    case("tar: pax", tar(BASIC, form=tarfile.PAX_FORMAT), "POSIX.1-2001, path records in UTF-8",
         opens="申报.tar", wanted=BASIC),
    case("tar: ustar", tar(BASIC, form=tarfile.USTAR_FORMAT), "POSIX.1-1988", opens="申报.tar",
         wanted=BASIC),
    case("tar: v7", _v7("材料/a.txt".encode(), TEXT) + _v7(b"b.txt", SHEET) + bytes(1024),
         "no magic at all: the checksum is what shows a tar", opens="申报.tar",
         wanted=[("材料/a.txt", TEXT), ("b.txt", SHEET)], kind="tar"),
    case("tar: GBK names", tar(BASIC, encoding="gbk"), "tar on a Chinese system, GNU form",
         opens="申报.tar", wanted=BASIC),
    case("tar: GBK names, ustar", tar(BASIC, encoding="gbk", form=tarfile.USTAR_FORMAT),
         "the same in ustar", opens="申报.tar", wanted=BASIC),
    case("tar: long names, GNU", tar([(_LONG, TEXT)]), "type L", opens="申报.tar",
         wanted=[(_LONG, TEXT)]),
    case("tar: long names, pax", tar([(_LONG, TEXT)], form=tarfile.PAX_FORMAT), "path record",
         opens="申报.tar", wanted=[(_LONG, TEXT)]),
    case("tar: pax name over a header name", tar([("x.txt", TEXT)], form=tarfile.PAX_FORMAT,
                                                 pax={"path": "推荐表.txt"}),
         "the record wins", opens="申报.tar", wanted=[("推荐表.txt", TEXT)]),
    case("tar: folders", tar([("a.txt", TEXT)], special=[("空/", b"5", "")]), "type 5",
         opens="申报.tar", wanted=[("a.txt", TEXT)]),
    *(case(f"tar: {what}", tar(_BOTH, special=[("特殊", kind, target)]),
           f"type {kind.decode()}: recorded, never made", opens="申报.tar", wanted=_BOTH,
           told=[("link_member", "特殊")], strict=False)
      for kind, what, target in _LINKS),
    case("tar: sparse", _sparse(), "GNU type S: 1 MB of which 512 bytes are kept", opens="申报.tar",
         wanted=[("稀疏.bin", NOISE[:512] + bytes((1 << 20) - 512))], strict=False),
    case("tar: size in base 256", header(b"a.txt", 0, size_field=b"\x80" + len(TEXT).to_bytes(
        11, "big"), magic=b"ustar  \0") + padded(TEXT) + bytes(1024),
         "GNU's way for sizes over 8 GB", opens="申报.tar", wanted=[("a.txt", TEXT)]),
    case("tar: negative size", header(b"a.txt", 0, size_field=b"\xff" * 12) + padded(TEXT)
         + bytes(1024), "base 256, minus one", opens="申报.tar",
         told=["broken|partial|member_damaged"], strict=False),
    case("tar: size beyond the end", header(b"a.txt", 1 << 32) + padded(TEXT), "4 GB declared",
         opens="申报.tar", told=["limit_member|member_damaged|limit_total"], strict=False),
    case("tar: a petabyte beyond the end", header(b"a.txt", 0, size_field=_HUGE,
                                                  magic=b"ustar  \0") + padded(TEXT),
         "what is not there is not read past",
         opens="申报.tar", told=["limit_member|member_damaged|limit_total"], limits=_SHORT,
         strict=False),
    case("tar: no end blocks", _PLAIN[: _PLAIN.rindex(NOISE[-64:]) + 512], "cut behind the last "
         "member: told as partial", opens="申报.tar", wanted=BASIC, told=["partial"], strict=False),
    case("tar: cut in the last member", tar(BASIC)[:20_000], "the others are whole",
         opens="申报.tar", wanted=BASIC[:2], told=[("member_damaged", BASIC[2][0])],
         strict=False),
    case("tar: damaged header between", tar([BASIC[0]])[: 512 * 6]
         + b"\xff" * 512 + padded(TEXT) + bytes(1024),
         "a wrong checksum is no end of the archive", opens="申报.tar", wanted=BASIC[:1],
         told=["partial"], strict=False),
    case("tar: two archives, one after the other", tar(_BOTH[:1]) + tar(_BOTH[1:]),
         "cat a.tar b.tar: without -i the second is not read; told, or out", opens="申报.tar",
         wanted=_BOTH[:1], strict=False),
    case("tar: only zeros", header(b"x", 0, kind=b"5") + bytes(10_240), "a folder alone",
         opens="申报.tar", told=["empty"]),
    case("tar: pax header of 100 MB declared", header(b"x", 100 << 20, kind=b"x") + bytes(2048),
         "the header is not there", opens="申报.tar", told=["broken|partial"], strict=False),
    case("tar: two of one name", tar([("a.txt", TEXT), ("a.txt", SHEET)]),
         "tar -r appends a newer one: both are kept", opens="申报.tar",
         wanted=[("a.txt", TEXT), (None, SHEET)], told=["member_duplicate_name"]),
    case("tar: named .rar", _PLAIN, "bytes decide", wanted=BASIC, kind="tar"),
    _in("gz", gzip.compress(_PLAIN, mtime=0), "gz"),
    _in("bz2", bz2.compress(_PLAIN), "bz2"),
    _in("xz", lzma.compress(_PLAIN), "xz"),
    _in("zst", zstd_stored(_PLAIN), "zst"),
    _in("lzma", lzma.compress(_PLAIN, lzma.FORMAT_ALONE), "lzma"),
    *(case(f"{name}: in pieces", {f"{name}.{n + 1:03d}": data[n * 17_000 : (n + 1) * 17_000]
                                  for n in range(-(-len(data) // 17_000))}, "cut by size",
           opens=f"{name}.001", wanted=BASIC)
      for name, data in (("申报.tar", _PLAIN), ("申报.tar.gz", gzip.compress(_PLAIN, mtime=0)),
                         ("申报.tgz", gzip.compress(_PLAIN, mtime=0)),
                         ("申报.tar.xz", lzma.compress(_PLAIN)))),
    case("tar in gz: a piece is missing", {
        "申报.tar.gz.001": gzip.compress(_PLAIN, mtime=0)[:17_000], "申报.tar.gz.003": b"x"},
         "named as it would have been sent", opens="申报.tar.gz.001", told=["volume_missing"]),
    case("tar in gz: cut", gzip.compress(_PLAIN, mtime=0)[:20_000], "what came before is kept",
         opens="申报.tar.gz", wanted=BASIC[:2], told=["partial|member_damaged"], strict=False),
    case("tar in gz: named .rar", gzip.compress(_PLAIN, mtime=0), "bytes decide", wanted=BASIC),
)  # fmt: skip
