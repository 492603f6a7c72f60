"""What people ask: the newest state of every application, and which mails a condition means."""

from __future__ import annotations

from datetime import timedelta

from model.verdict import Outcome
from storage.ledger import Ledger, events, filing, outbox, queries, receiving, work
from tests.builders.ledger_rows import LENGTH, NOW, PROGRAMME, add, letter, raw, record, sha

HOUR = timedelta(hours=1)


def test_the_newest_version_of_each_in_order_of_first_arrival(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, record("b1", object_id="B", received_at=NOW), 1)
        filing.record(
            tx, record("a1", letter("R-1", "a1"), object_id="A", received_at=NOW + HOUR), 1
        )
        newest = record("b2", letter("R-2", "b2"), object_id="B", received_at=NOW + 2 * HOUR)
        filing.record(tx, newest, 2)
        filing.record(tx, record("c1", object_id="C", programme="gaoxin-2021"), 1)
        outbox.claim_next(tx, "me", NOW, LENGTH)
        outbox.mark_sent(tx, "R-1", "me", NOW, "250 ok")
    with ledger.read() as tx:
        rows = queries.current(tx, PROGRAMME)
        assert [row.programme for row in queries.current(tx)] == [
            "gaoxin-2021",
            PROGRAMME,
            PROGRAMME,
        ]
    assert [(row.object_id, row.version, row.receipt_state, row.sent_at) for row in rows] == [
        ("B", 2, "owed", None),
        ("A", 1, "sent", NOW),
    ]


def test_mails_that_all_conditions_meet(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two = add(tx, "one", "two")
        receiving.add_message(tx, raw("three", received_at=NOW + HOUR), "gaoxin-2021", NOW)
        three = sha("three")
        work.claim_one(tx, two, "w", NOW, LENGTH)
        made = record("two", object_id="ZB_1", application_no="ZB_1", outcome=Outcome.CORRECTION)
        filing.record(tx, made, 1)

        def matching(**wanted: object) -> list[str]:
            return queries.messages_matching(tx, **wanted)  # type: ignore[arg-type]

        assert matching() == [one, two, three]
        assert matching(state="waiting") == [one, three]
        assert matching(state="working") == [two]
        assert matching(state="correction") == [two]
        assert matching(state="complete") == []
        assert matching(since=NOW + HOUR) == [three]
        assert matching(programme="gaoxin-2021") == [three]
        assert matching(application_no="ZB_1") == [two]
        assert matching(application_no="ZBX1") == []
        assert matching(sha256=one[:12]) == [one]
        assert matching(sha256="%") == []
        assert matching(sha256=one[:12], state="working") == []


def test_events_of_one_thing_oldest_first(ledger: Ledger) -> None:
    with ledger.write() as tx:
        events.note(tx, NOW + HOUR, "李雷", "release", "R-1", "held")
        events.note(tx, NOW, "intake", "reprocess", "R-2")
        events.note(tx, NOW, "王芳", "release", "R-1", "unknown")
        found = events.about(tx, "R-1")
    assert [(row.by, row.at, row.detail) for row in found] == [
        ("李雷", NOW + HOUR, "held"),
        ("王芳", NOW, "unknown"),
    ]
