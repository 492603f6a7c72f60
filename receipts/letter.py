"""What a letter says: gathered from the verdict, worded by the templates, not yet a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    select_autoescape,
)

from model.errors import SettingsError
from model.finding import Effect, Finding
from model.programme import FORMATS, Programme
from model.submission import Package, Submission, SubmittedFile
from model.verdict import ChecklistItem, ItemState, ReceiptKind, Verdict
from receipts.lines import one_line
from receipts.wording import TEMPLATES, read_wording

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

BEIJING = ("Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "PRC")
"""Zones whose time is called 北京时间."""

COLOURS = {
    ReceiptKind.COMPLETE: "#2ea121",
    ReceiptKind.SUPERSEDING: "#2ea121",
    ReceiptKind.DUPLICATE: "#646a73",
    ReceiptKind.CORRECTION: "#de7802",
    ReceiptKind.LATE_PENDING: "#de7802",
    ReceiptKind.RETURNED: "#c9252d",
    ReceiptKind.LATE_REFUSED: "#c9252d",
}

FORMAT_WORDS = {
    "pdf": "PDF",
    "ofd": "OFD",
    "word": "Word",
    "sheet": "表格",
    "slides": "演示文稿",
    "image": "图片",
    "text": "文本",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A worded letter. subject: for the header, without anything the sender wrote but the
    number that the naming rule has accepted."""

    kind: ReceiptKind
    subject: str
    text: str
    html: str


def write_letter(
    kind: ReceiptKind,
    verdict: Verdict,
    submission: Submission,
    programme: Programme,
    *,
    receipt_no: str,
    revision: int,
    made_at: datetime,
    earlier_receipt_no: str = "",
    templates: Path | None = None,
) -> Letter:
    """Word a letter. templates: the operator's own folder, whose files go before ours.

    Raises: SettingsError where the operator's own wording or templates cannot be used.
    """
    wording = read_wording(templates)
    local = made_at.astimezone(programme.zone)
    due = local + timedelta(days=programme.resubmission.correction_days)
    number, name = _shown(verdict.application_no), _shown(verdict.full_name)
    naming = programme.naming
    # Late mail that the notice refuses is not asked for anything more.
    refused = any(one.effect is Effect.REFUSE for one in verdict.findings)
    defects = (Effect.REFUSE,) if refused else DEFECTS
    identified = naming is None or bool(number and name)
    reminders = [one for one in verdict.findings if _is_reminder(one, kind, identified=identified)]
    packages = [_package(one) for one in submission.packages]
    forwarded = submission.raw.forwarded
    unknown = "未能识别" if naming else "由经办人核对后登记"
    context: dict[str, Any] = {
        "receipt_no": receipt_no,
        "programme": programme.title,
        "application_no": number,
        "full_name": name,
        "received": _moment(submission.raw.received_at, programme),
        "revision": revision,
        "packages": packages,
        "checklist": [
            _row(item, submission.files, programme, wording) for item in verdict.checklist
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
        "merge": programme.resubmission.policy == "merge",
        "waiting": any(one.code == "package.volumes_waiting" for one in verdict.findings),
        "due": _day(due),
        "made": _day(local),
        "disclaimer": wording["disclaimer"],
        "issuer": programme.receipt.issuer,
        "clerk": programme.receipt.clerk,
        "phone": programme.receipt.phone,
        "email": programme.receipt.email,
        "colour": COLOURS[kind],
    }
    context["facts"] = [
        ("回执编号", [receipt_no]),
        ("申报编号", [number or unknown]),
        ("申报单位", [name or unknown]),
        ("收到时间", [context["received"]]),
        *([("转发邮箱", [one_line(forwarded.by)])] if forwarded else []),
        *([("版本", [f"第{revision}版"])] if revision > 1 else []),
        *[
            ("压缩包", [one["name"], f"大小 {one['size']}", f"SHA-256 {one['sha256']}"])
            for one in packages
        ],
    ]
    environment = _environment(templates)
    try:
        for part in ("title", "opening", "closing"):
            source = wording["kinds"][kind.value][part]
            # Wording is plain text: it is escaped where the HTML template puts it in.
            context[part] = (
                environment.overlay(autoescape=False).from_string(source).render(context)
            )
        text = environment.get_template("letter.txt.j2").render(context).strip() + "\n"
        html = environment.get_template("letter.html.j2").render(context)
    except TemplateError as error:
        raise SettingsError(
            f"The letter {kind.value!r} cannot be worded with {templates or TEMPLATES}: {error}.",
            f"Placeholders are: {', '.join(sorted(context))}.",
        ) from error
    words = [context["title"], *([number] if number else [])]
    return Letter(
        kind=kind,
        subject=one_line(f"【材料接收回执】{' '.join(words)}（{receipt_no}）"),
        text=text,
        html=html,
    )


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


def _package(package: Package) -> dict[str, str]:
    return {
        "name": one_line(package.name),
        "size": size_in_words(package.size),
        "sha256": package.sha256,
    }


def _row(
    item: ChecklistItem,
    files: tuple[SubmittedFile, ...],
    programme: Programme,
    wording: dict[str, Any],
) -> dict[str, Any]:
    kinds = {one.path: one.media_type for one in files}
    words = dict.fromkeys(_format_word(kinds[path]) for path in item.files if path in kinds)
    result = wording["states"][item.state.value]
    if item.state is ItemState.PRESENT and programme.material(item.material).seal:
        result += "（印章待人工核验）"
    good = item.state in (ItemState.PRESENT, ItemState.ABSENT_OPTIONAL)
    return {
        "label": item.label,
        "count": len(item.files),
        "formats": "、".join(words),
        "result": result,
        "parts": [
            {"name": one_line(part.path.rsplit("/", 1)[-1]), "first": part.first, "last": part.last}
            for part in item.parts
        ],
        "good": good,
    }


def _format_word(media_type: str) -> str:
    return next(
        (FORMAT_WORDS[name] for name, types in FORMATS.items() if media_type in types), "其他"
    )


def size_in_words(size: int) -> str:
    """1,234,567 字节 with a rounded figure before it."""
    for unit, bytes_each in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= bytes_each:
            return f"{size / bytes_each:.1f} {unit}（{size:,} 字节）"
    return f"{size:,} 字节"


def _moment(moment: datetime, programme: Programme) -> str:
    local = moment.astimezone(programme.zone)
    zone = "北京时间" if programme.timezone in BEIJING else programme.timezone
    return f"{_day(local)} {local:%H:%M:%S}（{zone}）"


def _day(day: datetime) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@cache
def _environment(own: Path | None) -> Environment:
    folders = [own, TEMPLATES] if own else [TEMPLATES]
    return Environment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html", "html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
