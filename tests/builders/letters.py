"""One letter of each kind, from a judged submission."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from checks import judge
from model.finding import Finding
from model.programme import Programme
from model.submission import Submission
from model.verdict import Outcome, ReceiptKind, Verdict
from receipts.kinds import receipt_kind
from receipts.letter import Letter, write_letter
from tests.builders.submissions import (
    NAME,
    NUMBER,
    PACKAGE,
    SHANGHAI,
    closed,
    file,
    programme,
    submission,
    without,
)

MADE = datetime(2021, 5, 17, 10, 0, tzinfo=SHANGHAI)
LATE = datetime(2021, 6, 20, 8, 0, tzinfo=SHANGHAI)
NUMBER_OF_LETTER = "HZ2021-00042"
CLERK = {"clerk": "李老师", "phone": "0531-12345678", "email": "zlbg@example.cn"}


REMINDERS = {ReceiptKind.CORRECTION_REMINDER, ReceiptKind.NOT_SENT_REMINDER}
ANSWERS = sorted(set(ReceiptKind) - REMINDERS - {ReceiptKind.NONE})
"""Kinds of letters that answer a mail."""


@dataclass(frozen=True, slots=True)
class Written:
    submission: Submission
    verdict: Verdict
    programme: Programme
    letter: Letter


def defective() -> list[Any]:
    """Three defects in three materials."""
    return [
        *without("承诺书", "推荐表", "申报材料"),
        file(f"{PACKAGE}/推荐表.docx"),
        closed(f"{PACKAGE}/申报材料.docx", "document.encrypted", "application/x-ooxml-encrypted"),
    ]


def write(
    made: Submission,
    rules: Programme,
    *,
    revision: int = 1,
    outcome: Outcome | None = None,
    added: tuple[Finding, ...] = (),
    earlier: str = "",
    templates: Path | None = None,
    **more: Any,
) -> Written:
    verdict = judge(made, rules)
    verdict = replace(
        verdict,
        outcome=outcome or verdict.outcome,
        findings=(*verdict.findings, *added),
    )
    letter = write_letter(
        receipt_kind(verdict.outcome, revision),
        verdict,
        made,
        rules,
        receipt_no=NUMBER_OF_LETTER,
        revision=revision,
        made_at=MADE,
        earlier_receipt_no=earlier,
        templates=templates,
        **more,
    )
    return Written(made, verdict, rules, letter)


def each_kind(templates: Path | None = None) -> dict[ReceiptKind, Written]:
    """A letter of every kind that is sent."""
    rules = programme(receipt=CLERK)
    refusing = programme(receipt=CLERK, late={"policy": "refuse"})
    renewed = Finding("revision.superseding", params={"revision": "2"})
    repeated = Finding("revision.duplicate", params={"earlier": "（HZ2021-00007）"})
    written = [
        write(submission(rules), rules, templates=templates),
        write(
            submission(rules, subject=f"{NUMBER}-{NAME}", files=defective()),
            rules,
            templates=templates,
        ),
        write(
            submission(
                rules,
                subject="申报材料",
                packages=("材料.rar",),
                files=[],
                found=(Finding("package.encrypted", "材料.rar"),),
            ),
            rules,
            templates=templates,
        ),
        write(
            submission(refusing, received=LATE, files=without("承诺书")),
            refusing,
            templates=templates,
        ),
        write(
            submission(rules, received=LATE, files=without("承诺书")), rules, templates=templates
        ),
        write(
            submission(rules),
            rules,
            revision=2,
            outcome=Outcome.DUPLICATE,
            added=(repeated,),
            earlier="HZ2021-00007",
            templates=templates,
        ),
        write(submission(rules), rules, revision=2, added=(renewed,), templates=templates),
    ]
    return {one.letter.kind: one for one in written}
