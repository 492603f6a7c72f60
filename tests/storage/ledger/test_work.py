"""Claiming: one mail, one worker; the dead are succeeded, and what kills is set aside."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import select

from model.errors import LeaseLost
from storage.ledger import Ledger, numbers, work
from storage.ledger.schema import message
from tests.builders import ledger_crowd as jobs
from tests.builders.ledger_crowd import Crowd
from tests.builders.ledger_rows import LATER, LENGTH, NOW, add, sha
from tests.services.postgres import Postgres

CHECKOUT = Path(__file__).parents[3]
SECOND = timedelta(seconds=1)


def claimed(
    ledger: Ledger, owner: str, *, most: int = 10, at: timedelta = timedelta()
) -> list[str]:
    with ledger.write() as tx:
        claims = work.claim(tx, owner, NOW + at, LENGTH, most=most)
    return [one.sha256 for one in claims]


def state(ledger: Ledger, word: str) -> str:
    with ledger.read() as tx:
        row = work.find(tx, sha(word))
    assert row is not None
    return str(row.state)


def test_the_oldest_come_first_and_no_more_than_asked_for(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two, three = add(tx, "c", "a", "b")
    assert claimed(ledger, "w", most=2) == [one, two]
    assert claimed(ledger, "v", most=2) == [three]
    assert claimed(ledger, "u", most=2) == []


def test_a_claim_holds_all_that_the_work_needs(ledger: Ledger) -> None:
    with ledger.write() as tx:
        add(tx, "one")
        (claim,) = work.claim(tx, "w", NOW, LENGTH, most=1)
    assert (claim.raw.size, claim.raw.mailbox, claim.raw.folder) == (3, "main", "INBOX")
    assert (claim.raw.uid_validity, claim.raw.uid, claim.raw.received_source) == (7, 1, "server")
    assert claim.raw.received_at == NOW
    assert claim.raw.received_at.tzinfo is not None


def test_without_those_that_are_put_off(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two = add(tx, "one", "two")
        claims = work.claim(tx, "w", NOW, LENGTH, most=9, without=(one,))
    assert [claim.sha256 for claim in claims] == [two]
    assert state(ledger, "one") == "waiting"


def test_no_mail_goes_to_two_workers(ledger: Ledger, url: str, crowd: Crowd) -> None:
    with ledger.write() as tx:
        digests = add(tx, *(f"mail {number}" for number in range(120)))
    taken = crowd.run(jobs.claim_all, url, 3)
    assert sorted(chain.from_iterable(taken)) == sorted(digests)
    with ledger.read() as tx:
        for number, mails in enumerate(taken):
            held = tx.execute(
                select(message.c.sha256).where(message.c.lease_owner == f"worker-{number}")
            )
            assert set(held.scalars()) == set(mails)


def test_one_mail_by_its_digest_goes_to_one_worker(ledger: Ledger, url: str, crowd: Crowd) -> None:
    with ledger.write() as tx:
        digests = add(tx, *(f"mail {number}" for number in range(25)))
    taken = crowd.run(jobs.claim_each, url, digests)
    assert sorted(chain.from_iterable(taken)) == sorted(digests)


def test_by_its_digest_only_what_waits(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
        assert work.claim_one(tx, sha("none"), "w", NOW, LENGTH) == []
        (claim,) = work.claim_one(tx, one, "w", NOW, LENGTH)
        assert claim.sha256 == one
        assert work.claim_one(tx, one, "v", LATER + SECOND, LENGTH) == []


def test_postgresql_passes_over_what_another_transaction_holds(postgres: Postgres) -> None:
    """The other transaction stays open all the while: waiting for it would never end."""
    ledger = Ledger.open(postgres.emptied())
    with ledger.write() as tx:
        one, two, _deadly = add(tx, "one", "two", "deadly")
        work.claim_one(tx, sha("deadly"), "dead", NOW, LENGTH)
        for _ in range(work.ATTEMPTS):
            work.start(tx, sha("deadly"), "dead", NOW, LENGTH)
    with ledger.write() as first, ledger.write() as second:
        work.renew(first, sha("deadly"), "dead", NOW, 3 * LENGTH)
        assert [c.sha256 for c in work.claim(first, "w", LATER, LENGTH, most=1)] == [one]
        second.exec_driver_sql("SET LOCAL lock_timeout = '3s'")
        assert [c.sha256 for c in work.claim(second, "v", LATER, LENGTH, most=9)] == [two]
    ledger.close()


def test_an_expired_lease_is_anybodys_and_a_running_one_nobodys(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
    assert claimed(ledger, "w") == [one]
    assert claimed(ledger, "v", at=LENGTH - SECOND) == []
    assert claimed(ledger, "v", at=LENGTH) == [one]


def test_a_renewed_lease_lasts_longer(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
    assert claimed(ledger, "w") == [one]
    with ledger.write() as tx:
        work.renew(tx, one, "w", NOW + LENGTH / 2, LENGTH)
    assert claimed(ledger, "v", at=LENGTH) == []
    assert claimed(ledger, "v", at=LENGTH * 3 / 2) == [one]


def test_the_leases_of_a_dead_owner_are_freed_and_no_others(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two = add(tx, "one", "two")
    assert claimed(ledger, "dead", most=1) == [one]
    assert claimed(ledger, "living", most=1) == [two]
    with ledger.write() as tx:
        assert sorted(work.owners(tx)) == ["dead", "living"]
        assert work.free(tx, "dead", NOW) == 1
    assert claimed(ledger, "v") == [one]


@pytest.mark.parametrize("act", ["start", "renew", "finish"])
def test_who_has_lost_the_lease_loses_the_whole_transaction(ledger: Ledger, act: str) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
    assert claimed(ledger, "slow") == [one]
    assert claimed(ledger, "quick", at=LENGTH) == [one]

    def go_on(owner: str) -> None:
        with ledger.write() as tx:
            numbers.next_serial(tx, "receipts")
            if act == "finish":
                work.finish(tx, one, owner)
            else:
                {"start": work.start, "renew": work.renew}[act](tx, one, owner, LATER, LENGTH)

    with pytest.raises(LeaseLost):
        go_on("slow")
    with ledger.write() as tx:
        assert numbers.next_serial(tx, "receipts") == 1
    go_on("quick")


@pytest.mark.parametrize("act", ["hint", "survived", "give_back", "quarantine"])
def test_who_has_lost_the_lease_changes_nothing(ledger: Ledger, act: str) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
    assert claimed(ledger, "slow") == [one]
    assert claimed(ledger, "quick", at=LENGTH) == [one]
    with ledger.write() as tx:
        work.start(tx, one, "quick", LATER, LENGTH)
        before = work.find(tx, one)
        if act == "hint":
            work.hint(tx, one, "slow", "ZB1", "a@example.test")
        elif act == "survived":
            work.survived(tx, one, "slow")
        else:
            {"give_back": work.give_back, "quarantine": work.quarantine}[act](
                tx, one, "slow", "too late"
            )
        assert work.find(tx, one) == before


def test_after_three_deaths_a_mail_is_set_aside(ledger: Ledger, url: str) -> None:
    """Its worker is really killed, each time."""
    with ledger.write() as tx:
        (deadly,) = add(tx, "deadly")
    for death in range(1, work.ATTEMPTS + 1):
        worker = subprocess.run(
            [sys.executable, "-m", "tests.builders.ledger_crowd", "working", url, "deadly"],
            cwd=CHECKOUT,
        )
        assert worker.returncode == -9
        with ledger.write() as tx:
            row = work.find(tx, deadly)
            assert row is not None
            assert (row.state, row.attempts) == ("working", death)
            assert work.free(tx, row.lease_owner, NOW) == 1
    with ledger.write() as tx:
        (harmless,) = add(tx, "harmless")
    assert claimed(ledger, "w") == [harmless]
    with ledger.read() as tx:
        (row,) = work.in_state(tx, "quarantined")
    assert (row.sha256, row.lease_owner, row.lease_until) == (deadly, "", None)
    assert "died while working on it" in row.error


def test_a_death_counts_for_the_mail_that_was_begun_not_for_those_behind_it(
    ledger: Ledger,
) -> None:
    with ledger.write() as tx:
        one, two = add(tx, "one", "two")
    for death in range(work.ATTEMPTS):
        assert claimed(ledger, f"w{death}", at=LENGTH * 2 * death) == [one, two]
        with ledger.write() as tx:
            work.start(tx, one, f"w{death}", NOW + LENGTH * 2 * death, LENGTH)
    assert claimed(ledger, "v", at=LENGTH * 6) == [two]
    assert state(ledger, "one") == "quarantined"


def test_what_was_read_and_survived_is_not_to_blame(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
    for death in range(work.ATTEMPTS + 2):
        at = NOW + LENGTH * 2 * death
        assert claimed(ledger, f"w{death}", at=at - NOW) == [one]
        with ledger.write() as tx:
            work.start(tx, one, f"w{death}", at, LENGTH)
            work.survived(tx, one, f"w{death}")
    assert state(ledger, "one") == "working"


def test_but_not_for_ever(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
    for death in range(work.DEATHS):
        at = NOW + LENGTH * 2 * death
        assert claimed(ledger, f"w{death}", at=at - NOW) == [one]
        with ledger.write() as tx:
            work.start(tx, one, f"w{death}", at, LENGTH)
            work.survived(tx, one, f"w{death}")
    assert claimed(ledger, "v", at=LENGTH * 2 * work.DEATHS) == []
    assert state(ledger, "one") == "quarantined"


def test_given_back_it_waits_and_nothing_is_counted(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
    for _ in range(work.ATTEMPTS + 1):
        assert claimed(ledger, "w") == [one]
        with ledger.write() as tx:
            work.start(tx, one, "w", NOW, LENGTH)
            work.give_back(tx, one, "w", "the archive's disk is full")
    with ledger.read() as tx:
        (row,) = work.in_state(tx, "waiting")
    assert (row.attempts, row.lease_owner, row.error) == (0, "", "the archive's disk is full")


def test_finished_it_is_never_claimed_again(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
    assert claimed(ledger, "w") == [one]
    with ledger.write() as tx:
        work.finish(tx, one, "w")
    assert claimed(ledger, "v", at=LENGTH * 9) == []
    with ledger.read() as tx:
        assert work.states(tx) == {"processed": 1}
        assert work.owners(tx) == []


def test_a_person_lets_what_was_set_aside_be_tried_again(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (one,) = add(tx, "one")
        assert not work.release(tx, one)
    assert claimed(ledger, "w") == [one]
    with ledger.write() as tx:
        assert not work.release(tx, one)
        work.start(tx, one, "w", NOW, LENGTH)
        work.quarantine(tx, one, "w", "Traceback …")
    assert claimed(ledger, "v", at=LENGTH * 9) == []
    with ledger.write() as tx:
        assert work.release(tx, one)
    assert claimed(ledger, "v") == [one]
    with ledger.write() as tx:
        row = work.find(tx, one)
        assert row is not None
        assert row.attempts == 0


@pytest.mark.parametrize(
    ("number", "sender", "waits"),
    [
        (None, None, True),  # nothing is known of it yet
        ("ZB1", "", True),
        ("", "a@example.test", True),
        ("ZB2", "a@example.test", True),
        ("ZB2", "b@example.test", False),
        ("", "", False),
    ],
)
def test_an_earlier_mail_that_may_be_of_the_same_applicant_is_waited_for(
    ledger: Ledger, number: str | None, sender: str | None, waits: bool
) -> None:
    with ledger.write() as tx:
        one, two = add(tx, "one", "two")
        work.claim(tx, "first", NOW, LENGTH, most=1)
        work.claim(tx, "second", NOW, LENGTH, most=1)
        if number is not None and sender is not None:
            work.hint(tx, one, "first", number, sender)
        found = work.workers_on_earlier(tx, two, NOW, "ZB1", "a@example.test")
        assert found == (["first"] if waits else [])
        # The first never waits for a later one, or they would wait for one another.
        assert work.workers_on_earlier(tx, one, NOW, "ZB1", "a@example.test") == []
        # Nor is anybody waited for whose lease has run out, or who is done.
        assert work.workers_on_earlier(tx, two, LATER, "ZB1", "a@example.test") == []
        work.finish(tx, one, "first")
        assert work.workers_on_earlier(tx, two, NOW, "ZB1", "a@example.test") == []


def test_mails_without_number_and_sender_do_not_wait_for_one_another(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two = add(tx, "one", "two")
        work.claim(tx, "first", NOW, LENGTH, most=1)
        work.hint(tx, one, "first", "", "")
        assert work.workers_on_earlier(tx, two, NOW, "", "") == []


def test_earlier_mails_that_are_not_processed_whatever_their_state(ledger: Ledger) -> None:
    with ledger.write() as tx:
        words = ("done", "set aside", "of another", "waiting", "mine", "later")
        digests = dict(zip(words, add(tx, *words), strict=True))
        work.claim(tx, "w", NOW, LENGTH, most=3)
        work.finish(tx, digests["done"], "w")
        work.hint(tx, digests["set aside"], "w", "ZB1", "")
        work.quarantine(tx, digests["set aside"], "w", "Traceback …")
        work.hint(tx, digests["of another"], "w", "ZB2", "b@example.test")
        found = work.unfinished_earlier(tx, digests["mine"], "ZB1", "a@example.test")
        assert found == [digests["set aside"], digests["waiting"]]
