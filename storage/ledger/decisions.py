"""What clerks decided: taken down first, carried out then, so that no decision is half done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from model.decision import Decision, DecisionKind
from storage.ledger.schema import decision

PENDING, DONE, FAILED = "pending", "done", "failed"


def take_down(tx: Connection, programme: str, object_id: str, made: Decision) -> None:
    """From here on the decision is made; whoever finds it pending carries it out."""
    tx.execute(
        insert(decision).values(
            id=made.id,
            programme=programme,
            object_id=object_id,
            on_version=made.on_version,
            kind=made.kind.value,
            by=made.by,
            reason=made.reason,
            at=made.at,
            application_no=made.application_no,
            full_name=made.full_name,
            revokes=made.revokes,
            letter=made.letter,
            state=PENDING,
        )
    )


def restore(tx: Connection, programme: str, made: Decision, *, done: bool) -> None:
    """A decision that stands in the archive, into a ledger that may know it already. done: it is
    filed where the mail belongs by it; else the next run finishes it."""
    if find(tx, made.id) is None:
        take_down(tx, programme, made.origin, made)
    if done:
        settle(tx, made.id, DONE)


def note_error(tx: Connection, decision_id: str, error: str) -> None:
    """Why it could not be carried out; it waits, and is tried again."""
    tx.execute(update(decision).where(decision.c.id == decision_id).values(error=error))


def give_up(tx: Connection, decision_id: str) -> bool:
    """A person says that it is not to be carried out any more; False where it does not wait."""
    waits = (decision.c.id == decision_id) & (decision.c.state == PENDING)
    return bool(tx.execute(update(decision).where(waits).values(state=FAILED)).rowcount)


def settle(tx: Connection, decision_id: str, state: str, error: str = "") -> None:
    tx.execute(
        update(decision).where(decision.c.id == decision_id).values(state=state, error=error)
    )


def find(tx: Connection, decision_id: str) -> Row[Any] | None:
    return tx.execute(select(decision).where(decision.c.id == decision_id)).first()


def pending(tx: Connection, programme: str | None = None) -> list[Row[Any]]:
    """Those that wait to be carried out, in the order in which they were made."""
    query = select(decision).where(decision.c.state == PENDING)
    if programme is not None:
        query = query.where(decision.c.programme == programme)
    return list(tx.execute(query.order_by(decision.c.at, decision.c.id)))


def listing(
    tx: Connection, *, programme: str | None = None, object_id: str | None = None
) -> list[Row[Any]]:
    """What was decided, oldest first: all of it, or about one application."""
    query = select(decision)
    if programme is not None:
        query = query.where(decision.c.programme == programme)
    if object_id is not None:
        query = query.where(decision.c.object_id == object_id)
    return list(tx.execute(query.order_by(decision.c.at, decision.c.id)))


def as_decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        kind=DecisionKind(row.kind),
        by=row.by,
        reason=row.reason,
        at=row.at,
        on_version=row.on_version,
        origin=row.object_id,
        application_no=row.application_no,
        full_name=row.full_name,
        revokes=row.revokes,
        letter=row.letter,
    )
