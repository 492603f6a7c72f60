"""A submission called back from the archive, as it was read: nothing is opened or read again.

`facts.json` holds what was known of the mail itself; what was read of its documents lies beside
their text. Rules can so be tried on what is archived, a later mail be merged into it, and a clerk
decide upon it, without a reader process.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from intake.contents import FACTS, MESSAGE, decode_facts, listings
from model.record import FiledFile, Record
from model.submission import Submission, SubmittedFile
from storage.archive import FiledVersion

_SUBMISSIONS = TypeAdapter(Submission)
NOWHERE = Path()


def encode_submission(submission: Submission, filed: tuple[FiledFile, ...]) -> bytes:
    """The bytes of facts.json. filed: where each file of the mail, and each one aside, went."""
    count = len(own_files(submission))
    files = tuple(
        _filed(one, place)
        for one, place in zip(own_files(submission), filed[:count], strict=True)
    )  # fmt: skip
    aside = tuple(
        _filed(one, place) for one, place in zip(submission.aside, filed[count:], strict=True)
    )
    message = replace(
        submission.message,
        attachments=tuple(replace(one, path=NOWHERE) for one in submission.message.attachments),
    )
    kept = replace(
        submission,
        raw=replace(submission.raw, path=Path(MESSAGE)),
        message=message,
        containers=listings(submission),
        files=files,
        aside=aside,
        forwarded=tuple(replace(one, stored=None) for one in submission.forwarded),
    )
    return _SUBMISSIONS.dump_json(kept) + b"\n"


def own_files(submission: Submission) -> tuple[SubmittedFile, ...]:
    """What came with this very mail, files of earlier ones left aside."""
    return tuple(one for one in submission.files if not one.earlier)


def recall(version: FiledVersion, record: Record) -> Submission | None:
    """The submission that a version was made from, None where the version is older than its facts.

    Paths lead into the archive: nothing may be written there.
    """
    if FACTS not in version.state:
        return None
    kept = _SUBMISSIONS.validate_json(version.path(FACTS).read_bytes())
    count = len(kept.files)
    return replace(
        kept,
        raw=replace(kept.raw, path=version.path(MESSAGE)),
        files=tuple(
            recalled_file(version, file, one)
            for file, one in zip(record.files[:count], kept.files, strict=True)
        ),
        aside=tuple(
            recalled_file(version, file, one)
            for file, one in zip(record.files[count:], kept.aside, strict=True)
        ),
    )


def recalled_file(version: FiledVersion, file: FiledFile, kept: SubmittedFile) -> SubmittedFile:
    """One file with what was read of it, its bytes in the archive."""
    document = kept.document
    if file.facts:
        document = decode_facts(version.path(file.facts).read_bytes())
        seals = (
            replace(seal, image=version.path(str(seal.image)) if seal.image else None)
            for seal in document.seals
        )
        document = replace(document, seals=tuple(seals))
    stored = version.path(file.filed_as) if file.filed_as else NOWHERE
    return replace(kept, stored=stored, document=document)


def _filed(file: SubmittedFile, place: FiledFile) -> SubmittedFile:
    """A file without what is filed elsewhere: its bytes, and what was read of it."""
    document = None if place.facts else file.document
    return replace(file, stored=Path(place.filed_as), document=document)
