"""Files within a document: counted, hashed and, where a folder is given, written out.

Residual risks: nothing is opened here; what a file is, and whether it may be read in turn, is
decided by whoever takes it up, by its content. A file beyond the limits is named, not kept.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from model.document import Embedded, ReadRequest
from model.finding import Finding

_NAME_CHARACTERS = 200
_CHUNK_BYTES = 1 << 20


class Sink:
    """Takes the files found in one document, under the limits of its request."""

    def __init__(self, request: ReadRequest) -> None:
        self._into = request.into
        self._limits = request.limits
        self._left = request.limits.embedded_bytes
        self._found: list[Embedded] = []
        self._refused: list[str] = []
        self._pictures = 0

    @property
    def found(self) -> tuple[Embedded, ...]:
        """What was taken, in the order of the document."""
        return tuple(self._found)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What has to be said of the files within; () where there are none."""
        told: list[Finding] = []
        seen = len(self._found) + len(self._refused) - self._pictures
        if seen:
            told.append(Finding("document.embedded", params={"count": str(seen)}))
        if self._refused:
            count, first = str(len(self._refused)), self._refused[0]
            told.append(Finding("document.limit_embedded", params={"count": count, "name": first}))
        return tuple(told)

    @property
    def room(self) -> int:
        """How many bytes more are taken."""
        return self._left

    def add(
        self, name: str, data: bytes | Iterable[bytes], source: str, *, picture: bool = False
    ) -> None:
        """One more file. name: as the document gives it, "" where it gives none.

        source: the part of the document that holds it. data: whole, or in pieces; what the
        pieces raise goes through, and nothing is kept of that file. picture: it is one of the
        document's own pictures, handed over to be read, and not told as a file within.

        Raises: OSError where the disk does not take it.
        """
        name = safe_name(name) or safe_name(source) or "embedded"
        if len(self._found) >= self._limits.embedded_files:
            self._refused.append(name)
            return
        if self._into is None:
            size, digest = self._taken(data, None)
            stored = None
        else:
            stored = self._into / f"embedded-{len(self._found) + 1:04d}"
            try:
                with stored.open("xb") as file:
                    size, digest = self._taken(data, file)
            except BaseException:
                stored.unlink(missing_ok=True)
                raise
        if size < 0:
            self._refused.append(name)
            if stored:
                stored.unlink()
            return
        self._left -= size
        self._pictures += picture
        self._found.append(Embedded(name, size, digest, source, stored))

    def refuse(self, name: str, source: str) -> None:
        """A file that is known to be there, but too large for its own reader to hand over."""
        self._refused.append(safe_name(name) or safe_name(source) or "embedded")

    def _taken(self, data: bytes | Iterable[bytes], file: BinaryIO | None) -> tuple[int, str]:
        """Size and SHA-256 of what was taken; size -1 where it is more than there is room for."""
        digest = hashlib.sha256()
        size = 0
        for piece in _pieces(data) if isinstance(data, bytes) else data:
            size += len(piece)
            if size > self._left:
                return -1, ""
            digest.update(piece)
            if file is not None:
                file.write(piece)
        return size, digest.hexdigest()


def _pieces(data: bytes) -> Iterable[bytes]:
    for start in range(0, len(data), _CHUNK_BYTES):
        yield data[start : start + _CHUNK_BYTES]


def safe_name(name: str) -> str:
    """The last part of a path, without control and direction characters; "" if nothing is left.

    It is data for people and never a path: files are written under names of our own.
    """
    last = name.replace("\\", "/").rstrip("/ ").rsplit("/", 1)[-1]
    clean = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    clean = clean.strip()
    if clean in (".", ".."):
        return ""
    if len(clean) > _NAME_CHARACTERS:
        ending = Path(clean).suffix[:16]
        clean = clean[: _NAME_CHARACTERS - len(ending)] + ending
    return clean
