"""May this mail be answered by a machine? A pure function; its docstring is the rule (RFC 3834)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from model.forwarded import Forwarded
from model.message import Message

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
"""An address that a letter can go to: ASCII, no quoted local part, no comments, no empty part
between dots (RFC 5321)."""

ADDRESS_LENGTH = 254
"""The longest address that fits into a path (RFC 5321, 4.5.3.1.3)."""

ROBOTS = re.compile(
    r"^(?:mailer-daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?|.*-bounces?|.*-request|"
    r"owner-.*|listserv|majordomo)$",
    re.IGNORECASE,
)
"""Local parts behind which nobody reads."""


def reason_not_to_answer(message: Message, own_addresses: Collection[str]) -> str:
    """Why a mail gets no automatic answer, as a key of `reasons.toml`; "" where it may have one.

    - no_sender: From holds no address that a letter could go to
    - several_senders: From holds several
    - own_address: it comes from one of our own
    - robot: mailer-daemon, postmaster, noreply and their like
    - null_return_path: Return-Path is <>
    - auto_submitted: Auto-Submitted is anything but "no", or X-Auto-Response-Suppress asks
    - report: it is a delivery or disposition report
    - mailing_list: any List-* header
    - bulk: Precedence is bulk, list or junk
    """
    senders = {one.address.strip().lower() for one in message.sender if one.address.strip()}
    if len(senders) > 1:
        return "several_senders"
    sender = next(iter(senders), "")
    if not ADDRESS.fullmatch(sender) or len(sender) > ADDRESS_LENGTH:
        return "no_sender"
    if sender in {own.lower() for own in own_addresses}:
        return "own_address"
    if ROBOTS.match(sender.split("@")[0]):
        return "robot"
    if message.header("return-path").replace(" ", "") == "<>":
        return "null_return_path"
    automatic = message.header("auto-submitted").split(";")[0].strip().lower()
    if automatic not in ("", "no"):
        return "auto_submitted"
    suppressed = message.header("x-auto-response-suppress").lower()
    if re.search(r"\b(?:all|autoreply)\b", suppressed):
        return "auto_submitted"
    if message.media_type == "multipart/report":
        return "report"
    if any(name.startswith("list-") for name, _ in message.headers):
        return "mailing_list"
    if message.header("precedence").strip().lower() in ("bulk", "list", "junk"):
        return "bulk"
    return ""


def reason_not_to_write(address: str, own_addresses: Collection[str]) -> str:
    """Why no letter goes to an address that no mail has come from; "" where one may.

    - no_sender: it is none that a letter could go to
    - own_address: it is one of our own
    - robot: nobody reads there
    """
    if not ADDRESS.fullmatch(address) or len(address) > ADDRESS_LENGTH:
        return "no_sender"
    if address.lower() in {own.lower() for own in own_addresses}:
        return "own_address"
    if ROBOTS.match(address.split("@")[0]):
        return "robot"
    return ""


def recipient(message: Message) -> str:
    """Where the letter goes: the address of From. Reply-To is recorded, never followed."""
    return message.sender[0].address.strip() if message.sender else ""


def recipients(message: Message, forwarded: Forwarded | None, answer: str) -> tuple[str, str]:
    """Where the letter goes, and where else, "" if nowhere.

    A mail that was forwarded is answered to whoever forwarded it; where answer is "both", to its
    own sender as well, if that one may be answered.
    """
    own = recipient(message)
    if forwarded is None:
        return own, ""
    if answer != "both" or own.lower() == forwarded.by.lower() or reason_not_to_answer(message, ()):
        return forwarded.by, ""
    return (own, "") if forwarded.unanswerable else (forwarded.by, own)


@cache
def reasons() -> dict[str, str]:
    """The reasons in Chinese, by key."""
    return tomllib.loads(Path(__file__).with_name("reasons.toml").read_text("utf-8"))
