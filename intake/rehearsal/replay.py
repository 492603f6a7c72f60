"""The mails of one application judged one after another under one set of rules, in memory: what
each comes to in the light of those before it, as when it came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.answering import PREVIEW_NUMBER, not_answered, what_is_owed
from intake.effective import InForce
from intake.rehearsal.mails import ArchivedMail
from intake.rehearsal.values import Side, Told
from intake.revision import builds_upon, in_its_place
from intake.settings import Settings
from model.programme import Programme
from model.record import AnswerState, FiledFile
from model.revision import EffectiveFile
from model.standing import Standing
from model.submission import Submission, SubmittedFile
from model.verdict import Verdict
from receipts.letter import write_letter
from storage.ledger.history import HistoryRow, summed_up


@dataclass(frozen=True, slots=True)
class Rules:
    """What a mail is judged by. known: what is known besides any one mail. copies: digests of mails
    whose very letter had come before."""

    programme: Programme
    known: Standing
    settings: Settings
    copies: frozenset[str]

    def standing(self, mail: ArchivedMail) -> Standing:
        return replace(self.known, ruling=mail.ruling)


@dataclass(frozen=True, slots=True)
class Judged:
    """A mail with its facts under some rules, and the verdict on it alone."""

    mail: ArchivedMail
    submission: Submission
    alone: Verdict


def replay(mails: Sequence[Judged], rules: Rules) -> list[Side]:
    """What each mail of one application comes to, in order."""
    numbers = [one.mail.version for one in mails]
    if len(set(numbers)) < len(numbers):  # brought together out of several objects
        numbers = list(range(1, len(mails) + 1))
    past = _Past()
    return [_one(one, number, past, rules) for one, number in zip(mails, numbers, strict=True)]


class _Past:
    """What the mails before have left: the rows of a ledger, and the files in force after each."""

    def __init__(self) -> None:
        self.rows: list[HistoryRow] = []
        self._effective: dict[int, tuple[EffectiveFile, ...]] = {}
        self._mails: dict[int, ArchivedMail] = {}
        self._files: dict[tuple[int, str], SubmittedFile] = {}

    def in_force(self, version: int) -> InForce:
        """As `intake.effective.in_force` has it from the archive."""
        files = self._effective[version]
        submitted = {
            one.path: replace(
                self._files[one.version, one.filed_as], path=one.path, earlier=one.version
            )
            for one in files
        }
        return InForce(self._mails[version].record, files, submitted)

    def add(
        self,
        row: HistoryRow,
        one: Judged,
        filed: tuple[FiledFile, ...],
        effective: tuple[EffectiveFile, ...],
    ) -> None:
        self.rows.append(row)
        self._mails[row.version] = one.mail
        self._effective[row.version] = effective
        places = {file.path: file.filed_as for file in filed}
        for file in one.submission.files:
            self._files[row.version, places[file.path]] = file


def _one(one: Judged, version: int, past: _Past, rules: Rules) -> Side:
    mail, raw = one.mail, one.submission.raw
    history = summed_up(past.rows)
    before = None
    if builds_upon(history, one.alone):
        assert history.in_force is not None
        before = past.in_force(history.in_force.version)
    revised = in_its_place(
        rules.programme, one.submission, one.alone, history, before, rules.standing(mail),
        copied=mail.sha256 in rules.copies and raw.forwarded is None,
    )  # fmt: skip
    owed = what_is_owed(
        one.submission, revised.verdict, rules.programme,
        revised.told_number, rules.settings,
        copy=revised.copy,
    )  # fmt: skip
    verdict = revised.verdict
    silence = not_answered(owed, verdict)
    verdict = replace(verdict, findings=(*verdict.findings, *silence))
    effective = revised.effective(mail.filed, version)
    made_at = mail.filed_at
    number = ""
    if owed.state is not AnswerState.NONE:
        number = PREVIEW_NUMBER
        if mail.answered is not None:
            number = mail.answered.answer.receipt_no
            made_at = mail.answered.answer.made_at or made_at
    due = revised.due(owed.kind, made_at)
    message = one.submission.message
    row = HistoryRow(
        version=version,
        revision=revised.number,
        sha256=mail.sha256,
        outcome=verdict.outcome.value,
        received_at=raw.received_at,
        content_key=revised.key,
        sender=message.sender[0].address if message.sender else "",
        receipt_no=number,
        due_on=due,
        first_received_at=revised.first_received_at,
        decision=mail.ruling,
        stands_from=revised.stands_from,
    )
    past.add(row, one, mail.filed, effective)
    side = Side(
        outcome=verdict.outcome,
        application_no=verdict.application_no or "",
        full_name=verdict.full_name or "",
        findings=told(verdict),
    )
    if owed.state is AnswerState.NONE:
        return side
    letter = write_letter(
        owed.kind,
        verdict,
        revised.submission,
        rules.programme,
        receipt_no=number,
        revision=revised.told_number,
        made_at=made_at,
        earlier_receipt_no=revised.earlier_receipt_no,
        templates=rules.settings.templates_dir,
        changes=effective,
        due=due,
        replaces=mail.replaces,
        with_pdf=rules.settings.receipt_pdf,
    )
    return replace(side, letter=owed.kind, subject=letter.subject, text=letter.text)


def told(verdict: Verdict) -> tuple[Told, ...]:
    """Each finding once."""
    found = (Told(one.code, one.about, one.effect.value, one.text) for one in verdict.findings)
    return tuple(dict.fromkeys(found))
