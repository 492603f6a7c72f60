"""Pages that were left for later are read: scans of many pages, for which no receipt waits.

What was read is kept page by page, so that a run that ends goes on where it was. When all pages
of an application's files are read, one new version is filed with their text; nothing is judged
anew and no letter is written.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from intake.alone import alone
from intake.contents import EVIDENCE, RECORD, decode_facts, decode_record, encode_record, texts_of
from intake.contents import filed_facts as facts_of
from intake.evidence import sending_evidence
from intake.kept_pages import KeptPages
from intake.pictures import Picture, groups, read_pages
from intake.rebuild import enter_missing
from intake.turns import application_lock
from intake.version import software_version
from intake.workplace import Workplace
from model.document import Document, ScannedPage, ScanRequest
from model.errors import IntakeError
from model.record import AnswerState, FiledFile, FiledFinding, Record, RecordKind
from parsers.documents.about import about_file
from parsers.documents.scanned import with_scans
from parsers.pages import PICTURES
from storage.archive import Content, FiledVersion
from storage.ledger import filing, leases, queries

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
"""Longer than one group of pages takes; renewed after each."""


@dataclass(slots=True)
class Enriched:
    """What one run did. pages: read in this run. left: pages that still wait. busy: applications
    that another process is at. failed: those that a fault of ours stopped at, told in the log."""

    pages: int = 0
    filed: list[str] = field(default_factory=list)
    left: int = 0
    busy: int = 0
    failed: list[str] = field(default_factory=list)


FOR_A_PERSON = ("person", "pend")

Progress = Callable[[str, int, int], None]
"""A file's path, its pages read so far, and all that it had to read."""


def enrich(
    place: Workplace,
    *,
    object_id: str | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Enriched:
    """Read what waits, oldest first. object_id: of this application alone. seconds: begin no
    further pages after that long."""
    end = None if seconds is None else time.monotonic() + seconds
    with place.ledger.read() as tx:
        waiting = queries.with_unread_pages(tx)
    done = Enriched()
    for programme, name in waiting:
        if object_id is not None and name != object_id:
            continue
        if end is not None and time.monotonic() >= end:
            break
        with alone(place, f"enrich:{programme}:{name}", LEASE) as owner:
            if owner is None:
                done.busy += 1
                continue
            try:
                if _one(place, programme, name, owner, end, done, progress):
                    done.filed.append(name)
            except IntakeError:
                raise
            except Exception:  # one application's trouble must not keep the others waiting
                logger.exception("The pages of %s could not be read.", name)
                done.failed.append(name)
    with place.ledger.read() as tx:
        done.left = queries.unread_pages(tx)
    return done


def _one(
    place: Workplace, programme: str, name: str, owner: str, end: float | None, done: Enriched,
    progress: Progress | None,
) -> bool:  # fmt: skip
    """Read one application's pages; True where all are read and a version was filed."""
    version = place.archive(programme).head(name)
    assert version is not None
    record = decode_record(version.path(RECORD).read_bytes())
    agreed = place.programme(programme).package.password
    passwords = (agreed,) if agreed else ()
    if not _with_unread(record):
        _enter_filed(place, record)
        return False
    read: dict[str, list[ScannedPage]] = {}
    for file in _with_unread(record):
        kept = KeptPages(place.settings.data_dir / "enrich", file.sha256)
        pages = {one.number: one for one in kept.pages() if one.number in file.unread}
        for some in groups([number for number in file.unread if number not in pages]):
            if end is not None and time.monotonic() >= end:
                return False
            for page in _read(place, version.path(file.filed_as), file, tuple(some), passwords):
                kept.add(page)
                pages[page.number] = page
                done.pages += 1
            with place.ledger.write() as tx:
                leases.take(tx, f"enrich:{programme}:{name}", owner, place.clock(), LEASE)
            if progress:
                progress(file.path, len(pages), len(file.unread))
        read[file.filed_as] = list(pages.values())
    return _file(place, record, version, read)


def _with_pages(
    document: Document, file: FiledFile, head: FiledVersion, pages: list[ScannedPage]
) -> Document:
    numbers = frozenset(one.number for one in pages)
    document = about_file(with_scans(document, pages, numbers, frozenset()), file.path)
    seals = (
        replace(seal, image=head.path(str(seal.image)) if seal.image else None)
        for seal in document.seals
    )
    return replace(document, seals=tuple(seals))


def _enter_filed(place: Workplace, record: Record) -> None:
    """An earlier run was killed after it had filed the text, and before it had entered it."""
    with application_lock(place, record.programme, record.object_id):
        enter_missing(place, record.programme, record.object_id)
    _drop_kept(place, record)


def _drop_kept(place: Workplace, record: Record) -> None:
    for file in record.files:
        if file.media_type in PICTURES:
            KeptPages(place.settings.data_dir / "enrich", file.sha256).drop()


def _with_unread(record: Record) -> list[FiledFile]:
    return [one for one in record.files if one.unread and one.media_type in PICTURES]


def _read(
    place: Workplace,
    stored: Path,
    file: FiledFile,
    pages: tuple[int, ...],
    passwords: tuple[str, ...],
) -> Iterator[ScannedPage]:
    """One ScannedPage for each page. One that no process survives is entered without text, with
    its finding: it would be tried for ever."""
    picture = Picture(stored, file.media_type, file.path)
    request = ScanRequest(text=pages, passwords=passwords)
    found = list(read_pages(picture, request, place.readers, float("inf")))
    scans = {one.number: one for one in found if isinstance(one, ScannedPage)}
    told = {one.params["page"]: one for one in found if not isinstance(one, ScannedPage)}
    for number in pages:
        yield scans.get(number) or ScannedPage(number, findings=(told[str(number)],))


def _file(
    place: Workplace, record: Record, version: FiledVersion, read: dict[str, list[ScannedPage]]
) -> bool:
    """File a version with the new text, unless another one has come meanwhile."""
    archive = place.archive(record.programme)
    with application_lock(place, record.programme, record.object_id):
        enter_missing(place, record.programme, record.object_id)
        head = archive.head(record.object_id)
        if head is None or head.number != version.number:
            return False
        content = {name: Content(path=head.path(name)) for name in head.state}
        files: list[FiledFile] = []
        told: list[FiledFinding] = []
        for file in record.files:
            if file.filed_as not in read:
                files.append(file)
                continue
            before = decode_facts(head.path(file.facts).read_bytes())
            document = _with_pages(before, file, head, read[file.filed_as])
            told += [
                FiledFinding.of(one) for one in document.findings if one not in before.findings
            ]
            made, more = facts_of(file, document)
            content |= more
            files.append(made)
        made_record = replace(
            record,
            kind=RecordKind.ENRICH,
            files=tuple(files),
            findings=(*record.findings, *told),
            needs_person=record.needs_person or any(one.effect in FOR_A_PERSON for one in told),
            # The letter stays the one that was written: it is shown, and nothing is owed.
            answer=replace(record.answer, state=AnswerState.NONE, reason="enrich"),
            software_version=software_version(),
            processed_at=place.clock(),
            by="intake",
            reason="enrich",
        )
        content[RECORD] = Content(data=encode_record(made_record))
        with place.ledger.read() as tx:
            evidence = sending_evidence(tx, record.programme, record.object_id)
        if evidence is not None:
            content[EVIDENCE] = Content(data=evidence)
        filed = archive.file(
            record.object_id,
            content,
            created=made_record.processed_at,
            message=f"{made_record.kind.value} {record.message.sha256}",
            user_name=made_record.by,
            user_address="",
            expects=head.number + 1,
        )
        # Before it is entered: what a kill leaves here, the next run finds as filed already.
        _drop_kept(place, record)
        with place.ledger.write() as tx:
            filing.record(tx, made_record, filed.number, texts=texts_of(made_record, filed))
    return True
