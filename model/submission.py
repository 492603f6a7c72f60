"""The facts of one mail, brought together; nothing here is judged yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model.authenticity import Authenticity
from model.container import Container
from model.document import Document
from model.finding import Finding
from model.forwarded import InnerMail
from model.message import Message, RawMessage
from model.reading import NameReading


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """One file that a person would look at: an attachment, or a member of a package.

    path: as shown and filed, unique within the mail. name: its last part.
    stored: where the bytes lie now. document: None where it was not opened for reading.
    earlier: the archived version that it lies in, where an earlier mail brought it and this one
    only adds to it; 0 for what came with this mail.
    """

    path: str
    size: int
    sha256: str
    media_type: str
    stored: Path
    container: str = ""
    document: Document | None = None
    earlier: int = 0

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Package:
    """One archive that was attached. name: as sent; reading: its name by the naming rule.
    format: by content. opened: at least one member came out."""

    name: str
    size: int
    sha256: str
    format: str
    reading: NameReading | None
    opened: bool
    encrypted: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class EarlierVolume:
    """A file of an earlier mail that may be a volume of an archive. name: as filed. path: where it
    lies. expired: it came too long ago to be joined with what comes now."""

    name: str
    path: Path
    size: int
    sha256: str
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """Everything known about one mail.

    files: what the checklist is made from. aside: filed too, but nobody's material: packages that
    stayed closed or came out in part, and pictures of the mail's own layout.
    findings: those made while reading. forwarded: mails inside this one that are submissions of
    their own; they lie among `aside`. earlier_volumes: digests of files of earlier mails that
    were there to be joined with this one's packages. fields_by: digest of the rules, and of
    the software, by which the fields of forms were read.
    """

    raw: RawMessage
    message: Message
    subject: NameReading | None
    packages: tuple[Package, ...]
    containers: tuple[Container, ...]
    files: tuple[SubmittedFile, ...]
    aside: tuple[SubmittedFile, ...]
    findings: tuple[Finding, ...]
    forwarded: tuple[InnerMail, ...] = ()
    earlier_volumes: tuple[str, ...] = ()
    authenticity: Authenticity | None = None
    fields_by: str = ""
