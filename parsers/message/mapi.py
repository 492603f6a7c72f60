"""MAPI property lists within TNEF: where each value lies in the file.

Source: MS-OXTNEF 2.1.3.4, MS-OXCDATA 2.11.1. Values are not read here, however large they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

STRING, UNICODE, BINARY, OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_MULTIPLE = 0x1000
_FIXED_BYTES = {
    0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8,
    0x48: 16,
}  # fmt: skip
"""With the padding to four bytes that stands after short ones."""
_VARIABLE = frozenset({STRING, UNICODE, BINARY, OBJECT})
_NAMED = 0x8000
_MOST_VALUES = 100_000


class MapiError(ValueError):
    """The list is no property list, or ends too early."""


@dataclass(frozen=True, slots=True)
class Property:
    """One value. tag: its 16-bit name. kind: its type. offset, size: of its bytes in the file."""

    tag: int
    kind: int
    offset: int
    size: int


def properties(file: BinaryIO, start: int, end: int) -> Iterator[Property]:
    """The values between two offsets, in order. The caller may move the file's position.

    Raises: MapiError, after those that came before.
    """
    reader = _Reader(file, start, end)
    count = reader.number()
    if count > _MOST_VALUES:
        raise MapiError("too many properties")
    for _ in range(count):
        kind, tag = reader.unpack("<HH")
        if tag >= _NAMED:
            _skip_name(reader)
        yield from _values(reader, tag, kind)


def _skip_name(reader: _Reader) -> None:
    reader.skip(16)  # the GUID of its set
    if reader.number():
        reader.skip(_padded(reader.number()))
    else:
        reader.skip(4)


def _values(reader: _Reader, tag: int, kind: int) -> Iterator[Property]:
    base = kind & ~_MULTIPLE
    variable = base in _VARIABLE
    count = reader.number() if variable or kind & _MULTIPLE else 1
    if count > _MOST_VALUES:
        raise MapiError("too many values")
    for _ in range(count):
        if variable:
            size = reader.number()
        elif base in _FIXED_BYTES:
            size = _FIXED_BYTES[base]
        else:
            raise MapiError(f"type {kind:#x} is not known")
        reader.check(size)
        yield Property(tag, base, reader.at, size)
        reader.skip(min(_padded(size), reader.end - reader.at))


def _padded(size: int) -> int:
    return (size + 3) & ~3


class _Reader:
    def __init__(self, file: BinaryIO, at: int, end: int) -> None:
        self._file = file
        self.at = at
        self.end = end

    def check(self, size: int) -> None:
        if size > self.end - self.at:
            raise MapiError("the list ends early")

    def skip(self, size: int) -> None:
        self.check(size)
        self.at += size

    def unpack(self, form: str) -> tuple[int, ...]:
        size = struct.calcsize(form)
        self.check(size)
        self._file.seek(self.at)
        data = self._file.read(size)
        if len(data) < size:
            raise MapiError("the file ends early")
        self.at += size
        return struct.unpack(form, data)

    def number(self) -> int:
        return self.unpack("<L")[0]
