"""A ZIP package of XML parts (OOXML): its parts and relationships, read under limits.

Sources: ECMA-376 part 2 (Open Packaging Conventions): part names 6.2, relationships 6.5;
ECMA-376 part 1 annex A for the namespaces of the strict form.

Why not python-docx here: it inflates every part without a bound, and it refuses a whole document
of which one relationship leads nowhere (`Target="NULL"`, which office programs do write).

Residual risks: a name that occurs twice is read from its last entry, as most programs do, not
all. Parts in encodings other than UTF-8 and UTF-16 are checked for a DTD only after parsing.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from lxml import etree

from model.document import Document, ReadLimits
from model.finding import Finding
from parsers.documents.ooxml.plain_part import plain_part

_CHUNK_BYTES = 1 << 16
_MAX_PARTS = 20_000
_STRICT_NAMES = b"http://purl.oclc.org/ooxml/"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main",
     b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
     b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math",
     b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
    (b"http://purl.oclc.org/ooxml/presentationml/main",
     b"http://schemas.openxmlformats.org/presentationml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/main",
     b"http://schemas.openxmlformats.org/drawingml/2006/main"),
)  # fmt: skip


_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True,
    collect_ids=False,
)  # fmt: skip


class Unreadable(Exception):
    """The package or one part of it cannot be read; `finding` says why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.finding = Finding(code, params=params)


def unless_broken(media_type: str, read: Callable[[], Document]) -> Document:
    """What `read` makes of a package; where the package itself or its main part cannot be read, a
    document that says why."""
    try:
        return read()
    except Unreadable as error:
        finding = error.finding
        if finding.code == "document.broken_part":
            finding = Finding("document.broken")
    except RecursionError:
        # The parser holds nesting to 256 levels; what is deeper in a walk is no real document.
        finding = Finding("document.broken")
    return Document(media_type, findings=(finding,), readable=False)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part. kind: the last word of its type URI ("styles", "image", …).
    target: the part's name without leading slash, or a URI where external."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """An open package. Counts the bytes really inflated, over all parts."""

    def __init__(self, path: Path, limits: ReadLimits) -> None:
        """Raises: Unreadable where the ZIP itself is broken."""
        self._limits = limits
        self._left = limits.total_bytes
        try:
            self._zip = zipfile.ZipFile(path)
        except (
            zipfile.BadZipFile, ValueError, struct.error, EOFError, OSError, NotImplementedError,
        ) as error:  # fmt: skip
            raise Unreadable("document.broken") from error
        entries = self._zip.infolist()
        if len(entries) > _MAX_PARTS:
            self._zip.close()
            raise Unreadable("document.limit_parts", part=f"{len(entries)}")
        self._entries = {_key(entry.filename): entry for entry in entries}
        self._relations: dict[str, tuple[Relation, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._entries

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, as the package writes them, each once."""
        return tuple(entry.filename for entry in self._entries.values())

    def read(self, name: str) -> bytes:
        """The bytes of one part.

        Raises: Unreadable where it is missing, damaged, encrypted or over a limit.
        """
        entry = self._entries.get(_key(name))
        if entry is None:
            raise Unreadable("document.broken_part", part=name)
        allowed = min(self._limits.part_bytes, self._left)
        if entry.file_size > allowed:
            raise Unreadable("document.limit_parts", part=name)
        if entry.flag_bits & 1:
            raise Unreadable("document.encrypted")
        data = plain_part(self._zip, entry)
        if data is not None:
            self._left -= len(data)
            return data
        chunks: list[bytes] = []
        size = 0
        try:
            with self._zip.open(entry) as part:
                while chunk := part.read(_CHUNK_BYTES):
                    size += len(chunk)
                    self._left -= len(chunk)
                    if size > allowed:
                        raise Unreadable("document.limit_parts", part=name)
                    chunks.append(chunk)
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error,
            NotImplementedError, RuntimeError,
        ) as error:  # fmt: skip
            raise Unreadable("document.broken_part", part=name) from error
        return b"".join(chunks)

    def xml(self, name: str) -> etree._Element:
        """The root of one XML part.

        Raises: Unreadable as `read` does, and where it is not well-formed or declares a DTD.
        """
        return parse_xml(self.read(name), name)

    def relations(self, source: str) -> tuple[Relation, ...]:
        """The relationships of the part `source`, "" for the package; () where it has none.

        Raises: Unreadable where they are there but cannot be read.
        """
        known = self._relations.get(source)
        if known is not None:
            return known
        folder, base = posixpath.split(source)
        name = posixpath.join(folder, "_rels", base + ".rels")
        if name not in self:
            return ()
        found: list[Relation] = []
        for element in self.xml(name).iter(_RELATIONSHIP):
            external = element.get("TargetMode", "").lower() == "external"
            target = element.get("Target", "")
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target)))
                target = target.lstrip("/")
            kind = element.get("Type", "").rsplit("/", 1)[-1]
            found.append(Relation(element.get("Id", ""), kind, target, external))
        self._relations[source] = tuple(found)
        return self._relations[source]


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root of an XML part, in the namespaces of the transitional form.

    Raises: Unreadable where it is not well-formed or declares a DTD.
    """
    if b"<!DOCTYPE" in data.replace(b"\x00", b""):
        raise Unreadable("document.dtd_refused", part=name)
    if _STRICT_NAMES in data:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("document.broken_part", part=name) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("document.dtd_refused", part=name)
    return root


def _key(name: str) -> str:
    """Part names are compared without case; some producers write back slashes."""
    return name.replace("\\", "/").lstrip("/").lower()
