"""Each kind of letter with made-up contents, judged and worded as a programme would have it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from checks import judge
from model.document import Document
from model.finding import Effect, Finding
from model.message import Address, Message, RawMessage
from model.policies import LatePolicy
from model.programme import FORMATS, Programme
from model.revision import Change, EffectiveFile
from model.submission import Package, Submission, SubmittedFile
from model.verdict import Outcome, ReceiptKind, Verdict
from parsers.subject import read_package_name, read_subject
from receipts.letter import Letter, write_letter

RECEIPT_NO, EARLIER_NO = "样张-00002", "样张-00001"
"""Numbers that no receipt has."""
ANY_SUBJECT = "申报材料"
"""Of a mail whose programme has no rule of naming, or that nobody could be identified by."""
ENDINGS = {
    "pdf": "pdf", "word": "docx", "sheet": "xlsx", "image": "jpg", "ofd": "ofd", "slides": "pptx",
    "text": "txt",
}  # fmt: skip
BEFORE_CLOSING, AFTER_CLOSING = timedelta(days=-2, hours=-6), timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Sample:
    """A judged mail and which letter it gets. changes: of a mail that only brings a part."""

    kind: ReceiptKind
    submission: Submission
    verdict: Verdict
    programme: Programme
    revision: int = 1
    changes: tuple[EffectiveFile, ...] = ()

    def letter(self, templates: Path | None, due: date | None = None) -> Letter:
        """Raises: SettingsError where the operator's own wording or templates cannot be used."""
        return write_letter(
            self.kind,
            self.verdict,
            self.submission,
            self.programme,
            receipt_no=RECEIPT_NO,
            revision=self.revision,
            made_at=self.made_at,
            earlier_receipt_no=EARLIER_NO if self.revision > 1 else "",
            templates=templates,
            changes=self.changes,
            due=due,
        )

    @property
    def made_at(self) -> datetime:
        return self.submission.raw.received_at + timedelta(minutes=3)


def _complete(programme: Programme) -> Sample:
    return _judged(ReceiptKind.COMPLETE, _submission(programme), programme)


def _correction(programme: Programme) -> Sample:
    whole = _submission(programme)
    left = whole.files[1:]
    if left:  # one is missing, and one came in a format that no programme asks for
        odd = replace(
            left[0],
            path=f"{left[0].path}.mp4",
            media_type="video/mp4",
            document=Document("video/mp4"),
        )
        left = (odd, *left[1:])
    return _judged(ReceiptKind.CORRECTION, replace(whole, files=left), programme)


def _returned(programme: Programme) -> Sample:
    package = Package("材料.rar", 1_234_567, _digest("材料.rar"), "rar5", None, False, True, False)
    lost = replace(
        _submission(programme, ANY_SUBJECT),
        packages=(package,),
        files=(),
        findings=(Finding("package.encrypted", "材料.rar"),),
    )
    return _judged(ReceiptKind.RETURNED, lost, programme)


def _late(kind: ReceiptKind, policy: LatePolicy) -> Callable[[Programme], Sample]:
    def sample(programme: Programme) -> Sample:
        late = programme.late.model_copy(
            update={"policy": policy, "grace_minutes": 0, "until": None}
        )
        rules = programme.model_copy(update={"late": late})
        return _judged(kind, _submission(rules, after=AFTER_CLOSING), rules)

    return sample


def _closed(programme: Programme) -> Sample:
    closes = programme.window.closes
    until = closes.date() if isinstance(closes, datetime) else closes
    late = programme.late.model_copy(update={"grace_minutes": 0, "until": until})
    rules = programme.model_copy(update={"late": late})
    return _judged(ReceiptKind.LATE_REFUSED, _submission(rules, after=AFTER_CLOSING), rules)


def _duplicate(programme: Programme) -> Sample:
    made = _judged(ReceiptKind.DUPLICATE, _submission(programme), programme)
    verdict = replace(made.verdict, outcome=Outcome.DUPLICATE)
    return replace(made, verdict=verdict, revision=2)


def _superseding(programme: Programme) -> Sample:
    made = _judged(ReceiptKind.SUPERSEDING, _submission(programme), programme)
    files = made.submission.files
    changes = tuple(
        EffectiveFile(2, f"files/{one.path}", one.path, one.sha256, change=change)
        for one, change in zip(files, (Change.ADDED, Change.REPLACED), strict=False)
    ) + tuple(
        EffectiveFile(1, f"files/{one.path}", one.path, one.sha256, change=Change.UNCHANGED)
        for one in files[2:]
    )
    return replace(made, revision=2, changes=changes)


SAMPLES: Mapping[str, Callable[[Programme], Sample]] = {
    ReceiptKind.COMPLETE.value: _complete,
    ReceiptKind.CORRECTION.value: _correction,
    ReceiptKind.RETURNED.value: _returned,
    ReceiptKind.LATE_REFUSED.value: _late(ReceiptKind.LATE_REFUSED, LatePolicy.REFUSE),
    "closed": _closed,
    ReceiptKind.LATE_PENDING.value: _late(ReceiptKind.LATE_PENDING, LatePolicy.CLERK),
    ReceiptKind.DUPLICATE.value: _duplicate,
    ReceiptKind.SUPERSEDING.value: _superseding,
}
"""Every letter that answers a mail, by its name: its kind, or why it has words of its own."""


def _judged(kind: ReceiptKind, submission: Submission, programme: Programme) -> Sample:
    verdict = judge(submission, programme)
    if kind in (ReceiptKind.COMPLETE, ReceiptKind.SUPERSEDING, ReceiptKind.DUPLICATE):
        # Made-up files hold no forms and no seals; what their want makes a person look at, or
        # asks for, is no part of these letters.
        kept = tuple(one for one in verdict.findings if one.effect is Effect.REMIND)
        verdict = replace(verdict, findings=kept)
    return Sample(kind, submission, verdict, programme)


def _submission(
    programme: Programme, subject: str = "", after: timedelta = BEFORE_CLOSING
) -> Submission:
    """A mail with one file for each material. after: of its arrival, from the closing."""
    naming = programme.naming
    subject = subject or (naming.example if naming else "") or ANY_SUBJECT
    name = f"{subject}.rar"
    received = programme.window.ends_before(programme.zone).astimezone(UTC) + after
    return Submission(
        raw=RawMessage(_digest(subject), 2_000_000, Path(), received),
        message=_message(subject),
        subject=read_subject(subject, naming) if naming else None,
        packages=(
            Package(
                name=name,
                size=1_900_000,
                sha256=_digest(name),
                format="rar5",
                reading=read_package_name(name, naming) if naming else None,
                opened=True,
                encrypted=False,
                complete=True,
            ),
        ),
        containers=(),
        files=tuple(_file(name, one.label, one.formats) for one in programme.materials),
        aside=(),
        findings=(),
    )


def _file(package: str, label: str, formats: tuple[str, ...]) -> SubmittedFile:
    kind = formats[0] if formats else "pdf"
    path = f"{package}/{label}.{ENDINGS[kind]}"
    media_type = FORMATS[kind][0]
    return SubmittedFile(
        path=path,
        size=345_678,
        sha256=_digest(path),
        media_type=media_type,
        stored=Path(),
        container=package,
        document=Document(media_type),
    )


def _message(subject: str) -> Message:
    return Message(
        subject=subject,
        sender=(Address("", "sample@example.com"),),
        reply_to=(),
        to=(),
        cc=(),
        sent_at=None,
        message_id="",
        in_reply_to="",
        references=(),
        headers=(),
        text="",
        media_type="multipart/mixed",
        attachments=(),
        links=(),
        findings=(),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
