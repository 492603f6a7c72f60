"""Pages that no receipt waited for: read later, once, and filed with their text."""

from __future__ import annotations

import io
from typing import Any

import pytest

import intake.enrich
from console.demo.papers import pdf_scan, scan_picture
from intake.answer import answer
from intake.batch import process_waiting
from intake.contents import RECORD, decode_facts, decode_record
from intake.enrich import enrich
from intake.rebuild import rebuild
from intake.workplace import Workplace
from model.document import ScannedPage
from model.record import Record, RecordKind
from parsers.isolation import Readers
from storage.archive import FiledVersion
from storage.ledger import outbox, queries, search
from tests.builders.season import PROGRAMME, SeasonMail, _Applicant, papers
from tests.intake.conftest import Desk, die

PAGES = 6
WORDS = "数字孪生质量管控"
NUMBER = "ZB20210001"


@pytest.fixture(scope="module")
def mail() -> SeasonMail:
    scan = pdf_scan(620, 877, lines=[WORDS, "扫描件正文"], seal=False, pages=PAGES)
    return _Applicant(1).mail("scan", papers(more=[("证明材料/检测报告.pdf", scan)]))


def newest(place: Workplace, object_id: str = NUMBER) -> tuple[Record, FiledVersion]:
    head = place.archive(PROGRAMME).head(object_id)
    assert head is not None
    return decode_record(head.path(RECORD).read_bytes()), head


def waiting_pages(place: Workplace) -> int:
    with place.ledger.read() as tx:
        return queries.unread_pages(tx)


def found(place: Workplace, words: str) -> list[int]:
    with place.ledger.read() as tx:
        return [row.version for row in search.find(tx, words)]


def test_what_waited_is_read_and_filed_with_its_text(desk: Desk, mail: SeasonMail) -> None:
    desk.take_in(mail)
    place = desk.place()
    process_waiting(place)
    assert answer(place).sent == 1
    before, first = newest(place)
    assert waiting_pages(place) == PAGES
    assert found(place, WORDS) == []

    shown: list[tuple[str, int, int]] = []
    done = enrich(place, progress=lambda *one: shown.append(one))
    assert (done.pages, done.filed, done.left) == (PAGES, [NUMBER], 0)
    assert shown[-1][1:] == (PAGES, PAGES)
    after, second = newest(place)
    assert second.number == first.number + 1
    assert after.kind is RecordKind.ENRICH
    assert (after.outcome, after.findings) == (before.outcome, before.findings)
    scan = next(one for one in after.files if one.path.endswith("检测报告.pdf"))
    assert scan.unread == ()
    facts = decode_facts(second.path(scan.facts).read_bytes())
    assert [one.source for one in facts.pages] == ["ocr"] * PAGES
    assert WORDS in second.path(scan.text).read_text("utf-8").replace("\\", "")
    assert second.number in found(place, WORDS)
    # The same mail, the same letter, and no other.
    assert second.path("message.eml").read_bytes() == mail.data
    assert second.sha256("receipt/receipt.eml") == first.sha256("receipt/receipt.eml")
    assert answer(place).sent == 0
    with place.ledger.read() as tx:
        (row,) = queries.current(tx)
    assert (row.kind, row.receipt_no, row.receipt_state) == (
        "enrich", before.answer.receipt_no, "sent",
    )  # fmt: skip
    assert enrich(place).pages == 0
    assert len(place.archive(PROGRAMME).versions(NUMBER)) == second.number
    assert list((place.settings.data_dir / "enrich").iterdir()) == []


def test_killed_in_the_middle_it_goes_on_where_it_was(
    desk: Desk, mail: SeasonMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(mail)
    process_waiting(desk.place())
    real = intake.enrich.KeptPages.add

    def fifth(self: Any, page: ScannedPage) -> None:
        if page.number == 5:
            die()
        real(self, page)

    with monkeypatch.context() as patch:
        patch.setattr(intake.enrich.KeptPages, "add", fifth)
        desk.killed(enrich)
    # The kill cut a line as well.
    (kept,) = (desk.settings.data_dir / "enrich").iterdir()
    kept.write_bytes(kept.read_bytes() + b'{"number": 5, "wid')
    done = enrich(desk.place())
    assert (done.pages, done.left) == (2, 0)
    assert newest(desk.place())[0].kind is RecordKind.ENRICH


def test_killed_after_filing_nothing_is_filed_twice(
    desk: Desk, mail: SeasonMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(mail)
    process_waiting(desk.place())
    with monkeypatch.context() as patch:
        patch.setattr(intake.enrich.filing, "record", die)
        desk.killed(enrich)
    place = desk.place()
    versions = len(place.archive(PROGRAMME).versions(NUMBER))
    enrich(place)
    assert len(place.archive(PROGRAMME).versions(NUMBER)) == versions
    assert waiting_pages(place) == 0


def test_time_that_is_over_leaves_the_rest(desk: Desk, mail: SeasonMail) -> None:
    desk.take_in(mail)
    place = desk.place()
    process_waiting(place)
    done = enrich(place, seconds=0)
    assert (done.pages, done.left) == (0, PAGES)


def test_a_rebuilt_ledger_knows_what_waits_and_what_was_read(desk: Desk, mail: SeasonMail) -> None:
    desk.take_in(mail)
    place = desk.place()
    process_waiting(place)
    enrich(place)
    desk.change(ledger_url=f"sqlite:///{desk.folder / 'again.db'}")
    again = desk.place()
    rebuild(again)
    assert waiting_pages(again) == 0
    assert len(found(again, WORDS)) == 1
    with again.ledger.read() as tx:
        assert sum(outbox.states(tx).values()) == 1


def gif(words: str) -> bytes:
    target = io.BytesIO()
    scan_picture(620, 877, lines=[words], seal=False).save(target, "GIF")
    return target.getvalue()


def test_a_kind_that_is_no_format_of_the_notice_is_read_as_well(desk: Desk) -> None:
    desk.take_in(_Applicant(1).mail("gif", papers(more=[("证明材料/铭牌.gif", gif(WORDS))])))
    place = desk.place()
    process_waiting(place)
    assert waiting_pages(place) == 1
    assert enrich(place).left == 0
    assert found(place, WORDS)


def test_one_application_that_we_fail_at_keeps_no_other_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        content = papers(more=[("证明材料/铭牌.gif", gif(WORDS))])
        desk.take_in(_Applicant(number).mail("gif", content))
    place = desk.place()
    process_waiting(place)
    real = intake.enrich.decode_facts
    seen: list[bytes] = []

    def fails_at_the_first(data: bytes) -> Any:
        seen.append(data)
        if len(seen) == 1:
            raise ValueError("a fault of ours")
        return real(data)

    monkeypatch.setattr(intake.enrich, "decode_facts", fails_at_the_first)
    done = enrich(place)
    assert (done.failed, done.filed, done.left) == ([NUMBER], ["ZB20210002"], 1)
    assert enrich(place).filed == [NUMBER]


def test_a_page_that_is_not_there_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.take_in(_Applicant(1).mail("gif", papers(more=[("证明材料/铭牌.gif", gif(WORDS))])))
    place = desk.place()
    process_waiting(place)
    monkeypatch.setattr(Readers, "read_scans", lambda *_arguments, **_more: ())
    assert enrich(place).left == 0
    record, _ = newest(place)
    told = [one for one in record.findings if one.code == "reading.page_failed"]
    assert [(one.about.rsplit("/", 1)[-1], one.params["page"]) for one in told] == [
        ("铭牌.gif", "1")
    ]
    assert record.needs_person


def test_a_page_that_no_process_survives_is_told_and_not_tried_for_ever(
    desk: Desk, mail: SeasonMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take_in(mail)
    place = desk.place()
    process_waiting(place)
    monkeypatch.setattr("intake.pictures.PAGE_SECONDS", 0.001)
    done = enrich(place)
    assert done.left == 0
    record, version = newest(place)
    scan = next(one for one in record.files if one.path.endswith("检测报告.pdf"))
    facts = decode_facts(version.path(scan.facts).read_bytes())
    told = [one for one in facts.findings if one.code == "reading.page_failed"]
    assert [one.params["page"] for one in told] == [str(n) for n in range(1, PAGES + 1)]
