"""`intake explain-subject TEXT`: must answer at once, so it opens nothing but the programme.

Where several programmes are configured, it first finds out whose the subject is; that takes a
little longer, because whole programme files have to be looked at.
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from console.cli.options import programme_option
from console.cli.output import json_option, print_findings, print_json
from intake.settings_file import default_programmes, programmes_folder
from model.errors import IntakeError
from model.finding import Finding
from model.reading import SubjectVerdict
from parsers.subject import read_subject
from programmes.naming import find_naming


@click.command("explain-subject")
@click.argument("text")
@programme_option
@json_option
def command(text: str, programme: str | None, as_json: bool) -> int:
    """How the subject line TEXT is read by the programme's naming rule."""
    names = (programme,) if programme else default_programmes()
    name, why = _chosen(text, names) if len(names) > 1 else (names[0], None)
    naming = find_naming(name, programmes_folder())
    if naming is None:
        raise IntakeError(
            f"Programme {name} has no naming rule, so any subject will do.",
            "Choose another one with --programme.",
        )
    reading = read_subject(text, naming)
    routing = (why,) if why else ()
    if as_json:
        print_json(
            {
                "verdict": reading.verdict.value,
                "application_no": reading.application_no,
                "full_name": reading.full_name,
                "notes": [note.code for note in (*routing, *reading.notes)],
                "expected_subject": reading.expected,
                **({"programme": name} if why else {}),
            }
        )
    else:
        if why:
            click.echo(f"申报项目:  {name}")
        click.echo(f"verdict:   {reading.verdict.value}")
        click.echo(f"申报编号:  {reading.application_no or '—'}")
        click.echo(f"单位全称:  {reading.full_name or '—'}")
        click.echo(f"应为:      {reading.expected or '—'}")
        print_findings((*routing, *reading.notes))
    return 1 if reading.verdict is SubjectVerdict.RETURN else 0


def _chosen(text: str, names: tuple[str, ...]) -> tuple[str, Finding]:
    """Whose subject it is of several programmes, if it came now."""
    from intake.telling_apart import Arrival, choose
    from programmes import find_programme

    rules = [find_programme(name, programmes_folder()) for name in names]
    choice = choose(Arrival(text, datetime.now(UTC), tuple), rules)
    return choice.programme.id, choice.why
