"""One file read whole, apart from any mail: what `intake read` shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from intake.fields import with_fields
from intake.pictures import Picture, groups, read_pages
from model.document import Document, ReadLimits, ScannedPage, ScanRequest
from model.finding import Finding
from model.programme import Programme
from parsers.documents.about import about_file
from parsers.documents.scanned import with_scans
from parsers.isolation import Readers
from parsers.pages import PICTURES

Progress = Callable[[int, int], None]
"""Pages looked at, and all that are."""


def read_alone(
    path: Path,
    programme: Programme,
    readers: Readers,
    limits: ReadLimits,
    folder: Path,
    *,
    passwords: tuple[str, ...] = (),
    pictures: bool = True,
    progress: Progress | None = None,
) -> Document:
    """The file with every page that is a picture read, all pages looked through for seals, and
    the programme's fields. folder: an empty private one, for seals and files within it.

    Raises: ReaderFailed where it cannot be read at all.
    """
    within, seals = folder / "within", folder / "seals"
    within.mkdir()
    seals.mkdir()
    document = about_file(readers.read_document(path, limits, passwords, within), path.name)
    if pictures and document.media_type in PICTURES:
        picture = Picture(path, document.media_type, path.name)
        document = _with_pictures(document, picture, readers, seals, passwords, progress)
    return with_fields(document, programme)


def _with_pictures(
    document: Document,
    picture: Picture,
    readers: Readers,
    folder: Path,
    passwords: tuple[str, ...],
    progress: Progress | None,
) -> Document:
    pages = [page.number for page in document.pages]
    scans: list[ScannedPage] = []
    told: list[Finding] = []
    for some in groups(pages):
        text = tuple(number for number in some if number in document.scanned)
        request = ScanRequest(text, tuple(some), folder, passwords)
        for one in read_pages(picture, request, readers, float("inf")):
            if isinstance(one, ScannedPage):
                scans.append(one)
            else:
                told.append(one)
        if progress:
            progress(len(scans) + len(told), len(pages))
    done = frozenset(one.number for one in scans)
    document = with_scans(document, scans, done.intersection(document.scanned), done)
    document = replace(document, findings=(*document.findings, *told))
    return about_file(document, picture.about)
