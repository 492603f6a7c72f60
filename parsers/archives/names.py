"""Member names: from raw bytes to text, and from text to a path that is safe and unique.

A name is data; this makes the path under which a member is shown and filed. It is relative, in
NFC, has no "..", drive, control or text-direction character, no name that Windows reserves, no
part over the limit in UTF-8, and differs from all others of its container in more than case.

Sources: APPNOTE.TXT 4.4.4 (bit 11), 4.6.9 (0x7075); Microsoft "Naming Files, Paths, and
Namespaces"; Unicode 15, section 23.2 and UAX #9 (bidirectional controls).

Residual risk: names that look alike in different scripts stay as they are. A short name in
another East Asian code page is often valid GB18030 and then reads as other characters.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

_PATH_BYTES = 1024
"""One member's own path; with four levels of nesting it stays under PATH_MAX (4,096)."""
_SHORT_BYTES = 48
_ENDING_BYTES = 16

_FULL_WIDTH = str.maketrans('<>:"|?*', "＜＞：＂｜？＊")
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE
)


def decode_name(raw: bytes, unicode_path: bytes | None = None) -> tuple[str, str]:
    """A name of which the archive does not say the encoding → its text and the encoding taken.

    unicode_path: what an Info-ZIP Unicode Path field (0x7075) gives, where there is one.
    """
    for candidate, encoding in ((unicode_path, "utf-8"), (raw, "utf-8"), (raw, "gb18030")):
        if candidate is None:
            continue
        try:
            return candidate.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437"), "cp437"


def safe_path(name: str, *, name_bytes: int = 255, depth: int = 32) -> str:
    """Any text → a relative path of safe parts joined by "/", never empty."""
    parts = [
        _safe_part(part, name_bytes)
        for part in unicodedata.normalize("NFC", name).replace("\\", "/").split("/")
        if part not in ("", ".")
    ] or ["_"]
    if len(parts) > depth:
        parts = [*parts[: depth - 1], parts[-1]]
    if len("/".join(parts).encode()) > _PATH_BYTES:
        parts = _shorter(parts)
    return "/".join(parts)


def path_depth(name: str) -> int:
    """How many parts a name has, its own included."""
    return sum(part not in ("", ".") for part in name.replace("\\", "/").split("/"))


def longest_part(name: str) -> int:
    """How many bytes of UTF-8 the longest part of a name takes."""
    parts = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")
    return max(len(part.encode("utf-8", "surrogatepass")) for part in parts)


def reads_the_same(name: str, path: str) -> bool:
    """Whether a path is its name but for composition (NFC), slashes and "./"."""
    parts = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")
    rooted = name.startswith(("/", "\\"))
    return not rooted and "/".join(part for part in parts if part not in ("", ".")) == path


@dataclass(slots=True)
class Names:
    """The paths given so far in one container.

    A file and a folder never get one path, so that all can stand on one file system.
    """

    name_bytes: int = 255
    _taken: set[str] = field(default_factory=set)
    _files: set[str] = field(default_factory=set)
    _folders: set[str] = field(default_factory=set)
    _next: dict[str, int] = field(default_factory=dict)
    """The last number given to a path: a thousand files of one name are a thousand steps."""
    _parents: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What folders have been given, and their keys; both ending in "/"."""

    def unique(self, path: str, *, stored: bool = True) -> str:
        """`path` itself if it is free, else with a number before its ending.

        stored: it is a file; folders and links may have other paths below them.
        """
        parent, slash, last = path.rpartition("/")
        above, key_above = self._parent(parent) if slash else ("", "")
        in_use = (self._taken, self._folders) if stored else (self._taken,)
        own, key = self._free(key_above, last, *in_use)
        self._taken.add(key)
        if stored:
            self._files.add(key)
        return above + own

    def _parent(self, path: str) -> tuple[str, str]:
        """The folder that a wanted one has become: no file is given its path afterwards."""
        if (known := self._parents.get(path)) is not None:
            return known
        parent, slash, last = path.rpartition("/")
        above, key_above = self._parent(parent) if slash else ("", "")
        own, key = self._free(key_above, last, self._files, first=2)
        self._folders.add(key)
        self._parents[path] = (f"{above}{own}/", f"{key}/")
        return self._parents[path]

    def _free(
        self, key_above: str, part: str, *in_use: set[str], first: int = 0
    ) -> tuple[str, str]:
        """A last part that is free below a folder, and the key of the whole path.

        first: the number to begin with, 0 for the one after the last that was given.
        """
        own = part
        key = wanted = key_above + _key(part)
        while any(key in one for one in in_use):
            number = first or self._next.get(wanted, 1) + 1
            first, self._next[wanted] = first and number + 1, number
            own = _numbered(part, number, self.name_bytes)
            key = key_above + _key(own)
        return own, key


def _key(path: str) -> str:
    """What two names must not share on a file system that ignores case and composition."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


@lru_cache(4096)
def _safe_part(part: str, name_bytes: int) -> str:
    part = _HIDDEN.sub("_", part).translate(_FULL_WIDTH)
    kept = part.rstrip(". ")
    part = kept + "_" * (len(part) - len(kept))
    if _RESERVED.fullmatch(part):
        part = "_" + part
    # A dropped character may have kept two others from composing.
    return _cut(unicodedata.normalize("NFC", part), name_bytes)


def _cut(part: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8; what was cut is told apart by a digest, the ending stays."""
    if len(part.encode()) <= limit:
        return part
    ending = PurePosixPath(part).suffix
    if len(ending.encode()) > _ENDING_BYTES:
        ending = ""
    mark = "~" + hashlib.sha256(part.encode()).hexdigest()[:8]
    room = limit - len((mark + ending).encode())
    return part.encode()[: max(room, 0)].decode("utf-8", "ignore").rstrip(". ") + mark + ending


def _shorter(parts: list[str]) -> list[str]:
    short = [*(_cut(part, _SHORT_BYTES) for part in parts[:-1]), parts[-1]]
    if len("/".join(short).encode()) <= _PATH_BYTES:
        return short
    digest = hashlib.sha256("/".join(parts).encode()).hexdigest()[:8]
    return [short[0], f"~{digest}", parts[-1]]


def _numbered(part: str, number: int, name_bytes: int) -> str:
    path = PurePosixPath(part)
    mark = f" ({number})"
    stem, ending = (path.stem, path.suffix) if path.suffix else (part, "")
    if len(ending.encode()) > _ENDING_BYTES:
        stem, ending = part, ""
    room = name_bytes - len((mark + ending).encode())
    return stem.encode()[: max(room, 0)].decode("utf-8", "ignore") + mark + ending
