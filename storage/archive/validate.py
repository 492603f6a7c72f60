"""Whether what lies in the archive is what was filed, judged by a validator that is not ours.

ocfl-py validates each object by itself: its validation of a whole storage root answers yes with a
corrupt object inside. What it does not look at is looked at here: links, the storage root's own
files, strays in the root, and whether an object lies under its own name.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.errors import ArchiveError
from storage.archive import layout, recover


def object_problems(folder: Path, object_id: str) -> tuple[str, ...]:
    """Everything wrong with one object, in English, every file read; empty where it is sound."""
    if not folder.is_dir():
        return (f"there is no object {object_id}",)
    odd = tuple(_odd_entries(folder))
    if odd:
        return (*odd, "the rest was not read: a pipe or a linked device has no end")
    return (
        *_second_names(folder),
        *_standing_problems(folder, object_id),
        *_ocfl_problems(folder),
    )


def root_problems(root: Path) -> Iterator[str]:
    """Everything wrong with the storage root itself, its objects left aside."""
    if not root.is_dir():
        yield f"there is no storage root at {root}"
        return
    for name, data in (
        (layout.ROOT_DECLARATION, layout.ROOT_DECLARATION_DATA),
        (layout.LAYOUT_FILE, layout.LAYOUT_DATA),
    ):
        file = root / name
        if not file.is_file():
            yield f"{name} is missing"
        elif file.read_bytes() != data:
            yield f"{name} does not say what it must"
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        if entry.name in (layout.ROOT_DECLARATION, layout.LAYOUT_FILE):
            if entry.is_symlink():
                yield f"{entry.name} is a link"
        elif not entry.is_dir(follow_symlinks=False):
            yield f"{printable(entry.name)} does not belong here"


def object_folders(root: Path) -> tuple[str, ...]:
    """The names of all folders in the root, objects or not, sorted."""
    if not root.is_dir():
        return ()
    return tuple(
        sorted(entry.name for entry in os.scandir(root) if entry.is_dir(follow_symlinks=False))
    )


def printable(name: str) -> str:
    """A name as the disk has it; bytes that are no UTF-8 as escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def _standing_problems(folder: Path, object_id: str) -> Iterator[str]:
    try:
        layout.check_object_id(object_id)
        now = recover.standing(folder, object_id)
    except ArchiveError as error:
        yield error.problem
    except OSError as error:
        yield f"cannot be read: {error}"
    else:
        if now is not None and now.behind:
            yield f"{now.inventory.head} is committed, its inventory not yet in the object's root"


def _odd_entries(folder: Path) -> Iterator[str]:
    """Symbolic links, pipes and the like (OCFL 1.1, 4.6), which ocfl-py would open and read."""
    unreadable: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unreadable.append):
        folders.sort()
        for name in sorted((*folders, *files)):
            mode = Path(place, name).lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                yield f"{_below(folder, place, name)} is a link or no regular file"
    for error in unreadable:
        yield f"cannot be read: {error}"


def _second_names(folder: Path) -> Iterator[str]:
    """Hard links: whoever changes the other name changes the archive."""
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if Path(place, name).lstat().st_nlink > 1:
                yield f"{_below(folder, place, name)} has a second name somewhere (a hard link)"


def _below(folder: Path, place: str, name: str) -> str:
    return printable(str(Path(place, name).relative_to(folder)))


def _ocfl_problems(folder: Path) -> tuple[str, ...]:
    # it takes a second to import, and only this needs it
    from ocfl.validator import Validator

    with _logging_left_alone():
        validator = Validator()
        try:
            sound = validator.validate_object(str(folder))
        except Exception as error:  # noqa: BLE001 - what makes a validator stumble is damage
            return (*validator.log.messages, f"the validator stopped at this object: {error!r}")
    if sound:
        return ()
    return tuple(validator.log.messages) or ("the validator gave no reason",)


@contextmanager
def _logging_left_alone() -> Iterator[None]:
    """ocfl-py calls `logging.debug`, which sets up logging for the whole process if nobody has."""
    handler = logging.NullHandler()
    logging.root.addHandler(handler)
    try:
        yield
    finally:
        logging.root.removeHandler(handler)
