"""What relays, gateways and templates do to bodies: transfer encodings, parts, text."""

from __future__ import annotations

import base64
import binascii

from tests.builders.hostile.case import HELLO, PACK, HostileMail, case, file_part, text_part
from tests.builders.hostile.cms import signed
from tests.builders.mails import BOUNDARY, mail, multipart, part

_B64 = base64.encodebytes(PACK)
_HEAD = b"Content-Disposition: attachment; filename=a.rar\nContent-Transfer-Encoding: "
_WORDS = "尊敬的经办人：材料已寄出。"
_TEXT = text_part(HELLO)


def _file(
    name: str, encoding: bytes, body: bytes, expected: bytes, why: str, *codes: str
) -> HostileMail:
    source = mail(multipart(_TEXT, _HEAD + encoding + b"\n\n" + body))
    files = [("a.rar", expected)]
    return case(f"relay: {name}", source, why, files=files, codes=codes, text="hello")


_SEGMENTED = b"".join(
    base64.b64encode(one.encode()) + b"\n" for one in ("尊敬的", "经办人：", "材料已寄出。")
)
_YENC = b"=ybegin line=128 size=3 name=a.rar\n\x8b\x8c\x8d\n=yend size=3"

TRANSFER = (
    _file("base64 quoted with arrows", b"base64",
          b"".join(b"> " + line + b"\n" for line in _B64.splitlines()), PACK,
          "a reply that quoted the source: the arrow is no base64", "base64_garbage"),
    _file("base64 with an empty line within", b"base64", _B64[:154] + b"\n" + _B64[154:], PACK,
          "RFC 2045 6.8: line ends mean nothing"),
    _file("base64 with CR CR LF", b"base64", _B64.replace(b"\n", b"\r\r\n"), PACK,
          "translated twice"),
    _file("base64, upper-case name and blanks", b"  BASE64  ", _B64, PACK, "RFC 2045 6.1"),
    _file("quoted-printable with its line ends escaped", b"Quoted-Printable",
          b"a=0D=0Ab=0A\nc", b"a\r\nb\n\nc", "RFC 2045 6.7: escaped ones are data"),
    _file("quoted-printable of binary", b"quoted-printable",
          b"=\n".join(binascii.b2a_qp(PACK[at : at + 20], istext=False)
                      for at in range(0, len(PACK), 20)), PACK,
          "RFC 2045 6.7: any bytes, CR and LF escaped"),
    _file("yEnc as a transfer encoding", b"x-yenc", _YENC, _YENC,
          "not decoded: relays destroy it; the bytes as they came are kept"),
    case("relay: base64 text padded line by line",
         mail(b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
              + _SEGMENTED), "programs that encode a line at a time: all of it is the text",
         text=_WORDS),
    case("relay: base64 text, character cut between lines",
         mail(b"Content-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n\n"
              + b"".join(base64.b64encode(_WORDS.encode("gbk")[at : at + 5]) + b"\n"
                         for at in range(0, 26, 5))),
         "decoded first, read as a charset afterwards", text=_WORDS),
)  # fmt: skip

_SIGNED = signed(multipart(_TEXT, file_part(), boundary=b"in").replace(b"\n", b"\r\n"))
_DASHED = multipart(_TEXT, file_part(), boundary=b"edge--")
_HTML = "<p>材料&#30003;&#25253;</p>".encode()

STRUCTURE = (
    case("relay: boundary that ends in dashes", mail(_DASHED),
         "RFC 2046 5.1.1: dashes are allowed in it; its own end has two more",
         files=[("a.rar", PACK)], text="hello"),
    case("relay: boundary on a line of its own, not folded", mail(
        multipart(_TEXT, file_part()).replace(b"; boundary=", b";\nboundary=", 1)),
        "PHP templates: the line has no colon and belongs to the one before it",
        files=[("a.rar", PACK)], text="hello"),
    case("relay: boundary declared twice", mail(
        multipart(_TEXT, file_part()).replace(b"\n\n", b'; boundary="other"\n\n', 1)),
        "RFC 2045 5.1: once; the one in use is the first", files=[("a.rar", PACK)], text="hello"),
    case("relay: header ends with a line of blanks",
         b"From: a@example.cn\nSubject: test\n \nhello\n",
         "RFC 5322 4.2: a fold of nothing; what follows is no header", text="hello"),
    case("relay: part's header ends with a line of blanks", mail(multipart(
        b"Content-Type: text/plain\n \nhello\n", file_part())), "the same within a part",
        files=[("a.rar", PACK)], text="hello"),
    case("relay: empty name of a text", mail(multipart(
        text_part(HELLO, b'text/plain; charset=utf-8; name=""'), file_part())),
        "an empty name is none: it is the body", files=[("a.rar", PACK)], text="hello"),
    case("relay: related in alternative in mixed", mail(multipart(
        multipart(_TEXT, multipart(text_part(b"<p>hello html</p>", b"text/html"), part(
            b"GIF89a", media_type=b"image/gif; name=logo.gif", more=b"Content-ID: <l@x>\n"),
            kind=b"related", boundary=b"b3"), kind=b"alternative", boundary=b"b2"),
        file_part(), boundary=b"b1")), "Outlook with a logo in the signature",
        files=[("logo.gif", b"GIF89a"), ("a.rar", PACK)], text="hello"),
    case("relay: plain alternative without words", mail(multipart(
        text_part(b" \n"), text_part(_HTML, b"text/html; charset=utf-8"), kind=b"alternative")),
        "RFC 2046 5.1.4: the richer form has the words; entities are characters in HTML",
        text="材料申报"),
    case("relay: delimiters indented", mail(
        multipart(_TEXT, file_part()).replace(b"\n--" + BOUNDARY, b"\n --" + BOUNDARY)),
        "a copy out of a page: no line is a delimiter (RFC 2046 5.1.1): kept whole, and told",
        files=[("", multipart(_TEXT, file_part()).replace(
            b"\n--" + BOUNDARY, b"\n --" + BOUNDARY).split(b"\n\n", 1)[1])],
        codes=["boundary_missing"]),
    case("relay: signed mail sent as binary", mail(
        b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; name=smime.p7m\n"
        b"Content-Transfer-Encoding: binary\n\n" + _SIGNED), "RFC 3030 BINARYMIME",
        files=[("a.rar", PACK)], text="hello", codes=["smime_signed"]),
)  # fmt: skip


def _text(name: str, data: bytes, charset: bytes, expected: str, why: str) -> HostileMail:
    source = mail(part(data, media_type=b"text/plain" + charset))
    return case(f"relay: {name}", source, why, text=expected)


TEXTS = (
    _text("utf-16be", _WORDS.encode("utf-16-be"), b"; charset=UTF-16BE", _WORDS, "RFC 2781 4.1"),
    _text("utf-32", _WORDS.encode("utf-32"), b"; charset=utf-32", _WORDS, "Unicode 3.10"),
    _text("Korean", "신청서를 보냅니다".encode("cp949"), b"; charset=ks_c_5601-1987",
          "신청서를 보냅니다", "WHATWG Encoding: code page 949"),
    _text("Shift_JIS", "申請表を送ります".encode("shift_jis"), b"; charset=Shift_JIS",
          "申請表を送ります", "WHATWG Encoding"),
    _text("parameter in upper case", _WORDS.encode("gbk"), b"; CHARSET=GBK", _WORDS,
          "RFC 2045 5.1: names of parameters have no letter case"),
    _text("charset behind other parameters", _WORDS.encode("gbk"),
          b'; format=flowed; delsp="yes"; charset=gbk', _WORDS, "RFC 3676"),
    _text("charset by RFC 2231", _WORDS.encode("gbk"), b"; charset*=us-ascii''gbk", _WORDS,
          "RFC 2231 4 is for every parameter"),
    _text("curly quotes of windows-1252", "“ok” – é".encode("cp1252"), b"; charset=windows-1252",
          "“ok” – é", "WHATWG Encoding"),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*TRANSFER, *STRUCTURE, *TEXTS)
