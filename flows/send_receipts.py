"""The outbox: sends what is owed, and settles letters of unknown fate."""

from __future__ import annotations

from dataclasses import asdict

from prefect import flow

from flows.runs import leave_table, name_run, workplace
from flows.steps import answer_step


@flow(name="send_receipts", timeout_seconds=3600)
def send_receipts() -> dict[str, int]:
    """Send every receipt that is owed and due."""
    with workplace() as place:
        sent = answer_step(place)
    counts = {name: int(value) for name, value in asdict(sent).items()}
    name_run(f"send: {sent.sent} sent, {sent.verified} verified, {sent.failed} failed")
    leave_table("send-receipts", [counts], "What the run did with the outbox")
    return counts


if __name__ == "__main__":
    send_receipts()
