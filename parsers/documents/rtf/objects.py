"""Objects embedded in a rich text: the bytes of an OLE 1 object, handed over as a file.

Source: [MS-OLEDS] 2.2.4 (ObjectHeader), 2.2.5 (EmbeddedObject).
"""

from __future__ import annotations

import re
import struct

from parsers.documents.embedded import Sink
from parsers.documents.ole.objects import add_object, unwrap_native

_NOT_HEX = re.compile(rb"[^0-9a-fA-F]+")
_BINARY = re.compile(rb"\\bin(\d{1,10}) ?")
_EMBEDDED = 2
_CLASS_BYTES = 256


def take_object(group: bytes, sink: Sink) -> str:
    """Gives the object in a group \\objdata to the sink; its target where it is only a link.

    group: what stands behind the control word, in hex or as \\bin.

    Raises: OSError as `Sink.add`.
    """
    binary = _BINARY.search(group)
    if binary:
        data = group[binary.end() : binary.end() + int(binary.group(1))]
    else:
        digits = _NOT_HEX.sub(b"", group)
        data = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
    if not data:
        return ""
    try:
        form, at = struct.unpack_from("<4xI", data)[0], 8
        name, at = _counted(data, at)
        topic, at = _counted(data, at)
        _, at = _counted(data, at)
        if form != _EMBEDDED:
            return topic
        (size,) = struct.unpack_from("<I", data, at)
    except (struct.error, ValueError):
        sink.add("", data, "objdata")
        return ""
    native = data[at + 4 : at + 4 + size]
    packaged = unwrap_native(struct.pack("<I", len(native)) + native)
    if packaged is None:
        return add_object(sink, native, name, "objdata")
    if packaged.link:
        return packaged.name
    sink.add(packaged.name, packaged.data, "objdata")
    return ""


def _counted(data: bytes, at: int) -> tuple[str, int]:
    """A string with its length in front, and where it ends."""
    (size,) = struct.unpack_from("<I", data, at)
    if size > min(len(data) - at, 1 << 16):
        raise ValueError
    raw = data[at + 4 : at + 4 + size][:_CLASS_BYTES]
    return raw.rstrip(b"\0").decode("gb18030", "replace"), at + 4 + size
