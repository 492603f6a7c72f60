"""`intake register import|show|export|report`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from checks.register_near import near_names, near_numbers
from console.cli.options import programme_option, user_name
from console.cli.output import json_option, print_json, printable
from console.cli.register_shown import (
    plan_values,
    preview,
    print_entries,
    print_report,
    report_values,
)
from intake.register.groups import GROUPS
from intake.register.importing import Plan, carry_out, plan
from intake.register.in_force import register_of
from intake.register.report import report
from intake.register.sheet import export_register, export_report
from intake.settings import load_settings
from intake.workplace import open_workplace
from model.register import Register, RegisterEntry
from model.register_import import ImportMode, RegisterImport
from storage.ledger import register as rows


@click.group("register")
def command() -> None:
    """The register (登记册): which application number was issued to which unit."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@programme_option
@click.option("--add", is_flag=True, help="Add to the register; without it FILE replaces it whole.")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@click.option("--yes", is_flag=True, help="Import without asking.")
@click.option("--without-refused", is_flag=True, help="Import the others where lines are refused.")
@json_option
def import_(
    file: Path,
    programme: str | None,
    add: bool,
    dry_run: bool,
    yes: bool,
    without_refused: bool,
    as_json: bool,
) -> int:
    """Take in FILE (.csv, .xlsx, .xls, .ods): the whole register of a programme from then on.

    Shows what changes and which lines are refused, and asks. Nothing is written where a line is
    refused, unless --without-refused.
    """
    mode = ImportMode.ADD if add else ImportMode.REPLACE
    settings = load_settings()
    with (
        open_workplace(settings) as place,
        plan(place, file, programme or settings.programme, mode) as planned,
    ):
        if not as_json:
            preview(planned)
        wanted = not dry_run and (without_refused or not planned.read.refused)
        agreed = wanted and (yes or _asked(planned, as_json=as_json))
        made = carry_out(place, planned, user_name()) if agreed else None
    if as_json:
        print_json({**plan_values(planned), "imported": made.version if made else None})
    else:
        click.echo(_ending(planned, made, agreed=agreed, dry_run=dry_run, wanted=wanted))
    if planned.read.refused:
        return 1
    return 0 if agreed or dry_run else 1


@command.command("show")
@programme_option
@click.option("--number", metavar="N", help="The entry of this number, or those with like ones.")
@click.option("--name", metavar="X", help="The entries of this unit, or of those with like names.")
@json_option
def show(programme: str | None, number: str | None, name: str | None, as_json: bool) -> int:
    """The register in force, and the imports that made it."""
    settings = load_settings()
    with open_workplace(settings) as place:
        rules = place.programme(programme or settings.programme)
        register = register_of(place, rules.id)
        with place.ledger.read() as tx:
            imports = rows.imports(tx, rules.id)
    exact, found = _found(register, number, name)
    if as_json:
        print_json(
            {
                "programme": rules.id, "version": register.version, "exact": exact,
                "entries": [asdict(one) for one in found],
                "imports": [
                    {"version": one.version, "at": one.imported_at, "by": one.by,
                     "file": one.file_name, "sha256": one.sha256, "entries": one.entries}
                    for one in imports
                ],
            }
        )  # fmt: skip
        return 0 if exact else 1
    if not register.version:
        click.echo(f"{rules.id} has no register; import one with `intake register import FILE`.")
        return 1
    if not exact:
        click.echo("Not in the register." + (" Like it:" if found else ""))
    if found:
        print_entries(found)
    if number is None and name is None:
        for one in imports:
            at = one.imported_at.astimezone(rules.zone)
            click.echo(
                printable(
                    f"version {one.version}: {at:%Y-%m-%d %H:%M} {one.by}, {one.file_name}, "
                    f"{one.entries} entries"
                )
            )
    return 0 if exact else 1


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@programme_option
@json_option
def export(file: Path, programme: str | None, as_json: bool) -> int:
    """Write the register in force to FILE, .xlsx or .csv, as `import` takes it."""
    settings = load_settings()
    with open_workplace(settings) as place:
        count = export_register(place, programme or settings.programme, file)
    if as_json:
        print_json({"file": str(file), "entries": count})
    else:
        click.echo(f"{file}: {count} entries")
    return 0


@command.command("report")
@programme_option
@click.option("--by", type=click.Choice(list(GROUPS)), default="city", show_default=True)
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.xlsx",
    help="Write it to a workbook, with every unit.",
)
@json_option
def report_(programme: str | None, by: str, into: Path | None, as_json: bool) -> int:
    """应报、已报、未报: how many units have sent, and which have not."""
    settings = load_settings()
    with open_workplace(settings) as place:
        made = report(place, programme or settings.programme, by)
        if into is not None:
            export_report(made, into)
    if as_json:
        print_json(report_values(made))
        return 0
    print_report(made)
    if into is not None:
        click.echo(f"{into}: written")
    return 0


def _asked(planned: Plan, *, as_json: bool) -> bool:
    if as_json or not planned.changes or not sys.stdin.isatty():
        return not planned.changes
    return click.confirm("Import this?", default=False)


def _ending(
    planned: Plan, made: RegisterImport | None, *, agreed: bool, dry_run: bool, wanted: bool
) -> str:
    if made is not None:
        return f"Imported: version {made.version}, {len(made.entries)} entries."
    if agreed:
        return "The register is so already; nothing was written."
    if planned.read.refused and not wanted and not dry_run:
        return (
            f"Nothing was written: {len(planned.read.refused)} lines are refused. "
            "Correct the file, or leave them out with --without-refused."
        )
    return "Nothing was written." + ("" if dry_run else " --yes imports it.")


def _found(
    register: Register, number: str | None, name: str | None
) -> tuple[bool, list[RegisterEntry]]:
    """Whether what was asked for is there, and what is to be shown."""
    if number is None and name is None:
        return bool(register), list(register.entries)
    entry = register.entry(number) if number is not None else None
    exact = [entry] if entry else []
    exact += [one for one in register.of_name(name or "") if one not in exact]
    if exact:
        return True, exact
    near = near_numbers(number, register) if number else []
    return False, [*near, *(near_names(name, register) if name else [])]
