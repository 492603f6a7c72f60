"""The morning's run on working days: reminders of corrections that fall due and, where a programme
has switched that on, letters to registered units that have sent nothing."""

from __future__ import annotations

from prefect import flow

from flows.runs import leave_table, name_run, workplace
from intake.reminders.write import write_all
from receipts.reminder import reasons


@flow(name="remind", timeout_seconds=3600)
def remind() -> dict[str, int]:
    """Write what is due; the outbox sends it."""
    with workplace() as place:
        done = write_all(place)
    written = sum(not one.refused for one in done)
    if done:
        rows = [
            {"letter": one.receipt_no, "kind": one.kind.value, "programme": one.programme,
             "application": one.application_no, "unit": one.full_name, "to": one.recipient,
             "last day": one.last_day.isoformat(), "why not": reasons().get(one.refused, "")}
            for one in done
        ]  # fmt: skip
        leave_table("reminders", rows, "Who is written to, and who is not and why")
    name_run(f"remind: {written} written, {len(done) - written} not")
    return {"written": written, "not_written": len(done) - written}


if __name__ == "__main__":
    remind()
