"""What web forms, templates and old libraries make of subjects, senders and names."""

from __future__ import annotations

import base64

from tests.builders.hostile.case import (
    ADDRESS,
    NAME,
    SUBJECT,
    UNIT,
    HostileMail,
    case,
    name_case,
    percent,
    sender_case,
    subject_case,
)
from tests.builders.mails import mail, quoted_printable, word

_AT = b" <a@example.cn>"
_REPAIRED = ("charset_repaired",)
_UTF8 = UNIT.encode()
_WORD = word(NAME, "utf-8", kind="Q")
_SOFT = quoted_printable(_UTF8).replace(b"=\n", b"=\r\n ")

SUBJECTS = (
    subject_case("form: Q word with soft line breaks", b"=?utf-8?Q?" + _SOFT + b"?=", UNIT,
                 "PHP's quoted_printable_encode put into a word: a soft break is no text"),
    subject_case("form: spaces around the text of a word",
                 b"=?gbk?B? " + base64.b64encode("山东".encode("gbk")) + b" ?=", "山东",
                 "a template with blanks in it: none of them is base64"),
    subject_case("form: encoded as utf-7 by its long name",
                 word("申报材料", "utf-7", declared="unicode-1-1-utf-7"), "申报材料", "RFC 1642"),
    subject_case("form: Korean by the name that Outlook uses",
                 word("신청서", "cp949", declared="ks_c_5601-1987"), "신청서",
                 "WHATWG Encoding: a label of EUC-KR, which means code page 949"),
    subject_case("form: Shift_JIS", word("申請表", "shift_jis"), "申請表",
                 "表 is 95 5C: a backslash that is none"),
    subject_case("form: western curly quotes", word("“é”", "cp1252", declared="iso-8859-1"), "“é”",
                 "WHATWG Encoding: iso-8859-1 is a label of windows-1252"),
    subject_case("form: cut inside its last character", word(SUBJECT.encode()[:-1], "utf-8"),
                 SUBJECT[:-1] + "\ufffd", "a limit of bytes: what is missing shows, and is told",
                 codes=_REPAIRED),
    subject_case("form: HTML entities", b"&#30003;&#25253; &amp; a", "&#30003;&#25253; &amp; a",
                 "RFC 5322 has none: taken as it stands"),
    subject_case("form: tab and two spaces", b"a\tb  c", "a b  c", "a tab is white space"),
    case("subject: form: percent and backslash",
         mail(b"\nhello\n", subject=b"100%25 C:\\new =3D"), "nothing of it is an escape here",
         subject="100%25 C:\\new =3D", text="hello"),
)  # fmt: skip

SENDERS = (
    sender_case("form: name in quotes, no brackets", '"张三" a@example.cn'.encode(),
                [(None, ADDRESS)],
                "the only address there is"),
    sender_case("form: two with words", word("张三", "gbk") + _AT + b",\n\t" + word("李四", "gbk")
                + b" <b@example.cn>", [("张三", ADDRESS), ("李四", "b@example.cn")],
                "RFC 5322 3.6.2"),
    sender_case("form: name behind the brackets", b"<a@example.cn> (Zhang San)", [(None, ADDRESS)],
                "RFC 822: a comment may stand anywhere"),
    sender_case("form: name that is the address", b'"a@example.cn"' + _AT, [(None, ADDRESS)],
                "QQ and Outlook where no name is set"),
    sender_case("form: name in single quotes", b"\"'a@example.cn'\"" + _AT, [(None, ADDRESS)],
                "Outlook puts both kinds around it"),
    sender_case("form: comma at the end", b"a@example.cn,", [("", ADDRESS)], "RFC 5322 4.4"),
    sender_case("form: spaces inside the brackets", b"Zhang < a@example.cn >", [("Zhang", ADDRESS)],
                "RFC 5322 3.4.1: white space around an address"),
    sender_case("form: letter case is kept", b"Zhang <Zhang.San@Example.CN>",
                [("Zhang", "Zhang.San@Example.CN")], "RFC 5321 2.4: a local part has letter case"),
    sender_case("form: dots where none may be", b"<zhang..san.@example.cn>",
                [(None, "zhang..san.@example.cn")],
                "RFC 5322 3.4.1 forbids it; Japanese phones have such addresses"),
    sender_case("form: address at an IP number", b"<a@[192.0.2.1]>", [("", "a@[192.0.2.1]")],
                "RFC 5321 4.1.3"),
    sender_case("form: host without a dot", b"root@mailserver", [("", "root@mailserver")],
                "RFC 5322 3.4.1: a machine of one's own net"),
    sender_case("form: full-width space before the bracket", "张三　<a@example.cn>".encode(),
                [("张三", ADDRESS)], "typed with a Chinese input method"),
    sender_case("form: raw gbk words on both sides", "张三".encode("gbk") + _AT + b" ("
                + "公司".encode("gbk") + b")", [(None, ADDRESS)], "name and comment, both raw",
                codes=_REPAIRED),
    case("sender: form: raw big5",
         mail(b"Content-Type: text/plain; charset=big5\n\n" + "附件請查收\n".encode("big5"),
              sender="臺灣精密機械股份有限公司".encode("big5") + _AT),
         "as in subjects: the mail's own text says which",
         sender=[("臺灣精密機械股份有限公司", ADDRESS)], text="附件請查收", codes=_REPAIRED),
)  # fmt: skip


def _att(parameters: bytes) -> bytes:
    return b"attachment; " + parameters


_CELLS = percent(NAME.encode())

NAMES = (
    name_case("form: words in quotes without a space",
              _att(b'filename="' + word(NAME[:9], "gbk") + word(NAME[9:], "gbk") + b'"'), NAME,
              "old Java mail libraries"),
    name_case("form: words in quotes of two charsets",
              _att(b'filename="' + word(NAME[:9], "gbk") + b" " + word(NAME[9:], "utf-8") + b'"'),
              NAME, "RFC 2047 6.2"),
    name_case("form: word holding quote and semicolon",
              _att(b'filename="' + word('a";b.rar', "utf-8") + b'"'), 'a";b.rar',
              "decoded text is no structure"),
    name_case("form: charset beside the name", b"attachment", NAME, "QQ declares one for any part",
              media_type=b'application/octet-stream; charset="gb18030"; name="'
              + word(NAME, "gb18030") + b'"'),
    name_case("form: 2231 pieces in quotes",
              _att(b"filename*0*=\"utf-8''" + _CELLS[:60] + b'";\r\n filename*1*="'
                   + _CELLS[60:] + b'"'),
              NAME, "RFC 2231 7 has no quotes there; several libraries write them"),
    name_case("form: Q word cut into 2231 pieces",
              _att(b'filename*0="' + _WORD[:50] + b'"; filename*1="' + _WORD[50:] + b'"'), NAME,
              "JavaMail's splitlongparameters; the cut may fall inside an escape"),
    name_case("form: Shift_JIS word", _att(b'filename="' + word("表.rar", "shift_jis") + b'"'),
              "表.rar", "95 5C: a backslash that is none"),
    name_case("form: fold without white space", b'attachment;\nfilename="a.rar"', "a.rar",
              "PHP templates begin the next line at its start: the parameter belongs to it"),
    name_case("form: line end inside quotes without white space",
              _att(b'filename="' + word(NAME[:9], "gbk") + b"\n" + word(NAME[9:], "gbk") + b'"'),
              NAME, "words folded by hand, the blank forgotten"),
    name_case("form: equals sign doubled", _att(b'filename=="a.rar"'), "a.rar",
              "a template's slip"),
    name_case("form: comma instead of semicolon", b'attachment, filename="a.rar"', "a.rar",
              "RFC 2045 5.1 wants a semicolon; there is nothing else it could mean"),
    name_case("form: name longer than a header line",
              _att(b'filename="' + b"a" * 1_200 + b'.rar"'), "a" * 1_200 + ".rar",
              "RFC 5322 2.1.1 allows 998 characters a line"),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*SUBJECTS, *SENDERS, *NAMES)
