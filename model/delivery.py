"""What became of a letter of ours, as another mail says: returned, delayed, read, answered by a
machine."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

OUR_MESSAGE_ID = re.compile(r"<receipt\.[0-9a-f]{32}@[A-Za-z0-9.-]{1,253}>", re.IGNORECASE)
"""The Message-ID of a letter that this software has written, wherever it runs."""

REASONS = Path(__file__).with_name("delivery_reasons.toml")


class ReportKind(StrEnum):
    """What a mail reports of another one (RFC 3464 2.3.3, RFC 8098, RFC 3834)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    READ = "read"
    AUTOMATIC = "automatic"
    """A machine's reply, which says nothing but that the letter came."""


class Certainty(StrEnum):
    """How a report was tied to a letter, the surest first."""

    MESSAGE_ID = "message_id"
    NAMED = "named"
    """By its recipient, and its receipt number or subject in the report's text."""
    PROBABLE = "probable"
    """By its recipient alone, to whom only this letter went of late."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a mail says of another one. Everything in it was written by strangers.

    message_ids: that mail's, the surest first; not yet known to be ours. recipients: whom it was
    for. subject: of the returned mail, "" where it is not in the report. status: RFC 3463, "" if
    none. diagnostic: the server's own words, on one line. reason: a key of delivery_reasons.toml,
    "" for what has not failed.
    """

    kind: ReportKind
    message_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    subject: str = ""
    status: str = ""
    diagnostic: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A report that was tied to a letter of ours, as it is filed.

    message_id, receipt_no: the letter's. reported_at: when the report arrived.
    """

    kind: ReportKind
    message_id: str
    receipt_no: str
    certainty: Certainty
    reported_at: datetime
    recipient: str = ""
    status: str = ""
    diagnostic: str = ""
    reason: str = ""


MARKS = {"undelivered": "回执未送达", "delayed": "回执延迟"}
"""How a letter stands by the reports on it, in Chinese."""


@cache
def reasons() -> Mapping[str, str]:
    """Why a letter could not be delivered, in Chinese, by key."""
    return tomllib.loads(REASONS.read_text("utf-8"))
