"""The files in force of an application, and what each mail changed among them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class EffectiveFile:
    """One file in force. version: the archived version that holds it; filed_as: its path there.

    change: against what was in force before. instead_of: path of the file that it took the place
    of, "" if none.
    """

    version: int
    filed_as: str
    path: str
    sha256: str
    material: str = ""
    change: Change = Change.ADDED
    instead_of: str = ""
