"""The templates of the letters: ours, and the operator's own, which go before them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    select_autoescape,
)

from model.errors import SettingsError
from receipts.wording import TEMPLATES


@cache
def environment(own: Path | None) -> Environment:
    """What fills the templates; a placeholder that there is not is an error."""
    folders = [own, TEMPLATES] if own else [TEMPLATES]
    return Environment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html", "html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=512)
def sentence(own: Path | None, source: str) -> Template:
    """One wording. It is plain text: it is escaped where the HTML template puts it in."""
    return environment(own).overlay(autoescape=False).from_string(source)


@contextmanager
def told_to_the_operator(kind: str, own: Path | None, context: dict[str, Any]) -> Iterator[None]:
    """Raises: SettingsError where a wording or a template cannot be filled."""
    try:
        yield
    except TemplateError as error:
        raise SettingsError(
            f"The letter {kind!r} cannot be worded with {own or TEMPLATES}: {error}.",
            f"Placeholders are: {', '.join(sorted(context))}.",
        ) from error
