"""Reports on letters: the same rows in any order, marks for people, and nothing else moved."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from model.delivery import Certainty, Delivery, ReportKind
from model.record import Record
from storage.ledger import Ledger, bounces, filing, outbox
from storage.ledger.bounces import DELAYED, UNDELIVERED
from storage.ledger.schema import bounce, receipt
from tests.builders.ledger_rows import LATER, LENGTH, NOW, SENDER, letter, owe, record, sha

HOUR = timedelta(hours=1)


def message_id(number: str) -> str:
    return f"<receipt.{sha(number)[:32]}@example.test>"


def report(word: str, number: str, **changes: Any) -> Record:
    """A mail that reports on the letter of that number."""
    values: dict[str, Any] = {
        "kind": ReportKind.FAILED,
        "message_id": message_id(number),
        "receipt_no": number,
        "certainty": Certainty.MESSAGE_ID,
        "reported_at": LATER,
        "recipient": SENDER,
        "status": "5.1.1",
        "diagnostic": "550 5.1.1 User unknown",
        "reason": "no_mailbox",
    }
    return record(word, object_id=f"unidentified-{word}", delivery=Delivery(**(values | changes)))


def tell(tx: Connection, word: str, number: str, **changes: Any) -> None:
    filing.record(tx, report(word, number, **changes), 1)


def put_into(tx: Connection, state: str, number: str = "R-1") -> None:
    owe(tx, number)
    if state != "owed":
        outbox.claim_next(tx, "me", NOW, LENGTH)
    if state == "sent":
        outbox.mark_sent(tx, number, "me", NOW, "250 ok")
    elif state == "failed":
        outbox.mark_failed(tx, number, "me", "550")
    elif state == "unknown":
        outbox.mark_unknown(tx, number, "me", "connection reset")


def state_of(tx: Connection, number: str = "R-1") -> str:
    row = outbox.find(tx, number)
    assert row is not None
    return str(row.state)


@pytest.mark.parametrize("state", ["owed", "sending", "sent", "failed", "unknown"])
def test_a_returned_letter_is_marked_and_only_one_of_unknown_fate_moves(
    ledger: Ledger, state: str
) -> None:
    with ledger.write() as tx:
        put_into(tx, state)
        tell(tx, "bounce", "R-1")
        assert state_of(tx) == ("sent" if state == "unknown" else state)
        mark = bounces.marks(tx)["R-1"]
    assert (mark.state, mark.reason, mark.recipient) == (UNDELIVERED, "no_mailbox", SENDER)
    assert (mark.reported_at, mark.sha256, mark.probable) == (LATER, sha("bounce"), False)


def test_what_came_back_had_been_sent(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "unknown")
        tell(tx, "bounce", "R-1")
        row = outbox.find(tx, "R-1")
        assert row is not None
        assert (row.sent_at, row.error) == (LATER, "")
        assert sha("bounce") in row.evidence


@pytest.mark.parametrize(
    "changes",
    [{"certainty": Certainty.PROBABLE}, {"kind": ReportKind.DELAYED},
     {"kind": ReportKind.DELIVERED}, {"kind": ReportKind.AUTOMATIC}],
)  # fmt: skip
def test_less_than_a_sure_return_proves_nothing(ledger: Ledger, changes: dict[str, Any]) -> None:
    with ledger.write() as tx:
        put_into(tx, "unknown")
        tell(tx, "bounce", "R-1", **changes)
        assert state_of(tx) == "unknown"


def test_the_same_rows_in_any_order(ledger: Ledger) -> None:
    """As a rebuilt ledger enters them: letters without evidence of their sending are unknown."""
    made = [
        (record("R-1", letter("R-1", "R-1"), object_id="ZB-1"), 1),
        (report("late", "R-1", reported_at=LATER + HOUR), 1),
        (report("early", "R-1"), 1),
        (record("R-2", letter("R-2", "R-2"), object_id="ZB-2"), 1),
        (report("slow", "R-2", kind=ReportKind.DELAYED, reason="timeout"), 1),
    ]
    seen = set()
    for order in permutations(made):
        with ledger.engine.connect() as connection, connection.begin() as transaction:
            for one, version in order:
                filing.record(connection, one, version, "unknown")
            rows = connection.execute(
                select(receipt.c.receipt_no, receipt.c.state, receipt.c.sent_at, receipt.c.evidence)
                .order_by(receipt.c.receipt_no)
            ).all()  # fmt: skip
            told = connection.execute(select(bounce).order_by(bounce.c.sha256)).all()
            seen.add((repr(rows), repr(told), repr(bounces.marks(connection))))
            transaction.rollback()
    assert len(seen) == 1
    (rows, _, _) = seen.pop()
    assert "'R-1', 'sent'" in rows
    assert "'R-2', 'unknown'" in rows
    assert sha("early") in rows


def test_a_version_entered_twice_is_one_report(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "sent")
        tell(tx, "bounce", "R-1")
        tell(tx, "bounce", "R-1")
        again = report("bounce", "R-1")
        filing.record(tx, again, 2)  # a reprocessing of the same mail
        assert len(bounces.of_letter(tx, message_id("R-1"))) == 1


def test_a_delay_is_over_when_anything_shows_that_it_arrived(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "sent")
        tell(tx, "slow", "R-1", kind=ReportKind.DELAYED, reason="timeout")
        assert bounces.marks(tx)["R-1"].state == DELAYED
        tell(tx, "there", "R-1", kind=ReportKind.DELIVERED, reason="", reported_at=LATER + HOUR)
        assert bounces.marks(tx) == {}


@pytest.mark.parametrize("kind", [ReportKind.DELAYED, ReportKind.DELIVERED, ReportKind.AUTOMATIC])
def test_returned_stays_returned_whatever_else_is_told(ledger: Ledger, kind: ReportKind) -> None:
    with ledger.write() as tx:
        put_into(tx, "sent")
        tell(tx, "back", "R-1")
        tell(tx, "else", "R-1", kind=kind, reported_at=LATER + HOUR)
        assert bounces.marks(tx)["R-1"].state == UNDELIVERED


def test_a_report_on_no_letter_of_ours_marks_nothing(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "unknown")
        tell(tx, "stray", "R-9")
        assert bounces.marks(tx) == {}
        assert state_of(tx) == "unknown"


def test_a_person_has_it_sent_again(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "sent")
        assert not bounces.settle(tx, message_id("R-1"), LATER)  # nothing came back
        tell(tx, "slow", "R-1", kind=ReportKind.DELAYED)
        assert not bounces.settle(tx, message_id("R-1"), LATER)
        tell(tx, "back", "R-1")
        assert bounces.settle(tx, message_id("R-1"), LATER)
        assert bounces.marks(tx) == {}
        assert outbox.send_again(tx, "R-1", LATER)
        assert not outbox.send_again(tx, "R-1", LATER)
        row = outbox.claim_next(tx, "me", LATER, LENGTH)
        assert row is not None
        # It breaks in the middle: the first copy in the sent folder must not count for this one.
        outbox.mark_unknown(tx, "R-1", "me", "connection reset")
        assert outbox.unknown(tx, LATER + HOUR) == []
        # The first return, entered anew, is settled; a second one counts.
        tell(tx, "back", "R-1")
        assert (state_of(tx), bounces.marks(tx)) == ("unknown", {})
        tell(tx, "back again", "R-1", reported_at=LATER + HOUR)
        assert (state_of(tx), bounces.marks(tx)["R-1"].state) == ("sent", UNDELIVERED)


def test_letters_by_their_message_id_or_by_the_servers_name_for_them(ledger: Ledger) -> None:
    theirs = "<tencent_0123456789ABCDEF@qq.com>"
    with ledger.write() as tx:
        owe(tx, "R-1", "R-2")
        tx.execute(
            update(receipt)
            .where(receipt.c.receipt_no == "R-2")
            .values(evidence=f"SMTP: 250 OK: queued as {theirs}")
        )

        def found(*ids: str) -> str:
            row = bounces.letter_called(tx, ids)
            return row.receipt_no if row else ""

        assert found("<a@b>", message_id("R-1")) == "R-1"
        assert found(theirs) == "R-2"
        assert found(theirs, message_id("R-1")) == "R-1"  # our own name is surer
        assert found("<tencent_%@qq.com>") == found("<a@b>") == found() == ""


def test_letters_that_went_to_an_address(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "sent", "R-1")
        owe(tx, "R-2", recipient="li@example.test", copy_to="Bureau@example.test")
        outbox.claim_next(tx, "me", NOW + HOUR, LENGTH)
        owe(tx, "R-3", recipient="li@example.test")

        def found(*addresses: str, since: Any = NOW, until: Any = LATER + HOUR) -> list[str]:
            return [one.receipt_no for one in bounces.letters_to(tx, addresses, since, until)]

        assert found(SENDER.upper()) == ["R-1"]
        assert found("bureau@example.test") == ["R-2"]
        assert found("li@example.test") == ["R-2"]  # R-3 has not gone out
        assert found(SENDER, "li@example.test") == ["R-2", "R-1"]
        assert found(SENDER, since=NOW + timedelta(seconds=1)) == []
        assert found(SENDER, until=NOW - timedelta(seconds=1)) == []
        assert found() == []
