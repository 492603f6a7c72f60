"""Mails that cost: many parts, deep towers, long lines and headers. Built when they are wanted.

The limits are those of `parsers/message/limits.py`: 10,000 parts, depth 120, 2 MiB and 10,000
lines of header, 2 MiB of text.
"""

from __future__ import annotations

import base64

from tests.builders.hostile.case import ADDRESS, HELLO, PACK, HostileMail, case, text_part
from tests.builders.hostile.nested import deep
from tests.builders.mails import mail, multipart, part, uuencoded, word

_PARTS, _DEPTH = 10_000, 120
_MB = 1 << 20
_FILE = part(PACK, disposition=b"attachment; filename=a.rar")
_FILES = [("a.rar", PACK)]
_LONG = bytes(range(256)) * 16 * 1024
"""4 MiB."""


def _many_parts() -> bytes:
    files = (
        part(b"%d" % number, disposition=b"attachment; filename=%d.txt" % number)
        for number in range(_PARTS - 1)
    )
    return mail(multipart(text_part(HELLO), *files))


def _level(number: int) -> bytes:
    return part(b"%d" % number, disposition=b"attachment; filename=%d.txt" % number)


def _tower(levels: int) -> bytes:
    """Multiparts within one another, each with a file behind the inner one."""
    inner = text_part(HELLO)
    for number in range(levels):
        inner = multipart(inner, _level(number), boundary=b"b%d" % number)
    return inner


def _tower_case(levels: int) -> HostileMail:
    """What is deeper than the limit stays one file, its bytes exact."""
    first = max(0, levels - _DEPTH)
    kept = [("", _tower(first).split(b"\n\n", 1)[1])] if first else []
    files = [(f"{number}.txt", b"%d" % number) for number in range(first, levels)]
    return case(
        f"huge: {levels} multiparts within one another",
        lambda: mail(_tower(levels)),
        "RFC 2046 5.1 names no limit: ours keeps the rest as one file, and tells",
        files=[*kept, *files],
        codes=["limit_depth"] if first else [],
        text=None if first else "hello",
        flat=[(f"{number}.txt", b"%d" % number) for number in range(levels)],
    )


_BODY = multipart(text_part(HELLO), _FILE)


def _big_header(lines: bytes) -> bytes:
    """Behind the headers that count, so that these are read."""
    head, body = mail(_BODY).split(b"\n\n", 1)
    return head + b"\n" + lines.rstrip(b"\n") + b"\n\n" + body


_TOO_MUCH = "no RFC names a limit: what is past ours is left unread, and told"

CASES: tuple[HostileMail, ...] = (
    case("huge: 10,000 parts", _many_parts, "RFC 2046 names no limit: all of them are kept",
         files=[(f"{number}.txt", b"%d" % number) for number in range(_PARTS - 1)], text="hello"),
    case("huge: 1,500 uuencoded files", lambda: mail(
        b"\n" + HELLO + b"".join(uuencoded(b"x", b"%d.txt" % number) for number in range(1_500))),
        "as with parts", files=[(f"{number}.txt", b"x") for number in range(1_500)], text="hello"),
    _tower_case(100),
    _tower_case(150),
    case("huge: mails 300 deep", lambda: mail(
        multipart(text_part(HELLO), part(deep(300), media_type=b"message/rfc822", encoding=""))),
        "the outermost inner mail is a file of bytes; nothing is opened",
        files=[("level 298.eml", deep(300))], text="hello", flat=_FILES),
    case("huge: header of 1 MB", lambda: _big_header(b"X-A: " + b"y" * _MB),
         "RFC 5322 2.1.1 limits lines, not headers", files=_FILES, text="hello"),
    case("huge: header of 3 MB", lambda: _big_header(b"X-A: " + b"y" * (3 * _MB)), _TOO_MUCH,
         files=_FILES, codes=["limit_headers"], text="hello"),
    case("huge: 1 MB of folds", lambda: _big_header(b"X-A: a\n" + b"\tfolded once more\n" * 60_000),
         "RFC 5322 2.2.3: folds are one header", files=_FILES, text="hello"),
    case("huge: 30,000 headers",
         lambda: _big_header(b"Received: from a.example.cn by b; now\n" * 30_000),
         _TOO_MUCH, files=_FILES, codes=["limit_headers"], text="hello"),
    case("huge: subject of 40,000 characters", lambda: mail(
        b"\n" + HELLO, subject=word("申报" * 20_000, "gbk")), "within the limit: kept whole",
        subject="申报" * 20_000, text="hello"),
    case("huge: subject of 5,000 words", lambda: mail(
        b"\n" + HELLO, subject=b"\n ".join(word("申", "utf-8") for _ in range(5_000))),
        "a word for every character", subject="申" * 5_000, text="hello"),
    case("huge: 20 MB of text without a line end", lambda: mail(
        multipart(text_part(b"hello " + b"x" * (20 * _MB)), _FILE)),
        "the text is cut, and told; the file behind it is not lost", files=_FILES,
        codes=["limit_text"], text="hello xxx"),
    case("huge: base64 of 4 MiB in one line", lambda: mail(multipart(
        text_part(HELLO), b"Content-Disposition: attachment; filename=a.rar\n"
        b"Content-Transfer-Encoding: base64\n\n" + base64.b64encode(_LONG))),
        "RFC 2045 6.8 allows 76 characters a line", files=[("a.rar", _LONG)], text="hello"),
    case("huge: binary of 4 MiB without a line end", lambda: mail(multipart(
        text_part(HELLO), part(_LONG.replace(b"\n", b"").replace(b"\r", b""), encoding="binary",
                               disposition=b"attachment; filename=a.rar"))),
        "RFC 2045 2.9: binary has no lines",
        files=[("a.rar", _LONG.replace(b"\n", b"").replace(b"\r", b""))], text="hello"),
    case("huge: 100,000 lines that begin like a delimiter", lambda: mail(multipart(
        text_part(HELLO + b"--=_edge_0\n" * 100_000), _FILE)),
        "RFC 2046 5.1.1: the whole line counts", files=_FILES, text="hello"),
    case("huge: 10,000 brackets in From", lambda: mail(
        b"\n" + HELLO, sender=b"a@example.cn " + b"(" * 10_000),
        "RFC 5322 3.2.2: comments nest; nobody nests so", sender=[(None, ADDRESS)], text="hello"),
    case("huge: 5,000 parameters before the name", lambda: mail(multipart(text_part(HELLO), part(
        PACK, disposition=b"attachment" + b"".join(b"; p%d=v" % number for number in range(5_000))
        + b"; filename=a.rar"))), "RFC 2045 5.1 names no limit", files=_FILES, text="hello"),
    case("huge: boundary of 5,000 characters", lambda: mail(
        multipart(text_part(HELLO), boundary=b"x" * 5_000)),
        "RFC 2046 5.1.1 allows 70: not taken for one; the bytes are kept, and told",
        files=[("", multipart(text_part(HELLO), boundary=b"x" * 5_000).split(b"\n\n", 1)[1])],
        codes=["boundary_missing"], flat=[]),
)  # fmt: skip
