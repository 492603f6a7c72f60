"""`intake receipts list|show|send|retry`."""

from __future__ import annotations

import sys
from email import message_from_bytes, policy

import click

from console.cli.options import user_name
from console.cli.output import json_option, print_json, print_table, printable
from intake.answer import answer, letter_of
from intake.settings import load_settings
from intake.workplace import Workplace, open_workplace
from model.errors import IntakeError
from storage.ledger import events, outbox


@click.group("receipts")
def command() -> None:
    """The letters to the enterprises, and what became of each."""


@command.command("list")
@click.option(
    "--state",
    type=click.Choice(["owed", "held", "sending", "sent", "failed", "unknown"]),
    help="Only these.",
)
@json_option
def listing(state: str | None, as_json: bool) -> int:
    """All receipts by number. Exit code 1 where some need a person."""
    with open_workplace(load_settings()) as place, place.ledger.read() as tx:
        rows = outbox.listing(tx, state=state)
    if as_json:
        print_json(
            [
                {"receipt_no": row.receipt_no, "kind": row.kind, "state": row.state,
                 "application": row.object_id, "to": row.recipient,
                 "made_at": row.made_at.isoformat(),
                 "sent_at": row.sent_at.isoformat() if row.sent_at else None,
                 "error": row.error}
                for row in rows
            ]
        )  # fmt: skip
    else:
        print_table(
            ("receipt", "kind", "state", "application", "to", "made", "sent", "error"),
            ((row.receipt_no, row.kind, row.state, row.object_id, row.recipient,
              f"{row.made_at:%Y-%m-%d %H:%M}", f"{row.sent_at:%Y-%m-%d %H:%M}" if row.sent_at
              else "", row.error) for row in rows),
        )  # fmt: skip
    return 1 if any(row.state in ("held", "failed", "unknown") for row in rows) else 0


@command.command("show")
@click.argument("number")
@click.option("--raw", is_flag=True, help="The mail's bytes.")
@json_option
def show(number: str, raw: bool, as_json: bool) -> int:
    """The letter with this number, as the enterprise sees it."""
    with open_workplace(load_settings()) as place:
        with place.ledger.read() as tx:
            row = outbox.find(tx, number)
        if row is None:
            raise IntakeError(f"There is no receipt {number}.", "See `intake receipts list`.")
        data = letter_of(place, row)
    if raw:
        sys.stdout.buffer.write(data)
        return 0
    mail = message_from_bytes(data, policy=policy.default)
    body = mail.get_body(("plain",))
    text = body.get_content().replace("\r\n", "\n") if body else ""
    if as_json:
        print_json(
            {"receipt_no": number, "state": row.state, "to": str(mail["to"]),
             "subject": str(mail["subject"]), "text": text, "evidence": row.evidence,
             "error": row.error}
        )  # fmt: skip
        return 0
    click.echo(
        printable(f"发件人: {mail['from']}\n收件人: {mail['to']}\n主题:   {mail['subject']}\n")
    )
    click.echo(printable(text))
    click.echo(f"[{row.state}] {row.evidence} {row.error}".rstrip())
    return 0


@command.command("send")
@click.argument("numbers", nargs=-1)
@json_option
def send(numbers: tuple[str, ...], as_json: bool) -> int:
    """Send what is owed and due; NUMBERS that were held are let go first."""
    with open_workplace(load_settings()) as place:
        _release(place, numbers, ("held",))
        return _report(place, as_json)


@command.command("retry")
@click.argument("numbers", nargs=-1, required=True)
@json_option
def retry(numbers: tuple[str, ...], as_json: bool) -> int:
    """Send NUMBERS again that failed or are of unknown fate; the same bytes, the same number."""
    with open_workplace(load_settings()) as place:
        _release(place, numbers, ("failed", "unknown"))
        return _report(place, as_json)


def _release(place: Workplace, numbers: tuple[str, ...], states: tuple[str, ...]) -> None:
    for number in numbers:
        with place.ledger.write() as tx:
            row = outbox.find(tx, number)
            if row is None:
                raise IntakeError(f"There is no receipt {number}.", "See `intake receipts list`.")
            if row.state == "owed":
                continue
            if row.state not in states:
                raise IntakeError(
                    f"Receipt {number} is {row.state}, not {' or '.join(states)}.",
                    "Nothing was changed for it.",
                )
            outbox.release(tx, number, place.clock())
            events.note(tx, place.clock(), user_name(), "release", number, row.state)


def _report(place: Workplace, as_json: bool) -> int:
    done = answer(place)
    values = {
        "sent": done.sent, "verified": done.verified, "postponed": done.postponed,
        "unknown": done.waiting, "failed": done.failed, "busy": done.busy,
    }  # fmt: skip
    if as_json:
        print_json(values)
    else:
        click.echo(
            ", ".join(f"{count} {what}" for what, count in values.items() if count)
            or "nothing is due"
        )
    return 1 if values["unknown"] or values["failed"] else 0
