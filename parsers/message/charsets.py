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

from parsers.message.iso2022cn import decode_iso2022cn

GB18030 = "gb18030"
UNREADABLE = "\ufffd"

_GB = re.compile(r"^(x|cs)?(gb|euccn|eucgb|cp936|ms936|windows936|936|chinese|isoir58|macchinsimp)")
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
_REGIONAL = frozenset({"shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"})
_SEVEN_BIT = re.compile(
    r"\s*[\"']?(hz|utf.?7|x?-?unicode.*utf.?7|iso-2022|csiso2022)", re.IGNORECASE
)
"""Charsets that write all their characters with ASCII bytes."""
_WIDE = re.compile(r"\s*[\"']?(utf.?(16|32)|unicode$|ucs|iso-10646)", re.IGNORECASE)
_WIDE_LABELS = frozenset({"unicode", "ucs2", "iso10646ucs2", "csunicode"})
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_EURO = "euro-of-cp936"
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH = bytes(range(0x80, 0x100))
_SURROGATE_BYTES = re.compile(rb"\xed[\xa0-\xbf]")
_MIN_PAIRS_BYTES = 4
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
        declared and (_SEVEN_BIT.match(declared) or (b"\0" in data and _WIDE.match(declared)))
    ):
        return Decoded(data.decode("ascii"))
    text, repaired = _decode(data, declared)
    return Decoded(_SURROGATE.sub("\ufffd", text), repaired)


def printable(text: str, replacement: str = "\ufffd") -> str:
    """Control characters other than tab and line ends replaced: no store or XML takes them all."""
    return _CONTROL.sub(replacement, text)


def _decode(data: bytes, declared: str) -> Decoded:
    squashed = re.sub(r"[^a-z0-9]", "", declared.split("*")[0].lower())
    if data.startswith(codecs.BOM_UTF8) and (text := _strict(data, "utf-8")) is not None:
        return Decoded(text, repaired=squashed not in _VAGUE and "utf" not in squashed)
    if squashed in _WIDE_LABELS:
        declared = "utf-16" if b"\0" in data or data.startswith(_UTF16_MARKS) else ""
        squashed = declared.replace("-", "")
    if squashed in _VAGUE:
        return _guess(data)
    if _GB.match(squashed):
        high_bytes = len(data) - len(data.translate(None, _HIGH))
        if high_bytes >= _MIN_UTF8_EVIDENCE_BYTES and _is_chinese(_strict(data, "utf-8")):
            return Decoded(data.decode("utf-8"), repaired=True)
        return _first(data, GB18030, "utf-8")
    if _BIG5.match(squashed):
        return _first(data, "cp950", "big5hkscs", "utf-8", GB18030)
    if squashed in ("iso2022cn", "iso2022cnext", "csiso2022cn"):
        text = decode_iso2022cn(data)
        return Decoded(text, repaired="\ufffd" in text)
    codec = _codec(declared)
    if codec is None:
        return Decoded(_guess(data).text, repaired=True)
    if codec in _WESTERN:
        return _western(data, codec)
    return _first(data, codec, "utf-8", GB18030)


def regional(declared: str) -> str:
    """What a charset declared elsewhere in a mail says of its raw bytes; "" where nothing."""
    squashed = re.sub(r"[^a-z0-9]", "", declared.lower())
    if _BIG5.match(squashed):
        return "big5"
    codec = _codec(declared)
    return codec if codec in _REGIONAL else ""


def _guess(data: bytes) -> Decoded:
    """Nothing is declared: UTF-8, then GB18030 and that is a repair."""
    return _first(data, "utf-8", GB18030)


def _western(data: bytes, codec: str) -> Decoded:
    """Chinese under a western name: programs write it when they do not know what they have."""
    for other in ("utf-8", GB18030):
        text = _strict(data, other)
        if text is not None and (other == "utf-8" or (_is_chinese(text) and _in_pairs(data))):
            return Decoded(text, repaired=True)
    # The web reads all of ISO 8859-1 as Windows' page, and mail programs write it so.
    windows = _strict(data, "cp1252") if codec == "iso8859-1" else None
    return Decoded(windows or data.decode(codec, "replace"))


def _in_pairs(data: bytes) -> bool:
    """High bytes stand mostly two by two, as in GB 2312; a letter between letters stands alone."""
    high = sum(len(run) for run in _HIGH_RUN.findall(data))
    alone = sum(len(run) % 2 for run in _HIGH_RUN.findall(data))
    return high >= _MIN_PAIRS_BYTES and alone * 4 <= high


def _first(data: bytes, wanted: str, *others: str) -> Decoded:
    text = _strict(data, wanted)
    if text is not None:
        return Decoded(text)
    if "utf-8" in (wanted, *others) and (paired := _pairs(data)):
        return Decoded(paired, repaired=True)
    if _only_cut(data, wanted) or (wanted == "utf-8" and _mostly_utf8(data)):
        return Decoded(data.decode(wanted, "replace"), repaired=True)
    for other in others:
        text = _strict(data, other)
        if text is not None:
            return Decoded(text, repaired=True)
    # Most of the text is right in one of them: the one that loses least.
    texts = [data.decode(name, "replace") for name in (wanted, *others)]
    return Decoded(min(texts, key=lambda text: text.count("\ufffd")), repaired=True)


def _euro(error: UnicodeError) -> tuple[str, int]:
    """Windows' code page 936 has the euro sign at 80, where GB18030 has nothing."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == 0x80:
        return "€", error.start + 1
    raise error


codecs.register_error(_EURO, _euro)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec, _EURO if codec == GB18030 else "strict")
    except UnicodeError:
        return None


def _pairs(data: bytes) -> str:
    """UTF-8 of UTF-16's halves (CESU-8), as Java writes it; "" where it is something else."""
    if not _SURROGATE_BYTES.search(data):
        return ""
    try:
        return (
            data.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
        )
    except UnicodeError:
        return ""


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
