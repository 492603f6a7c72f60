"""Which archive a file is, by its bytes; its name and ending are never looked at.

A package that is a document (OOXML, OpenDocument, OFD, EPUB) or a program (JAR) is no archive.
An archive behind a program (self-extracting) is looked for in MZ and ELF files only: a ZIP that
holds a stored RAR has the same signature inside.

Sources: RAR 5.0 archive format ("Archive signature", "self-extracting archive"), APPNOTE.TXT
4.3 and 8 (split archives), 7zFormat.txt (signature header), POSIX pax (ustar header), RFC 1952,
RFC 8878, ECMA-119 and ECMA-167 (volume recognition sequence).

Residual risk: a file may be valid in two formats; the signature at its beginning wins.
"""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path
from typing import IO

from parsers.archives.single import first_bytes
from parsers.archives.volumes import zip_disks
from parsers.documents.detect import EMPTY, detect

RAR4_MARK = b"Rar!\x1a\x07\x00"
RAR5_MARK = b"Rar!\x1a\x07\x01\x00"
SEVEN_MARK = b"7z\xbc\xaf\x27\x1c"
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")
_SFX_BYTES = 2 << 20
"""How far into a program a signature is looked for (unrar: MAXSFXSIZE)."""
_PROGRAMS = (b"MZ", b"\x7fELF")
_TAR_BLOCK = 512
_END_RECORD = 22
_SECTOR, _RECOGNITION = 2048, 16
"""ECMA-167 2/8: the volume recognition sequence begins with sector 16."""

UNSUPPORTED: dict[str, str] = {
    "application/x-ace-compressed": "ACE",
    "application/x-alz-compressed": "ALZ",
    "application/x-egg": "EGG",
    "application/x-zoo": "ZOO",
    "application/x-stuffit": "StuffIt",
    "application/x-lzip": "LZ",
    "application/x-lz4": "LZ4",
    "application/x-ms-wim": "WIM",
    "application/x-rpm": "RPM",
    "application/vnd.debian.binary-package": "DEB",
    "application/x-xar": "XAR",
    "application/x-apple-diskimage": "DMG",
    "application/x-vhd": "VHD",
    "application/x-vhdx": "VHDX",
    "application/vnd.rar": "RAR 1.4",
}
"""Archives that are known by their media type but not unpacked, and what people call them."""

_SIMPLE = {
    "application/vnd.ms-cab-compressed": "cab",
    "application/x-lzh-compressed": "lzh",
    "application/x-arj": "arj",
    "application/x-cpio": "cpio",
}
_UNMARKED = {"application/x-lzma": "lzma", "application/zstd": "zst"}
"""Streams that need more than a look at their first bytes: LZMA alone has no signature, and
Zstandard may begin with frames to be skipped."""
_MEDIA_TYPES = {
    "rar4": "application/vnd.rar",
    "rar5": "application/vnd.rar",
    "zip": "application/zip",
    "7z": "application/x-7z-compressed",
}
_OPENED = frozenset(
    {
        *_SIMPLE,
        *_MEDIA_TYPES.values(),
        "application/x-rar",
        "application/x-rar-compressed",
        "application/x-zip-compressed",
        "application/x-tar",
        "application/gzip",
        "application/x-gzip",
        "application/x-bzip2",
        "application/x-xz",
        "application/x-lzma",
        "application/zstd",
        "application/x-compress",
        "application/x-iso9660-image",
    }
)
_PROGRAM_TYPES = frozenset(
    {"application/vnd.microsoft.portable-executable", "application/x-executable"}
)
_UNKNOWN = "application/octet-stream"
_ARCHIVE_ENDING = re.compile(
    r"\.(?:rar|zipx?|7z|tar|tgz|tbz2?|txz|t?gz|bz2|xz|t?zst|cab|arj|lzh|ace|alz|egg)(?:\.\d{3})?$",
    re.IGNORECASE,
)


def is_archive(media_type: str) -> bool:
    """Whether files of this media type go to `unpack`, be it only to be told what they are.

    A self-extracting archive has the media type of a program: see `true_media_type`.
    """
    return media_type.lower() in _OPENED or media_type.lower() in UNSUPPORTED


def is_called_an_archive(name: str, media_type: str) -> bool:
    """Whether a file is named as an archive and its bytes are nothing that anybody would have meant
    to send: a web page, an error message, unknown data. A PDF named x.rar is a PDF all the same.
    """
    of_no_use = media_type in (_UNKNOWN, EMPTY) or media_type.startswith("text/")
    return of_no_use and _ARCHIVE_ENDING.search(name) is not None


def true_media_type(path: Path) -> str:
    """The media type by content; an archive behind a program counts as the archive that it is.

    Raises: OSError where the file cannot be read.
    """
    media_type = detect(path)
    if is_archive(media_type):
        return media_type
    return _MEDIA_TYPES.get(known_format(path, media_type) or "", media_type)


def known_format(path: Path, media_type: str) -> str | None:
    """`archive_format` of a file of which `detect` has told the media type."""
    if media_type == _UNKNOWN:
        return _by_end(path)
    if media_type in _PROGRAM_TYPES or is_archive(media_type):
        return archive_format(path)
    return None


def archive_format(path: Path) -> str | None:
    """One of rar4, rar5, zip, 7z, cab, lzh, arj, cpio, iso, udf, tar, gz, bz2, xz, zst, Z, lzma, or
    tar.gz and so on; None for all else.

    Raises: OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_TAR_BLOCK)
        found = _rar(head) or (_sfx(file) if head.startswith(_PROGRAMS) else None)
        if found:
            return found
        if head.startswith(SEVEN_MARK):
            return "7z"
        if is_tar_header(head):
            return "tar"
        disc = _disc(file)
    if head.startswith(_ZIP_MARKS):
        return "zip" if detect(path) == "application/zip" else None
    for mark, outer in (
        (b"\x1f\x8b\x08", "gz"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"),
        (b"\x28\xb5\x2f\xfd", "zst"), (b"\x1f\x9d", "Z"),
    ):  # fmt: skip
        if head.startswith(mark):
            return _with_tar(path, outer)
    if disc:
        return disc
    if (simple := detect(path)) in _SIMPLE:
        return _SIMPLE[simple]
    if simple in _UNMARKED:
        return _with_tar(path, _UNMARKED[simple])
    return _by_end(path) if simple == _UNKNOWN else None


def _with_tar(path: Path, outer: str) -> str:
    inside = is_tar_header(first_bytes(path, outer, _TAR_BLOCK))
    return f"tar.{outer}" if inside else outer


def _by_end(path: Path) -> str | None:
    """The last piece of a split ZIP begins anywhere in the data, and something may stand before a
    whole one; only the end tells."""
    if zip_disks(path) > 1:
        return "zip"
    with path.open("rb") as file:
        return "zip" if _zip_behind(file) else None


def _rar(head: bytes) -> str | None:
    if head.startswith(RAR5_MARK):
        return "rar5"
    return "rar4" if head.startswith(RAR4_MARK) else None


def _sfx(file: IO[bytes]) -> str | None:
    """What stands behind a program: a RAR or 7z by its signature, a ZIP by its end."""
    file.seek(0)
    program = file.read(_SFX_BYTES)
    places = {mark: program.find(mark) for mark in (RAR4_MARK, RAR5_MARK)}
    places[SEVEN_MARK] = _seven_place(program)
    found = {place: mark for mark, place in places.items() if place >= 0}
    if not found:
        return "zip" if _zip_behind(file) else None
    first = found[min(found)]
    return "7z" if first == SEVEN_MARK else _rar(first)


def _seven_place(program: bytes) -> int:
    """Where a 7z signature header stands whose own checksum is right; -1 without one."""
    at = program.find(SEVEN_MARK)
    while at >= 0:
        header = program[at : at + 32]
        if len(header) == 32 and zlib.crc32(header[12:]) == struct.unpack_from("<I", header, 8)[0]:
            return at
        at = program.find(SEVEN_MARK, at + 1)
    return -1


def _zip_behind(file: IO[bytes]) -> bool:
    """Whether an end record points to a central directory that is there."""
    size = file.seek(0, 2)
    start = max(size - _END_RECORD - 0xFFFF, 0)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _END_RECORD:
        return False
    (length,) = struct.unpack_from("<I", tail, at + 12)
    place = start + at - length
    if not length or place < 0:
        return False
    file.seek(place)
    return file.read(4) == b"PK\x01\x02"


def _disc(file: IO[bytes]) -> str | None:
    """ "udf" or "iso" by the volume recognition sequence, None where there is none."""
    found: set[bytes] = set()
    file.seek(_RECOGNITION * _SECTOR)
    for _ in range(_RECOGNITION):
        name = file.read(_SECTOR)[1:6]
        if name not in (b"CD001", b"BEA01", b"NSR02", b"NSR03", b"TEA01", b"BOOT2", b"CDW02"):
            break
        found.add(name)
    if found & {b"NSR02", b"NSR03"}:
        return "udf"
    return "iso" if b"CD001" in found else None


def is_tar_header(block: bytes) -> bool:
    """Whether the checksum of a tar header block is right (POSIX pax, "chksum")."""
    if len(block) < _TAR_BLOCK or not any(block):
        return False
    try:
        declared = int(block[148:156].strip(b" \x00") or b"x", 8)
    except ValueError:
        return False
    return declared == sum(block[:148]) + 8 * 0x20 + sum(block[156:512])
