"""Archives that no ordinary program writes: odd names, links, volumes, lies about sizes.

Sources: "RAR 5.0 archive format", the RAR 4.x technote, APPNOTE.TXT 6.3.10, POSIX pax.
"""

from __future__ import annotations

import io
import struct
import subprocess
import tarfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.demo import rar
from parsers.archives.program import ready

UNIX_LINK, WINDOWS_LINK, JUNCTION, HARD_LINK, FILE_COPY = 1, 2, 3, 4, 5
"""Types of a RAR 5 redirection record."""
_REDIRECTION = 0x05
_SPLIT_BEFORE, _SPLIT_AFTER = 0x08, 0x10


@dataclass(frozen=True, slots=True)
class Raw:
    """A member whose header may lie: size and crc as declared, None for the true ones."""

    name: str | bytes
    data: bytes = b""
    size: int | None = None
    crc: int | None = None
    link: tuple[int, str] | None = None


def rar5_raw(members: Sequence[Raw]) -> bytes:
    """A RAR 5 archive of headers as given."""
    out = [rar.SIGNATURE, rar.main_header()]
    for member in members:
        extra = b""
        if member.link:
            kind, target = member.link
            raw = target.encode()
            body = rar.vint(kind) + rar.vint(0) + rar.vint(len(raw)) + raw
            extra = rar.record(_REDIRECTION, body)
        out.append(
            rar.file_header(member.name, member.data, size=member.size, crc=member.crc, extra=extra)
        )
        out.append(member.data)
    return b"".join([*out, rar.end_header()])


def rar5_volumes(name: str, data: bytes, volume_bytes: int) -> list[bytes]:
    """One stored member over as many volumes as it takes."""
    parts = [data[at : at + volume_bytes] for at in range(0, len(data), volume_bytes)] or [b""]
    volumes = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        flags = (_SPLIT_BEFORE if number else 0) | (0 if last else _SPLIT_AFTER)
        crc = zlib.crc32(data if last else part)
        header = rar.file_header(
            name, part, size=len(data), crc=crc, flags=flags, packed_size=len(part)
        )
        start = rar.SIGNATURE + rar.main_header(volume=number)
        volumes.append(start + header + part + rar.end_header(more=not last))
    return volumes


def rar4(members: Sequence[tuple[bytes, bytes]], *, lie: int = 0) -> bytes:
    """A RAR 2.9 archive, stored, with names in a code page (no Unicode) and DOS attributes.

    lie: by how much the declared sizes of the first member are too large.
    """
    out = [b"Rar!\x1a\x07\x00", _rar4_block(0x73, 0, b"\0" * 6)]
    for number, (name, data) in enumerate(members):
        declared = len(data) + (0 if number else lie)
        fixed = struct.pack(
            "<LLBLLBBHL",
            len(data), declared, 2, zlib.crc32(data), 0x52B10000, 20, 0x30, len(name), 0x20,
        )  # fmt: skip
        out += [_rar4_block(0x74, 0x8000, fixed + name), data]
    return b"".join([*out, _rar4_block(0x7B, 0x4000, b"")])


def _rar4_block(kind: int, flags: int, body: bytes) -> bytes:
    header = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(header) & 0xFFFF) + header


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A stored member of a ZIP: name as bytes, flags, extra field, Unix mode, declared size."""

    name: bytes
    data: bytes = b""
    flags: int = 0
    extra: bytes = b""
    mode: int = 0o100644
    size: int | None = None
    crc: int | None = None


def zip_raw(entries: Sequence[ZipEntry]) -> bytes:
    """A ZIP of stored members with every field as given."""
    out, directory = b"", b""
    for entry in entries:
        size = len(entry.data) if entry.size is None else entry.size
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        common = struct.pack(
            "<HHHHHIIIHH",
            20, entry.flags, 0, 0, 0x52B1, crc, len(entry.data), size,
            len(entry.name), len(entry.extra),
        )  # fmt: skip
        place = struct.pack("<HHHII", 0, 0, 0, entry.mode << 16, len(out))
        directory += b"PK\x01\x02" + struct.pack("<H", 0x0314) + common + place
        directory += entry.name + entry.extra
        out += b"PK\x03\x04" + common + entry.name + entry.extra + entry.data
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(out), 0)
    return out + directory + b"PK\x05\x06" + end


def unicode_path(raw: bytes, name: str) -> bytes:
    """An Info-ZIP Unicode Path extra field (0x7075) for the raw name."""
    body = b"\x01" + struct.pack("<I", zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(body)) + body


def tar(
    members: Sequence[tuple[str, bytes]], links: Sequence[tuple[str, str, bytes]] = (), *,
    encoding: str = "utf-8", mode: str = "w",
) -> bytes:  # fmt: skip
    """A tar (mode "w", "w:gz", "w:bz2", "w:xz"); links: name, target, type of `tarfile`."""
    buffer = io.BytesIO()
    with tarfile.open(  # type: ignore[call-overload]
        fileobj=buffer, mode=mode, format=tarfile.GNU_FORMAT, encoding=encoding
    ) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mtime = 1_621_209_600
            archive.addfile(info, io.BytesIO(data))
        for name, target, kind in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    return buffer.getvalue()


def engine_archive(
    folder: Path, members: Sequence[tuple[str, bytes]], *words: str, name: str = "a.7z"
) -> Path:
    """An archive written by the engine itself in `folder`; words: further switches."""
    source = folder / "members"
    for path, data in members:
        file = source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    target = folder / name
    subprocess.run(
        [ready(), "a", "-bd", *words, target, "."], cwd=source, check=True, capture_output=True
    )
    return target
