"""Word binary files (.doc) built in code: text, pieces, formatting and stories ([MS-DOC])."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from tests.builders.ole_writer import ole

_TEXT_AT = 0x800
_STORIES = ("body", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "more_boxes")
_FIB_97 = 154


def sprm(code: int, *operand: int, size: int = 1) -> bytes:
    """One modifier; size: bytes of each number of its operand."""
    return struct.pack("<H", code) + b"".join(one.to_bytes(size, "little") for one in operand)


DELETED, INSERTED, HIDDEN = sprm(0x0800, 1), sprm(0x0801, 1), sprm(0x083C, 1)
TINY, WHITE = sprm(0x4A43, 2, size=2), sprm(0x6870, 0x00FFFFFF, size=4)
IN_TABLE, ROW_END = sprm(0x2416, 1), sprm(0x2416, 1) + sprm(0x2417, 1)
INNER_CELL = sprm(0x2416, 1) + sprm(0x6649, 2, size=4) + sprm(0x244B, 1)
INNER_ROW = sprm(0x2416, 1) + sprm(0x6649, 2, size=4) + sprm(0x244B, 1) + sprm(0x244C, 1)


def row_end(*edges: int) -> bytes:
    """Modifiers of the mark that ends a row, with the edges of its cells."""
    cells = len(edges) - 1
    body = bytes([cells]) + struct.pack(f"<{len(edges)}h", *edges) + bytes(20 * cells)
    return ROW_END + struct.pack("<HH", 0xD608, len(body) + 1) + body


@dataclass
class Run:
    """Text of one look; a mark at its end (\\r, \\x07) ends a paragraph with these modifiers."""

    text: str
    look: bytes = b""
    block: bytes = b""
    style: int = 0


@dataclass
class Word:
    """A document. narrow: the numbers of runs of the body that are stored as single bytes in
    `encoding`. table_head: free bytes in front of the table stream. parts: structures of
    that stream by their number in FibRgFcLcb97."""

    body: list[Run]
    stories: dict[str, list[Run]] = field(default_factory=dict)
    styles: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    narrow: frozenset[int] = frozenset()
    encoding: str = "cp1252"
    parts: dict[int, bytes] = field(default_factory=dict)
    streams: dict[str, bytes] = field(default_factory=dict)
    flags: int = 0
    language: int = 0x0804
    pieces: bool = True
    table_head: int = 2

    def build(self) -> bytes:
        """The file. Every run is a piece of its own, and the pieces lie in reverse order."""
        return ole(self.build_streams())

    def build_streams(self) -> dict[str, bytes]:
        """The content of the file by the names of its streams."""
        stories = {"body": self.body, **self.stories}
        runs = [run for name in _STORIES for run in stories.get(name, [])]
        stored = [
            run.text.encode(self.encoding) if number in self.narrow
            else run.text.encode("utf-16-le", "surrogatepass")
            for number, run in enumerate(runs)
        ]  # fmt: skip
        counts = [
            len(raw) if number in self.narrow else len(raw) // 2
            for number, raw in enumerate(stored)
        ]
        offsets = [0] * len(runs)
        text = bytearray()
        order = range(len(runs)) if not self.pieces else reversed(range(len(runs)))
        for number in order:
            offsets[number] = _TEXT_AT + len(text)
            text += stored[number] + bytes(len(stored[number]) % 2)
        word = bytearray(_TEXT_AT) + text
        table = bytearray(self.table_head)
        pairs: dict[int, tuple[int, int]] = {}

        def add(number: int, data: bytes) -> None:
            pairs[number] = (len(table), len(data))
            table.extend(data)

        sheet = self._sheet()
        if sheet:
            add(1, sheet)
        spans = sorted(
            (offset, offset + len(raw), number)
            for number, (offset, raw) in enumerate(zip(offsets, stored, strict=True))
            if raw
        )
        ranges = [(start, end, runs[number]) for start, end, number in spans]
        add(12, _pages(word, ranges, block=False))
        add(13, _pages(word, ranges, block=True))
        if self.pieces:
            add(33, _clx(counts, offsets, self.narrow))
        for number, data in self.parts.items():
            add(number, data)
        struct.pack_into("<4H", word, 0, 0xA5EC, 193, 0, self.language)
        struct.pack_into("<H", word, 10, 0x1200 | self.flags)
        struct.pack_into("<II", word, 24, _TEXT_AT, _TEXT_AT + len(text))
        struct.pack_into("<H", word, 32, 14)
        struct.pack_into("<H", word, 62, 22)
        place = 0
        for index, name in enumerate(_STORIES):
            many = len(stories.get(name, []))
            struct.pack_into("<I", word, 76 + 4 * index, sum(counts[place : place + many]))
            place += many
        struct.pack_into("<H", word, 152, 93)
        for number, (offset, size) in pairs.items():
            struct.pack_into("<II", word, _FIB_97 + 8 * number, offset, size)
        return {
            "WordDocument": bytes(word).ljust(4096, b"\0"),
            "1Table": bytes(table).ljust(4096, b"\0"),
            **self.streams,
        }

    def _sheet(self) -> bytes:
        """styles: number of the built-in kind (sti), modifiers of the block and of the run."""
        if not self.styles:
            return b""
        out = struct.pack("<H", 18) + struct.pack("<HH", len(self.styles), 10) + bytes(14)
        for kind, block, run in self.styles:
            std = struct.pack("<5H", kind, 1 | 0xFFF0, 2, 0, 0) + struct.pack("<HHH", 1, 0x41, 0)
            for part in (b"\0\0" + block, run):
                std += bytes(len(std) % 2) + struct.pack("<H", len(part)) + part
            out += struct.pack("<H", len(std)) + std + bytes(len(std) % 2)
        return out


def _clx(counts: list[int], offsets: list[int], narrow: frozenset[int]) -> bytes:
    places = [sum(counts[:number]) for number in range(len(counts) + 1)]
    pcd = struct.pack(f"<{len(places)}I", *places)
    for number, offset in enumerate(offsets):
        place = offset * 2 | 0x40000000 if number in narrow else offset
        pcd += struct.pack("<HIH", 0, place, 0)
    return b"\x02" + struct.pack("<I", len(pcd)) + pcd


def word_95(runs: list[tuple[bytes, bytes, bytes]], language: int = 0x0804) -> bytes:
    """A file of Word 95: text of single bytes with its looks and blocks in one-byte modifiers."""
    word = bytearray(0x300)
    ranges: list[tuple[int, int, Run]] = []
    for text, look, block in runs:
        ranges.append((len(word), len(word) + len(text), Run("", look, block)))
        word += text
    end = len(word)
    places = {12: _pages(word, ranges, block=False, old=True)}
    places[13] = _pages(word, ranges, block=True, old=True)
    for number, data in places.items():
        struct.pack_into("<II", word, 0x58 + 8 * number, len(word), len(data))
        word += data
    struct.pack_into("<4H", word, 0, 0xA5DC, 104, 0, language)
    struct.pack_into("<II", word, 24, 0x300, end)
    struct.pack_into("<I", word, 0x34, end - 0x300)
    return ole({"WordDocument": bytes(word).ljust(4096, b"\0")})


def _pages(
    word: bytearray, ranges: list[tuple[int, int, Run]], *, block: bool, old: bool = False
) -> bytes:
    """One formatted page (FKP) for each range, appended to `word`; the PLC that names them."""
    numbers: list[int] = []
    for start, end, run in ranges:
        word.extend(bytes(-len(word) % 512))
        page = bytearray(512)
        page[511] = 1
        struct.pack_into("<II", page, 0, start, end)
        if block:
            data = struct.pack("<H", run.style) + run.block
            data += bytes(len(data) % 2 if old else (len(data) + 1) % 2)
            at = 510 - (len(data) + 1) & ~1
            page[8] = at // 2
            page[at] = len(data) // 2 if old else (len(data) + 1) // 2
            page[at + 1 : at + 1 + len(data)] = data
        elif run.look:
            at = 510 - (len(run.look) + 1) & ~1
            page[8] = at // 2
            page[at] = len(run.look)
            page[at + 1 : at + 1 + len(run.look)] = run.look
        numbers.append(len(word) // 512)
        word.extend(page)
    edges = [start for start, _, _ in ranges] + [ranges[-1][1]] if ranges else [0]
    size = "H" if old else "I"
    return struct.pack(f"<{len(edges)}I{len(numbers)}{size}", *edges, *numbers)
