"""From headers: one address that the clerk answers to, and the name that was meant."""

from __future__ import annotations

import base64

from tests.builders.hostile.case import ADDRESS, HELLO, RARE, HostileMail, case, sender_case
from tests.builders.mails import mail, word

_AT = b" <a@example.cn>"
_ZHANG = [("张三", ADDRESS)]
_GBK = "张三".encode("gbk")
_SPEC = "RFC 5322 3.4: the angle brackets hold the address"

NAMES = (
    sender_case("raw gbk", _GBK + _AT, _ZHANG, "Foxmail 4-6", codes=["charset_repaired"]),
    sender_case("raw gbk in quotes", b'"' + _GBK + b'"' + _AT, _ZHANG, "Foxmail 4-6",
                codes=["charset_repaired"]),
    sender_case("raw gbk, second byte a backslash", b'"' + "信乗".encode("gbk") + b'"' + _AT,
                [("信乗", ADDRESS)], "81 5C is one character, no escaped quote",
                codes=["charset_repaired"]),
    sender_case("raw gbk, second byte an at sign", "丂三公司".encode("gbk") + _AT,
                [("丂三公司", ADDRESS)], "81 40 is one character, no address",
                codes=["charset_repaired"]),
    sender_case("raw utf-8", "张三".encode() + _AT, _ZHANG, "RFC 6532"),
    sender_case("gb2312 holding GB18030", word(RARE, "gb18030", declared="gb2312") + _AT,
                [(RARE, ADDRESS)], "WHATWG Encoding: one decoder for the GB family"),
    sender_case("word in quotes", b'"' + word("张三", "gb2312") + b'"' + _AT, _ZHANG,
                "RFC 2047 5 forbids it; QQ, NetEase and Foxmail write it"),
    sender_case("word without space", word("张三", "gbk") + b"<a@example.cn>", _ZHANG,
                "Alibaba's and many OA mailers"),
    sender_case("words cut inside a character",
                b"=?gbk?B?" + base64.b64encode(_GBK[:3]) + b"?= =?gbk?B?"
                + base64.b64encode(_GBK[3:]) + b"?=" + _AT, _ZHANG, "as in subjects"),
    sender_case("comma inside a word", word("张三,李四", "utf-8") + _AT, [("张三,李四", ADDRESS)],
                "RFC 2047 6.2: structure is read before words"),
    sender_case("comma in a name without quotes", b"Zhang, San" + _AT, [(None, ADDRESS)],
                "one person: a name alone is no address; the display may be cut"),
    sender_case("comment form", b"a@example.cn (" + word("张三", "gb2312") + b")", _ZHANG,
                "RFC 822: sendmail and old Notes put the name into a comment"),
    sender_case("name folded with tabs", word("张三", "gbk") + b"\r\n\t<a@example.cn>", _ZHANG,
                "RFC 5322 2.2.3"),
    sender_case("escaped quote in the name", b'"Zhang \\"San\\" Ltd"' + _AT,
                [('Zhang "San" Ltd', ADDRESS)], "RFC 5322 3.2.4"),
    sender_case("name of 2,000 characters", word("甲" * 2000, "utf-8") + _AT,
                [("甲" * 2000, ADDRESS)], "no limit is named by any RFC"),
    sender_case("line end inside the name", word("张\r\nBcc: x@y.cn", "utf-8") + _AT,
                [("张 Bcc: x@y.cn", ADDRESS)], "header injection"),
)  # fmt: skip

ADDRESSES = (
    sender_case("address alone", b"a@example.cn", [("", ADDRESS)], "RFC 5322 3.4"),
    sender_case("angle brackets alone", b"<a@example.cn>", [("", ADDRESS)], "RFC 5322 3.4"),
    sender_case("two addresses", b"a@example.cn, Li <b@example.cn>",
                [("", ADDRESS), ("Li", "b@example.cn")], "RFC 5322 3.6.2 allows a list"),
    sender_case("two From headers", b"a@example.cn\nFrom: Li <b@example.cn>",
                [("", ADDRESS), ("Li", "b@example.cn")],
                "RFC 5322 3.6 allows one: nobody may be hidden", codes=["header_duplicated"]),
    sender_case("semicolon between addresses", b"a@example.cn; b@example.cn",
                [(None, ADDRESS), (None, "b@example.cn")], "Outlook's habit in web forms"),
    sender_case("group", b"units: a@example.cn, Li <b@example.cn>;",
                [("", ADDRESS), ("Li", "b@example.cn")], "RFC 6854 2.1: From may hold a group"),
    sender_case("name that is another address", b'"boss@gov.cn"' + _AT, [("boss@gov.cn", ADDRESS)],
                f"{_SPEC}; the name is what the sender says of himself"),
    sender_case("bare name that is another address", b"boss@gov.cn" + _AT, [(None, ADDRESS)],
                _SPEC),
    sender_case("word that hides another address", word("x <boss@gov.cn>", "utf-8") + _AT,
                [("x <boss@gov.cn>", ADDRESS)], "RFC 2047 6.2: decoded text is no structure"),
    sender_case("all in one word", word("张三 <a@example.cn>", "utf-8"), [("张三", ADDRESS)],
                "RFC 2047 5(3) forbids it; python scripts write it", codes=["address_repaired"]),
    sender_case("quote never closed", b'"Zhang San <a@example.cn>', [(None, ADDRESS)],
                "the only address there is"),
    sender_case("bracket never closed", b"Zhang <a@example.cn", [(None, ADDRESS)],
                "the only address there is"),
    sender_case("brackets twice", b"Zhang <<a@example.cn>>", [(None, ADDRESS)],
                "a template that adds its own brackets"),
    sender_case("full-width brackets", "张三＜a@example.cn＞".encode(), [(None, ADDRESS)],
                "typed by hand into a web form", codes=["address_repaired"]),
    sender_case("mailto", b"Zhang <mailto:a@example.cn>", [(None, ADDRESS)], "copied from a page"),
    sender_case("route", b"<@relay.cn,@other.cn:a@example.cn>", [("", ADDRESS)], "RFC 5322 4.4"),
    sender_case("quoted local part", b'"zhang san"@example.cn', [(None, '"zhang san"@example.cn')],
                "RFC 5321 4.1.2"),
    sender_case("international domain", "张三 <zhang@例子.中国>".encode(),
                [("张三", "zhang@例子.中国")], "RFC 6532 3.2; kept as written"),
    sender_case("international local part", "<张三@例子.中国>".encode(), [("", "张三@例子.中国")],
                "RFC 6531 3.3"),
    sender_case("punycode domain", b"<zhang@xn--fsqu00a.xn--fiqs8s>",
                [("", "zhang@xn--fsqu00a.xn--fiqs8s")], "RFC 5890: kept as written"),
    sender_case("null path", b"<>", [], "RFC 3464: a bounce; nobody to answer",
                codes=["sender_missing"]),
    case("sender: no From at all", b"Subject: test\nSender: b@example.cn\n\n" + HELLO,
         "RFC 5322 3.6 wants it: Sender only carried the mail and is nobody's address to answer",
         sender=(), codes=["sender_missing"], text="hello"),
    case("sender: From after everything else", b"Subject: test\nTo: x@example.cn\nDate: now\n"
         b"MIME-Version: 1.0\nContent-Type: text/plain\nX-A: b\nFrom: a@example.cn\n\nhello\n",
         "RFC 5322 3.6: no order is wanted", text="hello"),
    case("sender: name and Reply-To of others",
         mail(b"Reply-To: boss@gov.cn\n\n" + HELLO, sender=word("市局", "gbk") + _AT),
         "Reply-To is recorded, not followed", sender=[("市局", ADDRESS)], text="hello"),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*NAMES, *ADDRESSES)
