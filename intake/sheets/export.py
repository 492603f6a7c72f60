"""The ledger written out: every sheet in one workbook, or the ledger alone as CSV."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from intake.sheets import arrivals_sheet, catalogue, findings, ledger, statistics
from intake.sheets.application import Progress, applications
from intake.sheets.arrivals import count_arrivals
from intake.sheets.excel import open_book
from intake.sheets.layout import as_text
from intake.workplace import Workplace
from model.errors import IntakeError

TITLE = "申报材料接收台账"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Exported:
    """rows: of the ledger. sheets: rows of each sheet by its name. troubles: objects of which
    the archive could not be read, each with why."""

    rows: int
    sheets: dict[str, int]
    troubles: tuple[tuple[str, str], ...] = ()


def export_sheet(
    place: Workplace,
    path: Path,
    programme: str | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write FILE.xlsx with every sheet, or FILE.csv with the ledger alone.

    It is written beside and renamed: whoever has the old one open keeps a whole file.
    Raises: IntakeError where the ending is neither .xlsx nor .csv, or it cannot be written.
    """
    writers: dict[str, Callable[[Workplace, Path, str | None, Progress | None], Exported]] = {
        ".xlsx": _write_xlsx,
        ".csv": _write_csv,
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise IntakeError(f"{path}: the ending must be .xlsx or .csv.", "Give such a name.")
    if programme is not None:
        programme = place.programme(programme).id
    with beside(path) as part:
        return writer(place, part, programme, progress)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A new file that takes the name of `path` when the block ends, and is gone if it fails.

    Raises: IntakeError where it cannot be written.
    """
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, xlsxwriter.exceptions.XlsxFileError) as error:
        raise IntakeError(
            f"{path} cannot be written: {error}.",
            "Is there room, may this user write there, is it open in another program?",
        ) from error


def _write_xlsx(
    place: Workplace, path: Path, programme: str | None, progress: Progress | None
) -> Exported:
    rules = ledger.programmes_of(place, programme)
    further = ledger.further_materials(rules)
    now = place.clock()
    made = now.astimezone(rules[0].zone) if rules else now
    lines: list[statistics.Entry] = []
    items = 0
    troubles = []
    with place.ledger.read() as tx, open_book(path, TITLE, made) as book:
        rows = book.sheet(ledger.layout(rules))
        problems = book.sheet(findings.LAYOUT)
        joint = book.sheet(statistics.LAYOUT)
        days = arrivals_sheet.write(book, [count_arrivals(tx, one, now) for one in rules])
        files = book.sheet(catalogue.LAYOUT)
        for one in applications(place, tx, programme, archive=True, progress=progress):
            rows.add(ledger.ledger_row(rows.rows + 1, one, further))
            for line in findings.finding_rows(one, problems.rows + 1):
                problems.add(line)
            if one.trouble:
                troubles.append((f"{one.row.programme}/{one.row.object_id}", one.trouble))
            if not one.is_one:
                continue
            lines += statistics.entries(one)
            items += 1
            for line in catalogue.catalogue_rows(one, items):
                files.add(line)
        for line in statistics.statistics_rows(lines):
            joint.add(line)
        counts = {
            "台账": rows.rows, findings.LAYOUT.name: problems.rows,
            statistics.LAYOUT.name: joint.rows, arrivals_sheet.NAME: days,
            catalogue.LAYOUT.name: files.rows,
        }  # fmt: skip
    return Exported(counts["台账"], counts, tuple(troubles))


def _write_csv(
    place: Workplace, path: Path, programme: str | None, progress: Progress | None
) -> Exported:
    further = ledger.further_materials(ledger.programmes_of(place, programme))
    count = 0
    # The mark at the beginning is what makes Excel read UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file, place.ledger.read() as tx:
        writer = csv.writer(file)
        writer.writerow([*(one.name for one in ledger.COLUMNS), *further])
        for one in applications(place, tx, programme, progress=progress):
            count += 1
            cells = ledger.ledger_row(count, one, further)
            writer.writerow([harmless(as_text(cell)) for cell in cells])
    return Exported(count, {"台账": count})


def harmless(value: str) -> str:
    """A spreadsheet program runs a CSV cell that begins like a formula."""
    return "'" + value if value.startswith(FORMULA_STARTS) else value
