"""The registers of issued numbers: the one in force, and where every import is filed.

Their truth is an OCFL storage root of its own, with one object for each programme and one version
for each import: the file as it came, and what was made of it. The ledger is an index over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from pydantic import TypeAdapter

from intake.workplace import Workplace
from model.register import NO_REGISTER, Register
from model.register_import import RegisterImport
from storage.archive import Archive, FiledVersion
from storage.ledger import Ledger
from storage.ledger import register as rows

REGISTER = "register.json"
ORIGINAL = "original/"

_IMPORTS = TypeAdapter(RegisterImport)
_Known = tuple[tuple[object, ...], Register]
_known: WeakKeyDictionary[Ledger, dict[str, _Known]] = WeakKeyDictionary()
"""What was loaded last of each programme, with the import that it is of."""


def register_of(place: Workplace, programme_id: str) -> Register:
    """The register in force; empty where none was imported. Loaded anew after each import."""
    with place.ledger.read() as tx:
        newest = rows.newest_import(tx, programme_id)
        if newest is None:
            return NO_REGISTER
        known = _known.setdefault(place.ledger, {})
        which = tuple(newest)
        if programme_id in known and known[programme_id][0] == which:
            return known[programme_id][1]
        register = rows.load(tx, programme_id)
    known[programme_id] = (which, register)
    return register


def register_archive(place: Workplace) -> Archive:
    """The storage root that holds every import."""
    data = place.settings.data_dir
    # No programme's id begins with a dot, so this is nobody else's staging folder.
    return Archive(data / "registers", data / "archive" / ".staging" / ".registers")


def filed_imports(
    place: Workplace, programme: str
) -> Iterator[tuple[RegisterImport, FiledVersion]]:
    """Every filed import of a programme, the first first; what a kill left half done is settled.

    Raises: ArchiveError where the object is damaged.
    """
    archive = register_archive(place)
    archive.recover(programme)
    for version in archive.versions(programme):
        yield decode_import(version.path(REGISTER).read_bytes()), version


def enter_imports(place: Workplace, programme: str) -> int:
    """Enter the imports that were filed just before a kill; how many there were."""
    with place.ledger.read() as tx:
        entered = {one.version for one in rows.imports(tx, programme)}
    count = 0
    for made, version in filed_imports(place, programme):
        if version.number not in entered:
            with place.ledger.write() as tx:
                count += rows.enter(tx, made)
    return count


def rebuild_registers(place: Workplace) -> int:
    """Enter every import of every programme; how many programmes have a register."""
    archive = register_archive(place)
    if not archive.root.is_dir():
        return 0
    programmes = list(archive.object_ids())
    for programme in programmes:
        enter_imports(place, programme)
    return len(programmes)


def verify_registers(place: Workplace) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the filed imports, and where they and the ledger differ, each as where,
    what, and what the operator does about it."""
    archive = register_archive(place)
    with place.ledger.read() as tx:
        entered = {
            name: {one.version for one in rows.imports(tx, name)} for name in rows.programmes(tx)
        }
    damaged = set()
    if archive.root.is_dir():
        for programme, problem in archive.verify():
            damaged.add(programme)
            yield f"register {programme}", problem, "Restore this folder from a backup."
    for programme in sorted({*entered, *archive.object_ids()} - damaged):
        held = {version.number for version in archive.versions(programme)}
        known = entered.get(programme, set())
        for number in sorted(held - known):
            yield (
                f"register {programme}",
                f"import {number} is not in the ledger",
                "Import the same file again with `intake register import`: that enters it.",
            )
        for number in sorted(known - held):
            yield (
                f"register {programme}",
                f"import {number} is in the ledger, but not filed",
                "Restore `registers/` from a backup.",
            )


def encode_import(made: RegisterImport) -> bytes:
    """The bytes of register.json."""
    return _IMPORTS.dump_json(made, indent=2) + b"\n"


def decode_import(data: bytes) -> RegisterImport:
    """Raises: pydantic.ValidationError where it is no record of an import."""
    return _IMPORTS.validate_json(data)
