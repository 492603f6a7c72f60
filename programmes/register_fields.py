"""The columns that a register of issued numbers may have, under the words they stand under."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from model.fields import FieldRule
from model.programme import Programme
from programmes.fields import with_common_fields

REGISTER = Path(__file__).parent / "common" / "register.toml"


@cache
def _register_fields() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(REGISTER.read_text("utf-8"))["fields"])


def register_fields(programme: Programme) -> tuple[FieldRule, ...]:
    """The register's columns with the words that the programme has for them, then its other
    fields, so that a column of theirs is known for what it is."""
    known = {one.id: one for one in programme.fields}
    if not programme.common_fields:
        for one in with_common_fields({})["fields"]:
            known.setdefault(one["id"], FieldRule.model_validate(one))
    own = []
    for one in _register_fields():
        rule = FieldRule.model_validate(one)
        more = known.pop(rule.id, None)
        own.append(rule if more is None else _with_words(rule, more))
    return (*own, *known.values())


def _with_words(rule: FieldRule, more: FieldRule) -> FieldRule:
    return rule.model_copy(update={"more_synonyms": (*rule.more_synonyms, *more.words)})
