"""7z, written by the engine itself."""

from __future__ import annotations

import struct
import zlib

from tests.builders.archive_set.case import BASIC, NOISE, SHEET, TEXT, ArchiveCase, case
from tests.builders.archive_set.engine import alone, made

_MANY = tuple((f"材料/{n:03d}.txt", TEXT[n:] + b"%d" % n) for n in range(120))


def _case(name: str, *words: str, why: str = "7zFormat.txt, coders") -> ArchiveCase:
    return case(f"7z: {name}", alone(BASIC, *words, name="a.7z"), why, wanted=BASIC, kind="7z")


def _altered(*words: str, at: int, flip: int = 0xFF) -> bytes:
    whole = bytearray(alone(BASIC, *words, name="a.7z")())
    whole[at] ^= flip
    return bytes(whole)


def _header(next_size: int, next_offset: int = 0) -> bytes:
    """A signature header alone; its own checksum is right (7zFormat.txt, SignatureHeader)."""
    start = struct.pack("<QQI", next_offset, next_size, 0)
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", zlib.crc32(start)) + start


CASES = (
    _case("LZMA2"),
    _case("LZMA", "-m0=LZMA"),
    _case("PPMd", "-m0=PPMd"),
    _case("BZip2", "-m0=BZip2"),
    _case("Deflate", "-m0=Deflate"),
    _case("Copy", "-m0=Copy", why="no packing"),
    _case("Delta and LZMA", "-m0=Delta:4", "-m1=LZMA"),
    _case("BCJ2", "-m0=BCJ2", "-m1=LZMA2", "-m2=LZMA", "-m3=LZMA", "-mb0:1", "-mb0s1:2",
          "-mb0s2:3", why="four streams into one"),
    _case("ARM64 filter", "-m0=ARM64", "-m1=LZMA2"),
    _case("not solid", "-ms=off", why="a folder for each file"),
    _case("header not packed", "-mhc=off", why="the plain header, 7zFormat.txt"),
    _case("all times", "-mtc=on", "-mta=on", why="creation and access time"),
    case("7z: 120 members, solid", alone(_MANY, name="a.7z"), "one stream for all of them",
         wanted=_MANY, kind="7z"),
    case("7z: encrypted", alone(BASIC, "-p口令 1", name="a.7z"), "7zAES, 2^19 rounds",
         passwords=("x", "口令 1"), wanted=BASIC),
    case("7z: encrypted, no password", alone(BASIC, "-p口令 1", name="a.7z"), "said on the package",
         told=["encrypted"], strict=False),
    case("7z: encrypted, wrong password", alone(BASIC, "-p口令 1", name="a.7z"),
         "7zAES has no check of the password but the CRC", passwords=("x",),
         told=["encrypted"], strict=False),
    case("7z: encrypted names", alone(BASIC, "-p口令 1", "-mhe=on", name="a.7z"),
         "the header itself is in an encrypted folder", passwords=("口令 1",), wanted=BASIC),
    case("7z: encrypted names, no password",
         alone(BASIC, "-p口令 1", "-mhe=on", name="a.7z"), "never an empty archive",
         told=["encrypted"]),
    case("7z: folders and empty files", alone([("空/", b""), ("e.txt", b""), ("a.txt", TEXT)],
                                              name="a.7z"),
         "emptyStream and emptyFile vectors", wanted=[("e.txt", b""), ("a.txt", TEXT)]),
    case("7z: only empty files", alone([("e.txt", b""), ("f.txt", b"")], name="a.7z"),
         "no packed stream at all", wanted=[("e.txt", b""), ("f.txt", b"")]),
    case("7z: symbolic link", made(
        [("a.txt", TEXT)], "-snl", name="a.7z", links=[("l", "/etc/passwd")]
    ), "Unix attributes 0120000", opens="a.7z", wanted=[("a.txt", TEXT)],
         told=[("link_member", "l")], strict=False),
    case("7z: pieces", made(BASIC, "-v9k", "-m0=Copy", name="a.7z"),
         "numbered pieces, .7z.001 and so on", opens="a.7z.001", wanted=BASIC),
    case("7z: the second piece opened",
         made(BASIC, "-v9k", "-m0=Copy", name="a.7z"), "its first is opened instead",
         opens="a.7z.002", told=[("volume_part", "a.7z.002")]),
    case("7z: a piece is missing",
         lambda: {k: v for k, v in made(BASIC, "-v9k", "-m0=Copy", name="a.7z")().items()
                  if not k.endswith("002")},
         "named, not called damaged", opens="a.7z.001", told=["volume_missing"]),
    case("7z: a bit wrong in the data", lambda: _altered("-m0=Copy", "-ms=off", at=40),
         "of three members one is damaged, the others are out",
         told=["member_damaged", "partial"], strict=False),
    case("7z: a bit wrong in the header", lambda: _altered("-mhc=off", at=-20),
         "the header's checksum; no name can be believed", told=["broken"]),
    case("7z: cut", lambda: alone(BASIC, name="a.7z")()[:20_000], "the header stands at the end",
         told=["broken"]),
    case("7z: header declared beyond the end", _header(1 << 40), "packed size of a terabyte",
         told=["broken"]),
    case("7z: header of no bytes", _header(0), "an archive of nothing: 7-Zip writes it so",
         told=["empty|broken"]),
    case("7z: noise as header", _header(40) + NOISE[:40], "its checksum is wrong",
         told=["broken"]),
    case("7z: behind MZ", lambda: b"MZ" + bytes(50_000) + alone(BASIC, name="a.7z")(),
         "7-Zip's SFX modules stand before the signature", opens="申报.exe", wanted=BASIC,
         kind="7z"),
    case("7z: bytes after the end", lambda: alone(BASIC, name="a.7z")() + b"tail" * 9,
         "nothing is lost", wanted=BASIC, strict=False),
    case("7z: named .zip", alone(BASIC, name="a.7z"), "bytes decide", opens="材料.zip",
         wanted=BASIC, kind="7z"),
    case("7z: a name like a switch", alone([("-so", TEXT), ("@list", SHEET)], name="a.7z"),
         "names are data", wanted=[("-so", TEXT), ("@list", SHEET)]),
    case("7z: names with stars", alone([("*.txt", TEXT), ("a?.txt", SHEET)], name="a.7z"),
         "no pattern", wanted=[(None, TEXT), (None, SHEET)], strict=False),
    case("7z: a name with a backslash", alone([("a\\b.txt", TEXT)], name="a.7z"),
         "from Linux: a separator to whoever unpacks on Windows", wanted=[("a/b.txt", TEXT)],
         strict=False),
    case("7z: dictionary of 1.5 GB", alone(BASIC, "-m0=LZMA2:d=1536m", "-mmt=1", name="a.7z"),
         "declared, but small data takes little memory: out, or told",
         wanted=BASIC, unless="package.limit_memory", strict=False),
)  # fmt: skip
