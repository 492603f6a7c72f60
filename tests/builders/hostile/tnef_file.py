"""winmail.dat written byte by byte: MS-OXTNEF 2.1."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x78\x9f\x3e\x22\x01\x00"
"""0x223E9F78 and a key of 1, little-endian."""
_MESSAGE, _ATTACHMENT = 1, 2
_PT_LONG, _PT_STRING8, _PT_UNICODE, _PT_BINARY, _PT_OBJECT = 0x0003, 0x001E, 0x001F, 0x0102, 0x000D
_LONG_NAME, _METHOD, _DISPLAY_NAME, _MIME_TAG, _DATA = 0x3707, 0x3705, 0x3001, 0x370E, 0x3701
_BODY, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_RTF_START = 207
"""Bytes of the dictionary that both sides know beforehand."""
_BY_VALUE, _EMBEDDED = 1, 5
_IID_IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def attribute(level: int, tag: int, data: bytes, *, checksum: int | None = None) -> bytes:
    """Level, tag, length, data, checksum (the sum of the data's bytes)."""
    total = sum(data) & 0xFFFF if checksum is None else checksum
    return struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", total)


def _padded(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data + b"\0" * (-len(data) % 4)


def properties(*entries: tuple[int, int, bytes]) -> bytes:
    """MAPI properties: (type, id, data); of variable types one value each."""
    out = struct.pack("<I", len(entries))
    for kind, number, data in entries:
        out += struct.pack("<HH", kind, number)
        if kind == _PT_LONG:
            out += data
        else:
            out += struct.pack("<I", 1) + _padded(data)
    return out


def _unicode(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def file_of(
    data: bytes,
    title: bytes = b"A.RAR",
    *,
    long_name: str = "",
    by_property: bool = False,
    oem_long_name: bytes = b"",
    checksum: int | None = None,
) -> bytes:
    """One attachment. title: its short name in the OEM code page; long_name: of the MAPI
    properties, in UTF-16, oem_long_name: there in the code page; by_property: its bytes are there
    too, and nowhere else."""
    out = attribute(_ATTACHMENT, 0x00069002, struct.pack("<HiHHI", 1, -1, 32, 32, 0))
    out += attribute(_ATTACHMENT, 0x00018010, title + b"\0")
    if not by_property:
        out += attribute(_ATTACHMENT, 0x0006800F, data, checksum=checksum)
    entries = [(_PT_LONG, _METHOD, struct.pack("<I", _BY_VALUE))]
    if long_name:
        entries.append((_PT_UNICODE, _LONG_NAME, _unicode(long_name)))
        entries.append((_PT_UNICODE, _DISPLAY_NAME, _unicode(long_name)))
    if oem_long_name:
        entries.append((_PT_STRING8, _LONG_NAME, oem_long_name + b"\0"))
    entries.append((_PT_STRING8, _MIME_TAG, b"application/octet-stream\0"))
    if by_property:
        entries.append((_PT_BINARY, _DATA, data))
    return out + attribute(_ATTACHMENT, 0x00069005, properties(*entries))


def embedded(tnef: bytes, name: str) -> bytes:
    """A message within the message: its own TNEF as an object."""
    out = attribute(_ATTACHMENT, 0x00069002, struct.pack("<HiHHI", 1, -1, 32, 32, 0))
    return out + attribute(
        _ATTACHMENT,
        0x00069005,
        properties(
            (_PT_LONG, _METHOD, struct.pack("<I", _EMBEDDED)),
            (_PT_UNICODE, _DISPLAY_NAME, _unicode(name)),
            (_PT_OBJECT, _DATA, _IID_IMESSAGE + tnef),
        ),
    )


def rtf_as_it_is(rtf: bytes) -> bytes:
    """Compressed RTF of the kind that is not compressed (MS-OXRTFCP 2.1.3.1)."""
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf


def rtf_compressed(rtf: bytes) -> bytes:
    """Compressed RTF of literals alone, then the mark of its end (MS-OXRTFCP 2.2.2)."""
    end = ((_RTF_START + len(rtf)) % 4096 << 4).to_bytes(2, "big")
    tokens = [bytes([byte]) for byte in rtf] + [end]
    data = b""
    for at in range(0, len(tokens), 8):
        last = len(tokens) - 1 - at
        data += bytes([1 << last if last < 8 else 0]) + b"".join(tokens[at : at + 8])
    crc = zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<II4sI", len(data) + 12, len(rtf), b"LZFu", crc) + data


def tnef(
    *files: bytes,
    code_page: int = 936,
    body: bytes = b"",
    text: str = "",
    html: bytes = b"",
    rtf: bytes = b"",
) -> bytes:
    """A whole winmail.dat. body: as an attribute in the code page; text, html, rtf: properties."""
    out = SIGNATURE + attribute(_MESSAGE, 0x00089006, struct.pack("<I", 0x00010000))
    out += attribute(_MESSAGE, 0x00069007, struct.pack("<II", code_page, 0))
    out += attribute(_MESSAGE, 0x00078008, b"IPM.Microsoft Mail.Note\0")
    out += attribute(_MESSAGE, 0x00018004, b"subject within\0")
    if body:
        out += attribute(_MESSAGE, 0x0002800C, body + b"\0")
    entries = []
    if text:
        entries.append((_PT_UNICODE, _BODY, _unicode(text)))
    if html:
        entries.append((_PT_BINARY, _HTML, html))
    if rtf:
        entries.append((_PT_BINARY, _RTF, rtf))
    if entries:
        out += attribute(_MESSAGE, 0x00069003, properties(*entries))
    return out + b"".join(files)
