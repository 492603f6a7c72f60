"""Who made a document and when, out of the summary streams of a compound file.

Source: [MS-OLEPS] 2.20 (PropertySet), 2.15 (TypedPropertyValue), 3.1 (summary information).

Why not olefile here: it follows counts of elements that the file gives, up to four thousand
million of them.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta

import olefile

from model.document import ReadLimits
from parsers.documents.ole.file import stream
from parsers.documents.ooxml.package import Unreadable
from parsers.documents.sheets.biff_strings import code_page

_SUMMARY = {
    2: "title", 3: "subject", 4: "creator", 5: "keywords", 6: "comments", 8: "modified_by",
    12: "created", 13: "modified", 18: "application",
}  # fmt: skip
_DOCUMENT_SUMMARY = {15: "company"}
_STREAMS = (
    ("\x05SummaryInformation", _SUMMARY),
    ("\x05DocumentSummaryInformation", _DOCUMENT_SUMMARY),
)
_CODE_PAGE = 1
_SHORT, _NARROW, _WIDE, _TIME = 0x02, 0x1E, 0x1F, 0x40
"""Types of values: VT_I2, VT_LPSTR, VT_LPWSTR, VT_FILETIME."""
_MOST_PROPERTIES = 200
_LENGTH = 1000
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def ole_summary(ole: olefile.OleFileIO, limits: ReadLimits) -> dict[str, str]:
    """The properties that are set and can be read, dates in ISO 8601 (UTC)."""
    found: dict[str, str] = {}
    for name, wanted in _STREAMS:
        try:
            found |= _properties(stream(ole, name, limits, missing=b""), wanted)
        except (Unreadable, struct.error):
            # Properties are beside the text: what cannot be read of them is left out.
            continue
    return found


def _properties(data: bytes, wanted: dict[int, str]) -> dict[str, str]:
    if len(data) < 48:
        return {}
    (start,) = struct.unpack_from("<I", data, 44)
    (count,) = struct.unpack_from("<I", data, start + 4)
    begin = start + 8
    held = min(count, _MOST_PROPERTIES, (len(data) - begin) // 8)
    places: dict[int, int] = {}
    for number, place in struct.iter_unpack("<II", data[begin : begin + 8 * held]):
        # A count that is too high runs into the values: what came first is right.
        places.setdefault(number, place)
    encoding = "cp1252"
    if _CODE_PAGE in places:
        kind, page = struct.unpack_from("<H2xH", data, start + places[_CODE_PAGE])
        encoding = code_page(page) if kind == _SHORT else encoding
    found: dict[str, str] = {}
    for number, name in wanted.items():
        text = _value(data, start + places[number], encoding) if number in places else ""
        clean = "".join(sign for sign in text if sign.isprintable()).strip()
        if clean:
            found[name] = clean[:_LENGTH]
    return found


def _value(data: bytes, at: int, encoding: str) -> str:
    (kind,) = struct.unpack_from("<H", data, at)
    if kind == _TIME:
        (ticks,) = struct.unpack_from("<Q", data, at + 4)
        try:
            moment = _EPOCH + timedelta(microseconds=ticks // 10)
        except OverflowError:
            return ""
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if ticks else ""
    if kind not in (_NARROW, _WIDE):
        return ""
    (size,) = struct.unpack_from("<I", data, at + 4)
    wide = kind == _WIDE or encoding == "utf-16-le"
    raw = data[at + 8 : at + 8 + min(size * (2 if kind == _WIDE else 1), 4 * _LENGTH)]
    text = raw.decode("utf-16-le" if wide else encoding, "replace")
    return text.split("\0", 1)[0]
