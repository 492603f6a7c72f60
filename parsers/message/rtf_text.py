"""The words of a compressed RTF body, as Outlook wraps it.

Source: MS-OXRTFCP (LZFu), RTF 1.9.1. Only running text is wanted: destinations such as fonts,
pictures and the HTML that the RTF stands for are left out.

Residual risk: characters of fonts with a charset of their own are read by the code page.
"""

from __future__ import annotations

import re
import struct

from parsers.message.charsets import decode, printable

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_WINDOW = 4096
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\([^a-zA-Z])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)"
)
_LEFT_OUT = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer",
     b"listtable", b"listoverridetable", b"themedata", b"generator"}
)  # fmt: skip
_SIGNS = {b"par": b"\n", b"line": b"\n", b"row": b"\n", b"tab": b"\t", b"cell": b"\t"}
_DEPTH = 1_000


def rtf_of(data: bytes, most_bytes: int) -> bytes:
    """Inflate a PidTagRtfCompressed value; b"" where it is none. Cut at most_bytes."""
    if len(data) < 16:
        return b""
    _, raw_size = struct.unpack("<LL", data[:8])
    if data[8:12] == _PLAIN:
        return data[16 : 16 + min(raw_size, most_bytes)]
    if data[8:12] != _COMPRESSED:
        return b""
    return _inflate(data, min(raw_size, most_bytes))[:most_bytes]


def _inflate(data: bytes, most_bytes: int) -> bytes:
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\0"))
    write = len(_DICTIONARY)
    out = bytearray()
    at = 16
    while at < len(data) and len(out) < most_bytes:
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                piece = bytearray(data[at : at + 1])
                at += 1
            elif at + 1 < len(data):
                code = data[at] << 8 | data[at + 1]
                at += 2
                if code >> 4 == write:  # the end, as the format says it
                    return bytes(out)
                piece = bytearray()
                for step in range((code & 15) + 2):
                    # A reference may reach into what it writes.
                    byte = window[((code >> 4) + step) % _WINDOW]
                    piece.append(byte)
                    window[(write + step) % _WINDOW] = byte
            else:
                return bytes(out)
            for byte in piece:
                window[write] = byte
                write = (write + 1) % _WINDOW
            out += piece
    return bytes(out)


def text_of_rtf(rtf: bytes, codepage: str) -> str:
    """Running text; runs of bytes are decoded together, so that no character is cut."""
    out: list[str] = []
    run = bytearray()
    groups: list[tuple[bool, int]] = []
    hidden, per_character, to_skip = False, 1, 0

    def end_run() -> None:
        out.append(decode(bytes(run), codepage).text)
        run.clear()

    for match in _TOKEN.finditer(rtf):
        escaped, word, number, sign, brace, words = match.groups()
        if brace == b"{":
            if len(groups) >= _DEPTH:
                break
            groups.append((hidden, per_character))
        elif brace == b"}":
            hidden, per_character = groups.pop() if groups else (hidden, per_character)
        elif sign == b"*" or word in _LEFT_OUT:
            hidden = True
        elif word == b"uc":
            per_character = min(9, max(0, int(number or 1)))
        elif hidden:
            continue
        elif word == b"u" and number:
            end_run()
            out.append(_character(int(number)))
            to_skip = per_character
        elif word in _SIGNS:
            run += _SIGNS[word]
        elif escaped or sign or words:
            data = bytes([int(escaped, 16)]) if escaped else sign or words
            skipped, to_skip = min(to_skip, len(data)), max(0, to_skip - len(data))
            run += data[skipped:]
    end_run()
    text = "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return printable(text)


def _character(number: int) -> str:
    return chr(number & 0xFFFF)
