"""What an archive holds, as the engine lists it (`7zz l -slt`).

For 7z, CAB, LHA, ARJ, cpio and discs, for archives with encrypted names, for split ZIPs, and
wherever another listing does not fit the stream.
Names come out as the bytes that the archive holds where it says no encoding, else as UTF-8.

Residual risk: the listing is made for people. A comment is printed as it is and could imitate
entries; they would not fit the stream, and what does not fit its checksum is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from model.container import UnpackLimits
from parsers.archives.engine import Ended, Run
from parsers.archives.entries import Entry, Listing
from parsers.archives.names import decode_name

_RULE = b"----------"
_LINK = re.compile(r"(^|\s)l[rwxsStT-]{9}")
_TYPES = {
    "rar4": "-trar", "rar5": "-trar5", "zip": "-tzip", "7z": "-t7z", "cab": "-tcab",
    "lzh": "-tlzh", "arj": "-tarj", "cpio": "-tcpio", "iso": "-tiso", "udf": "-tudf",
}  # fmt: skip
_UTC = ("7z", "rar5", "udf", "cpio")
"""Formats that keep times in UTC; the others keep what the clock on the wall said."""
_KEYS = {
    key.encode(): key
    for key in ("Path", "Size", "Packed Size", "Modified", "Attributes", "CRC", "Encrypted",
                "Method", "Block", "Created", "Accessed", "Folder")
}  # fmt: skip
_COMMENT_CHARACTERS = 256 << 10
"""What of a comment is kept (WinRAR takes as much)."""


def engine_type(kind: str, path: Path) -> tuple[str, ...]:
    """The switch that holds the engine to what the content is; numbered pieces are joined first."""
    return () if path.suffix == ".001" or kind not in _TYPES else (_TYPES[kind],)


def engine_listing(
    path: Path, kind: str, password: str, limits: UnpackLimits, most: int, deadline: float
) -> tuple[Listing, Ended]:
    """The listing, at most `most` entries of it kept, and how the engine ended.

    Raises: OutOfTime at the deadline (`time.monotonic()`).
    """
    entries: list[Entry] = []
    count = 0
    comment, tail = "", False
    words = ("l", "-slt", *engine_type(kind, path), "--", str(path))
    with Run(words, password, limits, deadline) as run:
        for number, block in enumerate(_blocks(run.lines())):
            if number == 0:
                comment = decode_name(block.get("Comment", b"").strip())[0]
                tail = "Tail Size" in block
            elif "Path" in block:
                count += 1
                if count <= most:
                    entries.append(_entry(block, kind))
        ended = run.end()
    listing = Listing(
        entries=tuple(entries),
        count=count,
        comment=comment,
        encrypted=ended.wrong_password or any(entry.encrypted for entry in entries),
        # Bytes that follow are only a warning, but in a RAR they are what a damaged header hides.
        whole=ended.code == 0 and not (tail and (kind.startswith("rar") or not entries)),
        closed=ended.wrong_password and not entries,
    )
    return listing, ended


def _blocks(lines: Iterator[bytes]) -> Iterator[dict[str, bytes]]:
    """First the archive's own properties, then one block an entry."""
    block: dict[str, bytes] = {}
    inside, comment = False, False
    for line in lines:
        if comment or (inside and line == b"{" and block.get("Comment") == b""):
            comment = line != b"}"
            kept = block["Comment"]
            if line not in (b"{", b"}") and len(kept) < _COMMENT_CHARACTERS:
                block["Comment"] = kept + line + b"\n"
        elif line == b"--":
            block, inside = {}, True
        elif line == _RULE or (not line and "Path" in block and "Type" not in block):
            yield block
            block = {}
        elif inside:
            key, mark, value = line.partition(b" = ")
            if mark:
                block.setdefault(_KEYS.get(key) or key.decode("ascii", "replace"), value)
            elif line.endswith(b" ="):
                block.setdefault(line[:-2].decode("ascii", "replace"), b"")
    if block:
        yield block


def _entry(block: dict[str, bytes], kind: str) -> Entry:
    raw = block["Path"]
    name, encoding = decode_name(raw)
    attributes = block.get("Attributes", b"").decode("ascii", "replace")
    targets = (block.get(key, b"") for key in ("Symbolic Link", "Hard Link", "Copy Link"))
    target = next((decode_name(value)[0] for value in targets if value), None)
    folder = block.get("Folder") == b"+" or attributes.startswith("D")
    if target is None and _LINK.search(attributes):
        target = ""
    return Entry(
        name=name,
        raw=raw,
        encoding=encoding,
        repaired=encoding in ("gb18030", "cp437"),
        called=raw,
        size=_number(block.get("Size", b"")),
        packed=_number(block.get("Packed Size", b"")),
        crc=_crc(block.get("CRC", b""), kind),
        modified=_when(block.get("Modified", b""), utc=kind in _UTC),
        method=block.get("Method", b"").decode("ascii", "replace"),
        encrypted=block.get("Encrypted") == b"+",
        folder=folder,
        link=None if folder else target,
        streams=not folder and not (block.get("Symbolic Link") or block.get("Hard Link")),
    )


def _crc(text: bytes, kind: str) -> int | None:
    """A CRC-32; LHA's is a CRC-16, which the engine itself compares."""
    return int(text, 16) if kind != "lzh" and re.fullmatch(rb"[0-9A-F]{8}", text) else None


def _number(text: bytes) -> int:
    return int(text) if text.isdigit() else 0


def _when(text: bytes, *, utc: bool) -> datetime | None:
    with suppress(ValueError):
        when = datetime.fromisoformat(text[:19].decode("ascii", "replace"))
        return when.replace(tzinfo=UTC) if utc else when
    return None
