"""The background run: pages that no receipt waited for are read and their text is filed."""

from __future__ import annotations

import os

from prefect import flow

from flows.runs import name_run, workplace
from intake.enrich import enrich as read_what_waits

NICENESS = 10
"""Mail that comes in goes before."""


@flow(name="enrich", timeout_seconds=3600)
def enrich(minutes: float = 20.0) -> dict[str, int]:
    """Read pages that wait, oldest application first; what is not done is left to the next run.

    Args:
        minutes: Begin no further pages after so long.
    """
    os.nice(NICENESS)
    with workplace() as place:
        done = read_what_waits(place, seconds=minutes * 60)
    name_run(f"enrich: {done.pages} pages, {len(done.filed)} filed, {done.left} left")
    if done.failed:
        raise RuntimeError(f"A fault of ours stopped at {', '.join(done.failed)}; see the log.")
    return {"pages": done.pages, "filed": len(done.filed), "left": done.left}


if __name__ == "__main__":
    enrich()
