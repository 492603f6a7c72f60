"""Where the settings come from, as plain values; light, for commands that must answer at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.errors import SettingsError

PREFIX = "INTAKE_"
FILE_NAME = "intake.toml"
CONFIG_VARIABLE = "INTAKE_CONFIG"
DEFAULT_PROGRAMME = "national-2021"


def settings_path(environment: Mapping[str, str]) -> Path | None:
    """The settings file in force: the one that INTAKE_CONFIG names, else ./intake.toml.

    Raises: SettingsError where the variable names a file that does not exist.
    """
    named = environment.get(CONFIG_VARIABLE)
    if named:
        if not Path(named).is_file():
            raise SettingsError(
                f"{CONFIG_VARIABLE} names {named}, and there is no such file.",
                "Correct the variable or make the file.",
            )
        return Path(named)
    return Path(FILE_NAME) if Path(FILE_NAME).is_file() else None


def read_values(path: Path) -> dict[str, Any]:
    """Raises: SettingsError where it cannot be read as TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", "It must be valid TOML.") from error


def overlay(values: dict[str, Any], environment: Mapping[str, str]) -> None:
    """Let the environment's values go over those of the file.

    Raises: SettingsError where a variable is not of the form of a key, or not a list in TOML.
    """
    for name, text in sorted(environment.items()):
        if not name.startswith(PREFIX) or name == CONFIG_VARIABLE:
            continue
        *tables, key = name.removeprefix(PREFIX).lower().split("__")
        place = values
        for table in tables:
            place = place.setdefault(table, {})
            if not isinstance(place, dict):
                raise SettingsError(
                    f"{name}: {table} is a single value, not a table.", "Correct the name."
                )
        place[key] = _value(name, text)


def _value(name: str, text: str) -> object:
    """A list is written as in TOML: INTAKE_OWN_ADDRESSES='["a@example.test"]'."""
    if not text.startswith("["):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: not a list in TOML: {error}.", 'Write ["a", "b"].') from error


def default_programme(environment: Mapping[str, str] | None = None) -> str:
    """The configured programme, without looking at anything else."""
    return _one_value("programme", environment) or DEFAULT_PROGRAMME


def default_programmes(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The programmes that a mail in a file may belong to; see `Settings.programmes_of`."""
    environment = os.environ if environment is None else environment
    path = settings_path(environment)
    values = read_values(path) if path else {}
    overlay(values, environment)
    boxes = list(values.get("mailboxes", {}).values())
    several = boxes[0].get("programmes") if len(boxes) == 1 else None
    return tuple(several or values.get("programmes") or [default_programme(environment)])


def programmes_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """The operator's own folder of programmes, without looking at anything else."""
    folder = _one_value("programmes_dir", environment)
    return Path(folder) if folder else None


def _one_value(key: str, environment: Mapping[str, str] | None) -> str:
    environment = os.environ if environment is None else environment
    path = settings_path(environment)
    from_file = read_values(path).get(key, "") if path else ""
    return environment.get(PREFIX + key.upper()) or str(from_file)
