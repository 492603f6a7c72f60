"""Which files of a mail other applications have filed before, by digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from storage.ledger.schema import file, revision

VALUES_PER_QUERY = 500
"""SQLite takes at most 32,766 bound values, older ones 999."""
NOT_REGISTERED = ("ignored", "forwarded", "returned", "tied")
"""Outcomes of versions that are nobody's application, or not under this number."""
GIVEN_UP = ("ignored", "tied")
"""Newest outcomes by which a whole object is nobody's, or has gone to another number."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One file as another application has it. full_name: as of that application's newest version
    with the file; path: the file's there. shared_by: how many other applications have it."""

    sha256: str
    object_id: str
    application_no: str
    full_name: str
    path: str
    shared_by: int


def filed_elsewhere(
    tx: Connection,
    programme: str,
    object_id: str,
    digests: Iterable[str],
    *,
    but_message: str,
    most: int,
) -> list[Elsewhere]:
    """Where else in a programme files with these digests are registered, by digest and number.

    but_message: digest of the mail in hand, whose own earlier versions tell nothing. most: what
    more applications than these have is a template or a notice, and left out.
    """
    wanted = sorted(set(digests))
    there = (
        (revision.c.programme == programme)
        & (revision.c.object_id != object_id)
        & (revision.c.application_no != "")
        & (revision.c.sha256 != but_message)
        & revision.c.outcome.not_in(NOT_REGISTERED)
        & ~_given_up()
    )
    found: list[Elsewhere] = []
    for start in range(0, len(wanted), VALUES_PER_QUERY):
        part = wanted[start : start + VALUES_PER_QUERY]
        found.extend(_elsewhere(tx, there & file.c.sha256.in_(part), most))
    return found


def _elsewhere(tx: Connection, there: ColumnElement[bool], most: int) -> Iterator[Elsewhere]:
    """The newest version of each application that has a file, where not too many have it."""
    count = func.count(revision.c.object_id.distinct())
    few = (
        select(file.c.sha256, count.label("shared_by"))
        .join(revision, file.c.revision_id == revision.c.id)
        .where(there)
        .group_by(file.c.sha256)
        .having(count <= most)
        .subquery()
    )
    newest = (
        select(file.c.sha256, few.c.shared_by, func.max(revision.c.id).label("revision_id"))
        .join(revision, file.c.revision_id == revision.c.id)
        .join(few, few.c.sha256 == file.c.sha256)
        .where(there)
        .group_by(file.c.sha256, few.c.shared_by, revision.c.object_id)
        .subquery()
    )
    rows = tx.execute(
        select(
            newest.c.sha256,
            newest.c.shared_by,
            revision.c.object_id,
            revision.c.application_no,
            revision.c.full_name,
            func.min(file.c.path).label("path"),
        )
        .join(revision, revision.c.id == newest.c.revision_id)
        .join(
            file, (file.c.revision_id == revision.c.id) & (file.c.sha256 == newest.c.sha256)
        )
        .group_by(
            newest.c.sha256,
            newest.c.shared_by,
            revision.c.object_id,
            revision.c.application_no,
            revision.c.full_name,
        )
        .order_by(newest.c.sha256, revision.c.object_id)
    )  # fmt: skip
    for row in rows:
        yield Elsewhere(
            row.sha256, row.object_id, row.application_no, row.full_name, row.path, row.shared_by
        )


def _given_up() -> ColumnElement[bool]:
    """Whether the newest version of the object is nobody's."""
    newest, later = revision.alias("newest"), revision.alias("later")
    same = (newest.c.programme == revision.c.programme) & (
        newest.c.object_id == revision.c.object_id
    )
    is_newest = ~(
        select(later.c.id)
        .where(
            later.c.programme == newest.c.programme,
            later.c.object_id == newest.c.object_id,
            later.c.version > newest.c.version,
        )
        .exists()
    )
    return select(newest.c.id).where(same, newest.c.outcome.in_(GIVEN_UP), is_newest).exists()
