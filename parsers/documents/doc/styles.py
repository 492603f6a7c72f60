"""How runs of a Word binary file look, as far as it matters for reading; its styles and fonts.

Sources: [MS-DOC] 2.4.6 (determining formatting), 2.9.271 (STSH), 2.9.260 (STD), 2.9.286
(SttbfFfn), 2.6.1 (character properties; toggles).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from parsers.documents.doc import sprms as code

Sprms = Callable[[bytes], Iterator[tuple[int, bytes]]]

TINY_HALF_POINTS = 4
_WHITE_INDEX = 8
_WHITE = b"\xff\xff\xff\x00"
_WANTED = frozenset(
    {code.VANISH, code.DELETED, code.INSERTED, code.HALF_POINTS, code.COLOUR_INDEX, code.COLOUR,
     code.SYMBOL, code.PICTURE, code.SPECIAL_DATA, code.ASCII_FONT, code.OTHER_FONT,
     code.CHARACTER_STYLE}
)  # fmt: skip
_MAX_STYLES = 4096
_MAX_ANCESTORS = 32
_HEADINGS = range(1, 10)
_TITLE = 62
"""Numbers (sti) of the built-in styles."""
_ODD = re.compile(rb"\x3c\x08|\x42\x2a\x08|\x70\x68\xff\xff\xff|\x43\x4a[\x01-\x04]\x00", re.DOTALL)
"""sprmCFVanish, sprmCIco white, sprmCCv white, sprmCHps up to 4."""
_SYMBOL_FONTS = {"wingdings", "wingdings 2", "symbol"}


@dataclass(frozen=True, slots=True)
class Look:
    """font: the name, of a symbol font only. symbol: font number and code of a single symbol.
    picture: place in the stream `Data` of a picture or form field, -1 for none; data: a field."""

    deleted: bool = False
    inserted: bool = False
    hidden: bool = False
    tiny: bool = False
    white: bool = False
    font: str = ""
    symbol: tuple[int, int] | None = None
    picture: int = -1
    data: bool = False


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Style:
    """level: of a heading from 1, 0 for none. place: list and level, where it has one."""

    level: int = 0
    look: Look = PLAIN
    place: tuple[int, int] | None = None


NO_STYLE = Style()


class Styles:
    """All styles by their number (istd), and looks of runs upon them."""

    def __init__(self, sheet: bytes, fonts: bytes, *, old: bool) -> None:
        self._sprms: Sprms = code.old_sprms if old else code.sprms
        self._old = old
        self.fonts = _fonts(fonts)
        self._sheet = sheet
        self._base_size, self._described = _descriptions(sheet)
        self._parsed: dict[int, _RawStyle] = {}
        self._styles: dict[int, Style] = {}
        self._looks: dict[tuple[bytes, Look], Look] = {}

    @property
    def plain(self) -> bool:
        """Whether no style of paragraphs hides, shrinks or whitens anything."""
        symbols = [
            operation.to_bytes(2, "little") + number.to_bytes(2, "little")
            for number, name in enumerate(self.fonts)
            if name.lower() in _SYMBOL_FONTS
            for operation in (code.ASCII_FONT, code.OTHER_FONT)
        ]

        def suspect(data: bytes) -> bool:
            # Most can be told by a look at their bytes, which is quicker than reading them.
            return bool(self._old or _ODD.search(data) or any(one in data for one in symbols))

        return not suspect(self._sheet) or not any(
            suspect(data) and self._raw(number).paragraph and self.get(number).look != PLAIN
            for number, data in self._described.items()
        )

    def get(self, number: int) -> Style:
        """The style with what it inherits; unknown ones are the empty style."""
        if number not in self._styles:
            self._styles[number] = self._resolved(number)
        return self._styles[number]

    def look(self, modifiers: bytes, base: Look = PLAIN) -> Look:
        """How a run of these modifiers looks in a paragraph whose style looks like `base`."""
        key = (modifiers, base)
        found = self._looks.get(key)
        if found is None:
            found = self._looks[key] = self._changed(base, modifiers, base)
        return found

    def _resolved(self, number: int) -> Style:
        chain: list[_RawStyle] = []
        seen: set[int] = set()
        while number in self._described and number not in seen and len(seen) < _MAX_ANCESTORS:
            seen.add(number)
            chain.append(self._raw(number))
            number = chain[-1].base
        style = NO_STYLE
        for raw in reversed(chain):
            look = self._changed(style.look, raw.run, style.look, styled=False)
            level, place = style.level, style.place
            for operation, operand in self._sprms(raw.block):
                if operation == code.OUTLINE and operand:
                    level = operand[0] + 1 if operand[0] < len(_HEADINGS) else 0
                elif operation == code.LIST and len(operand) == 2:
                    place = (int.from_bytes(operand, "little"), place[1] if place else 0)
                elif operation == code.LIST_LEVEL and operand:
                    place = (place[0] if place else 0, operand[0])
            if raw.kind in _HEADINGS and raw.paragraph:
                level = raw.kind
            elif raw.kind == _TITLE:
                level = 1
            style = Style(level, look, place)
        return style

    def _raw(self, number: int) -> _RawStyle:
        found = self._parsed.get(number)
        if found is None:
            found = _raw_style(self._described[number], self._base_size, old=self._old)
            self._parsed[number] = found
        return found

    def _changed(self, look: Look, modifiers: bytes, base: Look, *, styled: bool = True) -> Look:
        changes: dict[str, Any] = {}
        for operation, operand in self._sprms(modifiers):
            if operation not in _WANTED or not operand:
                continue
            first = operand[0]
            if operation == code.VANISH:
                changes["hidden"] = _toggled(first, base=base.hidden)
            elif operation == code.DELETED:
                changes["deleted"] = first == 1
            elif operation == code.INSERTED:
                changes["inserted"] = first == 1
            elif operation == code.HALF_POINTS:
                size = int.from_bytes(operand, "little")
                changes["tiny"] = 0 < size <= TINY_HALF_POINTS
            elif operation == code.COLOUR_INDEX:
                changes["white"] = first == _WHITE_INDEX
            elif operation == code.COLOUR:
                changes["white"] = operand == _WHITE
            elif operation == code.SYMBOL and len(operand) == 4:
                changes["symbol"] = struct.unpack("<HH", operand)
            elif operation == code.PICTURE and len(operand) >= 4:
                changes["picture"] = int.from_bytes(operand[-4:], "little")
            elif operation == code.SPECIAL_DATA:
                changes["data"] = first == 1
            elif operation in (code.ASCII_FONT, code.OTHER_FONT):
                changes["font"] = self._symbol_font(int.from_bytes(operand, "little"))
            elif operation == code.CHARACTER_STYLE and styled:
                worn = self.get(int.from_bytes(operand, "little")).look
                for name in ("hidden", "tiny", "white", "font"):
                    if getattr(worn, name):
                        changes[name] = getattr(worn, name)
        if all(getattr(look, name) == value for name, value in changes.items()):
            return look
        return replace(look, **changes)

    def _symbol_font(self, number: int) -> str:
        name = self.fonts[number] if number < len(self.fonts) else ""
        return name if name.lower() in _SYMBOL_FONTS else ""


def _toggled(value: int, *, base: bool) -> bool:
    """128 is "as the style says", 129 its opposite (2.6.1, ToggleOperand)."""
    if value in (0x80, 0x81):
        return base is (value == 0x80)
    return value == 1


@dataclass(frozen=True, slots=True)
class _RawStyle:
    kind: int
    paragraph: bool
    base: int
    block: bytes
    run: bytes


def _descriptions(sheet: bytes) -> tuple[int, dict[int, bytes]]:
    """Bytes of the fixed part of a style, and the descriptions by number, as far as the sheet
    can be followed."""
    if len(sheet) < 6:
        return 0, {}
    head, count, base_size = struct.unpack_from("<3H", sheet)
    found: dict[int, bytes] = {}
    place = 2 + head
    for number in range(min(count, _MAX_STYLES)):
        size = int.from_bytes(sheet[place : place + 2], "little")
        if size:
            found[number] = sheet[place + 2 : place + 2 + size]
        place += 2 + size + (size & 1)
    return base_size, found


def _raw_style(data: bytes, base_size: int, *, old: bool) -> _RawStyle:
    """One description; one that cannot be followed says nothing."""
    try:
        first, second, third = struct.unpack_from("<3H", data)
        if old:
            place = base_size + 1 + data[base_size] + 1
        else:
            (length,) = struct.unpack_from("<H", data, base_size)
            place = base_size + 2 + 2 * length + 2
        parts: list[bytes] = []
        for _ in range(min(third & 0xF, 3)):
            place += place & 1
            (size,) = struct.unpack_from("<H", data, place)
            parts.append(data[place + 2 : place + 2 + size])
            place += 2 + size
    except (struct.error, IndexError):
        return _SILENT
    kind = second & 0xF
    block = parts[0][2:] if kind == 1 and parts else b""
    run = parts[1] if kind == 1 and len(parts) > 1 else b""
    if kind == 2 and parts:
        run = parts[0]
    return _RawStyle(first & 0xFFF, kind == 1, second >> 4, block, run)


_SILENT = _RawStyle(0, paragraph=False, base=0xFFF, block=b"", run=b"")


def _fonts(table: bytes) -> list[str]:
    """Names in the order of their numbers; only those of Word 97 and later are told."""
    names: list[str] = []
    if len(table) < 4:
        return names
    (count,) = struct.unpack_from("<H", table)
    place = 4
    for _ in range(count):
        if place >= len(table):
            break
        size = table[place]
        raw = table[place + 40 : place + 1 + size]
        text = raw[: len(raw) & ~1].decode("utf-16-le", "replace")
        names.append(text.split("\x00", 1)[0])
        place += 1 + size
    return names
