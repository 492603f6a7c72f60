"""What goes into the archive, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from model.errors import ArchiveError


class VersionConflict(ArchiveError):
    """Another writer was first, or the object has not the versions that the caller counted on."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one file to file: exactly one of a regular file and bytes in memory.

    move: the file is given away, so it may be renamed instead of copied. It is put back where
    filing fails; a process that is killed takes it along, so give away only what can be made again.

    Raises: ValueError where both or neither of path and data are given.
    """

    path: Path | None = None
    data: bytes | None = None
    move: bool = False

    def __post_init__(self) -> None:
        if (self.path is None) == (self.data is None):
            raise ValueError("give either a path or data")

    @property
    def size(self) -> int:
        """Bytes. Raises: OSError where the file is not there."""
        return len(self.in_memory) if self.path is None else self.path.lstat().st_size

    @property
    def in_memory(self) -> bytes:
        """Of content that is given as data."""
        assert self.data is not None
        return self.data


@dataclass(frozen=True, slots=True)
class FiledVersion:
    """One version of one object, as committed.

    number: from 1. user: the name; user_address: a URI, "" where none was given.
    state: logical path → SHA-512 (lower-case hex), in the order of the paths.
    folder: the object's root. content, sha256s: SHA-512 → path below `folder`, and → SHA-256.
    """

    object_id: str
    number: int
    created: datetime
    message: str
    user: str
    state: Mapping[str, str]
    folder: Path
    content: Mapping[str, str] = field(repr=False, compare=False)
    sha256s: Mapping[str, str] = field(repr=False, compare=False)
    user_address: str = ""

    def path(self, logical_path: str) -> Path:
        """Where the bytes lie: in this version's folder, or in that of an earlier one.

        Raises: KeyError where this version has no such path.
        """
        return self.folder / self.content[self._digest(logical_path)]

    def sha256(self, logical_path: str) -> str:
        """The SHA-256 taken when the bytes were filed.

        Raises: KeyError where this version has no such path.
        """
        return self.sha256s[self._digest(logical_path)]

    def _digest(self, logical_path: str) -> str:
        return self.state[normalize("NFC", logical_path)]
