"""What an embedded OLE object really is: the file in a package, or a document of its own.

Sources: [MS-OLEDS] 2.2.5 (EmbeddedObject), 2.3.6 (OLENativeStream); the layout of the package in
`\\x01Ole10Native` is that of Windows' Object Packager, which [MS-OLEDS] leaves to it.

Residual risks: every length is the sender's and held to the bytes that are there; names in the
narrow form are taken for GB18030, because they do not tell their code page.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import olefile

from model.document import ReadLimits
from parsers.documents.embedded import Sink
from parsers.documents.ole.directory import SIGNATURE
from parsers.documents.ole.file import file_size, open_ole_bytes, stream
from parsers.documents.ole.storage import TooLarge, storage_file
from parsers.documents.ooxml.package import Unreadable

NATIVE = "\x01Ole10Native"
_PACKAGE = 2
_EMBEDDED = 3
_MAX_NAME_BYTES = 4096
_WHOLE = {"worddocument", "workbook", "book", "powerpoint document", "encryptedpackage"}
"""Streams that only the root of a document has: then the object is that document."""
_OLE_FAULTS = (
    Unreadable, OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error,
)  # fmt: skip
"""What a broken file raises: olefile its own OSError, and these where it does not notice."""
_INNER = ("package", "contents", "embeddedodf", "\x01ole10itemname")


@dataclass(frozen=True, slots=True)
class Packaged:
    """The file in a package. link: it is only a path to one, and `data` is empty."""

    name: str
    data: bytes
    link: bool = False


def unwrap_native(stream: bytes) -> Packaged | None:
    """The file in an `\\x01Ole10Native` stream, None where it is no package of a file."""
    try:
        return _unwrapped(stream)
    except (struct.error, ValueError):
        return None


def _unwrapped(stream: bytes) -> Packaged | None:
    (kind,) = struct.unpack_from("<H", stream, 4)
    if kind != _PACKAGE:
        return None
    label, at = _narrow(stream, 6)
    path, at = _narrow(stream, at)
    _flags, form = struct.unpack_from("<HH", stream, at)
    name = _last(path) or _last(label)
    if form != _EMBEDDED:
        return Packaged(path or label, b"", link=True)
    (length,) = struct.unpack_from("<I", stream, at + 4)
    at += 8 + length
    (size,) = struct.unpack_from("<I", stream, at)
    data = stream[at + 4 : at + 4 + size]
    if len(data) < size:
        raise ValueError
    return Packaged(_wide_name(stream, at + 4 + size) or name, data)


def _narrow(stream: bytes, at: int) -> tuple[str, int]:
    end = stream.index(b"\x00", at, at + _MAX_NAME_BYTES)
    return stream[at:end].decode("gb18030", "replace"), end + 1


def _wide_name(stream: bytes, at: int) -> str:
    """The name from the wide copies of temporary path, label and path; "" without them."""
    texts: list[str] = []
    with suppress(struct.error):
        for _ in range(3):
            (count,) = struct.unpack_from("<I", stream, at)
            if count * 2 > min(_MAX_NAME_BYTES, len(stream) - at - 4):
                return ""
            texts.append(stream[at + 4 : at + 4 + count * 2].decode("utf-16-le", "replace"))
            at += 4 + count * 2
    return next((_last(text) for text in reversed(texts) if _last(text)), "")


def _last(path: str) -> str:
    return path.rstrip("\x00").replace("\\", "/").rsplit("/", 1)[-1].strip()


def add_object(sink: Sink, data: bytes, name: str, source: str) -> str:
    """Gives the file within an embedded object to the sink, the object itself where there is none.

    data: the object's bytes, an OLE compound file or the file itself. name: what it is to be
    called where it has no name of its own. Returns the target where it is only a link, else "".

    Raises: OSError as `Sink.add`.
    """
    found = None
    if data.startswith(SIGNATURE):
        try:
            with open_ole_bytes(data) as ole:
                found = _inner_file(ole, "", name, len(data))
        except _OLE_FAULTS:
            found = None
    return _give(sink, found or Packaged(name, data), source)


def take_objects(ole: olefile.OleFileIO, storage: str, sink: Sink) -> list[str]:
    """Gives the objects in the storages under `storage` to the sink; the targets of mere links.

    storage: the path of the storage that holds them, or the beginning of their own names at the
    root ("MBD" in a workbook).

    Raises: OSError as `Sink.add`.
    """
    links: list[str] = []
    above, _, start = storage.lower().rpartition("/")
    seen: dict[str, None] = {}
    for path in ole.listdir(streams=True, storages=False):
        depth = len(above.split("/")) if above else 0
        joined = "/".join(path[:depth]).lower()
        if len(path) > depth + 1 and joined == above and path[depth].lower().startswith(start):
            seen["/".join(path[: depth + 1])] = None
    for one in seen:
        name = one.rsplit("/", 1)[-1]
        try:
            most_bytes = min(sink.room, file_size(ole))
            found = _inner_file(ole, one + "/", name, most_bytes)
            if found is None:
                found = Packaged(name, storage_file(ole, one, most_bytes))
        except (TooLarge, *_OLE_FAULTS):
            sink.refuse(name, one)
            continue
        link = _give(sink, found, one)
        if link:
            links.append(link)
    return links


def _give(sink: Sink, found: Packaged, source: str) -> str:
    if found.link:
        return found.name
    sink.add(found.name, found.data, source)
    return ""


def _inner_file(ole: olefile.OleFileIO, under: str, name: str, most_bytes: int) -> Packaged | None:
    """The file in the storage `under` (path ended by "/", "" for the root).

    Raises: any of `_OLE_FAULTS`.
    """
    limits = ReadLimits(part_bytes=most_bytes)
    streams = {
        path[len(under) :].lower(): path
        for path in map("/".join, ole.listdir(streams=True, storages=False))
        if path.startswith(under)
    }
    if _WHOLE & set(streams):
        return None
    native = streams.get(NATIVE.lower())
    if native is not None:
        return unwrap_native(stream(ole, native, limits))
    for inner in _INNER:
        if inner in streams:
            return Packaged(name, stream(ole, streams[inner], limits))
    return None


def has_macros(names: Iterable[str]) -> bool:
    """Whether a compound file with these storages, as paths parted by "/", holds a VBA project.

    [MS-OVBA] 2.2.1: a project is a storage with the storage `VBA` in it.
    """
    parts = {part for name in names for part in name.lower().split("/")}
    return bool(parts & {"vba", "_vba_project_cur", "_vba_project"})
