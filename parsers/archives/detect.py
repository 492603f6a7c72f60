"""Which archive a file is, by its bytes; its name and ending are never looked at.

A package that is a document (OOXML, OpenDocument, OFD) is no archive. A RAR behind a program
(self-extracting) is looked for in MZ and ELF files only: a ZIP that holds a stored RAR has the
same signature inside.

Sources: RAR 5.0 archive format ("Archive signature", "self-extracting archive"), APPNOTE.TXT
4.3, 7zFormat.txt, POSIX pax (ustar header), RFC 1952, the xz file format 1.2.

Residual risk: a file may be valid in two formats; the signature at its beginning wins.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

from parsers.archives.single import BROKEN, open_stream
from parsers.documents.detect import detect

RAR4_MARK = b"Rar!\x1a\x07\x00"
RAR5_MARK = b"Rar!\x1a\x07\x01\x00"
_SFX_BYTES = 2 << 20
"""How far into a program a RAR signature is looked for (unrar: MAXSFXSIZE)."""
_PROGRAMS = (b"MZ", b"\x7fELF")
_TAR_BLOCK = 512

UNSUPPORTED: dict[str, str] = {
    "application/zstd": "ZST",
    "application/vnd.ms-cab-compressed": "CAB",
    "application/x-lzh-compressed": "LZH",
    "application/x-arj": "ARJ",
    "application/x-ace-compressed": "ACE",
    "application/x-compress": "Z",
    "application/x-iso9660-image": "ISO",
    "application/vnd.rar": "RAR 1.4",
}
"""Archives that are known by their media type but not unpacked, and what people call them."""

_OPENED = frozenset(
    {
        "application/vnd.rar",
        "application/x-rar",
        "application/x-rar-compressed",
        "application/zip",
        "application/x-zip-compressed",
        "application/x-7z-compressed",
        "application/x-tar",
        "application/gzip",
        "application/x-gzip",
        "application/x-bzip2",
        "application/x-xz",
    }
)


def is_archive(media_type: str) -> bool:
    """Whether files of this media type go to `unpack`, be it only to be told what they are.

    A self-extracting RAR has the media type of a program: ask `archive_format` as well.
    """
    return media_type.lower() in _OPENED or media_type.lower() in UNSUPPORTED


def archive_format(path: Path) -> str | None:
    """One of rar4, rar5, zip, 7z, tar, tar.gz, tar.bz2, tar.xz, gz, bz2, xz; None for all else.

    Raises: OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_TAR_BLOCK)
        rar = _rar(head) or (_sfx(file) if head.startswith(_PROGRAMS) else None)
    if rar:
        return rar
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")):
        return "zip" if detect(path) == "application/zip" else None
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return "7z"
    if head.startswith(b"\x1f\x8b\x08"):
        return _tar_or("gz", path)
    if head.startswith(b"BZh"):
        return _tar_or("bz2", path)
    if head.startswith(b"\xfd7zXZ\x00"):
        return _tar_or("xz", path)
    return "tar" if is_tar_header(head) else None


def _rar(head: bytes) -> str | None:
    if head.startswith(RAR5_MARK):
        return "rar5"
    return "rar4" if head.startswith(RAR4_MARK) else None


def _sfx(file: IO[bytes]) -> str | None:
    file.seek(0)
    program = file.read(_SFX_BYTES)
    places = {mark: program.find(mark) for mark in (RAR4_MARK, RAR5_MARK)}
    found = {place: mark for mark, place in places.items() if place >= 0}
    return _rar(found[min(found)]) if found else None


def _tar_or(outer: str, path: Path) -> str:
    """The outer format, with "tar." before it where a tar header is what unpacks first."""
    try:
        with open_stream(path, outer) as stream:
            block = stream.read(_TAR_BLOCK)
    except BROKEN:
        return outer
    return f"tar.{outer}" if is_tar_header(block) else outer


def is_tar_header(block: bytes) -> bool:
    """Whether the checksum of a tar header block is right (POSIX pax, "chksum")."""
    if len(block) < _TAR_BLOCK or not any(block):
        return False
    try:
        declared = int(block[148:156].strip(b" \x00") or b"x", 8)
    except ValueError:
        return False
    return declared == sum(block[:148]) + 8 * 0x20 + sum(block[156:512])
