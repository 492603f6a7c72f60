"""winmail.dat: the files and the text that Outlook wrapped in TNEF.

Source: MS-OXTNEF, MS-OXPROPS. The file is walked by offsets; attachments are copied out as a
stream. A wrong checksum is noted and the bytes are kept.

Residual risks: a mail embedded in the wrapping stays one file in this same form. Of the
properties only names, types, content and text are read; the others are in the raw mail alone.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from parsers.message.charsets import decode, printable
from parsers.message.mapi import BINARY, OBJECT, STRING, UNICODE, MapiError, Property, properties

SIGNATURE = struct.pack("<L", 0x223E9F78)
EMBEDDED_TYPE = "application/ms-tnef"

_MESSAGE, _ATTACHMENT = 1, 2
_OEM_CODEPAGE, _BODY, _MESSAGE_PROPS = 0x9007, 0x800C, 0x9003
_REND_DATA, _DATA, _TITLE, _TRANSPORT_NAME, _ATTACHMENT_PROPS = (
    0x9002, 0x800F, 0x8010, 0x9001, 0x9005,
)  # fmt: skip

_LONG_FILENAME, _FILENAME, _DISPLAY_NAME, _MIME_TAG, _CONTENT_ID = (
    0x3707, 0x3704, 0x3001, 0x370E, 0x3712,
)  # fmt: skip
_ATTACH_DATA, _PLAIN, _HTML, _RTF, _INTERNET_CODEPAGE = 0x3701, 0x1000, 0x1013, 0x1009, 0x3FDE
_NAMES = (_LONG_FILENAME, _FILENAME, _DISPLAY_NAME)
_IID_BYTES = 16
_IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")

_CODEPAGES = {
    20127: "us-ascii", 20866: "koi8-r", 20932: "euc_jp", 20936: "gbk", 51936: "gbk",
    51949: "euc_kr", 52936: "hz", 54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
    1200: "utf-16-le",
    **{28590 + number: f"iso8859-{number}" for number in range(1, 16)},
}  # fmt: skip
"""Numbers of Windows that no codec of the same number stands for."""

_MOST_ATTRIBUTES = 200_000
_BLOCK_BYTES = 256 << 10
_NAME_BYTES = 4 << 10
_ADLER_BYTES = 256


class Sink(Protocol):
    size: int

    def write(self, block: bytes) -> None: ...

    def close(self) -> None: ...


class Give(Protocol):
    """Gives out a sink for the next file, None where there are too many."""

    def __call__(self) -> Sink | None: ...


@dataclass(slots=True)
class TnefFile:
    """One attachment. sink: what `Give` gave. embedded: it is a mail in Outlook's own form."""

    sink: Sink
    name: str = ""
    media_type: str = ""
    content_id: str = ""
    embedded: bool = False


@dataclass(slots=True)
class Tnef:
    """What came out. whole: it was read to its end. rtf: compressed, as it stands.
    full: there were more files than `Give` would take."""

    files: list[TnefFile] = field(default_factory=list)
    text: str = ""
    html: bytes = b""
    html_charset: str = ""
    rtf: bytes = b""
    codepage: str = "cp936"
    whole: bool = False
    wrong_checksums: int = 0
    full: bool = False


@dataclass(frozen=True, slots=True)
class _Attribute:
    level: int
    name: int
    offset: int
    size: int


class _Draft:
    """The attachment that is being gathered: its parts come in several attributes."""

    def __init__(self, sink: Sink) -> None:
        self.file = TnefFile(sink)
        self.title = b""
        self.transport_name = b""
        self.names: dict[int, str] = {}


def read_tnef(file: BinaryIO, size: int, give: Give, text_bytes: int) -> Tnef:
    """Walk the file of `size` bytes; text_bytes: the most that is kept of each text."""
    walk = _Walk(file, size, give, text_bytes)
    try:
        walk.run()
    except MapiError:
        walk.out.whole = False
    walk.end_attachment()
    return walk.out


class _Walk:
    def __init__(self, file: BinaryIO, size: int, give: Give, text_bytes: int) -> None:
        self.out = Tnef()
        self._file = file
        self._size = size
        self._give = give
        self._text_bytes = text_bytes
        self._draft: _Draft | None = None
        self._damaged = False

    def run(self) -> None:
        for attribute in self._attributes():
            if attribute.level == _ATTACHMENT:
                self._attachment(attribute)
            elif attribute.name == _OEM_CODEPAGE:
                self.out.codepage = self._codepage(attribute.offset) or self.out.codepage
            elif attribute.name == _BODY and not self.out.text:
                self.out.text = self._string(attribute.offset, attribute.size)
            elif attribute.name == _MESSAGE_PROPS:
                self._message_properties(attribute)
            if self.out.full:
                break
        self.out.whole = self.out.whole and not self._damaged

    def _attributes(self) -> Iterator[_Attribute]:
        at = 6  # the signature and a key
        for _ in range(_MOST_ATTRIBUTES):
            if at >= self._size:
                break
            head = self._read(at, 9)
            if len(head) < 9 or head[0] not in (_MESSAGE, _ATTACHMENT):
                # Line ends and NULs may have been added on the way.
                self.out.whole = not self._read(at, _NAME_BYTES).strip(b"\0\r\n")
                return
            level, name, _, length = struct.unpack("<BHHL", head)
            offset = at + 9
            there = min(length, max(0, self._size - offset))
            # A cut attribute is used as far as it goes.
            yield _Attribute(level, name, offset, there)
            if there < length:
                return
            at = offset + length
            wanted = self._read(at, 2)
            if len(wanted) == 2 and int.from_bytes(wanted, "little") != self._sum(offset, length):
                self.out.wrong_checksums += 1
            at += 2
        self.out.whole = at == self._size

    def _attachment(self, attribute: _Attribute) -> None:
        if attribute.name == _REND_DATA or self._draft is None:
            self.end_attachment()
            sink = self._give()
            if sink is None:
                self.out.full = True
                return
            self._draft = _Draft(sink)
        draft = self._draft
        if attribute.name == _DATA and not draft.file.sink.size:
            self._copy(attribute.offset, attribute.size, draft.file.sink)
        elif attribute.name == _TITLE:
            draft.title = self._read(attribute.offset, min(attribute.size, _NAME_BYTES))
        elif attribute.name == _TRANSPORT_NAME:
            draft.transport_name = self._read(attribute.offset, min(attribute.size, _NAME_BYTES))
        elif attribute.name == _ATTACHMENT_PROPS:
            self._attachment_properties(attribute, draft)

    def _attachment_properties(self, attribute: _Attribute, draft: _Draft) -> None:
        for one in self._properties(attribute):
            if one.tag in _NAMES:
                draft.names.setdefault(one.tag, self._value(one))
            elif one.tag == _MIME_TAG:
                draft.file.media_type = self._value(one).strip().lower()
            elif one.tag == _CONTENT_ID:
                draft.file.content_id = self._value(one).strip("<> ")
            elif one.tag == _ATTACH_DATA and one.kind in (BINARY, OBJECT):
                self._object(one, draft)

    def _object(self, one: Property, draft: _Draft) -> None:
        """An object begins with the identifier of its kind."""
        offset, size = one.offset, one.size
        if one.kind == OBJECT:
            draft.file.embedded = self._read(offset, _IID_BYTES) == _IMESSAGE
            offset += min(size, _IID_BYTES)
            size -= min(size, _IID_BYTES)
        if not draft.file.sink.size:
            self._copy(offset, size, draft.file.sink)

    def end_attachment(self) -> None:
        draft, self._draft = self._draft, None
        if draft is None:
            return
        draft.file.sink.close()
        long_name, short_name, shown = (draft.names.get(tag, "") for tag in _NAMES)
        title, transport_name = self._text_of(draft.title), self._text_of(draft.transport_name)
        names = [long_name, title, short_name, transport_name, shown]
        if draft.file.embedded:  # its title is the same for all
            names.insert(0, shown)
        draft.file.name = next((name for name in names if name), "")
        self.out.files.append(draft.file)

    def _message_properties(self, attribute: _Attribute) -> None:
        for one in self._properties(attribute):
            if one.tag == _PLAIN and one.kind in (STRING, UNICODE):
                self.out.text = self._value(one) or self.out.text
            elif one.tag == _HTML and one.kind == BINARY:
                self.out.html = self._read(one.offset, min(one.size, self._text_bytes))
            elif one.tag == _INTERNET_CODEPAGE:
                self.out.html_charset = self._codepage(one.offset)
            elif one.tag == _RTF and one.kind == BINARY:
                self.out.rtf = self._read(one.offset, min(one.size, self._text_bytes))

    def _properties(self, attribute: _Attribute) -> Iterator[Property]:
        """A broken list ends here; the attributes after it are read all the same."""
        end = min(attribute.offset + attribute.size, self._size)
        try:
            yield from properties(self._file, attribute.offset, end)
        except MapiError:
            self._damaged = True

    def _value(self, one: Property) -> str:
        if one.kind == UNICODE:
            data = self._read(one.offset, min(one.size, self._text_bytes) & ~1)
            text = decode(data, "utf-16-le").text if data.strip(b"\0") else ""
            return printable(text.split("\0")[0])
        return self._string(one.offset, one.size) if one.kind == STRING else ""

    def _codepage(self, offset: int) -> str:
        number = int.from_bytes(self._read(offset, 4), "little")
        return _CODEPAGES.get(number, f"cp{number}") if number else ""

    def _string(self, offset: int, size: int) -> str:
        return self._text_of(self._read(offset, min(size, self._text_bytes)))

    def _text_of(self, data: bytes) -> str:
        return printable(decode(data.split(b"\0")[0], self.out.codepage).text)

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(max(0, min(size, self._size - offset)))

    def _copy(self, offset: int, size: int, sink: Sink) -> None:
        for block in self._blocks(offset, size):
            sink.write(block)

    def _blocks(self, offset: int, size: int) -> Iterator[bytes]:
        end = offset + size
        while offset < end and (block := self._read(offset, min(_BLOCK_BYTES, end - offset))):
            yield block
            offset += len(block)

    def _sum(self, offset: int, size: int) -> int:
        """The sum of the bytes modulo 65536.

        Adler's first half is that sum for short pieces, and far faster than `sum`.
        """
        total = 0
        for block in self._blocks(offset, size):
            for at in range(0, len(block), _ADLER_BYTES):
                total += (zlib.adler32(block[at : at + _ADLER_BYTES]) & 0xFFFF) - 1
        return total & 0xFFFF
