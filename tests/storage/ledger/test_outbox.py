"""The outbox: every step that a letter may take, and the refusal of every other one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import Connection, update

from model.record import AnswerState
from storage.ledger import Ledger, outbox
from storage.ledger.schema import receipt
from tests.builders import ledger_crowd as jobs
from tests.builders.ledger_crowd import Crowd
from tests.builders.ledger_rows import LATER, LENGTH, NOW, PROGRAMME, owe

STATES = ("owed", "held", "sending", "sent", "failed", "unknown", "withdrawn")
Act = Callable[[Connection], object]

ACTS: dict[str, tuple[Act, dict[str, str]]] = {
    "claim_next": (
        lambda tx: outbox.claim_next(tx, "me", NOW, LENGTH),
        {"owed": "sending"},
    ),
    "mark_sent": (
        lambda tx: outbox.mark_sent(tx, "R-1", "me", NOW, "250 ok"),
        {"sending": "sent"},
    ),
    "mark_failed": (
        lambda tx: outbox.mark_failed(tx, "R-1", "me", "550 no such user"),
        {"sending": "failed"},
    ),
    "mark_again": (
        lambda tx: outbox.mark_again(tx, "R-1", "me", LATER, "451 later"),
        {"sending": "owed"},
    ),
    "mark_unknown": (
        lambda tx: outbox.mark_unknown(tx, "R-1", "me", "connection reset"),
        {"sending": "unknown"},
    ),
    "withdraw": (
        lambda tx: outbox.withdraw(tx, "R-1", "corrected"),
        {"owed": "withdrawn"},
    ),
    "abandon": (lambda tx: outbox.abandon(tx, LATER), {"sending": "unknown"}),
    "resolve_found": (
        lambda tx: outbox.resolve_unknown(tx, "R-1", NOW, found=True, evidence="in Sent"),
        {"unknown": "sent"},
    ),
    "resolve_not_found": (
        lambda tx: outbox.resolve_unknown(tx, "R-1", NOW, found=False, evidence="not in Sent"),
        {"unknown": "owed"},
    ),
    "release": (
        lambda tx: outbox.release(tx, "R-1", NOW),
        {"held": "owed", "failed": "owed", "unknown": "owed"},
    ),
}


def row_of(tx: Connection, number: str = "R-1") -> Any:
    row = outbox.find(tx, number)
    assert row is not None
    return row


def put_into(tx: Connection, state: str) -> None:
    """Bring a new letter into a state by the way that it goes there."""
    owe(tx, "R-1", state=AnswerState.HELD if state == "held" else AnswerState.OWED)
    if state == "withdrawn":
        ACTS["withdraw"][0](tx)
    elif state not in ("owed", "held"):
        ACTS["claim_next"][0](tx)
    if state in ("sent", "failed", "unknown"):
        ACTS[f"mark_{state}"][0](tx)
    assert row_of(tx).state == state


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", ACTS)
def test_every_step_is_taken_from_where_it_may_be_and_from_nowhere_else(
    ledger: Ledger, act: str, state: str
) -> None:
    do, steps = ACTS[act]
    with ledger.write() as tx:
        put_into(tx, state)
        before = row_of(tx)
        told = do(tx)
        after = row_of(tx)
    assert after.state == steps.get(state, state)
    if state not in steps:
        assert after == before
        assert not told


@pytest.mark.parametrize("act", ["mark_sent", "mark_failed", "mark_again", "mark_unknown"])
def test_nobody_settles_another_senders_letter(ledger: Ledger, act: str) -> None:
    with ledger.write() as tx:
        owe(tx, "R-1")
        outbox.claim_next(tx, "you", NOW, LENGTH)
        before = row_of(tx)
        assert ACTS[act][0](tx) is False
        assert row_of(tx) == before


def test_a_letter_is_marked_before_its_first_byte_goes_out(ledger: Ledger) -> None:
    with ledger.write() as tx:
        owe(tx, "R-1")
        taken = outbox.claim_next(tx, "me", NOW, LENGTH)
        assert taken is not None
        row = row_of(tx)
        assert (row.owner, row.lease_until, row.tried_at, row.attempts) == ("me", LATER, NOW, 1)
        assert taken.attempts == 0  # as it was before this try
        assert outbox.owners(tx) == ["me"]


def test_a_letter_that_may_not_go_is_passed_over(ledger: Ledger) -> None:
    looked_at = []
    with ledger.write() as tx:
        owe(tx, "R-1", "R-2", "R-3", "R-4")

        def look(row: Any) -> bool:
            looked_at.append(row.receipt_no)
            if row.receipt_no == "R-1":
                outbox.withdraw(tx, "R-1", "corrected")
            elif row.receipt_no == "R-2":
                outbox.postpone(tx, "R-2", LATER, "mail waits")
            return row.receipt_no not in ("R-1", "R-2")

        for number in ("R-3", "R-4"):
            taken = outbox.claim_next(tx, "me", NOW, LENGTH, look)
            assert taken is not None
            assert taken.receipt_no == number
        assert outbox.claim_next(tx, "me", NOW, LENGTH, look) is None
        assert looked_at == ["R-1", "R-2", "R-3", "R-4"]
        withdrawn, waits = row_of(tx, "R-1"), row_of(tx, "R-2")
        assert (withdrawn.state, withdrawn.evidence, withdrawn.attempts) == (
            "withdrawn", "corrected", 0,
        )  # fmt: skip
        assert (waits.state, waits.next_try_at, waits.error) == ("owed", LATER, "mail waits")
        assert (waits.attempts, waits.tried_at) == (0, None)
        assert outbox.release(tx, "R-1", NOW) is False


def test_one_that_was_sent_before_is_not_withdrawn(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "sent")
        outbox.send_again(tx, "R-1", NOW)
        outbox.withdraw(tx, "R-1", "corrected")
        row = row_of(tx)
    assert (row.state, row.sent_at, row.evidence, row.error) == (
        "sent", NOW, "250 ok", "corrected",
    )  # fmt: skip


def test_sent_it_keeps_the_evidence(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "sent")
        row = row_of(tx)
    assert (row.sent_at, row.evidence, row.error, row.owner) == (NOW, "250 ok", "", "")


def test_no_letter_goes_to_two_senders(ledger: Ledger, url: str, crowd: Crowd) -> None:
    numbers = [f"R-{number:03}" for number in range(60)]
    with ledger.write() as tx:
        owe(tx, *numbers)
    taken = crowd.run(jobs.send_all, url)
    assert sorted(chain.from_iterable(taken)) == numbers
    with ledger.read() as tx:
        assert outbox.states(tx) == {"sending": 60}
        for number, mine in enumerate(taken):
            assert {row_of(tx, one).owner for one in mine} <= {f"sender-{number}"}


def test_the_longest_owed_first_and_none_before_its_time(ledger: Ledger) -> None:
    with ledger.write() as tx:
        owe(tx, "R-2", made_at=NOW + timedelta(minutes=2))
        owe(tx, "R-3", made_at=NOW + timedelta(minutes=3))
        owe(tx, "R-1", made_at=NOW + timedelta(minutes=1))
        assert outbox.next_due(tx) == NOW + timedelta(minutes=1)
        assert outbox.claim_next(tx, "me", NOW, LENGTH) is None
        order = []
        for _ in range(4):
            row = outbox.claim_next(tx, "me", NOW + timedelta(minutes=2), LENGTH)
            order.append(row.receipt_no if row else None)
        assert order == ["R-1", "R-2", None, None]
        assert outbox.next_due(tx) == NOW + timedelta(minutes=3)


def test_put_off_it_comes_again_when_its_time_has_come(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "sending")
        outbox.mark_again(tx, "R-1", "me", LATER, "451 later")
        assert outbox.claim_next(tx, "me", LATER - timedelta(seconds=1), LENGTH) is None
        assert outbox.claim_next(tx, "me", LATER, LENGTH) is not None
        assert row_of(tx).attempts == 2


def test_only_a_dead_senders_letters_become_unknown(ledger: Ledger) -> None:
    with ledger.write() as tx:
        owe(tx, "R-1", "R-2")
        outbox.claim_next(tx, "dead", NOW, LENGTH)
        outbox.claim_next(tx, "living", NOW, LENGTH)
        assert outbox.abandon(tx, NOW) == 0
        assert outbox.free(tx, "dead", NOW) == 1
        assert outbox.abandon(tx, NOW) == 1
        assert (row_of(tx, "R-1").state, row_of(tx, "R-2").state) == ("unknown", "sending")
        assert outbox.mark_sent(tx, "R-1", "dead", NOW, "late") is False
        assert outbox.abandon(tx, LATER) == 1


def test_what_is_unknown_is_looked_for_after_a_while(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "unknown")
        assert outbox.unknown(tx, NOW - timedelta(seconds=1)) == []
        assert [row.receipt_no for row in outbox.unknown(tx, NOW)] == ["R-1"]
        # A rebuilt ledger does not know when it was tried.
        tx.execute(update(receipt).values(tried_at=None))
        assert len(outbox.unknown(tx, NOW - timedelta(days=9))) == 1


def test_released_by_a_person_it_has_all_its_tries_again(ledger: Ledger) -> None:
    with ledger.write() as tx:
        put_into(tx, "failed")
        assert row_of(tx).attempts == 1
        assert outbox.release(tx, "R-1", NOW)
        assert (row_of(tx).attempts, row_of(tx).next_try_at) == (0, NOW)


def test_listings(ledger: Ledger) -> None:
    with ledger.write() as tx:
        owe(tx, "R-2", "R-1")
        outbox.claim_next(tx, "me", NOW, LENGTH)

        def listed(**wanted: str) -> list[str]:
            return [row.receipt_no for row in outbox.listing(tx, **wanted)]

        assert listed() == ["R-1", "R-2"]
        assert listed(state="sending") == ["R-1"]
        assert listed(state="owed", programme=PROGRAMME) == ["R-2"]
        assert listed(programme="gaoxin-2021") == []
        assert [row.receipt_no for row in outbox.of_object(tx, PROGRAMME, "ZB-R-2")] == ["R-2"]
        outbox.set_evidence(tx, "R-2", "SMTP: 250", LATER)
        assert (row_of(tx, "R-2").evidence, row_of(tx, "R-2").sent_at) == ("SMTP: 250", LATER)
        assert outbox.find(tx, "R-9") is None
