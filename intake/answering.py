"""Step 4: is a letter owed, under which number, and what are its bytes?

The reservation fixes number, Message-ID and date before anything is written; a redo after a
kill takes the same one, so the sender is never answered twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from intake.settings import Settings, SmtpSettings
from intake.signed_receipt import sign_receipt
from model.errors import ProgrammeError, SettingsError
from model.finding import Finding
from model.programme import Programme
from model.record import Answer, AnswerState
from model.revision import EffectiveFile
from model.submission import Submission
from model.verdict import UNCOUNTED, Outcome, ReceiptKind, Verdict
from receipts.compose import compose
from receipts.kinds import receipt_kind
from receipts.letter import Letter, write_letter
from receipts.policy import reason_not_to_answer, reasons, recipients
from storage.ledger import filing, numbers
from storage.ledger.numbers import Reservation

PREVIEW_NUMBER = "（预览，未编号）"


@dataclass(frozen=True, slots=True)
class Owed:
    """Whether and how a mail is answered. reason: a key of receipts/reasons.toml, "" if none.
    kind: of the letter; where none is owed, of the one that the mail by itself would get.
    copy_to: another address that the same letter goes to."""

    state: AnswerState
    kind: ReceiptKind
    recipient: str
    reason: str = ""
    copy_to: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter to be filed, or why there is none. letter: the mail's bytes, None where none is
    owed. files: what it carries, by archive path."""

    answer: Answer
    letter: bytes | None = None
    files: dict[str, bytes] = field(default_factory=dict)


def what_is_owed(
    submission: Submission,
    verdict: Verdict,
    programme: Programme,
    revision: int,
    settings: Settings,
    *,
    copy: bool,
) -> Owed:
    """What the sender is owed, by the mail alone. copy: the same letter came a second time."""
    message, raw = submission.message, submission.raw
    kind = receipt_kind(verdict.outcome, revision)
    to, copy_to = recipients(message, raw.forwarded, programme.forwarding.answer)
    if kind is ReceiptKind.NONE:
        return Owed(AnswerState.NONE, ReceiptKind.NONE, to, verdict.outcome.value)
    reason = _reason(submission, verdict, to, settings)
    if reason:
        return Owed(AnswerState.NONE, kind, to, reason)
    if copy:
        return Owed(AnswerState.NONE, kind, to, "same_letter")
    return Owed(AnswerState.OWED, kind, to, copy_to=copy_to)


def _reason(submission: Submission, verdict: Verdict, to: str, settings: Settings) -> str:
    """Why no machine may answer this mail, "" where it may."""
    forwarded = submission.raw.forwarded
    if forwarded is not None and to == forwarded.by:
        return forwarded.unanswerable
    reason = reason_not_to_answer(submission.message, settings.all_own_addresses())
    if not reason and submission.raw.junk and verdict.application_no is None:
        # To answer what is most likely spam would confirm the address to its sender.
        return "junk"
    return reason


def reserve(
    tx: Connection,
    sha256: str,
    programme: Programme,
    object_id: str,
    owed: Owed,
    sender: str,
    now: datetime,
    *,
    forwarded: bool = False,
    capped: bool = True,
) -> tuple[Reservation, Owed]:
    """The mail's reservation: the one it has, or a new one in this transaction.

    Over the cap for one address the letter is still numbered, and held for a person.

    Raises: ProgrammeError where another programme counts by the same pattern; the number is given
    back with the transaction.
    """
    made = numbers.find_reservation(tx, sha256)
    wanted = owed.state is not AnswerState.NONE
    if made is not None:
        if made.object_id != object_id:
            numbers.move_reservation(tx, sha256, object_id)
        if wanted == (made.receipt_no is not None):
            if not capped:
                return made, owed
            return made, _capped(tx, programme, owed, now, forwarded=forwarded, already=1)
        if made.receipt_no is not None:
            # A number was drawn before the kill; the rules changed meanwhile. It is not wasted.
            kind = ReceiptKind.RETURNED if owed.kind is ReceiptKind.NONE else owed.kind
            return made, Owed(AnswerState.HELD, kind, made.recipient, owed.reason)
    if capped:
        owed = _capped(tx, programme, owed, now, forwarded=forwarded, already=0)
    number = None
    if wanted:
        serial = numbers.next_serial(tx, f"receipt:{programme.id}:{programme.year}")
        number = programme.receipt.number.format(year=programme.year, serial=serial)
        if numbers.is_drawn(tx, number):
            raise ProgrammeError(
                f"{programme.id}: the number {number} stands on another programme's letter.",
                "Give each programme a number pattern of its own: `number` in [receipt].",
            )
    domain = sender.rsplit("@", 1)[-1]
    fresh = Reservation(
        sha256=sha256,
        programme=programme.id,
        object_id=object_id,
        receipt_no=number,
        message_id=f"<receipt.{sha256[:32]}@{domain}>",
        recipient=owed.recipient,
        made_at=now,
    )
    if made is None:
        numbers.keep_reservation(tx, fresh)
    else:
        numbers.number_reservation(tx, sha256, fresh)
    return fresh, owed


def _capped(
    tx: Connection,
    programme: Programme,
    owed: Owed,
    now: datetime,
    *,
    forwarded: bool,
    already: int,
) -> Owed:
    if owed.state is not AnswerState.OWED:
        return owed
    letters = filing.letters_owed_to(tx, owed.recipient, now) - already
    rule = programme.forwarding.per_forwarder_per_day if forwarded else None
    if letters < (rule or programme.receipt.per_sender_per_day):
        return owed
    return replace(owed, state=AnswerState.HELD, reason="sender_cap")


def not_answered(owed: Owed, verdict: Verdict) -> tuple[Finding, ...]:
    """What is told of a mail that gets no letter, though it is somebody's; nothing of a second
    copy of a letter, whose first one has its answer."""
    if owed.state is not AnswerState.NONE or not owed.reason or owed.reason == "same_letter":
        return ()
    if verdict.outcome in UNCOUNTED and verdict.outcome is not Outcome.DUPLICATE:
        return ()
    return (Finding("mail.not_answered", params={"reason": reasons()[owed.reason]}),)


def compose_answer(
    submission: Submission,
    verdict: Verdict,
    programme: Programme,
    settings: Settings,
    reservation: Reservation,
    owed: Owed,
    *,
    revision: int,
    earlier_receipt_no: str,
    filed_as: str,
    changes: tuple[EffectiveFile, ...] = (),
    due: date | None = None,
    replaces: str = "",
) -> Composed:
    """The letter and its PDF, as bytes, and what the record says of them.

    changes, due, replaces: as in `write_letter`.
    """
    if owed.state is AnswerState.NONE or reservation.receipt_no is None:
        return Composed(
            Answer(AnswerState.NONE, ReceiptKind.NONE, owed.reason, recipient=owed.recipient)
        )
    letter = write_letter(
        owed.kind,
        verdict,
        submission,
        programme,
        receipt_no=reservation.receipt_no,
        revision=revision,
        made_at=reservation.made_at,
        earlier_receipt_no=earlier_receipt_no,
        templates=settings.templates_dir,
        changes=changes,
        due=due,
        replaces=replaces,
        with_pdf=settings.receipt_pdf,
    )
    receipt = None
    if settings.receipt_pdf:
        receipt = sign_receipt(
            letter,
            settings,
            programme=programme.id,
            receipt_no=reservation.receipt_no,
            application_no=verdict.application_no or "",
            made_at=reservation.made_at,
        )
    smtp = smtp_settings(settings)
    forwarded = submission.raw.forwarded
    data = compose(
        letter,
        sender=smtp.sender,
        sender_name=smtp.sender_name or programme.receipt.issuer,
        recipient=reservation.recipient,
        message_id=reservation.message_id,
        made_at=reservation.made_at.astimezone(programme.zone),
        answers=forwarded.message_id if forwarded else submission.message.message_id,
        thread=() if forwarded else submission.message.references,
        copy_to=owed.copy_to,
        attached=receipt.attached() if receipt else (),
    )
    files = receipt.files(filed_as) if receipt else {}
    answer = Answer(
        state=owed.state,
        kind=owed.kind,
        reason=owed.reason,
        receipt_no=reservation.receipt_no,
        message_id=reservation.message_id,
        made_at=reservation.made_at,
        recipient=reservation.recipient,
        copy_to=owed.copy_to,
        subject=letter.subject,
        filed_as=filed_as,
        sha256=hashlib.sha256(data).hexdigest(),
        pdf_as=next(iter(files), ""),
        pdf_sha256=hashlib.sha256(receipt.pdf).hexdigest() if receipt else "",
    )
    return Composed(answer, data, files)


def preview(
    submission: Submission,
    verdict: Verdict,
    programme: Programme,
    settings: Settings,
    made_at: datetime,
) -> tuple[Owed, Letter | None]:
    """The letter that a mail would get if it were the first of its application."""
    owed = what_is_owed(submission, verdict, programme, 1, settings, copy=False)
    if owed.state is AnswerState.NONE:
        return owed, None
    letter = write_letter(
        owed.kind,
        verdict,
        submission,
        programme,
        receipt_no=PREVIEW_NUMBER,
        revision=1,
        made_at=made_at,
        templates=settings.templates_dir,
        with_pdf=settings.receipt_pdf,
    )
    return owed, letter


def smtp_settings(settings: Settings) -> SmtpSettings:
    """Raises: SettingsError where there are none: a letter needs a sender."""
    if settings.smtp is None:
        raise SettingsError(
            "There is no [smtp] section in the settings, and letters need a sender.",
            "Add [smtp] with host and sender to intake.toml, or set INTAKE_SMTP__HOST and "
            "INTAKE_SMTP__SENDER.",
        )
    return settings.smtp
