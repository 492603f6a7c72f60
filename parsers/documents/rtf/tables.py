"""What stands at the head of a rich text: fonts, colours, styles.

Source: Rich Text Format Specification 1.9.1, "Header".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from parsers.documents.rtf.words import charset, code_page

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLES = {"title", "标题"}
_WORD = re.compile(rb"\\([a-z]+)(-?\d{1,6})?|([{};])|\\'([0-9a-fA-F]{2})|\\\*|([^\\{};\r\n]+)")
_SYMBOL_CHARSET = 2
_MAX_ENTRIES = 20_000


@dataclass(slots=True)
class Head:
    """fonts: number -> encoding, "" for the document's. symbols: number -> name of symbol fonts.
    white: numbers of colours. levels: number of a style -> level of a heading. default_font: number
    of the font of text that names none, -1 where the document gives none."""

    fonts: dict[int, str] = field(default_factory=dict)
    symbols: dict[int, str] = field(default_factory=dict)
    white: set[int] = field(default_factory=set)
    levels: dict[int, int] = field(default_factory=dict)
    default_font: int = -1


def read_fonts(group: bytes, head: Head) -> None:
    """The group \\fonttbl, with or without a group for each font."""
    number, set_, name = -1, 0, bytearray()
    for word, worth, sign, hexed, text in _WORD.findall(group):
        if word == b"f" and worth:
            number, set_ = int(worth), 0
            name.clear()
        elif word == b"fcharset":
            set_ = int(worth or 0)
            _set_font(head, number, charset(set_))
        elif word == b"cpg" and worth and not head.fonts.get(number):
            _set_font(head, number, code_page(int(worth)))
        elif sign == b";" and number >= 0 and len(head.fonts) < _MAX_ENTRIES:
            shown = bytes(name).decode("latin-1").strip()
            if set_ == _SYMBOL_CHARSET or shown.lower() in ("wingdings", "wingdings 2", "symbol"):
                head.symbols[number] = shown
            name.clear()
        elif hexed:
            name += bytes.fromhex(hexed.decode())
        elif text:
            name += text


def _set_font(head: Head, number: int, encoding: str) -> None:
    if number in head.fonts or len(head.fonts) < _MAX_ENTRIES:
        head.fonts[number] = encoding


def read_colours(group: bytes, head: Head) -> None:
    """The group \\colortbl; an entry ends with a semicolon."""
    for number, entry in enumerate(group.split(b";")[:_MAX_ENTRIES]):
        parts = re.findall(rb"\\(?:red|green|blue)(\d{1,3})(?!\d)", entry)
        if len(parts) == 3 and all(int(part) == 255 for part in parts):
            head.white.add(number)


def read_styles(group: bytes, head: Head, encoding: str) -> None:
    """The group \\stylesheet: levels of headings, by the outline or by the name."""
    number, level, paragraph, name = 0, 0, True, bytearray()
    for word, worth, sign, hexed, text in _WORD.findall(group):
        if sign == b"{":
            number, level, paragraph = 0, 0, True
            name.clear()
        elif word == b"s" and worth:
            number = int(worth)
        elif word in (b"cs", b"ds", b"ts"):
            paragraph = False
        elif word == b"outlinelevel" and worth:
            level = int(worth) + 1
        elif sign == b";":
            shown = bytes(name).decode(encoding, "replace").strip()
            found = _HEADING.fullmatch(shown)
            if found:
                level = int(found.group(1))
            elif shown.lower() in _TITLES:
                level = 1
            if paragraph and 0 < level < 10 and len(head.levels) < _MAX_ENTRIES:
                head.levels[number] = level
            name.clear()
        elif hexed:
            name += bytes.fromhex(hexed.decode())
        elif text:
            name += text
