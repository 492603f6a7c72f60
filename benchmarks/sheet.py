"""Seconds and memory to export the ledger of a whole season, every sheet, and as CSV.

    python -m benchmarks.sheet [--applications 5000] [--place DIR]

Each application is an object of its own in a real archive, with four materials, a record, facts
and findings; making them takes longer than what is measured. Each export runs in a process of its
own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from intake.settings import Settings
from intake.sheets.export import export_sheet
from intake.workplace import open_workplace
from model.document import Field
from model.record import FiledFinding
from model.verdict import ChecklistItem, ItemState, Outcome
from tests.builders.filed import file_application, paper
from tests.builders.ledger_rows import letter

OPENING = datetime(2021, 5, 17, tzinfo=UTC)
MATERIALS = {
    "recommendation_form": "推荐表", "commitment_letter": "承诺书",
    "application_document": "申报材料", "supporting_document": "证明材料",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--applications", type=int, default=5000)
    parser.add_argument("--place", type=Path, default=None)
    parser.add_argument("--export", type=Path, default=None, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.export is not None:
        _export(asked.place, asked.export)
        return
    with tempfile.TemporaryDirectory(dir=asked.place) as name:
        data = Path(name)
        _fill(data, asked.applications)
        for ending in (".csv", ".xlsx"):
            target = data / f"ledger{ending}"
            command = [
                sys.executable,
                "-m",
                "benchmarks.sheet",
                "--place",
                name,
                "--export",
                target,
            ]
            subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": "."})


def _fill(data: Path, applications: int) -> None:
    settings = Settings(data_dir=data)
    with open_workplace(settings) as place:
        for number in range(applications):
            word = f"{number:05d}"
            name = f"山东第{number}机械制造有限公司"
            fields = tuple(
                Field(field, value, page=1)
                for field, value in (
                    ("full_name", name),
                    ("title", "全流程质量追溯"),
                    ("city", "济南"),
                )
            )
            file_application(
                place, word,
                [paper(f"{name}.rar/{label}.pdf", f"{label}{word}".encode(), material,
                       fields=fields if material == "recommendation_form" else ())
                 for material, label in MATERIALS.items()],
                letter(f"HZ2021-{word}", word),
                object_id=f"ZB2021{word}", application_no=f"ZB2021{word}", full_name=name,
                outcome=Outcome.CORRECTION if number % 5 == 0 else Outcome.COMPLETE,
                received_at=OPENING + timedelta(minutes=8 * number),
                checklist=tuple(ChecklistItem(material, label, ItemState.PRESENT)
                                for material, label in MATERIALS.items()),
                findings=tuple(FiledFinding("seal.seen", label, "note", f"“{label}”已见印章。", "")
                               for label in MATERIALS.values()),
            )  # fmt: skip


def _export(data: Path, target: Path) -> None:
    with open_workplace(Settings(data_dir=data)) as place:
        base, start, used = _peak_kib(), time.perf_counter(), time.process_time()
        done = export_sheet(place, target)
        seconds, used = time.perf_counter() - start, time.process_time() - used
    size = target.stat().st_size
    print(
        f"{target.suffix}: {done.rows} applications, {sum(done.sheets.values())} rows in all, "
        f"{seconds:.1f} s ({used:.1f} s of processor), {(_peak_kib() - base) / 1024:.0f} MiB over "
        f"the start, file {size / 1e6:.1f} MB"
    )


def _peak_kib() -> int:
    """The most memory that this process has had (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


if __name__ == "__main__":
    main()
