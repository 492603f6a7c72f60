"""Files written into the text: uuencode, yEnc, BinHex, PGP armour."""

from __future__ import annotations

import base64
import binascii
import zlib

from tests.builders.hostile.case import HELLO, PACK, SHEET, HostileMail, case, file_part, text_part
from tests.builders.mails import mail, multipart, uuencoded

_UU = uuencoded(PACK, b"a.rar")
_POSIX = "POSIX uuencode; written by mail programs before MIME and by some OA systems still"
_TOLD = ["uuencoded"]


def _body(
    name: str,
    body: bytes,
    why: str,
    *files: tuple[str, bytes],
    text: str = "hello",
    codes: list[str] | None = None,
) -> HostileMail:
    source = mail(b"\n" + HELLO + body + b"regards\n")
    told = _TOLD if codes is None else codes
    return case(f"embedded: {name}", source, why, files=files, text=text, codes=told)


def _lines(data: bytes, tail: bytes = b"") -> list[bytes]:
    """uuencoded lines of 45 bytes without their ends."""
    return [
        binascii.b2a_uu(data[at : at + 45]).rstrip(b"\n") + tail for at in range(0, len(data), 45)
    ]


def _uu(lines: list[bytes], end: bytes = b"`\nend\n", begin: bytes = b"begin 644 a.rar") -> bytes:
    return begin + b"\n" + b"\n".join(lines) + b"\n" + end


_BACKTICKS = [line.replace(b" ", b"`") for line in _lines(PACK)]
_B64_UU = b"begin-base64 644 a.rar\n" + base64.encodebytes(PACK) + b"====\n"

UUENCODE = (
    _body("uuencode", _UU, _POSIX, ("a.rar", PACK)),
    _body("two uuencoded files", _UU + b"and\n" + uuencoded(SHEET, b"b.pdf"), _POSIX,
          ("a.rar", PACK), ("b.pdf", SHEET)),
    _body("two uuencoded files, nothing between", _UU + uuencoded(SHEET, b"b.pdf"), _POSIX,
          ("a.rar", PACK), ("b.pdf", SHEET)),
    _body("uuencode with backticks", _uu(_BACKTICKS), "a backtick stands for the space",
          ("a.rar", PACK)),
    _body("uuencode, spaces at line ends lost", _uu([line.rstrip(b" ") for line in _lines(PACK)]),
          "relays strip them; the length says what is missing", ("a.rar", PACK)),
    _body("uuencode with checksum letters", _uu(_lines(PACK, b"X")), "old encoders add one a line",
          ("a.rar", PACK)),
    _body("uuencode with CRLF", _UU.replace(b"\n", b"\r\n"), _POSIX, ("a.rar", PACK)),
    _body("uuencode, last line of length missing", _uu(_lines(PACK), end=b"end\n"),
          "some encoders leave it out", ("a.rar", PACK)),
    _body("uuencode, raw gbk name", uuencoded(PACK, "申报 材料.rar".encode("gbk")), "no charset",
          ("申报 材料.rar", PACK)),
    _body("uuencode, mode of four digits", _uu(_lines(PACK), begin=b"begin 0644 a.rar"), _POSIX,
          ("a.rar", PACK)),
    _body("base64 between begin and end", _B64_UU, "POSIX uuencode -m", ("a.rar", PACK)),
    case("embedded: uuencode cut short", mail(b"\n" + HELLO + _uu(_lines(PACK)[:5], end=b"")),
         "the mail ends in it: what came is kept, and told", files=[("a.rar", PACK[:225])],
         text="hello", codes=["uuencoded", "part_truncated"]),
    case("embedded: uuencode in a text part beside a file",
         mail(multipart(text_part(HELLO + _UU), file_part(SHEET, b"b.pdf"))), _POSIX,
         files=[("a.rar", PACK), ("b.pdf", SHEET)], text="hello", codes=_TOLD),
    _body("a line that begins like uuencode", b"begin 644 reasons to write\nOne, two.\nend\n",
          "words: the next line is none of uuencode", text="begin 644 reasons to write", codes=[]),
    _body("text after uuencode is text", _UU, _POSIX, ("a.rar", PACK), text="regards"),
)  # fmt: skip


def _yenc(data: bytes) -> bytes:
    out = bytearray()
    for byte in data:
        code = (byte + 42) % 256
        out += b"=" + bytes([(code + 64) % 256]) if code in (0, 10, 13, 61) else bytes([code])
    return bytes(out)


def _yenc_block(data: bytes, head: bytes = b"") -> bytes:
    lines = [_yenc(data[at : at + 128]) for at in range(0, len(data), 128)]
    return (
        b"=ybegin line=128 size=%d name=a.rar\n" % len(data)
        + head
        + b"\n".join(lines)
        + b"\n=yend size=%d crc32=%08x\n" % (len(data), zlib.crc32(data))
    )


_REFUSED = ["yenc_refused"]
_HQX = b"(This file must be converted with BinHex 4.0)\n\n:#@aTEfl,!J!:\n"

REFUSED = (
    _body("yEnc", _yenc_block(PACK),
          "yEnc draft 1.3: made for news, destroyed by mail relays: told,"
          " not decoded, its text kept", text="=ybegin line=128", codes=_REFUSED),
    _body("yEnc in parts", _yenc_block(PACK, b"=ypart begin=1 end=776\n"), "as before",
          text="=ypart begin=1", codes=_REFUSED),
    _body("a line that begins like yEnc", b"=ybegin is how it begins\n", "words, no yEnc",
          text="=ybegin is how", codes=[]),
    _body("BinHex", _HQX, "kept as text: nobody sends it any more", text=":#@aTEfl", codes=[]),
    _body("PGP armour", b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n",
          "RFC 4880 6.2: kept as text", text="BEGIN PGP MESSAGE", codes=[]),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*UUENCODE, *REFUSED)
