"""What the ledger knows of letters that answer no mail: whether there is still cause for one,
whether it was written, and whom nothing may be written to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from model.full_name import normal_name
from model.record import Answer, AnswerState
from model.register import RegisterEntry, plain_number
from storage.ledger import bounces, outbox, queries
from storage.ledger.history import summed_up
from storage.ledger.inserting import insert_into
from storage.ledger.numbers import Reservation
from storage.ledger.queries import REMINDERS
from storage.ledger.schema import message, receipt, reservation, revision

NO_ANSWER = ("duplicate", "ignored", "forwarded", "tied")
"""Outcomes of mail that brings its application nothing new."""

NOBODYS = ("ignored", "forwarded", "tied")
"""Outcomes of mail that is no submission, or is filed as one elsewhere."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that an application is asked for.

    version: the one in force. sha256: of the mail it was made from. letter: the receipt that asks,
    None where none is owed. due: the last day. answered: mail has come since that is no mere
    duplicate.
    """

    version: int
    sha256: str
    letter: Row[Any] | None
    due: date
    answered: bool


def correction(tx: Connection, programme: str, object_id: str) -> Correction | None:
    """What is open of one application by the version in force; None where nothing is."""
    rows = queries.versions(tx, programme, object_id)
    mail = summed_up(rows).in_force
    if mail is None or mail.outcome != "correction" or mail.due is None:
        return None
    sha256 = next(row.sha256 for row in rows if row.version == mail.version)
    own = {row.version for row in rows if row.sha256 == sha256}
    letters = [
        row for row in outbox.of_object(tx, programme, object_id)
        if row.kind not in REMINDERS and row.version in own
    ]  # fmt: skip
    letter = max(letters, key=lambda row: row.version, default=None)
    asked = letter.version if letter is not None else mail.version
    answered = any(
        row.kind == "mail"
        and row.version > asked
        and row.sha256 != sha256
        and row.outcome not in NO_ANSWER
        for row in rows
    )
    return Correction(mail.version, sha256, letter, mail.due, answered)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Whatever has come for a programme, to tell whether a unit has sent anything.

    numbers: as they are compared. names: of units, whose number may have been another. senders:
    of mail that could not be tied to anybody.
    """

    numbers: frozenset[str]
    names: frozenset[str]
    senders: frozenset[str]

    def has_sent(self, entry: RegisterEntry) -> bool:
        names = (entry.full_name, *entry.former_names)
        return (
            plain_number(entry.application_no) in self.numbers
            or any(_plain_name(one) in self.names for one in names)
            or entry.email.strip().lower() in self.senders
        )


def arrived(tx: Connection, programme: str) -> Arrived:
    """All that is filed of a programme."""
    rows = tx.execute(
        select(revision.c.object_id, revision.c.application_no, revision.c.full_name,
               revision.c.sender)
        .where(revision.c.programme == programme, revision.c.outcome.not_in(NOBODYS))
        .distinct()
    ).all()  # fmt: skip
    numbers = {plain_number(row.application_no or row.object_id) for row in rows}
    names = {_plain_name(row.full_name) for row in rows if row.full_name}
    senders = {row.sender.lower() for row in rows if row.sender and not row.application_no}
    return Arrived(frozenset(numbers), frozenset(names), frozenset(senders))


def _plain_name(full_name: str) -> str:
    return normal_name(full_name).casefold()


@dataclass(frozen=True, slots=True)
class Unread:
    """Mail that is ours and not processed yet, and so may make a reminder needless.

    anybodys: some of it tells neither number nor anything else of whose it is.
    """

    numbers: frozenset[str]
    senders: frozenset[str]
    anybodys: bool

    def may_be_of(self, application_no: str, addresses: Collection[str]) -> bool:
        return (
            self.anybodys
            or plain_number(application_no) in self.numbers
            or any(one.lower() in self.senders for one in addresses if one)
        )


def unread(tx: Connection) -> Unread:
    """Of all programmes: which one a mail belongs to may be seen when it is read."""
    rows = tx.execute(
        select(message.c.state, message.c.hint_number, message.c.hint_sender).where(
            message.c.state != "processed"
        )
    ).all()
    return Unread(
        frozenset(plain_number(row.hint_number) for row in rows if row.hint_number),
        frozenset(row.hint_sender.lower() for row in rows if row.hint_sender),
        # What is quarantined has been looked at as far as it goes: it holds up its sender only.
        any(not row.hint_number for row in rows if row.state != "quarantined"),
    )


def written(tx: Connection, programme: str) -> dict[str, str]:
    """Every reminder that there is: its number by the key of what it was written for."""
    rows = tx.execute(
        select(receipt.c.sha256, receipt.c.receipt_no).where(
            receipt.c.programme == programme, receipt.c.kind.in_(REMINDERS)
        )
    )
    return {row.sha256: row.receipt_no for row in rows}


def are_owed(tx: Connection) -> bool:
    """Whether any reminder waits to be sent."""
    owed = select(receipt.c.receipt_no).where(
        receipt.c.state == "owed", receipt.c.kind.in_(REMINDERS)
    )
    return tx.execute(owed.limit(1)).first() is not None


def last_reminded(tx: Connection) -> dict[tuple[str, str], Row[Any]]:
    """The newest reminder of a correction that was sent, by programme and object id."""
    rows = tx.execute(
        select(receipt)
        .where(receipt.c.kind == "correction_reminder", receipt.c.state == "sent")
        .order_by(receipt.c.made_at, receipt.c.receipt_no)
    )
    return {(row.programme, row.object_id): row for row in rows}


def letters_since(tx: Connection, since: datetime) -> dict[str, int]:
    """How many letters of any kind each address was to get, by the address in small letters."""
    address = func.lower(reservation.c.recipient)
    rows = tx.execute(
        select(address.label("address"), func.count().label("letters"))
        .where(reservation.c.receipt_no.is_not(None), reservation.c.made_at > since)
        .group_by(address)
    )
    return {row.address: row.letters for row in rows}


def unreachable(tx: Connection) -> dict[str, str]:
    """Addresses whose newest letter came back or was refused for good, with its number.

    A guess at which letter came back does not count: it is a person's to look at.
    """
    marks = bounces.marks(tx)
    newest: dict[str, Row[Any]] = {}
    for row in tx.execute(select(receipt).order_by(receipt.c.made_at, receipt.c.receipt_no)):
        if row.state in ("sent", "failed"):
            newest |= {one.lower(): row for one in (row.recipient, row.copy_to) if one}
    found = {}
    for address, row in newest.items():
        mark = marks.get(row.receipt_no)
        came_back = (
            mark is not None
            and mark.state == bounces.UNDELIVERED
            and not mark.probable
            and mark.recipient.lower() == address
        )
        if came_back or (row.state == "failed" and row.recipient.lower() == address):
            found[address] = row.receipt_no
    return found


def idle_reservations(tx: Connection, programme: str) -> list[Reservation]:
    """Numbers that were drawn and stand on no letter that the ledger knows, oldest first: a run
    was killed, or a mail is in hand."""
    rows = tx.execute(
        select(reservation)
        .outerjoin(receipt, receipt.c.sha256 == reservation.c.sha256)
        .where(reservation.c.programme == programme, reservation.c.receipt_no.is_not(None))
        .where(receipt.c.receipt_no.is_(None))
        .order_by(reservation.c.made_at, reservation.c.receipt_no)
    )
    return [Reservation(**row._mapping) for row in rows]


def take_over(tx: Connection, idle: str, made: Reservation) -> None:
    """A number that stands on no letter goes to another one, so that the series has no gap.

    idle: what it was drawn for.
    """
    tx.execute(
        update(reservation)
        .where(reservation.c.sha256 == idle)
        .values(
            sha256=made.sha256,
            programme=made.programme,
            object_id=made.object_id,
            receipt_no=made.receipt_no,
            message_id=made.message_id,
            recipient=made.recipient,
            made_at=made.made_at,
        )
    )


def enter_letter(
    tx: Connection,
    programme: str,
    object_id: str,
    version: int,
    answer: Answer,
    state: str = AnswerState.OWED,
) -> None:
    """A letter without an application; one that is entered already is left as it is."""
    tx.execute(
        insert_into(
            tx,
            receipt,
            receipt_no=answer.receipt_no,
            sha256=answer.key,
            programme=programme,
            object_id=object_id,
            version=version,
            kind=answer.kind.value,
            recipient=answer.recipient,
            copy_to=answer.copy_to,
            subject=answer.subject,
            message_id=answer.message_id,
            filed_as=answer.filed_as,
            letter_sha256=answer.sha256,
            made_at=answer.made_at,
            next_try_at=answer.made_at,
            state=str(state),
        ).on_conflict_do_nothing(index_elements=[receipt.c.receipt_no])
    )
    bounces.letter_entered(tx, answer.message_id)
