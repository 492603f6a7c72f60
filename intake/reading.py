"""Reads one mail to the bottom: message, packages, documents → a Submission.

Whatever a reader process does (dies, hangs, runs out of memory) becomes a finding on the file
it was reading, and the rest of the mail is read all the same.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from model.container import Container, MemberOutcome, Unpacked, UnpackLimits
from model.document import Document, ReadLimits
from model.errors import MailTrouble, ReaderFailed
from model.finding import Finding
from model.message import Attachment, Message, RawMessage
from model.programme import Programme
from model.reading import NameReading
from model.submission import Package, Submission, SubmittedFile
from parsers.archives import is_archive
from parsers.archives.names import Names, safe_path
from parsers.documents import about_file
from parsers.isolation import Readers
from parsers.subject import read_package_name, read_subject

REASONS = {"timeout": "处理超时", "memory": "内存超限", "crash": "读取程序异常退出"}
CLOSED = frozenset({"package.encrypted"})


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What reading one mail may cost. seconds: for its packages and documents together."""

    unpack: UnpackLimits = field(default_factory=UnpackLimits)
    read: ReadLimits = field(default_factory=ReadLimits)
    seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class _Attached:
    """An attachment with the path it is filed under and what its bytes are."""

    attachment: Attachment
    path: str
    media_type: str


def read_submission(
    raw: RawMessage, programme: Programme, work: Path, readers: Readers, limits: ReadingLimits
) -> Submission:
    """All facts of one mail. work: an empty private directory for parts and members."""
    end = time.monotonic() + limits.seconds
    message = _message(raw, work, readers)
    findings = list(message.findings)
    attached = _attached(message, readers)
    packages: list[Package] = []
    containers: list[Container] = []
    files: list[SubmittedFile] = []
    aside: list[SubmittedFile] = []
    # A picture in the text is the signature's logo where other files came, and may be a page
    # photographed on a phone where none did.
    among_files = any(not _is_decoration(one) for one in attached)
    left = limits.unpack
    # The volumes of one archive are told by their names, so all are shown to the unpacker.
    siblings = {one.attachment.name: one.attachment.path for one in attached}
    for one in attached:
        if not is_archive(one.media_type):
            (aside if among_files and _is_decoration(one) else files).append(_as_file(one))
            continue
        wall = min(left.wall_seconds, max(end - time.monotonic(), 1.0))
        share = replace(left, wall_seconds=wall)
        unpacked = _unpack(one, programme, work, readers, share, siblings)
        left = _less(left, unpacked)
        members = _members(unpacked)
        package = _package(one, unpacked, members, programme)
        packages.append(package)
        containers.extend(unpacked.containers)
        findings.extend(unpacked.findings)
        files.extend(members)
        if not package.complete:
            aside.append(_as_file(one))
    read, unread = _documents(files, readers, limits, end)
    subject = _subject(message, programme)
    return Submission(
        raw=raw,
        message=message,
        subject=subject,
        packages=tuple(packages),
        containers=tuple(containers),
        files=tuple(read),
        aside=tuple(aside),
        findings=(*findings, *unread),
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


def _subject(message: Message, programme: Programme) -> NameReading | None:
    naming = programme.naming
    if naming is None or "subject" not in naming.applies_to:
        return None
    return read_subject(message.subject, naming)


def _attached(message: Message, readers: Readers) -> list[_Attached]:
    names = Names()
    found = []
    for number, one in enumerate(message.attachments, 1):
        path = names.unique(safe_path(one.name or f"附件{number}").replace("/", "_"))
        try:
            media_type = readers.detect(one.path)
        except ReaderFailed:
            media_type = "application/octet-stream"
        found.append(_Attached(one, path, media_type))
    return found


def _is_decoration(one: _Attached) -> bool:
    """A picture that belongs to the mail's own layout: a logo in a signature."""
    return (
        one.media_type.startswith("image/")
        and one.attachment.disposition == "inline"
        and bool(one.attachment.content_id)
    )


def _as_file(one: _Attached) -> SubmittedFile:
    return SubmittedFile(
        path=one.path,
        size=one.attachment.size,
        sha256=one.attachment.sha256,
        media_type=one.media_type,
        stored=one.attachment.path,
    )


def _unpack(
    one: _Attached,
    programme: Programme,
    work: Path,
    readers: Readers,
    limits: UnpackLimits,
    siblings: dict[str, Path],
) -> Unpacked:
    into = work / "members" / one.attachment.path.name
    into.mkdir(parents=True)
    passwords = (programme.package.password,) if programme.package.password else ()
    try:
        return readers.unpack(
            one.attachment.path,
            into,
            name=one.path,
            prefix=one.path,
            passwords=passwords,
            limits=limits,
            siblings=siblings,
        )
    except ReaderFailed as failure:
        params = {"reason": REASONS[failure.reason]}
        return Unpacked(
            containers=(
                Container(one.path, one.media_type, one.attachment.size, (), complete=False),
            ),
            findings=(Finding("mail.unpacking_failed", one.path, params),),
        )


def _less(limits: UnpackLimits, unpacked: Unpacked) -> UnpackLimits:
    """What the mail's next package may still cost."""
    used = sum(member.size for member in unpacked.members if member.stored)
    return replace(
        limits,
        total_bytes=max(limits.total_bytes - used, 1),
        members=max(limits.members - len(unpacked.members), 1),
    )


def _members(unpacked: Unpacked) -> list[SubmittedFile]:
    return [
        SubmittedFile(
            path=member.path,
            size=member.size,
            sha256=member.sha256,
            media_type=member.media_type,
            stored=member.stored,
            container=member.container,
        )
        for member in unpacked.members
        if member.outcome is MemberOutcome.STORED and member.stored is not None
    ]


def _package(
    one: _Attached, unpacked: Unpacked, members: list[SubmittedFile], programme: Programme
) -> Package:
    outermost = unpacked.containers[0] if unpacked.containers else None
    naming = programme.naming
    reading = None
    if naming is not None and "package" in naming.applies_to:
        reading = read_package_name(one.attachment.name, naming)
    return Package(
        name=one.attachment.name or one.path,
        size=one.attachment.size,
        sha256=one.attachment.sha256,
        format=outermost.format if outermost else one.media_type,
        reading=reading,
        opened=bool(members),
        encrypted=any(finding.code in CLOSED for finding in unpacked.findings),
        complete=bool(members) and all(container.complete for container in unpacked.containers),
    )


def _documents(
    files: list[SubmittedFile], readers: Readers, limits: ReadingLimits, end: float
) -> tuple[list[SubmittedFile], list[Finding]]:
    """Read every file, in order, until the mail's share of time is used up."""
    read: list[SubmittedFile] = []
    unread: list[Finding] = []
    for file in files:
        left = end - time.monotonic()
        if left <= 0:
            params = {"seconds": f"{limits.seconds:g}"}
            unread.append(Finding("mail.budget_spent", file.path, params))
            read.append(file)
            continue
        share = replace(limits.read, wall_seconds=min(limits.read.wall_seconds, left))
        read.append(replace(file, document=_document(file, readers, share)))
    return read, unread


def _document(file: SubmittedFile, readers: Readers, limits: ReadLimits) -> Document:
    try:
        document = readers.read_document(file.stored, limits)
    except ReaderFailed as failure:
        finding = Finding("document.reader_failed", params={"reason": REASONS[failure.reason]})
        document = Document(file.media_type, findings=(finding,), readable=False)
    return about_file(document, file.path)
