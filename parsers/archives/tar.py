"""tar, plain or inside gzip, bzip2 or xz: read as one stream, member by member.

Sources: POSIX pax ("ustar Interchange Format", "pax Extended Header"), GNU tar's long names.
tarfile takes a damaged header in the middle for the end of the archive, so the last header that
it read is looked at: only a block of zeros means the end, as POSIX has it.

Residual risks: tarfile reads an extended header into memory whole; the process's memory limit
is what bounds it. A sparse member is as large as it says, and counted so.
"""

from __future__ import annotations

import tarfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.container import MemberOutcome, UnpackLimits
from parsers.archives.engine import OutOfTime
from parsers.archives.entries import Entry, Extracted, Listing, Taken, stopped, untaken
from parsers.archives.names import decode_name
from parsers.archives.single import BROKEN, open_stream
from parsers.archives.store import OverLimit, Store

_CHUNK_BYTES = 1 << 20
_BLOCK = 512
_STREAM_BYTES = 64 << 10
"""What tarfile asks a stream for at a time; it copies as much with every header."""
_PADDING_BYTES = 64 << 20
"""How much may follow the end and is still read, for the stream's own checksum."""
_COUNTED = 50_000
"""How many members over the limit are still counted; tarfile keeps the headers of all."""


def read_tar(
    path: Path, kind: str, store: Store, limits: UnpackLimits, most: int, deadline: float
) -> Extracted:
    """All members, at most `most` of them listed; kind: "tar", or "tar." and one of STREAMS."""
    entries: list[Entry] = []
    taken: list[Taken] = []
    count = 0
    end, whole = "", False
    with ExitStack() as stack:
        packing = kind.partition(".")[2]
        if not packing:
            store.expect(path.stat().st_size)
        plain: Any = open_stream(path, packing, limits, deadline) if packing else path.open("rb")
        stream = stack.enter_context(plain)
        try:
            archive = stack.enter_context(
                tarfile.open(
                    fileobj=stream, mode="r|" if packing else "r:", bufsize=_STREAM_BYTES,
                    encoding="utf-8", errors="surrogateescape",
                )
            )  # fmt: skip
            blocks = _Blocks(archive.fileobj)
            archive.fileobj = blocks  # type: ignore[assignment]
            for info in archive:
                if time.monotonic() > deadline:
                    raise OutOfTime
                count += 1
                if count > most + _COUNTED:
                    break
                if count > most:
                    continue
                entries.append(_entry(info, packing))
                taken.append(untaken(entries[-1]))
                if info.isreg():
                    taken[-1] = stopped("time")
                    taken[-1] = _take(archive, info, store, deadline)
            whole = count <= most and len(blocks.last) == _BLOCK and not any(blocks.last)
            whole = whole and not (packing and _padding(stream, deadline))
        except OutOfTime as over:
            end = over.reason
        except MemoryError:
            end = "memory"
        except (tarfile.TarError, *BROKEN):
            whole = False
    return Extracted(Listing(tuple(entries), count, whole=whole), tuple(taken), stopped=end)


def _padding(stream: Any, deadline: float) -> bool:
    """Read what follows the end; whether it is more than anybody pads with."""
    count = 0
    while data := stream.read(_CHUNK_BYTES):
        count += len(data)
        if time.monotonic() > deadline:
            raise OutOfTime
        if count > _PADDING_BYTES:
            return True
    return False


def _take(archive: tarfile.TarFile, info: tarfile.TarInfo, store: Store, deadline: float) -> Taken:
    """Raises: OutOfTime. A fault in the stream shows again at the next header."""
    try:
        store.admit(info.size)
        member = archive.extractfile(info)
        if member is None:
            return Taken(MemberOutcome.MISSING)
        with member, store.new() as slot:
            while data := member.read(_CHUNK_BYTES):
                if time.monotonic() > deadline:
                    raise OutOfTime
                slot.write(data)
            file = slot.keep()
    except OverLimit as over:
        return Taken(MemberOutcome.OVER_LIMIT, over=over)
    except OutOfTime:
        raise
    except (tarfile.TarError, *BROKEN):
        return Taken(MemberOutcome.DAMAGED)
    if file.size != info.size:
        store.forget(file)
        return Taken(MemberOutcome.DAMAGED)
    return Taken(MemberOutcome.STORED, file)


def _entry(info: tarfile.TarInfo, packing: str) -> Entry:
    raw = info.name.encode("utf-8", "surrogateescape")
    name, encoding = decode_name(raw)
    link = None
    if info.issym() or info.islnk():
        link = decode_name(info.linkname.encode("utf-8", "surrogateescape"))[0]
    elif not info.isreg() and not info.isdir():
        link = ""
    try:
        modified = datetime.fromtimestamp(info.mtime, UTC)
    except (ValueError, OverflowError, OSError):
        modified = None
    return Entry(
        name=name,
        raw=raw,
        encoding=encoding,
        repaired=encoding in ("gb18030", "cp437"),
        size=info.size,
        packed=info.size,
        modified=modified,
        method=packing or "stored",
        folder=info.isdir(),
        link=link,
    )


class _Blocks:
    """What tarfile reads from, remembering what it read last: in the end, a header."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.last = b""

    def read(self, size: int) -> bytes:
        self.last = self._stream.read(size)
        return self.last

    def seek(self, place: int) -> None:
        self._stream.seek(place)

    def tell(self) -> int:
        return int(self._stream.tell())

    def close(self) -> None:
        self._stream.close()
