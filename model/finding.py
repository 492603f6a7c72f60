"""A finding: one thing that a person should know about a submission, as a value.

The sentences stand in `model/findings/*.toml`, one file for each area; together they are
one table, keyed by the finding's code. `docs/findings.md` is generated from it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

TABLE_FOLDER = Path(__file__).with_name("findings")


class Effect(StrEnum):
    """What follows from a finding, from the mildest to the strongest."""

    NOTE = "note"
    """Recorded and shown to the clerk; the applicant is not told."""
    REMIND = "remind"
    """Told to the applicant; nothing is asked."""
    PERSON = "person"
    """A clerk has to look. The letter goes out all the same; a decision is told by another."""
    CORRECT = "correct"
    """The applicant has to send something again."""
    PEND = "pend"
    """Held until a clerk decides, and the applicant is told so."""
    REFUSE = "refuse"
    """Not taken, because the notice says so."""
    RETURN = "return"
    """Cannot be taken in as it is; sent back with what to do."""
    IGNORE = "ignore"
    """Not a submission at all: filed, and never answered."""


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One row of the table.

    text, advice: Chinese, with `{about}` and `{parameter}` placeholders. advice may be empty.
    meaning: English, for `docs/findings.md`. told: the applicant is told as well, though it is
    a person of ours who has to look.
    """

    code: str
    effect: Effect
    text: str
    advice: str
    meaning: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed about one thing.

    code: a key of the table. about: the file, header or name concerned, "" for the whole mail.
    params: what the table's placeholders need, as text. so: what follows from it in this call,
    None where that is what the table says.
    """

    code: str
    about: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    so: Effect | None = None

    @property
    def kind(self) -> FindingKind:
        return finding_kinds()[self.code]

    @property
    def effect(self) -> Effect:
        return self.so or self.kind.effect

    @property
    def told(self) -> bool:
        """Whether the applicant's letter mentions it, be it only as a reminder."""
        return self.kind.told or self.effect not in (Effect.NOTE, Effect.PERSON, Effect.IGNORE)

    @property
    def text(self) -> str:
        """What was found, in Chinese."""
        return self._fill(self.kind.text)

    @property
    def advice(self) -> str:
        """What to do about it, in Chinese; "" where there is nothing to do."""
        return self._fill(self.kind.advice)

    def _fill(self, template: str) -> str:
        return template.format_map({"about": self.about, **self.params})


@cache
def finding_kinds() -> Mapping[str, FindingKind]:
    """The whole table, by code, in the order of the files and of the rows in them.

    Raises: ValueError where two files define one code, or a row is not complete.
    """
    kinds: dict[str, FindingKind] = {}
    for file in sorted(TABLE_FOLDER.glob("*.toml")):
        for code, row in tomllib.loads(file.read_text("utf-8")).items():
            if code in kinds:
                raise ValueError(f"{file.name}: finding {code!r} is defined twice")
            kinds[code] = FindingKind(
                code=code,
                effect=Effect(row["effect"]),
                text=row["text"],
                advice=row.get("advice", ""),
                meaning=row["meaning"],
                told=row.get("told", False),
            )
    return kinds
