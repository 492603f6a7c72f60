"""Uuencoded files written into a plain text body, as old programs send them.

A "begin" line counts only when a well-formed line follows, so that a sentence which begins
with the word stays text. Source: POSIX uuencode, with its base64 form ("begin-base64").
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable

from parsers.message.decoder import Write
from parsers.message.sinks import FileSink
from parsers.message.transfer import UU_BEGIN, uu_line

_LINE_BYTES = 64 << 10
_BASE64_LINE = re.compile(
    rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"
)
_BASE64_END = b"===="

Opened = Callable[[], FileSink | None]
Closed = Callable[[FileSink, bytes, bool], None]
"""Told the file, its raw name, and whether it ended as it should."""


class UuFilter:
    """Text goes through to `text`, files go to sinks; what `opened` refuses (None) is text."""

    def __init__(self, text: Write, opened: Opened, closed: Closed) -> None:
        self._text = text
        self._opened = opened
        self._closed = closed
        self._held = b""
        self._begin = b""
        self._name = b""
        self._base64 = False
        self._sink: FileSink | None = None

    def write(self, block: bytes) -> None:
        block = self._held + block
        if not self._begin and self._sink is None and b"begin" not in block:
            cut = block.rfind(b"\n") + 1
            cut = cut or max(0, len(block) - _LINE_BYTES)
            self._text(block[:cut])
            self._held = block[cut:]
            return
        *lines, self._held = block.split(b"\n")
        for line in lines:
            self._line(line + b"\n")
        if len(self._held) > _LINE_BYTES:
            self._line(self._held)
            self._held = b""

    def close(self) -> None:
        if self._held:
            self._line(self._held)
        if self._begin:
            self._text(self._begin)
        if self._sink is not None:
            self._end(whole=False)

    def _line(self, line: bytes) -> None:
        bare = line.rstrip(b"\r\n")
        if self._begin:
            self._first(line, bare)
        elif self._sink is None:
            match = UU_BEGIN.match(bare)
            if match:
                self._begin, self._name = line, match[1]
            else:
                self._text(line)
        elif bare.strip() == (_BASE64_END if self._base64 else b"end"):
            self._end(whole=True)
        elif bare.strip():
            data = self._data(bare)
            if data is None:
                self._end(whole=False)
                self._line(line)
            else:
                self._sink.write(data)

    def _first(self, line: bytes, bare: bytes) -> None:
        self._base64 = self._begin.startswith(b"begin-base64")
        data = self._data(bare, strict=True)
        begin, self._begin = self._begin, b""
        self._sink = self._opened() if data is not None or bare == b"end" else None
        if self._sink is None:
            self._text(begin)
            self._line(line)
        elif data is not None:
            self._sink.write(data)
        else:
            self._end(whole=True)

    def _data(self, line: bytes, *, strict: bool = False) -> bytes | None:
        if not self._base64:
            return uu_line(line, strict=strict)
        line = line.strip()
        return binascii.a2b_base64(line) if _BASE64_LINE.fullmatch(line) else None

    def _end(self, *, whole: bool) -> None:
        if self._sink is not None:
            self._closed(self._sink, self._name, whole)
        self._sink = None
