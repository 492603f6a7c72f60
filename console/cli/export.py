"""`intake export`: a browsable copy of the files in force, one folder or ZIP for each applicant."""

from __future__ import annotations

from pathlib import Path

import click

from console.cli.options import programme_option
from console.cli.output import json_option, print_json, print_table, progress_bar
from intake.settings import load_settings
from intake.workplace import open_workplace
from model.verdict import Outcome

ALL = "all"
NOT_EXPORTED = (Outcome.IGNORED, Outcome.FORWARDED, Outcome.TIED, Outcome.DUPLICATE)
CHOICES = [*(one.value for one in Outcome if one not in NOT_EXPORTED), ALL]


@click.command("export")
@click.option(
    "--into", required=True, type=click.Path(path_type=Path), metavar="DIR|FILE.zip",
    help="A new or empty folder, or a new ZIP.",
)  # fmt: skip
@programme_option
@click.option(
    "--outcome", "wanted", multiple=True, type=click.Choice(CHOICES), default=("complete",),
    show_default=True, help="Whose files: applications of this outcome; may be given again.",
)  # fmt: skip
@click.option("--zip-each", is_flag=True, help="A ZIP for each applicant instead of a folder.")
@json_option
def command(
    into: Path, programme: str | None, wanted: tuple[str, ...], zip_each: bool, as_json: bool
) -> int:
    """Copy the files in force, one folder for each applicant, with an index (评审材料).

    Folders are named 申报编号+单位全称 and hold the materials in their order. Every byte is
    compared with the digest that was archived; an application that is damaged is left out whole
    and told, and the exit code is 1.
    """
    from intake.export.package import export_package

    settings = load_settings()
    outcomes = frozenset(
        one for one in Outcome if one not in NOT_EXPORTED and (ALL in wanted or one.value in wanted)
    )
    with open_workplace(settings) as place, progress_bar(as_json) as bar:
        task = bar.add_task("copying", total=None)
        done = export_package(
            place,
            into,
            programme or settings.programme,
            outcomes,
            zip_each=zip_each,
            progress=lambda: bar.advance(task),
        )
    left_out = [
        {"application_no": one.number, "full_name": one.full_name, "problem": one.reason}
        for one in done.left_out
    ]
    if as_json:
        print_json(
            {
                "into": str(into),
                "applicants": done.applicants,
                "files": done.files,
                "bytes": done.bytes,
                "left_out": left_out,
            }
        )
    else:
        click.echo(f"{into}: {done.applicants} applicants, {done.files} files")
        if left_out:
            print_table(
                ("申报编号", "单位", "problem"),
                (tuple(one.values()) for one in left_out),
                "Left out",
            )
    return 1 if left_out else 0
