"""What people ask of the ledger: the newest state of every application, one message, a set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from storage.ledger.schema import file, finding, message, receipt, revision

REMINDERS = ("correction_reminder", "not_sent_reminder")
"""Kinds of letters that answer no mail."""


def current(tx: Connection, programme: str | None = None) -> list[Row[Any]]:
    """The version in force of every object, with its letter, in order of first arrival.

    That is the newest one that counts: no mere duplicate of what was there, and no late mail
    behind one that came in time. letter_no: of the newest receipt up to it, reminders left aside.
    """
    solid = case((revision.c.counts & (revision.c.outcome != "duplicate"), revision.c.version))
    newest = (
        select(
            revision.c.programme,
            revision.c.object_id,
            func.coalesce(func.max(solid), func.max(revision.c.version)).label("version"),
            func.min(revision.c.received_at).label("first_received_at"),
        )
        .group_by(revision.c.programme, revision.c.object_id)
        .subquery()
    )
    other = receipt.alias("other")
    letter = (
        select(other.c.receipt_no)
        .where(
            other.c.programme == revision.c.programme,
            other.c.object_id == revision.c.object_id,
            other.c.version <= revision.c.version,
            other.c.kind.not_in(REMINDERS),
        )
        .order_by(other.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            revision,
            receipt.c.receipt_no.label("letter_no"),
            receipt.c.state.label("receipt_state"),
            receipt.c.sent_at,
            receipt.c.kind.label("receipt_kind"),
        )
        .join(
            newest,
            (revision.c.programme == newest.c.programme)
            & (revision.c.object_id == newest.c.object_id)
            & (revision.c.version == newest.c.version),
        )
        .outerjoin(receipt, receipt.c.receipt_no == letter)
        .order_by(revision.c.programme, newest.c.first_received_at, revision.c.object_id)
    )
    if programme is not None:
        query = query.where(revision.c.programme == programme)
    return list(tx.execute(query))


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
