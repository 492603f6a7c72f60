"""`intake programme check FILE`."""

from __future__ import annotations

from datetime import timedelta

import click

from console.cli.output import json_option, print_json
from intake.settings_file import programmes_folder
from model.fields import FieldKind
from model.programme import LatePolicy, Programme
from programmes import find_programme

LATE = {
    LatePolicy.REFUSE: "refused",
    LatePolicy.CLERK: "held until the clerk decides",
    LatePolicy.ACCEPT: "taken with a note",
}


@click.group("programme")
def command() -> None:
    """Programme files: one for each call for applications."""


@command.command("check")
@click.argument("file")
@json_option
def check(file: str, as_json: bool) -> int:
    """Check FILE (or the programme of that id), and explain it."""
    rules = find_programme(file, programmes_folder())
    if as_json:
        print_json(rules.model_dump(mode="json"))
    else:
        click.echo(explain(rules))
    return 0


def explain(rules: Programme) -> str:
    """The programme as a person would tell it."""
    zone = rules.zone
    start = rules.window.starts_at(zone)
    last = rules.window.ends_before(zone) - timedelta(seconds=1)
    opening = f"{start:%Y-%m-%d %H:%M:%S}" if start else "open"
    lines = [
        f"{rules.id}: {rules.title} (version {rules.version})",
        f"  window     {opening} to {last:%Y-%m-%d %H:%M:%S} {zone}",
        f"  late mail  {LATE[rules.late.policy]}"
        + (
            f", after {rules.late.grace_minutes} minutes of grace"
            if rules.late.grace_minutes
            else ""
        ),
    ]
    naming = rules.naming
    if naming is None:
        lines.append("  naming     no rule: the clerk ties mail to applicants")
    else:
        example = naming.example or naming.expected("编号", "单位全称")
        pattern = naming.number_pattern or "any letters, digits, hyphens"
        lines.append(f"  naming     {example}   number: {pattern}")
    formats = " ".join(rules.package.formats)
    lines.append(f"  package    {formats}" + ("" if rules.package.required else " (not required)"))
    for one in rules.materials:
        count = f"{one.least}..{one.most if one.most is not None else 'n'}"
        kinds = " or ".join(one.formats) or "any format"
        seal = ", sealed" if one.seal else ""
        rest = ", takes what nothing else is recognised in" if one.rest else ""
        lines.append(f"  material   {one.label} ({one.id}): {count}, {kinds}{seal}{rest}")
    labels = "、".join(one.label for one in rules.fields if one.kind is not FieldKind.OTHER)
    lines.append(f"  fields     {labels}")
    lines.append(f"  resubmission  {rules.resubmission.policy}; "
                 f"corrections within {rules.resubmission.correction_days} days")  # fmt: skip
    number = rules.receipt.number.format(year=rules.year, serial=1)
    lines.append(
        f"  receipts   {number}, …; at most {rules.receipt.per_sender_per_day} a day to one address"
    )
    return "\n".join(lines)
