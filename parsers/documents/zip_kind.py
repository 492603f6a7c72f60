"""What kind of document a ZIP package is: OOXML, OFD, OpenDocument, a JAR, or a plain archive.

Sources: ECMA-376 part 2 (`[Content_Types].xml`), the JAR file specification, GB/T 33190
(`OFD.xml` at the root), OpenDocument 1.3 part 2 section 3.3 (`mimetype`), APPNOTE.TXT
4.3.14–4.3.16 (end records).

Residual risks: the central directory is the sender's; it is only read up to a size, and only
one small member is inflated, to a fixed length. A package beyond that is a plain ZIP, which the
unpacker accounts for member by member.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path

ZIP = "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCM = "application/vnd.ms-word.document.macroenabled.12"
DOTX = "application/vnd.openxmlformats-officedocument.wordprocessingml.template"
DOTM = "application/vnd.ms-word.template.macroenabled.12"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_EXCEL = "application/vnd.ms-excel"
_SLIDES = "application/vnd.ms-powerpoint"
XLSX = _OPEN_XML + "spreadsheetml.sheet"
XLSM = _EXCEL + ".sheet.macroenabled.12"
XLSB = _EXCEL + ".sheet.binary.macroenabled.12"
XLTX = _OPEN_XML + "spreadsheetml.template"
XLTM = _EXCEL + ".template.macroenabled.12"
PPTX = _OPEN_XML + "presentationml.presentation"
PPSX = _OPEN_XML + "presentationml.slideshow"
POTX = _OPEN_XML + "presentationml.template"
PPTM = _SLIDES + ".presentation.macroenabled.12"
PPSM = _SLIDES + ".slideshow.macroenabled.12"
ODT = "application/vnd.oasis.opendocument.text"
OTT = "application/vnd.oasis.opendocument.text-template"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
OTS = "application/vnd.oasis.opendocument.spreadsheet-template"
ODP = "application/vnd.oasis.opendocument.presentation"
OTP = "application/vnd.oasis.opendocument.presentation-template"
OFD = "application/ofd"
JAR = "application/java-archive"

_MAX_DIRECTORY_BYTES = 4 << 20
_MAX_TYPES_BYTES = 1 << 20
_MAX_MIMETYPE_BYTES = 256
_TAIL_BYTES = 22 + 0xFFFF
_OPEN_DOCUMENT = re.compile(r"application/(vnd\.oasis\.opendocument\.[a-z-]+|epub\+zip)")
_ROOT_TYPE = re.compile(
    rb'full-path="/"[^>]*media-type="([^"]+)"|media-type="([^"]+)"[^>]*path="/"'
)

_MAIN_PARTS: tuple[tuple[bytes, str], ...] = (
    (b"wordprocessingml.document.main+xml", DOCX),
    (b"ms-word.document.macroenabled.main+xml", DOCM),
    (b"wordprocessingml.template.main+xml", DOTX),
    (b"ms-word.template.macroenabledtemplate.main+xml", DOTM),
    (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"ms-excel.sheet.macroenabled.main+xml", XLSM),
    (b"ms-excel.sheet.binary.macroenabled.main", XLSB),
    (b"spreadsheetml.template.main+xml", XLTX),
    (b"ms-excel.template.macroenabled.main+xml", XLTM),
    (b"presentationml.presentation.main+xml", PPTX),
    (b"presentationml.slideshow.main+xml", PPSX),
    (b"presentationml.template.main+xml", POTX),
    (b"powerpoint.presentation.macroenabled.main+xml", PPTM),
    (b"powerpoint.slideshow.macroenabled.main+xml", PPSM),
)
_FOLDERS = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))


def zip_kind(path: Path, head: bytes) -> str:
    """The media type of the ZIP at `path`; `head` is its beginning, for damaged packages.

    Where the end of the file is missing, the names of the first local headers decide.
    """
    size = _directory_bytes(path)
    if size is None:
        return _by_local_headers(head)
    if size > _MAX_DIRECTORY_BYTES:
        return ZIP
    try:
        with zipfile.ZipFile(path) as package:
            return _by_members(package)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, EOFError, zlib.error):
        return _by_local_headers(head)
    except (NotImplementedError, RuntimeError):
        # Encrypted or packed in a way of its own: no document of ours.
        return ZIP


def _by_members(package: zipfile.ZipFile) -> str:
    names = {name.lower(): name for name in package.namelist()}
    if "[content_types].xml" in names:
        types = _read(package, names["[content_types].xml"], _MAX_TYPES_BYTES).lower()
        # Some producers write UTF-16; the types are ASCII, so dropping the zero bytes is enough.
        types = types.replace(b"\x00", b"")
        for mark, media_type in _MAIN_PARTS:
            if mark in types:
                return media_type
        # No type that is known, or the list is damaged: the folder of the main part tells.
        for folder, media_type in _FOLDERS:
            if any(name.startswith(folder) for name in names):
                return media_type
    if "meta-inf/manifest.mf" in names and next(iter(names)).startswith("meta-inf/"):
        return JAR
    if "ofd.xml" in names:
        return OFD
    if "mimetype" in names:
        declared = _read(package, names["mimetype"], _MAX_MIMETYPE_BYTES).decode("latin-1").strip()
        if _OPEN_DOCUMENT.fullmatch(declared):
            return declared
    if {"meta-inf/manifest.xml", "content.xml"} <= set(names):
        manifest = _read(package, names["meta-inf/manifest.xml"], _MAX_TYPES_BYTES)
        found = _ROOT_TYPE.search(manifest)
        declared = (found.group(1) or found.group(2)).decode("latin-1") if found else ""
        if _OPEN_DOCUMENT.fullmatch(declared):
            return declared
    return ZIP


def _read(package: zipfile.ZipFile, name: str, limit: int) -> bytes:
    with package.open(name) as member:
        return member.read(limit)


def _by_local_headers(head: bytes) -> str:
    names: list[str] = []
    declared = ""
    at = head.find(b"PK\x03\x04")
    while at >= 0 and len(head) >= at + 30:
        length, extra = struct.unpack_from("<HH", head, at + 26)
        names.append(head[at + 30 : at + 30 + length].decode("latin-1").lower())
        following = head.find(b"PK\x03\x04", at + 30)
        if names[-1] == "mimetype":
            packed = head[at + 30 + length + extra : following if following >= 0 else None]
            declared = _declared(packed, deflated=head[at + 8] == zipfile.ZIP_DEFLATED)
        at = following
    if declared:
        return declared
    if "ofd.xml" in names:
        return OFD
    if "[content_types].xml" in names:
        for folder, media_type in _FOLDERS:
            if any(name.startswith(folder) for name in names):
                return media_type
    return ZIP


def _declared(packed: bytes, *, deflated: bool) -> str:
    """The type of an OpenDocument file out of its member `mimetype`, "" where it is of no such.

    packed: the member's bytes and, where its size is not told in front, what stands behind them.
    """
    if deflated:
        try:
            packed = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, _MAX_MIMETYPE_BYTES)
        except zlib.error:
            return ""
    found = _OPEN_DOCUMENT.match(packed[:_MAX_MIMETYPE_BYTES].decode("latin-1").lstrip())
    return found.group() if found else ""


def _directory_bytes(path: Path) -> int | None:
    """The size of the central directory as the end records give it, None without them."""
    with path.open("rb") as file:
        start = max(file.seek(0, 2) - _TAIL_BYTES, 0)
        file.seek(start)
        tail = file.read(_TAIL_BYTES)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) < at + 22:
            return None
        (size,) = struct.unpack_from("<I", tail, at + 12)
        locator = tail[at - 20 : at] if at >= 20 else b""
        if locator.startswith(b"PK\x06\x07"):
            (place,) = struct.unpack_from("<Q", locator, 8)
            # zipfile believes the 64-bit record wherever it finds one, so the larger counts.
            for where in (place, start + at - 76):
                if 0 <= where < 1 << 62:
                    file.seek(where)
                    record = file.read(56)
                    if record.startswith(b"PK\x06\x06") and len(record) == 56:
                        size = max(size, *struct.unpack_from("<Q", record, 40))
        return int(size)
