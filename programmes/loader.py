"""Reads a programme file and says what is wrong with it: file, line, what is allowed."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from model.errors import ProgrammeError
from model.programme import Programme
from programmes.fields import common_text, with_common_fields
from programmes.lines import key_lines, line_of
from programmes.naming import SHIPPED, programme_file

_AT_LINE = re.compile(r"\(at line (\d+)")
_KEY_NAMED = re.compile(r"(\w+): (.*)", re.DOTALL)


def shipped_programmes() -> tuple[str, ...]:
    """The ids of the programmes that come with the project."""
    return tuple(sorted(file.stem for file in SHIPPED.glob("*.toml")))


def find_programme(
    name: str, folder: Path | None = None, *, any_file_name: bool = False
) -> Programme:
    """The programme of an id or of a file's path; the operator's own folder goes first.

    any_file_name: a file that is only tried need not be named after its id.
    Raises: ProgrammeError where there is none of that name, or it cannot be used.
    """
    path = programme_file(name, folder)
    if path is not None:
        return load_programme(path, any_file_name=any_file_name)
    known = set(shipped_programmes())
    if folder is not None and folder.is_dir():
        known |= {file.stem for file in folder.glob("*.toml")}
    raise ProgrammeError(
        f"There is no programme {name!r}.",
        f"Known: {', '.join(sorted(known))}; or give the path of a .toml file.",
    )


def load_programme(path: Path, *, any_file_name: bool = False) -> Programme:
    """Read and check one file; an edited file is read anew.

    Raises: ProgrammeError naming every fault with its line.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise ProgrammeError(f"{path}: there is no such file.") from error
    except UnicodeDecodeError as error:
        raise ProgrammeError(
            f"{path}: cannot be read as UTF-8 text: {error}.", "Save it in UTF-8."
        ) from error
    except OSError as error:
        raise ProgrammeError(f"{path}: cannot be read: {error}.") from error
    programme = _parse(path, text)
    if programme.id != path.stem and not any_file_name:
        line = line_of(("id",), key_lines(text))
        raise ProgrammeError(
            f"{path}:{line}: id is {programme.id!r}, but the file is named {path.name!r}.",
            "Give both the same name, so that one is found by the other.",
        )
    return programme


@lru_cache(maxsize=64)
def _parse(path: Path, text: str) -> Programme:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        place = f"{path}:{at[1]}" if at else str(path)
        raise ProgrammeError(
            f"{place}: not valid TOML: {error}.", "See https://toml.io for the notation."
        ) from error
    if "version" in data:
        line = line_of(("version",), key_lines(text))
        raise ProgrammeError(
            f"{path}:{line}: version is not written by hand, it is the digest of the file's text.",
            "Remove the line.",
        )
    common = common_text() if data.get("common_fields", True) else ""
    data["version"] = hashlib.sha256((text + common).encode()).hexdigest()[:16]
    try:
        return Programme.model_validate(with_common_fields(data))
    except ValidationError as error:
        raise ProgrammeError("\n".join(_faults(path, text, error))) from error


def _faults(path: Path, text: str, error: ValidationError) -> list[str]:
    """One sentence for each fault, in the order of the file."""
    lines = key_lines(text)
    faults = []
    errors = error.errors()
    for one in errors:
        if one["type"] == "too_short" and any(
            other is not one and other["loc"][: len(one["loc"])] == one["loc"] for other in errors
        ):
            continue  # says that a list is empty only because its one element is refused
        place = tuple(part for part in one["loc"] if not _is_branch_of_union(part))
        shown = re.sub(r"\.(\d+)", r"[\1]", ".".join(str(part) for part in place)) or "the file"
        message = one["msg"].removeprefix("Value error, ")
        # A rule over several keys begins with the name of the one it is about.
        named = _KEY_NAMED.match(message)
        if one["type"] == "value_error" and named and named[1] in _allowed_keys(place):
            shown = f"{shown}.{named[1]}" if place else named[1]
            place, message = (*place, named[1]), named[2]
        if one["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            allowed = ", ".join(_allowed_keys(place[:-1]))
            message = f"unknown key; allowed here: {allowed}"
        elif one["type"] == "missing":
            message = "is missing"
        elif "input" in one and isinstance(one["input"], str | int | float | bool):
            message = f"{message} (it is {one['input']!r})"
        faults.append((line_of(place, lines), f"{shown}: {message}"))
    return [f"{path}:{line}: {fault}." for line, fault in dict.fromkeys(sorted(faults))]


def _is_branch_of_union(part: str | int) -> bool:
    """pydantic names the tried branch of a union (`datetime`, `date`) as part of the place."""
    return part in ("datetime", "date")


def _allowed_keys(place: tuple[str | int, ...]) -> list[str]:
    """The keys that the table at a place may hold."""
    model: Any = Programme
    for part in place:
        if isinstance(part, int):
            continue
        model = model.model_fields[part].annotation
        candidates = [model, *getattr(model, "__args__", ())]
        model = next((one for one in candidates if _is_table(one)), Programme)
    if is_dataclass(model):
        return [field.name for field in fields(model)]
    return [name for name in model.model_fields if name != "version"]


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and (issubclass(kind, BaseModel) or is_dataclass(kind))
