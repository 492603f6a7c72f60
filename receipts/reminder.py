"""Letters that answer no mail: 补正提醒, before a correction falls due, and 催报, to a registered
unit that has sent nothing. Each tells its reader of nobody but himself."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from model.finding import Effect
from model.letter_marks import REMINDER_TAG, subject_of_letter
from model.programme import Programme
from model.record import FiledFinding, Record
from model.register import RegisterEntry
from model.verdict import ReceiptKind
from receipts.context import COLOURS
from receipts.letter import Letter
from receipts.lines import one_line
from receipts.templating import environment, told_to_the_operator
from receipts.wording import PARTS, read_wording
from receipts.words import day_in_words, moment_in_words

OPEN = (Effect.RETURN, Effect.CORRECT)
"""Effects of the findings that a correction has to mend."""


def write_correction_reminder(
    record: Record,
    programme: Programme,
    *,
    receipt_no: str,
    made_at: datetime,
    due: date,
    asked_in: str,
    asked_at: datetime,
    templates: Path | None = None,
) -> Letter:
    """What an application still has to correct, and by when.

    record: the version in force. asked_in, asked_at: number and time of the receipt that asked.

    Raises: SettingsError where the operator's own wording or templates cannot be used.
    """
    defects = [_point(one) for one in record.findings if one.effect in OPEN]
    context = {
        "defects": defects,
        "due": day_in_words(due),
        "asked_in": asked_in,
        "asked_on": day_in_words(asked_at.astimezone(programme.zone)),
        "merge": programme.resubmission.policy == "merge",
    }
    return _worded(
        ReceiptKind.CORRECTION_REMINDER,
        (record.application_no, record.full_name),
        programme,
        receipt_no,
        made_at,
        templates,
        context,
    )


def write_not_sent_reminder(
    entry: RegisterEntry,
    programme: Programme,
    *,
    receipt_no: str,
    made_at: datetime,
    templates: Path | None = None,
) -> Letter:
    """That nothing has come of a registered unit, and until when it may.

    Raises: SettingsError where the operator's own wording or templates cannot be used.
    """
    closes = programme.window.closes
    context = {
        "closes": day_in_words(closes),
        "closes_at": f"{closes:%H:%M}" if isinstance(closes, datetime) else "",
    }
    return _worded(
        ReceiptKind.NOT_SENT_REMINDER,
        (entry.application_no, entry.full_name),
        programme,
        receipt_no,
        made_at,
        templates,
        context,
    )


@cache
def reasons() -> dict[str, str]:
    """Why a reminder is not written, waits or is withdrawn, in Chinese, by key."""
    return tomllib.loads(Path(__file__).with_name("not_reminded.toml").read_text("utf-8"))


def _worded(
    kind: ReceiptKind,
    applicant: tuple[str, str],
    programme: Programme,
    receipt_no: str,
    made_at: datetime,
    templates: Path | None,
    more: dict[str, Any],
) -> Letter:
    """applicant: application number and full name."""
    wording = read_wording(templates)
    rule, naming = programme.receipt, programme.naming
    number, name = (one_line(one) for one in applicant)
    context: dict[str, Any] = {
        "receipt_no": receipt_no,
        "programme": programme.title,
        "application_no": number,
        "full_name": name,
        "expected_subject": naming.expected(number, name) if naming and number and name else "",
        "package_too": naming is not None and "package" in naming.applies_to,
        "as_of": moment_in_words(made_at, programme),
        "made": day_in_words(made_at.astimezone(programme.zone)),
        "issuer": rule.issuer,
        "clerk": rule.clerk,
        "phone": rule.phone,
        "email": rule.email,
        "kind": kind.value,
        "colour": COLOURS[kind],
        "lines": {"automatic": wording["lines"]["automatic"]},
        "defects": [],
        **more,
    }
    fill = environment(templates)
    plain = fill.overlay(autoescape=False)
    with told_to_the_operator(kind.value, templates, context):
        for part in PARTS:
            context[part] = plain.from_string(wording["kinds"][kind.value][part]).render(context)
        text = fill.get_template("reminder.txt.j2").render(context).strip() + "\n"
        html = fill.get_template("reminder.html.j2").render(context)
    subject = one_line(subject_of_letter(REMINDER_TAG, context["title"], number, receipt_no))
    return Letter(kind=kind, subject=subject, text=text, html=html)


def _point(finding: FiledFinding) -> dict[str, str]:
    return {"text": one_line(finding.text), "advice": one_line(finding.advice)}
