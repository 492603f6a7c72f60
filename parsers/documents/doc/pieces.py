"""The text of a Word binary file: its pieces put together, one element for each position.

Sources: [MS-DOC] 2.4.1 (retrieving text), 2.8.35 (PlcPcd), 2.9.73 (FcCompressed), 2.9.38 (Clx).

Where a character takes two positions (a surrogate pair, or two bytes of GBK) the text keeps both,
so that positions of formatting hold; `readable` puts them together.

Residual risks: narrow pieces are Windows-1252 by the specification. Programs of Chinese makers
write GBK there too; that is taken so where the bytes are plain GBK and say so by length.
"""

from __future__ import annotations

import itertools
import re
import struct
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from parsers.documents.doc.fib import CLX, Fib, plc
from parsers.documents.ooxml.package import Unreadable

FILLER = "\x00"
"""Stands at the second position of a two-byte character."""
_MAX_PIECES = 200_000
_COMPRESSED = 0x40000000
_HIGH = re.compile(rb"[\x80-\xff]+")
_DOUBLE = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe]){2,}")
"""Two or more characters of GB 2312 in a row."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_CODE_PAGES = {
    0x0404: "cp950", 0x0C04: "cp950", 0x1404: "cp950", 0x0411: "cp932", 0x0412: "cp949",
    0x0419: "cp1251", 0x0804: "gb18030", 0x1004: "gb18030",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Positions `start` to `end`, lying from byte `offset`. width: bytes of one position.
    modifiers: of the whole piece, as its Prm names them."""

    start: int
    end: int
    offset: int
    width: int
    prm: int = 0


class Pieces:
    """The text as a whole and where it lies. cut: some of it was missing or over the limit.

    lists: the property lists (RgPrc) that the Prm of a piece may name.
    """

    def __init__(self, fib: Fib, word: bytes, table: bytes, characters: int) -> None:
        """Raises: Unreadable where the piece table cannot be followed."""
        self.lists: list[bytes] = []
        self.cut = self.over = False
        self.all = self._table(fib, word, table)
        texts: list[str] = []
        for number, piece in enumerate(self.all):
            if piece.end > characters:
                self.over = True
                piece = replace(piece, end=max(characters, piece.start))
                self.all[number:] = [piece]
            texts.append(self._decoded(fib, word, piece))
            if self.over:
                break
        self.text = "".join(texts)

    def spans(
        self, starts: list[int], ends: list[int], most: int
    ) -> tuple[list[tuple[int, int, int, Piece]], bool]:
        """Positions that ranges of bytes cover: number of the range, first, last + 1, piece.

        starts, ends: in ascending order. Second: False where more than `most` were left out, for
        pieces may lie over each other.
        """
        found: list[tuple[int, int, int, Piece]] = []
        if len(self.all) == 1 and len(starts) <= most:
            (piece,) = self.all
            offset, width = piece.offset, piece.width
            # Most files: one piece, and what lies outside of it is never asked for.
            return [
                (number, (low - offset) // width, (high - offset + width - 1) // width, piece)
                for number, (low, high) in enumerate(zip(starts, ends, strict=True))
                if low < high
            ], True
        for piece in self.all:
            offset, width, first = piece.offset, piece.width, piece.start
            last = offset + (piece.end - first) * width
            from_number = max(bisect_right(starts, offset) - 1, 0)
            to_number = bisect_left(starts, last)
            if len(found) + to_number - from_number > most:
                return found, False
            for number in range(from_number, to_number):
                low, high = starts[number], ends[number]
                low, high = max(low, offset), min(high, last)
                if low < high:
                    at = first + (low - offset) // width
                    found.append((number, at, first + (high - offset + width - 1) // width, piece))
        return found, True

    def _table(self, fib: Fib, word: bytes, table: bytes) -> list[Piece]:
        offset, length = fib.pair(CLX)
        clx = (word if fib.old else table)[offset : offset + length]
        place = 0
        while place + 3 <= len(clx) and clx[place] == 1:
            (size,) = struct.unpack_from("<H", clx, place + 1)
            self.lists.append(clx[place + 3 : place + 3 + size])
            place += 3 + size
        if place + 5 > len(clx) or clx[place] != 2:
            return [_whole(fib, len(word))]
        (size,) = struct.unpack_from("<I", clx, place + 1)
        places, entries = plc(clx[place + 5 : place + 5 + size], 8)
        if not places or len(places) > _MAX_PIECES:
            raise Unreadable("document.broken")
        wide_old = fib.old and fib.wide and fib.end - fib.start >= 2 * places[-1]
        pieces: list[Piece] = []
        for number, (start, end) in enumerate(itertools.pairwise(places)):
            _, offset, prm = struct.unpack_from("<HIH", entries, 8 * number)
            if end < start or start != (pieces[-1].end if pieces else 0):
                raise Unreadable("document.broken")
            if fib.old:
                pieces.append(Piece(start, end, offset, 2 if wide_old else 1, prm))
            elif offset & _COMPRESSED:
                pieces.append(Piece(start, end, (offset & 0x3FFFFFFF) // 2, 1, prm))
            else:
                pieces.append(Piece(start, end, offset & 0x3FFFFFFF, 2, prm))
        return pieces

    def _decoded(self, fib: Fib, word: bytes, piece: Piece) -> str:
        length = piece.end - piece.start
        raw = word[piece.offset : piece.offset + length * piece.width]
        if len(raw) < length * piece.width:
            self.cut = True
        if piece.width == 2:
            text = _wide(raw)
        else:
            encoding = _CODE_PAGES.get(fib.language, "cp1252") if fib.old else "cp1252"
            if encoding in ("cp1252", "gb18030") and looks_chinese(raw):
                encoding = "gb18030"
            text = narrow(raw, encoding)
        return text.ljust(length, FILLER)


def _whole(fib: Fib, size: int) -> Piece:
    """A file that was never saved in pieces: the text lies in one run (fcMin to fcMac)."""
    count = sum(fib.counts)
    length = min(fib.end, size) - fib.start
    if length <= 0:
        raise Unreadable("document.broken")
    width = 2 if fib.wide and length >= 2 * count else 1
    return Piece(0, min(count or length, length // width), fib.start, width)


def _wide(raw: bytes) -> str:
    raw = raw[: len(raw) & ~1]
    text = raw.decode("utf-16-le", "surrogatepass")
    if len(text) == len(raw) // 2:
        return text
    # A pair of surrogates became one character; take the units one by one.
    return "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) & ~1])))


def narrow(raw: bytes, encoding: str) -> str:
    """Bytes as text with one element for each byte."""
    if raw.isascii():
        return raw.decode("ascii")
    if encoding in ("cp1252", "cp1251"):
        text = raw.decode(encoding, "replace")
        if "\ufffd" not in text:
            return text
        # What the code page leaves out stands for itself (2.9.73).
        return "".join(chr(raw[at]) if sign == "\ufffd" else sign for at, sign in enumerate(text))
    pieces: list[str] = []
    place = 0
    for found in _DOUBLE.finditer(raw):
        if found.start() > place:
            pieces.append(raw[place : found.start()].decode(encoding, "replace"))
        sign = found.group().decode(encoding, "replace")
        pieces.append((sign[:1] + FILLER) if len(sign) == 1 else sign[:2])
        place = found.end()
    pieces.append(raw[place:].decode(encoding, "replace"))
    return "".join(pieces)


def looks_chinese(raw: bytes) -> bool:
    """Whether narrow bytes are GBK: their high bytes come in pairs, most of them of GB 2312."""
    high = sum(map(len, _HIGH.findall(raw)))
    common = sum(map(len, _COMMON.findall(raw)))
    return high >= 4 and common * 10 >= high * 6


def readable(text: str) -> str:
    """Text without fillers, pairs of surrogates as the one character they are."""
    if FILLER in text:
        text = text.replace(FILLER, "")
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
