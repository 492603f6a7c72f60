"""The binary workbook stream (BIFF8, BIFF5) as sheets.

Source: [MS-XLS] 2.1.4 (records), 2.4 (each record), 2.5.122 (FormulaValue), 2.5.217 (RkNumber).

Residual risks: record lengths are the sender's and held to the stream; a formula is never
reckoned, its last value is read. Chart sheets and the charts on sheets are passed over.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from model.document import BlockKind
from parsers.documents.sheets.biff_strings import (
    SharedStrings,
    characters,
    code_page,
    long_string,
    short_string,
)
from parsers.documents.sheets.grid import MAX_SHEETS, Sheet, SheetBudget, cell_name
from parsers.documents.sheets.number_format import BUILT_IN, GENERAL, shown
from parsers.documents.sheets.xlsx_cells import unescaped

_BOF, _EOF, _CONTINUE = 0x0809, 0x000A, 0x003C
_BIFF8 = 0x0600
_WORKSHEET, _MACRO_SHEET = 0x0010, 0x0040
_NOTE_OBJECT = 0x19
_STRING_FOLLOWS = b"\x00"
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
           0x24: "#NUM!", 0x2A: "#N/A"}  # fmt: skip


class Encrypted(Exception):
    """The stream has a FilePass record: what follows it is encrypted."""


class NoWorkbook(Exception):
    """The stream does not begin as a workbook."""


Record = tuple[int, int, int]
"""Kind, and where its data begins and ends in the stream."""


class Biff:
    """One workbook stream while it is read. Sheets stand in `sheets` as far as they were read."""

    def __init__(self, stream: bytes, budget: SheetBudget) -> None:
        self._stream = stream
        self._budget = budget
        self._encoding: str | None = None
        self._since_1904 = False
        self._codes: dict[int, str] = {}
        self._styles: list[int] = []
        self._strings: list[str] = []
        self._waiting: tuple[int, int] | None = None
        self._object = (0, 0)
        self._said: dict[int, str] = {}
        self._notes: list[tuple[int, int, int]] = []
        self._sheet = Sheet("", "")
        self.sheets: list[Sheet] = []
        self.links: list[str] = []
        self.macros = False
        self._handlers: dict[int, Callable[[bytes], None]] = {
            0x0203: self._number, 0x027E: self._rk, 0x00BD: self._rks, 0x00FD: self._shared,
            0x0204: self._label, 0x00D6: self._label, 0x0006: self._formula,
            0x0206: self._formula, 0x0406: self._formula, 0x0207: self._formula_text,
            0x0205: self._truth, 0x0208: self._row, 0x007D: self._columns, 0x001C: self._note,
            0x005D: self._object_begins, 0x0014: self._header, 0x0015: self._footer,
            0x00E5: self._merged,
        }  # fmt: skip

    def read(self) -> None:
        """Reads all of it into `sheets`.

        Raises: Encrypted, NoWorkbook; Full where the budget is spent.
        """
        places = self._globals()
        self._budget.cells_cut |= len(places) > MAX_SHEETS
        for offset, hidden, kind, name in places[:MAX_SHEETS]:
            self._sheet = Sheet(name, name, hidden=hidden)
            self.macros |= kind == 1
            self.sheets.append(self._sheet)
            try:
                self._worksheet(offset)
            finally:
                self._remarks()

    def _records(self, at: int) -> Iterator[Record]:
        stream, end = self._stream, len(self._stream)
        unpack = struct.Struct("<HH").unpack_from
        while at + 4 <= end:
            kind, size = unpack(stream, at)
            at += 4
            yield kind, at, min(at + size, end)
            at += size

    def _globals(self) -> list[tuple[int, bool, int, str]]:
        places: list[tuple[int, bool, int, str]] = []
        table: list[bytes] = []
        previous = 0
        stream = self._stream
        for number, (kind, start, end) in enumerate(self._records(0)):
            data = stream[start:end]
            if number == 0:
                if kind != _BOF or len(data) < 4:
                    raise NoWorkbook
                if struct.unpack_from("<H", data)[0] != _BIFF8:
                    self._encoding = "gb18030"
            elif kind == _EOF:
                break
            elif kind == 0x002F:
                raise Encrypted
            elif kind == 0x00FC or (kind == _CONTINUE and previous == 0x00FC):
                table.append(data)
                kind = 0x00FC
            elif kind == 0x0085 and len(data) >= 7:
                (offset,) = struct.unpack_from("<I", data)
                name = short_string(data, 6, self._encoding)
                places.append((offset, bool(data[4] & 3), data[5], name))
            else:
                self._global(kind, data)
            previous = kind
        self._strings = SharedStrings(table).read()
        return places

    def _global(self, kind: int, data: bytes) -> None:
        if len(data) < 2:
            return
        (first,) = struct.unpack_from("<H", data)
        if kind == 0x0042 and self._encoding is not None:
            self._encoding = code_page(first)
        elif kind == 0x0022:
            self._since_1904 = bool(first)
        elif kind == 0x041E:
            read = long_string if self._encoding is None else short_string
            self._codes[first] = read(data, 2, self._encoding)
        elif kind == 0x00E0 and len(data) >= 4:
            self._styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == 0x01AE and len(data) > 4:
            (count,) = struct.unpack_from("<H", data, 2)
            if count <= 0xFF:
                # \x01 says that the path is written in a form of its own ([MS-XLS] 2.5.277).
                path = long_string(data, 2, self._encoding)
                self.links.append(unescaped(path.replace("\x03", "/")).strip())

    def _worksheet(self, offset: int) -> None:
        depth = 0
        kinds = self._handlers
        stream = self._stream
        text_of = 0
        wanted = 0
        for kind, start, end in self._records(offset):
            if kind == _BOF:
                depth += 1
                if depth == 1:
                    (sheet_kind,) = struct.unpack_from("<H", stream[start:end].ljust(4, b"\0"), 2)
                    self.macros |= sheet_kind == _MACRO_SHEET
                continue
            if depth == 0:
                return
            if kind == _EOF:
                depth -= 1
                if not depth:
                    return
                continue
            # What lies between an inner BOF and its EOF belongs to a chart.
            if depth > 1:
                continue
            if kind == 0x01B6 and end - start >= 14:
                text_of = self._object[1]
                (wanted,) = struct.unpack_from("<H", stream, start + 10)
            elif kind == _CONTINUE and wanted and end > start:
                wanted = self._drawn(stream[start:end], text_of, wanted)
            elif kind in kinds:
                try:
                    kinds[kind](stream[start:end])
                except (struct.error, IndexError):
                    self._budget.cells_cut = True

    def _drawn(self, data: bytes, owner: int, wanted: int) -> int:
        """Text of a text box or a comment; how many of its characters are still to come."""
        wide = bool(data[0] & 1)
        text = characters(data[1 : 1 + wanted * (2 if wide else 1)], wide=wide)
        self._budget.take(text)
        self._said[owner] = self._said.get(owner, "") + text
        return wanted - len(text) if len(text) < wanted else 0

    def _remarks(self) -> None:
        """Comments and text boxes of the sheet that has just been read."""
        for row, column, owner in self._notes:
            text = unescaped(self._said.pop(owner, "")).strip()
            if text:
                self._sheet.remarks.append((cell_name(row, column), text))
        for text in self._said.values():
            if text.strip():
                self._sheet.extras.append((BlockKind.TEXT_BOX, unescaped(text).strip()))
        self._notes = []
        self._said = {}

    def _put(self, row: int, column: int, text: str) -> None:
        self._sheet.put(row, column, text, self._budget)

    def _value(self, row: int, column: int, style: int, value: float) -> None:
        code = GENERAL
        if style < len(self._styles):
            index = self._styles[style]
            code = self._codes.get(index) or BUILT_IN.get(index, GENERAL)
        self._put(row, column, shown(value, code, since_1904=self._since_1904))

    def _number(self, data: bytes) -> None:
        self._value(*struct.unpack_from("<3Hd", data))

    def _rk(self, data: bytes) -> None:
        row, column, style, packed = struct.unpack_from("<3HI", data)
        self._value(row, column, style, _unpacked(packed))

    def _rks(self, data: bytes) -> None:
        row, column = struct.unpack_from("<HH", data)
        for place in range((len(data) - 6) // 6):
            style, packed = struct.unpack_from("<HI", data, 4 + place * 6)
            self._value(row, column + place, style, _unpacked(packed))

    def _shared(self, data: bytes) -> None:
        row, column, _style, number = struct.unpack_from("<3HI", data)
        if number < len(self._strings):
            self._put(row, column, unescaped(self._strings[number]))
        else:
            self._budget.cells_cut = True

    def _label(self, data: bytes) -> None:
        row, column = struct.unpack_from("<HH", data)
        self._put(row, column, unescaped(long_string(data, 6, self._encoding)))

    def _formula(self, data: bytes) -> None:
        row, column, style = struct.unpack_from("<3H", data)
        result = data[6:14]
        if result[6:8] != b"\xff\xff":
            self._value(row, column, style, struct.unpack("<d", result)[0])
        elif result[:1] == _STRING_FOLLOWS:
            self._waiting = (row, column)
        elif result[0] == 1:
            self._put(row, column, "TRUE" if result[2] else "FALSE")
        elif result[0] == 2:
            self._put(row, column, _ERRORS.get(result[2], "#N/A"))

    def _formula_text(self, data: bytes) -> None:
        if self._waiting is not None:
            (row, column), self._waiting = self._waiting, None
            self._put(row, column, unescaped(long_string(data, 0, self._encoding)))

    def _truth(self, data: bytes) -> None:
        row, column, _style, value, error = struct.unpack_from("<3HBB", data)
        truth = "TRUE" if value else "FALSE"
        self._put(row, column, _ERRORS.get(value, "#N/A") if error else truth)

    def _row(self, data: bytes) -> None:
        (row,) = struct.unpack_from("<H", data)
        if data[12] & 0x20:
            self._sheet.hidden_rows.add(row)

    def _columns(self, data: bytes) -> None:
        first, last, width, _style, flags = struct.unpack_from("<5H", data)
        if flags & 1 or not width:
            self._sheet.hidden_columns.append((first, last))

    def _merged(self, data: bytes) -> None:
        (count,) = struct.unpack_from("<H", data)
        for first, last, column, _last in struct.iter_unpack("<4H", data[2 : 2 + 8 * count]):
            self._sheet.merge(first, last, column)

    def _note(self, data: bytes) -> None:
        row, column, _flags, owner = struct.unpack_from("<4H", data)
        self._notes.append((row, column, owner))

    def _object_begins(self, data: bytes) -> None:
        _common, _size, kind, number = struct.unpack_from("<4H", data)
        self._object = (kind, number)

    def _header(self, data: bytes) -> None:
        self._margin(BlockKind.HEADER, data)

    def _footer(self, data: bytes) -> None:
        self._margin(BlockKind.FOOTER, data)

    def _margin(self, kind: BlockKind, data: bytes) -> None:
        read = long_string if self._encoding is None else short_string
        self._sheet.margin(kind, unescaped(read(data, 0, self._encoding)), self._budget)


def _unpacked(packed: int) -> float:
    """A number in 30 bits ([MS-XLS] 2.5.217)."""
    if packed & 2:
        value = float((packed - (1 << 32) if packed & 0x80000000 else packed) >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return value / 100 if packed & 1 else value
