"""Which fields of a form a programme declares, and under which labels they stand.

The fields that nearly every call has are data in `programmes/common/fields.toml`; the loader gives
them to every programme.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from model.labels import normal_label

NUMBER_FIELD, NAME_FIELD, USCC_FIELD = "application_no", "full_name", "uscc"
"""Ids of the fields that say whose form it is."""
LONGEST_PATTERN = 200
_NESTED = re.compile(r"[+*}]\)*[+*{]")
"""A repetition of a repetition may take for ever."""


class FieldKind(StrEnum):
    """What a value has to look like."""

    TEXT = "text"
    NUMBER = "number"
    FULL_NAME = "full_name"
    PERSON = "person"
    USCC = "uscc"
    PHONE = "phone"
    MOBILE = "mobile"
    EMAIL = "email"
    DATE = "date"
    MONEY = "money"
    COUNT = "count"
    FIGURES = "figures"
    """One amount for each of several years."""
    INDUSTRY = "industry"
    CITY = "city"
    OTHER = "other"
    """Nothing is read under it: it only says that this is a label and no value."""


class FieldRule(BaseModel):
    """One field. label: how a person calls it. synonyms: labels it stands under, as words or,
    between slashes, as regular expressions for the whole label. more_synonyms: added to those of
    the common field of the same id. materials: ids of those it is looked for in, empty for all.
    of: the id of the person (联系人) that it belongs to where a form has several of its kind.
    column: only a column of statistics tables."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
    label: Annotated[str, Field(min_length=1, max_length=60)]
    synonyms: tuple[str, ...] = ()
    more_synonyms: tuple[str, ...] = ()
    kind: FieldKind = FieldKind.TEXT
    materials: tuple[str, ...] = ()
    of: str = ""
    column: bool = False

    @field_validator("synonyms", "more_synonyms")
    @classmethod
    def _compiles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            if not is_pattern(word):
                if not normal_label(word):
                    raise ValueError(f"{word!r} has nothing that a label could be compared with")
                continue
            try:
                compiled = re.compile(word[1:-1])
            except re.error as error:
                raise ValueError(f"{word!r} is not a regular expression: {error}") from error
            if len(word) > LONGEST_PATTERN or _NESTED.search(word):
                raise ValueError(f"{word!r} repeats a repetition, or is too long")
            if compiled.fullmatch(""):
                raise ValueError(f"{word!r} matches nothing at all (the empty text)")
        return value

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that it is known by, its own label first."""
        return (self.label, *self.synonyms, *self.more_synonyms)


def is_pattern(word: str) -> bool:
    """Whether a synonym is a regular expression: /…/."""
    return len(word) > 2 and word.startswith("/") and word.endswith("/")
