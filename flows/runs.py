"""What every flow does around its work: open the workplace, name the run, leave a table.

The one place of this face where errors are caught: the operator's become a failed run whose
message says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_table_artifact
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run

from intake.settings import load_settings
from intake.workplace import Workplace, open_workplace
from model.errors import IntakeError

TABLE_ROWS = 500
"""A run's table shows so many rows; the ledger has them all, and the table says so."""


@contextmanager
def workplace() -> Iterator[Workplace]:
    """The workplace by the settings of the machine that the run is on."""
    try:
        with open_workplace(load_settings()) as place:
            yield place
    except IntakeError as error:
        get_run_logger().error("%s %s", error.problem, error.advice)
        raise


def name_run(name: str) -> None:
    """Let the run's name say what it did. A run without a server keeps the name it has."""
    run_id = flow_run.get_id()
    if run_id is not None:
        with get_client(sync_client=True) as client:
            client.update_flow_run(flow_run_id=UUID(run_id), name=name[:200])


def leave_table(key: str, rows: Sequence[dict[str, Any]], description: str) -> None:
    """The table artifact of one run's outcome."""
    shown = list(rows[:TABLE_ROWS])
    if len(rows) > len(shown):
        description += f" (the first {len(shown)} of {len(rows)}; the ledger has them all)"
    create_table_artifact(key=key, table=shown, description=description)
