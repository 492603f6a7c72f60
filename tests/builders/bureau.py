"""Mails of a city bureau that forwards those of its enterprises, as attachments or in its text."""

from __future__ import annotations

import hashlib
from datetime import datetime

from console.demo.mails import compose
from tests.builders.mails import mail, multipart, part, word
from tests.builders.season import MAILBOX, PROGRAMME, SHANGHAI, SeasonMail

BUREAU = "zhiliang@city.example.cn"
ARRIVAL = datetime(2021, 6, 10, 9, 0, tzinfo=SHANGHAI)


def forwarding(
    *mails: bytes,
    subject: str = "转发：2021年质量标杆申报邮件",
    own: list[tuple[str, bytes]] | None = None,
    nested: str = "message/rfc822",
    headers: bytes = b"",
    text: str = "现转发我市企业申报邮件，请查收。",
) -> SeasonMail:
    """A mail with `mails` attached. own: the bureau's own files. nested: how the attached mails
    are declared; as application/octet-stream they carry a name that ends in .eml."""
    parts = [part(text.encode(), media_type=b"text/plain; charset=utf-8")]
    for number, one in enumerate(mails, 1):
        name = b"attachment; filename*=utf-8''%d.eml" % number
        if nested == "message/rfc822":
            parts.append(part(one, media_type=b"message/rfc822", encoding="8bit"))
        else:
            parts.append(part(one, media_type=nested.encode(), disposition=name))
    for title, data in own or []:
        parts.append(
            part(data, disposition=b'attachment; filename="' + word(title, "utf-8") + b'"')
        )
    top = b"Message-ID: <bureau-%d@city.example.cn>\n" % len(b"".join(parts))
    boundary = b"=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:24].encode()
    raw = mail(
        top + headers + multipart(*parts, boundary=boundary),
        subject=word(subject, "utf-8"),
        sender=word("市工信局", "utf-8") + b" <" + BUREAU.encode() + b">",
    )
    return SeasonMail("forwarding", raw, ARRIVAL, "", "forwarded", "none")


def quoting(packages: list[tuple[str, bytes]], quotes: str) -> SeasonMail:
    """A mail in whose text others are quoted, with all their packages attached to itself."""
    data = compose(
        subject="转发: 企业申报材料",
        sender=BUREAU,
        sender_name="市工信局",
        to=MAILBOX,
        date=ARRIVAL,
        attachments=packages,
        text=quotes,
    )
    return SeasonMail("quoting", data, ARRIVAL, "", "forwarded", "none")


__all__ = ["ARRIVAL", "BUREAU", "PROGRAMME", "forwarding", "quoting"]
