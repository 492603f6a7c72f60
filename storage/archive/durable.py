"""The steps that change the disk: each is one function, and nothing else in this package writes.

A step is atomic or leaves something that recovery can see. What a step wrote is on the disk for
good only after `sync_file` on the file and `sync_folder` on the folder that names it (fsync(2)).

Residual risks: a drive that lies about its cache; a program that still writes to a file after
giving it away with `move_file` (later fixity checks find it, filing does not).
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from model.errors import ArchiveError

READ_BYTES = 1 << 20
"""How much of a file is in memory at a time."""
KERNEL_COPY_BYTES = 8 << 20
"""How much is copied before it is read back for its digest: small enough to be still in cache."""

NO_KERNEL_COPY = {
    errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.EBADF,
}  # fmt: skip
"""copy_file_range(2): not between these file systems, or not at all on this kernel."""
NO_MOVE = {errno.EXDEV, errno.EPERM, errno.EACCES}


@dataclass(frozen=True, slots=True)
class Digests:
    """Of one file: lower-case hex, and size in bytes."""

    sha512: str
    sha256: str
    size: int


class _Counter:
    """Both digests and the size, taken in one pass."""

    def __init__(self) -> None:
        self._sha512 = hashlib.sha512()
        self._sha256 = hashlib.sha256()
        self._size = 0

    def add(self, block: bytes) -> None:
        self._sha512.update(block)
        self._sha256.update(block)
        self._size += len(block)

    def digests(self) -> Digests:
        return Digests(self._sha512.hexdigest(), self._sha256.hexdigest(), self._size)


def digests_of(data: bytes) -> Digests:
    counter = _Counter()
    counter.add(data)
    return counter.digests()


def hash_file(source: Path) -> Digests:
    """Reads a regular file; changes nothing.

    Raises: ArchiveError where it is a link or no regular file; OSError.
    """
    with _regular(source) as incoming:
        return _hash(incoming)


def make_folder(folder: Path) -> None:
    """One folder that must not exist yet, in a folder that must."""
    folder.mkdir()


def write_file(target: Path, data: bytes) -> None:
    """A new file; it is an error where there is one already."""
    with target.open("xb") as outgoing:
        outgoing.write(data)


def copy_file(source: Path, target: Path) -> Digests:
    """A new file with the bytes of a regular one; the digests are those of the copy.

    On file systems that share blocks (XFS, Btrfs) the kernel makes a reflink of it.

    Raises: ArchiveError where the source is a link or no regular file; OSError.
    """
    with _regular(source) as incoming, target.open("x+b", buffering=0) as outgoing:
        return _copy(incoming, outgoing.fileno())


def move_file(source: Path, target: Path, mode: int) -> tuple[Digests, bool]:
    """Renames a regular file to a new name; whether it was renamed, or had to be copied.

    It is copied where it lies on another file system, is not ours, or has a second name (a hard
    link: OCFL 1.1, 4.6 wants none). mode: permissions that the file gets.

    Raises: ArchiveError where the source is a link or no regular file; OSError.
    """
    with _regular(source) as incoming:
        if os.fstat(incoming).st_nlink == 1:
            digests = _hash(incoming)
            try:
                os.fchmod(incoming, mode)
                source.rename(target)
            except OSError as error:
                if error.errno not in NO_MOVE:
                    raise
            else:
                return digests, True
    return copy_file(source, target), False


def sync_file(file: Path) -> None:
    _sync(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder lasting; not what they name."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def sync_tree(folder: Path) -> None:
    """Every file and every folder below, then the folder itself."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in sorted(names):
            sync_file(Path(place, name))
        sync_folder(Path(place))


def rename_folder(source: Path, target: Path) -> None:
    """Moves a whole folder to a new name.

    Raises: FileExistsError or OSError(ENOTEMPTY) where the name is taken.
    """
    source.rename(target)


def rename_file(source: Path, target: Path) -> None:
    """Moves a file to a name, in place of the file that may have it."""
    source.replace(target)


def remove_file(file: Path) -> None:
    """Removes a file that may be gone already."""
    file.unlink(missing_ok=True)


def remove_tree(folder: Path) -> None:
    """Removes a folder that may be gone already, following no link."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def make_folders(folder: Path) -> None:
    """A folder and those above it, as far as they are missing, each lasting."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    with suppress(FileExistsError):
        # another process may be preparing the same place
        make_folder(folder)
    sync_folder(folder.parent)


@contextmanager
def _regular(source: Path) -> Iterator[int]:
    """A descriptor for reading; O_NONBLOCK so that a pipe cannot hang us before it is refused."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(source, flags)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise _not_regular(source) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _not_regular(source)
        yield descriptor
    finally:
        os.close(descriptor)


def _not_regular(source: Path) -> ArchiveError:
    return ArchiveError(
        f"{source} is not a regular file.", "Links, pipes and devices are never filed."
    )


def _hash(descriptor: int) -> Digests:
    counter = _Counter()
    while block := os.read(descriptor, READ_BYTES):
        counter.add(block)
    return counter.digests()


def _copy(incoming: int, outgoing: int) -> Digests:
    counter = _Counter()
    done = 0
    in_kernel = hasattr(os, "copy_file_range")
    while in_kernel:
        try:
            count = os.copy_file_range(incoming, outgoing, KERNEL_COPY_BYTES)
        except OSError as error:
            if error.errno not in NO_KERNEL_COPY:
                raise
            break
        if not count:
            # the end, or one of the file systems for which 0 does not mean that: read on and see
            break
        end = done + count
        while done < end:
            block = os.pread(outgoing, min(READ_BYTES, end - done), done)
            if not block:
                raise OSError(errno.EIO, "a copy is shorter than the kernel said")
            counter.add(block)
            done += len(block)
    while block := os.read(incoming, READ_BYTES):
        counter.add(block)
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(outgoing, rest) :]
    return counter.digests()


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
