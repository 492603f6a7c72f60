"""The manual run: mail is read and judged anew, as a person asks for on the Prefect page."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum

from prefect import flow

from flows.runs import leave_table, name_run, workplace
from intake.reprocess import reprocess as redo
from model.errors import IntakeError
from storage.ledger import queries


class MailState(StrEnum):
    """Which mail: by where it stands, or by the outcome it had."""

    ANY = "any"
    WAITING = "waiting"
    QUARANTINED = "quarantined"
    COMPLETE = "complete"
    CORRECTION = "correction"
    RETURNED = "returned"
    LATE_REFUSED = "late_refused"
    LATE_PENDING = "late_pending"
    DUPLICATE = "duplicate"


@flow(name="reprocess", timeout_seconds=6 * 3600)
def reprocess(
    application_no: str = "",
    message: str = "",
    since: datetime | None = None,
    state: MailState = MailState.ANY,
    dry_run: bool = True,
    by: str = "prefect",
) -> dict[str, int]:
    """Reprocess the mail that all given conditions meet.

    Args:
        application_no: All mail of this application (申报编号); empty for any.
        message: Digest of one mail, or its beginning; empty for any.
        since: Only mail received since then; empty for any.
        state: Only mail in this state, or whose outcome was this.
        dry_run: Only show what would change; file nothing.
        by: Who asks, for the record.
    """
    if not (application_no or message or since or state is not MailState.ANY):
        raise IntakeError("Nothing is chosen.", "Give application_no, message, since or state.")
    with workplace() as place:
        zone = place.programme(place.settings.programme).zone
        if since is not None and since.tzinfo is None:
            since = since.replace(tzinfo=zone)
        with place.ledger.read() as tx:
            digests = queries.messages_matching(
                tx,
                application_no=application_no or None,
                sha256=message or None,
                since=since,
                state=None if state is MailState.ANY else state.value,
            )
        done = redo(place, digests, by=by, dry_run=dry_run)
    counts: dict[str, int] = {}
    for one in done:
        counts[one.action] = counts.get(one.action, 0) + 1
    summary = ", ".join(f"{count} {action}" for action, count in sorted(counts.items()))
    name_run(f"reprocess{' (dry run)' if dry_run else ''}: {summary or 'no mail matches'}")
    leave_table(
        "reprocess",
        [{**asdict(one), "differences": "; ".join(one.differences)} for one in done],
        summary or "no mail matches",
    )
    return counts


if __name__ == "__main__":
    reprocess()
