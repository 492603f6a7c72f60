"""Transfer encodings: truncated, padded wrongly, mixed with what is none, named wrongly."""

from __future__ import annotations

import base64
import binascii
import re

from tests.builders.hostile.case import HELLO, PACK, HostileMail, case, text_part
from tests.builders.mails import mail, multipart, part, quoted_printable, uuencoded

_FILE = b'attachment; filename="a.rar"'
_B64 = base64.encodebytes(PACK)
_LINE = base64.b64encode(PACK)
_THREE = PACK[:300]
"""A multiple of three: base64 of it ends without padding."""
_FOOTER = (
    b"_______________________________________________\nlbs mailing list\n"
    b"http://lists.example.cn/mailman/listinfo/lbs\n"
)


def _transfer(
    name: str, encoding: bytes, body: bytes, expected: bytes, why: str, *codes: str
) -> HostileMail:
    """One attachment whose Content-Transfer-Encoding and body are given raw, then another."""
    head = b"Content-Type: application/octet-stream\nContent-Disposition: " + _FILE + b"\n"
    head += b"Content-Transfer-Encoding: " + encoding + b"\n" if encoding else b""
    last = part(b"end", disposition=b'attachment; filename="z.txt"')
    source = mail(multipart(text_part(HELLO), head + b"\n" + body, last))
    files = [("a.rar", expected), ("z.txt", b"end")]
    return case(f"transfer: {name}", source, why, files=files, codes=codes, text="hello")


_SEGMENTS = base64.b64encode(PACK[:100]) + b"\n" + base64.b64encode(PACK[100:500]) + b"\n"

BASE64 = (
    _transfer("base64 cut inside a group", b"base64", _LINE[:701],
              base64.b64decode(_LINE[:700]),
              "RFC 2045 6.8: one character is no byte; what is whole is kept", "part_truncated"),
    _transfer("base64 without padding", b"base64", base64.b64encode(PACK).rstrip(b"="), PACK,
              "all bytes are there", "base64_unpadded"),
    _transfer("base64 with too much padding", b"base64", _B64.rstrip(b"=\n") + b"=====\n", PACK,
              "all bytes are there"),
    _transfer("base64 padded in the middle", b"base64",
              _SEGMENTS + base64.b64encode(PACK[500:]), PACK,
              "programs that encode a file buffer by buffer: every segment belongs to the file",
              "base64_segments"),
    _transfer("base64 padded within a line", b"base64",
              base64.b64encode(b"ab") + base64.b64encode(b"cd") + base64.b64encode(b"ef"),
              b"abcdef", "the same without line ends", "base64_segments"),
    _transfer("base64 with a line of exclamation marks", b"base64",
              _B64[:77] + b"!!!! virus scanned !!!!\n"[:5] + b"\n" + _B64[77:], PACK,
              "RFC 2045 6.8: other characters are ignored", "base64_garbage"),
    _transfer("base64 with raw 8-bit inside", b"base64", _B64[:50] + b"\xff\xfe" + _B64[50:], PACK,
              "RFC 2045 6.8: other characters are ignored", "base64_garbage"),
    _transfer("base64 with a list footer", b"base64", _B64 + b"\n" + _FOOTER, PACK,
              "Mailman 2 and scanners put text behind it: no part of the file"),
    _transfer("base64 without padding, with a list footer", b"base64",
              base64.encodebytes(_THREE) + b"\n" + _FOOTER, _THREE,
              "no padding tells the end; lines that are none of base64 do"),
    _transfer("base64 with spaces and tabs", b"base64",
              b"".join(b"  " + line[:38] + b"\t" + line[38:] + b" \r\n"
                       for line in _B64.splitlines()), PACK, "pasted from a form"),
    _transfer("base64 of one line", b"base64", base64.b64encode(PACK), PACK,
              "RFC 2045 6.8 allows 76 characters; PHP does not wrap"),
    _transfer("base64 in lines of three characters", b"base64",
              b"".join(_B64.replace(b"\n", b"")[at : at + 3] + b"\n"
                       for at in range(0, len(_B64), 3)), PACK, "groups go over line ends"),
    _transfer("base64 behind empty lines", b"base64", b"\n\n \n" + _B64, PACK, "RFC 2045 6.8"),
    _transfer("base64 of nothing", b"base64", b"\n", b"", "an empty file", "part_empty"),
    _transfer("base64 that is none", b"base64", "申报材料另寄。\n".encode("gbk"),
              "申报材料另寄。\n".encode("gbk"),
              "declared, never done: the bytes as they stand are all there is", "base64_garbage"),
)  # fmt: skip

_QP = bytes(range(32, 127)) * 4
_QP_TEXT = binascii.b2a_qp(_QP)

QUOTED = (
    _transfer("quoted-printable, lower-case hex", b"quoted-printable",
              re.sub(rb"=[0-9A-F]{2}", lambda escape: escape[0].lower(), quoted_printable(PACK)),
              PACK,
              "RFC 2045 6.7(1) wants upper case and asks readers to bear it"),
    _transfer("quoted-printable, space behind a soft break", b"quoted-printable",
              _QP_TEXT.replace(b"=\n", b"= \t\n"), _QP, "RFC 2045 6.7(3): added on the way"),
    _transfer("quoted-printable, soft break at the end", b"quoted-printable", _QP_TEXT + b"=\n",
              _QP, "a break before nothing"),
    _transfer("quoted-printable, escape that is none", b"quoted-printable", b"a=zz=3Db=", b"a=zz=b",
              "RFC 2045 6.7: kept as it stands"),
    _transfer("quoted-printable, raw 8-bit", b"quoted-printable", b"\xd5\xc5=C8=FD",
              b"\xd5\xc5\xc8\xfd",
              "RFC 2045 6.7 forbids it; the bytes are meant as they are"),
    case("transfer: quoted-printable text, soft break inside a character",
         mail(b"Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: "
              b"quoted-printable\n\n=B2=C4=C1=\n=CF=D2=D1=\r\n=C6=EB\n"),
         "Outlook Express breaks lines by bytes", text="材料已齐"),
    case("transfer: quoted-printable text with soft breaks lost",
         mail(b"Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: "
              b"quoted-printable\n\n=B2=C4=C1==CF=D2=D1=C6=EB\n"),
         "a gateway took the line ends away and left the sign", text="材料已齐"),
)  # fmt: skip

NAMES = (
    _transfer("base64 in quotes", b'"base64"', _B64, PACK, "RFC 2045 6.1 wants a token"),
    _transfer("base64 with a semicolon", b"BASE64;", _B64, PACK, "taken for a parameter list"),
    _transfer("base64 with a comment", b"base64 (as usual)", _B64, PACK, "RFC 822 3.4.3"),
    _transfer("base64 with a hyphen", b"base-64", _B64, PACK,
              "no such name; nobody can have meant another one"),
    _transfer("8-bit with a hyphen", b"8-bit", b"\xd5\xc5", b"\xd5\xc5", "the same"),
    _transfer("a charset for an encoding", b"utf-8", b"abc", b"abc",
              "RFC 2045 6.4: unknown; kept as it stands, and told", "encoding_unknown"),
    _transfer("BinHex", b"mac-binhex40", b"(This file must be converted with BinHex 4.0)\n:abc:",
              b"(This file must be converted with BinHex 4.0)\n:abc:",
              "MS-OXCMAIL knows it; we keep it as it stands", "encoding_unknown"),
    _transfer("uuencode", b"x-uuencode", uuencoded(PACK), PACK, "MS-OXCMAIL 2.2.3.4"),
    _transfer("twice", b"base64\nContent-Transfer-Encoding: 7bit", _B64, PACK,
              "RFC 2045 6: once; the first, which the body bears out"),
    _transfer("twice, the other way round", b"7bit\nContent-Transfer-Encoding: base64", _B64, PACK,
              "a gateway put its 7bit in front: the body is base64 and nothing but"),
    _transfer("lines with dots", b"binary", b"a\n.\n..\nb\0\xff", b"a\n.\n..\nb\0\xff",
              "RFC 5321 4.5.2 stuffs dots on the way only"),
    _transfer("8bit with bare line ends of all kinds", b"8bit", b"a\rb\r\nc\n\rd",
              b"a\rb\r\nc\n\rd",
              "bytes of a file are not lines"),
    case("transfer: base64 declared for a multipart",
         mail(b"Content-Transfer-Encoding: base64\n"
              + multipart(text_part(HELLO), part(PACK, disposition=_FILE))),
         "RFC 2045 6.4 forbids it; mailers copy the header up, and the parts stand plain",
         files=[("a.rar", PACK)], text="hello"),
    case("transfer: text declared base64 that is none",
         mail(b"Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: base64\n\n"
              + "材料已寄出，请查收。\n".encode("gbk")),
         "a form mailer: the words are there for anyone to read", text="材料已寄出，请查收。",
         codes=["text_damaged"]),
    case("transfer: base64 text with a list footer",
         mail(b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
              + base64.encodebytes("材料已寄出。\n".encode()) + b"\n" + _FOOTER),
         "Mailman 2 does not decode before it adds", text="材料已寄出。"),
    case("transfer: base64 text cut short",
         mail(b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
              + base64.b64encode("材料已寄出，请查收".encode())[:-3]),
         "cut on the way: what is there is read, and told", text="材料已寄出，请查",
         codes=["text_damaged"]),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*BASE64, *QUOTED, *NAMES)
