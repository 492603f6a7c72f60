"""Ends runs that say they are running and cannot be: `python -m flows.sweep`.

A run whose process tree was killed stays Running for ever, and a deployment that allows one run
at a time stays blocked by it. Nothing of ours depends on such a run (the ledger's leases do the
taking over); the schedule does.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed

STUCK = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


def sweep(older_than: timedelta = timedelta(0)) -> int:
    """Mark runs stuck for so long as crashed; gives their number.

    Without an age this is for the start of a machine that runs everything itself: no run of an
    earlier process tree can still be alive then.
    """
    with get_client(sync_client=True) as client:
        stuck = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=STUCK))
            )
        )
        old = [run for run in stuck if _age(run) >= older_than]
        for run in old:
            _end(client, run)
    return len(old)


def _age(run: FlowRun) -> timedelta:
    began = run.start_time or run.expected_start_time
    return datetime.now(UTC) - began if began is not None else timedelta(0)


def _end(client: SyncPrefectClient, run: FlowRun) -> None:
    message = "Its process is gone; the ledger's leases let the next run take over."
    client.set_flow_run_state(run.id, Crashed(message=message), force=True)


if __name__ == "__main__":
    print(f"{sweep(timedelta(hours=12))} stuck runs ended")
