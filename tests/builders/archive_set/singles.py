"""One stream of bytes: gzip, bzip2, xz, Zstandard, LZMA alone, compress."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import zlib

from tests.builders.archive_set.case import NOISE, TEXT, ArchiveCase, case

_GZ = "推荐表.txt.gz"
_WHEN = 1_621_209_600
_BLOCK = 128 << 10


def zstd_stored(data: bytes) -> bytes:
    """A frame of raw blocks (RFC 8878, 3.1.1), with the content's size, without a checksum."""
    out = b"\x28\xb5\x2f\xfd" + b"\xa0" + struct.pack("<I", len(data))
    parts = [data[at : at + _BLOCK] for at in range(0, len(data), _BLOCK)] or [b""]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        out += (len(part) << 3 | last).to_bytes(3, "little") + part
    return out


def compress_z(data: bytes) -> bytes:
    """What `compress` writes of fewer than 250 bytes: every byte as a code of nine bits."""
    number = 0
    for place, byte in enumerate(data):
        number |= byte << 9 * place
    return b"\x1f\x9d\x90" + number.to_bytes((9 * len(data) + 7) // 8, "little")


def gz(data: bytes, *, name: bytes = b"", extra: bytes = b"", comment: bytes = b"",
       header_crc: bool = False) -> bytes:  # fmt: skip
    """One gzip member with the fields that RFC 1952 2.3 allows."""
    flags = (4 if extra else 0) | (8 if name else 0) | (16 if comment else 0)
    head = b"\x1f\x8b\x08" + bytes([flags | (2 if header_crc else 0)])
    head += struct.pack("<IBB", _WHEN, 0, 3)
    head += struct.pack("<H", len(extra)) + extra if extra else b""
    head += name + b"\0" if name else b""
    head += comment + b"\0" if comment else b""
    head += struct.pack("<H", zlib.crc32(head) & 0xFFFF) if header_crc else b""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    return head + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def _one(name: str, data: bytes, why: str, path: str, *, kind: str = "", opens: str = _GZ,
         told: tuple[str, ...] = ()) -> ArchiveCase:  # fmt: skip
    return case(name, data, why, opens=opens, wanted=[(path, TEXT)], kind=kind, told=told,
                bare=True)  # fmt: skip


def _damaged(name: str, data: bytes, why: str, opens: str = _GZ) -> ArchiveCase:
    return case(name, data, why, opens=opens, told=["broken|member_damaged"], bare=True,
                strict=False)  # fmt: skip


_TWO = gz(TEXT[:700]) + gz(TEXT[700:])

CASES = (
    _one("gz: no name", gz(TEXT), "RFC 1952 2.3: the file's own name without .gz is taken",
         "推荐表.txt", kind="gz"),
    _one("gz: a name in UTF-8", gz(TEXT, name="说明.txt".encode()),
         "gzip on Linux writes the name's bytes as they are", "说明.txt"),
    _one("gz: a name in GBK", gz(TEXT, name="说明.txt".encode("gbk")),
         "the same on a Chinese Windows", "说明.txt"),
    _one("gz: a name in Latin-1", gz(TEXT, name=b"a.txt", comment=b"x", extra=b"AB\x02\0hi"),
         "RFC 1952 2.3.1: all optional fields", "a.txt"),
    _one("gz: a header checksum", gz(TEXT, name=b"a.txt", header_crc=True),
         "RFC 1952 2.3.1, FHCRC", "a.txt"),
    _one("gz: two members", _TWO, "RFC 1952 2.2: members follow one another, the data is one",
         "推荐表.txt"),
    _one("gz: padded with zeros", gz(TEXT) + bytes(512), "tapes pad; gzip takes it in silence",
         "推荐表.txt"),
    _one("gz: named .rar", gz(TEXT, name=b"a.txt"), "bytes decide", "a.txt", opens="申报.rar"),
    case("gz: name that leads outside", gz(TEXT, name=b"../../etc/passwd"),
         "the name is data", opens=_GZ, wanted=[(None, TEXT)], told=["name_unsafe"], bare=True),
    case("gz: empty", gz(b"", name=b"a.txt"), "nothing packed is an empty file", opens=_GZ,
         wanted=[("a.txt", b"")], bare=True),
    _damaged("gz: wrong checksum", gz(TEXT)[:-8] + bytes(4) + gz(TEXT)[-4:], "RFC 1952, CRC32"),
    _damaged("gz: wrong size", gz(TEXT)[:-4] + bytes(4), "RFC 1952, ISIZE"),
    _damaged("gz: cut", gz(NOISE)[:20_000], "half a file cannot be told from a whole one"),
    case("gz: text after it", gz(TEXT) + b"signed by nobody", "gzip warns and keeps the data; "
         "here the data or a finding must stand", opens=_GZ, wanted=[("推荐表.txt", TEXT)],
         unless="package.member_damaged", told=[], strict=False, bare=True),
    _one("bz2", bz2.compress(TEXT), "bzip2 has no name: the file's own", "推荐表.txt",
         kind="bz2", opens="推荐表.txt.bz2"),
    _one("bz2: two streams", bz2.compress(TEXT[:99]) + bz2.compress(TEXT[99:]),
         "pbzip2 writes many streams", "推荐表.txt", opens="推荐表.txt.bz2"),
    _damaged("bz2: a bit wrong", bytes(b ^ (i == 60) for i, b in enumerate(bz2.compress(TEXT))),
             "the block's checksum", opens="推荐表.txt.bz2"),
    _one("xz", lzma.compress(TEXT), "the xz file format 1.2", "推荐表.txt", kind="xz",
         opens="推荐表.txt.xz"),
    _one("xz: two streams with padding", lzma.compress(TEXT[:99]) + bytes(8)
         + lzma.compress(TEXT[99:]), "the xz file format 2.2, stream padding", "推荐表.txt",
         opens="推荐表.txt.xz"),
    _one("xz: SHA-256 check", lzma.compress(TEXT, check=lzma.CHECK_SHA256), "format 2.1.1.2",
         "推荐表.txt", opens="推荐表.txt.xz"),
    _one("xz: BCJ filter", lzma.compress(TEXT, filters=[
        {"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 6}]), "format 5.3.2",
         "推荐表.txt", opens="推荐表.txt.xz"),
    _damaged("xz: cut", lzma.compress(NOISE)[:30_000], "the index is missing",
             opens="推荐表.txt.xz"),
    _one("zst", zstd_stored(TEXT), "RFC 8878", "推荐表.txt", opens="推荐表.txt.zst"),
    case("zst: a skippable frame first", b"\x50\x2a\x4d\x18\x04\0\0\0note" + zstd_stored(TEXT),
         "RFC 8878 3.1.2: pzstd writes it", opens="推荐表.txt.zst", kind="zst",
         wanted=[("推荐表.txt", TEXT)], bare=True),
    _one("lzma alone", lzma.compress(TEXT, lzma.FORMAT_ALONE), "no signature: by its header",
         "推荐表.txt", opens="推荐表.txt.lzma", kind="lzma"),
    _damaged("lzma alone: cut", lzma.compress(NOISE, lzma.FORMAT_ALONE)[:20_000],
             "it ends in the middle", opens="推荐表.txt.lzma"),
    case("gz: in pieces", {f"推荐表.txt.gz.{n + 1:03d}": gz(NOISE)[n * 15_000 : (n + 1) * 15_000]
                           for n in range(3)}, "cut by size", opens="推荐表.txt.gz.001",
         wanted=[("推荐表.txt", NOISE)], kind="gz", bare=True),
    case("Z", compress_z(TEXT[:200]), "compress(1), LZW of nine bits; opened or told",
         opens="a.txt.Z", wanted=[("a.txt", TEXT[:200])], bare=True,
         unless="package.format_not_supported"),
    case("gz: in gz", gz(gzip.compress(TEXT, mtime=0), name=b"a.txt.gz"), "two levels",
         opens=_GZ, wanted=[("a.txt.gz/a.txt", TEXT)], bare=True),
)  # fmt: skip
