"""Rare, and seen: old Macintosh parts, types of the Windows registry, cut and odd bytes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from tests.builders.hostile.case import (
    ADDRESS,
    HELLO,
    NAME,
    PACK,
    SUBJECT,
    HostileMail,
    case,
    file_part,
    name_case,
    percent,
    sender_case,
    subject_case,
    text_part,
)
from tests.builders.mails import mail, multipart, part, word

_STEM = "申报材料".encode()[:-1]
_TEXT = text_part(HELLO)
_REPAIRED = ("charset_repaired",)
_CHINA = timezone(timedelta(hours=8))

HEADERS = (
    subject_case("rare: euro sign of code page 936", word(b"100\x80 \xc9\xbd", "gbk"), "100€ 山",
                 "WHATWG Encoding, gb18030 decoder: 80 is U+20AC"),
    subject_case("rare: utf-16 word", word("\ufeff申报".encode("utf-16-le"), "utf-16"), "申报",
                 "RFC 2781 4.3: the mark says the byte order and is no text"),
    subject_case("rare: traditional characters in gbk declared iso-8859-1",
                 word("東營市龍潤機電（集團）有限公司", "gbk", declared="iso-8859-1"),
                 "東營市龍潤機電（集團）有限公司",
                 "second bytes below 80, first ones that no western text has", codes=_REPAIRED),
    subject_case("rare: rare name in gbk declared iso-8859-1",
                 word("朱镕基的申报", "gbk", declared="iso-8859-1"), "朱镕基的申报",
                 "E9 46 is a character; no western word looks like the rest", codes=_REPAIRED),
    subject_case("rare: raw utf-8 cut in its last character", SUBJECT.encode()[:-1],
                 SUBJECT[:-1] + "\ufffd", "cut by bytes: still UTF-8; the loss shows, and is told",
                 codes=_REPAIRED),
    subject_case("rare: raw gbk cut in its last character", SUBJECT.encode("gbk")[:-1],
                 SUBJECT[:-1] + "\ufffd", "cut by bytes: still GBK; the loss shows, and is told",
                 codes=_REPAIRED),
    subject_case("rare: escape sequence that nobody declared", b"\x1b[31mred\x1b[0m", "[31mred [0m",
                 "a terminal would obey it; a control character is shown as a blank"),
    sender_case("rare: raw gbk cut in its last character",
                b'"' + "张三".encode("gbk")[:-1] + b'" <a@example.cn>', [(None, ADDRESS)],
                "the quote after the half character still closes", codes=_REPAIRED),
    case("date: twice, the first unreadable",
         mail(b"Date: today\nDate: Thu, 6 May 2021 16:42:11 +0800\n\n" + HELLO),
         "RFC 5322 3.6 allows one: the one that says something", text="hello",
         sent=datetime(2021, 5, 6, 16, 42, 11, tzinfo=_CHINA), codes=["header_duplicated"]),
)  # fmt: skip

NAMES = (
    name_case("rare: filename= of question marks", b'attachment; filename="??_+??????.rar"', NAME,
              "the sender's program lost the letters there and kept them in the other place",
              media_type=b'application/octet-stream; name="' + word(NAME, "gbk") + b'"'),
    name_case("rare: form-data", b'form-data; name="upload"; filename="a.rar"', "a.rar",
              "RFC 7578 4.2: a web form mailed as it came; name= is the field's"),
    name_case("rare: filename= twice, simple and word",
              b'attachment; filename="' + word(NAME, "gbk") + b'"; size=776; filename=a.rar', NAME,
              "RFC 2045 5.1: once; the first"),
    name_case("rare: raw gbk cut in its last character",
              b'attachment; filename="' + "材料一.rar申".encode("gbk")[:-1] + b'"; size=9',
              "材料一.rar\ufffd", "the quote after the half character still closes",
              codes=_REPAIRED),
    name_case("rare: raw utf-8 stem cut by bytes", b'attachment; filename="' + _STEM + b'.rar"',
              "申报材\ufffd.rar", "a limit of bytes on the stem: still UTF-8, and told",
              codes=_REPAIRED),
    name_case("rare: word of a stem cut by bytes",
              b'attachment; filename="' + word(_STEM + b".rar", "utf-8") + b'"',
              "申报材\ufffd.rar", "as before, in a word", codes=_REPAIRED),
    name_case("rare: 2231 of a stem cut by bytes",
              b"attachment; filename*=utf-8''" + percent(_STEM) + b".rar",
              "申报材\ufffd.rar", "as before, escaped", codes=_REPAIRED),
    name_case("rare: gbk word of a stem cut by bytes",
              b'attachment; filename="' + word("申报材料".encode("gbk")[:-1] + b".rar",
                                               "gbk") + b'"',
              "申报材\ufffd.rar", "C1 2E is no character of GBK: the dot is a dot",
              codes=_REPAIRED),
)  # fmt: skip

_DOUBLE = (
    part(b"\0\x05\x16\x07fork", media_type=b'application/applefile; name="a.rar"'),
    part(PACK, media_type=b'application/x-rar; name="a.rar"', disposition=b"attachment"),
)
_SHEET = "编号,单位\r\n1,甲\r\n"

PARTS = (
    case("rare: AppleDouble", mail(multipart(_TEXT, multipart(*_DOUBLE, kind=b"appledouble",
                                                              boundary=b"fork"))),
         "RFC 1740: the resource fork, then the file; both are kept", text="hello",
         files=[("a.rar", b"\0\x05\x16\x07fork"), ("a.rar", PACK)]),
    case("rare: multipart/x-zip that is a file", mail(multipart(_TEXT, part(
        PACK, media_type=b"multipart/x-zip; name=a.zip",
        disposition=b"attachment; filename=a.zip"))),
        "a type of the Windows registry: no boundary, a name and base64 make it a file",
        files=[("a.zip", PACK)], text="hello"),
    case("rare: package declared text/plain", mail(multipart(_TEXT, part(
        PACK, media_type=b"text/plain; charset=gb2312; name=a.rar"))),
        "a type lies, a name makes it a file: bytes are not text", files=[("a.rar", PACK)],
        text="hello"),
    case("rare: attached text in its own charset", mail(multipart(_TEXT, part(
        _SHEET.encode("utf-16"), media_type=b"text/csv; charset=utf-16; name=a.csv"))),
        "a file's bytes are never converted", files=[("a.csv", _SHEET.encode("utf-16"))],
        text="hello"),
    case("rare: attached text, 8bit, bytes of GBK", mail(multipart(_TEXT, part(
        "材料清单\n".encode("gbk"), media_type=b"text/plain; name=a.txt", encoding="8bit"))),
        "a file's bytes are never converted", files=[("a.txt", "材料清单\n".encode("gbk"))],
        text="hello"),
    case("rare: rar as message/rfc822", mail(multipart(_TEXT, part(
        PACK, media_type=b"message/rfc822", disposition=b"attachment; filename=a.rar"))),
        "a type lies: the bytes are kept under the name", files=[("a.rar", PACK)], text="hello",
        flat=[]),
    case("rare: unicode for a charset", mail(part(
        "材料已齐".encode("utf-16"), media_type=b"text/plain; charset=unicode")),
        "WHATWG Encoding: a label of UTF-16", text="材料已齐"),
    case("rare: utf-8 with a mark declared gb2312", mail(part(
        "材料".encode("utf-8-sig"), media_type=b"text/plain; charset=gb2312")),
        "the mark leaves no doubt; told", text="材料", codes=_REPAIRED),
    case("rare: undeclared utf-8 text with one wrong byte", mail(part(
        "材料已寄出，".encode() + b"\xff" + "请查收。".encode(), media_type=b"text/plain")),
        "one byte does not make it GBK; told", text="请查收。", codes=_REPAIRED),
    case("rare: undeclared utf-8 text cut in its last character", mail(part(
        "材料已寄出，请查收".encode()[:-1], media_type=b"text/plain", encoding="8bit")),
        "cut on the way: still UTF-8; told", text="材料已寄出，请查", codes=_REPAIRED),
    case("rare: undeclared gbk text with one wrong byte", mail(part(
        "材料已寄出，".encode("gbk") + b"\xff" + "请查收。".encode("gbk"),
        media_type=b"text/plain")), "one byte does not make it another charset; told",
        text="材料已寄出", codes=_REPAIRED),
    case("rare: HTML in a text part", mail(part(
        b"<html><body>hello</body></html>", media_type=b"text/plain")),
        "declared plain: the words are there, with what is around them", text="hello"),
    case("rare: body of one CR", mail(b"\n\r"), "nothing to read; nothing to fail on"),
    case("rare: files of three kinds of naming", mail(multipart(
        _TEXT, file_part(), part(PACK, media_type=b'a/b; name="' + word("乙.rar", "gbk") + b'"'),
        part(PACK, disposition=b"attachment; filename*=gbk''%B1%FB.rar"))),
        "one mail that went through three programs", text="hello",
        files=[("a.rar", PACK), ("乙.rar", PACK), ("丙.rar", PACK)]),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*HEADERS, *NAMES, *PARTS)
