"""Pages of filed documents as pictures, made when somebody looks and kept for the next look."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from parsers.isolation import Readers

DPI = 110.0
"""Enough to read small print on a screen."""
MOST_KEPT = 2_000
"""Pictures in the cache; those not looked at for longest go first."""


class PagePictures:
    """A folder of pictures by the file's digest and the page's number.

    Everything in it can be made again, so it may be removed at any time.
    """

    def __init__(self, folder: Path, readers: Readers) -> None:
        self._folder = folder
        self._readers = readers

    def of(self, file: Path, sha256: str, media_type: str, number: int) -> Path:
        """The picture of one page. Raises: ReaderFailed."""
        kept = self._folder / f"{sha256}-{number}-{DPI:g}.png"
        try:
            os.utime(kept)
        except FileNotFoundError:
            self._make(kept, file, media_type, number)
        return kept

    def _make(self, kept: Path, file: Path, media_type: str, number: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder) as into:
            made = self._readers.render_page(file, media_type, number, DPI, Path(into))
            made.replace(kept)
        self._make_room()

    def _make_room(self) -> None:
        looked_at = []
        for one in self._folder.glob("*.png"):
            # Another request may be making room at the same time.
            with contextlib.suppress(FileNotFoundError):
                looked_at.append((one.stat().st_mtime, one))
        for _, one in sorted(looked_at)[: max(len(looked_at) - MOST_KEPT, 0)]:
            one.unlink(missing_ok=True)
