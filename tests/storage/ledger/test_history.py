"""What the ledger tells of an application's earlier mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from model.record import RecordKind
from model.verdict import Outcome
from storage.ledger import Ledger, filing
from storage.ledger.history import History, Mail, history
from tests.builders.ledger_rows import NOW, PROGRAMME, letter, record, sha

OBJECT = "ZB20210137"


def test_without_earlier_mails_there_is_no_history(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, record("one"), 1)
        filing.record(tx, record("two", object_id="another"), 1)
        filing.record(tx, record("three", programme="gaoxin-2021"), 1)
        assert history(tx, PROGRAMME, OBJECT, before_sha256=sha("one")) == History()


def test_history_tells_of_the_newest_mail_that_was_not_a_duplicate(ledger: Ledger) -> None:
    later = NOW + timedelta(hours=1)
    second = record("two", letter("R-2", "two"), received_at=later, sender="li@example.test")
    with ledger.write() as tx:
        filing.record(tx, record("one", letter("R-1", "one"), received_at=NOW), 1)
        filing.record(tx, replace(second, revision=2, due=date(2021, 6, 1)), 2)
        duplicate = record("three", letter("R-3", "three"), outcome=Outcome.DUPLICATE)
        filing.record(tx, replace(duplicate, revision=3), 3)
        filing.record(tx, replace(record("four"), revision=4), 4)
        past = history(tx, PROGRAMME, OBJECT, before_sha256=sha("four"))
    newest = Mail(
        version=2,
        content_key=sha("content of two"),
        receipt_no="R-2",
        received_at=later,
        sender="li@example.test",
        outcome="complete",
        due=date(2021, 6, 1),
    )
    assert past == History(revisions=3, in_force=newest, last=newest)


def test_a_version_made_anew_keeps_the_letter_of_its_mail(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, record("one", letter("R-1", "one")), 1)
        filing.record(tx, record("one", kind=RecordKind.REPROCESS), 2)
        past = history(tx, PROGRAMME, OBJECT, before_sha256=sha("two"))
    assert past.in_force is not None
    assert (past.in_force.version, past.in_force.receipt_no) == (2, "R-1")


def test_what_does_not_count_is_the_last_mail_and_not_in_force(ledger: Ledger) -> None:
    late = record("two", letter("R-2", "two"), outcome=Outcome.LATE_PENDING)
    with ledger.write() as tx:
        filing.record(tx, record("one", letter("R-1", "one")), 1)
        filing.record(tx, replace(late, revision=2), 2)
        past = history(tx, PROGRAMME, OBJECT, before_sha256=sha("three"))
    assert past.in_force is not None
    assert past.last is not None
    assert (past.in_force.version, past.last.version, past.revisions) == (1, 2, 2)


def test_what_was_tied_elsewhere_is_no_earlier_mail(ledger: Ledger) -> None:
    tied = replace(record("one", kind=RecordKind.DECISION), outcome=Outcome.TIED)
    with ledger.write() as tx:
        filing.record(tx, record("one"), 1)
        filing.record(tx, tied, 2)
        assert history(tx, PROGRAMME, OBJECT, before_sha256=sha("two")) == History(revisions=1)


def test_only_what_was_filed_before_a_version_counts_as_earlier(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, record("one"), 1)
        filing.record(tx, replace(record("two"), revision=2), 2)
        past = history(tx, PROGRAMME, OBJECT, before_sha256=sha("three"), before_version=2)
    assert past.in_force is not None
    assert past.in_force.version == 1
