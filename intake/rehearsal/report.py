"""A rehearsal as a workbook, as CSV, or as a folder with the letters beside it."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from intake.rehearsal.values import Difference, Rehearsal, Told
from intake.rehearsal.words import (
    DIFFERING,
    DIFFERING_COLUMNS,
    FROM_TO,
    LETTERS,
    MISSING,
    MISSING_COLUMNS,
    OTHER_WORDS,
    OUTCOMES_COLUMNS,
    OUTCOMES_SHEET,
    SAME_WORDS,
    TITLE,
)
from intake.sheets.excel import open_book
from intake.sheets.export import beside, harmless
from intake.sheets.layout import Cell, Column, Kind, Layout, as_text
from intake.sheets.words import OUTCOMES
from model.errors import IntakeError
from model.programme import Programme

_KINDS = (
    (6, Kind.NUMBER), (16, Kind.TEXT), (34, Kind.WORDS), (22, Kind.MOMENT), (34, Kind.WORDS),
    (14, Kind.STATE), (14, Kind.STATE), (48, Kind.WORDS), (48, Kind.WORDS), (16, Kind.TEXT),
    (16, Kind.TEXT), (10, Kind.TEXT), (24, Kind.TEXT),
)  # fmt: skip


def _columns(names: Iterable[str], kinds: Iterable[tuple[float, Kind]]) -> tuple[Column, ...]:
    return tuple(
        Column(name, width, kind) for name, (width, kind) in zip(names, kinds, strict=True)
    )


_STATES, _WORDS = (16, Kind.STATE), (60, Kind.WORDS)
SHEETS = (
    Layout(DIFFERING, _columns(DIFFERING_COLUMNS, _KINDS), held=2),
    Layout(OUTCOMES_SHEET, _columns(OUTCOMES_COLUMNS, (_STATES, _STATES, (10, Kind.NUMBER)))),
    Layout(MISSING, _columns(MISSING_COLUMNS, ((24, Kind.TEXT), (8, Kind.NUMBER), _WORDS, _WORDS))),
)


def write_report(done: Rehearsal, rules: Programme, path: Path, now: datetime) -> None:
    """FILE.xlsx with three sheets, FILE.csv with the applications that differ, or a new folder with
    all three as CSV and each pair of letters that differ.

    Raises: IntakeError where it cannot be written, or the folder is there and not empty.
    """
    writers: dict[str, Callable[[Rehearsal, Programme, Path, datetime], None]] = {
        ".xlsx": _xlsx,
        ".csv": _csv,
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        _folder(done, rules, path)
        return
    with beside(path) as part:
        writer(done, rules, part, now)


def _rows(done: Rehearsal, rules: Programme) -> tuple[Iterator[list[Cell]], ...]:
    """The lines of each of SHEETS."""
    return (
        (_differing(number, one, rules) for number, one in enumerate(done.differing, 1)),
        (
            [OUTCOMES[before.value], OUTCOMES[after.value], count]
            for (before, after), count in done.outcomes.most_common()
        ),
        ([one.object_id, one.version, one.reason, one.advice] for one in done.missing),
    )


def _differing(number: int, one: Difference, rules: Programme) -> list[Cell]:
    return [
        number,
        _changed(one.before.application_no, one.after.application_no),
        _changed(one.before.full_name, one.after.full_name),
        one.received_at.astimezone(rules.zone),
        one.mail_subject,
        OUTCOMES[one.before.outcome.value],
        OUTCOMES[one.after.outcome.value],
        _findings(one.added),
        _findings(one.removed),
        LETTERS[one.before.letter.value],
        LETTERS[one.after.letter.value],
        OTHER_WORDS if one.letter else SAME_WORDS,
        one.object_id,
    ]


def _changed(before: str, after: str) -> str:
    if before == after:
        return before
    return FROM_TO.format(before=before or "—", after=after or "—")


def _findings(found: tuple[Told, ...]) -> str:
    return "\n".join(f"{one.text}（{one.code}）" for one in found)


def _xlsx(done: Rehearsal, rules: Programme, path: Path, now: datetime) -> None:
    with open_book(path, TITLE, now.astimezone(rules.zone)) as book:
        # Row by row, so sheet after sheet: each is written to the disk as it grows.
        for layout, rows in zip(SHEETS, _rows(done, rules), strict=True):
            sheet = book.sheet(layout)
            for row in rows:
                sheet.add(row)


def _csv(done: Rehearsal, rules: Programme, path: Path, _now: datetime) -> None:
    _write_csv(path, SHEETS[0], _rows(done, rules)[0])


def _write_csv(path: Path, layout: Layout, rows: Iterable[list[Cell]]) -> None:
    # The mark at the beginning is what makes Excel read UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([one.name for one in layout.columns])
        writer.writerows([harmless(as_text(cell)) for cell in row] for row in rows)


def _folder(done: Rehearsal, rules: Programme, path: Path) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        (part / "letters").mkdir(parents=True)
        try:
            for layout, rows in zip(SHEETS, _rows(done, rules), strict=True):
                _write_csv(part / f"{layout.name}.csv", layout, rows)
            for one in done.differing:
                if one.letter:
                    name = f"{one.object_id}-{one.sha256[:8]}.diff"
                    (part / "letters" / name).write_text("\n".join(one.letter) + "\n", "utf-8")
            part.rename(path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise IntakeError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Give a folder that is not there yet, or a name that ends in .xlsx or .csv.",
        ) from error
