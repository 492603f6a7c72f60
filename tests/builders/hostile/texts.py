"""Body text: charsets missing, wrong, old and wide; what is kept as it was sent."""

from __future__ import annotations

from tests.builders.hostile.case import RARE, HostileMail, case, file_part
from tests.builders.mails import mail, multipart, part

WORDS = "尊敬的经办人：材料已寄出，请查收。"
_REPAIRED = ("charset_repaired",)


def _text(
    name: str,
    data: bytes,
    charset: bytes,
    expected: str,
    why: str,
    *codes: str,
    kind: bytes = b"plain",
    encoding: str = "base64",
) -> HostileMail:
    """A body of one part; charset: what stands behind the media type, raw."""
    source = mail(part(data, media_type=b"text/" + kind + charset, encoding=encoding))
    return case(f"text: {name}", source, why, text=expected, codes=codes)


CHARSETS = (
    _text("gb2312 holding GB18030", (WORDS + RARE).encode("gb18030"), b"; charset=gb2312",
          WORDS + RARE, "WHATWG Encoding: one decoder for the GB family"),
    _text("raw gbk, nothing declared", WORDS.encode("gbk"), b"", WORDS, "Foxmail 3, form mailers",
          *_REPAIRED, encoding=""),
    _text("raw utf-8, nothing declared", WORDS.encode(), b"", WORDS, "form mailers", encoding=""),
    _text("gbk declared us-ascii", WORDS.encode("gbk"), b"; charset=us-ascii", WORDS,
          "Outlook Express in plain mode", *_REPAIRED),
    _text("gbk declared utf-8", WORDS.encode("gbk"), b"; charset=utf-8", WORDS, "PHP", *_REPAIRED),
    _text("utf-8 declared gb2312", WORDS.encode(), b"; charset=gb2312", WORDS, "phones",
          *_REPAIRED),
    _text("gbk declared iso-8859-1", WORDS.encode("gbk"), b"; charset=ISO-8859-1", WORDS, "Java",
          *_REPAIRED),
    _text("charset nobody knows", WORDS.encode("gbk"), b"; charset=x-user-defined", WORDS,
          "the bytes show what they are", *_REPAIRED),
    _text("charset with a quoted-printable scar", WORDS.encode("gbk"), b'; charset=3D"gb2312"',
          WORDS, "a header that went through an encoder: =3D is the equals sign"),
    _text("charset with its quote unclosed", WORDS.encode("gbk"), b'; charset="gb2312', WORDS,
          "RFC 2045 5.1"),
    _text("big5", "附件請查收，謝謝。".encode("big5"), b"; charset=big5", "附件請查收，謝謝。",
          "Taiwan's and Hong Kong's programs"),
    _text("hz", b"~{" + "申报".encode("gb2312").translate(bytes(c & 0x7F for c in range(256)))
          + b"~}\n", b"; charset=hz-gb-2312", "申报", "RFC 1843", encoding="7bit"),
    _text("utf-7", WORDS.encode("utf-7"), b"; charset=utf-7", WORDS, "RFC 2152", encoding="7bit"),
    _text("iso-2022-jp", "申告書を送ります".encode("iso-2022-jp"), b"; charset=ISO-2022-JP",
          "申告書を送ります", "RFC 1468", encoding="7bit"),
    _text("iso-2022-cn", b"\x1b$)A\x0eIj1(2DAO\x0f ok\n", b"; charset=ISO-2022-CN", "申报材料 ok",
          "RFC 1922 4", encoding="7bit"),
    _text("utf-16 with a mark", b"\xff\xfe" + WORDS.encode("utf-16-le"), b"; charset=utf-16", WORDS,
          "RFC 2781 4.3"),
    _text("utf-16 without a mark, little-endian", WORDS.encode("utf-16-le"), b"; charset=utf-16le",
          WORDS, "RFC 2781 4.1"),
    _text("utf-8 with a mark", b"\xef\xbb\xbf" + WORDS.encode(), b"; charset=utf-8", WORDS,
          "Notepad"),
    _text("gbk cut inside the last character", (WORDS + "材").encode("gbk")[:-1],
          b"; charset=gbk", WORDS, "what is whole is read, and told", *_REPAIRED),
    _text("utf-8 with one wrong byte", WORDS.encode().replace(b"\xe6", b"\xff", 1),
          b"; charset=utf-8", "的经办人：材料已寄出", "the rest is not lost for it, and told",
          *_REPAIRED),
    _text("bytes of no charset", bytes(range(0x80, 0x100)) + b"\xff" * 40 + b"tail",
          b"; charset=utf-8", "tail", "nothing explains them; told", *_REPAIRED),
)  # fmt: skip

_PAGE = f"<html><head><meta charset=gbk></head><body><p>{WORDS}</p></body></html>"

BODIES = (
    _text("HTML alone", _PAGE.encode("gbk"), b"; charset=gbk", WORDS, "web mail", kind=b"html"),
    _text("HTML that alone says its charset", _PAGE.encode("gbk"), b"", WORDS,
          "the page was saved and sent", kind=b"html"),
    _text("HTML whose own charset lies", _PAGE.encode(), b"; charset=utf-8", WORDS,
          "HTML 13.2.3.2: the transport's charset goes first", kind=b"html"),
    _text("nothing but white space", b" \r\n\t\n", b"", "", "an empty mail with a subject"),
    _text("NULs between the letters", b"a\0b\0\n" + WORDS.encode("gbk"), b"; charset=gbk", WORDS,
          "no store takes a NUL; the words stay"),
    _text("line of 5,000 characters", (WORDS * 300).encode(), b"; charset=utf-8", WORDS * 300,
          "RFC 5322 2.1.1 allows 998", encoding="8bit"),
    _text("dots at the start of lines", b".\n..x\n" + WORDS.encode(), b"; charset=utf-8", ".\n..x",
          "RFC 5321 4.5.2 stuffs dots on the way only", encoding="8bit"),
    _text("mbox escapes stay", b">From here on\n", b"; charset=utf-8", ">From here on",
          "nobody can tell who wrote the sign", encoding="7bit"),
    case("text: two charsets in one mail",
         mail(multipart(part("第一段 龑".encode("gbk"), media_type=b"text/plain; charset=gb2312"),
                        part("第二段".encode(), media_type=b"text/plain; charset=utf-8"),
                        file_part(b"x"))),
         "every part for itself (RFC 2046 4.1.2)", text="第一段 龑\n第二段",
         files=[("a.rar", b"x")]),
)  # fmt: skip

KEPT = tuple(
    _text(f"kept: {name}", text.encode(), b"; charset=utf-8", text, why)
    for name, text, why in (
        ("compatibility ideographs", "豈更車金 U+F900", "NFC would change them: evidence"),
        ("decomposed letters", "e\u0301cole", "text is kept as it was sent"),
        ("signs of writing direction", "a\u202eb\u202c\u2066c\u2069", "evidence"),
        ("zero-width characters", "申\u200b报\ufeff材\u2060料", "evidence"),
        ("four-byte characters", "𠮷野家 😀", "outside the basic plane"),
        ("private use", "姓名：\ue815\ue000", "rare surnames in old fonts live there"),
    )
)

CASES: tuple[HostileMail, ...] = (*CHARSETS, *BODIES, *KEPT)
