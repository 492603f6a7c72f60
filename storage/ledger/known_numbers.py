"""Where an application number is known already: in a programme's register, or among its filed."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select

from model.register import plain_number
from storage.ledger.schema import register_entry, revision

NOBODYS = ("ignored", "forwarded", "tied")
"""Outcomes of versions that are no application of their object's number."""


def is_registered(tx: Connection, programme: str, application_no: str) -> bool:
    """Whether the number stands in the register in force."""
    found = exists().where(
        register_entry.c.programme == programme,
        register_entry.c.number_key == plain_number(application_no),
    )
    return bool(tx.execute(select(found)).scalar())


def is_filed(tx: Connection, programme: str, application_no: str) -> bool:
    """Whether a mail for the number is filed."""
    found = exists().where(
        revision.c.programme == programme,
        revision.c.object_id == application_no,
        revision.c.outcome.not_in(NOBODYS),
    )
    return bool(tx.execute(select(found)).scalar())
