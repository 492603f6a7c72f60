"""Which encoding a run of bytes is text in, if it is text at all.

Order: byte order mark, strict UTF-8, UTF-16 without a mark (by where the zero bytes or the
rows of Chinese characters stand), GB18030. GB2312 and GBK are subsets of GB18030.
Sources: Unicode 15 section 23.8 (byte order marks), GB 18030-2022.

Residual risk: short texts in Big5, Shift-JIS or Latin-1 are often valid GB18030 and then read
as other characters than were meant; nothing in the bytes tells.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_BINARY = bytes((*range(9), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F))
"""Control characters that no text file holds; 0x1a is allowed once at the very end (DOS)."""
_UTF16_SAMPLE = 4096
_ODD_CHARACTERS = re.compile(r"[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff\x80-\x9f]")


def text_encoding(data: bytes, *, whole: bool) -> str | None:
    """The Python name of the encoding that `data` is valid text in, None if in none.

    whole: `data` is the whole file; else its last character may be cut.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name if _decodes(data, name, whole=whole) else None
    if _decodes(data, "utf-8", whole=whole):
        return "utf-8"
    wide = _utf16_without_mark(data)
    if wide and _decodes(data, wide, whole=whole):
        return wide
    text = _decoded(data, "gb18030", whole=whole)
    if text is None or _is_binary(text):
        return None
    # Random bytes decode as GB18030 too, but then land in its private and unused areas.
    return "gb18030" if len(_ODD_CHARACTERS.findall(text)) * 20 <= len(text) else None


def likely_encoding(data: bytes) -> str:
    """The best encoding to repair `data` in, when it is strictly valid in none."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    wide = _utf16_without_mark(data)
    if wide:
        return wide
    losses = {name: data.decode(name, "replace").count("\ufffd") for name in ("utf-8", "gb18030")}
    return min(losses, key=lambda name: losses[name])


def _decoded(data: bytes, encoding: str, *, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(data, whole)
    except UnicodeDecodeError:
        return None


def _decodes(data: bytes, encoding: str, *, whole: bool) -> bool:
    text = _decoded(data, encoding, whole=whole)
    return text is not None and not _is_binary(text)


def _is_binary(text: str) -> bool:
    # In UTF-8 these bytes stand for nothing else, and dropping them is faster than a search.
    raw = text.removesuffix("\x1a").encode("utf-8", "surrogatepass")
    return len(raw.translate(None, _BINARY)) < len(raw)


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 by the bytes on one side of each pair being nearly all 00, 30, FF or 4E–9F."""
    sample = data[:_UTF16_SAMPLE]
    pairs = len(sample) // 2
    if pairs < 2 or (len(data) % 2 and len(data) <= _UTF16_SAMPLE):
        return None
    best = None
    for name, high, low in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        highs = sample[high : 2 * pairs : 2]
        lows = sample[low : 2 * pairs : 2]
        usual = sum(byte in (0x00, 0x20, 0x30, 0xFF) or 0x4E <= byte <= 0x9F for byte in highs)
        # Latin letters, digits or line ends as UTF-16 leave zero bytes on one side only.
        zeros = highs.count(0)
        if usual * 20 >= pairs * 19 and zeros and lows.count(0) * 20 <= pairs:
            best = name if best is None else None
    return best
