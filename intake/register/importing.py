"""A file of issued numbers taken into the register: read, compared, filed, entered.

`plan` writes nothing. `carry_out` files the import as a new version and enters it in the ledger;
killed in between and done again, it finds the version, enters it, and sees that nothing is left
to change.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from intake.register.changes import Changes, changes, merged
from intake.register.entries import Entries, entries_of
from intake.register.in_force import (
    ORIGINAL,
    REGISTER,
    encode_import,
    enter_imports,
    register_archive,
    register_of,
)
from intake.register.table import read_table
from intake.tidy import private_folder
from intake.workplace import Workplace
from model.document import Document
from model.errors import IntakeError, ReaderFailed
from model.register import RegisterEntry, plain_number
from model.register_import import SCHEMA, ImportMode, RegisterImport
from parsers.archives.names import safe_path
from parsers.pages import PICTURES
from programmes.register_fields import register_fields
from storage.archive import Content
from storage.ledger import register as rows

CUT = ("document.limit_text", "document.limit_cells", "document.broken_part")
"""Findings that say that not all of a file was read."""
SHOW_AS = "Save it as .xlsx, or as .csv in UTF-8, with a line of column names above the entries."


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a file would do. path: a private copy of it. version: of the register in
    force, on which the changes rest. columns: heads in the file by the id of the field that they
    are taken for; unused: its other heads. sent: registered numbers with an application already.
    skipped: lines that are no entries (titles, totals, remarks), as (sheet, line, text).
    entries: the whole register as it would be."""

    programme: str
    mode: ImportMode
    file_name: str
    path: Path
    size: int
    sha256: str
    version: int
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    sent: frozenset[str]
    read: Entries
    skipped: tuple[tuple[str, int, str], ...]
    entries: tuple[RegisterEntry, ...]
    changes: Changes


@contextmanager
def plan(place: Workplace, file: Path, programme: str, mode: ImportMode) -> Iterator[Plan]:
    """Read the file and compare it with the register in force. What a killed import has left is
    settled first.

    Raises: IntakeError where it cannot be read, or holds no entry at all.
    """
    rules = place.programme(programme)
    register_archive(place).clear_staging()
    enter_imports(place, rules.id)
    with private_folder(place) as folder:
        copy = folder / "file"
        try:
            shutil.copyfile(file, copy)
        except OSError as error:
            raise IntakeError(f"{file} cannot be read: {error.strerror}.") from error
        within = folder / "within"
        within.mkdir()
        document = _read(place, copy, file, within)
        table = read_table(document, register_fields(rules))
        if not table.columns:
            raise IntakeError(
                f"{file}: no table with columns 申报编号 and 单位全称 is in it.",
                "Other names of these columns are known; see docs/operator.md. " + SHOW_AS,
            )
        read = entries_of(table.lines, table.columns, rules.naming)
        register = register_of(place, rules.id)
        entries = merged(register, read.entries, mode)
        with copy.open("rb") as bytes_:
            digest = hashlib.file_digest(bytes_, "sha256").hexdigest()
        yield Plan(
            programme=rules.id,
            mode=mode,
            file_name=file.name,
            path=copy,
            size=copy.stat().st_size,
            sha256=digest,
            version=register.version,
            columns=table.columns,
            unused=tuple(table.unused),
            sent=_sent(place, rules.id),
            read=read,
            skipped=tuple(table.skipped),
            entries=entries,
            changes=changes(register, entries),
        )


def carry_out(place: Workplace, planned: Plan, by: str) -> RegisterImport | None:
    """Make the planned entries the register in force; None where nothing changes by it.

    by: who imports, for the record.
    Raises: IntakeError where nothing would be left of the register; VersionConflict where another
    import came in between: nothing is written then.
    """
    if not planned.read.entries:
        raise IntakeError(
            "No line of the file can be an entry; the register stays as it is.",
            "Correct the lines that were refused.",
        )
    if not planned.changes and planned.version:
        return None
    original = ORIGINAL + safe_path(planned.file_name)
    made = RegisterImport(
        schema=SCHEMA,
        programme=planned.programme,
        version=planned.version + 1,
        at=place.clock(),
        by=by,
        mode=planned.mode,
        file_name=planned.file_name,
        size=planned.size,
        sha256=planned.sha256,
        original=original,
        entries=planned.entries,
        refused=planned.read.refused,
    )
    content = {
        REGISTER: Content(data=encode_import(made)),
        original: Content(path=planned.path),
    }
    register_archive(place).file(
        made.programme,
        content,
        created=made.at,
        message=f"import {made.sha256}",
        user_name=by,
        user_address="",
        expects=made.version,
    )
    with place.ledger.write() as tx:
        rows.enter(tx, made)
    return made


def _sent(place: Workplace, programme: str) -> frozenset[str]:
    with place.ledger.read() as tx:
        applications = rows.applications_of(tx, programme)
    return frozenset(plain_number(one.application_no) for one in applications)


def _read(place: Workplace, copy: Path, file: Path, within: Path) -> Document:
    """Raises: IntakeError where the file cannot be read as a table, or not to its end."""
    try:
        document = place.readers.read_document(copy, place.settings.read, (), within)
    except ReaderFailed as failure:
        raise IntakeError(f"{file} cannot be read: {failure}.", SHOW_AS) from failure
    if not document.readable or document.media_type in PICTURES:
        told = "; ".join(one.text for one in document.findings)
        raise IntakeError(
            f"{file} is not a table that can be read ({document.media_type}). {told}".strip(),
            SHOW_AS,
        )
    for one in document.findings:
        if one.code in CUT:
            raise IntakeError(f"{file} was not read to its end: {one.text}", "Split the file.")
    return document
