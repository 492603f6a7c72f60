"""The sweep: takes up mail that waits, and that of workers that died."""

from __future__ import annotations

from dataclasses import asdict

from prefect import flow

from flows.runs import leave_table, name_run, workplace
from flows.steps import process_all


@flow(name="process_messages", timeout_seconds=6 * 3600)
def process_messages() -> dict[str, int]:
    """Process everything that waits, batch by batch."""
    with workplace() as place:
        batch = process_all(place)
    name_run(f"process: {batch.processed} processed, {batch.quarantined} quarantined")
    leave_table("process-messages", [asdict(row) for row in batch.rows], str(dict(batch.outcomes)))
    return {"processed": batch.processed, "quarantined": batch.quarantined, "lost": batch.lost}


if __name__ == "__main__":
    process_messages()
