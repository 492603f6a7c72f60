"""Step 4, reserving: the number, Message-ID and date of a letter, drawn once for each mail; and
the 档号, drawn once for each application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.ledger.inserting import insert_into
from storage.ledger.schema import archival_code, counter, reservation


@dataclass(frozen=True, slots=True)
class Reservation:
    """What is fixed before the letter is written. receipt_no None: no letter is owed."""

    sha256: str
    programme: str
    object_id: str
    receipt_no: str | None
    message_id: str
    recipient: str
    made_at: datetime


def find_reservation(tx: Connection, sha256: str) -> Reservation | None:
    row = tx.execute(select(reservation).where(reservation.c.sha256 == sha256)).first()
    return Reservation(**row._mapping) if row else None


def is_drawn(tx: Connection, receipt_no: str) -> bool:
    """Whether a letter bears this number already."""
    return (
        tx.execute(
            select(reservation.c.sha256).where(reservation.c.receipt_no == receipt_no)
        ).first()
        is not None
    )


def next_serial(tx: Connection, name: str) -> int:
    """The next number of a series, from 1; given back if the transaction falls, so gapless."""
    value: int = tx.execute(
        insert_into(tx, counter, name=name, value=1)
        .on_conflict_do_update(index_elements=[counter.c.name], set_={"value": counter.c.value + 1})
        .returning(counter.c.value)
    ).scalar_one()
    return value


def serial(tx: Connection, name: str) -> int:
    """The number of a series that was drawn last, 0 where none was."""
    return tx.execute(select(counter.c.value).where(counter.c.name == name)).scalar() or 0


def set_serial(tx: Connection, name: str, value: int) -> None:
    """Where a rebuilt ledger goes on counting."""
    tx.execute(
        insert_into(tx, counter, name=name, value=value).on_conflict_do_update(
            index_elements=[counter.c.name], set_={"value": value}
        )
    )


def keep_reservation(tx: Connection, made: Reservation) -> None:
    tx.execute(
        insert(reservation).values(
            sha256=made.sha256,
            programme=made.programme,
            object_id=made.object_id,
            receipt_no=made.receipt_no,
            message_id=made.message_id,
            recipient=made.recipient,
            made_at=made.made_at,
        )
    )


def move_reservation(tx: Connection, sha256: str, object_id: str) -> None:
    """A redo under other rules may file under another application; the number stays."""
    tx.execute(
        update(reservation).where(reservation.c.sha256 == sha256).values(object_id=object_id)
    )


def number_reservation(tx: Connection, sha256: str, made: Reservation) -> None:
    """A redo under other rules owes a letter where the first attempt owed none."""
    tx.execute(
        update(reservation)
        .where(reservation.c.sha256 == sha256, reservation.c.receipt_no.is_(None))
        .values(
            receipt_no=made.receipt_no,
            message_id=made.message_id,
            recipient=made.recipient,
            made_at=made.made_at,
        )
    )


def code_of(tx: Connection, programme: str, object_id: str) -> str:
    """The 档号 of an application, "" where none was drawn."""
    found = select(archival_code.c.code).where(
        archival_code.c.programme == programme, archival_code.c.object_id == object_id
    )
    return tx.execute(found).scalar() or ""


def keep_code(tx: Connection, programme: str, object_id: str, code: str) -> None:
    tx.execute(insert(archival_code).values(programme=programme, object_id=object_id, code=code))
