"""Does a mail report what became of another one, and what does it say? Source: RFC 3464 (delivery
reports), RFC 8098 (read receipts), RFC 3834 (automatic replies), and what servers write instead.

Residual risks: anybody can write a report. It is believed here and weighed where the ledger knows
the letters; nothing may follow from it but a mark that a person sees. A mail is taken for a
report by its headers and its subject's beginning, never by a word somewhere in its text alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from model.delivery import OUR_MESSAGE_ID, DeliveryReport, ReportKind
from model.message import Attachment, Message
from parsers.message.report_fields import Fields, field_groups, returned_head
from parsers.message.report_reasons import reason_of
from parsers.message.report_text import (
    TEXT_CHARACTERS,
    addresses_in,
    diagnostic_in,
    is_qmails,
    one_line,
    own_words,
    quoted_head,
    recipients_in,
    status_in,
    tells_of_a_delay,
    tells_of_a_return,
)
from parsers.subject.automatic import automatic_kind
from parsers.subject.fold import fold

SUBJECT_CHARACTERS = 500
MESSAGE_IDS = 20
PARTS = 5
"""Of each kind of part, how many are read."""

_STATUS = ("message/delivery-status", "message/global-delivery-status")
_DISPOSITION = ("message/disposition-notification", "message/global-disposition-notification")
_RETURNED = (
    "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global",
    "message/global-headers",
)  # fmt: skip
_SYSTEM = re.compile(
    r"mailer-?daemon|mail-daemon|post-?master|microsoftexchange[0-9a-f]{8}|"
    r"mail delivery (?:sub)?system|系统退信|邮件(?:系统)?管理员|邮局管理员",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"[\W_]{0,5}(?:non-?delivery\b|mail (?:is |was )?not delivered|mail could not be delivered|"
    r"邮件(?:传输|传递|寄送)失败|邮件(?:被退回|未送达)|寄件失败|投递状态通知)",
    re.IGNORECASE,
)
"""How reports begin besides what a programme's subject rules know of."""
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_TYPE = re.compile(r"^(?:[A-Za-z0-9-]{1,40};\s*)+")
_ACTIONS = {
    "failed": ReportKind.FAILED,
    "failure": ReportKind.FAILED,
    "delayed": ReportKind.DELAYED,
    "delivered": ReportKind.DELIVERED,
    "relayed": ReportKind.RELAYED,
    "expanded": ReportKind.RELAYED,
}
_BY_CLASS = {"2": ReportKind.DELIVERED, "4": ReportKind.DELAYED, "5": ReportKind.FAILED}
_WORST_FIRST = (
    ReportKind.FAILED, ReportKind.DELAYED, ReportKind.RELAYED, ReportKind.DELIVERED
)  # fmt: skip
_UNDELIVERED = (ReportKind.FAILED, ReportKind.DELAYED)


@dataclass(frozen=True, slots=True)
class _Told:
    """What one kind of evidence tells; the rest is filled in from the others."""

    kind: ReportKind
    message_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    status: str = ""
    diagnostic: str = ""


def read_report(message: Message) -> DeliveryReport | None:
    """What a mail reports of another one; None for a mail that reports nothing.

    Raises: OSError where a part of it cannot be read from the disk.
    """
    told = _by_parts(message) or _by_words(message)
    if told is None:
        return None
    returned = _returned(message)
    text = message.text[:TEXT_CHARACTERS]
    recipients = told.recipients
    if told.kind in (ReportKind.READ, ReportKind.AUTOMATIC):
        recipients = (*recipients, *(one.address for one in message.sender))
    else:
        recipients = (*recipients, *addresses_in(returned.first("to"))) or recipients_in(text)
    report = DeliveryReport(
        kind=told.kind,
        message_ids=_message_ids(message, told, returned, text),
        recipients=tuple(dict.fromkeys(recipients)),
        subject=returned.first("subject")[:SUBJECT_CHARACTERS],
    )
    return _with_reason(report, told, text) if told.kind in _UNDELIVERED else report


def _by_parts(message: Message) -> _Told | None:
    """By the parts made for machines. Of a mail that nobody calls a report they tell nothing:
    people forward them."""
    if not (message.media_type == "multipart/report" or _from_a_system(message)):
        return None
    for part in _parts(message, _DISPOSITION):
        fields = Fields(tuple(pair for group in field_groups(part.path) for pair in group.pairs))
        if fields.first("disposition"):
            return _Told(
                ReportKind.READ,
                tuple(_MESSAGE_ID.findall(fields.first("original-message-id"))),
                addresses_in(fields.first("original-recipient", "final-recipient")),
            )
    groups = [group for part in _parts(message, _STATUS) for group in field_groups(part.path)]
    told = [_of_recipient(group) for group in groups if group.first("action", "status")]
    if not told:
        return None
    worst = min(told, key=lambda one: _WORST_FIRST.index(one.kind))
    names = ("original-message-id", "x-original-message-id")
    ids = [one for group in groups for one in _MESSAGE_ID.findall(group.first(*names))]
    return replace(worst, message_ids=tuple(ids[:MESSAGE_IDS]))


def _of_recipient(group: Fields) -> _Told:
    status = status_in(group.first("status"))
    action = group.first("action").strip().lower().partition(" ")[0]
    kind = _ACTIONS.get(action) or _BY_CLASS.get(status[:1], ReportKind.FAILED)
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    recipients = [one for name in names for one in addresses_in(group.first(name))]
    diagnostic = _TYPE.sub("", group.first("diagnostic-code"))
    return _Told(kind, (), tuple(recipients), status, one_line(diagnostic))


def _by_words(message: Message) -> _Told | None:
    """By headers, the subject's beginning, and the text of what a system sent."""
    subject = automatic_kind(fold(message.subject[:SUBJECT_CHARACTERS]).text)
    failed = addresses_in(message.header("x-failed-recipients"))
    opening = f"{message.subject[:SUBJECT_CHARACTERS]}\n{message.text[:TEXT_CHARACTERS]}"
    returned = (
        bool(failed)
        or subject == "subject.bounce"
        or _SUBJECT.match(message.subject) is not None
        or (
            _from_a_system(message)
            and (is_qmails(message.text) or tells_of_a_return(opening))
        )
    )  # fmt: skip
    if returned or (_from_a_system(message) and tells_of_a_delay(opening)):
        late = tells_of_a_delay(message.subject) or not (
            tells_of_a_return(opening) or is_qmails(message.text)
        )
        delayed = late and tells_of_a_delay(opening)
        kind = ReportKind.DELAYED if delayed else ReportKind.FAILED
        return _Told(kind, recipients=failed or recipients_in(message.text))
    if subject == "subject.read_receipt":
        return _Told(ReportKind.READ)
    if subject == "subject.automatic_reply" or _answers_by_itself(message):
        return _Told(ReportKind.AUTOMATIC)
    return None


def _from_a_system(message: Message) -> bool:
    return (
        message.header("return-path").replace(" ", "") == "<>"
        or _SYSTEM.search(message.header("from")[:SUBJECT_CHARACTERS]) is not None
    )


def _answers_by_itself(message: Message) -> bool:
    """RFC 3834, and what programs older than it write."""
    automatic = message.header("auto-submitted").partition(";")[0].strip().lower()
    return (
        automatic not in ("", "no")
        or message.header("precedence").strip().lower() in ("auto_reply", "auto-reply")
        or any(message.header(name) for name in ("x-autoreply", "x-autorespond", "x-autoresponse"))
    )


def _returned(message: Message) -> Fields:
    """The headers of the mail that is reported on, from a part of its own or out of the text."""
    for part in _parts(message, _RETURNED):
        fields = returned_head(part.path)
        if fields.first("message-id", "subject", "to"):
            return fields
    return quoted_head(message.text)


def _parts(message: Message, types: Sequence[str]) -> list[Attachment]:
    return [part for part in message.attachments if part.media_type in types][:PARTS]


def _message_ids(message: Message, told: _Told, returned: Fields, text: str) -> tuple[str, ...]:
    """From where they are surest to where they only may be: further ones are of our own form."""
    found: list[str] = [*told.message_ids]
    found += _MESSAGE_ID.findall(returned.first("message-id"))[:1]
    found += _MESSAGE_ID.findall(message.header("x-cm-original-message-id"))[:1]
    found += _MESSAGE_ID.findall(message.in_reply_to)[:1]
    found += reversed([one for one in message.references if len(one) <= 252])
    found += _ours(text)
    found += _ours("\n".join(value for _, value in message.headers)[:TEXT_CHARACTERS])
    return tuple(dict.fromkeys(found))[:MESSAGE_IDS]


def _ours(text: str) -> list[str]:
    return [match[0] for match in islice(OUR_MESSAGE_ID.finditer(text), MESSAGE_IDS)]


def _with_reason(report: DeliveryReport, told: _Told, text: str) -> DeliveryReport:
    in_text = diagnostic_in(text)
    diagnostic = told.diagnostic or in_text
    status = told.status
    if not status or status.endswith(".0.0"):
        status = status_in(diagnostic) or status_in(in_text) or status
    return replace(
        report,
        status=status,
        diagnostic=diagnostic,
        reason=reason_of(status, diagnostic, own_words(text)),
    )
