"""The mails of an archived object, each with its facts and the decisions that hold for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from intake.contents import MESSAGE
from intake.decisions.rulings import decided_on, ruling
from intake.holding import record_of
from intake.recall import recall
from intake.rehearsal.values import NotRehearsed
from model.errors import ArchiveError
from model.record import FiledFile, Record, RecordKind
from model.standing import Ruling
from model.submission import Submission
from model.verdict import Outcome
from storage.archive import Archive, FiledVersion

WITH_LETTERS = (RecordKind.MAIL, RecordKind.DECISION)
TOO_OLD = "was filed before facts were kept"
ADVICE = "intake reprocess --message {sha256}"


@dataclass(frozen=True, slots=True)
class ArchivedMail:
    """One mail. version: the first that was made from it in its object, and filed_at its time.
    record: of the newest. answered: that with its newest letter in `letter_version`, None if none;
    replaces: number of the receipt that this letter took the place of, "" if none. facts: as they
    were read; filed: where their files are. ruling: a clerk's, None if none."""

    object_id: str
    version: int
    filed_at: datetime
    record: Record
    answered: Record | None
    letter_version: FiledVersion | None
    replaces: str
    facts: Submission
    filed: tuple[FiledFile, ...]
    ruling: Ruling | None

    @property
    def sha256(self) -> str:
        return self.record.message.sha256


def mails_of(archive: Archive, object_id: str) -> tuple[list[ArchivedMail], list[NotRehearsed]]:
    """The mails that an object holds, in the order of their filing, and what cannot be had.

    Where one mail's facts are lost, what the others of its object would come to is not known
    either: none of them is given.
    """
    mails, missing = [], []
    try:
        versions = [(one, record_of(one)) for one in archive.versions(object_id)]
    except ArchiveError as error:
        return [], [NotRehearsed(object_id, 0, error.problem, error.advice)]
    for sha256, own in _by_mail(versions):
        if own[-1][1].outcome is Outcome.TIED:
            continue  # it is rehearsed where it is tied to
        try:
            mail = _mail(archive, object_id, own, [record for _, record in versions])
        except ArchiveError as error:
            missing.append(NotRehearsed(object_id, own[-1][0].number, error.problem, error.advice))
            continue
        if mail is None:
            advice = ADVICE.format(sha256=sha256[:16])
            missing.append(NotRehearsed(object_id, own[-1][0].number, TOO_OLD, advice))
        else:
            mails.append(mail)
    return ([], missing) if missing else (mails, missing)


Versions = list[tuple[FiledVersion, Record]]


def _by_mail(versions: Versions) -> Iterator[tuple[str, Versions]]:
    """The versions made from each mail. A reminder is a letter of ours, and made from none."""
    found: dict[str, Versions] = {}
    for version, record in versions:
        if MESSAGE in version.state and record.kind is not RecordKind.REMINDER:
            found.setdefault(record.message.sha256, []).append((version, record))
    yield from found.items()


def _mail(
    archive: Archive, object_id: str, own: Versions, records: list[Record]
) -> ArchivedMail | None:
    """None where no version has the facts. Raises: ArchiveError where they are damaged."""
    first, record = own[0][0], own[-1][1]
    for version, newest in reversed(own):
        facts = recall(version, newest)
        if facts is None:
            continue
        answered = [one for one in own if one[1].answer.receipt_no and one[1].kind in WITH_LETTERS]
        decided = answered and answered[-1][1].kind is RecordKind.DECISION
        return ArchivedMail(
            object_id=object_id,
            version=first.number,
            filed_at=own[0][1].processed_at,
            record=record,
            answered=answered[-1][1] if answered else None,
            letter_version=answered[-1][0] if answered else None,
            replaces=answered[-2][1].answer.receipt_no if decided and answered[1:] else "",
            facts=facts,
            filed=newest.files,
            ruling=ruling(decided_on(_with_origin(archive, own, records), record.message.sha256)),
        )
    return None


def _with_origin(archive: Archive, own: Versions, records: list[Record]) -> Iterable[Record]:
    """The records that hold all decisions on a mail: those of the object that it first came into
    go before where it was tied to this one."""
    came = own[0][1].decision
    if came is None or not came.elsewhere:
        return records
    return [*(record_of(one) for one in archive.versions(came.elsewhere)), *records]
