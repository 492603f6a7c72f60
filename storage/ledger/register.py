"""The register of issued numbers in the ledger: what is in force, and which imports made it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from model.register import Register, RegisterEntry, plain_number
from model.register_import import RegisterImport
from model.verdict import UNCOUNTED
from storage.ledger import queries
from storage.ledger.inserting import insert_into
from storage.ledger.schema import register_entry, register_import

_COLUMNS = (
    "application_no", "full_name", "uscc", "city", "recommender", "contact", "mobile", "email",
)  # fmt: skip


def newest_import(tx: Connection, programme: str) -> Row[Any] | None:
    """The import that made the register in force, None where none was made."""
    return tx.execute(
        select(register_import)
        .where(register_import.c.programme == programme)
        .order_by(register_import.c.version.desc())
        .limit(1)
    ).first()


def imported_version(tx: Connection, programme: str) -> int:
    """The number of the newest import of a programme, 0 where there is none."""
    found = tx.execute(
        select(func.max(register_import.c.version)).where(register_import.c.programme == programme)
    ).scalar_one()
    return found or 0


def imports(tx: Connection, programme: str) -> list[Row[Any]]:
    """Every import of a programme, the first first."""
    return list(
        tx.execute(
            select(register_import)
            .where(register_import.c.programme == programme)
            .order_by(register_import.c.version)
        )
    )


def programmes(tx: Connection) -> list[str]:
    """The programmes that have a register."""
    found = select(register_import.c.programme).distinct()
    return sorted(tx.execute(found).scalars())


def load(tx: Connection, programme: str) -> Register:
    """The register in force; empty, of version 0, where none was imported."""
    rows = tx.execute(
        select(register_entry)
        .where(register_entry.c.programme == programme)
        .order_by(register_entry.c.position)
    )
    entries = tuple(
        RegisterEntry(
            **{name: getattr(row, name) for name in _COLUMNS},
            former_names=tuple(row.former_names),
        )
        for row in rows
    )
    return Register(entries, imported_version(tx, programme))


def enter(tx: Connection, made: RegisterImport) -> bool:
    """Enter one filed import; whether it was not there already.

    Its entries are in force from then on, unless a later import is entered already.
    """
    newest = imported_version(tx, made.programme)
    added = tx.execute(
        insert_into(
            tx,
            register_import,
            programme=made.programme,
            version=made.version,
            imported_at=made.at,
            by=made.by,
            file_name=made.file_name,
            sha256=made.sha256,
            entries=len(made.entries),
        )
        .on_conflict_do_nothing(
            index_elements=[register_import.c.programme, register_import.c.version]
        )
        .returning(register_import.c.version)
    ).scalar_one_or_none()
    if added is None or made.version < newest:
        return added is not None
    tx.execute(delete(register_entry).where(register_entry.c.programme == made.programme))
    rows = [
        {
            "programme": made.programme,
            "number_key": plain_number(one.application_no),
            "position": position,
            "former_names": list(one.former_names),
            **{name: getattr(one, name) for name in _COLUMNS},
        }
        for position, one in enumerate(made.entries)
    ]
    if rows:
        tx.execute(insert(register_entry), rows)
    return True


def applications_of(tx: Connection, programme: str) -> list[Row[Any]]:
    """The version in force of every application of a programme, in order of first arrival: those
    whose number is known and that are somebody's."""
    return [
        row
        for row in queries.current(tx, programme)
        if row.application_no and row.outcome not in UNCOUNTED
    ]
