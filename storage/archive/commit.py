"""Filing one version: stage it beside the root, make it lasting, move it in.

Order: content, the version's inventory and sidecar, fsync of every file and folder; then the
commit point, one rename: of the whole folder for a new object, of `vN` for a new version; then
the root's inventory and its sidecar. A kill at any point leaves the object with or without the
version, never with a part of it (recover.py mends the rest). Source: OCFL 1.1, section 3, and its
implementation notes on updating an object.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from model.errors import ArchiveError
from storage.archive import durable, layout, recover, staging
from storage.archive.inventory import Inventory, User, extend, sidecar
from storage.archive.values import Content, FiledVersion, VersionConflict


@dataclass(frozen=True, slots=True)
class Filing:
    """What is to be filed: the whole new state, and the words of its version block.

    expects: the number that the version must get; None takes the next one.
    """

    object_id: str
    content: Mapping[str, Content]
    created: datetime
    message: str
    user: User
    expects: int | None


@dataclass(slots=True)
class _Stage:
    """The content of one version on its way in.

    folder: the staged `vN`. known: the SHA-512 of all that the object holds, by size in bytes.
    state, stored: as `inventory.extend` takes them. given: files that were moved, (from, to).
    """

    folder: Path
    file_mode: int
    known: dict[int, set[str]]
    state: dict[str, str] = field(default_factory=dict)
    stored: dict[str, durable.Digests] = field(default_factory=dict)
    given: list[tuple[Path, Path]] = field(default_factory=list)

    def add(self, logical_path: str, content: Content) -> None:
        """Stores the content unless the object has it already."""
        digests = self._held(content) or self._store(logical_path, content)
        self.state[logical_path] = digests.sha512

    def _held(self, content: Content) -> durable.Digests | None:
        """Reads beforehand only where the object holds something of the same size."""
        if content.size not in self.known:
            return None
        if content.path is None:
            digests = durable.digests_of(content.in_memory)
        else:
            digests = durable.hash_file(content.path)
        return digests if digests.sha512 in self.known.get(digests.size, ()) else None

    def _store(self, logical_path: str, content: Content) -> durable.Digests:
        target = self.folder / layout.CONTENT / logical_path
        self._make_folders(target.parent)
        if content.path is None:
            durable.write_file(target, content.in_memory)
            digests = durable.digests_of(content.in_memory)
        elif content.move:
            digests, moved = durable.move_file(content.path, target, self.file_mode)
            if moved:
                self.given.append((content.path, target))
        else:
            digests = durable.copy_file(content.path, target)
        held = self.known.setdefault(digests.size, set())
        if digests.sha512 in held:
            raise ArchiveError(f"{content.path} was changed by somebody while it was being filed.")
        held.add(digests.sha512)
        self.stored[f"{self.folder.name}/{layout.CONTENT}/{logical_path}"] = digests
        return digests

    def _make_folders(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folders(folder.parent)
            durable.make_folder(folder)

    def give_back(self) -> None:
        """Puts moved files back, unless the commit took them along."""
        for source, target in reversed(self.given):
            if target.exists():
                durable.rename_file(target, source)


def file_version(root: Path, beside: Path, filing: Filing) -> FiledVersion:
    """Files the next version of an object, or its first.

    root: the storage root. beside: the staging folder, on the same file system.
    The head is returned, and nothing filed, where this very filing (same state, message and user)
    is the head already and `expects` does not ask for another one: so it can be done again.

    Raises: VersionConflict; ArchiveError; OSError.
    """
    folder = root / filing.object_id
    with staging.workbench(beside) as bench:
        durable.make_folders(root)
        _check_one_file_system(root, bench.folder)
        layout.prepare_root(root, bench.folder)
        prior = recover.standing(folder, filing.object_id)
        if prior and prior.behind:
            recover.settle(folder, filing.object_id, beside)
        held = prior.inventory if prior else None
        number = held.number + 1 if held else 1
        if filing.expects not in (None, number, number - 1):
            raise _conflict(filing, number)
        draft = bench.folder / "object" / layout.version_name(number)
        durable.make_folder(draft.parent)
        durable.make_folder(draft)
        stage = _Stage(draft, bench.file_mode, _sizes(folder, held))
        try:
            for logical_path, content in filing.content.items():
                stage.add(logical_path, content)
            if held and filing.expects != number and _is_head(held, filing, stage.state):
                recover.settle(folder, filing.object_id, beside)
                return held.filed(folder)[-1]
            if filing.expects not in (None, number):
                raise _conflict(filing, number)
            filed = extend(
                held,
                filing.object_id,
                state=stage.state,
                stored=stage.stored,
                created=filing.created,
                message=filing.message,
                user=filing.user,
            )
            _commit(folder, draft, filed, filing, beside, bench.folder)
        finally:
            stage.give_back()
    return filed.filed(folder)[-1]


def _commit(
    folder: Path, draft: Path, filed: Inventory, filing: Filing, beside: Path, workbench: Path
) -> None:
    data = filed.encode()
    _write_inventory(draft, data)
    if filed.number == 1:
        whole = draft.parent
        durable.write_file(whole / layout.OBJECT_DECLARATION, layout.OBJECT_DECLARATION_DATA)
        _write_inventory(whole, data)
        durable.sync_tree(whole)
        _move_in(whole, folder, filing)
        return
    durable.sync_tree(draft)
    with staging.object_lock(beside, filing.object_id):
        # held to the end: a slow writer must not put its inventory in place of a later one
        _move_in(draft, folder / draft.name, filing)
        recover.publish(folder, data, workbench)


def _write_inventory(folder: Path, data: bytes) -> None:
    durable.write_file(folder / layout.INVENTORY, data)
    durable.write_file(folder / layout.SIDECAR, sidecar(data))


def _move_in(draft: Path, target: Path, filing: Filing) -> None:
    """The commit point. rename(2) takes no folder's place that has anything in it."""
    try:
        durable.rename_folder(draft, target)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise
        raise _conflict(filing, 1 if target.name == filing.object_id else None) from error
    durable.sync_folder(target.parent)


def _is_head(held: Inventory, filing: Filing, state: Mapping[str, str]) -> bool:
    head = held.versions[held.head]
    return (head.files, head.message, head.user) == (dict(state), filing.message, filing.user)


def _sizes(folder: Path, held: Inventory | None) -> dict[int, set[str]]:
    sizes: dict[int, set[str]] = {}
    for digest, paths in (held.manifest if held else {}).items():
        sizes.setdefault((folder / paths[0]).lstat().st_size, set()).add(digest)
    return sizes


def _check_one_file_system(root: Path, workbench: Path) -> None:
    if root.stat().st_dev != workbench.stat().st_dev:
        raise ArchiveError(
            f"{workbench.parent} lies on another file system than {root}.",
            "Put the staging folder beside the archive: what is filed is moved in by one rename.",
        )


def _conflict(filing: Filing, number: int | None) -> VersionConflict:
    wanted = filing.expects or number
    return VersionConflict(
        f"Version {wanted or 'next'} of {filing.object_id} cannot be filed: "
        "the object has other versions by now than this filing counted on.",
        "Look at the object's versions again, and file anew.",
    )
