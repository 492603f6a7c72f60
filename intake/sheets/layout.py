"""What a sheet is made of: columns, each of one kind, and rows of plain values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from intake.sheets.words import CUT


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a file or folder beside the workbook. target: its relative path."""

    text: str
    target: str


Cell = str | int | datetime | date | Link | None
"""A datetime is a moment in the zone in which it is to be shown."""
Line = Sequence[Cell]

LONGEST = 32_767
"""Characters that a cell of Excel holds (its own limit), in units of UTF-16."""


class Kind(StrEnum):
    """How the cells of a column are shown. TEXT: an identifier, never a number. WORDS: wrapped.
    STATE: coloured by its word."""

    TEXT = "text"
    WORDS = "words"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. width: in characters of the font's digits; a 汉字 takes two."""

    name: str
    width: float
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Layout:
    """One sheet. name: at most 31 characters. held: columns at the left that stay in sight."""

    name: str
    columns: tuple[Column, ...]
    held: int = 0


def columns(kind: Kind, *named: tuple[str, float]) -> tuple[Column, ...]:
    """Columns of one kind."""
    return tuple(Column(name, width, kind) for name, width in named)


def in_cell(text: str) -> str:
    """What a cell can hold: no more than its characters; what was cut is told."""
    if len(text) <= LONGEST // 2 or _units(text) <= LONGEST:
        return text
    room = (LONGEST - len(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT


def _units(text: str) -> int:
    """Characters as Excel counts them: those beyond U+FFFF twice."""
    return len(text.encode("utf-16-le")) // 2


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column so wide; a 汉字 counts two."""
    room = max(int(width) - 1, 2)
    if len(text) * 2 <= room and "\n" not in text:
        return 1  # as nearly all do
    return sum(max(1, -(-_width(part) // room)) for part in text[:LONGEST].split("\n"))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def as_text(cell: Cell) -> str:
    """The cell of a CSV file: moments and days as ISO 8601, which every program sorts."""
    if cell is None:
        return ""
    if isinstance(cell, Link):
        return cell.text
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return str(cell)


def joined(texts: Iterable[str]) -> str:
    return "；".join(text for text in texts if text)
