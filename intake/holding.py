"""What the archive holds of an application's version in force: its record, and its files
wherever they lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from intake.contents import RECORD, decode_record
from model.errors import ArchiveError
from model.record import FiledFile, Record
from model.revision import EffectiveFile
from storage.archive import Archive, FiledVersion


@dataclass(frozen=True, slots=True)
class HeldFile:
    """One file in force. version: the one that holds its bytes; filed: what is known of it.
    path: as the applicant named it, unique among all in force. material: "" if none."""

    version: FiledVersion
    filed: FiledFile
    path: str
    material: str

    @property
    def stored(self) -> Path:
        """Where the bytes lie, to be read only."""
        return self.version.path(self.filed.filed_as)

    @property
    def facts(self) -> Path | None:
        """Where all that was read of it lies, None where nothing was."""
        return self.version.path(self.filed.facts) if self.filed.facts else None


@dataclass(frozen=True, slots=True)
class Holding:
    """The version in force and the files in force with it."""

    version: FiledVersion
    record: Record
    files: tuple[HeldFile, ...]


def holding(archive: Archive, object_id: str, number: int) -> Holding:
    """What a version of an object has put in force.

    Raises: ArchiveError where the object has no such version, or it is damaged.
    """
    held = {one.number: one for one in archive.versions(object_id)}
    if number not in held:
        raise ArchiveError(
            f"{object_id} has no version {number} in the archive.", "Run `intake verify`."
        )
    record = record_of(held[number])
    if not record.effective:
        own = tuple(
            HeldFile(held[number], one, one.path, one.material)
            for one in record.files
            if one.filed_as
        )
        return Holding(held[number], record, own)
    records = {number: record}
    files = tuple(_held(held, records, number, one) for one in record.effective)
    return Holding(held[number], record, files)


def record_of(version: FiledVersion) -> Record:
    """Raises: ArchiveError where the version has no record that can be read."""
    try:
        return decode_record(version.path(RECORD).read_bytes())
    except (KeyError, OSError, ValidationError) as error:
        raise ArchiveError(
            f"The record of version {version.number} of {version.object_id} cannot be read.",
            "Run `intake verify`; restore the object from a backup.",
        ) from error


def _held(
    held: dict[int, FiledVersion], records: dict[int, Record], newest: int, file: EffectiveFile
) -> HeldFile:
    """A file in the version in force, where it is still there: pages that were read later are
    known of it; else in the version that brought it."""
    for number in (newest, file.version):
        if number not in held:
            continue
        if number not in records:
            records[number] = record_of(held[number])
        for one in records[number].files:
            if one.filed_as == file.filed_as and one.sha256 == file.sha256:
                return HeldFile(held[number], one, file.path, file.material)
    raise ArchiveError(
        f"{held[newest].object_id}: no version holds {file.filed_as}, which is in force.",
        "Run `intake verify`.",
    )
