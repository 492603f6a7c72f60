"""What a mail comes to under the decisions that hold for it: judged anew from what is filed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from checks import judge
from intake.answering import PREVIEW_NUMBER, Owed, what_is_owed
from intake.contents import MESSAGE, RECORD, decode_record
from intake.decisions.rulings import decided_on, ruling
from intake.known import standing_of
from intake.recall import recall
from intake.revision import Revision, revise
from intake.workplace import Workplace
from model.decision import Decision
from model.errors import DecisionError, IntakeError
from model.programme import Programme
from model.record import AnswerState, FiledFile, Record
from model.revision import EffectiveFile
from model.submission import Submission
from model.verdict import Verdict
from receipts.letter import Letter, write_letter
from receipts.policy import reasons
from storage.archive import Archive, FiledVersion
from storage.ledger import outbox
from storage.ledger.history import history

GONE = ("sending", "sent", "unknown")
"""States of letters that their recipient has, or may have."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A mail as it stands with a decision.

    origin: the object that it was filed under when it came. home: where it belongs now; left:
    other objects that hold it and do so no more. base: the version whose content is filed anew.
    before: its record. submission: the mail's own facts. told_in: number of the letter that the
    sender has had about it, "" where none has gone out yet.
    """

    decision: Decision
    origin: str
    home: str
    left: tuple[str, ...]
    base: FiledVersion
    before: Record
    submission: Submission
    revised: Revision
    owed: Owed
    told_in: str = ""

    @property
    def verdict(self) -> Verdict:
        return self.revised.verdict

    @property
    def objects(self) -> tuple[str, ...]:
        """Every object that gets a version."""
        return tuple(dict.fromkeys((self.origin, self.home, *self.left)))

    def letter(self, place: Workplace, programme: Programme) -> tuple[Letter | None, str]:
        """The letter as it would go out, without its number; else why there is none."""
        owed = owed_for(self)
        if owed.state is AnswerState.NONE:
            return None, reasons()[owed.reason]
        made_at = self.decision.at
        letter = write_letter(
            owed.kind,
            self.verdict,
            self.revised.submission,
            programme,
            receipt_no=PREVIEW_NUMBER,
            revision=self.revised.told_number,
            made_at=made_at,
            earlier_receipt_no=self.revised.earlier_receipt_no,
            templates=place.settings.templates_dir,
            changes=self.effective(self.base.number + 1),
            due=self.revised.due(owed.kind, made_at),
            replaces=self.told_in,
            with_pdf=place.settings.receipt_pdf,
        )
        return letter, ""

    @property
    def files(self) -> tuple[FiledFile, ...]:
        """The filed files with the materials that they are taken for now."""
        materials = {path: item.material for item in self.verdict.checklist for path in item.files}
        return tuple(
            replace(one, material=materials.get(one.path, "")) for one in self.before.files
        )

    def effective(self, version: int) -> tuple[EffectiveFile, ...]:
        """The files in force with it, its own in `version` of its home."""
        return self.revised.effective(self.files, version)


def owed_for(after: Decided) -> Owed:
    """What the sender is owed; nothing where the clerk wants no letter."""
    if after.decision.letter or after.owed.state is AnswerState.NONE:
        return after.owed
    return replace(after.owed, state=AnswerState.NONE, reason="decision")


def judge_decided(
    place: Workplace, programme: Programme, origin: str, made: Decision, sha256: str
) -> Decided:
    """Judge a mail under all decisions that hold for it, the given one among them.

    Raises: IntakeError where the version is older than its facts.
    """
    records = records_of(place, programme.id, origin)
    earlier = tuple(one for one in decided_on(records, sha256) if one.id != made.id)
    was = ruling(earlier)
    now = ruling((*earlier, made))
    previous = (was.application_no if was else "") or origin
    home = (now.application_no if now else "") or origin
    held = _before(place, programme.id, previous, sha256, made)
    if not held:
        raise IntakeError(f"{previous} holds no mail {sha256[:16]}.", "Run `intake verify`.")
    base, before = held[-1]
    submission = recall(base, before)
    if submission is None:
        raise DecisionError(
            "no_facts",
            f"{before.object_id}, version {base.number}, was filed before facts were kept.",
            f"Read it anew first: intake reprocess --message {sha256[:16]}.",
        )
    known = replace(standing_of(place, programme), ruling=now)
    alone = judge(submission, programme, known)
    with place.ledger.read() as tx:
        known_letter = outbox.find(tx, before.answer.receipt_no)
        there = _before(place, programme.id, home, sha256, made)
        first = there[0][0].number if there else None
        past = history(tx, programme.id, home, before_sha256=sha256, before_version=first)
        others = history(tx, programme.id, home, before_sha256=sha256)
        number = there[-1][1].revision if there else others.revisions + 1
        revised = revise(place, tx, programme, home, submission, alone, past, known, number=number)
    owed = what_is_owed(
        submission,
        revised.verdict,
        programme,
        revised.told_number,
        place.settings,
        copy=False,
    )
    told_in = before.answer.receipt_no if known_letter and known_letter.state in GONE else ""
    left = tuple(one for one in (previous,) if one not in (home, origin))
    return Decided(made, origin, home, left, base, before, submission, revised, owed, told_in)


def records_of(place: Workplace, programme: str, object_id: str) -> list[Record]:
    """The records of an object's versions, the first first."""
    return [_record(one) for one in place.archive(programme).versions(object_id)]


def versions_of_mail(
    archive: Archive, object_id: str, sha256: str
) -> list[tuple[FiledVersion, Record]]:
    """The versions of an object that were made from one mail, with their records."""
    return [
        (one, _record(one))
        for one in archive.versions(object_id)
        if MESSAGE in one.state and one.sha256(MESSAGE) == sha256
    ]


def decided_version(
    archive: Archive, object_id: str, decision_id: str
) -> tuple[FiledVersion, Record] | None:
    """The version that a decision has made of an object, None where it has made none yet."""
    for one in reversed(archive.versions(object_id)):
        record = _record(one)
        if record.decision is not None and record.decision.id == decision_id:
            return one, record
    return None


def _before(
    place: Workplace, programme: str, object_id: str, sha256: str, made: Decision
) -> list[tuple[FiledVersion, Record]]:
    """The versions of the mail in an object, but for those of the decision itself."""
    return [
        (version, record)
        for version, record in versions_of_mail(place.archive(programme), object_id, sha256)
        if record.decision is None or record.decision.id != made.id
    ]


def _record(version: FiledVersion) -> Record:
    return decode_record(version.path(RECORD).read_bytes())
