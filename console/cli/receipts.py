"""`intake receipts list|show|send|retry|verify|preview`."""

from __future__ import annotations

import sys
from email import message_from_bytes, policy
from typing import Any

import click

from console.cli import receipts_preview, receipts_verify
from console.cli.options import user_name
from console.cli.output import json_option, print_json, print_table, printable
from intake.answer import answer, letter_of
from intake.settings import load_settings
from intake.workplace import Workplace, open_workplace
from model.delivery import reasons
from model.errors import IntakeError
from storage.ledger import bounces, events, outbox
from storage.ledger.bounces import Mark

STATES = ("owed", "held", "sending", "sent", "failed", "unknown", "withdrawn")


@click.group("receipts")
def command() -> None:
    """The letters to the enterprises, and what became of each."""


command.add_command(receipts_verify.command)
command.add_command(receipts_preview.command)


@command.command("list")
@click.option(
    "--state",
    type=click.Choice([*STATES, bounces.UNDELIVERED, bounces.DELAYED]),
    help="Only these; the last two are of letters that mails report on.",
)
@json_option
def listing(state: str | None, as_json: bool) -> int:
    """All receipts by number. Exit code 1 where some need a person."""
    with open_workplace(load_settings()) as place, place.ledger.read() as tx:
        marks = bounces.marks(tx)
        rows = outbox.listing(tx, state=state if state in STATES else None)
    if state and state not in STATES:
        rows = [row for row in rows if _mark(marks, row.receipt_no) == state]
    if as_json:
        print_json(
            [
                {"receipt_no": row.receipt_no, "kind": row.kind, "state": row.state,
                 "application": row.object_id, "to": row.recipient,
                 "made_at": row.made_at.isoformat(),
                 "sent_at": row.sent_at.isoformat() if row.sent_at else None,
                 "error": row.error, "delivery": _mark(marks, row.receipt_no),
                 "report": _report_json(marks.get(row.receipt_no))}
                for row in rows
            ]
        )  # fmt: skip
    else:
        print_table(
            ("receipt", "kind", "state", "application", "to", "made", "sent", "error", "delivery"),
            ((row.receipt_no, row.kind, row.state, row.object_id, row.recipient,
              f"{row.made_at:%Y-%m-%d %H:%M}", f"{row.sent_at:%Y-%m-%d %H:%M}" if row.sent_at
              else "", row.error, _mark_text(marks.get(row.receipt_no))) for row in rows),
        )  # fmt: skip
    return 1 if any(_needs_person(row, marks) for row in rows) else 0


@command.command("show")
@click.argument("number")
@click.option("--raw", is_flag=True, help="The mail's bytes.")
@json_option
def show(number: str, raw: bool, as_json: bool) -> int:
    """The letter with this number, as the enterprise sees it."""
    with open_workplace(load_settings()) as place:
        with place.ledger.read() as tx:
            row = outbox.find(tx, number)
            mark = bounces.marks(tx).get(number)
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
             "error": row.error, "delivery": mark.state if mark else "",
             "report": _report_json(mark)}
        )  # fmt: skip
        return 0
    click.echo(
        printable(f"发件人: {mail['from']}\n收件人: {mail['to']}\n主题:   {mail['subject']}\n")
    )
    click.echo(printable(text))
    click.echo(f"[{row.state}] {row.evidence} {row.error}".rstrip())
    if mark is not None:
        click.echo(printable(f"[{mark.state}] {_mark_text(mark)}"))
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
@click.option("--again", is_flag=True, help="Also those that were sent and came back.")
@click.option("--reason", default="", metavar="TEXT", help="Why, for the record; with --again.")
@json_option
def retry(numbers: tuple[str, ...], again: bool, reason: str, as_json: bool) -> int:
    """Send NUMBERS again that failed or are of unknown fate; the same bytes, the same number.

    With --again and --reason also those that a delivery report shows as undelivered, for instance
    when the mailbox that was full has been emptied.
    """
    if again != bool(reason.strip()):
        raise IntakeError(
            "--again and --reason go together: a letter is sent a second time for a reason.",
            "Write, for instance, --again --reason 单位已清理邮箱.",
        )
    with open_workplace(load_settings()) as place:
        left = [one for one in numbers if not (again and _send_again(place, one, reason.strip()))]
        _release(place, tuple(left), ("failed", "unknown"))
        return _report(place, as_json)


def _send_again(place: Workplace, number: str, reason: str) -> bool:
    """A letter that came back is owed once more; False for any other, which `_release` sees to."""
    with place.ledger.write() as tx:
        row = outbox.find(tx, number)
        if row is None or row.state != "sent":
            if row is not None and row.state == "unknown":
                bounces.settle(tx, row.message_id, place.clock())
            return False
        if not bounces.settle(tx, row.message_id, place.clock()):
            raise IntakeError(
                f"Receipt {number} was sent, and no mail reports that it came back.",
                "Nothing was changed for it.",
            )
        outbox.send_again(tx, number, place.clock())
        events.note(tx, place.clock(), user_name(), "send again", number, reason)
    return True


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


def _mark(marks: dict[str, Mark], number: str) -> str:
    return marks[number].state if number in marks else ""


def _mark_text(mark: Mark | None) -> str:
    if mark is None:
        return ""
    words = [
        mark.state,
        "(probably)" if mark.probable else "",
        f"{mark.reported_at:%Y-%m-%d %H:%M}",
        reasons().get(mark.reason, ""),
        mark.diagnostic,
    ]
    return " ".join(one for one in words if one)


def _report_json(mark: Mark | None) -> dict[str, object] | None:
    if mark is None:
        return None
    return {
        "reported_at": mark.reported_at.isoformat(), "to": mark.recipient, "reason": mark.reason,
        "text": reasons().get(mark.reason, ""), "diagnostic": mark.diagnostic,
        "probable": mark.probable, "message": mark.sha256,
    }  # fmt: skip


def _needs_person(row: Any, marks: dict[str, Mark]) -> bool:
    undelivered = _mark(marks, row.receipt_no) == bounces.UNDELIVERED
    return row.state in ("held", "failed", "unknown") or undelivered


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
