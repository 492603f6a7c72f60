"""What other clocks say of a mail's arrival, as evidence for a person; none of them decides.

Residual risk: only the header lines that our own servers wrote are theirs. Every Received line
further down, and the Date header, say what the sender's side wants them to say.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from model.message import Message
from model.submission import Submission

DECIDED_BY = {
    "server": "邮件服务器的收到时间（INTERNALDATE）",
    "given": "导入时指定的收到时间",
    "store": "邮件存储所记的投递时间",
    "received-header": "邮件头中最上一行Received所记的时间",
    "forwarded": "转发邮件的收到时间",
    "now": "本系统取得邮件的时间",
}
"""By the source of the arrival time; see `model.message.RawMessage`."""
UNKNOWN = "无记载"
DATE_CHARACTERS = 100


def clocks(submission: Submission, in_words: Callable[[datetime], str]) -> dict[str, str]:
    """The arrival by every clock that tells of it, in words.

    received, clock: the time that counts and whose it is. ours: the topmost Received line, our
    mailbox's own. handed_over: when our servers took the mail from those of the sender. theirs:
    when the first server on the sender's side took it. written: the Date header.
    """
    raw, message = submission.raw, submission.message
    passed = [_date_of(line) for line in message.header_values("received")]
    # What lay inside another mail came past none of our servers by itself.
    ours = passed[0] if passed and raw.forwarded is None else None
    hop = submission.authenticity.hop if submission.authenticity else None

    def told(moment: datetime | None) -> str:
        try:
            return in_words(moment) if moment is not None else UNKNOWN
        except (OverflowError, ValueError):  # a year that no zone can be applied to
            return UNKNOWN

    return {
        "received": in_words(raw.received_at),
        "clock": DECIDED_BY[raw.received_source],
        "ours": told(ours),
        "handed_over": told(hop.at if hop else None),
        "theirs": told(_first_taken(passed)),
        "written": told(_aware(message)),
    }


def _first_taken(passed: list[datetime | None]) -> datetime | None:
    """The lowest Received line is the first server's; the only one there is may be ours."""
    return passed[-1] if len(passed) > 1 else None


def _date_of(received: str) -> datetime | None:
    """The date behind a Received line's last semicolon (RFC 5321, 4.4)."""
    _, semicolon, date = received.rpartition(";")
    if not semicolon:
        return None
    try:
        moment = parsedate_to_datetime(date.strip()[:DATE_CHARACTERS])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # told as not recorded; the mail itself is kept
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _aware(message: Message) -> datetime | None:
    sent = message.sent_at
    return sent if sent is None or sent.tzinfo else sent.replace(tzinfo=UTC)
