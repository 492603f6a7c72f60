"""`intake check FILE.eml`: the whole verdict on one mail, without any effect."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from console.cli.options import Moment, in_zone, programme_option
from console.cli.output import finding_json, json_option, print_findings, print_json, printable
from intake.answering import preview
from intake.importing import arrival_of_file
from intake.process import examine, limits_of
from intake.settings import load_settings
from model.message import RawMessage
from model.verdict import Verdict
from parsers.isolation import Readers
from programmes import find_programme
from receipts.letter import Letter


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@programme_option
@click.option(
    "--received",
    type=Moment(),
    metavar="T",
    help="When the server had it; else the topmost Received header, else now.",
)
@json_option
def command(file: Path, programme: str | None, received: datetime | None, as_json: bool) -> int:
    """The verdict on the mail FILE: outcome, checklist, findings, and the letter it would get."""
    settings = load_settings()
    rules = find_programme(programme or settings.programme, settings.programmes_dir)
    now = datetime.now(UTC)
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    path = file.absolute()
    with (
        tempfile.TemporaryDirectory() as folder,
        Readers(1, settings.reader_memory_bytes) as readers,
    ):
        when, source = arrival_of_file(readers, path, in_zone(received, rules.zone), now)
        raw = RawMessage(sha256, file.stat().st_size, path, when, source)
        submission, verdict = examine(raw, rules, Path(folder), readers, limits_of(settings))
        owed, letter = preview(submission, verdict, rules, settings, now)
    if as_json:
        print_json(as_values(verdict, letter))
    else:
        click.echo(f"收到时间:  {when.astimezone(rules.zone)} ({source})")
        _print(verdict, letter, owed.reason)
    return 1 if verdict.needs_person else 0


def as_values(verdict: Verdict, letter: Letter | None) -> dict[str, object]:
    """The agreed shape."""
    return {
        "outcome": verdict.outcome.value,
        "application_no": verdict.application_no,
        "full_name": verdict.full_name,
        "checklist": [
            {"material": one.material, "state": one.state.value, "files": list(one.files)}
            for one in verdict.checklist
        ],
        "findings": [finding_json(one) for one in verdict.findings],
        "receipt": {
            "kind": letter.kind.value if letter else "none",
            "subject": letter.subject if letter else "",
            "text": letter.text if letter else "",
        },
    }


def _print(verdict: Verdict, letter: Letter | None, reason: str) -> None:
    click.echo(f"结论:      {verdict.outcome.value}")
    click.echo(printable(f"申报编号:  {verdict.application_no or '—'}"))
    click.echo(printable(f"单位全称:  {verdict.full_name or '—'}"))
    for item in verdict.checklist:
        files = "、".join(item.files) or "—"
        click.echo(printable(f"  {item.label}: {item.state.value}  {files}  {item.how_recognised}"))
    print_findings(verdict.findings)
    click.echo("—" * 40)
    click.echo(printable(letter.text) if letter else f"no letter: {reason}")
