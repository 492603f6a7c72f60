"""`intake export`: the files in force of many applications, copied out and indexed."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from intake.export.index import Index, LeftOut, page, write_workbook
from intake.export.plan import Bundle, plan
from intake.export.target import MANIFEST, Folder, Manifest, Target, Zip, built_beside, check
from intake.sheets.application import Progress, applications
from intake.workplace import Workplace
from model.errors import ArchiveError, IntakeError
from model.programme import Programme
from model.verdict import Outcome
from parsers.archives.names import Names

WORKBOOK, PAGE = "index.xlsx", "index.html"
FOLDER_NAME_BYTES = 230
"""Room for `.zip` and for a number that tells two of the same name apart."""


@dataclass(frozen=True, slots=True)
class Packed:
    """left_out: applications whose archived bytes could not be read or are not what was filed."""

    applicants: int
    files: int
    bytes: int
    left_out: tuple[LeftOut, ...]


@dataclass(slots=True)
class _Made:
    """What was copied so far."""

    bundles: list[Bundle] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def export_package(
    place: Workplace,
    into: Path,
    programme: str,
    outcomes: frozenset[Outcome],
    *,
    zip_each: bool = False,
    progress: Progress | None = None,
) -> Packed:
    """Copy the files in force of every application with one of the outcomes.

    into: a new or empty folder, or the name of a new .zip. zip_each: a ZIP for each applicant
    instead of a folder. A damaged application is left out whole, and told in the index.

    Raises: IntakeError where `into` holds something already, or cannot be written.
    """
    rules = place.programme(programme)
    now = place.clock().astimezone(rules.zone)
    one_zip = into.suffix.lower() == ".zip"
    if one_zip and zip_each:
        raise IntakeError(
            "One ZIP cannot hold a ZIP for each applicant.",
            "Give a folder with --into, or leave --zip-each out.",
        )
    made, manifest = _Made(), Manifest([])
    with (
        built_beside(into, folder=not one_zip) as part,
        _target(part, into.stem, now, manifest, one_zip=one_zip) as target,
    ):
        for bundle in _bundles(place, rules, outcomes, made, progress):
            if zip_each:
                _zip_bundle(part, bundle, now, manifest)
            else:
                target.folder(bundle.folder)
                _copy_bundle(target, bundle, f"{bundle.folder}/")
        index = Index(rules, made.bundles, made.left_out, now, zip_each)
        with tempfile.TemporaryDirectory(prefix="intake-index-") as scratch:
            workbook = Path(scratch) / WORKBOOK
            write_workbook(index, workbook)
            target.write(WORKBOOK, workbook.read_bytes())
        target.write(PAGE, "".join(page(index)).encode())
        target.write(MANIFEST, manifest.data())
    copies = [one for bundle in made.bundles for one in bundle.copies]
    size = sum(one.size for one in copies)
    return Packed(len(made.bundles), len(copies), size, tuple(made.left_out))


def _bundles(
    place: Workplace,
    rules: Programme,
    outcomes: frozenset[Outcome],
    made: _Made,
    progress: Progress | None,
) -> Iterator[Bundle]:
    """Every application that is wanted and whole, its bytes compared with their digests."""
    names = Names(FOLDER_NAME_BYTES)
    with place.ledger.read() as tx:
        for one in applications(place, tx, rules.id, archive=True, wanted=_among(outcomes)):
            try:
                if one.trouble:
                    raise ArchiveError(one.trouble)
                bundle = plan(one, names)
                for copy in bundle.copies:
                    check(copy.source, copy.sha256)
            except ArchiveError as error:
                made.left_out.append(LeftOut(one.number, one.row.full_name, error.problem))
                continue
            yield bundle
            made.bundles.append(bundle)
            if progress:
                progress()


def _among(outcomes: frozenset[Outcome]) -> Callable[[str], bool]:
    return lambda outcome: Outcome(outcome) in outcomes


@contextmanager
def _target(
    part: Path, name: str, now: datetime, manifest: Manifest, *, one_zip: bool
) -> Iterator[Target]:
    if not one_zip:
        yield Folder(part, manifest)
        return
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        yield Zip(archive, f"{name}/", now, manifest)


def _copy_bundle(target: Target, bundle: Bundle, below: str) -> None:
    for one in bundle.copies:
        target.copy(f"{below}{one.path}", one.source, one.sha256)


def _zip_bundle(part: Path, bundle: Bundle, now: datetime, manifest: Manifest) -> None:
    """A ZIP with a list of digests of its own inside."""
    path = part / f"{bundle.folder}.zip"
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        own = Manifest([])
        inside = Zip(archive, f"{bundle.folder}/", now, own)
        _copy_bundle(inside, bundle, "")
        inside.write(MANIFEST, own.data())
    manifest.seal(path, path.name)
