"""Pages read as pictures before the receipt goes: which of them, and what comes of it.

A few pages go to a reader process together; where it dies over them they are tried one by one,
so that a single page costs nobody else its text.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

from checks.recognition import Match, assign
from intake.documents import ReadFiles
from intake.packages import REASONS
from model.document import Document, ScannedPage, ScanRequest
from model.errors import ReaderFailed
from model.finding import Finding
from model.programme import AtIntake, Programme
from model.submission import SubmittedFile
from parsers.documents.about import about_file
from parsers.documents.scanned import with_scans
from parsers.isolation import Readers
from parsers.pages import PICTURES

PAGES_TOGETHER = 4
PAGE_SECONDS = 90.0
"""Longer than the slowest page takes; a reader that needs more hangs."""
NO_SUCH_PAGE = "文件中没有该页"


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be looked at of one file. text, seals: numbers of pages."""

    path: str
    text: tuple[int, ...]
    seals: tuple[int, ...]


def look_at_pictures(
    read: ReadFiles,
    programme: Programme,
    readers: Readers,
    folder: Path,
    seconds: float,
    passwords: tuple[str, ...],
) -> ReadFiles:
    """The same files, with what the pictures of their pages say. folder: private, for the seals'
    cut-outs. A picture within a document counts as a page of that document."""
    if not readers.scanners:
        return read
    end = time.monotonic() + seconds
    looks = {one.path: one for one in plan(read, programme)}

    def looked(number: int, file: SubmittedFile) -> SubmittedFile:
        look = looks.get(file.path)
        if look is None:
            return file
        document = look_at(file, look, readers, folder / str(number), end, passwords)
        return replace(file, document=about_file(document, file.path))

    within = [looked(number, one) for number, one in enumerate(read.within, len(read.files))]
    files = [with_inner_pages(looked(number, one), within) for number, one in enumerate(read.files)]
    return ReadFiles(files, within, read.findings)


def plan(read: ReadFiles, programme: Programme) -> list[Look]:
    """What is read before the receipt goes: the forms first, then scans that nothing names, and
    what else the programme asks for, within its numbers of pages."""
    rule = programme.reading
    if rule.at_intake is AtIntake.NONE:
        return []
    matches = assign(tuple(read.files), programme).matches
    ranks = {one.path: _rank(one, matches.get(one.path, ()), programme) for one in read.files}
    shown = [
        (ranks[file.container if file in read.within else file.path], file)
        for file in (*read.files, *(one for one in read.within if one.container in ranks))
        if file.media_type in PICTURES and file.document is not None and file.document.pages
    ]
    left = rule.pages_per_mail
    looks = []
    for rank, file in sorted(shown, key=lambda one: one[0]):
        if rank is Rank.OTHER and rule.at_intake is not AtIntake.ALL:
            break
        assert file.document is not None
        text = file.document.unread[: min(rule.pages_per_file, left)]
        left -= len(text)
        seals = tuple(page.number for page in file.document.pages)[: rule.seal_pages_per_file]
        look = Look(file.path, text, seals if rank is not Rank.OTHER else ())
        if look.text or look.seals:
            looks.append(look)
    return looks


class Rank(IntEnum):
    """Which files are looked at first."""

    FORM = 0
    UNKNOWN = 1
    OTHER = 2


def _rank(file: SubmittedFile, matches: tuple[Match, ...], programme: Programme) -> Rank:
    """A form wants a seal; of an unknown file nothing but its pictures can tell what it is."""
    wanted = [programme.material(one.material) for one in matches]
    if any(one.seal for one in wanted):
        return Rank.FORM
    document = file.document
    pictures = document is not None and bool(document.unread or not document.text)
    return Rank.UNKNOWN if pictures and all(one.rest for one in wanted) else Rank.OTHER


def with_inner_pages(file: SubmittedFile, within: Sequence[SubmittedFile]) -> SubmittedFile:
    """A document with what was read off the pictures in it, as pages behind its own."""
    document = file.document
    inner = [
        one.document
        for one in within
        if one.container == file.path and one.document is not None and one.document.looked_at
    ]
    if document is None or not inner:
        return file
    for one in inner:
        shift = max((page.number for page in document.pages), default=0)
        document = replace(
            document,
            blocks=(*document.blocks, *(replace(b, page=b.page + shift) for b in one.blocks)),
            pages=(*document.pages, *(replace(p, number=p.number + shift) for p in one.pages)),
            tables=(*document.tables, *(replace(t, page=t.page + shift) for t in one.tables)),
            seals=(*document.seals, *(replace(s, page=s.page + shift) for s in one.seals)),
            looked_at=(*document.looked_at, *(number + shift for number in one.looked_at)),
            grey=(*document.grey, *(number + shift for number in one.grey)),
        )
    return replace(file, document=document)


def look_at(
    file: SubmittedFile,
    look: Look,
    readers: Readers,
    folder: Path,
    end: float,
    passwords: tuple[str, ...] = (),
) -> Document:
    """The file's document with what its pictures say. folder: where cut-outs of seals go. end:
    `time.monotonic()` when the mail's time is over; pages of later are left for another run."""
    assert file.document is not None
    folder.mkdir(parents=True, exist_ok=True)
    requests = [
        ScanRequest(
            text=tuple(n for n in some if n in look.text),
            seals=tuple(n for n in some if n in look.seals),
            into=folder,
            passwords=passwords,
        )
        for some in groups(sorted({*look.text, *look.seals}))
    ]
    picture = Picture(file.stored, file.media_type, file.path)
    with ThreadPoolExecutor(max(readers.scanners, 1), "pictures") as threads:
        found = list(
            threads.map(lambda one: list(read_pages(picture, one, readers, end)), requests)
        )
    scans = [one for some in found for one in some if isinstance(one, ScannedPage)]
    told = [one for some in found for one in some if isinstance(one, Finding)]
    done = frozenset(one.number for one in scans)
    document = with_scans(
        file.document, scans, done.intersection(look.text), done.intersection(look.seals)
    )
    return replace(document, findings=(*document.findings, *told))


def groups(pages: Sequence[int]) -> list[Sequence[int]]:
    """Pages that go to a reader together."""
    return [pages[at : at + PAGES_TOGETHER] for at in range(0, len(pages), PAGES_TOGETHER)]


@dataclass(frozen=True, slots=True)
class Picture:
    """A file whose pages are looked at. about: its path, as findings name it."""

    stored: Path
    media_type: str
    about: str


def read_pages(
    picture: Picture, request: ScanRequest, readers: Readers, end: float
) -> Iterator[ScannedPage | Finding]:
    """The pages of one request, one by one where they cannot be had together. Each is answered, as
    it was read or by a finding that says why not."""
    pages = sorted({*request.text, *request.seals})
    left = end - time.monotonic()
    if left <= 0:
        yield Finding("reading.postponed", picture.about, {"pages": _listed(pages)})
        return
    seconds = min(PAGE_SECONDS * len(pages), left)
    try:
        scans = readers.read_scans(picture.stored, picture.media_type, request, seconds)
    except ReaderFailed as failure:
        if len(pages) == 1:
            params = {"page": str(pages[0]), "reason": REASONS[failure.reason]}
            yield Finding("reading.page_failed", picture.about, params)
            return
        for number in pages:
            alone = replace(
                request,
                text=tuple(n for n in request.text if n == number),
                seals=tuple(n for n in request.seals if n == number),
            )
            yield from read_pages(picture, alone, readers, end)
        return
    yield from scans
    for number in sorted({*pages} - {one.number for one in scans}):
        params = {"page": str(number), "reason": NO_SUCH_PAGE}
        yield Finding("reading.page_failed", picture.about, params)


def _listed(pages: Sequence[int]) -> str:
    first, last = min(pages), max(pages)
    return str(first) if first == last else f"{first}-{last}"
