"""What a letter says: gathered from the verdict, worded by the templates, not yet a mail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from model.finding import Effect
from model.letter_marks import RECEIPT_TAG, subject_of_letter
from model.programme import Programme
from model.revision import EffectiveFile
from model.submission import Submission
from model.verdict import ReceiptKind, Verdict
from receipts.context import gather
from receipts.lines import one_line
from receipts.templating import environment, sentence, told_to_the_operator
from receipts.wording import PARTS, read_wording

CLOSED = "closed"
"""Words for mail that came when the programme was closed; the letter is one of late mail."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A worded letter. subject: for the header, without anything the sender wrote but the
    number that the naming rule has accepted. facts: all that it tells, as JSON of one form, so
    that the same letter is the same bytes; b"" where it carries no PDF."""

    kind: ReceiptKind
    subject: str
    text: str
    html: str
    facts: bytes = b""


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
    changes: tuple[EffectiveFile, ...] = (),
    due: date | None = None,
    replaces: str = "",
    with_pdf: bool = True,
) -> Letter:
    """Word a letter.

    templates: the operator's own folder, whose files go before ours. changes: the files in force
    with this mail. due: the last day for the correction, by default counted from its day.
    with_pdf: whether it carries itself as PDF. replaces: number of the receipt that this one takes
    the place of by a clerk's decision.

    Raises: SettingsError where the operator's own wording or templates cannot be used.
    """
    wording = read_wording(templates)
    context = gather(
        kind,
        verdict,
        submission,
        programme,
        wording,
        receipt_no=receipt_no,
        revision=revision,
        made_at=made_at,
        earlier_receipt_no=earlier_receipt_no,
        changes=changes,
        due=due,
        replaces=replaces,
    )
    context["with_pdf"] = with_pdf
    worded = CLOSED if _is_closed(kind, verdict) else kind.value
    fill = environment(templates)
    with told_to_the_operator(kind.value, templates, context):
        for part in PARTS:
            context[part] = sentence(templates, wording["kinds"][worded][part]).render(context)
        context["lines"] = {
            name: sentence(templates, source).render(context)
            for name, source in wording["lines"].items()
        }
        text = fill.get_template("letter.txt.j2").render(context).strip() + "\n"
        html = fill.get_template("letter.html.j2").render(context)
    number = context["application_no"]
    return Letter(
        kind=kind,
        subject=one_line(
            subject_of_letter(RECEIPT_TAG, context["title"], number or "", receipt_no)
        ),
        text=text,
        html=html,
        facts=_canonical(context) if with_pdf else b"",
    )


def _is_closed(kind: ReceiptKind, verdict: Verdict) -> bool:
    return kind is ReceiptKind.LATE_REFUSED and any(
        one.code == "window.closed" and one.effect is Effect.REFUSE for one in verdict.findings
    )


def _canonical(context: dict[str, Any]) -> bytes:
    """JSON in UTF-8, keys sorted, nothing between them."""
    return json.dumps(context, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
