"""Reads one mail to the bottom: message, packages, documents → a Submission."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from intake.attached import MAIL, Attached, attached_to
from intake.authenticity import AuthenticityRules, gather, notes_on
from intake.documents import Reading, read_documents
from intake.fields import fields_digest, with_fields
from intake.forwarding import carried_by
from intake.naming import package_named, subject_of, told_of_subject
from intake.packages import (
    Budget,
    EarlierVolumes,
    is_package,
    no_earlier,
    open_packages,
)
from intake.pictures import look_at_pictures
from model.container import UnpackLimits
from model.document import ReadLimits
from model.errors import MailTrouble, ReaderFailed
from model.finding import Finding
from model.forwarded import InnerMail
from model.message import Message, RawMessage
from model.programme import Programme
from model.reading import NameReading
from model.submission import Submission, SubmittedFile
from parsers.archives.passwords import passwords_in
from parsers.isolation import Readers


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What reading one mail may cost. seconds: for its packages and documents together.
    picture_seconds: for reading pages that are pictures, beyond those.
    authenticity: how the evidence of its origin is gathered."""

    unpack: UnpackLimits = field(default_factory=UnpackLimits)
    read: ReadLimits = field(default_factory=ReadLimits)
    seconds: float = 300.0
    picture_seconds: float = 600.0
    authenticity: AuthenticityRules = field(default_factory=AuthenticityRules)


def read_submission(
    raw: RawMessage,
    programme: Programme,
    work: Path,
    readers: Readers,
    limits: ReadingLimits,
    earlier: EarlierVolumes = no_earlier,
) -> Submission:
    """All facts of one mail. work: an empty private directory for parts and members. earlier: what
    the application's earlier mails brought that may be volumes of this one's packages."""
    end = time.monotonic() + limits.seconds
    message = _message(raw, work, readers)
    authenticity = gather(raw, message, readers, limits.authenticity)
    findings = [*message.findings, *notes_on(authenticity, message)]
    attached = attached_to(message, readers)
    subject = subject_of(raw, message, programme)
    carried = carried_by(raw, message, attached, subject, programme, work / "inner", readers)
    findings.extend((*carried.findings, *_told_of_arrival(raw, message, subject)))
    # A picture in the text is the signature's logo where other files came, and may be a page
    # photographed on a phone where none did.
    among_files = any(not one.is_decoration for one in attached)
    here = [one for one in attached if one.path not in carried.apart]
    passwords = _passwords(programme, raw, message)
    opened = open_packages(
        here,
        _number(subject, here, programme),
        programme,
        work,
        readers,
        Budget(limits.unpack, end),
        passwords,
        earlier,
    )
    loose = [one for one in here if not is_package(one)]
    decoration = [one for one in loose if among_files and one.is_decoration]
    files = [*(one.as_file() for one in loose if one not in decoration), *opened.files]
    aside = [
        *(one.as_file() for one in attached if one.path in carried.apart or one in decoration),
        *opened.aside,
    ]
    findings.extend(opened.findings)
    aside.extend(_quoted_file(one) for one in carried.inner if one.quoted)
    documents = read_documents(
        files, Reading(readers, limits.read, passwords, work / "within", end, limits.seconds)
    )
    looked = look_at_pictures(
        documents, programme, readers, work / "seals", limits.picture_seconds, passwords
    )
    return Submission(
        raw=raw,
        message=message,
        subject=subject,
        packages=tuple(opened.packages),
        containers=tuple(opened.containers),
        files=tuple(_with_fields(one, programme) for one in looked.files),
        aside=(*aside, *looked.within),
        findings=(*findings, *looked.findings),
        forwarded=carried.inner,
        authenticity=authenticity,
        earlier_volumes=opened.offered,
        fields_by=fields_digest(programme),
    )


def _message(raw: RawMessage, work: Path, readers: Readers) -> Message:
    """Raises: MailTrouble where the mail itself cannot be read: to go on as if it said nothing
    would tell the sender that nothing came."""
    parts = work / "parts"
    parts.mkdir()
    try:
        return readers.read_message(raw.path, parts)
    except ReaderFailed as failure:
        raise MailTrouble(
            f"The mail {raw.sha256} cannot be read: {failure}.",
            "Its bytes are kept as they came; open them with a mail program.",
        ) from failure


def _told_of_arrival(
    raw: RawMessage, message: Message, subject: NameReading | None
) -> Iterator[Finding]:
    """What is to be said of how the mail came."""
    if raw.routed is not None:
        yield raw.routed
    if raw.junk:
        yield Finding("mail.from_junk", about=raw.folder)
    if raw.forwarded is None:
        return
    sender = message.sender[0].address if message.sender else "—"
    params = {"by": raw.forwarded.by or "—", "sender": sender}
    yield Finding("forward.received_through", params=params)
    if raw.forwarded.quoted:
        yield Finding("forward.quoted")
    yield from told_of_subject(raw, message, subject)


def _with_fields(file: SubmittedFile, programme: Programme) -> SubmittedFile:
    if file.document is None:
        return file
    return replace(file, document=with_fields(file.document, programme))


def _quoted_file(inner: InnerMail) -> SubmittedFile:
    """A mail that we made ourselves; nothing of this name was attached."""
    assert inner.stored is not None
    return SubmittedFile(inner.path, inner.size, inner.sha256, MAIL, inner.stored)


def _number(subject: NameReading | None, attached: list[Attached], programme: Programme) -> str:
    """The application number as far as the names tell it, "" where they do not."""
    if subject is not None and subject.application_no:
        return subject.application_no
    names = (one.attachment.name for one in attached if is_package(one))
    readings = (package_named(name, programme) for name in names)
    return next((one.application_no for one in readings if one and one.application_no), "")


def _passwords(programme: Programme, raw: RawMessage, message: Message) -> tuple[str, ...]:
    """Candidates for closed packages, in order: the one that the programme has agreed on, then
    those that stand in the mail's own text or in the subjects. None is ever guessed."""
    agreed = (programme.package.password,) if programme.package.password else ()
    outer = raw.forwarded.subject if raw.forwarded else ""
    told = (passwords_in(text) for text in (message.text, message.subject, outer))
    return tuple(dict.fromkeys((*agreed, *(one for found in told for one in found))))
