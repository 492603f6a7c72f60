"""LHA and ARJ byte by byte, stored.

Sources: LHA's "header.doc.jp" (levels 0, 1, 2), ARJ's TECHNOTE.TXT (main and local headers).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_DOS_WHEN = 0x52B1 << 16
_WHEN = 1_621_209_600
_UNIX = ord("U")


def crc16(data: bytes) -> int:
    """CRC-16/ARC, what LHA checks with."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


def lha(
    members: Sequence[tuple[bytes, bytes]], *, level: int = 0, method: bytes = b"-lh0-",
    crc: int | None = None,
) -> bytes:  # fmt: skip
    """An archive; crc: of the first member, where it lies."""
    out = b""
    for number, (name, data) in enumerate(members):
        checksum = crc16(data) if crc is None or number else crc
        out += (_level2 if level == 2 else _level01)(name, data, checksum, method, level) + data
    return out + b"\0"


def _level01(name: bytes, data: bytes, checksum: int, method: bytes, level: int) -> bytes:
    head = method + struct.pack("<IIIBB", len(data), len(data), _DOS_WHEN, 0x20, level)
    head += bytes([len(name)]) + name + struct.pack("<H", checksum)
    head += struct.pack("<BH", _UNIX, 0) if level == 1 else b""
    return bytes([len(head), sum(head) & 0xFF]) + head


def _level2(name: bytes, data: bytes, checksum: int, method: bytes, level: int) -> bytes:
    folder, _, file = name.rpartition(b"/")
    extra = _extra(1, file) + (
        _extra(2, folder.replace(b"/", b"\xff") + b"\xff") if folder else b""
    )
    head = method + struct.pack("<IIIBB", len(data), len(data), _WHEN, 0x20, level)
    head += struct.pack("<HB", checksum, _UNIX) + extra + b"\0\0"
    size = len(head) + 2
    head += b"\0" if size % 256 == 0 else b""
    return struct.pack("<H", len(head) + 2) + head


def _extra(kind: int, body: bytes) -> bytes:
    return struct.pack("<HB", len(body) + 3, kind) + body


def arj(members: Sequence[tuple[bytes, bytes]], *, crc: int | None = None) -> bytes:
    """An archive; crc: of the first member, where it lies."""
    out = _arj_header(2, b"a.arj", 0, 0)
    for number, (name, data) in enumerate(members):
        checksum = zlib.crc32(data) if crc is None or number else crc
        out += _arj_header(0, name, len(data), checksum) + data
    return out + b"\x60\xea\0\0"


def _arj_header(kind: int, name: bytes, size: int, crc: int) -> bytes:
    fixed = bytes([30, 11, 1, 2, 0x10, 0, kind, 0])
    fixed += struct.pack("<IIIIHHH", _DOS_WHEN, size, size, crc, 0, 0x20, 0)
    body = fixed + name + b"\0" + b"\0"
    return (
        b"\x60\xea" + struct.pack("<H", len(body)) + body + struct.pack("<IH", zlib.crc32(body), 0)
    )
