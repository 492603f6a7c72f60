"""What a file is, by its bytes; the name and its ending are never looked at.

Sources: the signatures are those of the formats' own specifications (ISO 32000-1, RAR 5.0
archive format, APPNOTE.TXT, RFC 1952, POSIX pax, ECMA-119, TIFF 6, ISO/IEC 14496-12).

Residual risks: one file may be valid in two formats (a PDF in front of a ZIP). The signature at
the very beginning wins, a PDF header further in only where nothing else is known; whoever
reads the file must therefore not assume that no other program sees something else in it.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from parsers.documents.charset import text_encoding
from parsers.documents.ole.directory import SIGNATURE, ole_kind
from parsers.documents.text_kind import text_kind
from parsers.documents.zip_kind import zip_kind

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
PDF = "application/pdf"
OUTLOOK_TNEF = "application/vnd.ms-tnef"

_HEAD_BYTES = 16 << 10
_ISO_PLACE = 32769
"""Where `CD001` stands: sector 16 of 2,048 bytes, after the type byte (ECMA-119 8.1); `BEA01`
on a disc that is UDF alone (ECMA-167 2/9)."""
_ISO_MARK_BYTES = 5

_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"Rar!\x1a\x07\x01\x00", "application/vnd.rar"),
    (b"Rar!\x1a\x07\x00", "application/vnd.rar"),
    (b"RE~^", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (_ZSTANDARD, "application/zstd"),
    (b"MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed"),
    (b"\x1f\x9d", "application/x-compress"),
    (b"MSWIM\x00\x00\x00", "application/x-ms-wim"),
    (b"\xed\xab\xee\xdb", "application/x-rpm"),
    (b"!<arch>\ndebian-binary", "application/vnd.debian.binary-package"),
    (b"xar!\x00\x1c", "application/x-xar"),
    (b"conectix", "application/x-vhd"),
    (b"vhdxfile", "application/x-vhdx"),
    (b"LZIP\x01", "application/x-lzip"),
    (b"\x04\x22\x4d\x18", "application/x-lz4"),
    (b"ALZ\x01", "application/x-alz-compressed"),
    (b"ZOO 2.", "application/x-zoo"),
    (b"EGGA\x00\x01", "application/x-egg"),
    (b"StuffIt (c)", "application/x-stuffit"),
    (b"StuffIt!", "application/x-stuffit"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00\x08\x00\x00\x00", "image/tiff"),
    (b"MM\x00+\x00\x08\x00\x00", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x78\x9f\x3e\x22", OUTLOOK_TNEF),
    (b"\x7fELF", "application/x-executable"),
    (b"{\\rtf", "application/rtf"),
    (b"\xdb\xa5-\x00\x00\x00", "application/x-msword-2"),
    (b"\x31\xbe\x00\x00\x00\xab", "application/x-mswrite"),
    (b"\x32\xbe\x00\x00\x00\xab", "application/x-mswrite"),
)
_ALL_SIGNATURES = tuple(signature for signature, _ in _SIGNATURES)
_PATTERNS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"), "application/x-bzip2"),
    # LZMA alone: properties, a dictionary of whole 64 KiB, the size (or all ones), a first byte 0.
    (re.compile(rb"\x5d\x00\x00.[\0-\x08](\xff{8}|.{5}\0{3})\0", re.DOTALL), "application/x-lzma"),
    (re.compile(rb"..-(lh[0-9a-z]|lz[s2-8]|pm[0-2])-", re.DOTALL), "application/x-lzh-compressed"),
    (re.compile(rb"07070[12][0-9A-Fa-f]{104}|070707[0-7]{70}"), "application/x-cpio"),
    (re.compile(rb".{7}\*\*ACE\*\*", re.DOTALL), "application/x-ace-compressed"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL), "image/heic"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
    (re.compile(rb"....ftyp[ -~]{4}", re.DOTALL), "video/mp4"),
    # The DIB header's size is one of seven (BITMAPCOREHEADER to BITMAPV5HEADER).
    (re.compile(rb"BM.{4}\x00{4}.{4}[\x0c(48@l|]\x00{3}", re.DOTALL), "image/bmp"),
    # ARJ: header size up to 2,600, first header at least 30, of type 2 (the archive's own).
    (re.compile(rb"\x60\xea.[\x00-\x0a][\x1e-\xff].{3}.{2}\x02", re.DOTALL), "application/x-arj"),
    # MS Works 1 to 3 for DOS, 2 for Windows; later ones are OLE files.
    (re.compile(rb"\x01\xfe.{110}\x01\x00", re.DOTALL), "application/vnd.ms-works"),
    (re.compile(rb"MZ.{58}", re.DOTALL), "application/vnd.microsoft.portable-executable"),
)  # fmt: skip
_ANY_PATTERN = re.compile(b"|".join(pattern.pattern for pattern, _ in _PATTERNS), re.DOTALL)
_PDF_HEADER = re.compile(rb"%PDF-\d\.\d")
_PDF_PLACE = 1024
"""Readers take a header anywhere in the first 1,024 bytes (ISO 32000-1 annex H.3)."""


def detect(path: Path) -> str:
    """The media type of the file at `path`, in lower case, as `model.programme.FORMATS` has them.

    An empty file is `application/x-empty`, bytes of no known kind `application/octet-stream`,
    an encrypted OOXML document `application/x-ooxml-encrypted`. Reads the first 16 KiB, and the
    directory of a ZIP or of an OLE compound file.

    Raises: OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head.startswith(SIGNATURE):
            return ole_kind(file)
        disc = b""
        if len(head) == _HEAD_BYTES:
            file.seek(_ISO_PLACE)
            disc = file.read(_ISO_MARK_BYTES)
    return _by_head(path, head, disc)


def detect_bytes(data: bytes, path: Path) -> str:
    """`detect` of the file at `path`, all bytes of which are at hand; only a ZIP is opened again.

    Raises: OSError where that file cannot be read.
    """
    if data.startswith(SIGNATURE):
        return ole_kind(io.BytesIO(data))
    disc = data[_ISO_PLACE : _ISO_PLACE + _ISO_MARK_BYTES]
    return _by_head(path, data[:_HEAD_BYTES], disc)


def _by_head(path: Path, head: bytes, disc: bytes) -> str:
    """disc: what stands where a disc image has its mark."""
    if not head:
        return EMPTY
    if disc in (b"CD001", b"BEA01"):
        return "application/x-iso9660-image"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")):
        return zip_kind(path, head)
    kind = _by_signature(_without_skippable(head)) or _by_text(head)
    return _by_trailer(path) if kind == UNKNOWN else kind


def _without_skippable(head: bytes) -> bytes:
    """Zstandard behind frames that are to be skipped (RFC 8878 3.1.2); all else as it is."""
    at = 0
    while head[at + 1 : at + 4] == b"\x2a\x4d\x18" and head[at] >> 4 == 5:
        at += 8 + int.from_bytes(head[at + 4 : at + 8], "little")
    return head[at:] if head.startswith(_ZSTANDARD, at) else head


def _by_signature(head: bytes) -> str | None:
    if head.startswith(_ALL_SIGNATURES):
        return next(kind for signature, kind in _SIGNATURES if head.startswith(signature))
    if _ANY_PATTERN.match(head):
        return next(kind for pattern, kind in _PATTERNS if pattern.match(head))
    return "application/x-tar" if _is_tar(head) else None


def _by_trailer(path: Path) -> str:
    """Disk images are known by the last 512 bytes: `koly` of Apple's, `conectix` of a VHD."""
    with path.open("rb") as file:
        file.seek(max(file.seek(0, 2) - 512, 0))
        trailer = file.read(8)
    if trailer == b"conectix":
        return "application/x-vhd"
    return "application/x-apple-diskimage" if trailer.startswith(b"koly") else UNKNOWN


def _by_text(head: bytes) -> str:
    whole = len(head) < _HEAD_BYTES
    encoding = text_encoding(head, whole=whole)
    kind = None
    if encoding:
        kind = text_kind(head.decode(encoding, "ignore"), whole=whole)
    if kind in (None, "text/plain", "text/csv") and _PDF_HEADER.search(head[: _PDF_PLACE + 8]):
        return PDF
    return kind or UNKNOWN


def _is_tar(head: bytes) -> bool:
    """The first header block's checksum is right (POSIX pax, "ustar Interchange Format")."""
    block = head[:512]
    if len(block) < 512 or not any(block):
        return False
    try:
        declared = int(block[148:156].strip(b" \x00"), 8)
    except ValueError:
        return False
    return declared == sum(block) - sum(block[148:156]) + 8 * 0x20
