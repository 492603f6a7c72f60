"""The fields that nearly every call has, given to a programme before it is checked."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from model.fields import FieldRule

COMMON = Path(__file__).parent / "common" / "fields.toml"


@cache
def common_text() -> str:
    """The file as it stands; a part of the rules of every programme that uses it."""
    return COMMON.read_text("utf-8")


@cache
def _common() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(common_text())["fields"])


def common_fields() -> tuple[FieldRule, ...]:
    """The common fields as a programme has them that changes none."""
    return tuple(FieldRule.model_validate(one) for one in _common())


def with_common_fields(data: dict[str, Any]) -> dict[str, Any]:
    """The programme's own fields, then the common ones that it does not name.

    What a field of its own does not say is taken from the common one of its id, so that to add a
    synonym takes two lines. Its own come first and in their order: a fault is told by the place.
    """
    own = data.get("fields", [])
    tables = isinstance(own, list) and all(isinstance(one, dict) for one in own)
    if data.get("common_fields", True) is not True or not tables:
        return data
    common = {one["id"]: one for one in _common()}
    known = [one.get("id") for one in own]
    extended = [
        {**common[name], **one} if isinstance(name, str) and name in common else one
        for name, one in zip(known, own, strict=True)
    ]
    rest = [one for name, one in common.items() if name not in known]
    return {**data, "fields": [*extended, *rest]}
