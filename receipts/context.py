"""What a letter tells, gathered as the values that its templates are filled with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from model.finding import Effect, Finding
from model.programme import Programme
from model.revision import EffectiveFile
from model.submission import Submission
from model.verdict import ReceiptKind, Verdict
from model.workdays import due_on
from receipts.lines import one_line
from receipts.received import changed, checklist_row, every_file, loose, package
from receipts.words import day_in_words, moment_in_words

DEFECTS = (Effect.REFUSE, Effect.RETURN, Effect.PEND, Effect.CORRECT)
"""What is told as a defect, all of it in one letter (一次性告知)."""

SAID = {
    ReceiptKind.SUPERSEDING: "revision.superseding",
    ReceiptKind.DUPLICATE: "revision.duplicate",
}
"""What the wording of a kind of letter says already."""

WHY_UNKNOWN = frozenset(
    f"subject.{reason}"
    for reason in (
        "no_number", "no_name", "short_name", "empty", "too_long", "ambiguous", "two_numbers",
        "two_names", "template_text", "branch", "number_not_as_pattern", "unreadable_characters",
    )
)  # fmt: skip
"""Findings on a subject that keep its sender from being identified."""

COLOURS = {
    ReceiptKind.COMPLETE: "#1d7a13",
    ReceiptKind.SUPERSEDING: "#1d7a13",
    ReceiptKind.DUPLICATE: "#646a73",
    ReceiptKind.CORRECTION: "#b25b00",
    ReceiptKind.LATE_PENDING: "#b25b00",
    ReceiptKind.RETURNED: "#c9252d",
    ReceiptKind.LATE_REFUSED: "#c9252d",
    ReceiptKind.CORRECTION_REMINDER: "#b25b00",
    ReceiptKind.NOT_SENT_REMINDER: "#b25b00",
}
"""Each dark enough to be read on white."""


def gather(
    kind: ReceiptKind,
    verdict: Verdict,
    submission: Submission,
    programme: Programme,
    wording: dict[str, Any],
    *,
    receipt_no: str,
    revision: int,
    made_at: datetime,
    earlier_receipt_no: str,
    changes: tuple[EffectiveFile, ...],
    due: date | None,
    replaces: str,
) -> dict[str, Any]:
    """Everything that a template may use, but the sentences that are templates themselves."""
    local = made_at.astimezone(programme.zone)
    due = due or due_on(local.date(), programme.resubmission)
    number, name = _shown(verdict.application_no), _shown(verdict.full_name)
    naming = programme.naming
    # Late mail that the notice refuses is not asked for anything more.
    refused = any(one.effect is Effect.REFUSE for one in verdict.findings)
    defects = (Effect.REFUSE,) if refused else DEFECTS
    identified = naming is None or bool(number and name)
    reminders = [one for one in verdict.findings if _is_reminder(one, kind, identified=identified)]
    unknown = wording["lines"]["unidentified" if naming else "to_be_registered"]
    context: dict[str, Any] = {
        "receipt_no": receipt_no,
        "programme": programme.title,
        "application_no": number,
        "full_name": name,
        "received": moment_in_words(submission.raw.received_at, programme),
        "revision": revision,
        "packages": [package(one) for one in submission.packages],
        "files": every_file(submission),
        "changes": changed(changes),
        "checklist": [
            checklist_row(item, submission.files, programme, wording) for item in verdict.checklist
        ]
        if submission.files
        else [],
        "defects": [
            _point(one) for effect in defects for one in verdict.findings if one.effect is effect
        ],
        "to_correct": not refused
        and any(one.effect in (Effect.RETURN, Effect.CORRECT) for one in verdict.findings),
        "reminders": [_point(one) for one in reminders],
        "expected_subject": _shown(verdict.expected_subject),
        "misnamed": any(one.code.startswith(("subject.", "identity.")) for one in reminders),
        "naming_example": naming.example if naming else "",
        "earlier_receipt_no": earlier_receipt_no,
        "replaces": replaces,
        "merge": programme.resubmission.policy == "merge",
        "waiting": any(one.code == "package.volumes_waiting" for one in verdict.findings),
        "due": day_in_words(due),
        # The call's last day for any correction may have passed when the letter is written.
        "overdue": due < local.date(),
        "made": day_in_words(local),
        "made_at": made_at.isoformat(),
        "disclaimer": wording["disclaimer"],
        "issuer": programme.receipt.issuer,
        "clerk": programme.receipt.clerk,
        "phone": programme.receipt.phone,
        "email": programme.receipt.email,
        "kind": kind.value,
        "colour": COLOURS[kind],
    }
    return context | _tables(context, submission, unknown)


def _tables(context: dict[str, Any], submission: Submission, unknown: str) -> dict[str, Any]:
    """facts: the common block as (label, lines); loose: files that no package holds, and more:
    how many of those the mail itself does not name."""
    forwarded, revision = submission.raw.forwarded, context["revision"]
    outside = loose(submission)
    return {
        "facts": [
            ("回执编号", [context["receipt_no"]]),
            ("申报编号", [context["application_no"] or unknown]),
            ("申报单位", [context["full_name"] or unknown]),
            ("收到时间", [context["received"]]),
            *([("转发邮箱", [one_line(forwarded.by)])] if forwarded else []),
            *([("版本", [f"第{revision}版"])] if revision > 1 else []),
            *[
                ("压缩包", [one["name"], f"大小 {one['size']}", f"SHA-256 {one['sha256']}"])
                for one in context["packages"]
            ],
        ],
        "loose": list(outside.shown),
        "more": outside.more,
    }


def _is_reminder(finding: Finding, kind: ReceiptKind, *, identified: bool) -> bool:
    """Whether the letter mentions it without asking for anything."""
    if finding.code == SAID.get(kind):
        return False
    # Where nobody was identified, only what says why; the rest would be noise.
    if finding.code.startswith("subject.") and not identified and finding.code not in WHY_UNKNOWN:
        return False
    return finding.told and finding.effect in (Effect.REMIND, Effect.PERSON)


def _point(finding: Finding) -> dict[str, str]:
    """A finding as the letter tells it."""
    return {"text": one_line(finding.text), "advice": one_line(finding.advice)}


def _shown(text: str | None) -> str | None:
    return None if text is None else one_line(text)
