"""docs/programme.md: every key of a programme file, each with its default, and none besides."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, is_dataclass
from dataclasses import fields as fields_of
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from model.naming import NAME_ENDINGS
from model.programme import Programme
from tests.programmes.test_explain import keys

PAGE = Path(__file__).parents[2] / "docs" / "programme.md"
ROW = re.compile(r"^\| `([a-z_.]+)` \| (.*?) \| (.+) \|$", re.MULTILINE)


def default_of(path: str) -> str:
    """The default as the page shows it: in TOML, "" where the key has to be given."""
    model: Any = Programme
    *tables, key = path.split(".")
    for table in tables:
        model = next(one for one in _kinds(model, table) if _is_table(one))
    if is_dataclass(model):
        found = next(one for one in fields_of(model) if one.name == key).default
        value = PydanticUndefined if found is MISSING else found
    else:
        field = model.model_fields[key]
        value = field.default_factory() if field.default_factory else field.default
    if value is PydanticUndefined:
        return "required"
    if value is None:
        return "none"
    if value == NAME_ENDINGS:
        return "the usual ones"
    return f"`{_toml(value)}`"


def _toml(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    return "{}" if value == {} else json.dumps(value, ensure_ascii=False)


def _kinds(model: Any, name: str) -> list[Any]:
    kind = model.model_fields[name].annotation
    found = [kind]
    for one in found:
        found.extend(get_args(one))
    return found


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and (issubclass(kind, BaseModel) or is_dataclass(kind))


def test_the_page_has_every_key_with_its_default_and_none_besides() -> None:
    rows = {match[1]: match[2] for match in ROW.finditer(PAGE.read_text("utf-8"))}
    assert rows == {path: default_of(path) for path in keys() if path != "version"}
