"""`intake poll`: one pass of the whole thread, without Prefect."""

from __future__ import annotations

import click

from console.cli.output import json_option, print_json, progress_bar
from intake.answer import answer
from intake.batch import process_waiting
from intake.receive import Received, raise_trouble, receive_all
from intake.settings import load_settings
from intake.workplace import open_workplace
from model.errors import SettingsError


@click.command("poll")
@click.option("--mailbox", "-m", "names", multiple=True, help="Only this one; all by default.")
@click.option("--no-answer", is_flag=True, help="Leave receipts in the outbox.")
@json_option
def command(names: tuple[str, ...], no_answer: bool, as_json: bool) -> int:
    """Receive what is new, process it, and send the receipts that are owed."""
    settings = load_settings()
    if not settings.mailboxes:
        raise SettingsError(
            "No mailbox is configured.",
            "Add [mailboxes.NAME] with host, username and password_file to intake.toml.",
        )
    with open_workplace(settings) as place, progress_bar(as_json) as bar:
        task = bar.add_task("receiving", total=None)

        def on_message(so_far: Received, left: int) -> None:
            taken = so_far.new + so_far.known
            bar.update(task, completed=taken, total=taken + left)

        received = receive_all(place, list(names or settings.mailboxes), on_message)
        task = bar.add_task("processing", total=sum(one.new for one in received))
        batch = process_waiting(place, progress=lambda _: bar.advance(task))
        sent = None
        if not no_answer:
            task = bar.add_task("answering", total=None)
            sent = answer(place, lambda done: bar.update(task, completed=done.sent))
    values = {
        "received": [
            {"mailbox": one.mailbox, "new": one.new, "known": one.known,
             "vanished": one.vanished, "failed": one.failed, "busy": one.busy}
            for one in received
        ],
        "outcomes": dict(batch.outcomes),
        "quarantined": batch.quarantined,
        "sent": sent.sent if sent else 0,
        "postponed": sent.postponed if sent else 0,
        "unknown": sent.waiting if sent else 0,
        "failed": sent.failed if sent else 0,
    }  # fmt: skip
    if as_json:
        print_json(values)
    else:
        for one in received:
            busy = " (another process is polling it)" if one.busy else ""
            click.echo(
                f"{one.mailbox}: {one.new} new, {one.known} known, {one.failed} failed{busy}"
            )
        counts = ", ".join(f"{n} {kind}" for kind, n in sorted(batch.outcomes.items()))
        click.echo(f"processed: {counts or 'nothing'}; quarantined: {batch.quarantined}")
        if sent:
            click.echo(f"answered: {sent.sent} sent, {sent.postponed} postponed, "
                       f"{values['unknown']} unknown, {sent.failed} failed")  # fmt: skip
    raise_trouble(received)
    for sha256, error in batch.put_off.items():
        click.echo(f"{sha256[:16]} waits: {error}", err=True)
    troubles = (
        batch.quarantined,
        len(batch.put_off), values["failed"], values["unknown"], sum(one.failed for one in received)
    )  # fmt: skip
    return 1 if any(troubles) else 0
