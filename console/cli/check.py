"""`intake check FILE.eml`: the whole verdict on one mail, without any effect."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from console.agreement import COLUMNS, line
from console.agreement import as_values as evidence_as_values
from console.cli.options import Moment, in_zone, programme_option
from console.cli.output import (
    finding_json,
    json_option,
    print_findings,
    print_json,
    print_table,
    printable,
)
from intake.answering import Owed, preview
from intake.importing import arrival_of_file
from intake.inner import as_recorded
from intake.process import examine, limits_of
from intake.routing import routed_file
from intake.settings import Settings, load_settings
from intake.workplace import readers_of
from model.message import RawMessage
from model.programme import Programme
from model.verdict import ChecklistItem, Verdict
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
    names = (programme,) if programme else settings.programmes_of("")
    rules = [find_programme(name, settings.programmes_dir) for name in names]
    now = datetime.now(UTC)
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    path = file.absolute()
    with (
        tempfile.TemporaryDirectory() as folder,
        readers_of(settings) as readers,
    ):
        when, source = arrival_of_file(readers, path, in_zone(received, rules[0].zone), now)
        raw = RawMessage(sha256, file.stat().st_size, path, when, source)
        checked = list(_checked(raw, rules, Path(folder), readers, settings, now))
    several = len(rules) > 1
    if as_json:
        told = [_with_programme(one) if several else as_values(one) for one in checked]
        print_json({**told[0], **({"forwarded": told[1:]} if told[1:] else {})})
    else:
        click.echo(f"收到时间:  {when.astimezone(rules[0].zone)} ({source})")
        for one in checked:
            if several:
                click.echo(f"申报项目:  {one.programme.title} ({one.programme.id})")
            _print(one)
    return 1 if any(one.verdict.needs_person for one in checked) else 0


@dataclass(frozen=True, slots=True)
class _Checked:
    """One mail: that of the file, or one that it carries."""

    programme: Programme
    subject: str
    verdict: Verdict
    owed: Owed
    letter: Letter | None


def _checked(
    raw: RawMessage,
    several: Sequence[Programme],
    folder: Path,
    readers: Readers,
    settings: Settings,
    now: datetime,
    carrier: str = "",
) -> Iterator[_Checked]:
    """The mail, and behind it those that it carries for others, with what they carry.

    several: the programmes that it may belong to. carrier: that of the mail around it.
    """
    work = Path(tempfile.mkdtemp(dir=folder))
    names = Path(tempfile.mkdtemp(dir=folder))
    rules, raw = routed_file(raw, several, readers, names, carrier)
    submission, verdict = examine(raw, rules, work, readers, limits_of(settings))
    owed, letter = preview(submission, verdict, rules, settings, now)
    yield _Checked(rules, submission.message.subject, verdict, owed, letter)
    stored = {one.sha256: one.stored for one in submission.forwarded}
    for one in as_recorded(submission, settings.all_own_addresses()):
        path = stored[one.sha256]
        assert path is not None
        inner = RawMessage(
            one.sha256, one.size, path, raw.received_at, "forwarded", forwarded=one.came
        )
        yield from _checked(inner, several, folder, readers, settings, now, rules.id)


def _with_programme(one: _Checked) -> dict[str, object]:
    """Where the programme was chosen, it is told as well."""
    return {"programme": one.programme.id, **as_values(one)}


def as_values(one: _Checked) -> dict[str, object]:
    """The agreed shape."""
    verdict, letter = one.verdict, one.letter
    return {
        "outcome": verdict.outcome.value,
        "application_no": verdict.application_no,
        "full_name": verdict.full_name,
        "checklist": [
            {"material": one.material, "state": one.state.value, "files": list(one.files)}
            for one in verdict.checklist
        ],
        "agreement": [evidence_as_values(one) for one in verdict.agreement],
        "findings": [finding_json(one) for one in verdict.findings],
        "receipt": {
            "kind": letter.kind.value if letter else "none",
            "subject": letter.subject if letter else "",
            "text": letter.text if letter else "",
        },
    }


def _where(item: ChecklistItem) -> list[str]:
    """The files of a material, with the pages of those that hold others as well."""
    pages: dict[str, list[str]] = {}
    for part in item.parts:
        run = f"{part.first}–{part.last}" if part.last > part.first else f"{part.first}"
        pages.setdefault(part.path, []).append(run)
    return [
        f"{path} 第{'、'.join(pages[path])}页" if path in pages else path for path in item.files
    ]


def _print(one: _Checked) -> None:
    verdict = one.verdict
    click.echo(printable(f"邮件主题:  {one.subject}"))
    click.echo(f"结论:      {verdict.outcome.value}")
    click.echo(printable(f"申报编号:  {verdict.application_no or '—'}"))
    click.echo(printable(f"单位全称:  {verdict.full_name or '—'}"))
    for item in verdict.checklist:
        files = "、".join(_where(item)) or "—"
        click.echo(printable(f"  {item.label}: {item.state.value}  {files}  {item.how_recognised}"))
    if verdict.agreement:
        print_table(COLUMNS, [line(one) for one in verdict.agreement])
    print_findings(verdict.findings)
    click.echo("—" * 40)
    click.echo(printable(one.letter.text) if one.letter else f"no letter: {one.owed.reason}")
