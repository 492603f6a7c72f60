"""`intake watch`: new mail is taken in, processed and answered as it comes, without Prefect."""

from __future__ import annotations

import logging

import click

from intake.answer import answer
from intake.batch import process_waiting
from intake.receive import Received
from intake.settings import load_settings
from intake.watchers import watching
from intake.workplace import Workplace, open_workplace
from model.errors import IntakeError, SettingsError

LOOK_EVERY_SECONDS = 60.0
"""How often what waits is looked at without news: letters that were put off, dead workers' mail."""

logger = logging.getLogger(__name__)


@click.command("watch")
@click.option("--mailbox", "-m", "names", multiple=True, help="Only this one; all by default.")
@click.option("--no-answer", is_flag=True, help="Leave receipts in the outbox.")
def command(names: tuple[str, ...], no_answer: bool) -> int:
    """Keep a connection to each mailbox, and handle new mail at once, until told to stop."""
    settings = load_settings()
    if not settings.mailboxes:
        raise SettingsError(
            "No mailbox is configured.",
            "Add [mailboxes.NAME] with host, username and password_file to intake.toml.",
        )

    def on_received(received: Received) -> None:
        if received.trouble is not None:
            click.echo(f"{received.mailbox}: {received.trouble}", err=True)
        else:
            click.echo(f"{received.mailbox}: {received.new} new, {received.failed} failed")

    with (
        open_workplace(settings) as place,
        watching(place, names or settings.mailboxes, on_received) as told,
    ):
        while not told.stop.is_set():
            _handle(place, no_answer)
            told.news.wait(LOOK_EVERY_SECONDS)
            told.news.clear()
    return 0


def _handle(place: Workplace, no_answer: bool) -> None:
    """Process and answer what waits; trouble is told, and tried again with the next look."""
    try:
        batch = process_waiting(place)
        sent = None if no_answer else answer(place)
    except IntakeError as error:
        click.echo(str(error), err=True)
        return
    for row in batch.rows:
        words = (row.application_no or "（未识别）", row.full_name, row.outcome, row.receipt_no)
        click.echo("  ".join(one for one in words if one))
    if sent is not None and (sent.sent or sent.failed):
        click.echo(f"answered: {sent.sent} sent, {sent.failed} failed")
