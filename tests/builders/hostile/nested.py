"""Mails within mails: the .eml is a file of the outer mail's own level, byte for byte."""

from __future__ import annotations

import base64

from tests.builders.hostile.case import (
    HELLO,
    PACK,
    HostileMail,
    case,
    file_part,
    text_part,
)
from tests.builders.mails import mail, multipart, part, word

_TEXT = text_part(HELLO)
_INNER = mail(
    multipart(text_part(b"inner\n"), file_part(), boundary=b"inner"), subject=word("转来", "gbk")
)
_RFC822 = b"message/rfc822"
_KEPT = "RFC 2046 5.2.1; the inner mail is evidence as it is"


def _within(inner: bytes, *, encoding: str = "", disposition: bytes = b"") -> bytes:
    return part(inner, media_type=_RFC822, encoding=encoding, disposition=disposition)


def _nested(
    name: str,
    body: bytes,
    files: list[tuple[str, bytes]],
    why: str = _KEPT,
    *codes: str,
    flat: list[tuple[str, bytes]] | None = None,
) -> HostileMail:
    source = mail(multipart(_TEXT, body))
    return case(
        f"nested: {name}", source, why, files=files, codes=codes, text="hello",
        flat=[("a.rar", PACK)] if flat is None else flat,
    )  # fmt: skip


def deep(levels: int) -> bytes:
    """A mail in a mail in a mail …, the innermost with the file."""
    raw = _INNER
    for level in range(levels - 1):
        edge = b"level-%d" % level
        raw = mail(multipart(_TEXT, _within(raw), boundary=edge), subject=b"level %d" % level)
    return raw


def _levels(levels: int) -> HostileMail:
    raw = deep(levels)
    name = "转来.eml" if levels == 1 else f"level {levels - 2}.eml"
    return _nested(f"{levels} deep", _within(raw), [(name, raw)])


DEPTHS = tuple(_levels(levels) for levels in (1, 2, 5, 20))

FORMS = (
    _nested("named", _within(_INNER, disposition=b'attachment; filename="' + word("转发.eml", "gbk")
                             + b'"'), [("转发.eml", _INNER)]),
    _nested("in base64", _within(_INNER, encoding="base64"), [("转来.eml", _INNER)],
            "RFC 2046 5.2.1 forbids it; Outlook and NetEase send it"),
    _nested("in quoted-printable", part(_INNER, media_type=_RFC822, encoding="quoted-printable"),
            [("转来.eml", _INNER)], "RFC 2046 5.2.1 forbids it; gateways do it"),
    _nested("without a subject", _within(b"From: b@example.cn\n\nbody\n"),
            [("message.eml", b"From: b@example.cn\n\nbody\n")], "a name of ours", flat=[]),
    _nested("its subject a path", _within(mail(b"\nbody\n", subject=b"../a/b")),
            [("../a/b.eml", mail(b"\nbody\n", subject=b"../a/b"))], "a name is data", flat=[]),
    _nested("with the boundary of the outer one as text",
            _within(mail(b"\nbody\n--=_edge_01 not a delimiter\n", subject=b"x")),
            [("x.eml", mail(b"\nbody\n--=_edge_01 not a delimiter\n", subject=b"x"))],
            "RFC 2046 5.1.1", flat=[]),
    _nested("without its own end", _within(_INNER.replace(b"--inner--\n", b"")),
            [("转来.eml", _INNER.replace(b"--inner--\n", b""))],
            "RFC 2046 5.1.2: the outer delimiter ends it"),
    _nested("message/global", part(_INNER, media_type=b"message/global", encoding="8bit"),
            [("转来.eml", _INNER)], "RFC 6532 3.7: the same with UTF-8 headers"),
    case("nested: two mails and a file",
         mail(multipart(_TEXT, _within(_INNER), _within(mail(b"\ntwo\n", subject=b"two")),
                        file_part())),
         "a bureau forwards several mails at once", text="hello",
         files=[("转来.eml", _INNER), ("two.eml", mail(b"\ntwo\n", subject=b"two")),
                ("a.rar", PACK)], flat=[("a.rar", PACK), ("a.rar", PACK)]),
    case("nested: CRLF throughout",
         mail(multipart(_TEXT, _within(_INNER))).replace(b"\n", b"\r\n"), _KEPT, text="hello",
         files=[("转来.eml", _INNER.replace(b"\n", b"\r\n"))], flat=[("a.rar", PACK)]),
    case("nested: multipart/digest",
         mail(multipart(b"\n" + mail(b"\none\n", subject=b"one"),
                        b"\n" + mail(b"\ntwo\n", subject=b"two"), kind=b"digest")),
         "RFC 2046 5.1.5: a part without a type is a mail",
         files=[("one.eml", mail(b"\none\n", subject=b"one")),
                ("two.eml", mail(b"\ntwo\n", subject=b"two"))], flat=[]),
    case("nested: the mail is a mail", mail(_within(_INNER)), "resent as one part",
         files=[("转来.eml", _INNER)], flat=[("a.rar", PACK)]),
)  # fmt: skip

_STATUS = b"Reporting-MTA: dns; mx.example.cn\n\nFinal-Recipient: rfc822; x@y.cn\nAction: failed\n"
_PARTIAL = b'Content-Type: message/partial; id="1@x"; number=2; total=3\n'
_PIECE = base64.encodebytes(PACK)[100:500]

OTHERS = (
    case("nested: bounce", mail(multipart(
        _TEXT, part(_STATUS, media_type=b"message/delivery-status", encoding=""),
        _within(mail(b"\nbody\n", subject=b"sent")), kind=b"report")),
        "RFC 3464, RFC 3462: text, report, and the mail that came back", text="hello",
        files=[("", _STATUS), ("sent.eml", mail(b"\nbody\n", subject=b"sent"))],
        flat=[("", _STATUS)]),
    case("nested: message/partial", mail(_PARTIAL + b"\n" + _PIECE),
         "RFC 2046 5.2.2: a piece of a mail is no mail: its bytes are kept",
         files=[("", _PIECE)], codes=["partial_message"]),
    case("nested: message/external-body",
         mail(multipart(_TEXT, b"Content-Type: message/external-body; access-type=URL;\n"
                        b' URL="http://x.cn/a.rar"\n\nContent-Type: application/x-rar\n\nnote\n')),
         "RFC 2017: the file is elsewhere and is not fetched; what stands here is kept",
         files=[("", b"Content-Type: application/x-rar\n\nnote\n")], text="hello", flat=[],
         codes=["external_body"]),
    case("nested: forwarded inline",
         mail(b"Content-Type: text/plain; charset=gb2312\n\n"
              + "-----原始邮件-----\n发件人: b@example.cn\n主题: 申报\n".encode("gbk")),
         "what a person pasted is text, no header", text="主题: 申报"),
)  # fmt: skip

CASES: tuple[HostileMail, ...] = (*DEPTHS, *FORMS, *OTHERS)
