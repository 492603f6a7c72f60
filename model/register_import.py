"""One import of issued numbers, as it is filed; the ledger's rows are made from it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from model.register import RegisterEntry

SCHEMA = 1
"""Version of the shape of `RegisterImport`."""
_WORDS = Path(__file__).with_name("register_lines.toml")


class ImportMode(StrEnum):
    """Whether the file is the whole register from now on, or only adds to the one in force."""

    REPLACE = "replace"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class LineNote:
    """What is to be said of one line of a file.

    line: from 1 as the program that wrote the file counts them, 0 where that is not known.
    code: a key of `register_lines.toml`. sheet: "" where the file has none. shown: the line's
    first cells, for whoever looks for it.
    """

    line: int
    code: str
    sheet: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    shown: str = ""

    @property
    def text(self) -> str:
        """What is wrong with it, in Chinese."""
        return line_words()[self.code].format_map(self.params)


@dataclass(frozen=True, slots=True)
class RegisterImport:
    """What one import made of a file. version: its number among those of its programme, from 1.

    entries: the whole register from then on, those that were only kept included.
    refused: lines that are not in it. original: the file's path beside this record.
    """

    schema: int
    programme: str
    version: int
    at: datetime
    by: str
    mode: ImportMode
    file_name: str
    size: int
    sha256: str
    original: str
    entries: tuple[RegisterEntry, ...]
    refused: tuple[LineNote, ...] = ()


@cache
def line_words() -> Mapping[str, str]:
    """Why a line is refused or doubtful, in Chinese, by code."""
    words: Mapping[str, str] = tomllib.loads(_WORDS.read_text("utf-8"))
    return words
