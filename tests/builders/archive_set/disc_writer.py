"""Disc images and cabinets byte by byte: ISO 9660 with Joliet, and CAB.

Sources: ECMA-119 (volume descriptors 8, directory records 9.1), Joliet specification 1.1
(escape sequences "%/E", UCS-2 names), [MS-CAB] 2 (CFHEADER, CFFOLDER, CFFILE, CFDATA).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

SECTOR = 2048
_ROOT, _FIRST = 20, 24
_DATE = bytes([121, 5, 17, 0, 0, 0, 0])
"""2021-05-17 00:00 UTC (ECMA-119 9.1.5)."""
_DATA_BYTES = 32_768
_UTF8_NAME = 0x80


def _both(number: int, code: str = "I") -> bytes:
    return struct.pack("<" + code, number) + struct.pack(">" + code, number)


def _record(name: bytes, sector: int, size: int, *, folder: bool = False) -> bytes:
    body = bytes([0]) + _both(sector) + _both(size) + _DATE + bytes([2 if folder else 0, 0, 0])
    body += _both(1, "H") + bytes([len(name)]) + name
    body += b"" if (len(body) + 1) % 2 == 0 else b"\0"
    return bytes([len(body) + 1]) + body


def _directory(records: Sequence[bytes], own: int) -> bytes:
    dots = _record(b"\0", own, SECTOR, folder=True) + _record(b"\1", own, SECTOR, folder=True)
    return (dots + b"".join(records)).ljust(SECTOR, b"\0")


def _descriptor(kind: int, root: int, sectors: int, escape: bytes) -> bytes:
    wide = bool(escape)
    label = "DATA".encode("utf-16-be").ljust(32, b"\0") if wide else b"DATA".ljust(32)
    head = bytes([kind]) + b"CD001\x01\0" + bytes(32) + label + bytes(8) + _both(sectors)
    head += escape.ljust(32, b"\0") + _both(1, "H") * 2 + _both(SECTOR, "H") + _both(10)
    head += struct.pack("<II", 18, 0) + struct.pack(">II", 19, 0)
    head += _record(b"\0", root, SECTOR, folder=True)
    return head.ljust(881, b" ").ljust(SECTOR, b"\0")[:881] + b"\x01" + bytes(SECTOR - 882)


def iso(members: Sequence[tuple[str, bytes]], *, joliet: bool = True, lie: int = 0) -> bytes:
    """An image with its files in the root folder. lie: by how many sectors places are wrong."""
    at, plain, wide, body = _FIRST, [], [], b""
    for number, (name, data) in enumerate(members):
        short = b"F%05d.BIN;1" % number
        plain.append(_record(short, at + lie, len(data)))
        wide.append(_record((name + ";1").encode("utf-16-be"), at + lie, len(data)))
        sectors = -(-len(data) // SECTOR) or 1
        body += data.ljust(sectors * SECTOR, b"\0")
        at += sectors
    out = bytes(16 * SECTOR) + _descriptor(1, _ROOT, at, b"")
    out += _descriptor(2, _ROOT + 1, at, b"%/E") if joliet else b""
    out += b"\xffCD001\x01".ljust(SECTOR, b"\0")
    table = bytes([1, 0]) + struct.pack("<IH", _ROOT, 1) + b"\0\0"
    out = out.ljust(18 * SECTOR, b"\0") if not joliet else out[: 18 * SECTOR] + out[18 * SECTOR :]
    out = out.ljust(19 * SECTOR, b"\0")
    out += table.ljust(SECTOR, b"\0")
    out = out[: _ROOT * SECTOR].ljust(_ROOT * SECTOR, b"\0")
    out += _directory(plain, _ROOT) + _directory(wide, _ROOT + 1)
    return out.ljust(_FIRST * SECTOR, b"\0") + body


def cab(
    members: Sequence[tuple[bytes, bytes]], *, packed: bool = False, lie: int = 0,
    reserved: bytes = b"", before: bytes = b"", following: bytes = b"",
) -> bytes:  # fmt: skip
    """A cabinet of one folder, stored or MSZIP; names in UTF-8. lie: added to the first size.
    before, following: names of the cabinets that stand beside it in a set."""
    data = b"".join(content for _, content in members)
    parts = [data[at : at + _DATA_BYTES] for at in range(0, len(data), _DATA_BYTES)]
    blocks = b""
    history = b""
    for part in parts:
        body = _mszip(part, history) if packed else part
        history = part
        sizes = struct.pack("<HH", len(body), len(part))
        blocks += struct.pack("<I", _checksum(sizes, _checksum(body, 0))) + sizes + body
    files, at = b"", 0
    for number, (name, content) in enumerate(members):
        size = len(content) + (0 if number else lie)
        files += struct.pack("<IIHHHH", size, at, 0, 0x52B1, 0, 0x20 | _UTF8_NAME) + name + b"\0"
        at += len(content)
    extra = struct.pack("<HBB", len(reserved), 0, 0) + reserved if reserved else b""
    flags = (4 if reserved else 0) | (1 if before else 0) | (2 if following else 0)
    extra += b"".join(name + b"\0disk\0" for name in (before, following) if name)
    first = 36 + len(extra) + 8
    start = first + len(files)
    folder = struct.pack("<IHH", start, len(parts), 1 if packed else 0)
    head = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, start + len(blocks), 0, first, 0, 3, 1, 1,
                                 len(members), flags, 7, 1 if before else 0)  # fmt: skip
    return head + extra + folder + files + blocks


def _mszip(part: bytes, history: bytes) -> bytes:
    packer = (
        zlib.compressobj(9, zlib.DEFLATED, -15, zdict=history)
        if history
        else zlib.compressobj(9, zlib.DEFLATED, -15)
    )
    return b"CK" + packer.compress(part) + packer.flush()


def _checksum(data: bytes, seed: int) -> int:
    """[MS-CAB] 3.1: exclusive or of 32-bit words, the rest in the other order."""
    whole = len(data) // 4 * 4
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        seed ^= word
    rest = 0
    for byte in data[whole:]:
        rest = rest << 8 | byte
    return seed ^ rest
