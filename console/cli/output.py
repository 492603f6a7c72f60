"""What commands print: JSON for programs, tables and progress bars for people."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """A table as wide as the terminal, or as wide as it needs where there is none."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 200)
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        # Text, not markup: a sender's [bold] is only letters.
        table.add_row(*(Text(printable(str(value))) for value in row))
    console.print(table)


def printable(text: str) -> str:
    """Control characters made visible: a sender's text must not drive the terminal."""
    return "".join(
        f"\\x{ord(char):02x}"
        if unicodedata.category(char)[0] == "C" and char not in "\n\t"
        else char
        for char in text
    )


def finding_json(finding: Any) -> dict[str, str]:
    return {"code": finding.code, "about": finding.about, "text": finding.text}


def print_findings(findings: Iterable[Any]) -> None:
    """Each finding with what to do about it."""
    for finding in findings:
        about = f" [{finding.about}]" if finding.about else ""
        click.echo(printable(f"  {finding.code}{about}: {finding.text}"))
        if finding.advice:
            click.echo(printable(f"      {finding.advice}"))


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Progress]:
    """A progress bar on standard error; nothing where that is not a terminal or JSON is wanted."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
    ) as bar:
        yield bar


@contextmanager
def byte_bar(quiet: bool = False) -> Iterator[Progress]:
    """As `progress_bar`, for bytes."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
    ) as bar:
        yield bar
