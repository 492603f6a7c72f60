"""A mail: its bytes as received, and what was read out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from model.delivery import DeliveryReport
from model.finding import Finding
from model.forwarded import Forwarded


@dataclass(frozen=True, slots=True)
class RawMessage:
    """The bytes of one mail on our disk, and where and when the server had it.

    sha256: of the bytes, lower-case hex; the identity of the mail everywhere in the system.
    size: bytes. received_at: the server's INTERNALDATE, with zone, never the Date header.
    received_source: where received_at comes from: "server", "given", "store", "received-header",
    "forwarded" (the outer mail's) or "now".
    server: user, host and port that the UID belongs to, "" for what no server had. junk: it lay in
    a folder for junk. forwarded: it lay inside another mail. routed: what is to be said of how its
    programme was chosen among several, None where there was no choice.
    """

    sha256: str
    size: int
    path: Path
    received_at: datetime
    received_source: str = "server"
    mailbox: str = ""
    folder: str = ""
    uid_validity: int = 0
    uid: int = 0
    server: str = ""
    junk: bool = False
    forwarded: Forwarded | None = None
    routed: Finding | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a header: display name (decoded, may be empty) and addr-spec."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One leaf part that is a file.

    name: as decoded, never made safe: it is data, not a path; "" where the part has none.
    size: bytes after decoding. sha256: of these. path: where they lie, under a name of ours.
    media_type: as declared. disposition: "attachment", "inline" or "".
    """

    name: str
    size: int
    sha256: str
    media_type: str
    path: Path
    disposition: str = ""
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class CloudLink:
    """A file that was not sent but put on a mail provider's or cloud disk's server.

    provider: "netease", "qq", … name, size and expires as the mail shows them, "" if not shown.
    code: what a disk asks for before it gives the file (提取码), "" if none is told.
    """

    url: str
    provider: str
    name: str = ""
    size: str = ""
    expires: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class MessageHead:
    """The little that is wanted of a mail before its turn comes.

    sender: the first address of From, "" if none. received_at: the topmost Received header's
    time, None where it has none.
    """

    subject: str
    sender: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """What one mail says.

    sender: the addresses of From, all of them. sent_at: the Date header, None if unreadable.
    headers: every header in order, name in lower case, value unfolded and decoded.
    text: the readable text (plain parts, else HTML made plain).
    report: what it reports of another mail, None where it is no report.
    """

    subject: str
    sender: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    sent_at: datetime | None
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    text: str
    media_type: str
    attachments: tuple[Attachment, ...]
    links: tuple[CloudLink, ...]
    findings: tuple[Finding, ...]
    report: DeliveryReport | None = None

    def header(self, name: str) -> str:
        """The first value of a header, "" where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), "")

    def header_values(self, name: str) -> tuple[str, ...]:
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)
