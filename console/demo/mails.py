"""Well-formed mails as Foxmail, Outlook and NetEase webmail write them, for the demo and tests.

Everything that a program makes up (Message-ID, boundary) is derived from the mail's content, so
that the same call gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Literal
from urllib.parse import quote_from_bytes

Style = Literal["foxmail", "outlook", "netease"]

_WORD_BYTES = 42
"""Text bytes in one encoded word: the word stays below 75 characters (RFC 2047, 2)."""


def compose(
    *,
    subject: str,
    sender: str,
    sender_name: str,
    to: str,
    date: datetime,
    attachments: Sequence[tuple[str, bytes]] = (),
    text: str = "",
    html: str | None = None,
    style: Style = "foxmail",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """One mail with CRLF line ends. date: with zone. headers: more of them, in ASCII.

    html: of the alternative body; made from the text where the program always sends one.
    """
    seed = hashlib.sha256(repr((style, subject, sender, to, date, text)).encode())
    for name, data in attachments:
        seed.update(name.encode() + data)
    digest = seed.hexdigest()
    charset = "utf-8" if style == "outlook" else "gb18030"
    body = _alternative(text, html, charset, digest, style)
    if attachments:
        boundary = _boundary(style, digest, 1)
        parts = [body, *(_attachment(name, data, style) for name, data in attachments)]
        body = _multipart("mixed", boundary, parts)
    lines = [
        *_program_headers(style, digest, sender),
        f"Date: {format_datetime(date)}{' (CST)' if style == 'netease' else ''}",
        f"From: {_mailbox(sender_name, sender, style)}",
        f"To: {to}",
        f"Subject: {_words(subject, style)}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
        f"Message-ID: {_message_id(style, digest, sender)}",
        "MIME-Version: 1.0",
    ]
    return ("\r\n".join(lines) + "\r\n").encode("ascii") + body


def _word_charset(style: Style) -> str:
    return {"foxmail": "gb18030", "outlook": "utf-8", "netease": "GBK"}[style]


def _words(text: str, style: Style) -> str:
    """Encoded words of base64, folded between them; plain ASCII stays."""
    if text.isascii():
        return text
    charset = _word_charset(style)
    words = [
        f"=?{charset}?B?{base64.b64encode(piece).decode()}?="
        for piece in _pieces(text, charset, _WORD_BYTES)
    ]
    return "\r\n ".join(words)


def _pieces(text: str, charset: str, size: int) -> Iterator[bytes]:
    """The encoded text in pieces of at most `size` bytes, never inside a character."""
    piece = b""
    for char in text:
        data = char.encode(charset)
        if len(piece) + len(data) > size:
            yield piece
            piece = b""
        piece += data
    yield piece


def _mailbox(name: str, address: str, style: Style) -> str:
    if not name:
        return address
    words = _words(name, style)
    # Foxmail and NetEase put the word between quotes, which RFC 2047 does not know.
    return f"{words} <{address}>" if style == "outlook" else f'"{words}" <{address}>'


def _program_headers(style: Style, digest: str, sender: str) -> list[str]:
    if style == "foxmail":
        return ["X-Priority: 3", "X-GUID: " + digest[:32].upper(), "X-Has-Attach: yes",
                "X-Mailer: Foxmail 7.2.20.273[cn]"]  # fmt: skip
    if style == "outlook":
        return ["X-Mailer: Microsoft Outlook 16.0", "Thread-Index: " + digest[:22],
                "Content-Language: zh-cn"]  # fmt: skip
    return [
        "X-Originating-IP: [192.0.2.10]",
        "X-Mailer: Coremail Webmail Server Version XT5.0.13 build 20210401 Copyright (c)",
        " 2002-2021 www.mailtech.cn 163com",
        "X-CM-CTRLDATA: " + digest[:24],
        f"X-CM-TRANSID: {digest[24:56]}",
        f"X-CM-SenderInfo: {sender.split('@')[0]}",
    ]


def _message_id(style: Style, digest: str, sender: str) -> str:
    if style == "netease":
        owner = sender.replace("@", "_")
        return f"<{digest[:8]}.{digest[8:12]}.{digest[12:23]}.Coremail.{owner}@163.com>"
    return f"<{digest[:24]}@{sender.rpartition('@')[2]}>"


def _boundary(style: Style, digest: str, number: int) -> str:
    if style == "foxmail":
        return f"----=_00{number}_NextPart{int(digest[:9], 16):012d}_=----"
    if style == "outlook":
        return f"----=_NextPart_000_00{number:02X}_01D7{digest[:4].upper()}.{digest[4:12].upper()}"
    return f"----=_Part_{int(digest[:5], 16)}_{int(digest[5:12], 16)}.16203{number}{digest[:8]}"


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    head = f'Content-Type: multipart/{kind};\r\n\tboundary="{boundary}"\r\n\r\n'
    mark = b"--" + boundary.encode()
    preamble = b"This is a multi-part message in MIME format.\r\n\r\n"
    return (
        head.encode()
        + preamble
        + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
        + mark
        + b"--\r\n"
    )


def _alternative(text: str, html: str | None, charset: str, digest: str, style: Style) -> bytes:
    plain = _text_part("plain", text, charset)
    if html is None and style == "outlook":
        return plain
    markup = html or "<div>" + escape(text).replace("\n", "<br>") + "</div>"
    parts = [plain, _text_part("html", markup, charset)]
    return _multipart("alternative", _boundary(style, digest, 2), parts)


def _text_part(kind: str, text: str, charset: str) -> bytes:
    head = (
        f'Content-Type: text/{kind};\r\n\tcharset="{charset}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _base64(text.replace("\n", "\r\n").encode(charset))


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _attachment(name: str, data: bytes, style: Style) -> bytes:
    if style == "outlook":
        names = _pieces_2231("name", name), _pieces_2231("filename", name)
    else:
        words = _words(name, style).replace("\r\n ", "\r\n\t")
        names = f';\r\n\tname="{words}"', f';\r\n\tfilename="{words}"'
    head = (
        f"Content-Type: application/octet-stream{names[0]}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment{names[1]}\r\n\r\n"
    )
    return head.encode("ascii") + _base64(data)


def _pieces_2231(key: str, name: str) -> str:
    """RFC 2231 in numbered pieces, percent-encoded UTF-8."""
    if name.isascii():
        return f';\r\n\t{key}="{name}"'
    cells = [quote_from_bytes(bytes([byte])) for byte in name.encode()]
    pieces = ["".join(cells[at : at + 20]) for at in range(0, len(cells), 20)]
    pieces[0] = "utf-8''" + pieces[0]
    return "".join(f";\r\n\t{key}*{at}*={piece}" for at, piece in enumerate(pieces))
