"""What a letter says: gathered from the verdict, worded by the templates, not yet a mail."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from model.finding import Effect, Finding
from model.programme import FORMATS, Programme
from model.submission import Package, Submission, SubmittedFile
from model.verdict import ChecklistItem, ItemState, ReceiptKind, Verdict

TEMPLATES = Path(__file__).with_name("templates")

DEFECTS = (Effect.REFUSE, Effect.RETURN, Effect.PEND, Effect.CORRECT)
"""What is told as a defect, all of it in one letter (一次性告知)."""

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
    """Word a letter. templates: the operator's own folder, whose files go before ours."""
    environment = _environment(templates)
    wording = _wording(templates)
    naming = programme.naming
    local = made_at.astimezone(programme.zone)
    due = local + timedelta(days=programme.resubmission.correction_days)
    received = _moment(submission.raw.received_at, programme)
    context: dict[str, Any] = {
        "receipt_no": receipt_no,
        "programme": programme.title,
        "application_no": verdict.application_no,
        "full_name": verdict.full_name,
        "received": received,
        "revision": revision,
        "packages": [_package(one) for one in submission.packages],
        "checklist": [
            _row(item, submission.files, programme, wording) for item in verdict.checklist
        ]
        if submission.files
        else [],
        "defects": _told(verdict.findings, DEFECTS),
        "reminders": _told(verdict.findings, (Effect.REMIND,)),
        "expected_subject": verdict.expected_subject,
        "naming_example": naming.example if naming else "",
        "earlier_receipt_no": earlier_receipt_no,
        "merge": programme.resubmission.policy == "merge",
        "due": f"{due.year}年{due.month}月{due.day}日",
        "made": f"{local.year}年{local.month}月{local.day}日",
        "disclaimer": wording["disclaimer"],
        "issuer": programme.receipt.issuer,
        "clerk": programme.receipt.clerk,
        "phone": programme.receipt.phone,
        "email": programme.receipt.email,
        "colour": COLOURS[kind],
    }
    for part in ("title", "opening", "closing"):
        source = wording["kinds"][kind.value][part]
        # Wording is plain text: it is escaped where the HTML template puts it in.
        context[part] = environment.overlay(autoescape=False).from_string(source).render(context)
    context["facts"] = _facts(context)
    number = verdict.application_no or "未识别编号"
    return Letter(
        kind=kind,
        subject=f"【材料接收回执】{context['title']} {number}（{receipt_no}）",
        text=environment.get_template("letter.txt.j2").render(context).strip() + "\n",
        html=environment.get_template("letter.html.j2").render(context),
    )


def _facts(context: dict[str, Any]) -> list[tuple[str, str]]:
    """The rows of the common block."""
    rows = [
        ("回执编号", context["receipt_no"]),
        ("申报编号", context["application_no"] or "未能识别"),
        ("申报单位", context["full_name"] or "未能识别"),
        ("收到时间", f"{context['received']}（北京时间）"),
    ]
    if context["revision"] > 1:
        rows.append(("版本", f"第{context['revision']}版"))
    rows.extend(
        ("压缩包", f"{one['name']}　{one['size']}　SHA-256 {one['sha256']}")
        for one in context["packages"]
    )
    return rows


def _told(findings: tuple[Finding, ...], effects: tuple[Effect, ...]) -> list[Finding]:
    """In the order of the effects, and of the rules within one."""
    return [one for effect in effects for one in findings if one.effect is effect]


def _package(package: Package) -> dict[str, str]:
    return {"name": package.name, "size": size_in_words(package.size), "sha256": package.sha256}


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
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"


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


@cache
def _wording(own: Path | None) -> dict[str, Any]:
    """Our wording, with what the operator's own file changes of it."""
    wording = tomllib.loads((TEMPLATES / "wording.toml").read_text("utf-8"))
    if own and (own / "wording.toml").is_file():
        changes = tomllib.loads((own / "wording.toml").read_text("utf-8"))
        wording["disclaimer"] = changes.get("disclaimer", wording["disclaimer"])
        wording["states"] |= changes.get("states", {})
        for kind, parts in changes.get("kinds", {}).items():
            wording["kinds"].setdefault(kind, {}).update(parts)
    return wording
