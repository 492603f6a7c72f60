"""What a RAR archive holds, as rarfile reads its headers.

rarfile gives what the engine's own listing loses: the names' bytes, links, old versions.

Sources: RAR 5.0 archive format; rarfile 4.5. Three of its ways are worked round here: with
encrypted headers and no password it lists nothing and says nothing; it takes a damaged header
for the end of the archive unless `errors="strict"`; and it hides old versions of a file, for
which the engine streams bytes nevertheless (so the callback is listened to, not `infolist`).

Residual risks: rarfile parses hostile bytes in this process, in time linear in their number;
headers alone of a large file can take minutes, which the deadline ends. For a compressed comment
of RAR 2 or 3 it runs the engine itself, within this process's limits only.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import rarfile

from parsers.archives.engine import OutOfTime
from parsers.archives.entries import Entry, Listing
from parsers.archives.names import decode_name

_TARGET_BYTES = 4096
"""The longest link target that is read (PATH_MAX)."""
_RAR5_ENCRYPTION = 4
_NO_STREAM = frozenset(
    {
        rarfile.RAR5_XREDIR_UNIX_SYMLINK,
        rarfile.RAR5_XREDIR_WINDOWS_SYMLINK,
        rarfile.RAR5_XREDIR_WINDOWS_JUNCTION,
        rarfile.RAR5_XREDIR_HARD_LINK,
    }
)
"""Links for which the engine streams no bytes; for a copied file it streams them again."""


def rar_listing(path: Path, most: int, deadline: float) -> Listing:
    """The headers of the RAR at `path` and of the volumes after it; at most `most` entries kept.

    Raises: OutOfTime at the deadline (`time.monotonic()`).
    """
    found = _Found(most, deadline)
    whole, first_missing, comment = False, False, ""
    try:
        with rarfile.RarFile(path, errors="strict", info_callback=found) as archive:
            comment = archive.comment or ""
            # With encrypted headers rarfile stops before it tells the callback.
            found.closed = found.closed or (archive.needs_password() and not found.infos)
        # RAR before 3.0 wrote no end block; then only the engine can tell.
        whole = found.ended
    except rarfile.NeedFirstVolume:
        first_missing = True
    except OutOfTime:
        raise
    except Exception:  # noqa: BLE001
        # On hostile bytes rarfile raises its own errors and whatever Python has (ValueError,
        # TypeError, IndexError, struct.error …). What was found so far stands, marked not whole.
        whole = False
    return Listing(
        entries=tuple(_entry(info) for info in found.infos),
        count=found.count,
        comment=comment,
        encrypted=found.closed or any(info.needs_password() for info in found.infos),
        whole=whole,
        closed=found.closed and not found.infos,
        first_missing=first_missing,
    )


class _Found:
    """rarfile's callback: every header of a file that does not go on from the volume before."""

    def __init__(self, most: int, deadline: float) -> None:
        self.infos: list[rarfile.RarInfo] = []
        self.count = 0
        self.closed = False
        self.ended = False
        self._most = most
        self._deadline = deadline

    def __call__(self, block: rarfile.RarInfo) -> None:
        if time.monotonic() > self._deadline:
            raise OutOfTime
        self.ended = block.type == rarfile.RAR_BLOCK_ENDARC
        if getattr(block, "block_type", None) == _RAR5_ENCRYPTION:
            self.closed = True
        if block.type == rarfile.RAR_BLOCK_MAIN and block.flags & rarfile.RAR_MAIN_PASSWORD:
            self.closed = True
        if block.type != rarfile.RAR_BLOCK_FILE or block.flags & rarfile.RAR_FILE_SPLIT_BEFORE:
            return
        self.count += 1
        if self.count <= self._most:
            self.infos.append(block)


def _entry(info: rarfile.RarInfo) -> Entry:
    raw = bytes(info.orig_filename or b"")
    name, encoding, called = _name(info, raw)
    redirection = info.file_redir
    link = redirection[2] if redirection else _target(info) if info.is_symlink() else None
    return Entry(
        name=name,
        raw=raw,
        encoding=encoding,
        repaired=encoding in ("gb18030", "cp437"),
        called=called.strip(b"/"),
        size=info.file_size or 0,
        packed=info.compress_size or 0,
        crc=_crc(info),
        modified=_modified(info),
        method=_method(info),
        encrypted=info.needs_password(),
        folder=info.is_dir(),
        link=link,
        streams=not info.is_dir() and not (redirection and redirection[0] in _NO_STREAM),
    )


def _name(info: rarfile.RarInfo, raw: bytes) -> tuple[str, str, bytes]:
    """The name, its encoding, and what the engine calls it."""
    if isinstance(info, rarfile.Rar5FileInfo):
        return *decode_name(raw), raw
    if info.flags & rarfile.RAR_FILE_UNICODE:
        return info.filename, "utf-16", info.filename.encode("utf-8", "replace")
    text, encoding = decode_name(raw)
    # The second byte of a GBK character may be a backslash: the engine turns that round as well.
    return text.replace("\\", "/"), encoding, raw.replace(b"\\", b"/")


def _method(info: rarfile.RarInfo) -> str:
    """ "m0" (stored) to "m5" and, for RAR 5, the dictionary as the engine writes it ("m3:4G")."""
    if not info.compress_type:
        return ""
    method = f"m{info.compress_type - rarfile.RAR_M0}"
    flags = getattr(info, "file_compress_flags", None)
    if flags is None or method == "m0":
        return method
    # Version 1 (RAR 7) has one bit more, and 32nds of the size above it.
    size = 128 << ((flags >> 10) & (0x1F if flags & 0x3F else 0x0F))
    for unit in ("K", "M", "G"):
        if size < 1024 or unit == "G":
            return f"{method}:{size}{unit}"
        size >>= 10
    return method


def _crc(info: rarfile.RarInfo) -> int | None:
    """The CRC-32 of the plain bytes; with a password RAR 5 may have keyed it (flag 0x0002)."""
    encryption = getattr(info, "file_encryption", None)
    if encryption and encryption[1] & rarfile.RAR5_XENC_TWEAKED:
        return None
    return info.CRC if info.CRC is None else info.CRC & 0xFFFFFFFF


def _modified(info: rarfile.RarInfo) -> datetime | None:
    if info.mtime is not None:
        when = info.mtime
        # rarfile has a datetime of its own that keeps nanoseconds.
        whole = datetime(*when.timetuple()[:6], tzinfo=when.tzinfo)  # type: ignore[misc]
        return whole.replace(microsecond=when.microsecond)
    with suppress(TypeError, ValueError):
        return datetime(*info.date_time)  # noqa: DTZ001 (DOS time has no zone)
    return None


def _target(info: rarfile.RarInfo) -> str:
    """Where a symbolic link of RAR 4 points, if that stands in the archive as it is."""
    if info.compress_type != rarfile.RAR_M0 or info.needs_password():
        return ""
    with suppress(OSError), Path(info.volume_file).open("rb") as file:
        file.seek(info.data_offset)
        return decode_name(file.read(min(info.file_size, _TARGET_BYTES)))[0]
    return ""
