"""Ours and the peers behind one call each: what every reader gives for one mail.

Each is used as its own documentation says, and every file's bytes are asked for. A loader imports
its library, so that a process holds no other, and gives the reader. `Found.within` marks what a
reader gives of the parts of an inner mail, so that opening inner mails and keeping them are both
taken as right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple, cast


class Found(NamedTuple):
    """One file. is_mail: it is an inner mail as a whole; within: it lay in one."""

    name: str
    data: bytes | Path
    is_mail: bool = False
    within: bool = False


class Reading(NamedTuple):
    subject: str
    senders: tuple[str, ...]
    files: tuple[Found, ...]


Reader = Callable[[Path, Path], Reading]
"""From the mail's file, and a folder that may be written to."""


def ours() -> Reader:
    """Reads as a stream; files lie on the disk afterwards, their digests are made."""
    from parsers.message import read_message

    def read(path: Path, into: Path) -> Reading:
        message = read_message(path, into)
        files = tuple(Found(file.name, file.path) for file in message.attachments)
        return Reading(message.subject, tuple(one.address for one in message.sender), files)

    return read


def stdlib() -> Reader:
    """`email` with policy.default, its parts walked."""
    import email.policy
    from email.parser import BytesParser

    def read(path: Path, _: Path) -> Reading:
        with path.open("rb") as file:
            message = BytesParser(policy=email.policy.default).parse(file)
        senders = tuple(
            address.addr_spec
            for header in message.get_all("from", [])
            for address in header.addresses
        )
        return Reading(str(message["subject"] or ""), senders, tuple(_walk(message)))

    return read


def _walk(part: EmailMessage, *, within: bool = False) -> Iterator[Found]:
    name = part.get_filename() or ""
    if part.get_content_type() in ("message/rfc822", "message/global") and part.is_multipart():
        inner = cast(EmailMessage, part.get_payload(0))
        yield Found(name, inner.as_bytes(), is_mail=True, within=within)
        yield from _walk(inner, within=True)
    elif part.is_multipart():
        for one in cast("list[EmailMessage]", part.get_payload()):
            yield from _walk(one, within=within)
    elif name or part.is_attachment() or part.get_content_maintype() != "text":
        yield Found(name, cast(bytes, part.get_payload(decode=True)) or b"", within=within)


def mail_parser() -> Reader:
    """mail-parser; it opens inner mails unless they are marked as attachments."""
    import mailparser
    from mailparser.utils import decode_base64_payload

    def read(path: Path, _: Path) -> Reading:
        mail = mailparser.parse_from_bytes(path.read_bytes())
        files = tuple(
            Found(
                str(one["filename"]),
                decode_base64_payload(one["payload"])
                if one["binary"]
                else one["payload"].encode("utf-8", "surrogateescape"),
                is_mail=str(one["mail_content_type"]).startswith("message/"),
            )
            for one in mail.attachments
        )
        subject = mail.subject
        # A list where the header is doubled: its first is what we and the others take.
        if isinstance(subject, list):
            subject = subject[0]
        return Reading(str(subject or ""), tuple(one[1] for one in mail.from_ or ()), files)

    return read


def imap_tools() -> Reader:
    """imap_tools; it knows one sender, and gives inner mails both whole and opened."""
    from imap_tools import MailMessage

    def read(path: Path, _: Path) -> Reading:
        message = MailMessage.from_bytes(path.read_bytes())
        files = tuple(
            Found(one.filename, one.payload, is_mail=one.content_type == "message/rfc822")
            for one in message.attachments
        )
        return Reading(message.subject, (message.from_,) if message.from_ else (), files)

    return read


def fast_mail_parser() -> Reader:
    """fast-mail-parser in its usual mode; it knows one sender."""
    from fast_mail_parser import parse_email

    def read(path: Path, _: Path) -> Reading:
        mail = parse_email(path.read_bytes())
        files = tuple(
            Found(one.filename or "", bytes(one.content), is_mail=one.mimetype == "message/rfc822")
            for one in mail.attachments
        )
        senders = [mail.from_] if mail.from_ is not None else []
        return Reading(mail.subject or "", tuple(one.address or "" for one in senders), files)

    return read


LOADERS: dict[str, Callable[[], Reader]] = {
    "ours": ours,
    "stdlib email": stdlib,
    "mail-parser": mail_parser,
    "imap_tools": imap_tools,
    "fast-mail-parser": fast_mail_parser,
}


def available() -> list[str]:
    """Names of the readers whose libraries are installed; the others are said."""
    found = []
    for name, load in LOADERS.items():
        try:
            load()
        except ImportError as error:
            print(f"{name} is left out: {error} (install the extra `bench`)")
        else:
            found.append(name)
    return found
