"""`intake decisions [APPLICATION]`."""

from __future__ import annotations

import click

from console.cli.options import programme_option, user_name
from console.cli.output import json_option, print_json, print_table
from intake.decisions import decide
from intake.settings import load_settings
from intake.workplace import open_workplace
from model.errors import IntakeError
from storage.ledger import decisions


@click.command("decisions")
@click.argument("application", default="")
@click.option("--give-up", default="", metavar="ID", help="Do not carry this one out any more.")
@click.option("--reason", default="", metavar="TEXT", help="Why; with --give-up.")
@programme_option
@json_option
def command(
    application: str, give_up: str, reason: str, programme: str | None, as_json: bool
) -> int:
    """What clerks have decided, oldest first. Exit code 1 where some waits to be carried out."""
    if bool(give_up) != bool(reason.strip()):
        raise IntakeError("--give-up and --reason go together.", "Say why it is not to be done.")
    with open_workplace(load_settings()) as place:
        if give_up:
            decide.give_up(place, give_up, user_name(), reason.strip())
        with place.ledger.read() as tx:
            rows = decisions.listing(tx, programme=programme, object_id=application or None)
    if as_json:
        print_json(
            [
                {"id": row.id, "programme": row.programme, "application": row.object_id,
                 "version": row.on_version, "kind": row.kind, "by": row.by, "reason": row.reason,
                 "at": row.at.isoformat(), "to": row.application_no, "revokes": row.revokes,
                 "state": row.state, "error": row.error}
                for row in rows
            ]
        )  # fmt: skip
    else:
        print_table(
            ("at", "application", "decision", "by", "reason", "to", "id", "state", "error"),
            ((f"{row.at:%Y-%m-%d %H:%M}", row.object_id, row.kind, row.by, row.reason,
              row.application_no or row.revokes, row.id, row.state, row.error) for row in rows),
        )  # fmt: skip
    return 1 if any(row.state == decisions.PENDING for row in rows) else 0
