"""The steps that flows share, each one task: a batch is a task, a message never is."""

from __future__ import annotations

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from intake.answer import Sent, answer
from intake.batch import Batch, claim_batch, process_batch
from intake.receive import Received, receive
from intake.workplace import Workplace

BATCHES_PER_RUN = 100


@task(name="receive", task_run_name="receive {mailbox}", cache_policy=NO_CACHE)
def receive_step(mailbox: str, place: Workplace) -> Received:
    received = receive(place, mailbox)
    get_run_logger().info(
        "%s: %d new, %d known, %d vanished, %d failed%s",
        mailbox,
        received.new,
        received.known,
        received.vanished,
        received.failed,
        " (another process is polling it)" if received.busy else "",
    )
    if received.trouble is not None:
        get_run_logger().error("%s", received.trouble)
    return received


@task(name="process batch", task_run_name="batch {number}", cache_policy=NO_CACHE)
def batch_step(number: int, place: Workplace) -> Batch | None:
    """One batch claimed by lease; None where nothing waits."""
    claims = claim_batch(place, place.settings.batch)
    if not claims:
        return None
    batch = process_batch(place, claims)
    get_run_logger().info("batch %d: %s", number, dict(batch.outcomes))
    return batch


@task(name="answer", cache_policy=NO_CACHE)
def answer_step(place: Workplace) -> Sent:
    sent = answer(place)
    get_run_logger().info(
        "sent %d, verified %d, postponed %d, unknown %d, failed %d",
        sent.sent,
        sent.verified,
        sent.postponed,
        sent.waiting,
        sent.failed,
    )
    return sent


def process_all(place: Workplace) -> Batch:
    """Batches until nothing waits; what a very long queue leaves, the next run takes."""
    total = Batch()
    for number in range(1, BATCHES_PER_RUN + 1):
        batch = batch_step(number, place)
        if batch is None:
            break
        total.add(batch)
    return total
