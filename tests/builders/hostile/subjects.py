"""Subjects: encoded words as twenty years of programs write, cut and damage them."""

from __future__ import annotations

import base64

from tests.builders.hostile.case import RARE, SUBJECT, UNIT, HostileMail, case, subject_case
from tests.builders.mails import mail, word

GBK = SUBJECT.encode("gbk")
UTF8 = SUBJECT.encode()
REPAIRED = ("charset_repaired",)


def _b64(data: bytes) -> bytes:
    return base64.b64encode(data)


def _q(data: bytes) -> bytes:
    return b"".join(b"=%02X" % byte for byte in data)


_GBK_64, _UTF_64 = _b64(GBK), _b64(UTF8)
_FAMILY = "WHATWG Encoding: labels of the GB family name one decoder, that of GB18030"
_JOIN = (
    "RFC 2047 5(3) forbids it; programs that count bytes write it, so bytes join before decoding"
)

FAMILY = tuple(
    subject_case(
        f"gbk declared {label}", word(SUBJECT, "gbk", declared=label), SUBJECT, f"{_FAMILY} ({why})"
    )
    for label, why in (
        ("gb_2312-80", "IANA name of the character set"),
        ("x-gbk", "Java and old Netscape"),
        ("cp936", "Windows"),
        ("chinese", "IANA alias"),
        ("936", "ASP components write the bare number of the code page"),
        ("csGB2312", "IANA alias"),
        ("GB18030-2000", "the standard's own name"),
        ("windows-936", "IANA alias"),
    )
)

CHARSETS = (
    subject_case(
        "gb2312 holding GBK", word("朱镕基", "gbk", declared="gb2312"), "朱镕基",
        f"{_FAMILY}; Outlook and Foxmail declare gb2312 whatever they hold"),
    subject_case(
        "gb2312 holding four-byte GB18030", word(RARE, "gb18030", declared="gb2312"), RARE,
        _FAMILY),
    subject_case(
        "gb2312 in Q holding GBK", word("龑镕", "gbk", declared="gb2312", kind="Q"), "龑镕",
        _FAMILY),
    subject_case("utf-8 without its hyphen", word(SUBJECT, "utf-8", declared="utf8"), SUBJECT,
                 "WHATWG Encoding: utf8 is a label of UTF-8"),
    subject_case("utf-8-mac", word("e\u0301申报", "utf-8", declared="utf-8-mac"), "e\u0301申报",
                 "iconv's name on macOS; UTF-8, its decomposed letters kept"),
    subject_case("gbk declared unknown-8bit", word(SUBJECT, "gbk", declared="unknown-8bit"),
                 SUBJECT, "RFC 1428 3: the gateway did not know; GBK by its bytes", codes=REPAIRED),
    subject_case("utf-8 declared gb2312", word(SUBJECT, "utf-8", declared="gb2312"), SUBJECT,
                 "phones take the subject of one mail into another's charset", codes=REPAIRED),
    subject_case("gbk declared utf-8", word(SUBJECT, "gbk", declared="utf-8"), SUBJECT,
                 "PHP mailers with the page's charset", codes=REPAIRED),
    subject_case("gbk declared iso-8859-1", word(SUBJECT, "gbk", declared="iso-8859-1"), SUBJECT,
                 "The Bat! and Java's default charset", codes=REPAIRED),
    subject_case("gbk declared us-ascii", word(SUBJECT, "gbk", declared="us-ascii"), SUBJECT,
                 "RFC 2047 2: 8-bit bytes are not us-ascii", codes=REPAIRED),
    subject_case("charset nobody knows", word(SUBJECT, "utf-8", declared="x-user-defined"), SUBJECT,
                 "Netscape's name for what the user chose", codes=REPAIRED),
    subject_case("charset in quotes", b'=?"gb2312"?B?' + _GBK_64 + b"?=", SUBJECT,
                 "quotes copied from Content-Type into the word"),
    subject_case("charset empty", b"=??B?" + _UTF_64 + b"?=", SUBJECT,
                 "a mailer whose charset setting is empty; the bytes show what they are"),
    subject_case("language suffix", b"=?gb2312*zh-CN?B?" + _GBK_64 + b"?=", SUBJECT,
                 "RFC 2231 5: charset*language"),
    subject_case("lower-case b", b"=?gb2312?b?" + _GBK_64 + b"?=", SUBJECT,
                 "RFC 2047 4: the encoding is case-insensitive"),
    subject_case("lower-case q", b"=?gbk?q?=d5=c5_=c8=fd?=", "张 三",
                 "RFC 2047 4.2; hex digits should be upper case, and are not"),
    subject_case("big5", word("臺灣機械公司", "big5"), "臺灣機械公司", "WHATWG Encoding: Big5"),
    subject_case("big5-hkscs", word("香港嘅公司㗎", "big5hkscs", declared="big5"), "香港嘅公司㗎",
                 "WHATWG Encoding: Big5 holds the Hong Kong supplement"),
    subject_case("hz", word("申报材料", "hz", declared="hz-gb-2312"), "申报材料", "RFC 1843"),
    subject_case("utf-7", word("申报材料", "utf-7"), "申报材料", "RFC 2152"),
    subject_case("hz not declared", b"~{Iu1(~}", "~{Iu1(~}",
                 "7-bit text that declares nothing is ASCII (RFC 2047 1): taken as it stands"),
    subject_case("iso-2022-jp", word("申告書類", "iso-2022-jp"), "申告書類", "RFC 1468"),
    subject_case("iso-2022-cn", b"=?ISO-2022-CN?B?" + _b64(b"\x1b$)A\x0eIj1(2DAO\x0f") + b"?=",
                 "申报材料", "RFC 1922 4: SO designates GB 2312"),
    subject_case("codec that is no charset", word(SUBJECT, "utf-8", declared="zlib"), SUBJECT,
                 "Python has transforms among its codecs; none of them is text", codes=REPAIRED),
    subject_case("surrogates in utf-8", word(b"\xe7\x94\xb3\xed\xa0\xbd\xed\xb8\x80", "utf-8"),
                 "申😀", "Java's modified UTF-8 (CESU-8): the pair means one character",
                 codes=REPAIRED),
    *FAMILY,
)  # fmt: skip

RAW = (
    subject_case("raw gbk", GBK, SUBJECT, "RFC 5322 forbids 8-bit; Foxmail 4-6 and PHP send it",
                 codes=REPAIRED),
    subject_case("raw gbk of two characters", "联通".encode("gbk"), "联通",
                 "C1 AA CD A8 looks like UTF-8 to Notepad; C1 never begins a character of it",
                 codes=REPAIRED),
    subject_case("raw gb18030, four bytes", (UNIT + RARE).encode("gb18030"), UNIT + RARE,
                 "as raw GBK, with characters outside it", codes=REPAIRED),
    subject_case("raw utf-8", UTF8, SUBJECT, "RFC 6532 3.2: that is a right header"),
    subject_case("raw gbk beside a word", word("申报", "gbk") + b" " + "材料".encode("gbk"),
                 "申报 材料", "a prefix put in front by a gateway", codes=REPAIRED),
    case("subject: raw big5",
         mail(b"Content-Type: text/plain; charset=big5\n\n" + "附件請查收\n".encode("big5"),
              subject="臺灣精密機械股份有限公司".encode("big5")),
         "nothing in the header says which; the mail's own text declares Big5",
         subject="臺灣精密機械股份有限公司", text="附件請查收", codes=REPAIRED),
    subject_case("8-bit inside a Q word", b"=?gb2312?Q?\xd5\xc5=C8=FD?=", "张三",
                 "RFC 2047 4.2 wants it escaped; what stands there is GBK all the same"),
)  # fmt: skip

CUT = (
    subject_case("B cut inside a character, gbk",
                 b"=?gb2312?B?" + _b64(GBK[:15]) + b"?=\n =?gb2312?B?" + _b64(GBK[15:]) + b"?=",
                 SUBJECT, _JOIN),
    subject_case("B cut inside a character, utf-8",
                 b"=?utf-8?B?" + _b64(UTF8[:14]) + b"?=\n =?UTF-8?B?" + _b64(UTF8[14:]) + b"?=",
                 SUBJECT, _JOIN),
    subject_case("Q cut inside a character, gbk",
                 b"=?gbk?Q?" + _q(GBK[:15]) + b"?=\n =?gbk?Q?" + _q(GBK[15:]) + b"?=", SUBJECT,
                 _JOIN),
    subject_case("Q cut inside a character, utf-8",
                 b"=?utf-8?Q?" + _q(UTF8[:14]) + b"?= =?utf-8?Q?" + _q(UTF8[14:]) + b"?=", SUBJECT,
                 _JOIN),
    subject_case("B cut inside a base64 group",
                 b"=?gbk?B?" + _GBK_64[:10] + b"?=\n =?gbk?B?" + _GBK_64[10:] + b"?=", SUBJECT,
                 "the base64 text was cut at a column, not at a group of four"),
    subject_case("cut between B and Q",
                 b"=?utf-8?B?" + _b64(UTF8[:14]) + b"?= =?utf-8?Q?" + _q(UTF8[14:]) + b"?=",
                 SUBJECT, _JOIN),
    subject_case("four-byte character cut in the middle",
                 b"=?gb18030?B?" + _b64("𠮷".encode("gb18030")[:2]) + b"?= =?gb18030?B?"
                 + _b64("𠮷".encode("gb18030")[2:]) + b"?=", "𠮷", _JOIN),
    subject_case("folded inside a word",
                 b"=?gb2312?B?" + _GBK_64[:21] + b"\r\n " + _GBK_64[21:] + b"?=", SUBJECT,
                 "a relay folded the line at its 76th column"),
    subject_case("folded inside a Q word",
                 b"=?utf-8?Q?" + _q(UTF8)[:31] + b"\r\n\t" + _q(UTF8)[31:] + b"?=", SUBJECT,
                 "a relay folded inside an escape of three characters"),
    subject_case("folded inside the charset", b"=?gb\r\n 2312?B?" + _GBK_64 + b"?=", SUBJECT,
                 "as before"),
    subject_case("no space between words", word("山东", "gbk") + word("机械", "gbk"), "山东机械",
                 "RFC 2047 5(1) wants white space between them"),
    subject_case("two charsets side by side", word("山东", "gbk") + b"\n " + word("机械", "utf-8"),
                 "山东机械", "RFC 2047 6.2: white space between words is no text"),
    subject_case("text glued to a word", b"ZB01+" + word("山东", "gbk") + b"(v2)", "ZB01+山东(v2)",
                 "RFC 2047 5(1) wants white space; web forms concatenate"),
    subject_case("words and text keep their spaces",
                 word("山东", "gbk") + b" A " + word("机械", "gbk"), "山东 A 机械",
                 "RFC 2047 6.2: only between two words it disappears"),
    subject_case("words in quotes", b'"' + word(SUBJECT, "gbk") + b'"', f'"{SUBJECT}"',
                 "Subject is unstructured: quotes are text, and the word inside was meant as one"),
    subject_case("thirty words", b"\n ".join(word("材料", "gbk") for _ in range(30)), "材料" * 30,
                 "a word for every word the program had"),
    subject_case("one word of 600 characters", word("申" * 600, "utf-8"), "申" * 600,
                 "RFC 2047 2 allows 75 characters; nobody checks"),
)  # fmt: skip

BROKEN = (
    subject_case("end missing", b"=?gbk?B?" + _GBK_64, SUBJECT, "cut by a limit of the sender"),
    subject_case("end missing before another word",
                 b"=?gbk?B?" + _b64("山东".encode("gbk")) + b"\n " + word("机械", "gbk"),
                 "山东机械",
                 "the first word lost its end where the line was cut"),
    subject_case("padding missing", b"=?gb2312?B?" + _b64(GBK + b"a").rstrip(b"=") + b"?=",
                 SUBJECT + "a", "RFC 4648 3.2 allows it elsewhere, RFC 2045 does not"),
    subject_case("padding too long", b"=?gb2312?B?" + _b64(b"ab") + b"==?=", "ab",
                 "some encoders always add two"),
    subject_case("spaces inside Q", b"=?utf-8?Q?=E5=B1=B1 =E4=B8=9C 01?=", "山 东 01",
                 "RFC 2047 4.2 wants underscores; the spaces were meant"),
    subject_case("underscore is a space", b"=?gbk?Q?A_=C9=BD_B?=", "A 山 B", "RFC 2047 4.2(2)"),
    subject_case("question mark inside Q", b"=?utf-8?Q?=E5=B1=B1?_yes?=", "山? yes",
                 "RFC 2047 4.2(3) wants it escaped"),
    subject_case("word inside a word", word(word(SUBJECT, "gbk"), "utf-8"), SUBJECT,
                 "a gateway encoded what was encoded; nobody writes such a subject by hand"),
    subject_case("word of nothing", b"=?gbk?B??= " + word("山东", "gbk"), "山东",
                 "an empty text is legal base64"),
    subject_case("looks like a word", b"=?not a word?= 1=?2", "=?not a word?= 1=?2",
                 "RFC 2047 6.1: what is no word is text"),
    subject_case("line end inside a word", word("a\r\nBcc: x@y.cn", "utf-8"), "a Bcc: x@y.cn",
                 "decoded text may not become a header (header injection)"),
    subject_case("NUL inside a word", word("山\0东", "utf-8"), "山 东", "no store takes a NUL"),
)  # fmt: skip

KEPT = tuple(
    subject_case(f"kept: {name}", word(text, "utf-8"), text, why)
    for name, text, why in (
        ("compatibility ideographs", "豈更車金", "NFC would change U+F900 and the like: evidence"),
        ("decomposed letters", "e\u0301cole か\u3099", "macOS writes NFD; text is kept as sent"),
        ("full-width plus", "ZB01＋山东（甲）", "folding is the business of the naming rule"),
        ("emoji", "材料👨\u200d👩\u200d👧已齐✅", "four bytes of UTF-8 and zero-width joiners"),
        ("zero-width characters", "ZB\u200b0137\u2060+山东\ufeff甲", "copied from a web page"),
        ("right-to-left override", "申报\u202excod.rar", "a trick, and as such evidence"),
    )
)

CASES: tuple[HostileMail, ...] = (*CHARSETS, *RAW, *CUT, *BROKEN, *KEPT)
