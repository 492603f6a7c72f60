"""Two sides of one mail held against one another."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email import policy as email_policy

from intake.contents import LETTER
from intake.rehearsal.mails import ArchivedMail
from intake.rehearsal.values import Difference, Side, Told
from model.errors import ArchiveError
from model.record import AnswerState
from model.verdict import ReceiptKind

OF_OTHER_MAILS = ("delivery.", "forward.known")
"""Findings that rest on mails of other applications, which are not looked at."""
CONTEXT_LINES = 1
WHOLE = 1_000_000
"""Lines of context with which a diff shows whole letters."""


def difference(
    mail: ArchivedMail, before: Side, after: Side, *, whole: bool = False
) -> Difference | None:
    """None where both say the same: outcome, applicant, findings, letter. whole: the letters are
    shown from beginning to end."""
    added = tuple(one for one in after.findings if one not in before.findings)
    removed = tuple(one for one in before.findings if one not in after.findings)
    letter = tuple(_diff(before, after, WHOLE if whole else CONTEXT_LINES))
    same = (
        before.outcome is after.outcome
        and before.letter is after.letter
        and before.application_no == after.application_no
        and before.full_name == after.full_name
    )
    if same and not (added or removed or letter):
        return None
    return Difference(
        object_id=mail.object_id,
        sha256=mail.sha256,
        received_at=mail.record.message.received_at,
        mail_subject=mail.record.message.subject,
        before=replace(before, text=""),
        after=replace(after, text=""),
        added=added,
        removed=removed,
        letter=letter,
    )


def filed_side(mail: ArchivedMail) -> Side:
    """What was filed and sent. Raises: ArchiveError where the letter cannot be read."""
    record = mail.record
    findings = tuple(
        dict.fromkeys(
            Told(one.code, one.about, one.effect, one.text)
            for one in record.findings
            if not one.code.startswith(OF_OTHER_MAILS)
        )
    )
    side = Side(record.outcome, record.application_no, record.full_name, findings)
    answered = mail.answered
    if answered is None or answered.answer.state is AnswerState.NONE:
        return side
    subject, text = _letter(mail)
    return replace(side, letter=answered.answer.kind, subject=subject, text=text)


def _letter(mail: ArchivedMail) -> tuple[str, str]:
    """Subject and plain text of the letter as it was filed: our own bytes."""
    assert mail.letter_version is not None
    try:
        data = mail.letter_version.path(LETTER).read_bytes()
    except (KeyError, OSError) as error:
        raise ArchiveError(
            f"The letter of version {mail.letter_version.number} of {mail.object_id} cannot be "
            "read.",
            "Run `intake verify`; restore the object from a backup.",
        ) from error
    letter = message_from_bytes(data, policy=email_policy.SMTP)
    body = letter.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return str(letter["Subject"]), text.replace("\r\n", "\n")


def _diff(before: Side, after: Side, context: int) -> Iterator[str]:
    """Unified, the subject as the first line."""
    if before.letter is ReceiptKind.NONE is after.letter:
        return
    yield from difflib.unified_diff(
        _lines(before), _lines(after), before.letter.value, after.letter.value,
        lineterm="", n=context,
    )  # fmt: skip


def _lines(side: Side) -> list[str]:
    return [side.subject, *side.text.splitlines()] if side.letter is not ReceiptKind.NONE else []
