"""Mails within a mail that are submissions of their own: attached as mails, or quoted in its text.

A bureau forwards the mails of its enterprises, one or ten in a mail. Each is filed and answered by
itself; the mail around them is filed as what carried them. What is attached as a mail but brings
nothing (a receipt of ours, an earlier correspondence) stays a file like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checks.automatic import machine_made
from intake.attached import SIGNATURES, Attached
from intake.quoted import write_quoted
from model.errors import ReaderFailed
from model.finding import Finding
from model.forwarded import InnerMail
from model.message import Message, RawMessage
from model.naming import NamingRule
from model.programme import Programme
from model.reading import NameReading
from parsers.archives import is_archive
from parsers.isolation import Readers
from parsers.message.quoted import quoted_mails
from parsers.subject import read_package_name

DEEPEST = 4
"""Mails within mails are taken apart so far; whoever sends more is not forwarding."""
MOST = 500


@dataclass(frozen=True, slots=True)
class Carried:
    """inner: the mails that are submissions of their own. apart: the attachments that went into
    them, which are no files of the outer mail's own submission."""

    inner: tuple[InnerMail, ...] = ()
    apart: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def carried_by(
    raw: RawMessage,
    message: Message,
    attached: list[Attached],
    subject: NameReading | None,
    programme: Programme,
    work: Path,
    readers: Readers,
) -> Carried:
    """What the mail carries for others. work: an empty folder to read and write mails in."""
    if not programme.forwarding.split or message.media_type == "multipart/report":
        return Carried()
    mails = [one for one in attached if one.is_mail]
    if not mails:
        return _quoted(raw, message, attached, subject, programme, work)
    if raw.forwarded and raw.forwarded.depth >= DEEPEST:
        return Carried(findings=(Finding("forward.too_deep", params={"limit": str(DEEPEST)}),))
    inner: dict[str, InnerMail] = {}
    apart: set[str] = set()
    findings: list[Finding] = []
    for number, one in enumerate(mails, 1):
        if number > MOST:
            findings.append(Finding("forward.too_many", params={"limit": str(MOST)}))
            break
        try:
            told = readers.read_message(one.attachment.path, work / f"{number:04d}")
        except ReaderFailed:
            findings.append(Finding("forward.unreadable", one.path))
            continue
        if not _is_submission(told):
            continue
        apart.add(one.path)
        inner[one.attachment.sha256] = InnerMail(
            sha256=one.attachment.sha256,
            size=one.attachment.size,
            name=one.attachment.name,
            subject=told.subject,
            sender=told.sender[0].address if told.sender else "",
            path=one.path,
            stored=one.attachment.path,
        )
    return Carried(tuple(inner.values()), frozenset(apart), tuple(findings))


def _is_submission(told: Message) -> bool:
    """Whether an attached mail brings something: files (others' mails among them), or links."""
    if machine_made(told):
        return False
    files = [
        one
        for one in told.attachments
        if one.media_type not in SIGNATURES and not (one.content_id and one.disposition == "inline")
    ]
    return bool(files or told.links)


def _quoted(
    raw: RawMessage,
    message: Message,
    attached: list[Attached],
    subject: NameReading | None,
    programme: Programme,
    work: Path,
) -> Carried:
    """Several applicants' packages in one mail whose subject names none of them, as a program
    leaves them that forwards within the text: one mail for each package."""
    naming = programme.naming
    if naming is None or (subject and subject.application_no and subject.full_name):
        return Carried()
    by_number = _packages_by_number(attached, naming)
    if len(by_number) < 2:
        return Carried()
    quotes = quoted_mails(message.text)
    inner: list[InnerMail] = []
    apart: set[str] = set()
    for number, packages in by_number.items():
        name = next(reading.full_name or "" for _, reading in packages)
        fitting = [one for one in quotes if number in one.text or name in one.text]
        files = [one for one, _ in packages]
        # The number is an applicant's word, and may hold what no file's name may.
        to = work / f"quoted-{len(inner) + 1}.eml"
        inner.append(write_quoted(raw, message, fitting[0] if fitting else None, files, to))
        apart.update(one.path for one in files)
    return Carried(tuple(inner), frozenset(apart))


def _packages_by_number(
    attached: list[Attached], naming: NamingRule
) -> dict[str, list[tuple[Attached, NameReading]]]:
    """The packages whose names say whose they are."""
    found: dict[str, list[tuple[Attached, NameReading]]] = {}
    for one in attached:
        if is_archive(one.media_type):
            reading = read_package_name(one.attachment.name, naming)
            if reading.application_no and reading.full_name:
                found.setdefault(reading.application_no, []).append((one, reading))
    return found
