"""The scheduled run: what is new comes in, is processed, and is answered."""

from __future__ import annotations

from dataclasses import asdict

from prefect import flow

from flows.runs import leave_table, name_run, workplace
from flows.steps import answer_step, process_all, receive_step
from intake.answer import Sent
from intake.batch import Batch
from intake.receive import raise_trouble


@flow(name="poll_mailbox", flow_run_name="poll", timeout_seconds=3600)
def poll_mailbox(mailbox: str = "", process: bool = True, answer: bool = True) -> dict[str, int]:
    """Receive what is new; then process and answer it unless told otherwise.

    Args:
        mailbox: Name of the mailbox in the settings; empty for all of them.
        process: Process what came in, in the same run.
        answer: Send the receipts owed, in the same run.
    """
    with workplace() as place:
        names = [mailbox] if mailbox else list(place.settings.mailboxes)
        received = [receive_step(name, place) for name in names]
        batch = process_all(place) if process else Batch()
        sent = answer_step(place) if answer else Sent()
    new = sum(one.new for one in received)
    counts = {
        "new": new,
        "failed": sum(one.failed for one in received),
        "processed": batch.processed,
        "quarantined": batch.quarantined,
        "sent": sent.sent + sent.verified,
    }
    done = f"{new} new, {batch.processed} processed, {counts['sent']} answered"
    name_run(f"poll {mailbox or 'all'}: {done}")
    leave_table(
        "poll-mailbox",
        [asdict(row) for row in batch.rows] or [asdict(one) for one in received],
        f"{new} new; {dict(batch.outcomes)}; {counts['sent']} receipts sent",
    )
    # What could be received is processed and answered; only now the run fails.
    raise_trouble(received)
    return counts


if __name__ == "__main__":
    poll_mailbox()
