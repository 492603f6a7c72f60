"""`intake import PATH…`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from console.cli.options import Moment, in_zone, programme_option
from console.cli.output import json_option, print_json, print_table, progress_bar
from intake.answer import answer
from intake.batch import process_waiting
from intake.importing import import_paths
from intake.settings import load_settings
from intake.workplace import open_workplace


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@programme_option
@click.option("--received", type=Moment(), metavar="T", help="When all of it arrived.")
@click.option("--no-answer", is_flag=True, help="Leave receipts in the outbox.")
@json_option
def command(
    paths: tuple[Path, ...],
    programme: str | None,
    received: datetime | None,
    no_answer: bool,
    as_json: bool,
) -> int:
    """Take in mail from .eml files, mbox files, Maildirs, or folders of these."""
    settings = load_settings()
    several = () if programme else settings.programmes_of("")
    chosen = programme or several[0]
    with open_workplace(settings) as place, progress_bar(as_json) as bar:
        when = in_zone(received, place.programme(chosen).zone)
        task = bar.add_task("importing", total=None)
        # Of several, each mail is told apart when its turn has come.
        known = "" if len(several) > 1 else chosen
        imported = import_paths(place, list(paths), known, when, lambda _: bar.advance(task))
        task = bar.add_task("processing", total=sum(one.new for one in imported))
        batch = process_waiting(place, progress=lambda _: bar.advance(task))
        sent = None if no_answer else answer(place)
    if as_json:
        print_json(
            {
                "imported": [
                    {"path": str(one.source), "message": one.sha256, "new": one.new,
                     "received_at": one.received_at.isoformat(),
                     "received_source": one.received_source}
                    for one in imported
                ],
                "outcomes": dict(batch.outcomes),
                "quarantined": batch.quarantined,
                "sent": sent.sent if sent else 0,
                "postponed": sent.postponed if sent else 0,
                "unknown": sent.waiting if sent else 0,
                "failed": sent.failed if sent else 0,
            }
        )  # fmt: skip
    else:
        print_table(
            ("file", "message", "received", "time from", "new"),
            ((one.source.name, one.sha256[:16], one.received_at, one.received_source,
              "yes" if one.new else "known") for one in imported),
        )  # fmt: skip
        counts = ", ".join(f"{n} {kind}" for kind, n in sorted(batch.outcomes.items()))
        click.echo(f"processed: {counts or 'nothing'}; quarantined: {batch.quarantined}")
    unsettled = sent is not None and (sent.failed or sent.waiting)
    return 1 if batch.quarantined or batch.put_off or unsettled else 0
