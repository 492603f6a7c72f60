"""What looks like damage and is none: a repair would be the mistake."""

from __future__ import annotations

import base64

from tests.builders.hostile.case import (
    HELLO,
    PACK,
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

_LINES = base64.encodebytes(PACK)
_FILE = b"attachment; filename=a.txt"
_WORDLIKE = PACK[:57] + base64.b64decode(b"AndThisIsNoFooterButTheLastLineOfTheFile")
"""Its last line of base64 could be a line of English."""

NAMES = (
    name_case("untouched: percent signs", b'attachment; filename="100%E5%B1.rar"', "100%E5%B1.rar",
              "RFC 2231 4: only a name with an asterisk is escaped"),
    name_case("untouched: half an encoded word", b'attachment; filename="a=?b?=.rar"', "a=?b?=.rar",
              "RFC 2047 2: no charset, no encoding, no word"),
    name_case("untouched: apostrophes", b"attachment; filename=\"it's Li's.rar\"", "it's Li's.rar",
              "RFC 2231 4: only a name with an asterisk has a charset in front"),
    name_case("meant as 2231",
              b"attachment; filename=\"utf-8''" + percent("申报.rar".encode()) + b'"',
              "申报.rar", "the asterisk forgotten: a charset and escapes are no name of a file"),
    name_case("untouched: description that names no file", b"attachment", "",
              "no ending: words about the part, not its name",
              more=b"Content-Description: Scanned document\n", codes=["nameless_part"]),
    name_case("untouched: equals signs", b'attachment; filename="a=b=20.rar"', "a=b=20.rar",
              "no word, no escape"),
    name_case("untouched: French", b"attachment; filename*=iso-8859-1''d%E9%E7u.pdf", "déçu.pdf",
              "RFC 2231 4; two high letters together in a word of French"),
)  # fmt: skip

HEADERS = (
    subject_case("untouched: western letters", word("Müller & Söhne", "iso-8859-1"),
                 "Müller & Söhne", "declared and right: single high letters are no Chinese"),
    sender_case("untouched: Spanish name", word("El Niño año", "iso-8859-1", kind="Q")
                + b" <a@example.cn>", [("El Niño año", "a@example.cn")],
                "F1 6F would be a character of GBK; a letter between letters is none"),
    subject_case("untouched: German with two high letters together",
                 word("Straße ßß, naïve Größe", "iso-8859-1"), "Straße ßß, naïve Größe",
                 "DF DF would be a character of GBK; the rest shows the language"),
    subject_case("untouched: Russian", word("Документы", "koi8-r"), "Документы", "RFC 1489"),
    subject_case("untouched: Big5 whose second bytes are backslashes", word("許功蓋", "big5"),
                 "許功蓋", "A9 5C and the like are characters"),
    case("untouched: gb2312 as Python names it",
         mail(b"\n" + HELLO, subject=word("申报 材料", "gb2312", declared="eucgb2312_cn")),
         "email.header writes its codec's name: the right bytes under a known name, no repair",
         subject="申报 材料", text="hello", clean=True),
    subject_case("untouched: raw utf-8 that could be GBK", "膜材料".encode(), "膜材料", "RFC 6532"),
    subject_case("untouched: a plus between words", word("ZB01+山东", "utf-8"), "ZB01+山东",
                 "declared utf-8: nothing of utf-7 in it"),
    sender_case("untouched: comma in a quoted name", b'"Zhang, San" <a@example.cn>',
                [("Zhang, San", "a@example.cn")], "RFC 5322 3.2.4"),
    case("untouched: text that begins like a header",
         mail(b"\nSubject: other\nFrom: b@example.cn\n\nhello\n"),
         "RFC 5322 2.1: the empty line ended the headers", text="Subject: other"),
    case("untouched: part that begins like a header",
         mail(multipart(b"\nContent-Type: image/png\nhello\n", file_part())),
         "RFC 2046 5.1: the empty line comes first, so all of it is text",
         text="Content-Type: image/png\nhello", files=[("a.rar", PACK)]),
)  # fmt: skip

BODIES = (
    case("untouched: attached text that looks like base64",
         mail(multipart(text_part(HELLO), part(_LINES, disposition=_FILE, encoding="7bit"))),
         "declared 7bit: the file is that text (a PEM file is one)", files=[("a.txt", _LINES)],
         text="hello"),
    case("untouched: text that looks like base64",
         mail(b"Content-Transfer-Encoding: 7bit\n\naGVsbG8gdGhlcmUsIGFsbA==\n"), "declared 7bit",
         text="aGVsbG8gdGhlcmUsIGFsbA=="),
    case("untouched: French text", mail(part(
        "Çà et là, déçu par l'été: Ångström".encode("iso-8859-1"),
        media_type=b"text/plain; charset=iso-8859-1")), "declared and right",
        text="Çà et là, déçu par l'été: Ångström", clean=True),
    case("untouched: text full of equals signs",
         mail(b"Content-Transfer-Encoding: 8bit\n\na=3Db =\nc==\n"), "declared 8bit",
         text="a=3Db =\nc=="),
    case("untouched: last line of base64 like a word", mail(multipart(
        text_part(HELLO), file_part(_WORDLIKE))), "RFC 2045 6.8: letters are base64",
        files=[("a.rar", _WORDLIKE)], text="hello"),
    case("untouched: file of line ends", mail(multipart(
        text_part(HELLO), file_part(b"\r\n\n\r \t\r\n"), file_part(b"\n", b"b.txt"))),
        "white space is content", files=[("a.rar", b"\r\n\n\r \t\r\n"), ("b.txt", b"\n")],
        text="hello"),
    case("untouched: text inline without a name", mail(multipart(
        text_part(HELLO), part(b"regards\n", media_type=b"text/plain", disposition=b"inline",
                               encoding=""))), "RFC 2183 2.1: shown with the rest: body text",
        text="regards"),
    case("untouched: file that is itself a mail folder", mail(multipart(
        text_part(HELLO), part(mail(b"\nhi\n"), disposition=b"attachment; filename=a.eml"))),
        "declared octet-stream: a file like any other", text="hello",
        files=[("a.eml", mail(b"\nhi\n"))]),
    case("untouched: text of uuencode's letters",
         mail(b"\nbegin 644 a.txt\nMARKET REPORT, FIRST QUARTER\nend\n"),
         "the line's first letter promises 45 bytes and it holds other words",
         text="MARKET REPORT, FIRST QUARTER"),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*NAMES, *HEADERS, *BODIES)
