"""Symbols and check boxes as characters: what a reader of the paper would see.

Source: ECMA-376 part 1, 17.3.3.30 (sym), 17.16.7 (checkBox); the code charts of the Wingdings
fonts; 17.16.5.15 (EQ fields), which forms in Chinese use to strike or tick a box.
"""

from __future__ import annotations

import re

from lxml import etree

from parsers.documents.ooxml.names import W, toggle

UNKNOWN = "\ufffd"
TICKED, EMPTY_BOX, CROSSED = "☑", "□", "☒"

_WINGDINGS = {
    0x6F: EMPTY_BOX, 0x70: EMPTY_BOX, 0x71: EMPTY_BOX, 0x72: EMPTY_BOX, 0xA8: EMPTY_BOX,
    0xFE: TICKED, 0xFD: CROSSED, 0x78: CROSSED, 0xFC: "✓", 0xFB: "✗",
    0xE0: "→", 0xDF: "←", 0xE1: "↑", 0xE2: "↓", 0x6C: "●", 0x6E: "■", 0x75: "◆", 0xA1: "○",
    0x28: "☎", 0x2A: "✉", 0x76: "❖", 0xD8: "➢",
}  # fmt: skip
_WINGDINGS_2 = {
    0x52: TICKED, 0x53: CROSSED, 0x54: CROSSED, 0xA3: EMPTY_BOX, 0x2A: EMPTY_BOX,
    0x50: "✓", 0x4F: "✗", 0x51: "✗",
}  # fmt: skip
_SYMBOL = {0xB4: "×", 0xB8: "÷", 0xB1: "±", 0xA3: "≤", 0xB3: "≥", 0xB9: "≠", 0xB7: "·",
           0xD6: "√", 0xB0: "°", 0x6D: "μ", 0x57: "Ω"}  # fmt: skip
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}

_OVERSTRIKE = re.compile(
    r"^\s*eq\s*\\o(?:\\a[clr])?\s*[(（](.*?)[,，](.*?)[)）]\s*$", re.IGNORECASE
)
_TICKS = set("√✓✔")
_BOXES = set("□☐▢口")


def symbol(font: str, code: str) -> str:
    """The character of a `w:sym`: a font's name and a code in hex; U+FFFD where unknown."""
    try:
        place = int(code, 16)
    except ValueError:
        return UNKNOWN
    chart = _FONTS.get(font.strip().lower())
    if chart is None:
        private = 0xE000 <= place <= 0xF8FF or 0xD800 <= place <= 0xDFFF or place < 0x20
        return UNKNOWN if private or place > 0xFFFF else chr(place)
    # Symbol fonts are addressed at F000 and up (17.3.3.30).
    return chart.get(place & 0xFF, UNKNOWN)


def in_symbol_font(text: str, font: str) -> str:
    """Text of a run whose font is a symbol font: its private characters by the font's chart."""
    chart = _FONTS.get(font.strip().lower())
    if chart is None:
        return text
    return "".join(
        chart.get(ord(sign) & 0xFF, UNKNOWN) if 0xF000 <= ord(sign) <= 0xF0FF else sign
        for sign in text
    )


def check_box(element: etree._Element) -> str:
    """A `w:checkBox` of a legacy form field."""
    checked = toggle(element, "checked")
    if checked is None:
        checked = toggle(element, "default") is True
    return TICKED if checked else EMPTY_BOX


def overstrike(instruction: str) -> str:
    """What an `EQ \\o` field shows: a tick over a box is a ticked box; "" for other fields."""
    found = _OVERSTRIKE.match(instruction)
    if not found:
        return ""
    below, above = found.group(1).strip(), found.group(2).strip()
    signs = {below, above}
    if signs & _TICKS and signs & _BOXES:
        return TICKED
    return below + above


def font_of(fonts: etree._Element) -> str:
    """The font of a `w:rFonts` that Latin characters are set in."""
    return fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or ""
