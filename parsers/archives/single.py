"""gzip, bzip2 and xz: one stream of bytes, alone or around a tar; never unpacked into memory.

Sources: RFC 1952 2.3 (member header with FNAME), the xz file format 1.2 (streams and padding).

Residual risk: a stream that grows a thousandfold costs time until the mail's limits end it.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, cast

from model.container import MemberOutcome
from parsers.archives.engine import OutOfTime
from parsers.archives.entries import Entry, Extracted, Listing, Taken, stopped
from parsers.archives.names import decode_name
from parsers.archives.store import OverLimit, Store

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)
"""What reading a damaged stream raises."""

_CHUNK_BYTES = 1 << 20
_XZ_MEMORY_BYTES = 256 << 20
"""What the decoder may take; xz -9 needs 65 MiB, the format allows 4 GiB."""
_HEAD_BYTES = 4096
_FEXTRA, _FNAME = 0x04, 0x08
_ENDINGS = (".gz", ".bz2", ".xz", ".tgz", ".tbz2", ".txz")


def open_stream(path: Path, kind: str) -> IO[bytes]:
    """The plain bytes of a "gz", "bz2" or "xz" file, read as they are asked for."""
    if kind == "gz":
        return cast(IO[bytes], gzip.open(path))
    if kind == "bz2":
        return cast(IO[bytes], bz2.open(path))
    return io.BufferedReader(_Xz(path.open("rb")), _CHUNK_BYTES)


def read_single(path: Path, kind: str, name: str, store: Store, deadline: float) -> Extracted:
    """The one member of a "gz", "bz2" or "xz" file; `name` is the file's own.

    What came before a fault is not kept: half a file cannot be told from a whole one.
    """
    entry = _entry(path, kind, name)
    end = ""
    try:
        with open_stream(path, kind) as stream, store.new() as slot:
            while data := stream.read(_CHUNK_BYTES):
                if time.monotonic() > deadline:
                    raise OutOfTime
                slot.write(data)
            taken = Taken(MemberOutcome.STORED, slot.keep())
    except OverLimit as over:
        taken = Taken(MemberOutcome.OVER_LIMIT, over=over)
    except OutOfTime:
        end = "time"
        taken = stopped(end)
    except BROKEN:
        taken = Taken(MemberOutcome.DAMAGED)
    return Extracted(Listing((entry,), 1), (taken,), stopped=end)


def _entry(path: Path, kind: str, name: str) -> Entry:
    raw, modified = _gzip_header(path) if kind == "gz" else (b"", None)
    packed = path.stat().st_size
    if raw:
        text, encoding = decode_name(raw)
        repaired = encoding in ("gb18030", "cp437")
        return Entry(text, raw, encoding, 0, packed, repaired=repaired, modified=modified)
    own = PurePosixPath(name)
    text = own.stem if own.suffix.lower() in _ENDINGS else own.name
    return Entry(text or "_", b"", "", 0, packed, modified=modified, method=kind)


def _gzip_header(path: Path) -> tuple[bytes, datetime | None]:
    """The original name (b"" if not told) and time of a gzip member, RFC 1952 2.3.1."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if len(head) < 10:
        return b"", None
    flags, seconds = struct.unpack_from("<BI", head, 3)
    modified = datetime.fromtimestamp(seconds, UTC) if seconds else None
    at = 10
    if flags & _FEXTRA and len(head) >= 12:
        at += 2 + int.from_bytes(head[10:12], "little")
    end = head.find(b"\0", at)
    return (head[at:end] if flags & _FNAME and end > at else b""), modified


class _Xz(io.RawIOBase):
    """An xz file with a bound on the decoder's memory, which `lzma.open` has not."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._decoder = self._new()
        self._begun = False
        self._rest = b""

    @staticmethod
    def _new() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        while True:
            if self._decoder.eof:
                # Streams may follow one another, with padding of zero bytes between them.
                self._rest = self._decoder.unused_data.lstrip(b"\0")
                self._decoder, self._begun = self._new(), False
            if self._decoder.needs_input and not self._rest:
                self._rest = self._file.read(64 << 10)
                if not self._begun:
                    self._rest = self._rest.lstrip(b"\0") or self._padding()
                if not self._rest:
                    if self._begun:
                        raise EOFError("the xz stream ends early")
                    return 0
            data = self._decoder.decompress(self._rest, len(view))
            self._rest, self._begun = b"", True
            if data:
                view[: len(data)] = data
                return len(data)

    def _padding(self) -> bytes:
        while block := self._file.read(64 << 10):
            if kept := block.lstrip(b"\0"):
                return kept
        return b""

    def close(self) -> None:
        self._file.close()
        super().close()
