"""What kind of document an OLE compound file is, by the names in its root storage.

Source: [MS-CFB] 2.2 (header), 2.3 and 2.5 (FAT, DIFAT), 2.6 (directory). Only the header, the
directory and the few FAT sectors that chain the directory are read; where there is no directory
to be found, as in a file that was cut off, the beginnings of the first sectors.

Residual risks: sector numbers are the sender's; every chain is bounded and every sector is
visited once. What a file without a directory is taken for is a guess that its reader proves.
"""

from __future__ import annotations

import re
import struct
from typing import BinaryIO

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
OLE = "application/x-ole-storage"
ENCRYPTED_OOXML = "application/x-ooxml-encrypted"

_END = 0xFFFFFFFA
"""Sector numbers from here up are marks, not sectors ([MS-CFB] 2.1)."""
_MAX_DIRECTORY_SECTORS = 512
_MAX_DIFAT_SECTORS = 8192
_SECTOR = 512
_MAX_GUESSED_BYTES = 1 << 20
_ENTRY = 128

_KINDS: tuple[tuple[str, str], ...] = (
    # The encrypted package stands first: such a file holds nothing else of use.
    ("encryptedpackage", ENCRYPTED_OOXML),
    ("worddocument", "application/msword"),
    ("workbook", "application/vnd.ms-excel"),
    ("book", "application/vnd.ms-excel"),
    ("powerpoint document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("visiodocument", "application/vnd.visio"),
    ("matost", "application/vnd.ms-works"),
    ("wksssworkbook", "application/vnd.ms-works"),
    ("quill", "application/x-mspublisher"),
)


_BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    # wIdent and nFib of the FIB ([MS-DOC] 2.5.2), of Word 6 and 95 before that.
    (re.compile(rb"\xec\xa5[\xc0-\xc2\xd9]\0|\xec\xa5[\x01\x0c\x12]\x01|\xdc\xa5[\x65-\x69]\0"),
     "application/msword"),
    # BOF of the globals in BIFF8 ([MS-XLS] 2.4.21).
    (re.compile(rb"\x09\x08\x10\0\0\x06\x05\0"), "application/vnd.ms-excel"),
    # Head of the DocumentContainer ([MS-PPT] 2.4.1).
    (re.compile(rb"\x0f\0\xe8\x03"), "application/vnd.ms-powerpoint"),
)  # fmt: skip


class _Chained(Exception):
    """A chain of the file leads nowhere."""


def ole_kind(file: BinaryIO) -> str:
    """The media type of the compound file, `application/x-ole-storage` where none is known."""
    try:
        names = {name.lower() for name in root_names(file)}
    except (_Chained, struct.error):
        return _by_sectors(file)
    for name, media_type in _KINDS:
        if name in names:
            return media_type
    # MS Works word processor 5 and later keeps its text in CONTENTS, beside SPELLING.
    if {"contents", "spelling"} <= names:
        return "application/vnd.ms-works"
    return OLE


def _by_sectors(file: BinaryIO) -> str:
    """The kind whose main stream begins with one of the first sectors."""
    file.seek(_SECTOR)
    data = file.read(_MAX_GUESSED_BYTES)
    for at in range(0, len(data), _SECTOR):
        for beginning, media_type in _BEGINNINGS:
            if beginning.match(data, at):
                return media_type
    return OLE


def root_names(file: BinaryIO) -> list[str]:
    """The names of streams and storages directly under the root, in the tree's order."""
    directory = _directory(file)
    count = len(directory) // _ENTRY
    if not count:
        raise _Chained
    names: list[str] = []
    seen: set[int] = set()
    waiting = [_links(directory, 0)[2]]
    while waiting:
        index = waiting.pop()
        if index >= count or index in seen:
            continue
        seen.add(index)
        names.append(_name(directory, index))
        left, right, _child = _links(directory, index)
        waiting += (right, left)
    return names


def _links(directory: bytes, index: int) -> tuple[int, int, int]:
    left, right, child = struct.unpack_from("<3I", directory, index * _ENTRY + 68)
    return left, right, child


def _name(directory: bytes, index: int) -> str:
    start = index * _ENTRY
    (length,) = struct.unpack_from("<H", directory, start + 64)
    raw = directory[start : start + max(min(length, 64) - 2, 0)]
    return raw.decode("utf-16-le", "replace")


def _directory(file: BinaryIO) -> bytes:
    file.seek(0)
    header = file.read(512)
    (shift,) = struct.unpack_from("<H", header, 30)
    if shift not in (9, 12):
        raise _Chained
    size = 1 << shift
    (sector,) = struct.unpack_from("<I", header, 48)
    chain = _FatReader(file, header, size)
    sectors: list[bytes] = []
    seen: set[int] = set()
    while sector < _END and len(sectors) < _MAX_DIRECTORY_SECTORS and sector not in seen:
        seen.add(sector)
        data = chain.sector(sector)
        if not data:
            break
        sectors.append(data)
        try:
            sector = chain.following(sector)
        except _Chained:
            break
    return b"".join(sectors)


class _FatReader:
    """Finds the sector that follows another, reading only the FAT sectors asked for."""

    def __init__(self, file: BinaryIO, header: bytes, size: int) -> None:
        self._file = file
        self._size = size
        self._fat = list(struct.unpack_from("<109I", header, 76))
        (self._next_difat,) = struct.unpack_from("<I", header, 68)
        self._difat_left = _MAX_DIFAT_SECTORS

    def sector(self, number: int) -> bytes:
        self._file.seek((number + 1) * self._size)
        return self._file.read(self._size)

    def following(self, number: int) -> int:
        per_sector = self._size // 4
        index, place = divmod(number, per_sector)
        while index >= len(self._fat):
            self._more_difat(per_sector)
        if self._fat[index] >= _END:
            raise _Chained
        data = self.sector(self._fat[index])
        if len(data) < self._size:
            raise _Chained
        (follower,) = struct.unpack_from("<I", data, place * 4)
        return int(follower)

    def _more_difat(self, per_sector: int) -> None:
        if self._next_difat >= _END or not self._difat_left:
            raise _Chained
        self._difat_left -= 1
        data = self.sector(self._next_difat)
        if len(data) < self._size:
            raise _Chained
        *numbers, self._next_difat = struct.unpack(f"<{per_sector}I", data)
        self._fat += numbers
