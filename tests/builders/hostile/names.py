"""File names in the simple form: raw, quoted badly, in encoded words where none may be."""

from __future__ import annotations

import base64

from tests.builders.hostile.case import HELLO, NAME, PACK, RARE, HostileMail, case, name_case
from tests.builders.hostile.case import text_part as text
from tests.builders.mails import mail, multipart, part, word

GBK, UTF8 = NAME.encode("gbk"), NAME.encode()
REPAIRED = ("charset_repaired",)
_TRAIL = "誠信乗車.rar"
"""In GBK the second bytes of 乗 and others are backslashes and letters."""


def _att(value: bytes) -> bytes:
    return b"attachment; filename=" + value


def _quoted(value: bytes) -> bytes:
    return _att(b'"' + value + b'"')


RAW = (
    name_case("raw gbk", _quoted(GBK), NAME, "Foxmail 4-6, PHP", codes=REPAIRED),
    name_case("raw utf-8", _quoted(UTF8), NAME, "RFC 6532 3.3"),
    name_case("raw gb18030, four bytes", _quoted((RARE + ".rar").encode("gb18030")), RARE + ".rar",
              "as raw GBK", codes=REPAIRED),
    name_case("raw gbk without quotes", _att(GBK), NAME, "RFC 2045 5.1 wants quotes",
              codes=REPAIRED),
    name_case("raw gbk, second byte a backslash", _quoted(_TRAIL.encode("gbk")), _TRAIL,
              "81 5C is one character, no escape", codes=REPAIRED),
    name_case("raw gbk ending in a backslash byte", _quoted("信乗".encode("gbk")) + b"; size=9",
              "信乗", "the quote after 81 5C closes", codes=REPAIRED),
    name_case("raw gbk Windows path", _quoted("C:\\申报\\材料.rar".encode("gbk")),
              "C:\\申报\\材料.rar", "Internet Explorer sent whole paths; kept as data",
              codes=REPAIRED),
    case("name: raw big5",
         mail(multipart(
             text("附件請查收\n".encode("big5"), b"text/plain; charset=big5"),
             part(PACK, disposition=_quoted("臺灣精密機械股份有限公司.rar".encode("big5"))))),
         "the mail's own text declares Big5; the header cannot", text="附件請查收",
         files=[("臺灣精密機械股份有限公司.rar", PACK)], codes=REPAIRED),
    name_case("gb2312 word holding GB18030", _quoted(word(RARE, "gb18030", declared="gb2312")),
              RARE, "WHATWG Encoding: one decoder for the GB family"),
)  # fmt: skip

WORDS = (
    name_case("word in quotes", _quoted(word(NAME, "gb2312")), NAME,
              "RFC 2047 5(3) forbids it; nearly every Chinese program writes it"),
    name_case("word without quotes", _att(word(NAME, "utf-8")), NAME, "QQ, older NetEase"),
    name_case("words without quotes, a space between",
              _att(word(NAME[:9], "gbk") + b" " + word(NAME[9:], "gbk")), NAME,
              "without quotes the value goes on to the semicolon"),
    name_case("Q word in quotes", _quoted(word(NAME, "gbk", kind="Q")), NAME, "Coremail"),
    name_case("words in quotes, folded between",
              _quoted(word(NAME[:9], "gbk") + b"\r\n\t" + word(NAME[9:], "gbk")), NAME,
              "Foxmail 7"),
    name_case("words in quotes cut inside a character",
              _quoted(b"=?gbk?B?" + base64.b64encode(GBK[:13]) + b"?=\r\n =?gbk?B?"
                      + base64.b64encode(GBK[13:]) + b"?="), NAME, "cut by bytes"),
    name_case("word in quotes folded inside", _quoted(word(NAME, "gbk")[:40] + b"\r\n "
                                                      + word(NAME, "gbk")[40:]), NAME,
              "a relay folded at a column"),
    name_case("word in quotes with its end missing", _quoted(word(NAME, "gbk")[:-2]), NAME,
              "cut at a length"),
    name_case("big5 word", _quoted(word("臺灣.rar", "big5")), "臺灣.rar", "WHATWG Encoding: Big5"),
    name_case("word and plain ending", _quoted(word(NAME[:-4], "gbk") + b".rar"), NAME,
              "programs that encode only the stem"),
    name_case("word of an unknown charset", _quoted(word(NAME, "utf-8", declared="x-user-defined")),
              NAME, "the bytes show what they are", codes=REPAIRED),
    name_case("line end inside a word", _quoted(word("a\r\nb.rar", "utf-8")), "a b.rar",
              "header injection; a name is one line"),
    name_case("NUL inside a word", _quoted(word("a.rar\0.txt", "utf-8")), "a.rar .txt",
              "a NUL hides the real ending from C programs; here nothing is hidden"),
    name_case("right-to-left override inside a word", _quoted(word("申报\u202excod.rar", "utf-8")),
              "申报\u202excod.rar", "kept as data: the finding is for later checks"),
    name_case("decomposed letters", _quoted(word("e\u0301tude.rar", "utf-8")), "e\u0301tude.rar",
              "macOS names are NFD; kept as sent"),
    name_case("slash and dots inside a word", _quoted(word("../../材料/a.rar", "gbk")),
              "../../材料/a.rar", "a path is data, never a place"),
    name_case("word of 300 characters", _quoted(word("申报" * 148 + ".rar", "gbk")),
              "申报" * 148 + ".rar", "longer than any file system allows; kept whole"),
)  # fmt: skip

QUOTING = (
    name_case("spaces without quotes", _att(b"my file v2.rar; size=3"), "my file v2.rar",
              "RFC 2045 5.1 wants quotes; the semicolon ends it"),
    name_case("quote never closed", _att(b'"my file.rar'), "my file.rar", "cut line"),
    name_case("semicolon in quotes", _quoted(b"a; b.rar"), "a; b.rar", "RFC 2045 5.1"),
    name_case("semicolon in raw gbk quotes", _quoted("申报;材料.rar".encode("gbk")),
              "申报;材料.rar",
              "RFC 2045 5.1", codes=REPAIRED),
    name_case("escaped quotes", _quoted(b'a \\"b\\".rar'), 'a "b".rar', "RFC 5322 3.2.4"),
    name_case("Windows path", _quoted(b"C:\\new\\temp.rar"), "C:\\new\\temp.rar",
              "RFC 5322 would drop the backslashes; nobody escapes a path"),
    name_case("Windows share", _quoted(b"\\\\server\\pub\\a.rar"), "\\server\\pub\\a.rar",
              "a doubled backslash is an escaped one (RFC 5322 3.2.4)"),
    name_case("folded inside quotes", _quoted(b"my\r\n file.rar"), "my file.rar",
              "RFC 5322 2.2.3: unfolding leaves the space"),
    name_case("upper-case parameter", b'ATTACHMENT; FILENAME="a.rar"', "a.rar", "RFC 2045 5.1"),
    name_case("spaces around the sign", b'attachment; filename = "a.rar"', "a.rar",
              "RFC 822 allows white space between tokens"),
    name_case("comments", b'attachment (x); filename="a.rar" (as sent)', "a.rar", "RFC 822 3.4.3"),
    name_case("no space after the semicolons", b'attachment;size=9;filename="a.rar";x=y', "a.rar",
              "RFC 2045 5.1"),
    name_case("folded after every semicolon", b'attachment;\r\n\tfilename="a.rar";\r\n\tsize=9',
              "a.rar", "RFC 5322 2.2.3"),
    name_case("value of the header missing", b'filename="a.rar"', "a.rar",
              "RFC 2183 2 wants a type first"),
    name_case("path upwards", _quoted(b"../../etc/passwd"), "../../etc/passwd", "data, no place"),
    name_case("raw NUL", _quoted(b"a\0b.rar"), "a\ufffdb.rar", "kept visible"),
)  # fmt: skip

_TWICE = part(
    PACK, disposition=b"attachment", more=b'Content-Disposition: attachment; filename="a.rar"\n'
)
WHERE = (
    name_case("only name=", b"attachment", NAME, "RFC 1521: before there was Content-Disposition",
              media_type=b'application/x-rar; name="' + word(NAME, "gbk") + b'"'),
    name_case("no disposition at all", b"", "a.rar", "Lotus Notes, scanners, fax gateways",
              media_type=b'application/octet-stream; name="a.rar"'),
    name_case("filename= against name=", b'attachment; filename="right.rar"', "right.rar",
              "RFC 2183 2.3: filename is for that; name was never standard",
              media_type=b'application/octet-stream; name="wrong.rar"'),
    name_case("filename= empty", b'attachment; filename=""', "b.rar", "what is left of the names",
              media_type=b'application/octet-stream; name="b.rar"'),
    name_case("filename= twice", b'attachment; filename="first.rar"; filename="second.rar"',
              "first.rar", "RFC 2045 5.1: once; the first, as Outlook and Thunderbird"),
    name_case("name= in the disposition", b'attachment; name="a.rar"', "a.rar",
              "mailers that take one header for the other"),
    name_case("filename= in the type", b"attachment", "a.rar", "as before",
              media_type=b'application/octet-stream; filename="a.rar"'),
    name_case("only Content-Description", b"attachment", "申报材料.rar",
              "MS-OXCMAIL: it is the display name of an attachment; better than none",
              more=b"Content-Description: " + word("申报材料.rar", "gbk") + b"\n"),
    name_case("ATT00001.bin", _quoted(b"ATT00001.bin"), "ATT00001.bin",
              "Exchange names what it could not name: as declared; the bytes say RAR"),
    name_case("tcmime.bin", _quoted(b"tcmime.2344.2546.20297.bin"), "tcmime.2344.2546.20297.bin",
              "Tencent names what it could not read: as declared; the bytes say RAR"),
    case("name: none at all", mail(multipart(text(HELLO), part(PACK))),
         "RFC 2046 names no default: kept, and told", files=[("", PACK)], codes=["nameless_part"],
         text="hello"),
    case("name: Content-Disposition twice", mail(multipart(text(HELLO), _TWICE)),
         "a gateway added its own header; the name is in the other one", files=[("a.rar", PACK)],
         text="hello"),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*RAW, *WORDS, *QUOTING, *WHERE)
