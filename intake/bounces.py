"""Ties a report on a letter to the letter: by Message-ID, else by what names it, else by the
address that only one letter has gone to of late.

Nothing is sent or held back because of a report. It makes a mark that a person sees.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from model.delivery import (
    MARKS,
    OUR_MESSAGE_ID,
    Certainty,
    Delivery,
    DeliveryReport,
    ReportKind,
    reasons,
)
from model.finding import Finding
from model.message import Message
from model.submission import Submission
from model.verdict import Outcome, Verdict
from receipts.lines import one_line
from storage.ledger import bounces
from storage.ledger.bounces import Mark

NAMED_WITHIN = timedelta(days=14)
PROBABLE_WITHIN = timedelta(days=7)
CLOCKS_APART = timedelta(hours=1)
"""How much the mail server's clock may be behind ours."""
TEXT_CHARACTERS = 100_000
RECIPIENT_CHARACTERS = 254

_UNDELIVERED = (ReportKind.FAILED, ReportKind.DELAYED)
_SPACE = re.compile(r"\s+")


def reported(
    tx: Connection, submission: Submission, verdict: Verdict
) -> tuple[Verdict, Delivery | None]:
    """What a machine's mail reports of a letter of ours, with the finding that tells it."""
    report = submission.message.report
    if report is None or verdict.outcome is not Outcome.IGNORED:
        return verdict, None
    delivery = _tied(tx, report, submission.message, submission.raw.received_at)
    finding = _finding(report, delivery)
    if finding is not None:
        verdict = replace(verdict, findings=(*verdict.findings, finding))
    return verdict, delivery


def in_words(mark: Mark, zone: ZoneInfo) -> str:
    """How a letter stands, on one line: 回执未送达（收件邮箱已满，2021-06-01 10:00）."""
    why = f"{reasons()[mark.reason]}，" if mark.state == bounces.UNDELIVERED else ""
    guess = "推定，" if mark.probable else ""
    return f"{MARKS[mark.state]}（{guess}{why}{mark.reported_at.astimezone(zone):%Y-%m-%d %H:%M}）"


def _tied(
    tx: Connection, report: DeliveryReport, message: Message, at: datetime
) -> Delivery | None:
    letter, certainty = bounces.letter_called(tx, report.message_ids), Certainty.MESSAGE_ID
    if letter is None and any(OUR_MESSAGE_ID.fullmatch(one) for one in report.message_ids):
        return None  # a letter of another place's, or of nobody's
    if letter is None:
        recent = bounces.letters_to(tx, report.recipients, at - NAMED_WITHIN, at + CLOCKS_APART)
        letter, certainty = _named(recent, report, message), Certainty.NAMED
    if letter is None and report.kind in _UNDELIVERED and _names_nothing(report):
        recent = bounces.letters_to(tx, report.recipients, at - PROBABLE_WITHIN, at + CLOCKS_APART)
        letter, certainty = recent[0] if len(recent) == 1 else None, Certainty.PROBABLE
    if letter is None:
        return None
    return Delivery(
        kind=report.kind,
        message_id=letter.message_id,
        receipt_no=letter.receipt_no,
        certainty=certainty,
        reported_at=at,
        recipient=_recipient(report, letter),
        status=report.status,
        diagnostic=report.diagnostic,
        reason=report.reason,
    )


def _names_nothing(report: DeliveryReport) -> bool:
    """Whether it leaves open which mail it is about: one that it names, and that is none of our
    letters, is a clerk's own."""
    return not report.message_ids and not report.subject


def _named(letters: list[Row[Any]], report: DeliveryReport, message: Message) -> Row[Any] | None:
    """The newest letter whose subject stands in the report, else whose receipt number does."""
    text = f"{report.subject}\n{message.subject}\n{message.text[:TEXT_CHARACTERS]}"
    joined = _SPACE.sub("", text)
    for letter in letters:
        if letter.subject and _SPACE.sub("", letter.subject) in joined:
            return letter
    for letter in letters:
        number = re.escape(letter.receipt_no)
        if re.search(rf"(?<![0-9A-Za-z]){number}(?![0-9A-Za-z])", text):
            return letter
    return None


def _recipient(report: DeliveryReport, letter: Row[Any]) -> str:
    """Whom of a letter's readers it did not reach."""
    readers = {one.lower(): one for one in (letter.recipient, letter.copy_to) if one}
    said = [readers[one.lower()] for one in report.recipients if one.lower() in readers]
    return one_line((said or [letter.recipient])[0])[:RECIPIENT_CHARACTERS]


def _finding(report: DeliveryReport, delivery: Delivery | None) -> Finding | None:
    if delivery is None:
        automatic = report.kind is ReportKind.AUTOMATIC
        return None if automatic else Finding("delivery.unmatched")
    about, recipient = delivery.receipt_no, delivery.recipient
    if delivery.kind is ReportKind.FAILED:
        params = {"recipient": recipient, "reason": reasons()[delivery.reason]}
        if delivery.certainty is Certainty.PROBABLE:
            return Finding("delivery.receipt_probably_undelivered", about, params)
        return Finding("delivery.receipt_undelivered", about, params)
    if delivery.kind is ReportKind.DELAYED:
        return Finding("delivery.receipt_delayed", about, {"recipient": recipient})
    return Finding("delivery.receipt_arrived", about, {"recipient": recipient})
