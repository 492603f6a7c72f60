"""The documents of one mail, read one after the other, and the files that lie within them.

Whatever a reader process does (dies, hangs, runs out of memory) becomes a finding on the file
it was reading, and the rest of the mail is read all the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from intake.packages import REASONS
from model.document import Document, ReadLimits
from model.errors import ReaderFailed
from model.finding import Finding
from model.submission import SubmittedFile
from parsers.archives.names import Names, safe_path
from parsers.documents.about import about_file
from parsers.isolation import Readers

WITHIN = ".内嵌"
"""What the folder of a document's own files is called: the document's name and this."""
MOST_LEVELS = 2
"""A document within a document is read; what lies in that one is filed, and no deeper."""


@dataclass(slots=True)
class ReadFiles:
    """files: as given, with their documents. within: files that lay in them."""

    files: list[SubmittedFile] = field(default_factory=list)
    within: list[SubmittedFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a mail's documents needs. folder: private, for what lies within them. end:
    `time.monotonic()` when the mail's time is over, `seconds` how long that was."""

    readers: Readers
    limits: ReadLimits
    passwords: tuple[str, ...]
    folder: Path
    end: float
    seconds: float


def read_documents(files: Sequence[SubmittedFile], reading: Reading) -> ReadFiles:
    """Read every file, in order, until the mail's share of time is used up."""
    found = ReadFiles()
    for number, file in enumerate(files, 1):
        done = _read(file, reading, reading.folder / str(number), found)
        found.files.append(done)
        found.within.extend(_within(done, reading, reading.folder / f"{number}-within", found, 1))
    return found


def _read(file: SubmittedFile, reading: Reading, into: Path, found: ReadFiles) -> SubmittedFile:
    left = reading.end - time.monotonic()
    if left <= 0:
        params = {"seconds": f"{reading.seconds:g}"}
        found.findings.append(Finding("mail.budget_spent", file.path, params))
        return file
    into.mkdir(parents=True)
    limits = replace(reading.limits, wall_seconds=min(reading.limits.wall_seconds, left))
    try:
        document = reading.readers.read_document(file.stored, limits, reading.passwords, into)
    except ReaderFailed as failure:
        finding = Finding("document.reader_failed", params={"reason": REASONS[failure.reason]})
        document = Document(file.media_type, findings=(finding,), readable=False)
    return replace(file, document=about_file(document, file.path))


def _within(
    file: SubmittedFile, reading: Reading, folder: Path, found: ReadFiles, level: int
) -> Iterator[SubmittedFile]:
    """The files that lay in a document, each read in its turn."""
    assert file.document is not None or level == 1
    names = Names()
    for number, one in enumerate(file.document.embedded if file.document else (), 1):
        if one.stored is None:
            continue
        name = names.unique(safe_path(one.name or f"内嵌文件{number}").replace("/", "_"))
        try:
            media_type = reading.readers.detect(one.stored)
        except ReaderFailed:
            media_type = "application/octet-stream"
        path = f"{file.path}{WITHIN}/{name}"
        inner = SubmittedFile(path, one.size, one.sha256, media_type, one.stored, file.path)
        done = _read(inner, reading, folder / str(number), found)
        yield done
        if level < MOST_LEVELS:
            yield from _within(done, reading, folder / f"{number}-within", found, level + 1)
