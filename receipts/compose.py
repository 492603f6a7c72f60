"""A letter as a mail: its exact bytes, composed once and never again.

Nothing that a sender wrote reaches a header, but a Message-ID of strict form and an address of
strict form: the standard library lets an encoded word that holds a line break inject headers.
The serialised headers are checked against the names that belong there.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email import policy as email_policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from urllib.parse import quote

from receipts.letter import Letter
from receipts.policy import ADDRESS

MESSAGE_ID = re.compile(r"(?!.*=\?)<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\[\]@:;,\"\\()-]{3,900}>")
HEADERS = frozenset(
    {
        "from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references",
        "auto-submitted", "mime-version", "content-type", "x-auto-response-suppress",
        "content-language",
    }
)  # fmt: skip
REFERENCES = 20
"""How many Message-IDs of the thread are repeated: the first and the newest ones."""
NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
"""What no file may be named with on the machines that letters are read on."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a letter carries. name: to be saved under. media_type: as "application/pdf"."""

    name: str
    media_type: str
    data: bytes


def compose(
    letter: Letter,
    *,
    sender: str,
    sender_name: str,
    recipient: str,
    message_id: str,
    made_at: datetime,
    answers: str = "",
    thread: tuple[str, ...] = (),
    copy_to: str = "",
    unasked: bool = False,
    attached: tuple[Attached, ...] = (),
) -> bytes:
    """The mail's bytes, with CRLF line ends, 7-bit clean.

    answers, thread: Message-ID and References of the mail that is answered. copy_to: a second
    address, in Cc. unasked: it answers no mail at all (RFC 3834, 5). attached:
    in the order in which they are shown.
    Raises: ValueError where an address is not of the form a letter can go to, or a header came
    out that does not belong there; nothing is sent then.
    """
    for address in (sender, recipient, *([copy_to] if copy_to else [])):
        if not ADDRESS.fullmatch(address):
            raise ValueError(f"not an address that a letter can go to: {address!r}")
    mail = EmailMessage(policy=email_policy.SMTP.clone(max_line_length=76, refold_source="none"))
    mail["From"] = Address(display_name=sender_name, addr_spec=sender)
    mail["To"] = Address(addr_spec=recipient)
    if copy_to:
        mail["Cc"] = Address(addr_spec=copy_to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(made_at)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated" if unasked else "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text, charset="utf-8", cte="base64")
    mail.add_alternative(letter.html, subtype="html", charset="utf-8", cte="base64")
    for one in attached:
        _attach(mail, one)
    mail["Content-Language"] = "zh-CN"  # only now: the library moves what is Content-… inward
    # Fixed, so that the same letter is the same bytes.
    known = "=_" + re.sub(r"[^A-Za-z0-9]", "", message_id)[:48]
    parts = [part for part in mail.walk() if part.is_multipart()]
    for number, part in enumerate(reversed(parts)):
        part.set_boundary(f"{known}_{number}" if number else known)
    head, end, body = mail.as_bytes().partition(b"\r\n\r\n")
    data = head + _thread(answers, thread).encode("ascii") + end + body
    _check_headers(data)
    return data


def _attach(mail: EmailMessage, one: Attached) -> None:
    """Named twice: as RFC 2231 has it, and in an encoded word (RFC 2047), which it forbids and
    Outlook, Foxmail and QQ have always understood.
    """
    name = NOT_IN_A_NAME.sub("_", one.name)
    maintype, subtype = one.media_type.split("/")
    mail.add_attachment(one.data, maintype=maintype, subtype=subtype)
    part = list(mail.iter_attachments())[-1]
    del part["Content-Type"], part["Content-Disposition"], part["MIME-Version"]
    word = f"=?utf-8?B?{b64encode(name.encode()).decode('ascii')}?="
    exact = f"utf-8''{quote(name, safe='')}"
    # Raw, since the library writes only one of the two.
    part.set_raw("Content-Type", f'{one.media_type};\r\n name="{word}"')
    part.set_raw(
        "Content-Disposition",
        f'attachment;\r\n filename="{word}";\r\n filename*={exact}',
    )


def _thread(answers: str, thread: tuple[str, ...]) -> str:
    """In-Reply-To and References (RFC 5322 3.6.4), written by hand: the library takes an
    identifier that is longer than a line for text, and encodes it.
    """
    if not MESSAGE_ID.fullmatch(answers):
        return ""
    known = [one for one in thread if MESSAGE_ID.fullmatch(one) and one != answers]
    kept = [*known[:1], *known[1:][-(REFERENCES - 2) :], answers]
    return f"\r\nIn-Reply-To: {answers}\r\nReferences: " + "\r\n ".join(kept)


def _check_headers(data: bytes) -> None:
    names = [name.lower() for name in BytesHeaderParser().parsebytes(data).keys()]  # noqa: SIM118
    strange = [name for name in names if name not in HEADERS]
    twice = [name for name in set(names) if names.count(name) > 1]
    if strange or twice:
        raise ValueError(f"a letter with headers that do not belong there: {strange or twice}")
