"""A submission called back from the archive, as it was read: nothing is opened or read again.

`facts.json` holds what was known of the mail itself; what was read of its documents lies beside
their text. Rules can so be tried on what is archived, a later mail be merged into it, and a clerk
decide upon it, without a reader process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from intake.contents import FACTS, MESSAGE, decode_facts, listings
from intake.fields import fields_digest, with_fields
from intake.naming import OF_THE_OUTER, package_named, subject_of, told_of_subject
from model.errors import ArchiveError
from model.programme import Programme
from model.record import FiledFile, Record
from model.submission import Package, Submission, SubmittedFile
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
    Raises: ArchiveError where its facts are not there or not what was filed.
    """
    if FACTS not in version.state:
        return None
    with _whole(version, FACTS):
        kept = _SUBMISSIONS.validate_json(version.path(FACTS).read_bytes())
        if len(record.files) != len(kept.files) + len(kept.aside):
            raise ValueError("the record names other files")
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
    """One file with what was read of it, its bytes in the archive. Raises: as `recall`."""
    document = kept.document
    if file.facts:
        with _whole(version, file.facts):
            document = decode_facts(version.path(file.facts).read_bytes())
        seals = (
            replace(seal, image=version.path(str(seal.image)) if seal.image else None)
            for seal in document.seals
        )
        document = replace(document, seals=tuple(seals))
    stored = version.path(file.filed_as) if file.filed_as else NOWHERE
    return replace(kept, stored=stored, document=document)


def under(submission: Submission, programme: Programme) -> Submission:
    """The same facts under other rules: subject and packages' names are read by their naming rule,
    forms by their fields where these, or the software, are not those that they were read by.

    What was opened and looked at, and what was found while that was done, stays as it was.
    """
    subject = subject_of(submission.raw, submission.message, programme)
    outer = tuple(told_of_subject(submission.raw, submission.message, subject))
    findings = [one for one in submission.findings if one.code != OF_THE_OUTER or one in outer]
    findings += [one for one in outer if one not in findings]
    digest = fields_digest(programme)
    files = submission.files
    if digest != submission.fields_by:
        files = tuple(_read_by(one, programme) for one in files)
    return replace(
        submission,
        subject=subject,
        packages=tuple(
            replace(one, reading=package_named(_name_of(one), programme))
            for one in submission.packages
        ),
        files=files,
        findings=tuple(findings),
        fields_by=digest,
    )


def _read_by(file: SubmittedFile, programme: Programme) -> SubmittedFile:
    if file.document is None:
        return file
    return replace(file, document=with_fields(replace(file.document, statistics=()), programme))


def _name_of(package: Package) -> str:
    """Its name as it came: one that came without is called by its path."""
    return package.reading.text if package.reading else package.name


@contextmanager
def _whole(version: FiledVersion, name: str) -> Iterator[None]:
    try:
        yield
    except (KeyError, OSError, ValueError) as error:
        raise ArchiveError(
            f"{name} of version {version.number} of {version.object_id} cannot be read.",
            "Run `intake verify`; restore the object from a backup.",
        ) from error


def _filed(file: SubmittedFile, place: FiledFile) -> SubmittedFile:
    """A file without what is filed elsewhere: its bytes, and what was read of it."""
    document = None if place.facts else file.document
    return replace(file, stored=Path(place.filed_as), document=document)
