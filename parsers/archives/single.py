"""gzip, bzip2, xz, Zstandard, LZMA alone and compress: one stream of bytes, alone or around a tar.

The engine unpacks, so that the work is done beside ours and within its limits; only to look
whether a tar is inside does the standard library read the first block.

Sources: RFC 1952 2.3 (member header with FNAME, trailer), RFC 8878, the xz file format 1.2.

Residual risk: a stream that grows a thousandfold costs time until the mail's limits end it.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from model.container import MemberOutcome, UnpackLimits
from parsers.archives.engine import OutOfTime, Run
from parsers.archives.entries import Entry, Extracted, Listing, Taken, stopped
from parsers.archives.names import decode_name
from parsers.archives.store import OverLimit, Store

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)
"""What reading a damaged stream raises."""
STREAMS = {
    "gz": "-tgzip", "bz2": "-tbzip2", "xz": "-txz", "zst": "-tzstd", "Z": "-tZ", "lzma": "-tlzma",
}  # fmt: skip
"""One stream of bytes, and what the engine calls it."""

_CHUNK_BYTES = 1 << 20
_XZ_MEMORY_BYTES = 256 << 20
"""What the decoder may take for the first block; xz -9 needs 65 MiB, the format allows 4 GiB."""
_GZIP_WINDOW = 31
"""zlib: 15 bits of window, and 16 for a gzip header."""
_PEEK_SECONDS = 20.0
_HEAD_BYTES = 4096
_FEXTRA, _FNAME = 0x04, 0x08
_METHODS = {
    "gz": "deflate", "bz2": "bzip2", "xz": "lzma2", "zst": "zstd", "Z": "lzw", "lzma": "lzma",
}  # fmt: skip
_ENDINGS = (".gz", ".bz2", ".xz", ".zst", ".z", ".gzip", ".lzma")
_TAR_ENDINGS = (".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".taz", ".tlz")


def open_stream(path: Path, kind: str, limits: UnpackLimits, deadline: float) -> io.RawIOBase:
    """The plain bytes of a file of one of STREAMS, as they come: a read may give less than was
    asked for, so that what came before a fault is there before the fault is.

    Raises (from reading): OutOfTime at the deadline (`time.monotonic()`) or at the limit of
    processor time, MemoryError at that of memory, EOFError where the file is damaged.
    """
    return _ByEngine(path, kind, limits, deadline)


def first_bytes(path: Path, kind: str, count: int) -> bytes:
    """What a stream begins with; as much of it as could be read."""
    try:
        if kind in ("zst", "Z"):
            deadline = time.monotonic() + _PEEK_SECONDS
            with open_stream(path, kind, UnpackLimits(), deadline) as stream:
                return io.BufferedReader(stream).read(count)
        with path.open("rb") as file:
            packed = file.read(_CHUNK_BYTES)
        if kind == "gz":
            return zlib.decompressobj(_GZIP_WINDOW).decompress(packed, count)
        if kind == "bz2":
            return bz2.BZ2Decompressor().decompress(packed, count)
        form = lzma.FORMAT_XZ if kind == "xz" else lzma.FORMAT_ALONE
        decoder = lzma.LZMADecompressor(form, memlimit=_XZ_MEMORY_BYTES)
        return decoder.decompress(packed, count)
    except (*BROKEN, MemoryError, OutOfTime):
        return b""


def read_single(
    path: Path, kind: str, name: str, store: Store, limits: UnpackLimits, deadline: float
) -> Extracted:
    """The one member of a file of one of STREAMS; `name` is the file's own.

    What came before a fault is not kept: half a file cannot be told from a whole one.
    """
    entry = _entry(path, kind, name)
    if entry.size >= entry.packed:  # else it is unknown, or counted past 4 GiB
        store.expect(entry.size)
    end, crc = "", 0
    try:
        with open_stream(path, kind, limits, deadline) as stream, store.new() as slot:
            while data := stream.read(_CHUNK_BYTES):
                slot.write(data)
                crc = zlib.crc32(data, crc)
            taken = Taken(MemberOutcome.STORED, slot.keep())
            # In a gzip of several members the trailer is that of the last only.
            entry = replace(entry, crc=crc if crc == entry.crc else None)
    except OverLimit as over:
        taken = Taken(MemberOutcome.OVER_LIMIT, over=over)
    except OutOfTime as over:
        end = over.reason
        taken = stopped(end)
    except MemoryError:
        end = "memory"
        taken = stopped(end)
    except BROKEN:
        taken = Taken(MemberOutcome.DAMAGED)
    return Extracted(Listing((entry,), 1), (taken,), stopped=end)


def _entry(path: Path, kind: str, name: str) -> Entry:
    packed, method = path.stat().st_size, _METHODS[kind]
    raw, modified, crc, size = _gzip_fields(path) if kind == "gz" else (b"", None, None, 0)
    if raw:
        text, encoding = decode_name(raw)
        repaired = encoding in ("gb18030", "cp437")
        return Entry(
            text, raw, encoding, size, packed,
            repaired=repaired, crc=crc, modified=modified, method=method,
        )  # fmt: skip
    own = PurePosixPath(name)
    ending = own.suffix.lower()
    text = f"{own.stem}.tar" if ending in _TAR_ENDINGS else own.name
    text = own.stem if ending in _ENDINGS else text
    return Entry(text or "_", b"", "", size, packed, crc=crc, modified=modified, method=method)


def _gzip_fields(path: Path) -> tuple[bytes, datetime | None, int | None, int]:
    """Original name (b"" if not told), time, CRC-32 and size (modulo 2^32), RFC 1952 2.3.1."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        file.seek(max(file.seek(0, 2) - 8, 0))
        tail = file.read(8)
    if len(head) < 18:
        return b"", None, None, 0
    flags, seconds = struct.unpack_from("<BI", head, 3)
    modified = datetime.fromtimestamp(seconds, UTC) if seconds else None
    at = 10
    if flags & _FEXTRA:
        at += 2 + int.from_bytes(head[10:12], "little")
    end = head.find(b"\0", at)
    crc, size = struct.unpack("<II", tail)
    return (head[at:end] if flags & _FNAME and end > at else b""), modified, crc, size


class _ByEngine(io.RawIOBase):
    """The output of one run of the engine."""

    def __init__(self, path: Path, kind: str, limits: UnpackLimits, deadline: float) -> None:
        super().__init__()
        words = ("e", "-so", "-bb0", "-bd", STREAMS[kind], "--", str(path))
        self._run: Run | None = Run(words, "", limits, deadline)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        if self._run is None:
            return 0
        data = self._run.read(len(view))
        if not data:
            ended = self._run.end()
            self._finish()
            if ended.cut_short == "memory":
                raise MemoryError
            if ended.cut_short:
                raise OutOfTime(ended.cut_short)
            if not ended.clean_but_for_a_tail:
                raise EOFError("the stream is damaged")
        view[: len(data)] = data
        return len(data)

    def _finish(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.close()

    def close(self) -> None:
        self._finish()
        super().close()
