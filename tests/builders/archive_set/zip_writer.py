"""ZIP archives byte by byte, with every field free to lie.

Source: APPNOTE.TXT 6.3.10, 4.3 (general format), 4.4 (fields), 4.5.3 (ZIP64), 8 (splitting).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LOCAL, DESCRIPTOR, CENTRAL, END = b"PK\x03\x04", b"PK\x07\x08", b"PK\x01\x02", b"PK\x05\x06"
END64, LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
STORED, DEFLATED = 0, 8
UTF8, ENCRYPTED, STREAMED = 0x800, 0x1, 0x8
FAR = 0xFFFFFFFF
WHEN = 0x52B1 << 16
"""2021-05-17 00:00 as DOS date and time."""


@dataclass(frozen=True, slots=True)
class Item:
    """A member; what is None is the truth. packed: its bytes as they stand in the archive.
    local_*: what the local header says instead of the central directory."""

    name: bytes
    data: bytes = b""
    method: int = STORED
    packed: bytes | None = None
    flags: int = 0
    extra: bytes = b""
    local_extra: bytes | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    mode: int = 0o100644
    made_by: int = 0x0314
    when: int = WHEN
    zip64: bool = False
    offset: int | None = None

    @property
    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.data) if self.method == DEFLATED else self.data


def deflated(data: bytes, level: int = 9) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def local(item: Item) -> bytes:
    """The local header, the bytes, and the descriptor where the flags say so."""
    crc, size, packed = _numbers(item)
    size = size if item.local_size is None else item.local_size
    name = item.name if item.local_name is None else item.local_name
    extra = item.extra if item.local_extra is None else item.local_extra
    if item.zip64:
        extra += struct.pack("<HHQQ", 1, 16, size, packed)
    streamed = bool(item.flags & STREAMED)
    shown = (0, 0, 0) if streamed else (crc, packed, size)
    shown = (shown[0], FAR, FAR) if item.zip64 else shown
    head = LOCAL + struct.pack("<HHHIIII", 45 if item.zip64 else 20, item.flags, item.method,
                               item.when, *shown)  # fmt: skip
    out = head + struct.pack("<HH", len(name), len(extra)) + name + extra + item.body
    return out + (DESCRIPTOR + struct.pack("<III", crc, packed, size) if streamed else b"")


def central(item: Item, offset: int, disk: int = 0) -> bytes:
    crc, size, packed = _numbers(item)
    extra = item.extra
    if item.zip64:
        extra += struct.pack("<HHQQQ", 1, 24, size, packed, offset)
        size = packed = offset = FAR
    offset = offset if item.offset is None else item.offset
    head = CENTRAL + struct.pack("<HHHHIIII", item.made_by, 45 if item.zip64 else 20, item.flags,
                                 item.method, item.when, crc, packed, size)  # fmt: skip
    place = struct.pack("<HHHHHII", len(item.name), len(extra), 0, disk, 0, item.mode << 16, offset)
    return head + place + item.name + extra


def end(
    count: int, size: int, offset: int, *, comment: bytes = b"", disks: int = 0, far: bool = False
) -> bytes:
    """The end record; far: with the ZIP64 records before it."""
    before = b""
    if far:
        before = END64 + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, offset)
        before += LOCATOR64 + struct.pack("<IQI", 0, offset + size, 1)
        count, size, offset = 0xFFFF, FAR, FAR
    numbers = struct.pack("<HHHHIIH", disks, disks, count, count, size, offset, len(comment))
    return before + END + numbers + comment


def zipped(
    items: Sequence[Item], *, comment: bytes = b"", before: bytes = b"", shift: bool = True,
    count: int | None = None, far: bool = False, after: bytes = b"",
) -> bytes:  # fmt: skip
    """A ZIP. before: bytes put before it, counted in the offsets where `shift` is set."""
    out, directory = before, b""
    parts, directories = [before], []
    at = len(before) if shift else 0
    for item in items:
        body = local(item)
        directories.append(central(item, at))
        parts.append(body)
        at += len(body)
    directory = b"".join(directories)
    out = b"".join(parts)
    number = len(items) if count is None else count
    return out + directory + end(number, len(directory), at, comment=comment, far=far) + after


def split_zip(items: Sequence[Item], volume_bytes: int, stem: str = "申报") -> dict[str, bytes]:
    """A set as WinZip and WinRAR write it: 申报.z01, 申报.z02, …, 申报.zip the last (8.2, 8.3)."""
    out = bytearray(DESCRIPTOR)
    places = []
    for item in items:
        body = local(item)
        head = len(body) - len(item.body)
        left = volume_bytes - len(out) % volume_bytes
        if left < head:  # a header never crosses volumes (8.4.3)
            out += bytes(left)
        places.append(len(out))
        out += body
    disk = len(out) // volume_bytes
    directory = b"".join(
        central(item, at % volume_bytes, at // volume_bytes)
        for item, at in zip(items, places, strict=True)
    )
    last = bytes(out[disk * volume_bytes :])
    tail = last + directory + end(len(items), len(directory), len(last), disks=disk)
    volumes = [bytes(out[n * volume_bytes : (n + 1) * volume_bytes]) for n in range(disk)]
    return {f"{stem}.zip": tail} | {f"{stem}.z{n:02d}": v for n, v in enumerate(volumes, 1)}


def zip_crypto(data: bytes, password: bytes) -> bytes:
    """The bytes of a member under the old encryption (APPNOTE 6.1), its header before them."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(value: int, byte: int) -> int:
        # zlib turns the value round before and after, the cipher does not.
        return zlib.crc32(bytes([byte]), value ^ FAR) ^ FAR

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & FAR
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in bytes(11) + bytes([zlib.crc32(data) >> 24]) + data:
        mask = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ (mask * (mask ^ 1) >> 8 & 0xFF))
        update(byte)
    return bytes(out)


def field(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def unicode_path(raw: bytes, name: str, *, crc: int | None = None) -> bytes:
    """The Info-ZIP Unicode Path field (4.6.9)."""
    checksum = zlib.crc32(raw) if crc is None else crc
    return field(0x7075, b"\x01" + struct.pack("<I", checksum) + name.encode())


def _numbers(item: Item) -> tuple[int, int, int]:
    def true(given: int | None, found: Callable[[], int]) -> int:
        return found() if given is None else given

    return (
        true(item.crc, lambda: zlib.crc32(item.data)),
        true(item.size, lambda: len(item.data)),
        true(item.packed_size, lambda: len(item.body)),
    )
