"""Which mail of an application is in force, told from what each came to and when it arrived.

Of each mail its newest version speaks. Mails that are registered go before those that are late or
were returned, which are shown only where there is nothing better; among equals the one that
arrived last, a mail that was merged into another going after that one.
"""

from __future__ import annotations

from sqlalchemy import Subquery, case, func, select

from model.verdict import REGISTERED, UNCOUNTED
from storage.ledger.schema import revision


def in_force() -> Subquery:
    """The row id of the version in force of every object, as column `id`, with the first arrival of
    any mail of it. Where no mail counts, its newest version."""
    newest = (
        select(
            revision.c.id,
            func.row_number()
            .over(
                partition_by=(revision.c.programme, revision.c.object_id, revision.c.sha256),
                order_by=revision.c.version.desc(),
            )
            .label("age"),
        )
    ).subquery()
    rank = case(
        (revision.c.outcome.in_([one.value for one in UNCOUNTED]), 0),
        (revision.c.outcome.in_([one.value for one in REGISTERED]), 2),
        else_=1,
    )
    whole = (revision.c.programme, revision.c.object_id)
    ranked = (
        select(
            revision.c.id,
            func.row_number()
            .over(
                partition_by=whole,
                order_by=(
                    rank.desc(),
                    func.coalesce(revision.c.stands_from, revision.c.received_at).desc(),
                    revision.c.revision.desc(),
                    revision.c.version.desc(),
                ),
            )
            .label("place"),
            func.min(revision.c.received_at).over(partition_by=whole).label("first_arrival"),
        )
        .join(newest, newest.c.id == revision.c.id)
        .where(newest.c.age == 1)
    ).subquery()
    return select(ranked.c.id, ranked.c.first_arrival).where(ranked.c.place == 1).subquery()
