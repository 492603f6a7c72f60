"""`intake programme check FILE`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from console.cli.output import json_option, print_json
from intake.settings_file import programmes_folder
from model.fields import FieldKind
from model.finding import Effect
from model.programme import LatePolicy, Programme
from programmes import find_programme

if TYPE_CHECKING:
    from intake.outcome_table import Group

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
@click.option("--english", is_flag=True, help="Only the short facts, without the Chinese text.")
@json_option
def check(file: str, english: bool, as_json: bool) -> int:
    """Check FILE (or the programme of that id), explain it, and say what to look at again."""
    from intake.outcome_table import outcome_table
    from programmes.cautions import cautions
    from programmes.explain import explain as sections

    rules = find_programme(file, programmes_folder())
    remarks = cautions(rules, datetime.now(UTC).astimezone(rules.zone).date())
    if as_json:
        print_json(
            {
                **rules.model_dump(mode="json"),
                "explanation": {
                    "sections": [asdict(one) for one in sections(rules)],
                    "outcomes": [asdict(one) for one in outcome_table(rules)],
                    "cautions": [asdict(one) for one in remarks],
                },
            }
        )
        return 0
    click.echo(explain(rules))
    for one in remarks:
        click.echo(f"  look again  {one.text}")
        if not english:
            click.echo(f"              {one.chinese}")
    if not english:
        for section in sections(rules):
            click.echo(f"\n【{section.heading}】")
            for sentence in section.sentences:
                click.echo(f"  {sentence}")
        click.echo("\n" + "\n".join(_outcomes(outcome_table(rules))))
    return 0


def _outcomes(groups: tuple[Group, ...]) -> Iterator[str]:
    """The table of outcomes as lines; what only a person looks at is counted, and told where this
    programme has it otherwise."""
    from intake.outcome_table import otherwise

    yield "【问题 → 处理 → 结果 → 回执】（自上而下，以最先符合的一组为准）"
    for group in groups:
        decided = f" → 结果：{group.outcome} → 回执：{group.letter}" if group.outcome else ""
        yield f"  {group.handling}{decided}"
        shown = [one for one in group.problems if group.effect is not Effect.PERSON or one.changed]
        for one in shown:
            mark = f"＊（一般为“{one.usual}”）" if one.changed else ""
            yield f"    - {one.code}{mark}  {one.text}"
        if left := len(group.problems) - len(shown):
            yield f"    - 共{left}种，见 docs/findings.md"
    outcome, letter = otherwise()
    yield f"  没有上述问题 → 结果：{outcome} → 回执：{letter}"


def explain(rules: Programme) -> str:
    """The short facts of a programme, in English."""
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
                 f"corrections within {rules.resubmission.correction_days} "
                 f"{rules.resubmission.correction_day_kind} days")  # fmt: skip
    number = rules.receipt.number.format(year=rules.year, serial=1)
    lines.append(
        f"  receipts   {number}, …; at most {rules.receipt.per_sender_per_day} a day to one address"
    )
    return "\n".join(lines)
