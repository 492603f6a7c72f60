"""The letters that answer no mail, with made-up contents."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from intake.letter_samples import EARLIER_NO, SAMPLES
from model.programme import Programme
from model.record import (
    SCHEMA,
    Answer,
    AnswerState,
    FiledFinding,
    MessageFacts,
    Record,
    RecordKind,
)
from model.register import RegisterEntry
from model.verdict import ReceiptKind
from receipts.letter import Letter
from receipts.reminder import write_correction_reminder, write_not_sent_reminder

RECEIPT_NO = "样张-00003"
UNKNOWN = ("00000000", "示例有限公司")
"""Where the programme has no rule of naming that would show how a number looks."""


def correction_reminder(programme: Programme, templates: Path | None) -> Letter:
    """Raises: SettingsError where the operator's own wording or templates cannot be used."""
    made = SAMPLES[ReceiptKind.CORRECTION.value](programme)
    raw, verdict = made.submission.raw, made.verdict
    number, name = _applicant(programme)
    record = Record(
        schema=SCHEMA,
        kind=RecordKind.MAIL,
        programme=programme.id,
        object_id=number,
        revision=1,
        message=MessageFacts(
            raw.sha256, raw.size, raw.received_at, raw.received_source, "", "", 0, 0, "", "", "",
            "", None,
        ),
        application_no=number,
        full_name=name,
        outcome=verdict.outcome,
        needs_person=False,
        checklist=verdict.checklist,
        findings=tuple(FiledFinding.of(one) for one in verdict.findings),
        packages=(),
        containers=(),
        files=(),
        content_key="",
        answer=Answer(AnswerState.NONE, ReceiptKind.NONE),
        rules_version=programme.version,
        software_version="",
        processed_at=made.made_at,
    )  # fmt: skip
    return write_correction_reminder(
        record,
        programme,
        receipt_no=RECEIPT_NO,
        made_at=made.made_at + timedelta(days=3),
        due=(made.made_at + timedelta(days=5)).astimezone(programme.zone).date(),
        asked_in=EARLIER_NO,
        asked_at=made.made_at,
        templates=templates,
    )


def not_sent_reminder(programme: Programme, templates: Path | None) -> Letter:
    """Raises: as above."""
    number, name = _applicant(programme)
    return write_not_sent_reminder(
        RegisterEntry(number, name),
        programme,
        receipt_no=RECEIPT_NO,
        made_at=programme.window.ends_before(programme.zone) - timedelta(days=3),
        templates=templates,
    )


def _applicant(programme: Programme) -> tuple[str, str]:
    """Number and name as the programme's own example has them."""
    verdict = SAMPLES[ReceiptKind.COMPLETE.value](programme).verdict
    if verdict.application_no and verdict.full_name:
        return verdict.application_no, verdict.full_name
    return UNKNOWN
