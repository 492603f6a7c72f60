"""For what material a file is taken, and the few questions that every kind of evidence asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model.programme import FORMATS, Material
from model.submission import SubmittedFile


@dataclass(frozen=True, slots=True)
class Match:
    """Why a file is taken for a material. sure: False where a person should look. pages: first and
    last of each run of pages that is the material, empty for the whole file."""

    material: str
    why: str
    sure: bool = True
    pages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Every file with the material it was taken for; one file may hold several (sure only where
    their pages are known), and files of none are not in it."""

    matches: dict[str, tuple[Match, ...]]

    def match(self, material: str, path: str) -> Match | None:
        return next((one for one in self.matches.get(path, ()) if one.material == material), None)

    def files_of(self, material: str, files: tuple[SubmittedFile, ...]) -> list[SubmittedFile]:
        return [one for one in files if self.match(material, one.path)]

    def names(self, material: str) -> bool:
        """Whether any file was taken for the material."""
        return any(self.match(material, path) for path in self.matches)


def format_of(file: SubmittedFile) -> str:
    """The programme's name for a file's format, or its media type where it has none."""
    for name, types in FORMATS.items():
        if file.media_type in types:
            return name
    return file.media_type


def fits(file: SubmittedFile, material: Material) -> bool:
    return not material.formats or format_of(file) in material.formats


def ruled_out(file: SubmittedFile, material: Material) -> bool:
    return any(re.search(word, file.name) for word in material.recognise.not_words)
