"""`intake remind`."""

from __future__ import annotations

from typing import Any

import click

from console.cli.options import programme_option
from console.cli.output import json_option, print_json, print_table, printable
from intake.hints import note_whose
from intake.reminders.plan import CORRECTIONS, NOT_SENT_YET, Planned, due_reminders
from intake.reminders.write import sample, write_reminders
from intake.settings import load_settings
from intake.workplace import open_workplace
from model.errors import IntakeError
from receipts.letter import Letter
from receipts.reminder import reasons

FOR_A_PERSON = ("letter_not_sent", "no_address", "no_sender", "own_address", "robot", "bounced")
"""Reasons that do not pass by themselves: somebody has to write or to call."""


@click.command("remind")
@programme_option
@click.option("--not-sent", is_flag=True, help="催报: to registered units that have sent nothing.")
@click.option("--preview", is_flag=True, help="Show who would get what; write nothing.")
@click.option(
    "--yes", is_flag=True, help="With --not-sent: write them; without it, they are shown."
)
@json_option
def command(programme: str | None, not_sent: bool, preview: bool, yes: bool, as_json: bool) -> int:
    """Remind of corrections that fall due, or write to units that have sent nothing.

    When that is done, and how many letters at most, stands in the programme's [reminders]. What is
    written is owed: the outbox sends it. Exit code 1 where somebody cannot be reached.
    """
    if yes and (preview or not not_sent):
        raise IntakeError("--yes goes with --not-sent, and not with --preview.")
    only_shown = preview or (not_sent and not yes)
    with open_workplace(load_settings()) as place:
        rules = place.programme(programme or place.settings.programme)
        if (programme or "").endswith(".toml") and not only_shown:
            raise IntakeError(
                "Letters are written by the programme that is in force, not by a file.",
                "Show what would be written with --preview.",
            )
        kind = NOT_SENT_YET if not_sent else CORRECTIONS
        note_whose(place)
        found = due_reminders(place, rules, place.clock(), (kind,))
        letter = None
        if only_shown:
            first = next((one for one in found if not one.refused), None)
            letter = sample(place, rules, first) if first else None
        else:
            found = write_reminders(place, found)
    marks = rules.reminders
    switched_on = bool(marks.not_sent_days_before if not_sent else marks.correction_days_before)
    if as_json:
        print_json(_json(rules.id, switched_on, found, letter, only_shown))
    else:
        _print(rules.id, switched_on, found, letter, only_shown)
    return 1 if any(one.refused in FOR_A_PERSON for one in found) else 0


def _json(
    programme: str, switched_on: bool, found: list[Planned], letter: Letter | None, shown: bool
) -> dict[str, Any]:
    return {
        "programme": programme,
        "switched_on": switched_on,
        "preview": shown,
        "letters": [
            {"kind": one.kind.value, "application_no": one.application_no,
             "full_name": one.full_name, "to": one.recipient, "copy_to": one.copy_to,
             "last_day": one.last_day.isoformat(), "days_before": one.mark,
             "receipt_no": one.receipt_no, "written": bool(one.receipt_no and not one.refused),
             "refused": one.refused, "text": reasons().get(one.refused, "")}
            for one in found
        ],
        "sample": {"subject": letter.subject, "text": letter.text} if letter else None,
    }  # fmt: skip


def _print(
    programme: str, switched_on: bool, found: list[Planned], letter: Letter | None, shown: bool
) -> None:
    if not switched_on:
        click.echo(f"{programme}: switched off; see [reminders] in the programme's file.")
        return
    if not found:
        click.echo(f"{programme}: no letter is due today.")
        return
    print_table(
        ("application", "unit", "to", "last day", "days before", "letter", "why not"),
        ((one.application_no, one.full_name, one.recipient, one.last_day, one.mark,
          one.receipt_no, reasons().get(one.refused, "")) for one in found),
    )  # fmt: skip
    if letter is not None:
        click.echo(printable(f"\n主题: {letter.subject}\n\n{letter.text}"))
    written = sum(not one.refused for one in found)
    if shown:
        click.echo(f"a preview: nothing was written; {written} of {len(found)} would be")
        return
    click.echo(f"{written} written, {len(found) - written} not")
    if written:
        click.echo("They are owed; `intake receipts send` or the next run sends them.")
