"""Content-Type and Content-Disposition: the value and its parameters.

Source: RFC 2045 5.1, RFC 2231 (pieces, charset, percent). Kept beyond them: values without
quotes that hold spaces, quotes that never close, encoded words in quotes or in pieces, raw GBK
whose second byte is a backslash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from parsers.message.charsets import Decoded, decode, printable
from parsers.message.headers import charset_of_raw, decode_header, unfold

_NAME = re.compile(rb"[ \t;]*+([^=;\s]++)[ \t]*+=(?:=(?=\x22))?[ \t]*+")
_COMMA = re.compile(rb"[ \t]*+[A-Za-z0-9/.+-]++[ \t]*+,[ \t]*+(?=[A-Za-z*0-9]{1,20}=)")
_NOTHING = re.compile(rb"[ \t;]*+")
_PIECE = re.compile(r"^([^*]+)(?:\*([0-9]{1,4}))?(\*)?$")
_CHARSET = re.compile(rb"^[ \t]*([A-Za-z0-9_.:-]*)'([A-Za-z0-9-]*)'")
_MEANT_EXTENDED = re.compile(
    rb"(utf-?8|gb[0-9]{4,5}|gbk|big5|iso-8859-1)'[a-z-]{0,9}'([^']*%[0-9a-f]{2}[^']*)\Z",
    re.IGNORECASE,
)
_MOST = 20_000
_VALUE_BYTES = 1_000
_GBK_LEAD = 0x81


@dataclass(slots=True)
class _Gathered:
    whole: bytes | None = None
    extended: bytes | None = None
    pieces: dict[int, tuple[bytes, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameters:
    """value: before the first ";", lower case. values: by name, decoded.
    plain: what the simple form said where an RFC 2231 form overruled it."""

    value: str
    values: dict[str, Decoded]
    plain: dict[str, str]

    def get(self, name: str) -> Decoded:
        return self.values.get(name, Decoded(""))


def read_parameters(header: bytes, nearby: str = "") -> Parameters:
    """Read a whole header value; the RFC 2231 form of a parameter wins over the simple one.

    nearby: a charset that the mail declares elsewhere, for raw bytes.
    """
    line = unfold(header)
    comma = _COMMA.match(line)
    if comma:
        line = comma[0].replace(b",", b";") + line[comma.end() :]
    value, _, rest = line.partition(b";")
    if b"=" in value and b"/" not in value:  # only parameters, the value itself is missing
        value, rest = b"", line
    gathered: dict[str, _Gathered] = {}
    for name, raw in _split(rest):
        match = _PIECE.match(name)
        if match is None:
            continue
        entry = gathered.setdefault(match[1], _Gathered())
        if match[2] is not None:
            entry.pieces.setdefault(int(match[2]), (raw, match[3] is not None))
        elif match[3] is not None:
            entry.extended = raw if entry.extended is None else entry.extended
        else:
            entry.whole = raw if entry.whole is None else entry.whole
    values: dict[str, Decoded] = {}
    plain: dict[str, str] = {}
    for name, entry in gathered.items():
        simple = None if entry.whole is None else _simple(entry.whole, nearby)
        extended = _extended(entry)
        values[name] = extended if extended and extended.text else simple or Decoded("")
        if simple is not None and simple.text != values[name].text:
            plain[name] = simple.text
    value = value[:_VALUE_BYTES]
    if b"(" in value:
        value = re.sub(rb"\([^()]*\)", b"", value)
    text = value.strip().lower().decode("ascii", "replace")
    return Parameters(printable(text), values, plain)


def _split(rest: bytes) -> list[tuple[str, bytes]]:
    """Names (lower case) and raw values, in order; linear in the header's length.

    A name behind the first `_MOST` is not found, and its part is told to be nameless.
    """
    found: list[tuple[str, bytes]] = []
    gbk = not rest.isascii() and decode(rest).repaired
    at = _skip_nonsense(rest, 0)
    while len(found) < _MOST and (match := _NAME.match(rest, at)):
        at = match.end()
        if rest[at : at + 1] == b'"':
            raw, at = _quoted(rest, at + 1, gbk=gbk)
            at = _next(rest, at)
        else:
            end = _next(rest, at)
            raw, at = rest[at:end].strip(b" \t"), end
        found.append((match[1].lower().decode("ascii", "replace"), raw))
        at = _skip_nonsense(rest, at)
    return found


def _skip_nonsense(rest: bytes, at: int) -> int:
    """Past items that are no parameters ("; ;", "; word")."""
    while True:
        nothing = _NOTHING.match(rest, at)
        at = nothing.end() if nothing else at
        if at >= len(rest) or _NAME.match(rest, at):
            return at
        at = _next(rest, at + 1)


def _next(rest: bytes, at: int) -> int:
    end = rest.find(b";", at)
    return len(rest) if end < 0 else end


def _quoted(rest: bytes, at: int, *, gbk: bool) -> tuple[bytes, int]:
    """What stands between quotes, and where it ended.

    A backslash counts only before a quote or another backslash: Windows paths are written here
    unescaped. In raw GBK it may be the second half of a character.
    """
    out = bytearray()
    while at < len(rest):
        byte = rest[at]
        if gbk and byte >= _GBK_LEAD and at + 1 < len(rest) and rest[at + 1] != 0x22:
            out += rest[at : at + 2]
            at += 2
            continue
        if byte == 0x22:
            return bytes(out), at + 1
        if byte == 0x5C and rest[at + 1 : at + 2] in (b'"', b"\\"):
            at += 1
            byte = rest[at]
        out.append(byte)
        at += 1
    return bytes(out), at


def _extended(entry: _Gathered) -> Decoded | None:
    if entry.extended is not None:
        match = _CHARSET.match(entry.extended)
        raw = unquote_to_bytes(entry.extended[match.end() :] if match else entry.extended)
        if match and raw.startswith(b'"') and raw.endswith(b'"'):
            raw = raw[1:-1]
        if b"=?" in raw and (match is None or raw.startswith(b"=?")):
            return _simple(raw)
        return _clean(decode(raw, match[1].decode("ascii") if match else ""))
    if not entry.pieces:
        return None
    first = min(entry.pieces)
    match = _CHARSET.match(entry.pieces[first][0]) if entry.pieces[first][1] else None
    joined = escaped = b""
    for index in sorted(entry.pieces):
        raw, percent = entry.pieces[index]
        if index == first and match:
            raw = raw[match.end() :]
        if percent:
            escaped += raw  # a piece may end inside an escape
        else:
            joined += unquote_to_bytes(escaped) + raw
            escaped = b""
    joined += unquote_to_bytes(escaped)
    if match is None:
        return _simple(joined)
    return _clean(decode(joined, match[1].decode("ascii")))


def _simple(raw: bytes, nearby: str = "") -> Decoded:
    meant = _MEANT_EXTENDED.match(raw)
    if meant:  # the asterisk was forgotten
        return _clean(decode(unquote_to_bytes(meant[2]), meant[1].decode("ascii")))
    if b"=?" in raw:
        return _clean(decode_header(raw))
    charset = charset_of_raw(raw, nearby) if nearby else ""
    return _clean(Decoded(decode(raw, charset).text, decode(raw).repaired))


def _clean(decoded: Decoded) -> Decoded:
    text = re.sub(r"[\r\n\t]+", " ", decoded.text).strip()
    return Decoded(printable(text), decoded.repaired)
