"""ZIP: listed by zipfile with names repaired, and unpacked by it where it can.

Members that are encrypted, or packed in a way that zipfile lacks (Deflate64, PPMd, Zstandard),
are left to the engine, whose stream has the order of the central directory as well.

Sources: APPNOTE.TXT 6.3.10: 4.3.16 (end record), 4.4.4 (flags), 4.4.5 (methods), 4.6.9 (Unicode
path); external attributes as Info-ZIP writes them (Unix mode in the upper half).

Members that share bytes (D. Fifield, "A better zip bomb", WOOT 2019) are told apart by where they
begin and how long they say they are; none of them is unpacked.

Residual risk: local headers that say other than the central directory cost the member.
"""

from __future__ import annotations

import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from lzma import LZMAError
from pathlib import Path
from typing import IO

from model.container import MemberOutcome
from parsers.archives.engine import OutOfTime
from parsers.archives.entries import Entry, Listing, Taken
from parsers.archives.names import decode_name
from parsers.archives.store import OverLimit, Store
from parsers.archives.volumes import zip_disks

_CHUNK_BYTES = 1 << 20
_TARGET_BYTES = 4096
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_UNICODE_PATH = 0x7075
_END_RECORD = 22
_ENTRY_BYTES = 46
"""The least a central directory spends on one entry (4.3.12)."""
_DIRECTORY_BYTES = 16 << 20
"""Some 50,000 members with long names; a larger directory is not read, only measured."""
_LOCAL_HEADER = 30
_PROBED = 50
"""How many members are looked for to tell where the archive begins."""
_LOCAL_MARK = b"PK\x03\x04"
_SMALL_BYTES = 256 << 10
"""Up to this size, packed and unpacked, a member is taken in one piece."""
_BY_HAND = ("stored", "deflate")
_METHODS = {0: "stored", 8: "deflate", 12: "bzip2", 14: "lzma"}
"""What zipfile unpacks."""
_BROKEN = (
    zipfile.BadZipFile, zlib.error, LZMAError, EOFError, OSError, ValueError, struct.error,
    NotImplementedError, RuntimeError, OverflowError, IndexError, KeyError,
)  # fmt: skip


def zip_listing(path: Path, most: int) -> Listing | None:
    """The central directory, at most `most` entries of it kept; None where zipfile cannot."""
    if zip_disks(path) > 1:
        return None  # places are counted from the part that each member begins in
    size = _directory_bytes(path)
    if size > _DIRECTORY_BYTES:
        return Listing((), size // _ENTRY_BYTES, whole=False)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = _infos(archive)
            if not infos and path.stat().st_size > _END_RECORD:
                return None  # zipfile believes an end record that stands in the comment
            shared = _overlapping(infos)
            entries = tuple(_entry(archive, info, shared) for info in infos[:most])
            comment = decode_name(archive.comment)[0]
    except _BROKEN:
        return None
    return Listing(
        entries, len(infos), comment=comment, encrypted=any(entry.encrypted for entry in entries)
    )


def readable(entry: Entry) -> bool:
    """Whether zipfile can unpack the entry at a good speed."""
    return not entry.encrypted and entry.method in _METHODS.values()


def unzip(
    path: Path, entries: Sequence[Entry], wanted: Iterable[int], store: Store, deadline: float
) -> tuple[dict[int, Taken], str]:
    """The wanted entries (by place), and "time" where the deadline ended it early.

    An entry that zipfile cannot give is DAMAGED; the engine may still be asked for it.
    """
    taken: dict[int, Taken] = {}
    with zipfile.ZipFile(path) as archive:
        infos = _infos(archive)
        for place in wanted:
            try:
                taken[place] = _take(archive, infos[place], entries[place], store, deadline)
            except OverLimit as over:
                taken[place] = Taken(MemberOutcome.OVER_LIMIT, over=over)
            except OutOfTime:
                return taken, "time"
            except _BROKEN:
                taken[place] = Taken(MemberOutcome.DAMAGED)
    return taken, ""


def _infos(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members, at the places where they are.

    Where the end record tells a wrong place for the directory, zipfile takes the difference for
    bytes put in front of the archive, and counts all members from there.
    Raises: BadZipFile where no member is found either way.
    """
    infos = archive.infolist()
    if not infos or archive.fp is None:
        return infos
    (told,) = struct.unpack_from("<I", _end_record(archive.fp), 16)
    added = archive.start_dir - told
    if not added:
        return infos
    places = [info.header_offset for info in infos[:_PROBED]]
    there, aside = (
        sum(_is_local_header(archive.fp, place - shift) for place in places) for shift in (0, added)
    )
    if not there and not aside:
        raise zipfile.BadZipFile("no member where the directory says")
    for info in infos if aside > there else ():
        info.header_offset -= added
    return infos


def _is_local_header(file: IO[bytes], place: int) -> bool:
    if place < 0:
        return False
    file.seek(place)
    return file.read(len(_LOCAL_MARK)) == _LOCAL_MARK


def _take(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, entry: Entry, store: Store, deadline: float
) -> Taken:
    store.admit(entry.size)
    if entry.method in _BY_HAND and max(info.compress_size, entry.size) <= _SMALL_BYTES:
        return _take_small(archive, info, entry, store, deadline)
    with archive.open(info) as member, store.new() as slot:
        while data := member.read(_CHUNK_BYTES):
            if time.monotonic() > deadline:
                raise OutOfTime
            slot.write(data)
        file = slot.keep()
    if file.size != entry.size:
        store.forget(file)
        return Taken(MemberOutcome.DAMAGED)
    return Taken(MemberOutcome.STORED, file)


def _take_small(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, entry: Entry, store: Store, deadline: float
) -> Taken:
    """What zipfile would give, in one piece and in a third of its time."""
    if time.monotonic() > deadline:
        raise OutOfTime
    assert archive.fp is not None
    archive.fp.seek(info.header_offset)
    header = archive.fp.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(_LOCAL_MARK):
        return Taken(MemberOutcome.DAMAGED)
    name, extra = struct.unpack_from("<HH", header, 26)
    (flags,) = struct.unpack_from("<H", header, 6)
    body = archive.fp.read(name + extra + info.compress_size)
    if body[:name] != info.orig_filename.encode("utf-8" if flags & _UTF8_FLAG else "cp437"):
        return Taken(MemberOutcome.DAMAGED)
    data = body[name + extra :]
    if entry.method == "deflate":
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, entry.size + 1)
    if len(data) != entry.size or zlib.crc32(data) != info.CRC:
        return Taken(MemberOutcome.DAMAGED)
    return Taken(MemberOutcome.STORED, store.put(data))


def _overlapping(infos: Sequence[zipfile.ZipInfo]) -> frozenset[int]:
    """Where entries begin that share bytes with another."""
    shared: set[int] = set()
    reach = owner = min((info.header_offset for info in infos), default=0)
    for info in sorted(infos, key=lambda info: info.header_offset):
        begin = info.header_offset
        if begin < reach:
            shared |= {begin, owner}
        name = len(info.orig_filename)
        if (end := begin + _LOCAL_HEADER + name + info.compress_size) > reach:
            reach, owner = end, begin
    return frozenset(shared)


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, shared: frozenset[int]) -> Entry:
    if info.flag_bits & _UTF8_FLAG:
        raw, name, encoding = info.orig_filename.encode(), info.orig_filename, "utf-8"
    else:
        raw = info.orig_filename.encode("cp437")
        name, encoding = decode_name(raw, _unicode_path(info.extra, raw))
    encrypted = bool(info.flag_bits & _ENCRYPTED_FLAG)
    method = _METHODS.get(info.compress_type, f"method {info.compress_type}")
    return Entry(
        name=name,
        raw=raw,
        encoding=encoding,
        repaired=encoding in ("gb18030", "cp437"),
        called=raw,
        size=info.file_size,
        packed=info.compress_size,
        crc=None if encrypted and info.CRC == 0 else info.CRC,
        modified=_modified(info),
        method=method,
        encrypted=encrypted,
        folder=name.endswith(("/", "\\")) and not info.file_size,
        link=_link(archive, info),
        streams=not name.endswith("/"),
        overlaps=info.header_offset in shared,
    )


def _unicode_path(extra: bytes, raw: bytes) -> bytes | None:
    """The field's name, if its checksum is that of the name it stands for (4.6.9)."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        data, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and len(data) > 5 and data[0] == 1:
            (checksum,) = struct.unpack_from("<I", data, 1)
            return data[5:] if checksum == zlib.crc32(raw) else None
    return None


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    with suppress(ValueError):
        return datetime(*info.date_time)  # noqa: DTZ001 (DOS time has no zone)
    return None


def _link(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str | None:
    """Where a symbolic link points, "" if that is not to be read, None for anything else."""
    if not stat.S_ISLNK(info.external_attr >> 16):
        return None
    if info.flag_bits & _ENCRYPTED_FLAG or info.file_size > _TARGET_BYTES:
        return ""
    try:
        with archive.open(info) as member:
            return decode_name(member.read(_TARGET_BYTES))[0]
    except _BROKEN:
        return ""


def _directory_bytes(path: Path) -> int:
    """The size of the central directory by the last end record, 0 without one."""
    with path.open("rb") as file:
        (size,) = struct.unpack_from("<I", _end_record(file), 12)
    # 0xFFFFFFFF: the true size stands in the ZIP64 record, at most all before the end record.
    return int(min(size, path.stat().st_size))


def _end_record(file: IO[bytes]) -> bytes:
    """The last end record, zeros without one."""
    file.seek(max(file.seek(0, 2) - _END_RECORD - 0xFFFF, 0))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    return (tail[at : at + _END_RECORD] if at >= 0 else b"").ljust(_END_RECORD, b"\0")
