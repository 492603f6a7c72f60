"""The wording of the letters: ours, and what the operator's own file changes of it."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from model.errors import SettingsError

TEMPLATES = Path(__file__).with_name("templates")
FILE = "wording.toml"
PARTS = ("title", "opening", "closing")


def read_wording(own: Path | None) -> dict[str, Any]:
    """disclaimer, kinds (by name: title, opening, closing) and states, all of them text.

    Read anew for every letter, so that an edited file counts from the next letter on.

    Raises: SettingsError where the operator's file is not TOML, or names what does not exist.
    """
    wording = deepcopy(_parsed((TEMPLATES / FILE).read_text("utf-8")))
    file = own / FILE if own else None
    if file is None or not file.is_file():
        return wording
    try:
        changes = _parsed(file.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}.", "It is TOML in UTF-8.") from error
    _check(changes, wording, file, "")
    _change(wording, changes)
    return wording


@lru_cache(maxsize=8)
def _parsed(text: str) -> dict[str, Any]:
    """Not to be changed: it is the same one for every letter."""
    return tomllib.loads(text)


def _check(changes: dict[str, Any], known: dict[str, Any], file: Path, place: str) -> None:
    for key, value in changes.items():
        if key not in known:
            raise SettingsError(
                f"{file}: there is no {place}{key} to reword.", f"Known: {', '.join(known)}."
            )
        if isinstance(known[key], dict) and isinstance(value, dict):
            _check(value, known[key], file, f"{place}{key}.")
        elif not (isinstance(known[key], str) and isinstance(value, str)):
            kind = "a text" if isinstance(known[key], str) else "a table"
            raise SettingsError(f"{file}: {place}{key} has to be {kind}.")


def _change(wording: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, dict):
            _change(wording[key], value)
        else:
            wording[key] = value
