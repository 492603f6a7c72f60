"""One part of a package at one go, where its entry in the ZIP is as plain as nearly all are.

Source: PKWARE APPNOTE 4.3.7 (local file header), 4.4.4 (general purpose bits).

Why not zipfile alone: for parts of a few kilobytes its opening and reading of an entry cost more
than inflating and parsing it.

Residual risks: none of its own. Whatever is odd (encrypted, another method, names or sizes or a
checksum that do not agree) is left to zipfile, and to what it says of it.
"""

from __future__ import annotations

import struct
import zipfile
import zlib

_LOCAL = struct.Struct("<4s2xHH16xHH")
"""Signature, flags, method, lengths of the name and of the extra field."""
_UTF_8 = 0x800
_PLAIN_FLAGS = 0x6 | 0x8 | _UTF_8
"""How hard it was packed, sizes after the data, names in UTF-8."""
_RAW_DEFLATE = -15


def plain_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """Its bytes, checked; None where zipfile is to be asked. Never more than the size declared,
    which the caller holds within its limit."""
    stream = package.fp
    if stream is None or entry.flag_bits & ~_PLAIN_FLAGS or entry.compress_size > _most(entry):
        return None
    try:
        stream.seek(entry.header_offset)
        signature, flags, method, name_length, extra_length = _LOCAL.unpack(
            stream.read(_LOCAL.size)
        )
        name = stream.read(name_length).decode("utf-8" if flags & _UTF_8 else "cp437")
        if (
            signature != b"PK\x03\x04"
            or flags & ~_PLAIN_FLAGS
            or method != entry.compress_type
            or name != entry.orig_filename
        ):
            return None
        stream.seek(extra_length, 1)
        packed = stream.read(entry.compress_size)
        if method == zipfile.ZIP_STORED:
            data = packed
        elif method == zipfile.ZIP_DEFLATED:
            data = zlib.decompressobj(_RAW_DEFLATE).decompress(packed, entry.file_size + 1)
        else:
            return None
    except (OSError, ValueError, struct.error, zlib.error):
        return None
    if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
        return None
    return data


def _most(entry: zipfile.ZipInfo) -> int:
    """What packing may add at most: nothing is read that could not be this part."""
    return entry.file_size + entry.file_size // 1000 + 64
