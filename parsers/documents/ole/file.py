"""A compound file opened with olefile, its streams under limits.

Source: [MS-CFB] 2.2 (header: sectors of 512 or 4,096 bytes, mini sectors of 64).

Residual risks: olefile trusts sizes that the file gives; a stream is therefore read only where
its size is within the file's own and the limits. What olefile raises on broken files has no end.
"""

from __future__ import annotations

import io
import mmap
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

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
        _check_header(file.read(_HEADER), path.stat().st_size)
        # Sectors are read one by one; out of memory that costs a tenth.
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield _opened(mapped)


def open_ole_bytes(data: bytes) -> olefile.OleFileIO:
    """The compound file whose bytes are at hand. Raises: Unreadable as `open_ole`."""
    _check_header(data[:_HEADER], len(data))
    return _opened(io.BytesIO(data))


def _opened(file: BinaryIO | mmap.mmap) -> olefile.OleFileIO:
    try:
        return olefile.OleFileIO(file)
    except Exception as error:
        raise Unreadable("document.broken") from error


def _check_header(head: bytes, size: int) -> None:
    """Raises: Unreadable where sectors are of no size there is, or tables exceed the file."""
    if len(head) < _HEADER or head[30:34] not in (b"\x09\x00\x06\x00", b"\x0c\x00\x06\x00"):
        raise Unreadable("document.broken")
    sectors = size >> head[30]
    fat, mini, difat = (struct.unpack_from("<I", head, at)[0] for at in (44, 64, 72))
    if max(fat, mini, difat) > sectors:
        raise Unreadable("document.broken")


def stream(
    ole: olefile.OleFileIO, name: str, limits: ReadLimits, missing: bytes | None = None
) -> bytes:
    """The bytes of one stream, at most `part_bytes`. missing: what stands for one not there.

    Raises: Unreadable where it is not there, over a limit, or cannot be followed.
    """
    try:
        if not ole.exists(name) and missing is not None:
            return missing
        size = ole.get_size(name)
        if size > limits.part_bytes:
            raise Unreadable("document.limit_parts", part=name)
        if size > file_size(ole):
            raise Unreadable("document.broken_part", part=name)
        data: bytes = ole.openstream(name).read()
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("document.broken_part", part=name) from error
    return data


def file_size(ole: olefile.OleFileIO) -> int:
    """How many bytes the compound file itself has: its streams together have no more."""
    place = ole.fp.tell()
    ole.fp.seek(0, io.SEEK_END)
    size: int = ole.fp.tell()
    ole.fp.seek(place)
    return size


def chains_end(ole: olefile.OleFileIO, names: Iterable[str]) -> bool:
    """Whether the chains of these streams come to an end, where they are small.

    olefile follows the chain of a small stream to its end before it writes there.

    Raises: any of what olefile raises on a broken file.
    """
    if not ole.minifat:
        ole.loadminifat()
    starts = [ole.direntries[ole._find(name)].isectStart for name in names if ole.exists(name)]
    return _ends(ole.fat, ole.root.isectStart) and all(_ends(ole.minifat, one) for one in starts)


def _ends(table: Sequence[int], sector: int) -> bool:
    """A chain longer than its table goes round."""
    for _ in range(len(table) + 1):
        if sector >= len(table):
            return True
        sector = table[sector]
    return False
