"""What people ask of the ledger: the newest state of every application, one message, a set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, func, select

from storage.ledger.in_force import in_force
from storage.ledger.schema import file, finding, message, receipt, revision

REMINDERS = ("correction_reminder", "not_sent_reminder")
"""Kinds of letters that answer no mail."""


def current(tx: Connection, programme: str | None = None) -> list[Row[Any]]:
    """The version in force of every object, with its letter, in order of first arrival.

    See `storage.ledger.in_force`. letter_no: of the newest receipt up to it, reminders left aside.
    """
    return list(tx.execute(_current(programme)))


def current_in_parts(
    tx: Connection, programme: str | None = None, size: int = 500
) -> Iterator[Sequence[Row[Any]]]:
    """As `current`, so many rows at a time, and never more of them in memory."""
    yield from tx.execute(_current(programme).execution_options(yield_per=size)).partitions()


def _current(programme: str | None) -> Select[Any]:
    standing = in_force()
    # Its own mail's newest letter, else the newest one up to it.
    letter = func.coalesce(_letter(of_its_mail=True), _letter(of_its_mail=False))
    query = (
        select(
            revision,
            receipt.c.receipt_no.label("letter_no"),
            receipt.c.state.label("receipt_state"),
            receipt.c.sent_at,
            receipt.c.kind.label("receipt_kind"),
        )
        .join(standing, standing.c.id == revision.c.id)
        .outerjoin(receipt, receipt.c.receipt_no == letter)
        .order_by(revision.c.programme, standing.c.first_arrival, revision.c.object_id)
    )
    if programme is not None:
        query = query.where(revision.c.programme == programme)
    return query


def _letter(*, of_its_mail: bool) -> ScalarSelect[Any]:
    """Number of the newest letter up to a version of `revision`, reminders left aside."""
    other, made = receipt.alias(), revision.alias()
    found = (
        select(other.c.receipt_no)
        .where(
            other.c.programme == revision.c.programme,
            other.c.object_id == revision.c.object_id,
            other.c.version <= revision.c.version,
            other.c.kind.not_in(REMINDERS),
        )
        .order_by(other.c.version.desc())
        .limit(1)
    )
    if of_its_mail:
        found = found.where(
            made.c.programme == other.c.programme,
            made.c.object_id == other.c.object_id,
            made.c.version == other.c.version,
            made.c.sha256 == revision.c.sha256,
        )
    return found.correlate(revision).scalar_subquery()


def findings_in(tx: Connection, rows: Sequence[Row[Any]]) -> dict[int, list[Row[Any]]]:
    """The findings of several versions at once, in order, by the version's row id."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    query = (
        select(finding)
        .where(finding.c.revision_id.in_([row.id for row in rows]))
        .order_by(finding.c.revision_id, finding.c.position)
    )
    for one in tx.execute(query):
        found[one.revision_id].append(one)
    return found


def decisions_in(
    tx: Connection, rows: Sequence[Row[Any]]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """What was decided on the objects of several versions, oldest first, by programme and object
    id; each as it stands in its version."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    query = (
        select(revision.c.programme, revision.c.object_id, revision.c.decision)
        .where(
            revision.c.object_id.in_({row.object_id for row in rows}),
            revision.c.decision.is_not(None),
        )
        .order_by(revision.c.programme, revision.c.object_id, revision.c.version)
    )
    for one in tx.execute(query):
        made = found[one.programme, one.object_id]
        if one.decision["id"] not in {known["id"] for known in made}:
            made.append(one.decision)
    return found


def arrivals(tx: Connection, programme: str) -> list[Row[Any]]:
    """Every version as far as it tells which mail came when and what it became, in the order of
    their entry: sha256, object_id, application_no, outcome, received_at."""
    return list(
        tx.execute(
            select(
                revision.c.sha256,
                revision.c.object_id,
                revision.c.application_no,
                revision.c.outcome,
                revision.c.received_at,
            )
            .where(revision.c.programme == programme)
            .order_by(revision.c.id)
        )
    )


def versions(tx: Connection, programme: str, object_id: str) -> list[Row[Any]]:
    return list(
        tx.execute(
            select(revision)
            .where(revision.c.programme == programme, revision.c.object_id == object_id)
            .order_by(revision.c.version)
        )
    )


def with_unread_pages(tx: Connection) -> list[tuple[str, str]]:
    """Programme and id of every object whose newest version has pages that wait to be read."""
    found = tx.execute(
        select(revision.c.programme, revision.c.object_id)
        .join(file, file.c.revision_id == revision.c.id)
        .where(file.c.unread > 0, _is_newest())
        .group_by(revision.c.programme, revision.c.object_id)
        .order_by(func.min(revision.c.received_at), revision.c.object_id)
    )
    return [(row.programme, row.object_id) for row in found]


def unread_pages(tx: Connection) -> int:
    """How many pages wait to be read."""
    return (
        tx.execute(
            select(func.sum(file.c.unread))
            .join(revision, file.c.revision_id == revision.c.id)
            .where(_is_newest())
        ).scalar_one()
        or 0
    )


def _is_newest() -> ColumnElement[bool]:
    later = revision.alias("later")
    return ~(
        select(later.c.id)
        .where(
            later.c.programme == revision.c.programme,
            later.c.object_id == revision.c.object_id,
            later.c.version > revision.c.version,
        )
        .exists()
    )


def findings_of(tx: Connection, revision_id: int) -> list[Row[Any]]:
    return list(
        tx.execute(
            select(finding).where(finding.c.revision_id == revision_id).order_by(finding.c.position)
        )
    )


def files_of(tx: Connection, revision_id: int) -> list[Row[Any]]:
    """The files of a version, in the order in which they came."""
    return list(
        tx.execute(select(file).where(file.c.revision_id == revision_id).order_by(file.c.position))
    )


def by_message(tx: Connection, sha256: str) -> list[Row[Any]]:
    """Versions made from one mail, the first first."""
    return list(
        tx.execute(select(revision).where(revision.c.sha256 == sha256).order_by(revision.c.version))
    )


def messages_matching(
    tx: Connection,
    *,
    application_no: str | None = None,
    sha256: str | None = None,
    since: datetime | None = None,
    state: str | None = None,
    programme: str | None = None,
) -> list[str]:
    """Digests of the mails that all given conditions meet, oldest first.

    state: of the mail (waiting, working, processed, quarantined) or an outcome of its newest
    version (complete, correction, …).
    """
    query = select(message.c.sha256).order_by(message.c.id)
    if sha256 is not None:
        query = query.where(message.c.sha256.startswith(sha256, autoescape=True))
    if since is not None:
        query = query.where(message.c.received_at >= since)
    if programme is not None:
        query = query.where(message.c.programme == programme)
    if application_no is not None:
        query = query.where(
            message.c.sha256.in_(
                select(revision.c.sha256).where(
                    (revision.c.application_no == application_no)
                    | (revision.c.object_id == application_no)
                )
            )
        )
    if state in ("waiting", "working", "processed", "quarantined"):
        query = query.where(message.c.state == state)
    elif state is not None:
        query = query.where(
            message.c.sha256.in_(select(revision.c.sha256).where(revision.c.outcome == state))
        )
    return list(tx.execute(query).scalars())


def carried_by(tx: Connection, outer_sha256: str) -> list[Row[Any]]:
    """The first version of each mail that lay inside another one, as far as they are filed."""
    inside = message.c.forwarded["outer_sha256"].as_string() == outer_sha256
    return list(
        tx.execute(
            select(revision)
            .join(message, message.c.sha256 == revision.c.sha256)
            .where(inside, revision.c.kind == "mail")
            .order_by(message.c.id)
        )
    )


def carrier_of(tx: Connection, sha256: str) -> Row[Any] | None:
    """The first version of the mail around one, None where it came by itself."""
    row = tx.execute(select(message.c.forwarded).where(message.c.sha256 == sha256)).first()
    if row is None or not row.forwarded:
        return None
    return next(iter(by_message(tx, row.forwarded["outer_sha256"])), None)
