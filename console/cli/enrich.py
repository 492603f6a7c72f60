"""`intake enrich`."""

from __future__ import annotations

import click

from console.cli.output import json_option, print_json, printable, progress_bar
from intake.enrich import enrich
from intake.settings import load_settings
from intake.workplace import open_workplace


@click.command("enrich")
@click.option("--application", "object_id", metavar="N", help="Only this application (申报编号).")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0),
    metavar="M",
    help="Begin no further pages after so long; what was read is kept.",
)
@json_option
def command(object_id: str | None, minutes: float | None, as_json: bool) -> int:
    """Read the pages that no receipt waited for, and file their text.

    It may be ended at any time: what was read is kept, and the next run goes on there.
    """
    with open_workplace(load_settings()) as place, progress_bar(as_json) as bar:
        tasks = {}

        def on_pages(path: str, done: int, of: int) -> None:
            if path not in tasks:
                tasks[path] = bar.add_task(printable(path), total=of)
            bar.update(tasks[path], completed=done)

        seconds = None if minutes is None else minutes * 60
        done = enrich(place, object_id=object_id, seconds=seconds, progress=on_pages)
    if as_json:
        print_json(
            {
                "pages": done.pages,
                "filed": done.filed,
                "left": done.left,
                "busy": done.busy,
                "failed": done.failed,
            }
        )
    else:
        click.echo(
            f"read: {done.pages} pages; filed: {len(done.filed)} applications; "
            f"pages left: {done.left}" + (f"; at work elsewhere: {done.busy}" if done.busy else "")
        )
    if done.failed:
        names = ", ".join(done.failed)
        click.echo(f"stopped by a fault of ours, see the log (-v): {names}", err=True)
    return 3 if done.failed else 0
