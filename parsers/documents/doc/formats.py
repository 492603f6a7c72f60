"""Formatting of a Word binary file, laid over the positions of its text.

Sources: [MS-DOC] 2.8.5 (PlcBteChpx), 2.8.6 (PlcBtePapx), 2.9.33 (ChpxFkp), 2.9.175 (PapxFkp),
2.9.23 (BxPap), 2.9.214 (Prm). Word 6 and 95 have page numbers of two bytes and a shorter BX.

Residual risks: pages are where the file says, and may be named twice; each is read once, and the
number of ranges is held. Where the limit cuts, the text is whole but its formatting is not.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any

from parsers.documents.doc import sprms as code
from parsers.documents.doc.fib import CHARACTERS, PARAGRAPHS, Fib
from parsers.documents.doc.pieces import Piece, Pieces
from parsers.documents.doc.styles import PLAIN, Look, Styles

_PAGE = 512
_MAX_RANGES = 1_000_000
_WANTED = frozenset(
    {code.IN_TABLE, code.DEPTH, code.ROW_END, code.INNER_ROW_END, code.INNER_CELL, code.OUTLINE,
     code.TABLE_CELLS, code.LIST, code.LIST_LEVEL, *code.ELSEWHERE}
)  # fmt: skip
_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True, eq=False)
class Paragraph:
    """Those of one description are one object.

    style: istd. depth: of the table around it, 0 for none. level: heading set on the paragraph
    itself, -1 where it leaves that to the style. cells: the operand of sprmTDefTable.
    place: list and level, None where the style says."""

    style: int = 0
    depth: int = 0
    row_end: bool = False
    cell_end: bool = False
    level: int = -1
    cells: bytes = b""
    place: tuple[int, int] | None = None


NORMAL = Paragraph()


class Formats:
    """What stands where. cut: some formatting was left out. all_plain: no run looks like more."""

    def __init__(
        self, fib: Fib, word: bytes, table: bytes, data: bytes, pieces: Pieces, styles: Styles
    ) -> None:
        self._fib, self._word, self._data = fib, word, data
        self._table = word if fib.old else table
        self._pieces, self._styles = pieces, styles
        self._sprms = code.old_sprms if fib.old else code.sprms
        self._known: dict[bytes, Paragraph] = {}
        self.cut = False
        self._by_style = not styles.plain
        self._looks(self._runs(CHARACTERS))
        self._paragraphs(self._runs(PARAGRAPHS))

    def paragraph(self, position: int) -> Paragraph:
        """The properties of the paragraph whose mark stands at `position`."""
        number = bisect_right(self._block_starts, position) - 1
        if number < 0 or position >= self._block_ends[number]:
            return NORMAL
        return self._blocks[number]

    def looks(self, start: int, end: int, style: int) -> list[tuple[int, int, Look]]:
        """The ranges between two positions that look other than plain text, in order."""
        if self.all_plain:
            return []
        base = self._styles.get(style).look if self._by_style else PLAIN
        found: list[tuple[int, int, Look]] = []
        place = start
        for number in range(
            max(bisect_right(self._run_starts, start) - 1, 0), len(self._run_starts)
        ):
            low, high = self._run_starts[number], self._run_ends[number]
            if low >= end:
                break
            low, high = max(low, place), min(high, end)
            if low >= high:
                continue
            if base is not PLAIN and place < low:
                found.append((place, low, base))
            look = self._run_looks[number]
            if base is not PLAIN:
                look = self._styles.look(self._run_lists[number], base)
            if look != PLAIN:
                found.append((low, high, look))
            place = high
        if base is not PLAIN and place < end:
            found.append((place, end, base))
        return found

    def _looks(self, runs: list[tuple[int, int, bytes]]) -> None:
        spans: list[tuple[int, int, Look, bytes]] = []
        odd_pieces = any(piece.prm for piece in self._pieces.all)
        known = [self._styles.look(modifiers) for _, _, modifiers in runs]
        if self._by_style or odd_pieces or any(look is not PLAIN for look in known):
            for number, low, high, piece in self._spans(runs):
                look = self._of_piece(known[number], piece)
                if look != PLAIN or self._by_style:
                    spans.append((low, high, look, runs[number][2]))
        self.all_plain = not spans
        self._run_starts = [span[0] for span in spans]
        self._run_ends = [span[1] for span in spans]
        self._run_looks = [span[2] for span in spans]
        self._run_lists = [span[3] for span in spans]

    def _spans(self, runs: list[tuple[int, int, bytes]]) -> list[tuple[int, int, int, Piece]]:
        starts, ends = [run[0] for run in runs], [run[1] for run in runs]
        spans, whole = self._pieces.spans(starts, ends, _MAX_RANGES)
        self.cut |= not whole
        return spans

    def _of_piece(self, look: Look, piece: Piece) -> Look:
        if not piece.prm:
            return look
        if not piece.prm & 1:
            name = code.PIECE_CODES.get(piece.prm >> 1 & 0x7F)
            on = piece.prm >> 8 == 1
            if name == code.DELETED:
                return replace(look, deleted=on)
            if name == code.INSERTED:
                return replace(look, inserted=on)
            return replace(look, hidden=on) if name == code.VANISH else look
        number = piece.prm >> 1
        return (
            self._styles.look(self._pieces.lists[number], look)
            if number < len(self._pieces.lists)
            else look
        )

    def _paragraphs(self, runs: list[tuple[int, int, bytes]]) -> None:
        spans: list[tuple[int, int, Paragraph]] = []
        known = [self._paragraph(run[2]) for run in runs]
        for number, low, high, _ in self._spans(runs):
            if known[number] is not NORMAL:
                spans.append((low, high, known[number]))
        self._block_starts = [span[0] for span in spans]
        self._block_ends = [span[1] for span in spans]
        self._blocks = [span[2] for span in spans]

    def _paragraph(self, raw: bytes) -> Paragraph:
        found = self._known.get(raw)
        if found is None:
            style = int.from_bytes(raw[:2], "little")
            found = self._known[raw] = Paragraph(style, **self._changes(raw[2:]))
        return found

    def _changes(self, modifiers: bytes, depth: int = 0) -> dict[str, Any]:
        """What the modifiers set. depth: 1 within a list that stands in the stream `Data`."""
        changes: dict[str, Any] = {}
        for operation, operand in self._sprms(modifiers):
            if operation not in _WANTED or not operand:
                continue
            number = int.from_bytes(operand[:4], "little")
            if operation == code.IN_TABLE:
                changes["depth"] = max(changes.get("depth", 0), 1) if number else 0
            elif operation == code.DEPTH:
                changes["depth"] = min(number, _MAX_DEPTH)
            elif operation in (code.ROW_END, code.INNER_ROW_END):
                changes["row_end"] = bool(number)
            elif operation == code.INNER_CELL:
                changes["cell_end"] = bool(number)
            elif operation == code.OUTLINE:
                changes["level"] = number + 1 if number < 9 else 0
            elif operation == code.TABLE_CELLS:
                changes["cells"] = operand
            elif operation == code.LIST:
                changes["place"] = (number, changes.get("place", (0, 0))[1])
            elif operation == code.LIST_LEVEL:
                changes["place"] = (changes.get("place", (-1, 0))[0], number)
            elif not depth:
                size = int.from_bytes(self._data[number : number + 2], "little")
                more = self._data[number + 2 : number + 2 + size]
                changes |= self._changes(more, 1)
        return changes

    def _runs(self, pair: int) -> list[tuple[int, int, bytes]]:
        """Ranges of bytes and their modifiers, from all pages, in ascending order."""
        offset, length = self._fib.pair(pair)
        entries = self._table[offset : offset + length]
        size = 2 if self._fib.old else 4
        count = max((len(entries) - 4) // (4 + size), 0)
        numbers = (
            struct.unpack_from(f"<{count}{'H' if size == 2 else 'I'}", entries, 4 * (count + 1))
            if count
            else ()
        )
        read = _character_page if pair == CHARACTERS else _paragraph_page
        runs: list[tuple[int, int, bytes]] = []
        for number in dict.fromkeys(number & 0x3FFFFF for number in numbers):
            page = self._word[number * _PAGE : number * _PAGE + _PAGE]
            if len(runs) > _MAX_RANGES:
                self.cut = True
                break
            if len(page) == _PAGE:
                runs += read(page, 7 if self._fib.old else 13)
        runs.sort()
        return runs


def _character_page(page: bytes, _: int) -> list[tuple[int, int, bytes]]:
    count = page[-1]
    if 5 * count + 4 > _PAGE - 1:
        return []
    places = struct.unpack_from(f"<{count + 1}I", page)
    found: list[tuple[int, int, bytes]] = []
    for number in range(count):
        at = page[4 * (count + 1) + number] * 2
        modifiers = page[at + 1 : at + 1 + page[at]] if at else b""
        found.append((places[number], places[number + 1], modifiers))
    return found


def _paragraph_page(page: bytes, step: int) -> list[tuple[int, int, bytes]]:
    """Modifiers come with the number of the style in front, 2 bytes."""
    count = page[-1]
    if (4 + step) * count + 4 > _PAGE - 1:
        return []
    places = struct.unpack_from(f"<{count + 1}I", page)
    found: list[tuple[int, int, bytes]] = []
    for number in range(count):
        at = page[4 * (count + 1) + step * number] * 2
        words = page[at] if at else 0
        if not at:
            modifiers = b"\0\0"
        elif words:
            modifiers = (
                page[at + 1 : at + 2 * words] if step == 13 else page[at + 1 : at + 1 + 2 * words]
            )
        else:
            modifiers = page[at + 2 : at + 2 + 2 * page[at + 1]] if at + 1 < _PAGE else b"\0\0"
        found.append((places[number], places[number + 1], modifiers))
    return found
