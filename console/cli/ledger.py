"""`intake ledger export|chart|rebuild`."""

from __future__ import annotations

from pathlib import Path

import click

from console.cli.options import programme_option
from console.cli.output import json_option, print_json, progress_bar
from intake.rebuild import rebuild
from intake.settings import load_settings
from intake.workplace import open_workplace


@click.group("ledger")
def command() -> None:
    """The ledger (台账)."""


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--programme", "-p", default=None, metavar="P",
    help="Only this programme; all of them by default.",
)  # fmt: skip
@json_option
def export(file: Path, programme: str | None, as_json: bool) -> int:
    """Write the ledger to FILE, .xlsx or .csv, in the clerk's column order.

    A workbook holds 台账, 问题清单, 统计表汇总, 按日收到 with its chart, and 归档目录.
    """
    from intake.sheets.export import export_sheet

    with open_workplace(load_settings()) as place, progress_bar(as_json) as bar:
        task = bar.add_task("exporting", total=None)
        done = export_sheet(place, file, programme, lambda: bar.advance(task))
    troubles = [{"where": where, "problem": problem} for where, problem in done.troubles]
    if as_json:
        print_json(
            {"file": str(file), "rows": done.rows, "sheets": done.sheets, "problems": troubles}
        )
    else:
        click.echo(f"{file}: {done.rows} rows")
        for name, rows in done.sheets.items():
            click.echo(f"  {name}: {rows}")
        for one in troubles:
            click.echo(f"  {one['where']}: {one['problem']}", err=True)
    return 1 if troubles else 0


@command.command("chart")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@programme_option
@json_option
def chart(file: Path, programme: str | None, as_json: bool) -> int:
    """Draw how many submissions came on each day, as FILE.png."""
    from intake.sheets.chart import export_chart

    settings = load_settings()
    with open_workplace(settings) as place:
        drawn = export_chart(place, file, programme or settings.programme)
    if as_json:
        print_json(
            {
                "file": str(file),
                "programme": drawn.programme,
                "days": [
                    {"day": day.day, "counts": day.counts, "so_far": day.so_far}
                    for day in drawn.days
                ],
            }
        )
    else:
        click.echo(f"{file}: {len(drawn.days)} days")
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
        "receipts": done.receipts, "unknown": done.unknown, "registers": done.registers,
    }  # fmt: skip
    if as_json:
        print_json(values)
    else:
        click.echo(", ".join(f"{count} {what}" for what, count in values.items()))
    return 1 if done.unknown else 0
