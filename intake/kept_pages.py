"""Pages that were read and are not filed yet: a kill costs no more than the page in hand."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from model.document import ScannedPage

_PAGE = TypeAdapter(ScannedPage)


class KeptPages:
    """Pages of one file that were read already, a line of JSON for each."""

    def __init__(self, folder: Path, sha256: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{sha256}.jsonl"
        whole = self._path.read_bytes() if self._path.exists() else b""
        if not whole.endswith(b"\n"):  # a kill has cut the last line: its page is read again
            self._path.write_bytes(whole[: whole.rfind(b"\n") + 1])

    def pages(self) -> list[ScannedPage]:
        """What is there. A line of another form, which an earlier version wrote, is left out."""
        found = []
        for line in self._path.read_bytes().splitlines():
            with contextlib.suppress(ValidationError):
                found.append(_PAGE.validate_json(line))
        return found

    def add(self, page: ScannedPage) -> None:
        with self._path.open("ab") as file:
            file.write(_PAGE.dump_json(page) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def drop(self) -> None:
        self._path.unlink(missing_ok=True)
