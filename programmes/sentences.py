"""The sentences in which a programme is explained, out of their table (`common/explain.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "common" / "explain.toml"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a programme in Chinese sentences. key: as the table and the file name it."""

    key: str
    heading: str
    sentences: tuple[str, ...]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


class Sentences:
    """Those of one section, gathered in order."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._said: list[str] = []

    def say(self, name: str, **values: object) -> None:
        """Add one of the section's sentences with its values put in."""
        self._said.append(phrase(self._key, name, **values))

    def section(self) -> Section:
        return Section(self._key, _table()[self._key]["heading"], tuple(self._said))


def phrase(section: str, name: str, **values: object) -> str:
    """One entry of the table with its values put in."""
    return str(_table()[section][name]).format_map(values)


def word(kind: str, name: str) -> str:
    """The word for a value, as the name of a format; a name that has none stands for itself."""
    return str(_table()["words"][kind].get(name, name))


def known(text: str) -> str:
    """A value that an operator may leave empty."""
    return text or str(_table()["words"]["unknown"])


def listed(parts: Iterable[object]) -> str:
    """甲、乙、丙; what stands for nothing where there is nothing."""
    words = _table()["words"]
    return str(words["separator"]).join(str(part) for part in parts) or str(words["none"])


def day(value: date) -> str:
    """2021年6月16日."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """2021年6月16日 23:59:59, as the value has it."""
    return f"{day(value)} {value:%H:%M:%S}"
