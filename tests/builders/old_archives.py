"""Archives of the older kinds, stored without compression, and streams of one file.

Sources: Microsoft Cabinet Format (CFHEADER, CFFOLDER, CFFILE, CFDATA), LHA header level 0, ARJ
technical information, cpio "newc", ECMA-119 (one volume, one folder), RFC 8878 (raw blocks),
compress(1) (codes of nine bits).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

Members = Sequence[tuple[bytes, bytes]]
_DOS_DATE, _DOS_TIME = 0x52B1, 0x4000
_SECTOR = 2048


def cab(members: Members) -> bytes:
    """A cabinet of one folder, uncompressed; UTF-8 names (attribute 0x80)."""
    data = b"".join(content for _, content in members)
    blocks = [data[at : at + 32768] for at in range(0, len(data), 32768)]
    packed = b"".join(struct.pack("<IHH", 0, len(one), len(one)) + one for one in blocks)
    files, at = b"", 0
    for name, content in members:
        files += struct.pack("<IIHHHH", len(content), at, 0, _DOS_DATE, _DOS_TIME, 0xA0)
        files += name + b"\0"
        at += len(content)
    place = 36 + 8 + len(files)
    head = struct.pack(
        "<4sIIIIIBBHHHHH",
        b"MSCF", 0, place + len(packed), 0, 44, 0, 3, 1, 1, len(members), 0, 1, 0,
    )  # fmt: skip
    return head + struct.pack("<IHH", place, len(blocks), 0) + files + packed


def lzh(members: Members) -> bytes:
    """An LHA archive of level 0, method -lh0-."""
    out = b""
    for name, content in members:
        rest = b"-lh0-" + struct.pack("<II", len(content), len(content))
        rest += struct.pack("<HHBBB", _DOS_TIME, _DOS_DATE, 0x20, 0, len(name)) + name
        rest += struct.pack("<H", _crc16(content))
        out += bytes([len(rest), sum(rest) & 0xFF]) + rest + content
    return out + b"\0"


def arj(members: Members) -> bytes:
    """An ARJ archive of stored files."""
    out = _arj_header(b"a.arj", b"", kind=2)
    for name, content in members:
        out += _arj_header(name, content, kind=0) + content
    return out + b"\x60\xea\0\0"


def _arj_header(name: bytes, content: bytes, *, kind: int) -> bytes:
    when = _DOS_DATE << 16 | _DOS_TIME
    crc = zlib.crc32(content) if kind == 0 else 0
    size = len(content)
    body = struct.pack("<BBBBBBBBIII", 30, 11, 1, 2, 0, 0, kind, 0, when, size, size)
    body += struct.pack("<IHHH", crc, 0, 0x20, 0) + name + b"\0\0"
    return (
        b"\x60\xea" + struct.pack("<H", len(body)) + body + struct.pack("<IH", zlib.crc32(body), 0)
    )


def cpio(members: Members) -> bytes:
    """A cpio archive, new ASCII form."""
    out = b""
    for number, (name, content) in enumerate([*members, (b"TRAILER!!!", b"")], 1):
        fields = (
            number,
            0o100644,
            0,
            0,
            1,
            1_621_209_600,
            len(content),
            0,
            0,
            0,
            0,
            len(name) + 1,
            0,
        )
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + name + b"\0"
        out += header + b"\0" * (-len(header) % 4) + content + b"\0" * (-len(content) % 4)
    return out


def iso(members: Members) -> bytes:
    """An ISO 9660 disc of files in its root; names in capitals, without a version."""
    place = 20
    entries = _iso_entry(b"\0", 19, _SECTOR, 2) + _iso_entry(b"\1", 19, _SECTOR, 2)
    body = b""
    for name, content in members:
        entries += _iso_entry(name + b";1", place, len(content), 0)
        padded = content + b"\0" * (-len(content) % _SECTOR)
        body += padded
        place += len(padded) // _SECTOR
    table = struct.pack("<BBIH", 1, 0, 19, 1) + b"\0\0"
    volume = b"\1CD001\1\0" + b" " * 32 + b"DISC".ljust(32) + bytes(8) + _both(place, 4) + bytes(32)
    volume += _both(1, 2) + _both(1, 2) + _both(_SECTOR, 2) + _both(len(table), 4)
    volume += struct.pack("<IIII", 18, 0, 0, 0) + _iso_entry(b"\0", 19, _SECTOR, 2)
    volume = volume.ljust(813, b" ") + (b"2021051700000000\0" * 4) + b"\1"
    end = b"\xffCD001\1"
    sectors = [volume, end, table, entries]
    return bytes(16 * _SECTOR) + b"".join(one.ljust(_SECTOR, b"\0") for one in sectors) + body


def _iso_entry(name: bytes, place: int, size: int, flags: int) -> bytes:
    rest = b"\0" + _both(place, 4) + _both(size, 4) + bytes([121, 5, 17, 0, 0, 0, 0])
    rest += bytes([flags, 0, 0]) + _both(1, 2) + bytes([len(name)]) + name
    rest += b"" if len(name) % 2 else b"\0"
    return bytes([len(rest) + 1]) + rest


def _both(number: int, width: int) -> bytes:
    return number.to_bytes(width, "little") + number.to_bytes(width, "big")


def zstandard(content: bytes) -> bytes:
    """A frame of raw blocks."""
    out = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(content))
    blocks = [content[at : at + 65536] for at in range(0, len(content), 65536)] or [b""]
    for number, block in enumerate(blocks):
        out += ((number == len(blocks) - 1) | len(block) << 3).to_bytes(3, "little") + block
    return out


def compress(content: bytes) -> bytes:
    """A .Z file of literal codes; the table is cleared before the codes would grow."""
    bits, count, group = 0, 0, 0
    for number, byte in enumerate(content):
        if number and number % 240 == 0:
            bits |= 256 << count * 9
            count += 1
            # After a clear the reader goes on at the next group of eight codes.
            count += -(count - group) % 8
            group = count
        bits |= byte << count * 9
        count += 1
    return b"\x1f\x9d\x90" + bits.to_bytes((count * 9 + 7) // 8, "little")


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
