"""`intake explain-subject TEXT`: must answer at once, so it opens nothing but the programme."""

from __future__ import annotations

import click

from console.cli.options import programme_option
from console.cli.output import json_option, print_findings, print_json
from intake.settings_file import default_programme, programmes_folder
from model.errors import IntakeError
from model.reading import SubjectVerdict
from parsers.subject import read_subject
from programmes.naming import find_naming


@click.command("explain-subject")
@click.argument("text")
@programme_option
@json_option
def command(text: str, programme: str | None, as_json: bool) -> int:
    """How the subject line TEXT is read by the programme's naming rule."""
    name = programme or default_programme()
    naming = find_naming(name, programmes_folder())
    if naming is None:
        raise IntakeError(
            f"Programme {name} has no naming rule, so any subject will do.",
            "Choose another one with --programme.",
        )
    reading = read_subject(text, naming)
    if as_json:
        print_json(
            {
                "verdict": reading.verdict.value,
                "application_no": reading.application_no,
                "full_name": reading.full_name,
                "notes": [note.code for note in reading.notes],
                "expected_subject": reading.expected,
            }
        )
    else:
        click.echo(f"verdict:   {reading.verdict.value}")
        click.echo(f"申报编号:  {reading.application_no or '—'}")
        click.echo(f"单位全称:  {reading.full_name or '—'}")
        click.echo(f"应为:      {reading.expected or '—'}")
        print_findings(reading.notes)
    return 1 if reading.verdict is SubjectVerdict.RETURN else 0
