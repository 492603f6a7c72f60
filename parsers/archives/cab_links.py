"""Which cabinets a cabinet says stand before and after it, by the names in its header.

Source: [MS-CAB] 2.1 (CFHEADER: flags, szCabinetPrev, szCabinetNext).

Residual risk: the names are the sender's; they are made safe, and only looked for among the
files that came.
"""

from __future__ import annotations

import struct
from pathlib import Path

from parsers.archives.names import decode_name, safe_path

_MARK = b"MSCF"
_HEADER = 36
_PREVIOUS, _NEXT, _RESERVED = 1, 2, 4
_HEAD_BYTES = 4096
"""The names stand behind the header, 255 bytes each at most, and up to 60,000 reserved bytes; a
cabinet that reserves so much is taken to stand alone."""


def cab_links(path: Path) -> tuple[str, str]:
    """The names of the cabinets before and after this one, each "" where there is none.

    Raises: OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.startswith(_MARK) or len(head) < _HEADER + 4:
        return "", ""
    (flags,) = struct.unpack_from("<H", head, 30)
    at = _HEADER
    if flags & _RESERVED:
        at += 4 + int(struct.unpack_from("<H", head, at)[0])
    # Each name is followed by that of a disk.
    fields = head[at:].split(b"\0")[:4]
    previous = _plain(fields.pop(0)) if flags & _PREVIOUS else ""
    if flags & _PREVIOUS:
        fields = fields[1:]
    return previous, _plain(fields[0]) if flags & _NEXT and fields else ""


def _plain(raw: bytes) -> str:
    """A name without the folder that some writers put before it."""
    return safe_path(decode_name(raw)[0]).rpartition("/")[2] if raw else ""
