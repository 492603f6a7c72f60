"""Bytes to text where the declared charset may be missing, wrong or made up.

Only charsets of a closed list are used, so that a mail cannot pick a codec that is not one of
text (`zlib`), or one that is slow (`punycode`). HZ and UTF-7 are used only when declared.

Residual risk: short texts are ambiguous. UTF-8 is tried first where nothing is declared, and two
bytes of GBK may by chance be a letter of UTF-8; the text is then wrong and nothing tells.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

GB18030 = "gb18030"

_GB = re.compile(r"^(x|cs)?(gb|euccn|cp936|ms936|windows936|936|chinese|isoir58|macchinsimp)")
_BIG5 = re.compile(r"^(x|cn|cs)*(big5|cp950|ms950|windows950)")
_VAGUE = frozenset(
    {"", "ascii", "usascii", "unknown8bit", "unknown", "xunknown", "default", "8bit"}
)
_WESTERN = frozenset({"iso8859-1", "cp1252", "iso8859-15"})
_TEXT_CODECS = frozenset(
    {"utf-8", "utf-8-sig", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le",
     "utf-32-be", "hz", "shift_jis", "cp932", "euc_jp", "iso2022_jp", "iso2022_jp_2", "euc_kr",
     "cp949", "iso2022_kr", "koi8-r", "koi8-u", "tis-620", "cp874", "mac-roman"}
    | {f"iso8859-{number}" for number in (*range(1, 12), 13, 14, 15, 16)}
    | {f"cp{number}" for number in range(1250, 1259)}
)  # fmt: skip
_SEVEN_BIT = re.compile(
    r"\s*[\"']?(hz|utf.?7|x?-?unicode.*utf.?7|iso-2022|csiso2022)", re.IGNORECASE
)
"""Charsets that write all their characters with ASCII bytes."""
_WIDE = re.compile(r"\s*[\"']?utf.?(16|32)", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIGH = bytes(range(0x80, 0x100))
_MIN_UTF8_EVIDENCE_BYTES = 6
"""Two Chinese characters: fewer bytes are too easily both GBK and UTF-8."""


class Decoded(NamedTuple):
    """repaired: the text was not to be had by the charset that the mail declares."""

    text: str
    repaired: bool = False


def decode(data: bytes, declared: str = "") -> Decoded:
    """The text of `data`, never failing; what no charset explains becomes U+FFFD.

    Any name of the GB family is read as GB18030, which contains the others.
    """
    if data.isascii() and not (
        _SEVEN_BIT.match(declared) or (b"\0" in data and _WIDE.match(declared))
    ):
        return Decoded(data.decode("ascii"))
    text, repaired = _decode(data, declared)
    return Decoded(_SURROGATE.sub("\ufffd", text), repaired)


def printable(text: str, replacement: str = "\ufffd") -> str:
    """Control characters other than tab and line ends replaced: no store or XML takes them all."""
    return _CONTROL.sub(replacement, text)


def _decode(data: bytes, declared: str) -> Decoded:
    squashed = re.sub(r"[^a-z0-9]", "", declared.split("*")[0].lower())
    if squashed in _VAGUE:
        return _guess(data)
    if _GB.match(squashed):
        high_bytes = len(data) - len(data.translate(None, _HIGH))
        if high_bytes >= _MIN_UTF8_EVIDENCE_BYTES and _is_chinese(_strict(data, "utf-8")):
            return Decoded(data.decode("utf-8"), repaired=True)
        return _first(data, GB18030, "utf-8")
    if _BIG5.match(squashed):
        return _first(data, "cp950", "big5hkscs", "utf-8", GB18030)
    codec = _codec(declared)
    if codec is None:
        return Decoded(_guess(data).text, repaired=True)
    if codec in _WESTERN:
        return _western(data, codec)
    return _first(data, codec, "utf-8", GB18030)


def _guess(data: bytes) -> Decoded:
    """Nothing is declared: UTF-8, then GB18030 and that is a repair."""
    return _first(data, "utf-8", GB18030)


def _western(data: bytes, codec: str) -> Decoded:
    """Chinese under a western name: programs write it when they do not know what they have."""
    for other in ("utf-8", GB18030):
        text = _strict(data, other)
        if text is not None and (other == "utf-8" or _is_chinese(text)):
            return Decoded(text, repaired=True)
    return Decoded(data.decode(codec, "replace"))


def _first(data: bytes, wanted: str, *others: str) -> Decoded:
    text = _strict(data, wanted)
    if text is not None:
        return Decoded(text)
    if _only_cut(data, wanted) or (wanted == "utf-8" and _mostly_utf8(data)):
        return Decoded(data.decode(wanted, "replace"), repaired=True)
    for other in others:
        text = _strict(data, other)
        if text is not None:
            return Decoded(text, repaired=True)
    # Most of the text is right in one of them: the one that loses least.
    texts = [data.decode(name, "replace") for name in (wanted, *others)]
    return Decoded(min(texts, key=lambda text: text.count("\ufffd")), repaired=True)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def _only_cut(data: bytes, codec: str) -> bool:
    """Right but for a character at the very end of which bytes are missing."""
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        return error.start >= len(data) - 3 and error.end == len(data) and error.start > 0
    except UnicodeError:
        return False
    return False


def _mostly_utf8(data: bytes) -> bool:
    """A few bytes are wrong. GBK read as UTF-8 is nearly all wrong, but not the other way round:
    GB18030 takes most of any bytes for rare characters."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    letters = sum(char >= "\u0800" for char in text) - wrong
    return wrong * 4 <= letters


def _is_chinese(text: str | None) -> bool:
    """All that is not ASCII is a Chinese character or punctuation used with them."""
    return text is not None and all(
        char.isascii()
        or "\u4e00" <= char <= "\u9fff"
        or "\u3000" <= char <= "\u303f"
        or "\uff00" <= char <= "\uffef"
        or "\u2010" <= char <= "\u2026"
        for char in text
    )


def _codec(declared: str) -> str | None:
    name = declared.split("*")[0].strip().strip("\"'")
    squashed = re.sub(r"[^a-z0-9]", "", name.lower())
    if squashed in ("hz", "hzgb2312", "hzgb"):
        return "hz"
    if squashed.endswith("utf7"):
        return "utf-7"
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return found if found in _TEXT_CODECS else None
