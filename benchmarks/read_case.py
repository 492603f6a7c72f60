"""One file of the reading benchmark with what is to be read in it, and where it is kept."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.read_papers import Aside

OFFICE_SECONDS = 600.0
NO_TEXT = frozenset({"deleted text", "sheet name"})
"""Read or not, both are right."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A seal that is on a page: page from 1; box in points, None where only the page is known."""

    page: int
    box: Box | None
    kind: str
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One file. text: its body in reading order. looked_for: constructs that must be in what is
    read, wherever; beside: words that may be. form: fields and their values. picture: to be read
    by OCR; seals_only: looked through for seals and no more."""

    path: Path
    text: str
    looked_for: tuple[Aside, ...] = ()
    beside: tuple[Aside, ...] = ()
    form: tuple[tuple[str, str], ...] = ()
    stamps: tuple[Stamp, ...] = ()
    picture: bool = False
    seals_only: bool = False


def text_case(
    path: Path, text: str, asides: Sequence[Aside] = (), form: Iterable[tuple[str, str]] = (),
    lost: frozenset[str] = frozenset(),
) -> Case:  # fmt: skip
    """A file that needs no OCR. lost: kinds of constructs that its format does not hold."""
    free = lost | NO_TEXT
    looked_for = tuple(aside for aside in asides if aside.kind not in free)
    return Case(
        path, text, looked_for, tuple(aside for aside in asides if aside.kind in free), tuple(form),
    )  # fmt: skip


class Workshop:
    """Where the corpus is made and kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.office = shutil.which("soffice") or ""
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, name: str, data: bytes) -> Path:
        """The file's place."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def converted(self, sources: Sequence[Path], kind: str) -> list[Path] | None:
        """Each as LibreOffice saves it; None without LibreOffice.

        Raises: subprocess.SubprocessError where it fails, FileNotFoundError where it left one out.
        """
        if not self.office:
            return None
        stock = self._folder / "office" / kind
        stock.mkdir(parents=True, exist_ok=True)
        places = [stock / f"{_digest(source)}.{kind}" for source in sources]
        todo = [(s, p) for s, p in zip(sources, places, strict=True) if not p.exists()]
        if todo:
            with tempfile.TemporaryDirectory() as name:
                self._convert(todo, kind, Path(name))
        return places

    def _convert(self, todo: Sequence[tuple[Path, Path]], kind: str, folder: Path) -> None:
        given = [folder / f"{place.stem}{source.suffix}" for source, place in todo]
        for (source, _place), copy in zip(todo, given, strict=True):
            shutil.copyfile(source, copy)
        words = [self.office, f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
        words += ["--headless", "--convert-to", kind, "--outdir", str(folder / "out")]
        subprocess.run(
            [*words, *map(str, given)], check=True, capture_output=True, timeout=OFFICE_SECONDS
        )
        for _source, place in todo:
            shutil.move(folder / "out" / place.name, place)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:24]
