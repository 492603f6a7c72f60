"""`intake ledger export|rebuild`."""

from __future__ import annotations

from pathlib import Path

import click

from console.cli.options import programme_option
from console.cli.output import json_option, print_json, progress_bar
from intake.rebuild import rebuild
from intake.settings import load_settings
from intake.sheet import export_sheet
from intake.workplace import open_workplace


@click.group("ledger")
def command() -> None:
    """The ledger (台账)."""


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@programme_option
@json_option
def export(file: Path, programme: str | None, as_json: bool) -> int:
    """Write the ledger to FILE, .xlsx or .csv, in the clerk's column order."""
    with open_workplace(load_settings()) as place:
        rows = export_sheet(place, file, programme)
    if as_json:
        print_json({"file": str(file), "rows": rows})
    else:
        click.echo(f"{file}: {rows} rows")
    return 0


@command.command("rebuild")
@json_option
def rebuild_command(as_json: bool) -> int:
    """Fill an empty ledger from the archive alone."""
    settings = load_settings()
    with open_workplace(settings, new_ledger=True) as place, progress_bar(as_json) as bar:
        task = bar.add_task("rebuilding", total=None)
        done = rebuild(place, lambda _: bar.advance(task))
    values = {
        "objects": done.objects, "versions": done.versions,
        "receipts": done.receipts, "unknown": done.unknown,
    }  # fmt: skip
    if as_json:
        print_json(values)
    else:
        click.echo(", ".join(f"{count} {what}" for what, count in values.items()))
    return 1 if done.unknown else 0
