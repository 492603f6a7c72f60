"""What the bytes of a rich text say, by the font that they stand in.

Source: Rich Text Format Specification 1.9.1, "Font Table", "Code Page Support", "Unicode RTF".

Residual risks: bytes that declare no encoding, or a Western one, are taken for GBK where they look
it. A font may lie; what its encoding cannot read becomes U+FFFD.
"""

from __future__ import annotations

from parsers.documents.doc.pieces import looks_chinese
from parsers.documents.docx.symbols import in_symbol_font
from parsers.documents.rtf.state import State
from parsers.documents.rtf.tables import Head
from parsers.documents.rtf.words import DOUBLE


def text_of(raw: bytes, state: State, head: Head, encoding: str) -> str:
    """The characters of bytes. encoding: the document's, for fonts that have none."""
    name = head.symbols.get(state.font)
    if name is None:
        return _decoded(raw, state, head, encoding)
    shown = "".join(chr(0xF000 + byte) if byte >= 0x20 else "" for byte in raw)
    text = in_symbol_font(shown, name)
    return text if text != shown else raw.decode("latin-1")


def signs_of(numbers: list[int], state: State, head: Head) -> str:
    """The characters of the numbers behind \\u, which are signed and of 16 bits."""
    if min(numbers) < 0 or max(numbers) > 0xFFFF:
        numbers = [number & 0xFFFF for number in numbers]
    text = "".join(map(chr, numbers))
    name = head.symbols.get(state.font)
    return text if name is None else in_symbol_font(text, name)


def takes_two_bytes(state: State, head: Head, encoding: str) -> bool:
    """Whether some characters here are of two bytes, of which the second may be a brace."""
    own = head.fonts.get(state.font) or encoding
    return own in DOUBLE or head.fonts.get(state.far_font) in DOUBLE


def _decoded(raw: bytes, state: State, head: Head, encoding: str) -> str:
    if raw.isascii():
        return raw.decode("ascii")
    own = head.fonts.get(state.font, "")
    far = head.fonts.get(state.far_font, "")
    if own and own not in DOUBLE:
        return raw.decode(own, "replace")
    for one in (own, far, encoding):
        if one in DOUBLE or one == "utf-8":
            try:
                return raw.decode(one)
            except UnicodeDecodeError:
                continue
    if looks_chinese(raw) or own == "gb18030":
        return raw.decode("gb18030", "replace")
    return raw.decode(own or (encoding if encoding not in DOUBLE else "cp1252"), "replace")
