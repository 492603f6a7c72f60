"""The naming rule of a programme, alone and at once.

What is wrong with a file is told by the loader, which this falls back to at the first doubt.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from model.naming import NamingRule

SHIPPED = Path(__file__).parent


def programme_file(name: str, folder: Path | None = None) -> Path | None:
    """The file of a programme's id, or the path that was given; the operator's folder first."""
    if name.endswith(".toml"):
        return Path(name)
    for place in (folder, SHIPPED):
        if place is not None and (place / f"{name}.toml").is_file():
            return place / f"{name}.toml"
    return None


def find_naming(name: str, folder: Path | None = None) -> NamingRule | None:
    """A programme's naming rule, None where it has none.

    Raises: ProgrammeError where there is no such programme, or its file cannot be used.
    """
    path = programme_file(name, folder)
    if path is not None:
        try:
            table = tomllib.loads(path.read_text("utf-8-sig")).get("naming")
            return None if table is None else _rule(table)
        except (OSError, ValueError, TypeError):
            # The loader finds the same fault, and says it with its line.
            return _by_loader(name, folder)
    return _by_loader(name, folder)


def _rule(table: dict[str, object]) -> NamingRule:
    values = {key: tuple(one) if isinstance(one, list) else one for key, one in table.items()}
    return NamingRule(**values)  # type: ignore[arg-type]


def _by_loader(name: str, folder: Path | None) -> NamingRule | None:
    from programmes.loader import find_programme

    return find_programme(name, folder).naming
