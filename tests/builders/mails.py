"""Mails byte by byte, for what no mail library would write."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

BOUNDARY = b"=_edge_01"


def word(text: str | bytes, charset: str, *, declared: str = "", kind: str = "B") -> bytes:
    """One encoded word. declared: the charset it claims."""
    data = text if isinstance(text, bytes) else text.encode(charset)
    claim = (declared or charset).encode()
    if kind == "B":
        return b"=?" + claim + b"?B?" + base64.b64encode(data) + b"?="
    quoted = b"".join(b"=%02X" % byte for byte in data)
    return b"=?" + claim + b"?Q?" + quoted + b"?="


def uuencoded(data: bytes, name: bytes = b"a.bin") -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\nend\n"


def quoted_printable(data: bytes) -> bytes:
    """Every byte escaped that is not a plain letter, in lines of at most 75."""
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    cells = [bytes([byte]) if byte in plain else b"=%02X" % byte for byte in data]
    return b"=\n".join(b"".join(cells[at : at + 25]) for at in range(0, len(cells), 25))


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.encodebytes,
    "quoted-printable": quoted_printable,
    "x-uuencode": uuencoded,
    "binary": bytes,
}


def part(
    data: bytes,
    *,
    media_type: bytes = b"application/octet-stream",
    disposition: bytes = b"",
    encoding: str = "base64",
    more: bytes = b"",
) -> bytes:
    """A leaf part with its headers; media_type and disposition may carry raw parameters."""
    head = b"Content-Type: " + media_type + b"\n" if media_type else b""
    if disposition:
        head += b"Content-Disposition: " + disposition + b"\n"
    if encoding:
        head += b"Content-Transfer-Encoding: " + encoding.encode() + b"\n"
    encode = ENCODINGS.get(encoding)
    return head + more + b"\n" + (encode(data) if encode else data)


def multipart(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = BOUNDARY) -> bytes:
    """Content-Type and body of a multipart; goes behind other headers, or as a part."""
    body = b"".join(b"--" + boundary + b"\n" + one + b"\n" for one in parts)
    head = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\n\n'
    return head + body + b"--" + boundary + b"--\n"


def mail(
    rest: bytes = b"\n", *, subject: bytes = b"test", sender: bytes = b"a@example.cn"
) -> bytes:
    """A mail: two headers, then `rest`, which brings further headers and the body."""
    return b"From: " + sender + b"\nSubject: " + subject + b"\n" + rest


def with_file(
    disposition: bytes, data: bytes = b"data", media_type: bytes = b"application/octet-stream"
) -> bytes:
    """A mail with a line of text and one attachment, whose Content-Disposition is given raw."""
    text = part(b"hello\n", media_type=b"text/plain", encoding="")
    return mail(multipart(text, part(data, disposition=disposition, media_type=media_type)))
