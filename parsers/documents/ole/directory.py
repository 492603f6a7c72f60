"""What kind of document an OLE compound file is, by the names in its root storage.

Source: [MS-CFB] 2.2 (header), 2.3 and 2.5 (FAT, DIFAT), 2.6 (directory). Only the header, the
directory and the few FAT sectors that chain the directory are read.

Residual risks: sector numbers are the sender's; every chain is bounded and every sector is
visited once. A file whose directory cannot be followed is OLE of no known kind.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
OLE = "application/x-ole-storage"
ENCRYPTED_OOXML = "application/x-ooxml-encrypted"

_END = 0xFFFFFFFA
"""Sector numbers from here up are marks, not sectors ([MS-CFB] 2.1)."""
_MAX_DIRECTORY_SECTORS = 512
_MAX_DIFAT_SECTORS = 8192
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


class _Chained(Exception):
    """A chain of the file leads nowhere."""


def ole_kind(file: BinaryIO) -> str:
    """The media type of the compound file, `application/x-ole-storage` where none is known."""
    try:
        names = {name.lower() for name in root_names(file)}
    except (_Chained, struct.error):
        return OLE
    for name, media_type in _KINDS:
        if name in names:
            return media_type
    # MS Works word processor 5 and later keeps its text in CONTENTS, beside SPELLING.
    if {"contents", "spelling"} <= names:
        return "application/vnd.ms-works"
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
