"""Rows of step 6, recording: revision, files, findings and the receipt, all from one Record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, true

from model.document import Field
from model.record import AnswerState, Record, RecordKind
from storage.ledger import bounces, queries, search
from storage.ledger.inserting import insert_into
from storage.ledger.schema import file, finding, receipt, reservation, revision

WITH_LETTERS = (RecordKind.MAIL, RecordKind.DECISION, RecordKind.REMINDER)
"""Kinds of versions that a letter may be owed for; others only carry an earlier one along."""


def is_recorded(tx: Connection, programme: str, object_id: str, version: int) -> bool:
    return (
        tx.execute(
            select(revision.c.id).where(
                revision.c.programme == programme,
                revision.c.object_id == object_id,
                revision.c.version == version,
            )
        ).first()
        is not None
    )


def record(
    tx: Connection,
    made: Record,
    version: int,
    receipt_state: str | None = None,
    *,
    texts: Iterable[str] = (),
) -> None:
    """Enter one filed version; a version that is entered already is left as it is.

    receipt_state: the state of the letter, by default as the record says it (owed or held).
    texts: of its documents, to be found by.
    """
    revision_id = tx.execute(
        insert_into(
            tx,
            revision,
            programme=made.programme,
            object_id=made.object_id,
            version=version,
            kind=made.kind.value,
            revision=made.revision,
            sha256=made.message.sha256,
            received_at=made.message.received_at,
            processed_at=made.processed_at,
            subject=made.message.subject,
            sender=made.message.sender,
            message_id=made.message.message_id,
            application_no=made.application_no,
            full_name=made.full_name,
            outcome=made.outcome.value,
            needs_person=made.needs_person,
            checklist=[
                {"material": item.material, "label": item.label, "state": item.state.value,
                 "files": list(item.files),
                 "parts": [[one.path, one.first, one.last] for one in item.parts]}
                for item in made.checklist
            ],
            fields=_fields(made),
            content_key=made.content_key,
            answer_state=made.answer.state.value,
            answer_reason=made.answer.reason,
            receipt_no=made.answer.receipt_no,
            rules_version=made.rules_version,
            software_version=made.software_version,
            by=made.by,
            first_received_at=made.first_received_at,
            due_on=made.due,
            stands_from=made.stands_from,
            archival_code=made.archival.code if made.archival else "",
            decision=_decision(made),
        )
        .on_conflict_do_nothing(
            index_elements=[revision.c.programme, revision.c.object_id, revision.c.version]
        )
        .returning(revision.c.id)
    ).scalar_one_or_none()  # fmt: skip
    if revision_id is None:
        return
    if made.files:
        tx.execute(
            insert(file),
            [
                {
                    "revision_id": revision_id,
                    "position": position,
                    "path": one.path,
                    "filed_as": one.filed_as,
                    "size": one.size,
                    "sha256": one.sha256,
                    "media_type": one.media_type,
                    "material": one.material,
                    "pages": one.pages,
                    "unread": len(one.unread),
                }
                for position, one in enumerate(made.files)
            ],
        )
    if made.findings:
        tx.execute(
            insert(finding),
            [
                {
                    "revision_id": revision_id,
                    "position": position,
                    "code": one.code,
                    "about": one.about,
                    "effect": one.effect,
                    "text": one.text,
                    "advice": one.advice,
                }
                for position, one in enumerate(made.findings)
            ],
        )
    search.index(tx, revision_id, made, texts)
    if made.kind in WITH_LETTERS and made.letter.state is not AnswerState.NONE:
        _add_receipt(tx, made, version, receipt_state or made.letter.state.value)
    bounces.record(tx, made)


def _fields(made: Record) -> dict[str, str]:
    """What the forms say, of each field the surest value; of values as sure, the first one."""
    surest: dict[str, Field] = {}
    for one in (one for form in made.files if form.material for one in form.fields):
        known = surest.get(one.name)
        if "invalid" not in one.flags and (not known or one.confidence > known.confidence):
            surest[one.name] = one
    return {name: one.value + one.unit for name, one in surest.items()}


def _decision(made: Record) -> dict[str, str | int] | None:
    if made.decision is None:
        return None
    one = made.decision
    return {
        "id": one.id, "kind": one.kind.value, "by": one.by, "reason": one.reason,
        "at": one.at.isoformat(), "on_version": one.on_version, "revokes": one.revokes,
        "application_no": one.application_no, "elsewhere": one.elsewhere,
    }  # fmt: skip


def _add_receipt(tx: Connection, made: Record, version: int, state: str) -> None:
    answer = made.letter
    tx.execute(
        insert(receipt).values(
            receipt_no=answer.receipt_no,
            sha256=answer.key or made.message.sha256,
            programme=made.programme,
            object_id=made.object_id,
            version=version,
            kind=answer.kind.value,
            recipient=answer.recipient,
            copy_to=answer.copy_to,
            subject=answer.subject,
            message_id=answer.message_id,
            filed_as=answer.filed_as,
            letter_sha256=answer.sha256,
            pdf_sha256=answer.pdf_sha256,
            made_at=answer.made_at,
            next_try_at=answer.made_at,
            state=state,
        )
    )


def same_letter(
    tx: Connection, programme: str, message_id: str, content_key: str, sender: str, sha256: str
) -> Row[Any] | None:
    """An earlier copy of the very same mail: the same Message-ID, sender and content, delivered
    a second time with other transport headers."""
    if not message_id:
        return None
    own = tx.execute(
        select(revision.c.processed_at, revision.c.id)
        .where(revision.c.sha256 == sha256, revision.c.kind == RecordKind.MAIL.value)
        .limit(1)
    ).first()
    # Of two copies the one that was filed first is not the other's.
    earlier: ColumnElement[bool] = true()
    if own is not None:
        same_time = revision.c.processed_at == own.processed_at
        earlier = (revision.c.processed_at < own.processed_at) | (
            same_time & (revision.c.id < own.id)
        )
    return tx.execute(
        select(revision.c.object_id, revision.c.receipt_no)
        .where(
            revision.c.programme == programme,
            revision.c.message_id == message_id,
            revision.c.content_key == content_key,
            revision.c.sender == sender,
            revision.c.sha256 != sha256,
            revision.c.kind == RecordKind.MAIL.value,
            earlier,
        )
        .limit(1)
    ).first()


def letters_owed_to(tx: Connection, address: str, now: datetime) -> int:
    """Letters that were reserved for one address in the last 24 hours. Reminders take no receipt's
    place."""
    return tx.execute(
        select(func.count())
        .select_from(reservation)
        .outerjoin(receipt, receipt.c.sha256 == reservation.c.sha256)
        .where(
            receipt.c.kind.is_(None) | receipt.c.kind.not_in(queries.REMINDERS),
            func.lower(reservation.c.recipient) == address.lower(),
            reservation.c.receipt_no.is_not(None),
            reservation.c.made_at > now - timedelta(hours=24),
        )
    ).scalar_one()
