"""Numbers without gaps, and reservations that a redo finds again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy.exc import IntegrityError

from storage.ledger import Ledger, numbers
from storage.ledger.numbers import Reservation
from tests.builders import ledger_crowd as jobs
from tests.builders.ledger_crowd import Crowd
from tests.builders.ledger_rows import NOW, PROGRAMME, SENDER, sha

MADE = Reservation(sha("one"), PROGRAMME, "ZB1", "R-0001", "<1@example.test>", SENDER, NOW)


def test_no_gap_and_no_number_twice_with_eight_writers_and_fallen_transactions(
    ledger: Ledger, url: str, crowd: Crowd
) -> None:
    drawn = list(chain.from_iterable(crowd.run(jobs.draw, url, "receipts", 15)))
    assert len(drawn) == 80  # of 120; every third fell
    assert sorted(drawn) == list(range(1, 81))
    with ledger.write() as tx:
        assert numbers.next_serial(tx, "receipts") == 81


def test_each_series_counts_for_itself(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert [numbers.next_serial(tx, name) for name in "aabab"] == [1, 2, 1, 3, 2]


def test_a_rebuilt_ledger_goes_on_counting(ledger: Ledger) -> None:
    with ledger.write() as tx:
        numbers.set_serial(tx, "receipts", 41)
        assert numbers.next_serial(tx, "receipts") == 42
        numbers.set_serial(tx, "receipts", 50)
        assert numbers.next_serial(tx, "receipts") == 51


def test_a_reservation_is_found_again_as_it_was_made(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert numbers.find_reservation(tx, MADE.sha256) is None
        numbers.keep_reservation(tx, MADE)
    with ledger.read() as tx:
        assert numbers.find_reservation(tx, MADE.sha256) == MADE


def test_a_number_is_never_given_to_two_mails(ledger: Ledger) -> None:
    with ledger.write() as tx:
        numbers.keep_reservation(tx, MADE)
    with pytest.raises(IntegrityError), ledger.write() as tx:
        numbers.keep_reservation(tx, replace(MADE, sha256=sha("two")))
    unanswered = replace(MADE, receipt_no=None)
    with ledger.write() as tx:  # while any number of mails may have none
        numbers.keep_reservation(tx, replace(unanswered, sha256=sha("three")))
        numbers.keep_reservation(tx, replace(unanswered, sha256=sha("four")))


def test_a_redo_may_move_it_but_keeps_the_number(ledger: Ledger) -> None:
    with ledger.write() as tx:
        numbers.keep_reservation(tx, MADE)
        numbers.move_reservation(tx, MADE.sha256, "ZB2")
        assert numbers.find_reservation(tx, MADE.sha256) == replace(MADE, object_id="ZB2")


def test_a_redo_numbers_what_had_no_number_and_nothing_else(ledger: Ledger) -> None:
    later = replace(MADE, receipt_no="R-0002", made_at=NOW + timedelta(days=1))
    with ledger.write() as tx:
        numbers.keep_reservation(tx, replace(MADE, receipt_no=None))
        numbers.number_reservation(tx, MADE.sha256, later)
        assert numbers.find_reservation(tx, MADE.sha256) == later
        numbers.number_reservation(tx, MADE.sha256, replace(later, receipt_no="R-0003"))
        assert numbers.find_reservation(tx, MADE.sha256) == later
