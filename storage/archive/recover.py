"""Where an object stands, and rolling it forward after a writer was killed.

The commit point of a version is the rename of its folder into the object. What is committed is
therefore what the highest `vN/inventory.json` says; the copy in the object's root may be one
version behind, in one of two ways, and is brought up from there. Every other difference is
damage: it is told, never mended, because mending would hide what else was lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model.errors import ArchiveError
from storage.archive import durable, layout, staging
from storage.archive.inventory import Inventory, decode, sidecar

_LOOKS = 3
"""A commit under way can spoil two looks in a row: first the folder, then the root's copy."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The committed state. behind: the copies in the object's root are of the version before."""

    inventory: Inventory
    data: bytes
    behind: bool


class _Unsettled(ArchiveError):
    """Damage, or a commit that was under way while we looked."""


def standing(folder: Path, object_id: str) -> Standing | None:
    """What is committed of an object; None where there is no such object.

    Raises: ArchiveError where the object is damaged in what this looks at (not the content).
    """
    for _ in range(_LOOKS - 1):
        try:
            return _look(folder, object_id)
        except _Unsettled:
            continue
    return _look(folder, object_id)


def settle(folder: Path, object_id: str, beside: Path) -> bool:
    """Makes an object's last version lasting, and rolls its root forward; whether it had to.

    beside: the staging folder. Raises: ArchiveError as `standing`.
    """
    with staging.object_lock(beside, object_id):
        now = standing(folder, object_id)
        if now is None:
            return False
        # the writer may have been killed between a rename and its fsync
        durable.sync_folder(folder.parent)
        durable.sync_folder(folder)
        if now.behind:
            with staging.workbench(beside) as bench:
                publish(folder, now.data, bench.folder)
        return now.behind


def publish(folder: Path, data: bytes, workbench: Path) -> None:
    """Copies the head's inventory, then its sidecar, into the object's root."""
    layout.put_file(folder / layout.INVENTORY, data, workbench)
    layout.put_file(folder / layout.SIDECAR, sidecar(data), workbench)


def _look(folder: Path, object_id: str) -> Standing | None:
    number = _highest(folder)
    if number is None:
        return None
    head = folder / layout.version_name(number)
    data = _read(head / layout.INVENTORY)
    if _read(head / layout.SIDECAR) != sidecar(data):
        raise _damaged(head / layout.INVENTORY, "does not have the digest that its sidecar states")
    inventory = decode(data, head / layout.INVENTORY)
    if inventory.id != object_id or inventory.number != number:
        raise _damaged(head / layout.INVENTORY, "belongs to another object or version")
    copies = _read(folder / layout.INVENTORY), _read(folder / layout.SIDECAR)
    if copies == (data, sidecar(data)):
        return Standing(inventory, data, behind=False)
    if number > 1:
        before = folder / layout.version_name(number - 1)
        old = _read(before / layout.INVENTORY)
        if copies[0] in (data, old) and copies[1] == sidecar(old):
            return Standing(inventory, data, behind=True)
    raise _damaged(
        folder / layout.INVENTORY,
        f"or its sidecar is not a copy of that of {head.name}, the last version that is there",
    )


def _highest(folder: Path) -> int | None:
    """The number of the last version's folder; None where the object's folder is not there."""
    try:
        names = [entry.name for entry in folder.iterdir()]
    except FileNotFoundError:
        return None
    numbers = sorted(number for name in names if (number := layout.version_number(name)))
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        raise _damaged(folder, f"has the versions {numbers}, which is not 1, 2, … without a gap")
    return numbers[-1]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise _damaged(file, "is missing") from error


def _damaged(place: Path, how: str) -> _Unsettled:
    return _Unsettled(
        f"{place} {how}.",
        "Nothing was changed. Run the archive's verification over this object, and restore what "
        "it names from a backup.",
    )
