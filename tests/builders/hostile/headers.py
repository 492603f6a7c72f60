"""Header blocks: doubled, folded oddly, without colon; line ends, leaders and dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from tests.builders.hostile.case import (
    ADDRESS,
    HELLO,
    PACK,
    SUBJECT,
    HostileMail,
    case,
    file_part,
    text_part,
)
from tests.builders.mails import mail, multipart, word

_FILES = [("a.rar", PACK)]
_WHOLE = mail(multipart(text_part(HELLO), file_part()))
_CHINA = timezone(timedelta(hours=8))
_SENT = datetime(2021, 5, 6, 16, 42, 11, tzinfo=_CHINA)
_GBK = word(SUBJECT, "gbk")


def _all(name: str, source: bytes, why: str, *codes: str) -> HostileMail:
    """The usual mail of a text and a file, in another shape."""
    return case(f"header: {name}", source, why, files=_FILES, codes=codes, text="hello")


def _head(
    name: str, head: bytes, why: str, *codes: str, subject: str = "test", named: str | None = ""
) -> HostileMail:
    """A header block given raw, the body a line of text."""
    return case(
        f"header: {name}",
        head + b"\n" + HELLO,
        why,
        subject=subject,
        sender=[(named, ADDRESS)],
        codes=codes,
        text="hello",
    )


_SEVENS = b"\n ".join(_GBK[at : at + 7] for at in range(8, len(_GBK), 7)).rstrip(b"?=")
_FROM = b"From: a@example.cn\n"

SHAPES = (
    _head("Subject twice", _FROM + b"Subject: " + _GBK + b"\nSubject: other\n",
          "RFC 5322 3.6 allows one; the first, as every mail program shows", "header_duplicated",
          subject=SUBJECT),
    _head("Subject empty, then full", _FROM + b"Subject:\nX-A: b\nsubject: " + _GBK + b"\n",
          "NetEase's forwarding adds one: the one that says something", "header_duplicated",
          subject=SUBJECT),
    _head("Subject missing", _FROM, "RFC 5322 3.6: it is optional", subject=""),
    _head("Subject folded with tabs", _FROM + b"Subject: a\r\n\tb\r\n\t\tc\r\n", "RFC 5322 2.2.3",
          subject="a b c"),
    _head("fold of white space only", _FROM + b"Subject: a\n \n b\nX-A: c\n",
          "RFC 5322 4.2: obsolete, to be understood; only the line ends go", subject="a  b"),
    _head("Subject on the line after its name", _FROM + b"Subject:\n " + _GBK + b"\n",
          "Foxmail folds before the first word", subject=SUBJECT),
    _head("space before the colon", _FROM + b"Subject : test\n", "RFC 5322 4.5.8"),
    _head("no space after the colon", b"From:a@example.cn\nSubject:test\n", "RFC 5322 2.2"),
    _head("names in upper case", b"FROM: a@example.cn\nSUBJECT: test\n", "RFC 5322 1.2.2"),
    _head("line without a colon", _FROM + b"this is no header\nSubject: test\n",
          "a filter's note; the headers before and after it count", "header_broken", named=None),
    _head("line of 8-bit without a colon",
          _FROM + "病毒已扫描\n".encode("gbk") + b"Subject: test\n",
          "the same in Chinese", "header_broken", named=None),
    _head("first line continues nothing", b" by filter\n" + _FROM + b"Subject: test\n",
          "a cut Received header; the others count"),
    _head("8-bit in a header's name", _FROM + b"X-\xd5\xc5: y\nSubject: test\n",
          "RFC 5322 2.2: no such header; the others count", "header_broken", named=None),
    _head("NUL in a header", _FROM + b"X-A: a\0b\nSubject: te\0st\n", "RFC 5322 4: no NUL any more",
          subject="te st"),
    _head("line of 2,000 characters", _FROM + b"X-A: " + b"y " * 1000 + b"\nSubject: test\n",
          "RFC 5322 2.1.1 allows 998"),
    _head("word folded every seven characters",
          _FROM + b"Subject: =?gbk?B?" + _SEVENS + b"?=\n",
          "a relay that folds anywhere: white space is no base64", subject=SUBJECT),
)  # fmt: skip


def _ends(line_end: bytes) -> bytes:
    return _WHOLE.replace(b"\n", line_end)


_MIXED = b"".join(
    line + (b"\r\n", b"\n")[at % 2] for at, line in enumerate(_WHOLE.split(b"\n")[:-1])
)

LINES = (
    _all("CRLF", _ends(b"\r\n"), "RFC 5322 2.1"),
    _all("LF only", _WHOLE, "saved by a Unix program"),
    _all("CR only", _ends(b"\r"), "old Macintosh programs"),
    _all("CRLF and LF mixed", _MIXED, "a gateway that added LF lines"),
    _all("CR CR LF", _ends(b"\r\r\n"), "a Windows program that translated twice"),
    _all("byte order mark", b"\xef\xbb\xbf" + _WHOLE, "edited with Notepad"),
    _all("byte order mark and CRLF", b"\xef\xbb\xbf" + _ends(b"\r\n"), "edited with Notepad"),
    _all("empty lines in front", b"\r\n\n\r\n" + _WHOLE, "cut out of a mailbox file"),
    _all("mbox line in front", b"From a@b.cn Thu May  6 16:42:11 2021\n" + _WHOLE, "RFC 4155"),
    _all("escaped mbox line in front", b">From a@b.cn Thu May  6 16:42:11 2021\n" + _WHOLE,
         "RFC 4155: escaped once more"),
    _all("control-Z at the end", _WHOLE + b"\x1a", "DOS end of file"),
    _all("NULs behind the end", _WHOLE + b"\0" * 4096, "a disk block filled up"),
    case("header: no header at all", b"hello\nworld\n", "all of it is text, and told", subject="",
         sender=(), codes=["headers_missing"], text="hello\nworld"),
    case("header: empty mail", b"", "nothing, and told", subject="", sender=(),
         codes=["headers_missing"]),
    case("header: header block only", b"From: a@example.cn\nSubject: test",
         "RFC 5322 3.5: no body"),
    case("header: body without an empty line",
         b"Subject: test\nFrom: a@example.cn\nhello there, all\nand goes on\n",
         "what is no header and before no header begins the text", text="hello there, all\nand"),
)  # fmt: skip


def _date(name: str, raw: str, sent: datetime | None, why: str, *codes: str) -> HostileMail:
    head = mail(b"Date: " + raw.encode("gbk") + b"\n\n" + HELLO)
    return case(f"date: {name}", head, why, sent=sent, codes=codes, text="hello")


DATES = (
    _date("zone in a comment", "Thu, 6 May 2021 16:42:11 +0800 (GMT+08:00)", _SENT, "Coremail"),
    _date("zone with GMT in front", "Thu, 6 May 2021 16:42:11 GMT+0800", _SENT, "JavaScript"),
    _date("ISO 8601", "2021-05-06T16:42:11+08:00", _SENT, "scripts"),
    _date("Chinese", "2021年5月6日 16:42:11 +0800", _SENT, "ASP components of Chinese Windows"),
    _date("Chinese weekday", "星期四, 6 May 2021 16:42:11 +0800", _SENT,
          "the weekday of a Chinese locale"),
    _date("year of two digits", "Thu, 6 May 21 08:42:11 GMT",
          datetime(2021, 5, 6, 8, 42, 11, tzinfo=UTC), "RFC 5322 4.3"),
    _date("zone missing", "2021-05-06 16:42:11", None,
          "no instant without a zone: never guessed; the server's time counts", "date_unreadable"),
    _date("no date", "昨天下午", None, "nothing to read", "date_unreadable"),
    _date("day that is none", "Thu, 99 May 2021 16:42:11 +0800", None, "nothing to read",
          "date_unreadable"),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*SHAPES, *LINES, *DATES)
