"""File names by RFC 2231: pieces, percent signs, charsets, and what programs make of them."""

from __future__ import annotations

from tests.builders.hostile.case import NAME, HostileMail, name_case
from tests.builders.hostile.case import percent as pc
from tests.builders.mails import word

GBK, UTF8 = NAME.encode("gbk"), NAME.encode()
REPAIRED = ("charset_repaired",)
_WORD = word(NAME, "utf-8")


def _att(parameters: bytes) -> bytes:
    return b"attachment; " + parameters


def _pieces(data: bytes, size: int, charset: bytes = b"utf-8", key: bytes = b"filename") -> bytes:
    """Numbered pieces of the escaped text, cut anywhere."""
    text = charset + b"''" + pc(data)
    cut = [text[at : at + size] for at in range(0, len(text), size)]
    return b";\r\n\t".join(key + b"*%d*=" % number + one for number, one in enumerate(cut))


WHOLE = (
    name_case("2231 utf-8", _att(b"filename*=utf-8''" + pc(UTF8)), NAME, "RFC 2231 4"),
    name_case("2231 gb2312 with language, holding GBK",
              _att(b"filename*=gb2312'zh-cn'" + pc("朱镕基.rar".encode("gbk"))), "朱镕基.rar",
              "RFC 2231 4; WHATWG Encoding"),
    name_case("2231 in quotes", _att(b"filename*=\"utf-8''" + pc(UTF8) + b'"'), NAME,
              "RFC 2231 7 has no quotes there"),
    name_case("2231 with quotes behind the charset", _att(b"filename*=utf-8''\"" + pc(UTF8) + b'"'),
              NAME, "web mailers that build it from the simple form"),
    name_case("2231 without charset", _att(b"filename*=" + pc(UTF8)), NAME,
              "the two apostrophes are left out"),
    name_case("2231 with an empty charset", _att(b"filename*=''" + pc(UTF8)), NAME,
              "RFC 2231 4: the fields may be empty"),
    name_case("2231 with the wrong charset", _att(b"filename*=utf-8''" + pc(GBK)), NAME,
              "declares one and writes another", codes=REPAIRED),
    name_case("2231 not escaped", _att(b"filename*=utf-8''" + UTF8), NAME, "raw 8-bit behind it"),
    name_case("2231 lower-case hex", _att(b"filename*=utf-8''" + pc(UTF8).lower()), NAME,
              "RFC 2231 7 wants upper case"),
    name_case("2231 keeps a plus", _att(b"filename*=utf-8''a+b%20c.rar"), "a+b c.rar",
              "a plus is no space here, as it is in forms"),
    name_case("2231 percent sign of nothing", _att(b"filename*=utf-8''100%_%zz.rar"),
              "100%_%zz.rar", "what is no escape stays"),
    name_case("2231 of path, NUL and line end", _att(b"filename*=utf-8''..%2F%00%0D%0Aa.rar"),
              "../\ufffd a.rar", "data on one line; no NUL in any store"),
    name_case("2231 big5", _att(b"filename*=big5''" + pc("臺灣.rar".encode("big5"))), "臺灣.rar",
              "RFC 2231 4"),
    name_case("2231 holding an encoded word", _att(b"filename*=" + _WORD), NAME,
              "one mechanism put into the other"),
    name_case("2231 holding an escaped encoded word", _att(b"filename*=utf-8''" + pc(_WORD)), NAME,
              "one mechanism put into the other, and escaped"),
)  # fmt: skip

PIECES = (
    name_case("2231 pieces", _att(_pieces(UTF8, 60)), NAME,
              "RFC 2231 3 and 4.1; charset only in the first"),
    name_case("2231 pieces cut inside a character", _att(_pieces(GBK, 38, b"gbk")), NAME,
              "the pieces are joined before they are decoded"),
    name_case("2231 pieces cut inside an escape", _att(_pieces(UTF8, 32)), NAME, "cut at a column"),
    name_case("2231 twelve pieces", _att(_pieces(UTF8 * 2, 36)), NAME * 2,
              "numbers count as numbers, not as text: 2 before 10"),
    name_case("2231 pieces out of order",
              _att(b"filename*2=rar; filename*0*=utf-8''" + pc(UTF8[:20]) + b"; filename*1*="
                   + pc(UTF8[20:-3])), NAME, "RFC 2231 3: the order of parameters means nothing"),
    name_case("2231 pieces with a gap",
              _att(b'filename*0="part"; filename*1="one"; filename*3=".rar"'), "partone.rar",
              "one piece was lost: what is there is kept, its ending above all"),
    name_case("2231 pieces from one on", _att(b"filename*1*=utf-8''" + pc(UTF8[:20])
                                              + b"; filename*2*=" + pc(UTF8[20:])), NAME,
              "RFC 2231 3 begins at 0"),
    name_case("2231 pieces numbered 00, 01", _att(b'filename*00="ab"; filename*01="c.rar"'),
              "abc.rar", "RFC 2231 7 forbids the leading 0"),
    name_case("2231 pieces, plain and escaped",
              _att(b"filename*0*=utf-8''" + pc("申报".encode()) + b'; filename*1="100%41 "; '
                   b"filename*2*=%E6%9D%90; filename*3=.rar"), "申报100%41 材.rar",
              "RFC 2231 4.1: only the marked pieces are escaped"),
    name_case("2231 plain pieces", _att(b'filename*0="abc def "; filename*1="ghi.rar"'),
              "abc def ghi.rar", "RFC 2231 3"),
    name_case("2231 a piece twice", _att(b'filename*0="a"; filename*0="x"; filename*1=".rar"'),
              "a.rar", "the first, as elsewhere"),
    name_case("2231 encoded word cut into pieces",
              _att(b'filename*0="' + _WORD[:40] + b'"; filename*1="' + _WORD[40:] + b'"'), NAME,
              "JavaMail's splitlongparameters over an encoded name: Tencent shows tcmime.bin"),
    name_case("2231 encoded words, one a piece",
              _att(b'filename*0="' + word(NAME[:12], "gb2312") + b'"; filename*1="'
                   + word(NAME[12:], "gb2312") + b'"'), NAME, "the same, cut between words"),
    name_case("2231 pieces of name=", b"attachment", NAME, "RFC 2231 is for every parameter",
              media_type=b"application/octet-stream; " + _pieces(UTF8, 50, key=b"name")),
)  # fmt: skip

AGAINST = (
    name_case("2231 against filename=, standing last",
              _att(b'filename="wrong.rar"; filename*=utf-8\'\'' + pc(UTF8)), NAME,
              "RFC 6266 4.3, RFC 2231: the extended form says more", codes=["name_disagrees"]),
    name_case("2231 against filename=, standing first",
              _att(b"filename*=utf-8''" + pc(UTF8) + b'; filename="wrong.rar"'), NAME, "as before",
              codes=["name_disagrees"]),
    name_case("2231 against mangled filename=",
              _att(b'filename="????_+????.rar"; filename*=gbk\'\'' + pc(GBK)), NAME,
              "Outlook's fallback for old readers"),
    name_case("2231 against name=", _att(b"filename*=utf-8''" + pc(UTF8)), NAME,
              "RFC 2183 2.3: filename first",
              media_type=b'application/octet-stream; name="' + word("x.rar", "gbk") + b'"'),
    name_case("2231 pieces against 2231 whole",
              _att(b"filename*=utf-8''" + pc(UTF8) + b"; filename*0=x; filename*1=y"), NAME,
              "the whole form cannot have been cut"),
    name_case("filename= against 2231 of name=", _att(b'filename="' + word(NAME, "gbk") + b'"'),
              NAME, "RFC 2183 2.3: filename first",
              media_type=b"application/octet-stream; name*=utf-8''x.rar"),
    name_case("2231 empty against filename=", _att(b'filename*=utf-8\'\'; filename="a.rar"'),
              "a.rar", "an empty form says nothing"),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*WHOLE, *PIECES, *AGAINST)
