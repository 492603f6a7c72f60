"""Rows of the last step, filing away: which messages are handled and still lie where they came."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from storage.ledger.receiving import Numbering
from storage.ledger.schema import message, revision, sighting

BEGUN = "…"
"""`moved_to` of a message whose move was begun: whoever goes on looks for a copy first."""
BY_OTHERS = "?"
"""`moved_to` of a message that was not there any more when it was to be moved."""


@dataclass(frozen=True, slots=True)
class Handled:
    """A message to be moved. begun: an earlier move may have got half-way."""

    uid: int
    target: str
    begun: bool


def handled(
    tx: Connection,
    mailbox: str,
    server: str,
    folder: str,
    targets: Mapping[Any, str],
    *,
    most: int,
    uid_validity: int | None = None,
) -> list[Handled]:
    """Messages of a folder whose mails are processed with one of these outcomes, oldest first.

    A mail's outcome is that of its newest version. targets: folder by outcome.
    """
    newest = (
        select(revision.c.outcome)
        .where(revision.c.sha256 == sighting.c.sha256)
        .order_by(revision.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(sighting.c.uid, sighting.c.moved_to, newest.label("outcome"))
        .join(message, message.c.sha256 == sighting.c.sha256)
        .where(
            sighting.c.mailbox == mailbox,
            sighting.c.server == server,
            sighting.c.folder == folder,
            sighting.c.state == "held",
            sighting.c.moved_to.in_(("", BEGUN)),
            message.c.state == "processed",
            newest.in_([str(outcome) for outcome in targets]),
        )
        .order_by(sighting.c.uid)
        .limit(most)
    )
    if uid_validity is not None:
        query = query.where(sighting.c.uid_validity == uid_validity)
    names = {str(outcome): target for outcome, target in targets.items()}
    return [
        Handled(row.uid, names[row.outcome], row.moved_to == BEGUN) for row in tx.execute(query)
    ]


def begin(tx: Connection, at: Numbering, uids: Collection[int]) -> None:
    """From here on nobody knows whether the messages have been moved."""
    end(tx, at, uids, BEGUN)


def end(tx: Connection, at: Numbering, uids: Collection[int], target: str) -> None:
    """The messages lie in `target` now."""
    tx.execute(
        update(sighting)
        .where(
            sighting.c.mailbox == at.mailbox,
            sighting.c.server == at.server,
            sighting.c.folder == at.folder,
            sighting.c.uid_validity == at.uid_validity,
            sighting.c.uid.in_(sorted(uids)),
        )
        .values(moved_to=target)
    )
