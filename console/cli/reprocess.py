"""`intake reprocess`: by hand, for some mail."""

from __future__ import annotations

from datetime import datetime

import click

from console.cli.options import Moment, in_zone, user_name
from console.cli.output import json_option, print_json, print_table, progress_bar
from intake.reprocess import reprocess
from intake.settings import load_settings
from intake.workplace import open_workplace
from model.errors import IntakeError
from storage.ledger import queries


@click.command("reprocess")
@click.option("--application", metavar="N", help="All mail of this application.")
@click.option("--message", metavar="ID", help="The mail with this digest (its beginning will do).")
@click.option("--since", type=Moment(), metavar="T", help="All mail received since then.")
@click.option("--state", metavar="S", help="waiting, quarantined, or an outcome as in the ledger.")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@json_option
def command(
    application: str | None,
    message: str | None,
    since: datetime | None,
    state: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Read and judge mail anew. What has not changed is not filed again; no second letter goes."""
    if not any((application, message, since, state)):
        raise IntakeError(
            "Nothing is chosen.", "Give --application, --message, --since or --state."
        )
    settings = load_settings()
    with open_workplace(settings) as place, progress_bar(as_json) as bar:
        zone = place.programme(settings.programme).zone
        with place.ledger.read() as tx:
            digests = queries.messages_matching(
                tx,
                application_no=application,
                sha256=message,
                since=in_zone(since, zone),
                state=state,
            )
        if not digests:
            raise IntakeError("No mail matches.", "`intake search` finds mail by name or number.")
        task = bar.add_task("reprocessing", total=len(digests))
        done = reprocess(
            place, digests, by=user_name(), dry_run=dry_run, progress=lambda _: bar.advance(task)
        )
    if as_json:
        print_json(
            [
                {"message": one.sha256, "application_no": one.application_no,
                 "before": one.before, "after": one.after, "action": one.action,
                 "differences": list(one.differences)}
                for one in done
            ]
        )  # fmt: skip
    else:
        print_table(
            ("message", "application", "before", "after", "action", "differences"),
            ((one.sha256[:16], one.application_no, one.before, one.after, one.action,
              "\n".join(one.differences)) for one in done),
        )  # fmt: skip
    changed = any(one.before != one.after for one in done)
    return 1 if changed else 0
