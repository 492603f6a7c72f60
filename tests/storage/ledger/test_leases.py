"""Named leases: one holder at a time, and nobody's for ever."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain

from storage.ledger import Ledger, leases
from tests.builders import ledger_crowd as jobs
from tests.builders.ledger_crowd import Crowd
from tests.builders.ledger_rows import LATER, LENGTH, NOW


def test_of_four_who_come_at_once_one_gets_it(ledger: Ledger, url: str, crowd: Crowd) -> None:
    names = [f"application:{number}" for number in range(40)]
    got = crowd.run(jobs.take_leases, url, names)
    assert sorted(chain.from_iterable(got)) == sorted(names)
    with ledger.read() as tx:
        for number, mine in enumerate(got):
            assert {leases.holder(tx, name, NOW) for name in mine} <= {f"owner-{number}"}


def test_taken_and_given_back(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert leases.holder(tx, "x", NOW) is None
        assert leases.take(tx, "x", "me", NOW, LENGTH)
        assert not leases.take(tx, "x", "you", NOW, LENGTH)
        assert leases.take(tx, "y", "you", NOW, LENGTH)
        leases.drop(tx, "x", "you")
        assert leases.holder(tx, "x", NOW) == "me"
        leases.drop(tx, "x", "me")
        assert leases.take(tx, "x", "you", NOW, LENGTH)


def test_taking_again_renews_it(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert leases.take(tx, "x", "me", NOW, LENGTH)
        assert leases.take(tx, "x", "me", NOW + LENGTH / 2, LENGTH)
        assert leases.holder(tx, "x", LATER) == "me"
        assert not leases.take(tx, "x", "you", LATER, LENGTH)


def test_run_out_it_is_anybodys(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert leases.take(tx, "x", "me", NOW, LENGTH)
        assert leases.holder(tx, "x", LATER) is None
        assert not leases.take(tx, "x", "you", LATER - timedelta(microseconds=1), LENGTH)
        assert leases.take(tx, "x", "you", LATER, LENGTH)
        assert not leases.take(tx, "x", "me", LATER, LENGTH)
