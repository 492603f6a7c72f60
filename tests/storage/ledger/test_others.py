"""Which other applications have filed a file, and which of them count."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from model.record import Record, RecordKind
from model.verdict import Outcome
from storage.ledger import Ledger, filing
from storage.ledger.others import Elsewhere, filed_elsewhere
from tests.builders.ledger_rows import PROGRAMME, filed_file, record, sha

OURS = "ZB20210137"
FILE = "承诺书.pdf"


def _record(number: str, *paths: str, word: str = "", **changes: Any) -> Record:
    values = {
        "object_id": number, "application_no": number, "full_name": f"{number}有限公司",
        "files": tuple(filed_file(path) for path in paths or (FILE,)),
    }  # fmt: skip
    return record(word or number, **(values | changes))


def _others(tx: Connection, *words: str, most: int = 2) -> list[Elsewhere]:
    digests = [sha(word) for word in words or (FILE,)]
    return filed_elsewhere(tx, PROGRAMME, OURS, digests, but_message=sha("ours"), most=most)


def test_another_applications_file_is_found_once(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, _record(OURS), 1)
        filing.record(tx, _record("ZB1", FILE, "other.pdf"), 1)
        again = _record("ZB1", full_name="更名有限公司", kind=RecordKind.REPROCESS)
        filing.record(tx, again, 2)
        found = _others(tx, FILE, "never seen")
    assert found == [Elsewhere(sha(FILE), "ZB1", "ZB1", "更名有限公司", FILE, shared_by=1)]


def test_what_does_not_count(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, _record("ZB2", programme="gaoxin-2021"), 1)
        filing.record(tx, _record("ZB3", outcome=Outcome.RETURNED), 1)
        filing.record(tx, _record("unidentified-1", application_no="", full_name=""), 1)
        # The same mail, judged to be another application's before.
        filing.record(tx, _record("ZB4", word="ours"), 1)
        # Filed, and tied to another number since; or found to be nobody's submission.
        filing.record(tx, _record("ZB5"), 1)
        filing.record(tx, _record("ZB5", files=(), outcome=Outcome.TIED), 2)
        filing.record(tx, _record("ZB6"), 1)
        filing.record(tx, _record("ZB6", files=(), outcome=Outcome.IGNORED), 2)
        assert _others(tx) == []
        filing.record(tx, _record("ZB7", outcome=Outcome.LATE_PENDING), 1)
        assert [one.application_no for one in _others(tx)] == ["ZB7"]


def test_what_many_have_is_common_property(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for number in range(1, 4):
            filing.record(tx, _record(f"ZB{number}", FILE, "rare.pdf" if number == 1 else FILE), 1)
        assert _others(tx) == []
        assert len(_others(tx, most=3)) == 3
        assert [one.application_no for one in _others(tx, FILE, "rare.pdf")] == ["ZB1"]


def test_more_files_than_a_query_takes(ledger: Ledger) -> None:
    with ledger.write() as tx:
        filing.record(tx, _record("ZB1"), 1)
        found = _others(tx, FILE, *(f"file {number}" for number in range(1200)))
    assert [one.object_id for one in found] == ["ZB1"]
