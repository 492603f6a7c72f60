"""Mail within mail: what somebody forwards, as a city bureau does for its enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Forwarded:
    """How a mail came that lay inside another one; part of what identifies its arrival.

    outer_sha256: the mail around it. by, by_name: the address of that mail's From. message_id,
    subject: of that mail. alone: nothing else was forwarded along with it. depth: how many mails
    lie around it. quoted: it was taken out of the outer mail's text, where it had been quoted,
    not attached as a mail. unanswerable: why the outer mail may not be answered by a machine, a
    key of receipts/reasons.toml, "" where it may.
    """

    outer_sha256: str
    by: str
    by_name: str = ""
    message_id: str = ""
    subject: str = ""
    alone: bool = True
    depth: int = 1
    quoted: bool = False
    unanswerable: str = ""


@dataclass(frozen=True, slots=True)
class InnerMail:
    """A mail found inside another one that is a submission of its own.

    name: as attached. subject, sender: as it says itself. path: as shown among the files of the
    outer mail. stored: where its bytes lie now, None in a record. quoted: see `Forwarded`.
    came: how it came, set in a record.
    """

    sha256: str
    size: int
    name: str
    subject: str
    sender: str
    path: str
    stored: Path | None = None
    quoted: bool = False
    came: Forwarded | None = None
