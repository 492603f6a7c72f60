"""`intake rehearse`: changed rules tried on what is archived, before anything changes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from console.cli.output import json_option, print_json, print_table, printable, progress_bar
from intake.rehearsal.rehearse import FILED, must_be_archived, rehearse
from intake.rehearsal.report import write_report
from intake.rehearsal.values import Difference, Rehearsal, Side, Told
from intake.settings import load_settings
from intake.workplace import open_workplace
from programmes import find_programme

MOST_SHOWN = 40


@click.command("rehearse")
@click.option(
    "--programme", "-p", "programme", required=True, metavar="NEW",
    help="The new rules: a .toml file of any name, or the id of a programme.",
)  # fmt: skip
@click.option(
    "--against", default=None, metavar="OLD",
    help="The rules to compare with: an id or file, by default those in force for the archive; "
    "`filed` for what was filed and sent.",
)  # fmt: skip
@click.option(
    "--as", "archive", default=None, metavar="ID",
    help="Whose archive it is tried on, by default that of the new rules' own id.",
)  # fmt: skip
@click.option("--application", metavar="N", help="This application alone.")
@click.option("--show", metavar="N", help="Print this application's two letters as a diff.")
@click.option("--limit", type=click.IntRange(1), metavar="COUNT", help="Only the first so many.")
@click.option(
    "--workers", type=click.IntRange(1), metavar="COUNT", help="Processes, by default one for "
    "each processor.",
)  # fmt: skip
@click.option(
    "--into", type=click.Path(path_type=Path), metavar="PLACE",
    help="Write FILE.xlsx, FILE.csv, or a new folder with the letters' differences.",
)  # fmt: skip
@json_option
def command(
    programme: str,
    against: str | None,
    archive: str | None,
    application: str | None,
    show: str | None,
    limit: int | None,
    workers: int | None,
    into: Path | None,
    as_json: bool,
) -> int:
    """Show which verdicts and letters would differ under changed rules. Nothing is changed.

    Exit code 1 where something differs, or something could not be rehearsed.
    """
    settings = load_settings()
    new = find_programme(programme, settings.programmes_dir, any_file_name=True)
    new = new.model_copy(update={"id": archive or new.id})
    with open_workplace(settings) as place, progress_bar(as_json) as bar:
        must_be_archived(place, new.id)
        old = (
            place.programme(new.id)
            if against in (None, FILED)
            else find_programme(str(against), settings.programmes_dir, any_file_name=True)
        )
        task = bar.add_task("rehearsing", total=None)
        done = rehearse(
            place,
            old,
            new,
            filed=against == FILED,
            application=application,
            show=show or "",
            limit=limit,
            workers=workers,
            progress=lambda count, total: bar.update(task, completed=count, total=total),
        )
        if into is not None:
            write_report(done, new, into, place.clock())
    shown = _of(done, show) if show else ()
    if as_json:
        print_json(_as_json(done))
    elif show:
        _print_letters(show, shown)
    else:
        _print(done)
        if into is not None:
            click.echo(f"{into}: written")
    return 1 if done.differing or done.missing else 0


def _of(done: Rehearsal, name: str) -> list[Difference]:
    return [
        one
        for one in done.differing
        if name in (one.object_id, one.before.application_no, one.after.application_no)
    ]


def _print(done: Rehearsal) -> None:
    before, after = done.versions
    click.echo(
        f"{done.programme}: {done.objects} applications, {done.mails} mails; "
        f"rules {before} → {after}"
    )
    print_table(
        ("before", "after", "mails"),
        (
            (was.value, will.value if was is not will else "the same", count)
            for (was, will), count in done.outcomes.most_common()
        ),
    )
    for note in done.notes:
        click.echo(f"  not seen here: {note}")
    if done.differing:
        print_table(
            ("application", "name", "outcome", "findings", "letter"),
            (
                (
                    one.after.application_no or one.before.application_no or one.object_id,
                    one.after.full_name or one.before.full_name,
                    _change(one.before.outcome.value, one.after.outcome.value),
                    "\n".join(_findings(one)),
                    _letter(one),
                )
                for one in done.differing[:MOST_SHOWN]
            ),
            title=f"{len(done.differing)} mails come to something else",
        )
        if len(done.differing) > MOST_SHOWN:
            click.echo(f"  and {len(done.differing) - MOST_SHOWN} more: --into FILE.xlsx has all.")
    else:
        click.echo("Nothing differs.")
    if done.missing:
        click.echo(f"{len(done.missing)} could not be rehearsed:")
        for gone in done.missing[:MOST_SHOWN]:
            where = f"{gone.object_id} v{gone.version}" if gone.version else gone.object_id
            click.echo(printable(f"  {where}: {gone.reason}. {gone.advice}"))
        if len(done.missing) > MOST_SHOWN:
            click.echo(f"  and {len(done.missing) - MOST_SHOWN} more: --into FILE.xlsx has all.")


def _change(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _findings(one: Difference) -> Iterable[str]:
    if one.before.application_no != one.after.application_no:
        yield f"number {one.before.application_no or '—'} → {one.after.application_no or '—'}"
    if one.before.full_name != one.after.full_name:
        yield f"name {one.before.full_name or '—'} → {one.after.full_name or '—'}"
    for sign, found in (("+", one.added), ("-", one.removed)):
        for told in found:
            yield f"{sign} {told.code} [{told.effect}] {told.about}".rstrip()


def _letter(one: Difference) -> str:
    kinds = _change(one.before.letter.value, one.after.letter.value)
    return f"{kinds}, other words" if one.letter and "→" not in kinds else kinds


def _print_letters(name: str, found: list[Difference] | tuple[Difference, ...]) -> None:
    if not found:
        click.echo(f"{name}: nothing differs.")
    for one in found:
        click.echo(printable(f"{one.object_id}: {one.mail_subject} ({one.received_at:%Y-%m-%d})"))
        for line in _findings(one):
            click.echo(printable(f"  {line}"))
        if not one.letter:
            click.echo(f"  the letter stays as it is ({one.before.letter.value})")
        for line in one.letter:
            click.echo(printable(line))


def _as_json(done: Rehearsal) -> dict[str, Any]:
    return {
        "programme": done.programme,
        "rules": {"before": done.versions[0], "after": done.versions[1]},
        "applications": done.objects,
        "mails": done.mails,
        "outcomes": [
            {"before": was.value, "after": will.value, "mails": count}
            for (was, will), count in done.outcomes.most_common()
        ],
        "differing": [
            {
                "object_id": one.object_id,
                "message": one.sha256,
                "received_at": one.received_at.isoformat(),
                "subject": one.mail_subject,
                "before": _side(one.before),
                "after": _side(one.after),
                "added": [_told(told) for told in one.added],
                "removed": [_told(told) for told in one.removed],
                "letter": list(one.letter),
            }
            for one in done.differing
        ],
        "not_rehearsed": [
            {"object_id": one.object_id, "version": one.version, "reason": one.reason,
             "advice": one.advice}
            for one in done.missing
        ],
        "notes": list(done.notes),
    }  # fmt: skip


def _side(side: Side) -> dict[str, str]:
    return {
        "outcome": side.outcome.value,
        "application_no": side.application_no,
        "full_name": side.full_name,
        "letter": side.letter.value,
    }


def _told(one: Told) -> dict[str, str]:
    return {"code": one.code, "about": one.about, "effect": one.effect, "text": one.text}
