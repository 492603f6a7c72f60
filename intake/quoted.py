"""A mail made from what another mail quotes in its text: headers as quoted, files as attached.

The original mail is gone; what its program kept of it is put into the form of a mail, so that it
is filed, judged and answered like any other. The same outer mail always gives the same bytes, and
a header says where they come from.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from email.header import Header
from email.utils import encode_rfc2231, format_datetime, formataddr
from pathlib import Path

from intake.attached import Attached
from model.forwarded import InnerMail
from model.message import Address, Message, RawMessage
from parsers.message.quoted import QuotedMail

ORIGIN_HEADER = "X-Quoted-Within"
BOUNDARY = "=_quoted_mail"
_LINES_PER_PIECE = 4096
_BYTES_PER_LINE = 57


def write_quoted(
    raw: RawMessage, outer: Message, quote: QuotedMail | None, files: list[Attached], to: Path
) -> InnerMail:
    """Write the mail to `to`. quote: None where the text says nothing of these files; the outer
    mail's sender and text then stand for it."""
    sender = quote.sender if quote and quote.sender.address else _sender(outer)
    subject = quote.subject if quote else files[0].attachment.name.rsplit(".", 1)[0]
    text = quote.text if quote else outer.text
    digest, size = hashlib.sha256(), 0
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("wb") as file:
        for piece in _pieces(raw, outer, sender, subject, text, files):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return InnerMail(
        sha256=digest.hexdigest(),
        size=size,
        name=to.name,
        subject=subject,
        sender=sender.address,
        path=to.name,
        stored=to,
        quoted=True,
    )


def _sender(outer: Message) -> Address:
    return outer.sender[0] if outer.sender else Address("", "")


def _pieces(
    raw: RawMessage,
    outer: Message,
    sender: Address,
    subject: str,
    text: str,
    files: list[Attached],
) -> Iterator[bytes]:
    digests = "".join(one.attachment.sha256 for one in files)
    key = hashlib.sha256(f"{raw.sha256} {digests}".encode()).hexdigest()[:32]
    headers = [
        f"{ORIGIN_HEADER}: {raw.sha256}",
        *([f"Date: {format_datetime(outer.sent_at)}"] if outer.sent_at else []),
        *([f"From: {formataddr((_one_line(sender.name), sender.address))}"]
          if sender.address.isascii() and sender.address else []),
        f"Subject: {Header(_one_line(subject), 'utf-8', maxlinelen=70).encode()}",
        f"Message-ID: <{key}@quoted.invalid>",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"',
    ]  # fmt: skip
    yield _lines(*headers, "", f"--{BOUNDARY}", "Content-Type: text/plain; charset=utf-8",
                 "Content-Transfer-Encoding: base64", "")  # fmt: skip
    yield base64.encodebytes(text.encode("utf-8", "replace")).replace(b"\n", b"\r\n")
    for one in files:
        name = encode_rfc2231(_one_line(one.attachment.name), "utf-8")
        yield _lines(
            f"--{BOUNDARY}",
            "Content-Type: application/octet-stream",
            f"Content-Disposition: attachment; filename*={name}",
            "Content-Transfer-Encoding: base64",
            "",
        )
        with one.attachment.path.open("rb") as file:
            while block := file.read(_BYTES_PER_LINE * _LINES_PER_PIECE):
                yield base64.encodebytes(block).replace(b"\n", b"\r\n")
    yield _lines(f"--{BOUNDARY}--")


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _one_line(text: str) -> str:
    """No line end of a sender's may end a header here."""
    return " ".join(text.encode("utf-8", "replace").decode().split())
