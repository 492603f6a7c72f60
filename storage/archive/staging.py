"""Private folders beside the storage root, and the locks that say whether their owner lives.

A writer works in `<pid>-<random>/` and holds flock(2) on `<pid>-<random>.lock` beside it for as
long as it lives; the kernel lets go when the process dies, however it dies. The lock file is made
before the folder and removed after it, so a folder without a held lock is nobody's.

Residual risks: a network file system without flock (the rename that commits is the guard then,
but `clear` must not be called); a child forked in the middle of filing keeps the lock of a killed
parent until it ends too.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.archive import durable

OBJECT_LOCKS = "locks"
"""Folder of the lock files that serialise commits; they are few and never removed."""
_NAME = re.compile(r"[0-9]+-[0-9a-f]{16}")
_LOCK = ".lock"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workbench:
    """A private folder. file_mode: permissions of a new file under the umask in force."""

    folder: Path
    file_mode: int


@contextmanager
def workbench(staging: Path) -> Iterator[Workbench]:
    """A private folder, removed afterwards with all that is still in it."""
    durable.make_folders(staging)
    lock, descriptor = _new_lock(staging)
    folder = lock.with_suffix("")
    try:
        durable.make_folder(folder)
        yield Workbench(folder, os.fstat(descriptor).st_mode & 0o777)
    finally:
        try:
            durable.remove_tree(folder)
            durable.remove_file(lock)
        except OSError as error:
            # what was asked for is done or has its own error; `clear` takes what is left
            logger.warning("%s is left over: %s", folder, error)
        finally:
            _release(descriptor)


@contextmanager
def object_lock(staging: Path, object_id: str) -> Iterator[None]:
    """Waits until no other writer is at the object's root; held for moments only.

    Objects share 256 locks, so that they need not be removed while somebody may wait for them.
    """
    durable.make_folders(staging / OBJECT_LOCKS)
    name = hashlib.sha256(os.fsencode(object_id)).hexdigest()[:2]
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    descriptor = os.open(staging / OBJECT_LOCKS / name, flags, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        _release(descriptor)


def clear(staging: Path) -> tuple[str, ...]:
    """Removes the folders of writers that are dead; their names. A living writer's is not touched.

    Raises: OSError where one of them cannot be removed.
    """
    if not staging.is_dir():
        return ()
    names = {entry.name.removesuffix(_LOCK) for entry in staging.iterdir()}
    return tuple(
        name for name in sorted(names) if _NAME.fullmatch(name) and _clear_one(staging / name)
    )


def _clear_one(folder: Path) -> bool:
    lock = folder.with_name(folder.name + _LOCK)
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        # names are never used twice, so nobody can be about to lock this one
        found = folder.exists()
        durable.remove_tree(folder)
        return found
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        # the owner may have come to its end since the folder was listed
        found = folder.exists() or lock.exists()
        durable.remove_tree(folder)
        durable.remove_file(lock)
        return found
    finally:
        _release(descriptor)


def _new_lock(staging: Path) -> tuple[Path, int]:
    while True:
        lock = staging / f"{os.getpid()}-{secrets.token_hex(8)}{_LOCK}"
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # `clear` came between the two calls and is about to remove it
            os.close(descriptor)
            continue
        except OSError:
            os.close(descriptor)
            raise
        if os.fstat(descriptor).st_nlink:
            return lock, descriptor
        _release(descriptor)


def _release(descriptor: int) -> None:
    """Unlocks by name as well: closing alone would leave the lock to a child forked meanwhile."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)
