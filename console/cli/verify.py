"""`intake verify`."""

from __future__ import annotations

import click

from console.cli.output import json_option, print_json, printable, progress_bar
from intake.settings import load_settings
from intake.verify import verify
from intake.workplace import open_workplace


@click.command("verify")
@click.option("--offline", is_flag=True, help="Leave the mailboxes out.")
@json_option
def command(offline: bool, as_json: bool) -> int:
    """Fixity of the archive, and that mailbox, ledger and archive agree."""
    with open_workplace(load_settings()) as place, progress_bar(as_json) as bar:
        task = bar.add_task("verifying", total=None)
        problems = list(verify(place, mailboxes=not offline, progress=lambda _: bar.advance(task)))
    if as_json:
        print_json(
            [{"where": one.where, "problem": one.problem, "advice": one.advice} for one in problems]
        )
    else:
        for one in problems:
            click.echo(printable(f"{one.where}: {one.problem}\n    {one.advice}"))
        click.echo(
            f"{len(problems)} problems" if problems else "archive, ledger and mailboxes agree"
        )
    return 1 if problems else 0
