"""One programme's archive: an OCFL 1.1 storage root in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from model.errors import ArchiveError
from storage.archive import commit, layout, recover, staging, validate
from storage.archive.inventory import User
from storage.archive.values import Content, FiledVersion


@dataclass(frozen=True, slots=True)
class Recovered:
    """What `recover_all` did. rolled_forward: object ids. removed: names of staging folders.
    problems: (object id, what is wrong) for objects that could not be recovered."""

    rolled_forward: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]


class Archive:
    """Files into, reads and checks one storage root. Opening it writes and walks nothing.

    root: the storage root; made when something is first filed. staging: where versions are put
    together, outside the root and on the same file system; several archives may share one.
    Any number of threads and processes may use one root; its objects are never changed, only
    added to.

    Raises: ArchiveError where one of the two folders lies in the other.
    """

    def __init__(self, root: Path, staging: Path) -> None:
        self.root = root.absolute()
        self.staging = staging.absolute()
        one, other = self.root.resolve(), self.staging.resolve()
        if one.is_relative_to(other) or other.is_relative_to(one):
            raise ArchiveError(
                f"The staging folder {staging} and the archive {root} lie in one another.",
                "Put them side by side on one disk.",
            )

    def file(
        self,
        object_id: str,
        content: Mapping[str, Content],
        *,
        created: datetime,
        message: str,
        user_name: str,
        user_address: str,
        expects: int | None = None,
    ) -> FiledVersion:
        """Files a version: the object's whole new state, of which only new content is stored.

        content: logical path → what to file under it. created: with zone. user_address: a URI
        ("mailto:…"), "" for none. expects: the number that the version must get.
        The same filing (same state, message and user) done again gives the head that it made,
        unless `expects` asks for the next number.

        Raises: VersionConflict where another writer was first, or `expects` does not fit;
        ArchiveError where a name cannot be filed or the disk refuses; ValueError for no content
        or a time without zone. Nothing is filed then, and moved files are back in their places.
        """
        if not content:
            raise ValueError("an object is made of one or more files (OCFL 1.1, 3)")
        if created.utcoffset() is None:
            raise ValueError("the time of a version needs a zone")
        layout.check_object_id(object_id)
        composed = layout.check_logical_paths(content, above=self._longest_above(object_id))
        filing = commit.Filing(
            object_id=object_id,
            content=dict(zip(composed, content.values(), strict=True)),
            created=created,
            message=message,
            user=User(name=user_name, address=user_address or None),
            expects=expects,
        )
        with _disk_errors(f"{object_id} could not be filed"):
            return commit.file_version(self.root, self.staging, filing)

    def object_ids(self) -> Iterator[str]:
        """The ids of all objects, sorted."""
        for name in validate.object_folders(self.root):
            if (self.root / name / layout.OBJECT_DECLARATION).is_file():
                yield name

    def versions(self, object_id: str) -> tuple[FiledVersion, ...]:
        """All committed versions, the first one first; none where there is no such object.

        Raises: ArchiveError where the inventory is damaged.
        """
        folder = self._folder(object_id)
        with _disk_errors(f"{object_id} could not be read"):
            now = recover.standing(folder, object_id)
        return now.inventory.filed(folder) if now else ()

    def head(self, object_id: str) -> FiledVersion | None:
        """The last committed version. Raises: as `versions`."""
        versions = self.versions(object_id)
        return versions[-1] if versions else None

    def version_with(self, object_id: str, logical_path: str, sha256: str) -> FiledVersion | None:
        """The first version that holds these bytes under this path.

        The answer to "was this filed already?", so what it finds is lasting: an object whose
        writer was killed is recovered before it is given out. Raises: as `versions`.
        """
        path = normalize("NFC", logical_path)
        for version in self.versions(object_id):
            if path in version.state and version.sha256(path) == sha256.lower():
                self.recover(object_id)
                return version
        return None

    def recover(self, object_id: str) -> bool:
        """Rolls one object forward after a kill; whether it had to be.

        Raises: ArchiveError where the object is damaged, which is another thing.
        """
        folder = self._folder(object_id)
        with _disk_errors(f"{object_id} could not be recovered"):
            return folder.exists() and recover.settle(folder, object_id, self.staging)

    def recover_all(self) -> Recovered:
        """Rolls every object forward that needs it, and removes what dead writers left in staging.

        Reads three small files of each object; living writers are not disturbed.
        """
        rolled, problems = [], []
        for object_id in self.object_ids():
            try:
                now = recover.standing(self._folder(object_id), object_id)
                if now and now.behind and self.recover(object_id):
                    rolled.append(object_id)
            except (ArchiveError, OSError) as error:
                problems.append((object_id, str(error)))
        return Recovered(tuple(rolled), self.clear_staging(), tuple(problems))

    def clear_staging(self) -> tuple[str, ...]:
        """Removes what dead writers left in staging; the names of their folders."""
        with _disk_errors("The staging folder could not be cleared"):
            return staging.clear(self.staging)

    def validate(self, object_id: str) -> tuple[str, ...]:
        """What is wrong with one object, in English, every byte of it read; empty if nothing.

        Raises: ArchiveError where it cannot be an object's id.
        """
        layout.check_object_id(object_id)
        return self._problems(object_id)

    def verify(self) -> Iterator[tuple[str, str]]:
        """Every problem of the whole root as (object id, problem); "" for the root's own.

        Reads every byte. A root that is not there is a problem: an archive lost, or never begun.
        """
        for problem in validate.root_problems(self.root):
            yield "", problem
        for name in validate.object_folders(self.root):
            for problem in self._problems(name):
                yield validate.printable(name), validate.printable(problem)

    def _problems(self, name: str) -> tuple[str, ...]:
        folder = self.root / name
        problems = validate.object_problems(folder, name)
        if problems and folder.is_dir() and os.access(self.staging, os.W_OK):
            # a commit may have been under way: what is still wrong while none can be, is wrong
            with staging.object_lock(self.staging, name):
                return validate.object_problems(folder, name)
        return problems

    def _folder(self, object_id: str) -> Path:
        layout.check_object_id(object_id)
        return self.root / object_id

    def _longest_above(self, object_id: str) -> int:
        """Bytes of the longest path that a logical path is put under, with room to spare."""
        room = len(f"/{object_id}/v999999/{layout.CONTENT}/".encode())
        staged = len(f"/{'9' * 10}-{'f' * 16}/object/v999999/{layout.CONTENT}/")
        return max(len(os.fsencode(self.root)) + room, len(os.fsencode(self.staging)) + staged)


@contextmanager
def _disk_errors(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            f"{what}: {error}.",
            "Look at free space, permissions and the disk itself; it is safe to do it again.",
        ) from error
