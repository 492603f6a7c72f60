"""Names on the disk: the storage root's own files, object ids and logical paths.

Source: OCFL 1.1, sections 3.5.2, 3.5.3.1 and 4; extension 0002-flat-direct-storage-layout (an
object's folder has the object's id as its name, unchanged).

Residual risk: names that differ only in case are two names here and one on some other systems.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from model.errors import ArchiveError
from storage.archive import durable

ROOT_DECLARATION = "0=ocfl_1.1"
ROOT_DECLARATION_DATA = b"ocfl_1.1\n"
LAYOUT_FILE = "ocfl_layout.json"
LAYOUT_NAME = "0002-flat-direct-storage-layout"
LAYOUT_DATA = (
    json.dumps(
        {
            "extension": LAYOUT_NAME,
            "description": "Each object lies in a folder that has the object's id as its name.",
        },
        indent=2,
    )
    + "\n"
).encode()
OBJECT_DECLARATION = "0=ocfl_object_1.1"
OBJECT_DECLARATION_DATA = b"ocfl_object_1.1\n"
INVENTORY = "inventory.json"
SIDECAR = "inventory.json.sha512"
CONTENT = "content"

NAME_BYTES = 255
"""NAME_MAX of ext4, XFS, Btrfs, in UTF-8."""
PATH_BYTES = 4095
"""PATH_MAX of Linux less the ending zero byte."""

_RESERVED = re.compile(r"0=.*|extensions|ocfl_layout\.json")
_VERSION = re.compile(r"v([1-9][0-9]*)")


def version_name(number: int) -> str:
    return f"v{number}"


def version_number(name: str) -> int | None:
    """The number of a version's folder, None where it is another name."""
    found = _VERSION.fullmatch(name)
    return int(found[1]) if found else None


def check_object_id(object_id: str) -> None:
    """Raises: ArchiveError where the id cannot be the name of a folder in the storage root."""
    problem = _name_problem(object_id)
    if problem is None and "\\" in object_id:
        problem = "has a separator in it"
    if problem is None and object_id.startswith("."):
        problem = "begins with a dot"
    if problem is None and _RESERVED.fullmatch(object_id):
        problem = "is a name that the storage root uses itself"
    if problem is None and unicodedata.normalize("NFC", object_id) != object_id:
        problem = "is not in Unicode's composed form (NFC)"
    if problem is not None:
        raise ArchiveError(
            f"Object id {object_id!r} {problem}.",
            "Ids become names of folders; the programme's number pattern must not admit this one.",
        )


def check_logical_paths(paths: Iterable[str], *, above: int) -> tuple[str, ...]:
    """The paths in NFC, in the order given, when all of them can be files of one tree.

    above: how many bytes the longest path has that they are put under.

    Raises: ArchiveError naming the first path that cannot.
    """
    folders: set[str] = set()
    files: dict[str, None] = {}
    for path in paths:
        composed = unicodedata.normalize("NFC", path)
        problem = path_problem(composed)
        if problem is None and above + len(composed.encode()) > PATH_BYTES:
            problem = f"is too long as a whole: the system takes {PATH_BYTES} bytes"
        if problem is None and composed in files:
            problem = "is there twice (after Unicode normalisation)"
        if problem is not None:
            raise ArchiveError(
                f"Path {path!r} {problem}.", "Nothing was filed; the names have to be made fit."
            )
        files[composed] = None
        parts = composed.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    if clash := sorted(folders & files.keys()):
        raise ArchiveError(f"Path {clash[0]!r} is a file and a folder at once.")
    return tuple(files)


def path_problem(path: str) -> str | None:
    """What is wrong with a logical or content path by itself, as the end of a sentence."""
    for segment in path.split("/"):
        if problem := _name_problem(segment):
            return problem
    return None


def _name_problem(name: str) -> str | None:
    if not name:
        return "is empty or has an empty part"
    if name in (".", ".."):
        return "has a part that is . or .."
    if "/" in name:
        return "has a separator in it"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return "has a control character or half a surrogate pair in it"
    if len(name.encode()) > NAME_BYTES:
        return f"has a part longer than {NAME_BYTES} bytes in UTF-8"
    return None


def prepare_root(root: Path, workbench: Path) -> None:
    """Makes an empty folder an OCFL storage root, if it is none yet; processes may race for it.

    workbench: a private folder on the same file system. The declaration is written last.

    Raises: ArchiveError where the folder holds other things, or is another kind of root.
    """
    if _is_root(root):
        return
    ours = {ROOT_DECLARATION, LAYOUT_FILE}
    others = sorted(entry.name for entry in root.iterdir() if entry.name not in ours)
    # another process may have made the root and filed into it while we looked
    if others and not _is_root(root):
        raise ArchiveError(
            f"{root} is not an OCFL 1.1 storage root, and is not empty ({others[0]!r}).",
            "Give the archive a folder of its own; if this is the archive, its declaration "
            f"{ROOT_DECLARATION!r} has been lost: look for other losses, then put it back.",
        )
    # whoever made the folder may have been killed before this
    durable.sync_folder(root.parent)
    for name, data in ((LAYOUT_FILE, LAYOUT_DATA), (ROOT_DECLARATION, ROOT_DECLARATION_DATA)):
        put_file(root / name, data, workbench)


def put_file(target: Path, data: bytes, workbench: Path) -> None:
    """Writes a file in place of the one that may be there: wholly and lastingly, or not at all."""
    draft = workbench / f"{target.name}.new"
    durable.write_file(draft, data)
    durable.sync_file(draft)
    durable.rename_file(draft, target)
    durable.sync_folder(target.parent)


def _is_root(root: Path) -> bool:
    declaration = root / ROOT_DECLARATION
    if not declaration.exists():
        return False
    if declaration.read_bytes() != ROOT_DECLARATION_DATA:
        raise ArchiveError(
            f"{declaration} does not say what it must.",
            f"It has to be the one line {ROOT_DECLARATION_DATA.decode().strip()!r}; look for "
            "other damage on that disk before putting it right.",
        )
    return True
