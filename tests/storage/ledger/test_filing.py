"""Recording: one version, all of its rows, once; and what earlier mails tell a later one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from model.record import AnswerState, RecordKind
from storage.ledger import Ledger, filing, numbers, outbox, queries
from storage.ledger.numbers import Reservation
from storage.ledger.schema import metadata
from tests.builders import ledger_crowd as jobs
from tests.builders.ledger_crowd import Crowd
from tests.builders.ledger_rows import (
    NOW,
    PROGRAMME,
    SENDER,
    filed_file,
    filed_finding,
    letter,
    record,
    sha,
)

OBJECT = "ZB20210137"


def rows(ledger: Ledger) -> dict[str, int]:
    with ledger.read() as tx:
        counts = {
            name: tx.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }
    return {name: count for name, count in counts.items() if count}


def test_all_rows_of_a_version_come_from_its_record(ledger: Ledger) -> None:
    made = record(
        "one",
        letter("R-1", "one"),
        files=(filed_file("乙.pdf"), filed_file("甲.pdf", material="")),
        findings=(filed_finding("seal.missing"), filed_finding("material.missing")),
    )
    with ledger.write() as tx:
        assert not filing.is_recorded(tx, PROGRAMME, OBJECT, 1)
        filing.record(tx, made, 1)
        assert filing.is_recorded(tx, PROGRAMME, OBJECT, 1)
    with ledger.read() as tx:
        (version,) = queries.versions(tx, PROGRAMME, OBJECT)
        files = queries.files_of(tx, version.id)
        findings = queries.findings_of(tx, version.id)
        owed = outbox.find(tx, "R-1")
        assert queries.by_message(tx, sha("one")) == [version]
    assert (version.sha256, version.sender, version.by) == (sha("one"), SENDER, "intake")
    assert version.needs_person is False
    assert version.received_at == NOW
    assert version.checklist == [
        {"material": "commitment_letter", "label": "承诺书", "state": "present",
         "files": ["承诺书.pdf"], "parts": []}
    ]  # fmt: skip
    assert [(one.path, one.material) for one in files] == [
        ("乙.pdf", "commitment_letter"),
        ("甲.pdf", ""),
    ]
    assert [one.code for one in findings] == ["seal.missing", "material.missing"]
    assert owed is not None
    assert (owed.state, owed.recipient, owed.version) == ("owed", SENDER, 1)
    assert owed.next_try_at == owed.made_at == NOW


def test_recorded_again_it_changes_nothing(ledger: Ledger) -> None:
    made = record(
        "one",
        letter("R-1", "one"),
        files=(filed_file("甲.pdf"),),
        findings=(filed_finding("seal.missing"),),
    )
    with ledger.write() as tx:
        filing.record(tx, made, 1)
        outbox.claim_next(tx, "me", NOW, jobs.LENGTH)
    once = rows(ledger)
    with ledger.write() as tx:
        filing.record(tx, made, 1)
        found = outbox.find(tx, "R-1")
        assert found is not None
        assert found.state == "sending"
    assert rows(ledger) == once == {"revision": 1, "file": 1, "finding": 1, "receipt": 1}


def test_four_who_record_the_same_make_one_of_each(ledger: Ledger, url: str, crowd: Crowd) -> None:
    crowd.run(jobs.record_same, url, [f"ZB{number}" for number in range(15)])
    assert rows(ledger) == {"revision": 15, "receipt": 15}


@pytest.mark.parametrize(
    ("state", "given", "becomes"),
    [
        (AnswerState.OWED, None, "owed"),
        (AnswerState.HELD, None, "held"),
        (AnswerState.OWED, "unknown", "unknown"),
        (AnswerState.NONE, None, None),
        (AnswerState.NONE, "unknown", None),
    ],
)
def test_the_letters_first_state(
    ledger: Ledger, state: AnswerState, given: str | None, becomes: str | None
) -> None:
    with ledger.write() as tx:
        filing.record(tx, record("one", letter("R-1", "one", state=state)), 1, given)
        found = outbox.find(tx, "R-1")
    assert (found.state if found else None) == becomes


def test_a_redo_owes_no_second_letter(ledger: Ledger) -> None:
    answer = letter("R-1", "one")
    with ledger.write() as tx:
        filing.record(tx, record("one", answer), 1)
        filing.record(tx, record("one", answer, kind=RecordKind.REPROCESS), 2)
    assert rows(ledger) == {"revision": 2, "receipt": 1}


def test_one_mail_never_owes_two_letters(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, record("one", letter("R-1", "one")), 1)
    with pytest.raises(IntegrityError), ledger.write() as tx:
        filing.record(tx, record("one", letter("R-2", "one"), object_id="other"), 1)
    assert rows(ledger) == {"revision": 1, "receipt": 1}


def test_the_same_letter_delivered_twice_is_known(ledger: Ledger) -> None:
    first = record("one", letter("R-1", "one"))
    key, letter_id = first.content_key, first.message.message_id
    with ledger.write() as tx:
        filing.record(tx, first, 1)
        copy = filing.same_letter(tx, PROGRAMME, letter_id, key, SENDER, sha("copy"))
        assert copy is not None
        assert (copy.object_id, copy.receipt_no) == (OBJECT, "R-1")
        for others in (
            ("gaoxin-2021", letter_id, key, SENDER, sha("copy")),
            (PROGRAMME, "", key, SENDER, sha("copy")),
            (PROGRAMME, "<other@example.test>", key, SENDER, sha("copy")),
            (PROGRAMME, letter_id, sha("other content"), SENDER, sha("copy")),
            (PROGRAMME, letter_id, key, "thief@example.test", sha("copy")),
            (PROGRAMME, letter_id, key, SENDER, sha("one")),  # itself, done again
        ):
            assert filing.same_letter(tx, *others) is None


def test_a_mail_without_message_id_is_no_copy_of_another_without(ledger: Ledger) -> None:
    first = record("one", message_id="")
    with ledger.write() as tx:
        filing.record(tx, first, 1)
        assert filing.same_letter(tx, PROGRAMME, "", first.content_key, SENDER, "x") is None


def test_letters_of_one_day_are_counted_by_address(ledger: Ledger) -> None:
    def reserve(word: str, hours: float, number: str | None, to: str = SENDER) -> Reservation:
        made_at = NOW - timedelta(hours=hours)
        return Reservation(sha(word), PROGRAMME, OBJECT, number, f"<{word}@x>", to, made_at)

    with ledger.write() as tx:
        for made in (
            reserve("one", 0, "R-1"),
            reserve("two", 23.9, "R-2"),
            reserve("three", 24, "R-3"),
            reserve("four", 1, None),
            reserve("five", 1, "R-5", "other@example.test"),
        ):
            numbers.keep_reservation(tx, made)
        assert filing.letters_owed_to(tx, SENDER, NOW) == 2
        assert filing.letters_owed_to(tx, "other@example.test", NOW) == 1
        assert filing.letters_owed_to(tx, "nobody@example.test", NOW) == 0
