"""The ledger made again from the archive alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from intake.answer import answer
from intake.batch import process_waiting
from intake.rebuild import rebuild
from model.errors import LedgerError
from storage.ledger import outbox
from storage.ledger.schema import file, finding, message, receipt, reservation, revision
from tests.builders.season import good_mail, season
from tests.intake.conftest import Desk
from tests.services.mailroom import Mailroom
from tests.services.reckoning import differences


def test_the_same_rows_and_no_second_letter(room: Mailroom) -> None:
    mails = season(16)
    room.deliver(mails)
    room.poll_here()
    before, letters = _rows(room), room.letters()
    _set_aside(room.data)
    said = room.run("ledger", "rebuild", code=1)
    assert said["versions"] == 16
    assert said["receipts"] == said["unknown"] == len(letters), "none has filed evidence yet"
    after = _rows(room)
    for name, rows in before.items():
        assert after[name] == rows, name
    _, _, sent = room.poll_here()
    assert (sent.sent, sent.verified, sent.again) == (0, len(letters), 0)
    assert room.letters() == letters
    more = season(18)[16:]
    room.deliver(more)
    received, _, sent = room.poll_here()
    assert (received.new, sent.sent) == (2, 2)
    assert differences(room, [*mails, *more]) == []


def test_evidence_that_was_filed_keeps_a_letter_sent(desk: Desk) -> None:
    """Two mails of one applicant: the second version says that the first letter went out."""
    desk.take_in(good_mail(1))
    process_waiting(desk.place())
    answer(desk.place())
    desk.take_in(good_mail(1, hour=2, big=b"more"))
    process_waiting(desk.place())
    before = {row.receipt_no: row for row in _letters(desk)}
    _set_aside(desk.settings.data_dir)
    done = rebuild(desk.place())
    assert (done.objects, done.versions, done.receipts, done.unknown) == (1, 2, 2, 1)
    first, second = _letters(desk)
    assert (first.state, second.state) == ("sent", "unknown")
    was = before[first.receipt_no]
    assert (first.evidence, first.sent_at) == (was.evidence, was.sent_at)
    assert first.sent_at is not None


def test_a_held_letter_stays_held(desk: Desk) -> None:
    desk.change_rules(("[receipt]", "[receipt]\nper_sender_per_day = 1"))
    desk.take_in(good_mail(1), good_mail(1, hour=2, big=b"more"))
    process_waiting(desk.place())
    answer(desk.place())
    _set_aside(desk.settings.data_dir)
    rebuild(desk.place())
    assert [row.state for row in _letters(desk)] == ["unknown", "held"]


def test_a_ledger_with_rows_is_left_alone(desk: Desk) -> None:
    desk.take_in(good_mail(1))
    with pytest.raises(LedgerError) as caught:
        rebuild(desk.place())
    assert "aside" in caught.value.advice


def _letters(desk: Desk) -> list[Any]:
    with desk.place().ledger.read() as tx:
        return outbox.listing(tx)


def _set_aside(data: Path) -> None:
    aside = data.with_name("aside")
    aside.mkdir()
    for path in data.glob("ledger.db*"):
        path.rename(aside / path.name)


def _rows(room: Mailroom) -> dict[str, list[tuple[Any, ...]]]:
    """Every column that the archive must give back, in an order that does not rest on row ids."""
    sending = {"state", "owner", "lease_until", "attempts", "next_try_at", "tried_at", "sent_at",
               "evidence", "error"}  # fmt: skip
    with room.place() as place, place.ledger.read() as tx:
        versions = {row.id: (row.object_id, row.version) for row in tx.execute(select(revision))}
        found: dict[str, list[tuple[Any, ...]]] = {}
        for table in (revision, file, finding, receipt, reservation, message):
            left_out = {"id", "held_at", "hint_number", "hint_sender"}
            left_out |= sending if table is receipt else set()
            rows = [
                tuple(
                    versions[value] if name == "revision_id" else repr(value)
                    for name, value in row._mapping.items()
                    if name not in left_out
                )
                for row in tx.execute(select(table))
                if table is not reservation or row.receipt_no is not None
            ]
            found[table.name] = sorted(rows)
    return found
