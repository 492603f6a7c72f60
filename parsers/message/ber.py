"""ASN.1 elements of a file, front to back: DER, and BER with indefinite lengths.

Source: X.690 8.1. Nothing is held but the way in: an element's content is skipped or streamed.

Residual risk: tags of more than one byte are refused; CMS has none on the way to its content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_BLOCK_BYTES = 256 << 10
_DEPTH = 32
_MOST_PIECES = 500_000
"""Of one OCTET STRING. Programs write pieces of a thousand bytes and more."""
_CONSTRUCTED = 0x20
OCTETS = 0x04


class BerError(ValueError):
    """The bytes are no BER, or end too early."""


@dataclass(frozen=True, slots=True)
class Element:
    """One identifier and length. end: offset after its content, None where it is indefinite."""

    tag: int
    end: int | None

    @property
    def constructed(self) -> bool:
        return bool(self.tag & _CONSTRUCTED)

    @property
    def closes(self) -> bool:
        """It is the end of an element of indefinite length."""
        return self.tag == 0


class Ber:
    """The elements of one file; `at` is the offset of the next byte.

    Every method raises BerError where the bytes are not what they should be.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.at = file.tell()

    def next(self) -> Element:
        tag, first = self._take(2)
        if tag & 0x1F == 0x1F:
            raise BerError("a tag of more than one byte")
        if first == 0x80:
            if not tag & _CONSTRUCTED:
                raise BerError("an indefinite length without elements")
            return Element(tag, None)
        size = first
        if first > 0x80:
            if first > 0x88:
                raise BerError("a length of more than eight bytes")
            size = int.from_bytes(self._take(first & 0x7F), "big")
        if tag == 0 and size:
            raise BerError("an end with content")
        return Element(tag, self.at + size)

    def enter(self, *tags: int) -> Element:
        """The next element, which has one of these tags; its content comes next."""
        element = self.next()
        if element.tag not in tags:
            raise BerError(f"tag {element.tag:#x} where {tags} was expected")
        return element

    def ended(self, within: Element) -> bool:
        """Whether an element that was entered holds nothing more."""
        if within.end is not None:
            return self.at >= within.end
        ends = self._take(2) == b"\0\0"
        if not ends:
            self._go(self.at - 2)
        return ends

    def value(self, tag: int, most_bytes: int) -> bytes:
        """The content of a short primitive element."""
        element = self.enter(tag)
        if element.end is None or element.end - self.at > most_bytes:
            raise BerError("a value that is too long")
        return self._take(element.end - self.at)

    def skip(self, element: Element) -> None:
        """Past an element that was just read."""
        open_ends = 0
        while True:
            if element.closes:
                open_ends -= 1
            elif element.end is None:
                open_ends += 1
            else:
                self._go(element.end)
            if open_ends <= 0:
                return
            element = self.next()

    def octets(self, first: Element) -> Iterator[bytes]:
        """The content of an OCTET STRING, in one piece or in many (X.690 8.7)."""
        if not first.constructed:
            yield from self._content(first)
            return
        inside = [first]
        pieces = 0
        while inside:
            end = inside[-1].end
            if end is not None and self.at >= end:
                inside.pop()
                continue
            element = self.next()
            pieces += 1
            if pieces > _MOST_PIECES:
                raise BerError("too many pieces")
            if element.closes and end is None:
                inside.pop()
            elif element.tag == OCTETS:
                yield from self._content(element)
            elif element.tag == OCTETS | _CONSTRUCTED and len(inside) < _DEPTH:
                inside.append(element)
            else:
                raise BerError("something else within an OCTET STRING")

    def _content(self, element: Element) -> Iterator[bytes]:
        while element.end is not None and self.at < element.end:
            block = self._file.read(min(_BLOCK_BYTES, element.end - self.at))
            if not block:
                raise BerError("the file ends within a value")
            self.at += len(block)
            yield block

    def _take(self, size: int) -> bytes:
        data = self._file.read(size)
        self.at += len(data)
        if len(data) < size:
            raise BerError("the file ends early")
        return data

    def _go(self, offset: int) -> None:
        self._file.seek(offset)
        self.at = offset
