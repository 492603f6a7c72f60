"""`intake doctor`."""

from __future__ import annotations

import click

from console.cli.output import json_option, print_json
from intake.doctor import examine_system
from intake.settings import load_settings

MARKS = {"ok": "ok     ", "warning": "WARNING", "error": "ERROR  "}


@click.command("doctor")
@json_option
def command(as_json: bool) -> int:
    """Look at every connection and backend, and say what to do."""
    checks = []
    for check in examine_system(load_settings()):
        checks.append(check)
        if not as_json:
            click.echo(f"{MARKS[check.state]}  {check.what}: {check.detail}")
            if check.advice:
                click.echo(f"         {check.advice}")
    if as_json:
        print_json(
            [
                {"what": one.what, "state": one.state, "detail": one.detail, "advice": one.advice}
                for one in checks
            ]
        )
    return 2 if any(one.state == "error" for one in checks) else 0
