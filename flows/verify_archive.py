"""The nightly look at everything: fixity, and that mailbox, ledger and archive agree."""

from __future__ import annotations

from dataclasses import asdict

from prefect import flow, get_run_logger

from flows.runs import leave_table, name_run, workplace
from intake.verify import verify


@flow(name="verify_archive", timeout_seconds=12 * 3600)
def verify_archive(mailboxes: bool = True) -> int:
    """Verify; the number of problems found. They stand in the run's table with advice.

    Args:
        mailboxes: Compare with the mailboxes too.
    """
    with workplace() as place:
        problems = list(verify(place, mailboxes=mailboxes))
    for one in problems:
        get_run_logger().error("%s: %s %s", one.where, one.problem, one.advice)
    name_run(f"verify: {len(problems)} problems" if problems else "verify: all agree")
    leave_table("verify-archive", [asdict(one) for one in problems], f"{len(problems)} problems")
    return len(problems)


if __name__ == "__main__":
    verify_archive()
