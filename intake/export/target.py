"""Where a package is written: a folder or one ZIP, built beside and renamed when it is whole.

Every byte that is copied goes through SHA-256 on its way, and is compared with the digest that was
taken when the file was archived. Whatever is written is for reading only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from model.errors import ArchiveError, IntakeError

BLOCK = 1 << 20
READ_ONLY = 0o444
COMPRESSED = ("pdf", "jpg", "jpeg", "png", "docx", "xlsx", "pptx", "zip", "rar", "7z", "ofd", "mp4")
"""Endings of what is compressed already: it is only stored."""
MANIFEST = "manifest-sha256.txt"


class Target(Protocol):
    """Takes files under their paths in the package."""

    def copy(self, path: str, source: Path, sha256: str) -> None:
        """Raises: ArchiveError where the bytes are not those that were archived."""

    def write(self, path: str, data: bytes) -> None: ...

    def folder(self, path: str) -> None:
        """One that is there though nothing may be in it."""


@dataclass(slots=True)
class Manifest:
    """Lines as `sha256sum -c` reads them, in the order of writing."""

    lines: list[str]

    def add(self, path: str, sha256: str) -> None:
        self.lines.append(f"{sha256}  {path}\n")

    def seal(self, file: Path, path: str) -> None:
        """A file that was written by other means: for reading only from here on."""
        with file.open("rb") as written:
            self.add(path, hashlib.file_digest(written, "sha256").hexdigest())
            os.fsync(written.fileno())
        file.chmod(READ_ONLY)

    def data(self) -> bytes:
        return "".join(self.lines).encode()


class Folder:
    """Files on the disk below `root`."""

    def __init__(self, root: Path, manifest: Manifest) -> None:
        self.root, self.manifest = root, manifest

    def copy(self, path: str, source: Path, sha256: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as outgoing:
            _copy(source, outgoing, sha256)
            _last(outgoing)
        target.chmod(READ_ONLY)
        self.manifest.add(path, sha256)

    def write(self, path: str, data: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as outgoing:
            outgoing.write(data)
            _last(outgoing)
        target.chmod(READ_ONLY)
        self.manifest.add(path, hashlib.sha256(data).hexdigest())

    def folder(self, path: str) -> None:
        (self.root / path).mkdir()


class Zip:
    """Members of one ZIP. below: what stands before each path, "" or a folder with its slash."""

    def __init__(
        self, archive: zipfile.ZipFile, below: str, made: datetime, manifest: Manifest
    ) -> None:
        self.archive, self.below, self.made, self.manifest = archive, below, made, manifest

    def copy(self, path: str, source: Path, sha256: str) -> None:
        with self.archive.open(self._member(path), "w", force_zip64=True) as outgoing:
            _copy(source, outgoing, sha256)
        self.manifest.add(path, sha256)

    def write(self, path: str, data: bytes) -> None:
        self.archive.writestr(self._member(path), data)
        self.manifest.add(path, hashlib.sha256(data).hexdigest())

    def folder(self, path: str) -> None:
        member = zipfile.ZipInfo(f"{self.below}{path}/", self.made.timetuple()[:6])
        member.external_attr = 0o40755 << 16
        self.archive.writestr(member, b"")

    def _member(self, path: str) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(f"{self.below}{path}", self.made.timetuple()[:6])
        packed = path.rsplit(".", 1)[-1].lower() in COMPRESSED
        member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        member.external_attr = (0o100000 | READ_ONLY) << 16
        return member


@contextmanager
def built_beside(target: Path, *, folder: bool) -> Iterator[Path]:
    """A place to build in, which takes the target's name when the block ends.

    What a killed export left there is removed first. Raises: IntakeError where the target is there
    already and not an empty folder, somebody else is exporting to it, or it cannot be written.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target.parent):
            _must_be_free(target, folder=folder)
            _remove(part)
            try:
                if folder:
                    part.mkdir()
                yield part
                if not folder:
                    with part.open("rb") as written:
                        os.fsync(written.fileno())
                    part.chmod(READ_ONLY)
                if folder and target.is_dir():
                    target.rmdir()
                part.rename(target)
                _sync_folder(target.parent)
            finally:
                _remove(part)
    except OSError as error:
        raise IntakeError(
            f"{target} cannot be written: {error}.",
            "Is there room, and may this user write there?",
        ) from error


def _must_be_free(target: Path, *, folder: bool) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if folder and target.is_dir() and not any(target.iterdir()):
        return
    raise IntakeError(
        f"{target} is there already.",
        "Give a new name, or move it away: an export never writes over another one.",
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else exports into this folder; the kernel lets go when the holder dies, however it
    dies."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IntakeError(
                f"Another export is writing into {folder} right now.",
                "Wait for it, or give another folder.",
            ) from error
        yield
    finally:
        os.close(descriptor)


def check(source: Path, sha256: str) -> None:
    """Raises: ArchiveError where the bytes are not those that were archived, or not there."""
    try:
        with source.open("rb") as incoming:
            found = hashlib.file_digest(incoming, "sha256").hexdigest()
    except OSError as error:
        raise ArchiveError(
            f"{source} cannot be read: {error.strerror}.", "Run `intake verify`."
        ) from error
    if found != sha256:
        raise _not_as_archived(source)


def _copy(source: Path, outgoing: IO[bytes], sha256: str) -> None:
    digest = hashlib.sha256()
    with source.open("rb") as incoming:
        while block := incoming.read(BLOCK):
            digest.update(block)
            outgoing.write(block)
    if digest.hexdigest() != sha256:
        raise _not_as_archived(source)


def _not_as_archived(source: Path) -> ArchiveError:
    return ArchiveError(
        f"{source} is not what was archived: its SHA-256 differs.",
        "Run `intake verify`; restore the object from a backup.",
    )


def _last(outgoing: IO[bytes]) -> None:
    outgoing.flush()
    os.fsync(outgoing.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(part: Path) -> None:
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part)
    else:
        part.unlink(missing_ok=True)
