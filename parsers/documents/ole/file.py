"""A compound file opened with olefile, its streams under limits.

Source: [MS-CFB] 2.2 (header: sectors of 512 or 4,096 bytes, mini sectors of 64).

Residual risks: olefile trusts sizes that the file gives; a stream is therefore read only where
its size is within the file's own and the limits. What olefile raises on broken files has no end.
"""

from __future__ import annotations

import io
import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import olefile

from model.document import ReadLimits
from parsers.documents.ooxml.package import Unreadable

_HEADER = 512


@contextmanager
def open_ole(path: Path) -> Iterator[olefile.OleFileIO]:
    """The compound file at `path`.

    Raises: Unreadable where it cannot be opened, or its sectors are of no size there is.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER)
        if not _sound_header(head, path.stat().st_size):
            raise Unreadable("document.broken")
        # Sectors are read one by one; out of memory that costs a tenth.
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            try:
                ole = olefile.OleFileIO(mapped)
            except Exception as error:
                raise Unreadable("document.broken") from error
            yield ole


def _sound_header(head: bytes, size: int) -> bool:
    """Whether sectors are of a size there is, and no table has more of them than the file."""
    if len(head) < _HEADER or head[30:34] not in (b"\x09\x00\x06\x00", b"\x0c\x00\x06\x00"):
        return False
    sectors = size >> head[30]
    fat, mini, difat = (struct.unpack_from("<I", head, at)[0] for at in (44, 64, 72))
    return bool(max(fat, mini, difat) <= sectors)


def stream(
    ole: olefile.OleFileIO, name: str, limits: ReadLimits, missing: bytes | None = None
) -> bytes:
    """The bytes of one stream. missing: what stands for one that is not there.

    Raises: Unreadable where it is not there, over a limit, or cannot be followed.
    """
    try:
        if not ole.exists(name) and missing is not None:
            return missing
        size = ole.get_size(name)
        if size > limits.part_bytes:
            raise Unreadable("document.limit_parts", part=name)
        if size > _file_size(ole):
            raise Unreadable("document.broken_part", part=name)
        data: bytes = ole.openstream(name).read()
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("document.broken_part", part=name) from error
    return data


def _file_size(ole: olefile.OleFileIO) -> int:
    place = ole.fp.tell()
    ole.fp.seek(0, io.SEEK_END)
    size: int = ole.fp.tell()
    ole.fp.seek(place)
    return size
