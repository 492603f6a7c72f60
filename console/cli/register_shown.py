"""What `intake register` prints: the preview of an import, entries, the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from console.cli.output import print_table, printable
from intake.register.changes import COLUMNS, text_of
from intake.register.groups import GROUPS
from intake.register.importing import Plan
from intake.register.report import WORDS, RegisterReport
from intake.register.sheet import TITLE, number_lines
from model.register import RegisterEntry, plain_number
from model.register_import import ImportMode, LineNote

MOST_SHOWN = 30
"""Lines of each kind that a preview shows; JSON has all of them."""


def preview(planned: Plan) -> None:
    whole = "adds to" if planned.mode is ImportMode.ADD else "replaces as a whole"
    click.echo(
        printable(f"{planned.file_name} {whole} the register of {planned.programme} "
                  f"(in force: version {planned.version}).")
    )  # fmt: skip
    click.echo(printable(f"  columns: {'、'.join(planned.columns.values())}"))
    if planned.unused:
        click.echo(printable(f"  not used: {'、'.join(planned.unused)}"))
    made = planned.changes
    click.echo(
        f"  {len(made.added)} added, {len(made.changed)} changed, {len(made.removed)} removed, "
        f"{made.unchanged} unchanged; {len(planned.read.refused)} lines refused"
    )
    _some([f"+ {one.application_no} {one.full_name} {one.city}" for one in made.added])
    _some([f"- {one.application_no} {one.full_name}{_sent(planned, one)}" for one in made.removed])
    _some(
        [
            f"~ {one.after.application_no} {one.after.full_name}: "
            + "；".join(f"{COLUMNS[name]} {old or '—'} → {new or '—'}"
                        for name, old, new in one.differences)
            for one in made.changed
        ]
    )  # fmt: skip
    _some([f"skipped {_at(sheet, line)}{text}" for sheet, line, text in planned.skipped])
    _some([f"doubtful {_told(one)}" for one in planned.read.doubtful])
    for one in planned.read.refused:  # every one of them: somebody has to correct it
        click.echo(printable(f"  REFUSED {_told(one)}"))
        click.echo(printable(f"      {one.shown}"))


def _sent(planned: Plan, entry: RegisterEntry) -> str:
    """What removing an entry would leave without one."""
    number = plain_number(entry.application_no)
    return " (has sent an application already)" if number in planned.sent else ""


def _some(lines: Sequence[str]) -> None:
    for line in lines[:MOST_SHOWN]:
        click.echo(printable(f"  {line}"))
    if len(lines) > MOST_SHOWN:
        click.echo(f"  … and {len(lines) - MOST_SHOWN} more (--json shows all)")


def _told(note: LineNote) -> str:
    return f"{_at(note.sheet, note.line)}{note.text}"


def _at(sheet: str, line: int) -> str:
    place = f"“{sheet}”" if sheet else ""
    return f"{place}第{line}行：" if line else f"{place}："


def plan_values(planned: Plan) -> dict[str, Any]:
    made = planned.changes
    return {
        "programme": planned.programme, "mode": planned.mode.value, "in_force": planned.version,
        "file": planned.file_name, "sha256": planned.sha256, "columns": dict(planned.columns),
        "unused": list(planned.unused),
        "added": [asdict(one) for one in made.added],
        "changed": [
            {"application_no": one.after.application_no,
             "fields": {name: {"old": old, "new": new} for name, old, new in one.differences}}
            for one in made.changed
        ],
        "removed": [asdict(one) for one in made.removed],
        "unchanged": made.unchanged,
        "refused": [_note_values(one) for one in planned.read.refused],
        "doubtful": [_note_values(one) for one in planned.read.doubtful],
        "skipped": [
            {"sheet": sheet, "line": line, "text": text} for sheet, line, text in planned.skipped
        ],
    }  # fmt: skip


def _note_values(note: LineNote) -> dict[str, Any]:
    return {
        "sheet": note.sheet, "line": note.line, "code": note.code, "text": note.text,
        "shown": note.shown,
    }  # fmt: skip


def print_entries(entries: Sequence[RegisterEntry]) -> None:
    print_table(
        tuple(COLUMNS.values()), ([text_of(one, name) for name in COLUMNS] for one in entries)
    )


def print_report(made: RegisterReport) -> None:
    if not made.version:
        click.echo("No register was imported: nobody is known to be expected.")
    print_table(
        (GROUPS[made.by], "应报", "已报", "未报", "登记册以外", "备注"),
        number_lines(made),
        f"{made.programme.title}{TITLE}",
    )
    if outstanding := made.outstanding:
        print_table(
            (GROUPS[made.by], "未报单位", "申报编号", "联系人", "手机", "情况"),
            (
                (group.name, one.entry.full_name, one.entry.application_no, one.entry.contact,
                 one.entry.mobile, WORDS[one.came])
                for group in made.groups for one in group.outstanding
            ),
            f"未报{len(outstanding)}家",
        )  # fmt: skip


def report_values(made: RegisterReport) -> dict[str, Any]:
    return {
        "programme": made.programme.id, "by": made.by, "version": made.version,
        "expected": made.expected, "sent": made.sent, "outstanding": len(made.outstanding),
        "others": made.others,
        "groups": [
            {"name": one.name, "expected": one.expected, "sent": one.sent, "others": one.others,
             "quota": one.quota, "over_quota": one.is_over,
             "outstanding": [
                 {**asdict(unit.entry), "came": unit.came.value} for unit in one.outstanding
             ]}
            for one in made.groups
        ],
    }  # fmt: skip
